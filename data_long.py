"""Long messages for training alone: one request amid sentences that ask for nothing, or no request at all.

The model meets 300 words as a rule only once it is in use: a person who tells the whole story first. Without such rows it
repeats itself on them.

    from data_long import long_families

Reads:  data/chatter.txt
Writes: nothing
"""
import random
import re
from pathlib import Path

import contract
from data_templates import Template

CHATTER = contract.ROOT / "data" / "chatter.txt"
WORDS = ((0.5, 20, 60), (0.3, 60, 120), (0.15, 120, 190), (0.05, 190, 260))    # share of the families, words from, to
NO_REQUEST = 0.15       # of the families: chatter alone, which is out of scope
JOINS = (". ", ". ", ", ", ", ", " ", "\\n", "... ", "! ")
NOT_AROUND = ("nonsense", "partial")        # a list or babble is not said amid a story


def load_chatter(path: Path = CHATTER) -> list[str]:
    """Sentences that ask for nothing, in the message format of data_templates.py."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def long_family(request: Template | None, chatter: list[str], rng: random.Random, number: int) -> Template:
    """One family: the request at any place among sentences of chatter, joined by one sign that stays the same or changes.

    A $kind of the chatter gets a number of its own, so that it never draws the value that fills a slot.
    """
    _, low, high = rng.choices(WORDS, weights=[share for share, _, _ in WORDS])[0]
    wanted, parts = rng.randint(low, high), []
    for sentence in rng.sample(chatter, len(chatter)):
        parts.append(re.sub(r"\$([a-z_]+)", rf"$\g<1>{rng.randint(6, 9)}", sentence))
        if sum(len(part.split()) for part in parts) >= wanted:
            break
    if request:
        parts.insert(rng.randint(0, len(parts)), request.text)
    one = rng.choice(JOINS)
    joins = [one if rng.random() < 0.6 else rng.choice(JOINS) for _ in parts[1:]]
    text = parts[0]
    for join, part in zip(joins, parts[1:]):
        text = (text.rstrip(".!?") if join[0] in ".!" else text) + join + part
    if request is None:
        return Template(f"long.m{number:03d}", "more", "out_of_scope", text, ("long",))
    categories = tuple(dict.fromkeys((*request.categories, "long")))
    return request._replace(family=f"long.m{number:03d}", split="more", text=text, categories=categories)


def long_families(requests: list[Template], n: int, seed: int) -> list[Template]:
    """n families around requests drawn from those given, the intents in turn."""
    rng, chatter = random.Random(f"{seed}:long"), load_chatter()
    fit = [t for t in requests if not t.fixed and t.intent != "out_of_scope" and not set(t.categories) & set(NOT_AROUND)]
    by_intent = {intent: [t for t in fit if t.intent == intent] for intent in {t.intent: None for t in fit}}
    found = []
    for k in range(n):
        intent = list(by_intent)[k % len(by_intent)]
        request = None if rng.random() < NO_REQUEST else rng.choice(by_intent[intent])
        found.append(long_family(request, chatter, rng, k))
    return found
