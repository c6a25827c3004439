"""Writes the data set: templates and lexicons in, gated rows out, the same bytes for the same seed.

A template is a message in its normalized form (data_templates.py). The gold is that text; the input is what a
person would have typed for it: Hindi in one of many Roman spellings or in Devanagari, English with its typos or in
Devanagari. So the gold is right by construction, and the gate below checks that it is.

    python gen_data.py                       # everything in data/, about ten seconds
    python gen_data.py --seed 2 --out /tmp/d

Reads:  contract.py, data_templates.py, data_words.py, data_noise.py; stress_suite.jsonl (leakage only)
Writes: data/{train,val,test}.jsonl, data/aux_normalize.jsonl, data/dev_extra.jsonl, data/README.md
"""
import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import contract
import data_noise as noise
from data_noise import Piece
from data_templates import Template, load_templates
from data_words import LEXICON, NAME_KINDS, UNSEEN_KINDS

SEED = 7                # any; chosen before the data were read
SPLIT_ROWS = {"train": 350, "val": 50, "test": 100}
N_AUX = 3000            # two epochs of it cost about as much as the 350 rows do
N_EXTRA = 300           # a rate of 0.9 over 350 rows has a 95 % interval of +-0.03
MAX_TRIES = 40          # redraws of a message that repeats an earlier one before the family is given up

VAR = re.compile(r"\$([a-z_]+)(\d?)")
NAME = re.compile(r"@([^\s<>\[\]|,?!]+)")
SLOT = re.compile(r"<([a-z_]+)=")
SPACES = re.compile(r" {2,}")

# What the rows of one group look like: r roman, d Devanagari Hindi with Latin English, e English in Devanagari too.
# The letters are dealt round over the families of a split, so that every style meets every intent.
GROUP_STYLES = ("r", "r", "rrd", "r", "e", "r", "rd", "r", "r", "d", "rr", "r", "rrd", "r", "e", "rd", "r", "r", "d")


# ---------------------------------------------------------------- a template becomes a message

def match_bracket(src: str, start: int) -> int:
    """Index of the ] that closes the [ at start."""
    depth = 0
    for i in range(start, len(src)):
        depth += (src[i] == "[") - (src[i] == "]")
        if depth == 0:
            return i
    raise ValueError(f"no closing bracket in {src!r}")


def split_choice(body: str) -> list[str]:
    """Alternatives of a choice, split at the bars of its own level."""
    parts, depth = [""], 0
    for c in body:
        depth += (c == "[") - (c == "]")
        if c == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return parts


class Drawing:
    """One draw from a template: bound variables and the entities used."""

    def __init__(self, rng: random.Random, split: str):
        self.rng, self.split = rng, split
        self.bound: dict[str, list[Piece]] = {}
        self.entities: dict[str, list[str]] = defaultdict(list)

    def variable(self, kind: str, index: str, slot: str | None) -> list[Piece]:
        key = kind + index
        if key not in self.bound:
            pool = LEXICON[kind][self.split]
            taken = {"".join(p.text for p in v) for k, v in self.bound.items() if k.rstrip("0123456789") == kind}
            for _ in range(MAX_TRIES):
                pieces = self.expand(self.rng.choice(pool), None, kind in NAME_KINDS)
                if "".join(p.text for p in pieces) not in taken:
                    break
            self.bound[key] = pieces
            if kind in UNSEEN_KINDS:
                self.entities[UNSEEN_KINDS[kind]].append("".join(p.text for p in pieces))
        return [Piece(p.text, p.kind, slot) for p in self.bound[key]]

    def expand(self, src: str, slot: str | None = None, name: bool = False) -> list[Piece]:
        """Pieces of a template source; raises ValueError or KeyError on a malformed one."""
        out, i, kind = [], 0, "name" if name else "text"
        while i < len(src):
            if src[i] == "[":
                end = match_bracket(src, i)
                out += self.expand(self.rng.choice(split_choice(src[i + 1:end])), slot, name)
                i = end + 1
            elif m := SLOT.match(src, i):
                end = src.index(">", m.end())
                out += self.expand(src[m.end():end], m[1], name)
                i = end + 1
            elif m := VAR.match(src, i):
                out += self.variable(m[1], m[2], slot)
                i = m.end()
            elif m := NAME.match(src, i):
                out.append(Piece(m[1].replace("_", " "), "name", slot))
                i = m.end()
            else:
                out.append(Piece(src[i], "text" if noise.is_deva(src[i]) else kind, slot))
                i += 1
        return out


def tidy(pieces: list[Piece]) -> list[Piece]:
    """Join pieces of one kind, drop the spaces that empty choices leave behind."""
    out: list[Piece] = []
    for p in pieces:
        if p.text == "\\":                          # \n of the template source
            out.append(Piece("\\", p.kind, p.slot))
            continue
        if out and out[-1].text == "\\" and p.text == "n":
            out[-1] = Piece("\n", "text", None)
            continue
        tail = out[-1].text[-1] if out else " "
        if p.text == " " and tail in " \n":
            continue
        if p.text in (",", "?", "!") and out and tail == " ":
            out.pop()
        out.append(p)
    while out and out[-1].text == " ":
        out.pop()
    return merge(out)


def merge(pieces: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for p in pieces:
        if out and (out[-1].kind, out[-1].slot) == (p.kind, p.slot):
            out[-1] = Piece(out[-1].text + p.text, p.kind, p.slot)
        else:
            out.append(p)
    return out


def gold_of(t: Template, pieces: list[Piece], question: str | None) -> dict:
    """The contract object of a message in normalized form."""
    text = "".join(p.text for p in pieces)
    lead = len(text) - len(text.lstrip())
    slots: dict[str, str] = {}
    for p in pieces:
        if p.slot:
            slots[p.slot] = slots.get(p.slot, "") + p.text
    if t.intent == "clarify":
        slots |= {"requested_intent": t.requested, "question": question}
    assert not lead, f"{t.family}: white space at the start of {text!r}"
    return {"intent": t.intent,
            "slots": {s: slots[s].strip() for s in contract.SLOTS[t.intent] if s in slots},
            "normalized_text": text, "language_mix": noise.mix_of(pieces), "script_rules": dict(contract.SCRIPT_RULES)}


# ---------------------------------------------------------------- a group of rows: one gold, several typings

def build_group(t: Template, styles: str, rng: random.Random, group: str) -> list[dict]:
    """Rows of one group. Everything that changes the gold is drawn once; only the Hindi's typing is drawn per row."""
    draw = Drawing(rng, t.split)
    pieces = tidy(draw.expand(t.text))
    question = "".join(p.text for p in tidy(draw.expand(t.question))) if t.question else None
    plain = t.fixed or "e" in styles
    names = sorted({p.text for p in pieces if p.kind == "name"})
    if not plain:
        pieces, used = noise.group_noise(pieces, rng, styles)
    else:
        used = []
    if "e" in styles:
        pieces, used = noise.devanagari_names(pieces), ["devanagari_english"]
    pieces = tidy([Piece(c, p.kind, p.slot) for p in pieces for c in p.text])
    names = sorted({p.text.strip() for p in pieces if p.kind == "name"} - {""})
    gold = gold_of(t, pieces, question)
    rows, seen = [], set()
    for style in styles:
        text, typed = t.fixed_input or "", []
        for _ in range(MAX_TRIES):
            if t.fixed_input and style == "r" and not rows:
                break
            text, typed = noise.type_message(pieces, style, rng)
            if text not in seen:
                break
        if text in seen:
            continue
        seen.add(text)
        rows.append({"input": text, "instruction": contract.INSTRUCTION, "output": gold,
                     "meta": {"categories": sorted(t.categories), "family": t.family, "group": group,
                              "entities": {k: v for k, v in sorted(draw.entities.items())}, "names": names,
                              "noise": sorted(set(used + typed)), "mix": noise.mix_style(text, gold, style)}})
    return rows


def styles_for(t: Template, k: int) -> str:
    """The typing styles of a family's k-th group; English alone has only one."""
    if t.styles:
        return t.styles[k % len(t.styles)]
    if not any(noise.is_deva(c) for c in t.text):
        return "r"
    return GROUP_STYLES[k % len(GROUP_STYLES)]


def build_split(templates: list[Template], split: str, n_rows: int, seed: int, first_round: int = 0) -> list[dict]:
    """n_rows rows of a split's families, dealt round by round so that no family outweighs another."""
    families = [t for t in templates if t.split == split]
    rows: list[dict] = []
    texts: set[str] = set()
    for k in range(first_round, first_round + 200):
        for j, t in enumerate(families):
            if len(rows) >= n_rows:
                return rows[:n_rows]
            if t.fixed and k > 0:
                continue
            for attempt in range(MAX_TRIES):
                rng = random.Random(f"{seed}:{t.family}:{k}:{attempt}")
                new = build_group(t, styles_for(t, j + 7 * k), rng, f"{t.family}.{k}")
                if new and new[0]["output"]["normalized_text"].casefold() not in texts:
                    break
            else:
                continue
            texts.add(new[0]["output"]["normalized_text"].casefold())
            rows += new
    raise SystemExit(f"{split}: only {len(rows)} of {n_rows} distinct rows; write more templates")


def build_aux(templates: list[Template], n_rows: int, seed: int) -> list[dict]:
    """Pairs input -> normalized_text for teaching the script; from train families only."""
    rows = build_split(templates, "train", n_rows, seed, first_round=50)
    return [{"id": f"aux-{i:05d}", "input": r["input"], "normalized_text": r["output"]["normalized_text"]}
            for i, r in enumerate(rows)]


# ---------------------------------------------------------------- the gate

def gate_errors(row: dict) -> list[str]:
    """Why a row must not be written; empty when it may."""
    out, text = row["output"], row["output"]["normalized_text"]
    errors = contract.validate(out)
    errors += noise.lossless_errors(row["input"], text)
    errors += noise.script_errors(row["input"], text, row["meta"]["names"])
    mix = noise.derive_mix(text, row["meta"]["names"])
    if mix != out["language_mix"]:
        errors.append(f"language_mix is {out['language_mix']}, its tokens say {mix}")
    if row["input"] != contract.clean_input(row["input"]):
        errors.append("input is not clean")
    return errors


def gate(rows: list[dict]) -> None:
    """Raises SystemExit naming the first row that fails."""
    for row in rows:
        if errors := gate_errors(row):
            raise SystemExit(f"gate: {row['id']} ({row['meta']['family']}) {row['input']!r}: {errors[0]}")


# ---------------------------------------------------------------- main

def number(rows: list[dict], split: str) -> list[dict]:
    return [{"id": f"{split}-{i:04d}", **row} for i, row in enumerate(rows)]


def to_jsonl(rows: list[dict]) -> str:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Build data/ from templates; fails on the first row its gate refuses.",
                                     allow_abbrev=False)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=contract.ROOT / "data", help="directory to write into")
    parser.add_argument("--aux", type=int, default=N_AUX, help="input -> normalized_text pairs; 0 writes none")
    parser.add_argument("--extra", type=int, default=N_EXTRA, help="further rows of val's families; 0 writes none")
    args = parser.parse_args()
    if args.aux < 0 or args.extra < 0:
        raise SystemExit("--aux and --extra count rows: 0 or more")
    templates = load_templates()
    splits = {s: number(build_split(templates, s, n, args.seed), s) for s, n in SPLIT_ROWS.items()}
    splits["dev_extra"] = number(build_split(templates, "val", args.extra, args.seed, first_round=20), "extra")
    aux = build_aux(templates, args.aux, args.seed)
    for rows in splits.values():
        gate(rows)
    for name, rows in splits.items():
        if rows:
            contract.write_atomic(args.out / f"{name}.jsonl", to_jsonl(rows))
    if aux:
        contract.write_atomic(args.out / "aux_normalize.jsonl", to_jsonl(aux))
    for name, rows in splits.items():
        print(name, len(rows), dict(Counter(r["meta"]["mix"] for r in rows)))


if __name__ == "__main__":
    sys.exit(main())
