"""How a message in normalized form is typed: Roman spellings, scripts, typos.

Group noise (English typos, capitals, openers, punctuation) changes the gold and is drawn once per group. Typing
(Hindi spellings, joins, repeated letters, Devanagari) changes only the input and is drawn per row.

    from data_noise import Piece, type_message

Reads:  data_words.py
Writes: nothing
"""
import random
import re
from typing import NamedTuple

from data_words import (
    ADDRESSES,
    CLOSERS,
    DEVA_TYPED,
    ENGLISH_DEVA,
    ENGLISH_TYPOS,
    FILLERS,
    NAME_DEVA,
    OPENERS,
    PHRASES,
    ROMAN,
    STEMS,
    STRETCH,
)

P_TYPO, P_LOWER_NAME, P_BARE, P_OPENER, P_CLOSER, P_CAPS = 0.12, 0.35, 0.35, 0.25, 0.15, 0.03
P_GLUE, P_STRETCH, P_JOIN, P_CAPITAL = 0.25, 0.12, 0.35, 0.15
GLUED = {"बजे", "हज़ार", "रुपये"}     # 2baje, 5hazar, 500rupaye
P_FAMILIAR = 0.3        # kar de, bhej de: written X दो (LABELING.md)
UNITS = {"lakh", "lac", "crore", "cr", "k", "am", "pm"}      # after a digit these belong to the number
TOKEN = re.compile(r"""https?://\S+|www\.\S+|[\w.+-]+@[\w.]+        # links, mail, UPI
    |[A-Za-z]*[0-9०-९][A-Za-z0-9०-९]*                                 # numbers, ids, 4pm, 10k
    |[\u0900-\u0963\u0971-\u097F]+                                    # Devanagari words
    |[A-Za-z]+(?:['’&-][A-Za-z]+)*                                    # Latin words
    |\s+|.""", re.VERBOSE)


class Piece(NamedTuple):
    text: str
    kind: str            # text or name
    slot: str | None


def is_deva(text: str) -> bool:
    """Does it hold a Devanagari letter or sign (digits and danda are not)?"""
    return any("\u0900" <= c <= "\u0963" or "\u0971" <= c <= "\u097f" for c in text)


def is_latin_word(token: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z]+(?:['’&-][A-Za-z]+)*", token))


# ---------------------------------------------------------------- languages

def languages(tokens: list[str]) -> list[str]:
    """hi, en or other for tokens that are not names."""
    out, last = [], ""
    for tok in tokens:
        if is_deva(tok):
            out.append("hi")
        elif is_latin_word(tok) and tok.lower() not in FILLERS and not (
                tok.lower() in UNITS and re.search(r"[0-9०-९]$", last)):
            out.append("en")
        else:
            out.append("other")
        if not tok.isspace():
            last = tok
    return out


def mix_name(langs: list[str]) -> str:
    if "hi" in langs:
        return "hinglish" if "en" in langs else "hindi"
    return "english"


def mix_of(pieces: list[Piece]) -> str:
    """language_mix as the generator knows it: names are marked, everything else goes by script."""
    text = "".join(p.text if p.kind == "text" else " 0 " for p in pieces)
    return mix_name(languages(TOKEN.findall(text)))


def mix_style(gold: dict, style: str) -> str:
    """Name of the way a row is written, for the counts."""
    mix = gold["language_mix"]
    if mix == "english":
        return "english"
    if style == "e":
        return "devanagari_english"
    return {"r": "roman", "d": "devanagari"}[style] + ("_hindi" if mix == "hindi" else "_hinglish")


# ---------------------------------------------------------------- noise that the gold keeps

def map_tokens(pieces: list[Piece], fn) -> list[Piece]:
    return [p if p.kind == "name" else Piece("".join(fn(t) for t in TOKEN.findall(p.text)), p.kind, p.slot)
            for p in pieces]


def typos(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    def one(tok: str) -> str:
        if tok in ENGLISH_TYPOS and rng.random() < P_TYPO:
            return rng.choice(ENGLISH_TYPOS[tok])
        return tok
    return map_tokens(pieces, one)


def bare(pieces: list[Piece]) -> list[Piece]:
    """No commas, no mark at the end: how most chat is typed."""
    out = [Piece(re.sub(r",(?=\s)", "", p.text), p.kind, p.slot) if not p.slot else p for p in pieces]
    last = out[-1]
    return out[:-1] + [Piece(last.text.rstrip("?!.।"), last.kind, last.slot)]


def group_noise(pieces: list[Piece], rng: random.Random, styles: str) -> tuple[list[Piece], list[str]]:
    """Changes that stand in the gold as typed, and their names."""
    used, start = [], pieces
    if not any(c.isalpha() for p in pieces for c in p.text):
        return pieces, used
    pieces = typos(pieces, rng)
    if pieces != start:
        used.append("english_typo")
    if rng.random() < P_LOWER_NAME and any(p.kind == "name" and p.text != p.text.lower() for p in pieces):
        pieces = [Piece(p.text.lower(), p.kind, p.slot) if p.kind == "name" else p for p in pieces]
        used.append("lowercase_name")
    text = "".join(p.text for p in pieces)
    if rng.random() < P_BARE and bare(pieces) != pieces:
        pieces = [p for p in bare(pieces) if p.text]
        used.append("no_punctuation")
    addressed = bool(ADDRESSES & set(TOKEN.findall(text)))
    if not addressed and is_deva(text) and len(text) < 70 and rng.random() < P_OPENER and not text.startswith(OPENERS):
        choices = OPENERS if mix_of(pieces) == "hinglish" else [o for o in OPENERS if is_deva(o)]
        pieces = [Piece(rng.choice(choices) + " ", "text", None)] + pieces
        used.append("opener")
    elif not addressed and is_deva(text) and len(text) < 70 and text[-1] not in "?!." and rng.random() < P_CLOSER:
        choices = CLOSERS if mix_of(pieces) == "hinglish" else [c for c in CLOSERS if not is_latin_word(c)]
        pieces = pieces + [Piece(" " + rng.choice(choices), "text", None)]
        used.append("closer")
    if rng.random() < P_CAPS and "d" not in styles and is_deva(text):
        pieces = [Piece("".join(t.upper() if is_latin_word(t) else t for t in TOKEN.findall(p.text)), p.kind, p.slot)
                  for p in pieces]
        used.append("capitals")
    return pieces, used


def all_known_in_devanagari(pieces: list[Piece]) -> bool:
    """Is there a Devanagari form for every English word? If not, such a message would be typed in two scripts."""
    words = [t for p in pieces if p.kind == "text" for t in TOKEN.findall(p.text) if is_latin_word(t)]
    return bool(words) and all(w.lower() in ENGLISH_DEVA for w in words)


def devanagari_names(pieces: list[Piece]) -> list[Piece]:
    """Someone who types everything in Devanagari types names so too; the gold keeps them."""
    def one(p: Piece) -> Piece:
        return Piece(NAME_DEVA.get(p.text, p.text), p.kind, p.slot) if p.kind == "name" else p
    return [one(p) for p in pieces]


# ---------------------------------------------------------------- typing: the gold does not change

def likely_spellings(word: str) -> list[str]:
    """Roman spellings of a word that has none by hand, likeliest first; such a word is in no row of the 500."""
    import lexicon
    return [form for form, _ in lexicon.load().romanizations(word, 3)] or [word]


class Typist:
    """Types Hindi the way one person would in one message: the same word is spelled the same way throughout."""

    def __init__(self, rng: random.Random):
        self.rng, self.memory, self.used = rng, {}, set()
        self.sloppy = rng.random() < 0.5
        self.joins = rng.random() < P_JOIN

    def word(self, word: str) -> str:
        if word not in self.memory:
            forms = ROMAN.get(word) or likely_spellings(word)
            weights = [1.0] * len(forms) if self.sloppy else [6.0, 2.0, 1.0][:len(forms)] + [0.3] * (len(forms) - 3)
            form = self.rng.choices(forms, weights)[0]
            if form != forms[0]:
                self.used.add("spelling")
            if word in STRETCH and self.rng.random() < P_STRETCH:
                form += form[-1] * self.rng.choice((1, 2, 3))
                self.used.add("repeated_letters")
            self.memory[word] = form
        return self.memory[word]

    def roman(self, text: str) -> str:
        for phrase, forms in PHRASES.items():
            if self.joins and phrase in text:
                form = self.rng.choice(forms)
                new = re.sub(rf"(?<![\u0900-\u097f]){phrase}(?![\u0900-\u097f])", form, text)
                if new != text:
                    self.used.add("join")
                text = new
        tokens = TOKEN.findall(text)
        for i in range(2, len(tokens)):
            if tokens[i] == "दो" and tokens[i - 2] in STEMS and self.rng.random() < P_FAMILIAR:
                tokens[i] = "de"
                self.used.add("familiar_imperative")
            if tokens[i] in GLUED and tokens[i - 1] == " " and re.fullmatch("[0-9]+", tokens[i - 2]) \
                    and self.rng.random() < P_GLUE:
                tokens[i - 1] = ""
                self.used.add("glued_digits")
        return "".join(self.word(t) if is_deva(t) else t for t in tokens)

    def devanagari(self, text: str) -> str:
        def one(tok: str) -> str:
            if tok in DEVA_TYPED and self.rng.random() < 0.4:
                self.used.add("devanagari_spelling")
                return DEVA_TYPED[tok]
            return tok
        return "".join(one(t) for t in TOKEN.findall(text))

    def all_devanagari(self, text: str) -> str:
        return "".join(ENGLISH_DEVA.get(t.lower(), t) if is_latin_word(t) else t
                       for t in TOKEN.findall(self.devanagari(text)))


def type_message(pieces: list[Piece], style: str, rng: random.Random, capitals: bool = False) -> tuple[str, list[str]]:
    """The input of one row in a style (r, d or e), and the names of what was done."""
    typist = Typist(rng)
    how = {"r": typist.roman, "d": typist.devanagari, "e": typist.all_devanagari}[style]
    text = "".join(p.text if p.kind == "name" else how(p.text) for p in pieces)
    first = TOKEN.findall(pieces[0].text)[0]
    if style == "r" and is_deva(first) and pieces[0].kind == "text" and rng.random() < P_CAPITAL:
        text = text[0].upper() + text[1:]
    if capitals and style == "r":
        text = "".join(t.upper() if is_latin_word(t) or re.fullmatch("[0-9]+[a-z]{3,}", t) else t
                       for t in TOKEN.findall(text))
    return text, sorted(typist.used)
