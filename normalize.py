"""Write a whole message in the right script without a model: Hindi in Devanagari, everything else as typed.

    python normalize.py "bhai kal 2baje meeting rakh de"
    echo '{"id": 1, "input": "kal aana"}' | python normalize.py --jsonl

Reads:  stdin with --jsonl: {"id", "input"} a line; what lid.py reads
Writes: stdout with --jsonl: {"id", "normalized_text", "candidates"}; candidates holds, per token, its text, offsets,
        language and ranked readings

Lossless: digits, marks, white space inside and English come out as they went in; the text is NFC.
"""
import argparse
import json
import sys

import context
import lid
import tokens as tk
from contract import clean_input
from script_rules import read_rows


def rewrite(found: list[tk.Token], forms: list[str], text: str) -> str:
    """Put the forms in place of the tokens; digits glued to a Hindi word get a space."""
    out, at = [], 0
    for i, (token, form) in enumerate(zip(found, forms)):
        gap = text[at:token.start]
        if not gap and i and form != token.text and found[i - 1].kind == "num":
            gap = " "
        out.append(gap)
        out.append(form)
        at = token.end
    return "".join(out) + text[at:]


def draft(text: str) -> str:
    """The message in the right script; NFC, control characters to spaces, ends stripped."""
    text = clean_input(text)
    found = tk.tokenize(text)
    path, _ = context.decode(lid.lattice(found), lid.SWITCH)
    return rewrite(found, lid.polite(found, [s.form for s in path]), text)


def candidates(text: str) -> list[dict]:
    """Per token: text, start, end, lang, and its readings, best in context first, as {text, lang, score}."""
    text = clean_input(text)
    found = tk.tokenize(text)
    states = lid.lattice(found)
    _, through = context.decode(states, lid.SWITCH)
    out = []
    for token, row, scores in zip(found, states, through):
        best: dict[str, tuple[float, str]] = {}
        for state, score in zip(row, scores):
            if state.form not in best or score > best[state.form][0]:
                best[state.form] = (score, state.lang)
        ranked = sorted(best.items(), key=lambda item: -item[1][0])
        out.append({"text": token.text, "start": token.start, "end": token.end,
                    "readings": [{"text": f, "lang": lang, "score": round(s, 2)} for f, (s, lang) in ranked]})
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description="Draft a message in the right script.", allow_abbrev=False)
    parser.add_argument("text", nargs="?", help="a message")
    parser.add_argument("--jsonl", action="store_true", help="read rows from stdin, write drafts to stdout")
    args = parser.parse_args()
    if args.jsonl:
        for row in read_rows(sys.stdin, "input"):
            print(json.dumps({"id": row.get("id"), "normalized_text": draft(row["input"]),
                              "candidates": candidates(row["input"])}, ensure_ascii=False))
    elif args.text is not None:
        print(draft(args.text))
    else:
        parser.error("give a message, or --jsonl with rows on stdin")


if __name__ == "__main__":
    main()
