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
import neighbours
import tokens as tk
from contract import clean_input
from script_rules import read_rows

MAX_PASSES = 5   # two are the rule; a message that still changes after five keeps what it has


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


def _pass(text: str) -> tuple:
    """Tokens, lattice, decoded path, scores and forms of a cleaned message."""
    found = tk.tokenize(text)
    states = lid.lattice(found)
    path, through = context.decode(states, lid.SWITCH)
    return found, states, path, through, neighbours.polite(found, [s.form for s in path])


def settle(text: str) -> str:
    """Draft the draft until it stays the same, so that drafting again changes nothing."""
    for _ in range(MAX_PASSES):
        found, _, _, _, forms = _pass(text)
        again = rewrite(found, forms, text)
        if again == text:
            break
        text = again
    return text


def read(text: str) -> tuple[str, list[dict]]:
    """(the message in the right script, its candidates): per token text, start, end in the cleaned message, lang, and
    readings as {text, lang, score}, best in context first; the score is 0 for what the best reading of all takes."""
    text = clean_input(text)
    found, states, path, through, forms = _pass(text)
    return settle(rewrite(found, forms, text)), [_ranked(*row) for row in zip(found, states, through, path, forms)]


def _ranked(token: tk.Token, states: tuple, scores: list[float], best: context.State, form: str) -> dict:
    """One token's readings in order of score; what the draft took comes first."""
    top: dict[str, tuple[float, str]] = {}
    for state, score in zip(states, scores):
        if state.form not in top or score > top[state.form][0]:
            top[state.form] = (score, state.lang)
    top[form] = (0.0, best.lang)
    ranked = sorted(top.items(), key=lambda item: (item[0] != form, -item[1][0]))
    lang = {"num": "num", "url": "url", "tag": "url"}.get(token.kind, "other") if best.lang == "x" else best.lang
    return {"text": token.text, "start": token.start, "end": token.end, "lang": lang,
            "readings": [{"text": f, "lang": side if side != "x" else lang, "score": round(s, 2)}
                         for f, (s, side) in ranked]}


def draft(text: str) -> str:
    """The message in the right script; NFC, control characters to spaces, ends stripped."""
    return settle(clean_input(text))


def candidates(text: str) -> list[dict]:
    """Per token of the cleaned message: its ranked readings; see read."""
    return read(text)[1]


def main() -> None:
    parser = argparse.ArgumentParser(description="Draft a message in the right script.", allow_abbrev=False)
    parser.add_argument("text", nargs="?", help="a message")
    parser.add_argument("--jsonl", action="store_true", help="read rows from stdin, write drafts to stdout")
    args = parser.parse_args()
    if args.jsonl:
        for row in read_rows(sys.stdin, "input"):
            said, readings = read(row["input"])
            print(json.dumps({"id": row.get("id"), "normalized_text": said, "candidates": readings},
                             ensure_ascii=False))
    elif args.text is not None:
        print(draft(args.text))
    else:
        parser.error("give a message, or --jsonl with rows on stdin")


if __name__ == "__main__":
    main()
