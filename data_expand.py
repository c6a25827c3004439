"""A template becomes a message: choices made, slots marked, entities drawn; then the gold object of that message.

    from data_expand import Drawing, gold_of, tidy

Reads:  contract.py, data_noise.py, data_words.py
Writes: nothing
"""
import random
import re
from collections import defaultdict

import contract
import data_noise as noise
from data_noise import Piece
from data_templates import Template
from data_words import LEXICON, NAME_KINDS, UNSEEN_KINDS

VAR = re.compile(r"\$([a-z_]+)(\d?)")
NAME = re.compile(r"(?<![\w.])@([A-Z][^\s<>\[\]|,?!.]+)")
SLOT = re.compile(r"<([a-z_]+)=")
MAX_TRIES = 40          # redraws of a second person or amount that repeats the first


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

    def variable(self, kind: str, index: str, slot: str | None, nested: bool) -> list[Piece]:
        """A value of a kind; the same for the same index, a fresh one inside another value. Never one drawn before."""
        key = f"{kind}#{len(self.bound)}" if nested else kind + index
        if key not in self.bound:
            taken = {"".join(p.text for p in v) for k, v in self.bound.items() if k.rstrip("#0123456789") == kind}
            for _ in range(MAX_TRIES):
                value = self.rng.choice(LEXICON[kind][self.split])
                pieces = self.expand(value, None, kind in NAME_KINDS and "@" not in value, True)
                if "".join(p.text for p in pieces) not in taken:
                    break
            self.bound[key] = pieces
            if kind in UNSEEN_KINDS:
                self.entities[UNSEEN_KINDS[kind]].append("".join(p.text for p in pieces))
        return [Piece(p.text, p.kind, slot) for p in self.bound[key]]

    def expand(self, src: str, slot: str | None = None, name: bool = False, nested: bool = False) -> list[Piece]:
        """Pieces of a template source; raises ValueError or KeyError on a malformed one."""
        out, i, kind = [], 0, "name" if name else "text"
        while i < len(src):
            if src[i] == "[":
                end = match_bracket(src, i)
                out += self.expand(self.rng.choice(split_choice(src[i + 1:end])), slot, name, nested)
                i = end + 1
            elif m := SLOT.match(src, i):
                end = src.index(">", m.end())
                out += self.expand(src[m.end():end], m[1], name, nested)
                i = end + 1
            elif m := VAR.match(src, i):
                out += self.variable(m[1], m[2], slot, nested)
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
