"""Check a text against the script rules: which token is Hindi, which English, what broke a rule, what got lost.

    python script_rules.py "मैं main road pe हूँ"                      # the text, violations coloured
    echo '{"id": 1, "text": "kal मीटिंग है"}' | python script_rules.py --jsonl

Reads:  stdin with --jsonl: {"id", "text", "input"?} a line; what lid.py reads
Writes: stdout with --jsonl: {"id", "tokens": [{"text", "start", "end", "lang", "p", "violation"}], "violations",
        "compliant"}, and with an input "lost" and "invented"; offsets count code points of text

The rules are those of data/LABELING.md. Roman Hindi in a text that is Devanagari otherwise, and English in Devanagari,
are violations; names keep the script they were typed in. A user's own message is labelled by the same call.
"""
import argparse
import json
import sys
from collections import Counter
from dataclasses import replace

import lid
import tokens as tk
from lid import Labelled
from tokens import Token, tokenize

__all__ = ["Labelled", "Token", "check", "label", "language_mix", "tokenize"]

RED, YELLOW, OFF = "\033[31m", "\033[33m", "\033[0m"


def label(text: str, user_input: str | None = None) -> list[Labelled]:
    """Every token of text with language, probability and violation.

    With user_input, a listed name that the user typed just so is no violation.
    """
    items = lid.tag(text)
    if user_input is None:
        return items
    typed = {tk.nfc(t.text) for t in tokenize(user_input)}
    return [replace(i, lang="name", violation=None) if i.violation and tk.nfc(i.text) in typed and lid.is_name(i.text.lower())
            else i for i in items]


def _protected(items: list[Labelled]) -> Counter:
    """What must survive character for character: numbers, links, names, English and emoji. Keys are NFC."""
    out: Counter = Counter()
    for item in items:
        if item.lang in ("num", "url") or (item.lang == "other" and any(ord(c) > 0x2190 for c in item.text)):
            out[tk.nfc(item.text)] += 1
        elif item.lang in ("en", "name") and not item.violation:
            out[tk.nfc(item.text)] += 1
    return out


def lost_and_invented(items: list[Labelled], user_input: str) -> tuple[list[str], list[str]]:
    """What the input has and the text lacks, and the reverse: numbers, links, names, English words, emoji.

    A word counts as lost only if it was clearly no Hindi, as invented only if no token of the input can be read so.
    """
    source = label(user_input)
    here = Counter(tk.nfc(i.text) for i in items)
    there = Counter(tk.nfc(i.text) for i in source)
    readable = Counter(i.form.lower() for i in source if i.violation == "devanagari_english")
    lost, invented = [], []
    for key, n in _protected([i for i in source if i.lang in ("num", "url", "other") or -i.margin > 1.0]).items():
        lost += [key] * max(0, n - here[key])
    for key, n in _protected(items).items():
        extra = n - there[key] - readable[key.lower()]
        invented += [key] * max(0, extra)
    return lost, invented


def check(text: str, user_input: str | None = None) -> dict:
    """The verdict on one text: tokens, violations, compliant; with the user's input also lost and invented."""
    items = label(text, user_input)
    n = sum(i.violation is not None for i in items)
    row = {"tokens": [{"text": i.text, "start": i.start, "end": i.end, "lang": i.lang, "p": i.p,
                       "violation": i.violation} for i in items],
           "violations": n, "compliant": n == 0}
    if user_input is not None:
        row["lost"], row["invented"] = lost_and_invented(items, user_input)
    return row


def language_mix(text: str) -> str:
    """hinglish, hindi or english, from the words of a text in the right script; names and numbers do not count."""
    langs = {i.lang for i in label(text) if not (i.lang == "en" and lid.is_name(i.text.lower()))}
    if "hi" in langs:
        return "hinglish" if "en" in langs else "hindi"
    return "english"


def coloured(text: str) -> str:
    """The text with Roman Hindi in red and Devanagari English in yellow."""
    out, at = [], 0
    for item in label(text):
        out.append(text[at:item.start])
        colour = {"roman_hindi": RED, "devanagari_english": YELLOW}.get(item.violation or "")
        out.append(f"{colour}{item.text}{OFF}" if colour else item.text)
        at = item.end
    return "".join(out) + text[at:]


def read_rows(lines, needed: str):
    """JSON objects from lines; a line that is not one, or lacks the field, stops with its number."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as err:
            sys.exit(f"line {number} is not JSON: {err}")
        if not isinstance(row, dict) or not isinstance(row.get(needed), str):
            sys.exit(f"line {number} has no text in {needed!r}")
        yield row


def main() -> None:
    parser = argparse.ArgumentParser(description="Colour or list violations of the script rules.", allow_abbrev=False)
    parser.add_argument("text", nargs="?", help="a text to colour")
    parser.add_argument("--jsonl", action="store_true", help="read rows from stdin, write verdicts to stdout")
    args = parser.parse_args()
    if args.jsonl:
        for row in read_rows(sys.stdin, "text"):
            verdict = check(row["text"], row.get("input"))
            print(json.dumps({"id": row.get("id"), **verdict}, ensure_ascii=False))
    elif args.text is not None:
        print(coloured(args.text))
    else:
        parser.error("give a text, or --jsonl with rows on stdin")


if __name__ == "__main__":
    main()
