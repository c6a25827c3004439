"""The data card: counts, gate and leakage figures as Markdown. Rendered by gen_data.py, never edited by hand.

    from data_card import render

Reads:  nothing
Writes: nothing (gen_data.py writes data/README.md)
"""
from collections import Counter, defaultdict

import contract
from data_gate import TOKEN, is_deva
from data_leakage import BOUND, N

SPLITS = ("train", "val", "test")

HEAD = """# Data card

Written by `python gen_data.py`; every figure below is counted by that run (seed {seed}).

| file | rows | what |
|---|---|---|
{files}

What the shipped model was trained on says its card, outputs/adapter/README.md; a further row nearer
to a message of test, stress or val than the bound below is left out. Words of families come from `families/`, `family_values.txt` and,
amid a story, `chatter.txt`.

Beside them `redact_cases.jsonl`: labelled texts for `redact.py`, with invented people and generated check digits. `continuations.tsv`: which token
follows which in the training answers (`speculate.py --count`), guesses that a server checks.

A row is `{{"id", "input", "instruction", "output", "meta"}}`; `output` is the contract's object (contract.py,
LABELING.md), `meta` holds categories, template family, group, entities, names, spelling noise and the way it is typed
(`mix`). The rows are synthetic: written by hand as templates and word lists in normalized form, typed by code.
Nobody's messages are in them; people, phone numbers, ids and addresses are invented, companies are real names used as
slot values.

## How a row is made

1. A template (data_templates.py) is a message in normalized form: Hindi in Devanagari, English in Latin, slots marked,
   choices open, entities drawn from lists that differ between the splits. This text is the gold.
2. Noise that the gold keeps is drawn once per group: English typos, lower-case names, capitals, openers, missing
   punctuation.
3. Each row of a group is then typed its own way: Hindi in Roman spellings people use (data_words.py, by hand), joins,
   dropped vowels, repeated letters, glued digits, or in Devanagari, or everything in Devanagari. So within a group the
   gold is identical and only the Hindi's spelling or script differs; messages with English typed in Devanagari stand
   alone.

Slot values follow LABELING.md; where it leaves a choice: the head noun is left out (`home` of `home loan`, `debit` of
`debit card`, `savings` of `savings account`, `बिजली` of `बिजली का bill`), an account named by its bank is the bank, a
task keeps its verb (`bill भरना`), `तक` and `से पहले` belong to a time, `को`, `पर` and `at` do not.
"""

TAIL = """## Known gaps

- One author's voice. Spellings come from a hand-written table of {n_words} Hindi words ({n_spellings} spellings), not
  from a corpus; regional habits (`hamko`, `kar diyo`, Marathi or Punjabi words) are rare.
- The vocabulary of the 500 rows is small; words outside it are taught by the families of data/families/. The carrier sentences of
  aux_normalize.jsonl, which the shipped model was not trained on, are word salad in the lexicon's spellings; now and then a loan or a
  name slips in as Hindi.
- One turn, one message; two requests in one message are rare. No voice transcripts with wrong words.
- Amounts, hours and days are drawn independently: a gym reminder may fall on 3:15 pm.
- Names in Devanagari occur only where the whole message is typed in Devanagari.
- A family has one slot pattern, drawn with other words each time.

## Licences

The data: CC BY 4.0. aux_normalize.jsonl also draws on the lexicon, built with `wordfreq` (Apache-2.0; its word lists
CC BY-SA 4.0) and `indic-transliteration` (MIT); it is generated locally and not distributed.
"""

SECOND_READER = """## Second reader

After the gate had passed, {n_read} random rows of the 500 were read again, input and gold; then, with the corrections in,
{n_read} others; then {n_read} of a later draw. Corrections were made in the templates and word lists, so that every row of a
family changed with them. Rows corrected:

| kind | first {n_read} | second {n_read} | third {n_read} |
|---|---|---|---|
{rows}
"""
CORRECTIONS: dict[str, tuple[int, int, int]] = {
    "a second vocative or thanks (`bro ... bhai`)": (3, 0, 0),
    "slot missing, taken back by a self-correction, or not the phrase that carries it": (3, 1, 1),
    "Hindi number word inside an English message": (1, 0, 0), "question not in the message's own mix": (1, 0, 0),
    "meaning (a 1:1 with a whole team)": (1, 0, 0)}
N_READ = 100


def table(head: list[str], rows: list[list]) -> str:
    lines = ["| " + " | ".join(map(str, r)) + " |" for r in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines) + "\n"


def needs_devanagari(row: dict) -> bool:
    """Does the gold hold a Devanagari word that the input does not: Roman Hindi had to be rewritten?"""
    words = [Counter(t for t in TOKEN.findall(x) if is_deva(t)).total()
             for x in (row["output"]["normalized_text"], row["input"])]
    return words[0] > words[1]


def shares(rows: list[dict]) -> dict[str, float]:
    """Shares of all rows that the data set promises."""
    n = len(rows)
    return {"roman_hinglish": sum(r["meta"]["mix"] == "roman_hinglish" for r in rows) / n,
            "needs_devanagari": sum(map(needs_devanagari, rows)) / n}


def by_split(splits: dict, keys_of) -> list[list]:
    """Rows of a table: each key, its count in every split and in all."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for split in SPLITS:
        for row in splits[split]:
            for key in keys_of(row):
                counts[key][split] += 1
    return [[k, *(c[s] for s in SPLITS), c.total()] for k, c in sorted(counts.items())]


def counts_section(splits: dict) -> str:
    everything = [r for s in SPLITS for r in splits[s]]
    share = shares(everything)
    intents = {r[0]: r for r in by_split(splits, lambda r: [r["output"]["intent"]])}
    head = list(SPLITS) + ["all"]
    parts = ["## Counts\n",
             (f"Roman Hindi with English: {share['roman_hinglish']:.1%} of the rows (at least 60 %). "
              f"Rows where Roman Hindi must become Devanagari: {share['needs_devanagari']:.1%} (at least 30 %).\n"),
             table(["intent", *head], [intents[i] for i in contract.INTENTS]),
             table(["typed", *head], by_split(splits, lambda r: [r["meta"]["mix"]])),
             table(["language_mix", *head], by_split(splits, lambda r: [r["output"]["language_mix"]])),
             table(["category", *head], by_split(splits, lambda r: r["meta"]["categories"])),
             table(["noise", *head], by_split(splits, lambda r: r["meta"]["noise"] or ["none"]))]
    return "\n".join(parts)


def families_section(splits: dict, templates: list) -> str:
    rows = []
    for split in SPLITS:
        groups = Counter(r["meta"]["group"] for r in splits[split])
        families = {r["meta"]["family"] for r in splits[split]}
        rows.append([split, sum(t.split == split for t in templates), len(families), len(groups),
                     sum(n > 1 for n in groups.values()), len(splits[split])])
    return "## Families and groups\n\n" + table(
        ["split", "families written", "families rendered", "groups", "groups of two or three rows", "rows"], rows)


def gate_section(gates: dict[str, dict]) -> str:
    alarms = sum((gates[s]["alarms"] for s in SPLITS), Counter())
    listed = ", ".join(f"{token} {n}" for token, n in sorted(alarms.items(), key=lambda a: (-a[1], a[0])))
    rows = [[s, g["rows"], g["slots"], g["tokens"], g["alarms"].total()] for s, g in gates.items()]
    return ("## Gold gate\n\nEvery row passes: the contract's schema, slots that are spans, losslessness "
            "(digits, signs, English words, names), script rules by the generator's own lists and by script_rules.check, language_mix "
            "derived again from the tokens, one gold a group, no family or group in two splits, no test entity in "
            "training. The last column counts alarms of the checker on names and on words that were read and are "
            "right.\n\n" + table(["split", "rows", "slots", "words", "checker alarms overruled"], rows)
            + f"\nOverruled in the 500 rows: {listed or 'none'}.\n")


def leakage_section(leakage: dict[str, dict]) -> str:
    rows = [[name, v["summary"]["n"], v["against"], v["summary"]["median"], v["summary"]["p90"], v["summary"]["max"]]
            for name, v in leakage.items()]
    near = [[n["similarity"], n["id"], n["input"].replace("\n", "⏎").replace("|", "¦"), n["train_id"],
             n["train_input"].replace("|", "¦")] for v in leakage.values() for n in v["nearest"][:3]]
    return (f"## Leakage\n\nSimilarity to the nearest training row: Dice coefficient of character {N}-grams after "
            "case, digits, punctuation and repeated letters are folded, the larger of input against input and "
            f"normalized_text against normalized_text. The run fails above {BOUND}; auxiliary pairs above it are "
            "dropped.\n\n" + table(["inputs", "n", "against", "median", "90th percentile", "nearest"], rows)
            + "\nThe nearest three of each:\n\n" + table(["similarity", "row", "input", "training row", "input"], near))


def second_reader() -> str:
    rows = "\n".join(f"| {kind} | {' | '.join(map(str, counts))} |" for kind, counts in CORRECTIONS.items())
    return SECOND_READER.format(n_read=N_READ, rows=rows)


def render(splits: dict, files: dict[str, str], templates: list, gates: dict, leakage: dict, seed: int,
           n_words: int, n_spellings: int) -> str:
    """The card. files: file name -> what it is; the count is len of the split of that name."""
    listing = "\n".join(f"| {name}.jsonl | {n} | {what} |" for name, (n, what) in files.items())
    return "\n".join([HEAD.format(seed=seed, files=listing), counts_section(splits),
                      families_section(splits, templates), gate_section(gates), leakage_section(leakage), second_reader(),
                      TAIL.format(n_words=n_words, n_spellings=n_spellings)])
