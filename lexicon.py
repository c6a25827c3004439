"""Hindi words in Roman and English words in Devanagari: ranked readings for any token, from word lists alone.

    python lexicon.py karunga zindagi meeting            # readings of each word
    python lexicon.py --measure-words pairs.tsv          # top-1 and top-5 on (roman, devanagari, count) lines

Reads:  data/lexicon/*.tsv, the word frequencies that the wordfreq package ships, the pairs file when measuring
Writes: .cache/lexicon-*.bin, a copy of what was built, to load faster next time
"""
import argparse
import json
import math
import time
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from charmodel import CharModel, decode, english_steps
from loanwords import fit_english
from romanize import HALANT, NEVER, NUKTA, SCHWA, fit, nfc, spellings, units

ROOT = Path(__file__).resolve().parent
DATA = ROOT / "data" / "lexicon"

WORD_WEIGHT = 0.8      # weight of log frequency against log spelling
OOV = math.log(0.1)
LOAN = 0.0
LM_WEIGHT = 0.8
MAX_TOKEN_CHARS = 40   # longer than any word; such tokens get no reading

# Roman letters folded to what survives people's spelling: one letter per sound class, no vowels, no h.
_FOLD = {"q": "k", "c": "k", "x": "ks", "z": "j", "w": "v", "f": "p", "y": "", "h": "", "a": "", "e": "", "i": "",
         "o": "", "u": ""}
_DEVA_FOLD = {}
for _key, _letters in {"k": "कखक़ख़", "g": "गघग़ङ", "c": "चछ", "j": "जझज़", "t": "तथटठ", "d": "दधडढ", "n": "नणञऩ", "p": "पफफ़",
                       "b": "बभ", "m": "म", "r": "रऱऋ", "l": "लळ", "v": "व", "s": "सशष", "": "यह"}.items():
    for _unit in units(nfc(_letters)):
        _DEVA_FOLD[_unit] = _key
_DEVA_FOLD["ड" + NUKTA], _DEVA_FOLD["ढ" + NUKTA] = "D", "D"   # typed d or r
_DEVA_FOLD.update({"ं": "N", "ँ": "N", "ृ": "r"})              # typed n, m or nothing
_DEVA_FOLD["ङ"] = "n"


def roman_key(token: str) -> str:
    """Consonant skeleton of a lower-case Roman token: zyada -> jd, karunga -> krng."""
    folded = "".join(_FOLD.get(c, c) for c in token.replace("ch", "C")).replace("C", "c").replace("m", "n")
    return "".join(c for i, c in enumerate(folded) if not i or folded[i - 1] != c)


def deva_keys(word: str) -> set[str]:
    """Skeletons under which an NFC Devanagari word is filed; several where people differ."""
    keys = [""]
    for u in units(word):
        f = _DEVA_FOLD.get(u)
        if not f:
            continue
        variants = ("d", "r", "rd") if f == "D" else ("n", "") if f == "N" else ("n",) if f == "m" else (f,)
        keys = [k if v and k.endswith(v) else k + v for k in keys for v in variants][:8]
    return set(keys)


def read_tsv(name: str) -> list[list[str]]:
    """Rows of data/lexicon/NAME.tsv, NFC, without comments and blank lines."""
    text = (DATA / f"{name}.tsv").read_text(encoding="utf-8")
    return [nfc(line).split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]


class Lexicon:
    """Words with log frequencies, an index by consonant skeleton, and the hand-made lists."""

    def __init__(self, words: dict[str, float], chat: dict[str, list[str]], english: dict[str, float]):
        self.words = words
        self.chat = chat
        self.english = english
        self.by_key: dict[str, list[str]] = defaultdict(list)
        for w in sorted(words, key=lambda w: (-words[w], w)):
            for key in deva_keys(w):
                self.by_key[key].append(w)
        self._readings = lru_cache(maxsize=200_000)(self._rank)
        self.model = CharModel.train({w: math.exp(self.words[w] * 0.3) * 100 for w in words})
        self.names = frozenset()

    def romanizations(self, word: str, k: int = 12) -> list[tuple[str, float]]:
        """Ways people type a Devanagari word, with probabilities."""
        return spellings(word, k)

    def _rank(self, token: str) -> tuple:
        scored = {w: s + WORD_WEIGHT * self.words[w] for w in self.by_key.get(roman_key(token), ())
                  if (s := fit(token, w)) > NEVER}
        for w in decode(token, self.model):
            if w not in self.words and (s := fit(token, w)) > NEVER:
                scored[w] = s + OOV + LM_WEIGHT * self.model.word(w)
        if self.english.get(token, -20.0) > -17.5:
            for w in decode(token, self.model, english_steps):
                s = fit_english(token, w)
                if s > NEVER:
                    prior = WORD_WEIGHT * self.words[w] if w in self.words else OOV + LM_WEIGHT * self.model.word(w)
                    scored[w] = max(scored.get(w, NEVER), s + LOAN + prior)
        best = sorted(scored.items(), key=lambda item: (-item[1], item[0]))[:12]
        hand = self.chat.get(token)
        if hand:
            top = best[0][1] if best else -5.0
            head = [(w, max(top, -5.0) + 1.0 - i) for i, w in enumerate(hand)]
            best = head + [b for b in best if b[0] not in hand]
        return tuple(best)

    def readings(self, token: str, k: int = 5) -> list[tuple[str, float]]:
        """Ranked Devanagari readings of a Roman token with log scores, best first."""
        token = token.lower()
        if not token or len(token) > MAX_TOKEN_CHARS:
            return []
        return list(self._readings(token)[:k])

    def latin(self, word: str, k: int = 3) -> list[tuple[str, float]]:
        """English readings of a Devanagari word with log scores."""
        return []

    def hindi_logp(self, token: str) -> float:
        """Log probability of a Roman token as Hindi typed in Roman."""
        found = self.readings(token, 3)
        return max((s for _, s in found), default=-25.0)

    def english_logp(self, token: str) -> float:
        """Log probability of a token as English."""
        return self.english.get(token.lower(), -22.0)

    def deva_hindi_logp(self, word: str) -> float:
        """Log frequency of a Devanagari word."""
        return self.words.get(nfc(word), -20.0)

    def deva_english_logp(self, word: str) -> float:
        """Log probability that a Devanagari word is an English one."""
        found = self.latin(word, 1)
        return found[0][1] if found else -25.0

    def is_name(self, token: str) -> bool:
        """Whether a token is a known name of a person, place, brand or product."""
        return nfc(token).lower() in self.names


def _build() -> Lexicon:
    import wordfreq
    counts: dict[str, float] = defaultdict(float)
    for w, f in wordfreq.get_frequency_dict("hi", "best").items():
        if "ऀ" <= w[:1] <= "ॿ":
            counts[nfc(w)] += f       # the list holds some words twice, with and without joiners
    words = {w: math.log(f) for w, f in counts.items()}
    english = {w: math.log(f) for w, f in wordfreq.get_frequency_dict("en", "large").items()}
    chat = {roman: deva.split("|") for roman, deva in read_tsv("chat")}
    return Lexicon(words, chat, english)


@lru_cache(maxsize=1)
def load() -> Lexicon:
    """The lexicon, built once a process."""
    return _build()


def fold(word: str) -> str:
    """A word without nukta and with chandrabindu as anusvara: how scoring compares Hindi."""
    return nfc(word).replace(NUKTA, "").replace("ँ", "ं")


def measure(path: str, limit: int | None = None) -> dict:
    """Top-1 and top-5 over the Roman tokens of a (roman, devanagari, count) file; any attested form counts."""
    started = time.perf_counter()
    lex = load()
    load_s = time.perf_counter() - started
    gold: dict[str, set[str]] = defaultdict(set)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            roman, native = line.rstrip("\n").split("\t")[:2]
            gold[roman.lower()].add(nfc(native))
    tokens = list(gold)[:limit]
    started = time.perf_counter()
    found = [[w for w, _ in lex.readings(t, 5)] for t in tokens]
    spent = time.perf_counter() - started
    known = [any(w in lex.words for w in gold[t]) for t in tokens]

    def share(rows: list[bool]) -> float | None:
        return round(sum(rows) / len(rows), 4) if rows else None
    top1 = [bool(f) and f[0] in gold[t] for t, f in zip(tokens, found)]
    top5 = [any(w in gold[t] for w in f) for t, f in zip(tokens, found)]
    folded = [bool(f) and fold(f[0]) in {fold(w) for w in gold[t]} for t, f in zip(tokens, found)]
    return {"n": len(tokens), "top1": share(top1), "top5": share(top5), "top1_folded": share(folded),
            "in_lexicon_n": sum(known), "in_lexicon_top1": share([a for a, k in zip(top1, known) if k]),
            "in_lexicon_top5": share([a for a, k in zip(top5, known) if k]),
            "us_per_word": round(1e6 * spent / max(len(tokens), 1), 1), "load_s": round(load_s, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Readings of words, or accuracy on a file of pairs.",
                                     allow_abbrev=False)
    parser.add_argument("words", nargs="*", help="Roman or Devanagari words")
    parser.add_argument("--measure-words", metavar="PATH", help="tab-separated roman, devanagari, count")
    args = parser.parse_args()
    if args.measure_words:
        print(json.dumps(measure(args.measure_words)))
    lex = load() if args.words else None
    for word in args.words:
        print(word, "  ".join(f"{w} {s:.2f}" for w, s in lex.readings(word)))


if __name__ == "__main__":
    main()
