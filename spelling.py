"""One standard spelling for Hindi words that the web writes in several ways: गयी -> गई, हूं -> हूँ, जरूरत -> ज़रूरत.

    python spelling.py गयी करूंगा जायेगा जरूरत

Reads:  data/lexicon/spelling.tsv
Writes: nothing
"""
import re
import sys
from functools import lru_cache
from pathlib import Path

from romanize import NUKTA, nfc

PATH = Path(__file__).resolve().parent / "data" / "lexicon" / "spelling.tsv"

# Anusvara over a vowel whose sign does not rise above the line is written as chandrabindu at the end of a word.
_FINAL_NASAL = re.compile("([ाुूअआउऊए])ं$")
_FUTURE_NASAL = re.compile("([ूऊए])ं(गा|गी|गे)$")
_SHORT_FUTURE = re.compile("([क-ह]़?)ु[ंँ](गा|गी)$")    # करुंगा for करूँगा
_LATE_NASAL = re.compile("([ेए])गें$")                 # करेगें, a common slip for करेंगे
_GLIDES = ((re.compile("([िइ])ये(गा)?$"), r"\1ए\2"), (re.compile("([ाोुआओ])ये$"), r"\1ए"), (re.compile("([ाोुआओ])यी$"), r"\1ई"),
           (re.compile("([ाोआओ])ये(गा|गी)$"), r"\1ए\2"), (re.compile("([ाोआओ])ये(ं|ँ|)(गे|गी)$"), r"\1ए\2\3"),
           (re.compile("([ाोुिआओइ])ये[ंँ]$"), r"\1एँ"))
# A vowel letter put together from another and a sign looks the same and is another word to a program.
_SPLIT_VOWELS = (("अा", "आ"), ("अो", "ओ"), ("अौ", "औ"), ("आै", "औ"), ("एे", "ऐ"))
_KEEP = frozenset(nfc(w) for w in "रुपये पराये समुदाये किराये साये पाये".split())


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]:
    """(variant -> standard word, folded whole word -> standard, folded root -> standard root, misspelt root -> root)."""
    variants, whole, roots, slips = {}, {}, {}, {}
    for line in PATH.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        fields = nfc(line).split("\t")
        if fields[0].startswith("~"):
            slips[fields[0][1:]] = fields[1]
        elif len(fields) == 2:
            variants[fields[0]] = fields[1]
        elif fields[0].startswith("="):
            whole[fold(fields[0][1:])] = fields[0][1:]
        else:
            roots[fold(fields[0])] = fields[0]
    return variants, whole, roots, slips


def fold(word: str) -> str:
    """A word without nukta and with chandrabindu as anusvara: how scoring compares Hindi."""
    return nfc(word).replace(NUKTA, "").replace("ँ", "ं")


_BORROWED_DOT = re.compile(f"([कखगजफ]){NUKTA}")


def without_marks(word: str) -> str:
    """As most web pages write an NFC word: anusvara for chandrabindu, no dot under क ख ग ज फ; ड़ and ढ़ keep theirs."""
    return _BORROWED_DOT.sub(r"\1", word).replace("ँ", "ं")


def _roots(word: str) -> str:
    _, whole, roots, _ = _tables()
    flat = fold(word)
    if flat in whole:
        return whole[flat]
    for size in range(len(flat), 2, -1):
        root = roots.get(flat[:size])
        if root is None:
            continue
        # the rest is taken from the word as written: walk past as many base characters as the root has
        seen, at = 0, 0
        while at < len(word) and (seen < size or word[at] == NUKTA):
            seen += word[at] != NUKTA
            at += 1
        return root + word[at:]
    return word


def whole_vowels(word: str) -> str:
    """अाज -> आज."""
    for parts, letter in _SPLIT_VOWELS:
        word = word.replace(parts, letter)
    return word


@lru_cache(maxsize=100_000)
def standard(word: str) -> str:
    """The standard spelling of an NFC word; the word itself when nothing is known against it."""
    variants, _, _, slips = _tables()
    word = whole_vowels(word)
    for slip, root in slips.items():
        if word.startswith(slip):
            word = root + word[len(slip):]
    if word in variants:
        return variants[word]
    if word not in _KEEP:
        for pattern, into in _GLIDES:
            word = pattern.sub(into, word)
    word = _SHORT_FUTURE.sub(r"\1ूँ\2", word)
    word = _LATE_NASAL.sub(r"\1ंगे", word)
    word = _FUTURE_NASAL.sub(r"\1ँ\2", word)
    word = _FINAL_NASAL.sub(r"\1ँ", word)
    return variants.get(word) or _roots(word)


def main() -> None:
    for word in map(nfc, sys.argv[1:]):
        print(word, standard(word))


if __name__ == "__main__":
    main()
