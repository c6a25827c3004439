"""Writes the data set: templates and word lists in, gated rows out, the same bytes for the same seed.

A template is a message in its normalized form (data_templates.py). The gold is that text; the input is what a
person would have typed for it: Hindi in one of many Roman spellings or in Devanagari, English with its typos or in
Devanagari. So the gold is right by construction, and the gate below checks that it is.

    python gen_data.py                       # everything in data/
    python gen_data.py --seed 2 --out /tmp/d --aux 0 --extra 0 --more 0

Reads:  contract.py, data_*.py, script_rules.py; lexicon.py (--aux); stress_suite.jsonl (leakage only)
Writes: data/{train,val,test}.jsonl, data/aux_normalize.jsonl, data/dev_extra.jsonl, data/train_more.jsonl, data/README.md
"""
import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import contract
import data_card
import data_leakage as leak
import data_noise as noise
from data_expand import SLOT, Drawing, gold_of, tidy
from data_gate import doubts, gate, group_errors, split_errors
from data_noise import Piece
from data_templates import Template, load_templates
from data_words import ROMAN

SEED = 7                # any; chosen before the data were read
SPLIT_ROWS = {"train": 350, "val": 50, "test": 100}
N_AUX = 3000            # as many tokens as the 350 rows six times over; training decides how many it takes
N_EXTRA = 300           # a rate of 0.9 over 350 rows has a 95 % interval of +-0.03
N_LONG = 200            # of them around a story; 20 to 260 words, a tenth of all tokens
N_MORE = 13400          # about a draw of each of the 13,400 families; one epoch of them is hours on two cores, minutes on a large GPU
MAX_TRIES = 40          # redraws of a message that repeats an earlier one before the family is given up
EXTRA_ROUND, AUX_ROUND, MORE_ROUND = 20, 50, 80     # rounds of draws begin here, so that they repeat none of the 500
LONG_DRAWN = 2.0        # the same of those amid a story: one doubtful word among 200 is enough to leave the row out
MORE_DRAWN = 1.25       # of the further rows wanted, so that enough are left
GROUPS_PER_ROW = 0.86   # of a split: most messages once, room for one in nine typed two or three ways
MANY_TIMES = 3          # so many families for each that is wanted are first cut to this by lot
FEW = 3                 # families of an intent or with a slot: while there are others to drop, none of so few is
WIDE = {"out_of_scope": 2, "clarify": 2}    # these hold more kinds of message than another intent, twice the families
ROWS_PER_GROUP = 1.5    # where a split may choose: half its groups alone, half typed two or three ways
# A group's rows: r Hindi in Roman letters, d Hindi in Devanagari, e English in Devanagari too.
ALONE = "rrrerrrrrrrerrrrdrrr"
SEVERAL = ("rd", "rr", "rrd", "rr", "rrr", "rd")
MIN_ROMAN_HINGLISH, MIN_NEEDS_DEVANAGARI = 0.60, 0.30


# ---------------------------------------------------------------- a group of rows: one gold, several typings

def draw_message(t: Template, styles: str, rng: random.Random
                 ) -> tuple[list[Piece], dict, str | None, list[str], str]:
    """Pieces, entities, question, noise and styles of one message; all that changes the gold is settled here."""
    draw = Drawing(rng, t.split)
    pieces = tidy(draw.expand(t.text))
    question = "".join(p.text for p in tidy(draw.expand(t.question))) if t.question else None
    used: list[str] = []
    if "e" in styles and not t.styles and not noise.all_known_in_devanagari(pieces):
        styles = "d"
    if "e" in styles:
        pieces, used = noise.devanagari_names(pieces), ["devanagari_english"]
    elif not t.fixed:
        pieces, used = noise.group_noise(pieces, rng, styles)
    pieces = tidy([Piece(c, p.kind, p.slot) for p in pieces for c in p.text])
    return pieces, {k: sorted(v) for k, v in sorted(draw.entities.items())}, question, used, styles


def build_group(t: Template, styles: str, rng: random.Random, group: str) -> list[dict]:
    """Rows of one group: the gold is drawn once, only the Hindi's typing is drawn per row."""
    pieces, entities, question, used, styles = draw_message(t, styles, rng)
    gold = gold_of(t, pieces, question)
    names = sorted({p.text.strip() for p in pieces if p.kind == "name"} - {""})
    rows: list[dict] = []
    for style in styles:
        for _ in range(MAX_TRIES):
            text, typed = noise.type_message(pieces, style, rng, "capitals" in used)
            if t.fixed_input and not rows:
                text, typed = t.fixed_input, ["join", "spelling"]
            if text not in [r["input"] for r in rows]:
                break
        else:
            continue
        rows.append({"input": text, "instruction": contract.INSTRUCTION, "output": gold,
                     "meta": {"categories": sorted(t.categories), "family": t.family, "group": group,
                              "entities": entities, "names": names, "noise": sorted(set(used + typed)),
                              "mix": noise.mix_style(gold, style)}})
    return rows


def styles_of(t: Template, several: bool, rng: random.Random) -> str:
    if t.styles:
        return rng.choice(t.styles)
    if not any(noise.is_deva(c) for c in t.text):
        return "r"                      # English alone, or a message whose every word depends on what is drawn
    if t.categories == ("pure_hindi",):
        return rng.choice(("d", "r"))
    alone = ALONE.replace("e", "r") if "injection" in t.categories else ALONE
    return rng.choice(SEVERAL) if several else rng.choice(alone)


def interleave(families: list[Template]) -> list[Template]:
    """Round over the intents, so that a cut at any row cuts all intents alike."""
    by_intent: dict[str, list[Template]] = defaultdict(list)
    for t in families:
        by_intent[t.intent].append(t)
    deepest = max(len(v) for v in by_intent.values())
    return [v[i] for i in range(deepest) for v in by_intent.values() if i < len(v)]


@cache
def slots_filled(t: Template) -> frozenset[tuple[str, str]]:
    return frozenset((t.intent, slot) for slot in SLOT.findall(t.text))


def droppable(kept: list[Template]) -> list[Template]:
    """Families that a split can spare: not the example, none of few that fill a slot, none of few of an intent."""
    slots = {t.family: slots_filled(t) for t in kept}
    holders = Counter(s for found in slots.values() for s in found)
    sizes = Counter(t.intent for t in kept)
    for few in range(FEW, -1, -1):
        found = [t for t in kept if not t.fixed and sizes[t.intent] > few
                 and all(holders[s] > few for s in slots[t.family])]
        if found:
            return found
    raise SystemExit("more families than rows; raise GROUPS_PER_ROW")


def thin(families: list[Template], n_rows: int, rng: random.Random) -> list[Template]:
    """At most GROUPS_PER_ROW * n_rows families, dropped at random from the intents that have most."""
    kept, bound = list(families), max(1, int(GROUPS_PER_ROW * n_rows))
    if len(kept) > MANY_TIMES * bound:      # dropping one by one is quadratic
        kept = rng.sample(kept, MANY_TIMES * bound)
    while len(kept) > GROUPS_PER_ROW * n_rows:
        sizes = Counter(t.intent for t in kept)
        load = {t: sizes[t.intent] / WIDE.get(t.intent, 1) for t in droppable(kept)}
        heaviest = max(load.values())
        kept.remove(rng.choice([t for t in load if load[t] == heaviest]))
    return kept


def build_round(families: list[Template], n_rows: int, seed: int, k: int, texts: set[str]) -> list[dict]:
    """At most n_rows rows, one group a family; enough groups get a second and third row to fill the number."""
    rng = random.Random(f"{seed}:round:{k}")
    order = interleave(thin(families, n_rows, rng))
    open_to_more = [t for t in order if not t.styles and any(noise.is_deva(c) for c in t.text)]
    rng.shuffle(open_to_more)
    groups: dict[str, list[dict]] = {}

    def add(t: Template, several: bool) -> None:
        for attempt in range(MAX_TRIES):
            item = random.Random(f"{seed}:{t.family}:{k}:{several}:{attempt}")
            new = build_group(t, styles_of(t, several, item), item, f"{t.family}.{k}")
            if new[0]["output"]["normalized_text"].casefold() not in texts:
                texts.add(new[0]["output"]["normalized_text"].casefold())
                groups[t.family] = new
                return

    for t in order:
        add(t, t.fixed)
    for t in open_to_more:
        if sum(map(len, groups.values())) >= n_rows:
            break
        add(t, True)
    rows = [r for t in order for r in groups.get(t.family, ())]
    return rows[:n_rows]


def build_split(templates: list[Template], split: str, n_rows: int, seed: int, first_round: int = 0,
                not_again: list[dict] | None = None) -> list[dict]:
    """n_rows rows of a split's families in as many rounds of draws as that takes, no message of not_again among them."""
    families = [t for t in templates if t.split == split and (first_round == 0 or not t.fixed)]
    n_rounds = max(1, round(n_rows / (ROWS_PER_GROUP * len(families))))
    rows, texts = [], {r["output"]["normalized_text"].casefold() for r in not_again or ()}
    for k in range(200):
        share = -(-(n_rows - len(rows)) // max(1, n_rounds - k))
        rows += build_round(families, share, seed, first_round + k, texts)
        if len(rows) >= n_rows:
            prefix = "more" if split == "more" else "extra" if first_round else split
            return [{"id": f"{prefix}-{i:04d}", **row} for i, row in enumerate(rows[:n_rows])]
    raise SystemExit(f"{split}: only {len(rows)} of {n_rows} distinct rows; write more templates")


# ---------------------------------------------------------------- checks over the whole, and output

def check_promises(rows: list[dict], splits: dict[str, list[dict]]) -> None:
    """Raises SystemExit when a promise of the card is broken."""
    share = data_card.shares(rows)
    faults = group_errors(rows) + split_errors(splits)
    if share["roman_hinglish"] < MIN_ROMAN_HINGLISH:
        faults.append(f"only {share['roman_hinglish']:.1%} of the rows are Roman Hindi with English")
    if share["needs_devanagari"] < MIN_NEEDS_DEVANAGARI:
        faults.append(f"only {share['needs_devanagari']:.1%} of the rows need Devanagari")
    if faults:
        raise SystemExit(f"data set: {faults[0]} ({len(faults)} faults)")


def check_leakage(splits: dict[str, list[dict]]) -> dict[str, dict]:
    """Nearest training neighbours of test, stress and val; raises SystemExit above the bound for test and stress."""
    found = {"test": leak.nearest(splits["test"], splits["train"])}
    if stress := leak.stress_rows():
        found["stress_suite"] = leak.nearest(stress, splits["train"])
    for name, neighbours in found.items():
        if faults := leak.over_bound(neighbours):
            raise SystemExit(f"leakage: {faults[0]} ({len(faults)} inputs of {name} above {leak.BOUND})")
    found["val"] = leak.nearest(splits["val"], splits["train"])
    return {k: {"summary": leak.summary(v), "nearest": v, "against": "train"} for k, v in found.items()}


def make_aux(templates: list[Template], splits: dict[str, list[dict]], n_rows: int, seed: int) -> list[dict]:
    """Auxiliary pairs, none closer to a test or stress input than the bound."""
    from data_aux import build_aux
    messages = build_split(templates, "train", n_rows // 2, seed, AUX_ROUND, splits["train"])
    held_out = [leak.faces(r) for r in splits["test"] + leak.stress_rows()]

    def far(row: dict) -> bool:
        a, b = leak.faces(row)
        return all(leak.dice(a, x) <= leak.BOUND and leak.dice(b, y) <= leak.BOUND for x, y in held_out)
    return build_aux([m for m in messages if far(m)], n_rows, seed)


def make_more(templates: list[Template], splits: dict[str, list[dict]], n_rows: int, seed: int) -> list[dict]:
    """Further training rows: new draws of training's families and those of data_families.py, a few of them amid a story
    (data_long.py). Left out is what the gate refuses or the checker doubts, and what comes closer to a test, stress or val
    input than the bound."""
    from data_families import load_families
    from data_long import long_families
    families = [t._replace(split="more") for t in templates if t.split == "train"] + load_families()
    held_out = [leak.faces(r) for r in splits["test"] + splits["val"] + leak.stress_rows()]

    def far(row: dict) -> bool:
        a, b = leak.faces(row)
        return all(leak.dice(a, x) <= leak.BOUND and leak.dice(b, y) <= leak.BOUND for x, y in held_out)
    n_long = round(n_rows * N_LONG / N_MORE)
    around = long_families(families, round(LONG_DRAWN * n_long), seed)
    kept = {}
    for name, few, some, factor in (("more", families, n_rows - n_long, MORE_DRAWN), ("long", around, n_long, LONG_DRAWN)):
        drawn = build_split(few, "more", round(factor * some), seed, MORE_ROUND, splits["train"]) if some else []
        sound = [row for row in drawn if not doubts(row)]
        kept[name] = [row for row in sound if far(row) and not split_errors({**splits, "train": [row]})][:some]
        print(f"{name}: {len(drawn)} drawn, {len(drawn) - len(sound)} doubted by gate or checker, {len(kept[name])} kept")
        if len(kept[name]) < some:
            raise SystemExit(f"only {len(kept[name])} of {some} further rows; raise {name.upper()}_DRAWN")
    rows = kept["more"] + [{**row, "id": row["id"].replace("more", "long")} for row in kept["long"]]
    random.Random(f"{seed}:order").shuffle(rows)
    return rows


def to_jsonl(rows: list[dict]) -> str:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)


FILES = {"train": "to train on", "val": "to choose between experiments", "test": "to report",
         "dev_extra": "further rows of val's families, for narrower intervals; ignored by git, not of the 500",
         "train_more": "further rows of train's families and of those in families/; ignored by git, not of the 500",
         "aux_normalize": "pairs input, normalized_text that teach the script; ignored by git, not of the 500"}


def print_report(splits: dict, gates: dict, leakage: dict) -> None:
    for name, g in gates.items():
        typed = Counter(r["meta"]["mix"] for r in splits[name])
        print(f"{name}: {g['rows']} rows through the gate, {g['slots']} slots, {g['alarms'].total()} checker alarms "
              f"overruled; {dict(typed.most_common())}")
    for name, v in leakage.items():
        print(f"leakage {name}: {v['summary']}")
        for n in v["nearest"][:3]:
            print(f"  {n['similarity']:.3f}  {n['id']} {n['input']!r}  ~  {n['train_id']} {n['train_input']!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Build data/ from templates; fails on the first row its gate refuses.",
                                     allow_abbrev=False)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--more-seed", type=int, help="seed of the further training rows alone: other draws, same splits")
    parser.add_argument("--out", type=Path, default=contract.ROOT / "data", help="directory to write into")
    parser.add_argument("--aux", type=int, default=N_AUX, help="input -> normalized_text pairs; 0 writes none")
    parser.add_argument("--extra", type=int, default=N_EXTRA, help="further rows of val's families; 0 writes none")
    parser.add_argument("--more", type=int, default=N_MORE, help="further training rows; 0 writes none")
    args = parser.parse_args()
    if min(args.aux, args.extra, args.more) < 0:
        raise SystemExit("--aux, --extra and --more count rows: 0 or more")
    if args.out.exists() and not args.out.is_dir():
        raise SystemExit(f"--out {args.out} is not a directory")
    templates = load_templates()
    splits = {s: build_split(templates, s, n, args.seed) for s, n in SPLIT_ROWS.items()}
    check_promises([r for rows in splits.values() for r in rows], splits)
    if args.extra:
        splits["dev_extra"] = build_split(templates, "val", args.extra, args.seed, EXTRA_ROUND, splits["val"])
    gates = {name: gate(rows) for name, rows in splits.items()}
    leakage = check_leakage(splits)
    written = dict(splits)
    if args.more:
        written["train_more"] = make_more(templates, splits, args.more, args.seed if args.more_seed is None else args.more_seed)
    if args.aux:
        written["aux_normalize"] = make_aux(templates, splits, args.aux, args.seed)
    for name, rows in written.items():
        contract.write_atomic(args.out / f"{name}.jsonl", to_jsonl(rows))
    files = {name: (len(rows), FILES[name]) for name, rows in written.items()}
    contract.write_atomic(args.out / "README.md", data_card.render(
        splits, files, templates, gates, leakage, args.seed, len(ROMAN), sum(map(len, ROMAN.values()))))
    print_report(splits, gates, leakage)


if __name__ == "__main__":
    sys.exit(main())
