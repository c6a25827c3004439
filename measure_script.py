"""Measure the script tools: every figure of their table, printed and kept in one file.

    python measure_script.py --lid lid.tsv --dakshina hi_dev.tsv --golds stress_suite.jsonl

Reads:  the files given (each part is measured only if its file is given), tests/homographs.jsonl, tests/chat_forms.tsv
Writes: outputs/script_rules.json
"""
import argparse
import json
import random
import sys
from pathlib import Path

import script_rules

ROOT = Path(__file__).resolve().parent
LID_SEED = 20  # decides which fifth is kept apart


def read_lid(path: str) -> list[tuple[list[str], list[str]]]:
    """(tokens, labels) rows of a two-column file."""
    rows = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        words, labels = line.split("\t")
        rows.append((words.split(" "), labels.split(" ")))
    return rows


def lid_split(n: int, kept_apart: bool) -> list[int]:
    """Row numbers of the seeded fifth, or of the other four."""
    order = list(range(n))
    random.Random(LID_SEED).shuffle(order)
    fifth = n // 5
    return sorted(order[:fifth] if kept_apart else order[fifth:])


def predict_words(words: list[str]) -> list[str]:
    """One language per white-space word: that of its longest piece."""
    text = " ".join(words)
    items = script_rules.label(text)
    starts, at = [], 0
    for w in words:
        starts.append(at)
        at += len(w) + 1
    out, j = [], 0
    for start, w in zip(starts, words):
        best = None
        while j < len(items) and items[j].start < start + len(w):
            if best is None or len(items[j].text) > len(best.text):
                best = items[j]
            j += 1
        out.append(best.lang if best else "other")
    return out


def f1(pairs: list[tuple[str, str]], lang: str) -> dict:
    """Precision, recall and F1 of one language over (gold, predicted) pairs."""
    hit = sum(g == lang == p for g, p in pairs)
    said, true = sum(p == lang for _, p in pairs), sum(g == lang for g, _ in pairs)
    if not hit:
        return {"precision": None, "recall": None, "f1": None, "n": true}
    precision, recall = hit / said, hit / true
    return {"precision": round(precision, 4), "recall": round(recall, 4),
            "f1": round(2 * precision * recall / (precision + recall), 4), "n": true}


def lid_pairs(rows: list) -> list[tuple[str, str, str]]:
    """(word, gold, predicted) for alphabetic words labelled hi or en."""
    out = []
    for words, labels in rows:
        for w, gold, said in zip(words, labels, predict_words(words)):
            if gold in ("hi", "en") and w.isalpha():
                out.append((w, gold, said))
    return out


def measure_lid(path: str) -> dict:
    """F1 of hi and en on the seeded fifth and on the other four."""
    rows = read_lid(path)
    out = {}
    for name, apart in (("four_fifths", False), ("seeded_fifth", True)):
        pairs = [(g, p) for _, g, p in lid_pairs([rows[i] for i in lid_split(len(rows), apart)])]
        out[name] = {"hi": f1(pairs, "hi"), "en": f1(pairs, "en")}
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the script tools.", allow_abbrev=False)
    parser.add_argument("--lid", help="tokens and labels, tab-separated")
    args = parser.parse_args()
    if args.lid:
        print(json.dumps({"lid": measure_lid(args.lid)}, indent=1))


if __name__ == "__main__":
    main()
