"""Families for training alone, data/families/<intent>.txt: further ways to ask for each thing, beside the 500 rows and
never counted among them.

    python data_families.py data/families/book_cab.txt    # check a file that was edited: faults, and a drawn row a family

A line is a family in the format of data_templates.py without the split; values are those of the kinds' split "more".
Words need no hand-written spelling here: lexicon.py's likely spellings fill in. New lines go at the end of a file.

Reads:  data/families/*.txt
Writes: nothing
"""
import random
import sys
from pathlib import Path

import contract
from data_templates import Template, parse_blocks

FAMILIES = contract.ROOT / "data" / "families"
DRAWS = 3       # per family when a file is checked


def load_families(folder: Path = FAMILIES) -> list[Template]:
    """All families, split "more", intents in the contract's order."""
    return [t for intent in contract.INTENTS for t in read_families(folder / f"{intent}.txt")]


def read_families(path: Path) -> list[Template]:
    """Families of one file; blank lines and lines that start with # are passed over."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return parse_blocks("\n".join([f"= {path.stem}", *(f"mo {line}" for line in lines)]))


def family_faults(t: Template) -> tuple[list[str], dict | None]:
    """What is wrong with a family, and the last row drawn from it."""
    from data_gate import doubts
    from gen_data import build_group, styles_of
    row, faults = None, []
    for k in range(DRAWS):
        rng = random.Random(f"{t.family}:{k}")
        try:
            row = build_group(t, styles_of(t, False, rng), rng, t.family)[0]
        except (KeyError, ValueError, AssertionError, IndexError) as err:
            return [f"{type(err).__name__}: {err}"], None
        faults += [f for f in doubts(row) if f not in faults]
    return faults, row


def main() -> None:
    """Exits 1 where a family has a fault."""
    import normalize
    n_faulty = 0
    for path in map(Path, sys.argv[1:]):
        for t in read_families(path):
            faults, row = family_faults(t)
            n_faulty += bool(faults)
            if row:
                gold = row["output"]
                same = normalize.draft(row["input"]) == gold["normalized_text"]
                print(f"{t.family}  {row['input']!r}\n    {gold['normalized_text']!r}{'' if same else ' (draft differs)'}  {gold['slots']}")
            for fault in faults:
                print(f"    FAULT {fault}   in: {t.text}")
    print(f"{n_faulty} families with faults")
    sys.exit(n_faulty > 0)


if __name__ == "__main__":
    main()
