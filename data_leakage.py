"""How close the test and stress inputs come to the training inputs, by character n-grams.

    python data_leakage.py        # the table, for the files in data/ and stress_suite.jsonl

Reads:  data/{train,val,test,dev_extra}.jsonl, stress_suite.jsonl (where it is there)
Writes: nothing

Compared are normalized_text with normalized_text and input with input, and the larger figure counts: a Roman copy of
a Devanagari sentence is caught by the first, a copy of the typing by the second.
"""
import json
import re
import unicodedata
from pathlib import Path

import contract

N = 4                   # characters: about one Hindi syllable and a half, or most of an English word
BOUND = 0.65            # independent messages for one action reach 0.5 by sharing its words; a changed name leaves 0.8
STRESS_PATH = contract.ROOT / "stress_suite.jsonl"


def fold(text: str) -> str:
    """Case, digits, punctuation, repeated letters and spacing set aside."""
    text = unicodedata.normalize("NFC", text).casefold()
    text = re.sub(r"[0-9०-९]", "0", text)
    text = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text)
    text = re.sub(r"(.)\1{2,}", r"\1", text)
    return f" {' '.join(text.split())} "


def grams(text: str) -> frozenset[str]:
    folded = fold(text)
    if not folded.strip():
        return frozenset((text.strip(),))       # nothing but signs: alike only when the same
    return frozenset(folded[i:i + N] for i in range(max(1, len(folded) - N + 1)))


def dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0


def faces(row: dict) -> tuple[frozenset[str], frozenset[str]]:
    return grams(row["input"]), grams(row["output"]["normalized_text"])


def nearest(rows: list[dict], train: list[dict]) -> list[dict]:
    """For each row its nearest training row: {"id", "similarity", "train_id", "input", "train_input"}."""
    known = [(r, *faces(r)) for r in train]
    out = []
    for row in rows:
        typed, text = faces(row)
        score, best = max(((max(dice(typed, a), dice(text, b)), r) for r, a, b in known), key=lambda pair: pair[0])
        out.append({"id": row["id"], "similarity": round(score, 3), "train_id": best["id"], "input": row["input"],
                    "train_input": best["input"]})
    return sorted(out, key=lambda n: -n["similarity"])


def summary(neighbours: list[dict]) -> dict:
    """Figures of a split: how many rows, quantiles of the similarity to the nearest training row."""
    scores = sorted(n["similarity"] for n in neighbours)
    at = lambda q: scores[min(len(scores) - 1, int(q * len(scores)))]
    return {"n": len(scores), "median": at(0.5), "p90": at(0.9), "max": scores[-1]}


def stress_rows(path: Path = STRESS_PATH) -> list[dict]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def over_bound(neighbours: list[dict]) -> list[str]:
    return [f"{n['id']} {n['input']!r} is {n['similarity']} like {n['train_id']} {n['train_input']!r}"
            for n in neighbours if n["similarity"] > BOUND]


def main() -> None:
    def rows(name: str) -> list[dict]:
        return stress_rows(contract.ROOT / "data" / f"{name}.jsonl")
    for name, split in (("test", rows("test")), ("stress", stress_rows()), ("val", rows("val"))):
        if split:
            found = nearest(split, rows("train"))
            print(name, summary(found))
            for n in found[:8]:
                print(f"  {n['similarity']:.3f}  {n['id']} {n['input']!r}  ~  {n['train_id']} {n['train_input']!r}")


if __name__ == "__main__":
    main()
