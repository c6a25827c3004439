"""Hindi words in Roman and English words in Devanagari: ranked readings for any token, from word lists alone.

    python lexicon.py karunga zindagi मीटिंग             # readings of each word
    python lexicon.py --measure-words pairs.tsv          # top-1 and top-5 on (roman, devanagari, count) lines

Reads:  data/lexicon/*.tsv, the word frequencies that the wordfreq package ships, the pairs file when measuring
Writes: .cache/lexicon-*.bin, a copy of what was built, to load faster next time
"""
import argparse
import hashlib
import json
import marshal
import math
import os
import sys
import time
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import loanwords
from charmodel import CharModel, decode, english_steps, hindi_steps
from inflect import noun_forms, verb_forms
from loanwords import fit_english
from romanize import NEVER, NUKTA, SCHWA, fit, nfc, spellings, units
from spelling import fold, standard

ROOT = Path(__file__).resolve().parent
DATA = ROOT / "data" / "lexicon"
CACHE = ROOT / ".cache"
SOURCES = ("lexicon.py", "romanize.py", "charmodel.py", "loanwords.py", "inflect.py", "spelling.py")

MAX_TOKEN_CHARS = 40    # longer than any word; such tokens get no reading
WORD_WEIGHT = 0.8       # weight of log frequency against log spelling
OOV = math.log(0.1)     # a word outside the lists, against one inside
LM_WEIGHT = 0.8         # weight of the character model, for the same words
LOAN = 0.0              # an English spelling of a loan word, against a Hindi spelling
VARIANT = 0.02          # what a non-standard spelling keeps of its frequency; the rest goes to the standard one
RARE_VERB = 2e-6        # frequency given to all forms of a verb that the lists never show
MIN_ENGLISH = -17.5     # log frequency below which an English word is noise in a web word list
TOP = 12                # readings kept for a token
UNSEEN = -25.0          # log probability of what no model knows

# Roman letters folded to what survives people's spelling: one letter per sound class, no vowels, no h.
_FOLD = {"q": "k", "c": "k", "x": "ks", "z": "j", "w": "v", "f": "p", "y": "", "h": "", "a": "", "e": "", "i": "",
         "o": "", "u": ""}
_CLASSES = {"k": "कखक़ख़", "g": "गघग़", "c": "चछ", "j": "जझज़", "t": "तथटठ", "d": "दधडढ", "n": "नणञङमऩ", "p": "पफफ़", "b": "बभ",
            "r": "रऱ", "l": "लळ", "v": "व", "s": "सशष"}
_DEVA_FOLD = {u: key for key, letters in _CLASSES.items() for u in units(nfc(letters)) if u != SCHWA}
_DEVA_FOLD.update({nfc("ड़"): "D", nfc("ढ़"): "D", "ं": "N", "ँ": "N", "ृ": "r", "ऋ": "r"})
_VARIANTS = {"D": ("d", "r", "rd"), "N": ("n", "")}


def roman_key(token: str) -> str:
    """Consonant skeleton of a lower-case Roman token: zyada -> jd, karunga -> krng."""
    folded = "".join(_FOLD.get(c, c) for c in token.replace("ch", "C")).replace("C", "c").replace("m", "n")
    return "".join(c for i, c in enumerate(folded) if not i or folded[i - 1] != c)


def deva_keys(word: str) -> set[str]:
    """Skeletons under which an NFC Devanagari word is filed; several where people differ."""
    keys = [""]
    for u in units(word):
        f = _DEVA_FOLD.get(u)
        if f:
            keys = [k if k[-1:] == v else k + v for k in keys for v in _VARIANTS.get(f, (f,))][:8]
    return set(keys)


def read_tsv(name: str) -> list[list[str]]:
    """Rows of data/lexicon/NAME.tsv, NFC, without comments and blank lines."""
    text = (DATA / f"{name}.tsv").read_text(encoding="utf-8")
    return [nfc(line).split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]


class Lexicon:
    """Ranked readings of Roman and Devanagari tokens, and how likely a token is as Hindi and as English.

    Made by load(). tables: plain dicts and sets, as build_tables() returns them.
    """

    def __init__(self, tables: dict):
        self.words: dict[str, float] = tables["words"]          # Devanagari word -> log frequency
        self.by_key: dict[str, tuple] = tables["by_key"]        # consonant skeleton -> words, frequent first
        self.english: dict[str, float] = tables["english"]      # lower-case English word -> log frequency
        self.chat: dict[str, tuple] = tables["chat"]            # chat form -> readings, best first
        self.loans: dict[str, str] = tables["loans"]            # Devanagari spelling -> English word
        self.spelled: dict[str, tuple] = tables["spelled"]      # lower-case English word -> Devanagari spellings
        self.names: frozenset[str] = frozenset(tables["names"])
        self.prefixes: frozenset[str] = frozenset(tables["prefixes"])
        self.model = CharModel(*tables["model"])
        self._readings = lru_cache(maxsize=200_000)(self._rank)
        self._latin = lru_cache(maxsize=50_000)(self._search)

    def romanizations(self, word: str, k: int = 12) -> list[tuple[str, float]]:
        """Ways people type a Devanagari word, with probabilities, likeliest first."""
        return spellings(word, k)

    def readings(self, token: str, k: int = 5) -> list[tuple[str, float]]:
        """Ranked Devanagari readings of a Roman token with log scores, best first; [] for what has no letters a-z."""
        token = token.lower()
        if len(token) > MAX_TOKEN_CHARS or not (token.isascii() and token.isalpha()):
            return []
        return list(self._readings(token)[:k])

    def _rank(self, token: str) -> tuple:
        scored: dict[str, float] = {}
        for w in self.by_key.get(roman_key(token), ()):
            s = fit(token, w)
            if s > NEVER:
                scored[w] = s + WORD_WEIGHT * self.words[w]
        for w in decode(token, self.model, hindi_steps):
            for v in {w, standard(w)}:
                if v not in self.words and (s := fit(token, v)) > NEVER:
                    scored[v] = s + OOV + LM_WEIGHT * self.model.word(v) + (0.1 if v != w else 0)
        if self.english.get(token, UNSEEN) > MIN_ENGLISH:
            self._add_loans(token, scored)
        best = sorted(scored.items(), key=lambda item: (-item[1], item[0]))[:TOP]
        hand = self.chat.get(token) or self.spelled.get(token, ())
        if hand:
            top = max(best[0][1] if best else UNSEEN, -6.0)
            best = [(w, top + 1.0 - i) for i, w in enumerate(hand)] + [b for b in best if b[0] not in hand]
        return tuple(best[:TOP])

    def _add_loans(self, token: str, scored: dict[str, float]) -> None:
        """Readings of an English word by its sound: office -> ऑफिस."""
        for w in decode(token, self.model, english_steps):
            s = fit_english(token, w)
            if s > NEVER:
                known = self.words.get(w)
                prior = OOV + LM_WEIGHT * self.model.word(w) if known is None else WORD_WEIGHT * known
                scored[w] = max(scored.get(w, NEVER), s + LOAN + prior)

    def latin(self, word: str, k: int = 3) -> list[tuple[str, float]]:
        """English readings of a Devanagari word with log scores, best first; [] where there is none."""
        return list(self._latin(nfc(word))[:k])

    def _search(self, word: str) -> tuple:
        if not word or len(word) > MAX_TOKEN_CHARS or not "ऀ" <= word[0] <= "ॿ":
            return ()
        hand = self.loans.get(word)
        if hand:
            return ((hand, -0.05),)
        letters = loanwords.acronym(word)
        found = loanwords.search(word, self.prefixes, self.english)
        best = sorted(((w, s + 0.6 * self.english[w]) for w, s in found.items()), key=lambda x: (-x[1], x[0]))[:TOP]
        return (((letters, -1.0),) if letters else ()) + tuple(best)

    def hindi_logp(self, token: str) -> float:
        """Log probability of a Roman token as Hindi typed in Roman."""
        found = self.readings(token, 3)
        return max((s for _, s in found), default=UNSEEN)

    def english_logp(self, token: str) -> float:
        """Log probability of a token as English."""
        return self.english.get(token.lower(), -22.0)

    def deva_hindi_logp(self, word: str) -> float:
        """Log frequency of a Devanagari word."""
        return self.words.get(nfc(word), -20.0)

    def deva_english_logp(self, word: str) -> float:
        """Log probability that a Devanagari word is an English one."""
        found = self.latin(word, 1)
        return found[0][1] if found else UNSEEN

    def is_name(self, token: str) -> bool:
        """Whether a token, in either script, is a listed name of a person, place, brand or product."""
        return nfc(token).lower() in self.names


def _dotted(word: str, counts: dict[str, float]) -> str:
    """The form with ड़ or ढ़ of a word written without the dot, when the lists know it."""
    for plain in "डढ":
        at = word.find(plain, 1)
        while at > 0:
            if word[at + 1:at + 2] != NUKTA:
                dotted = word[:at + 1] + NUKTA + word[at + 1:]
                if counts.get(dotted, 0.0) > 0.5 * counts.get(word, 0.0):
                    return dotted
            at = word.find(plain, at + 1)
    return word


def _hindi_counts() -> dict[str, float]:
    """Frequencies of the package's Devanagari words, moved to their standard spelling."""
    import wordfreq
    raw: dict[str, float] = defaultdict(float)
    for w, f in wordfreq.get_frequency_dict("hi", "best").items():
        w = nfc(w)
        if "ऄ" <= w[:1] <= "ह" or "क़" <= w[:1] <= "य़":
            raw[w] += f             # some words are listed twice, with and without joiners
    counts = dict(raw)
    for w, f in raw.items():
        better = standard(w)
        if better == w:
            better = standard(_dotted(w, raw))
        if better != w and " " not in better:
            counts[better] = counts.get(better, 0.0) + f * (1 - VARIANT)
            counts[w] -= f * (1 - VARIANT)
    return counts


def _add_verbs(counts: dict[str, float]) -> set[str]:
    """Give every form of the listed verbs a frequency; returns the forms."""
    known = dict(counts)
    forms: set[str] = set()
    for row in read_tsv("verbs"):
        for stem in row[0].split():
            paradigm = verb_forms(stem)
            total = max(sum(known.get(f, 0.0) for f in paradigm if len(f) > len(stem)), RARE_VERB)
            for form, share in paradigm.items():
                form = standard(form) if " " not in standard(form) else form
                counts[form] = max(counts.get(form, 0.0), 0.3 * share * total)
                forms.add(form)
                if fold(form) != form and NUKTA not in form:
                    counts.setdefault(fold(form), 0.3 * share * total * VARIANT)
    return forms


def _add_nouns(counts: dict[str, float], verbs: set[str]) -> None:
    """Add plural and oblique forms of the words that are no verb forms, far rarer than what the lists show."""
    for w, f in list(counts.items()):
        if w in verbs or f < 5e-7 or len(w) < 3:
            continue
        for form, share in noun_forms(w).items():
            counts.setdefault(form, 0.1 * share * f)


def build_tables() -> dict:
    """All tables of the lexicon from the word lists: a few seconds."""
    import wordfreq
    counts = _hindi_counts()
    verbs = _add_verbs(counts)
    for _, listed in read_tsv("words"):
        for w in listed.split():
            counts[w] = max(counts.get(w, 0.0), 1e-5)
    listed = {w: f for w, f in counts.items() if f > 1e-7}
    _add_nouns(counts, verbs)
    words = {w: math.log(f) for w, f in counts.items() if f > 0}
    by_key: dict[str, list[str]] = defaultdict(list)
    for w in sorted(words, key=lambda w: (-words[w], w)):
        for key in deva_keys(w):
            by_key[key].append(w)
    english = {w: math.log(f) for w, f in wordfreq.get_frequency_dict("en", "large").items()
               if w.isascii() and w.isalpha()}
    loans, spelled = {}, defaultdict(list)
    for word, devas in read_tsv("english"):
        for deva in devas.split("|"):
            loans[deva] = word
            spelled[word.lower()].append(deva)
    searched = sorted((w for w in english if len(w) > 1), key=lambda w: (-english[w], w))[:loanwords.SEARCHED]
    model = CharModel.train({w: 100 * f ** 0.3 for w, f in listed.items()})
    return {"words": words, "by_key": {k: tuple(v) for k, v in by_key.items()}, "english": english,
            "chat": {roman: tuple(deva.split("|")) for roman, deva in read_tsv("chat")}, "loans": loans,
            "spelled": {e: tuple(d) for e, d in spelled.items()}, "names": frozenset(),
            "prefixes": loanwords.prefixes_of(searched), "model": (model.logp, model.backoff)}


def _cache_path() -> Path:
    """Named after everything the tables depend on, so that a stale copy is never read."""
    import wordfreq
    digest = hashlib.sha256(f"{sys.version} {Path(wordfreq.__file__).stat().st_mtime_ns}".encode())
    for path in [ROOT / name for name in SOURCES] + sorted(DATA.glob("*.tsv")):
        digest.update(path.read_bytes())
    return CACHE / f"lexicon-{digest.hexdigest()[:16]}.bin"


def _write_cache(path: Path, tables: dict) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(exist_ok=True)
        part.write_bytes(marshal.dumps(tables))
        for old in path.parent.glob("lexicon-*.bin"):
            old.unlink(missing_ok=True)
        os.replace(part, path)
    except OSError as error:
        print(f"lexicon not cached: {error}", file=sys.stderr)


@lru_cache(maxsize=1)
def load() -> Lexicon:
    """The lexicon: from the cache when it fits the sources, built otherwise. One object a process."""
    path = _cache_path()
    try:
        return Lexicon(marshal.loads(path.read_bytes()))
    except (OSError, EOFError, ValueError, TypeError, KeyError):
        pass                                     # absent or damaged: build again
    tables = build_tables()
    _write_cache(path, tables)
    return Lexicon(tables)


def read_pairs(path: str) -> dict[str, set[str]]:
    """Roman token -> attested Devanagari forms, from tab-separated lines roman, devanagari[, count]."""
    gold: dict[str, set[str]] = defaultdict(set)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                roman, native = line.rstrip("\n").split("\t")[:2]
                gold[roman.lower()].add(nfc(native))
    return dict(gold)


def measure(gold: dict[str, set[str]], lex: Lexicon) -> dict:
    """Share of tokens whose first reading, and whose first five, hold an attested form; None over nothing.

    top1_folded ignores nukta and the kind of nasal sign, as the project's scoring of Hindi does.
    """
    started = time.perf_counter()
    found = {t: [w for w, _ in lex.readings(t, 5)] for t in gold}
    spent = time.perf_counter() - started
    top1 = {t: found[t][:1] != [] and found[t][0] in gold[t] for t in gold}
    top5 = {t: any(w in gold[t] for w in found[t]) for t in gold}
    flat = {t: found[t][:1] != [] and fold(found[t][0]) in {fold(w) for w in gold[t]} for t in gold}
    known = [t for t in gold if any(w in lex.words for w in gold[t])]

    def share(hits: dict[str, bool], of) -> float | None:
        return round(sum(hits[t] for t in of) / len(of), 4) if of else None
    return {"n": len(gold), "top1": share(top1, gold), "top5": share(top5, gold), "top1_folded": share(flat, gold),
            "in_lexicon_n": len(known), "in_lexicon_top1": share(top1, known), "in_lexicon_top5": share(top5, known),
            "us_per_word": round(1e6 * spent / len(gold), 1) if gold else None}


def show(word: str, lex: Lexicon) -> str:
    """One line with the readings of a word in either script."""
    found = lex.latin(word) if not word.isascii() else lex.readings(word)
    return f"{word}  " + "  ".join(f"{w} {s:.2f}" for w, s in found)


def main() -> None:
    parser = argparse.ArgumentParser(description="Readings of words, or accuracy on a file of pairs.",
                                     allow_abbrev=False)
    parser.add_argument("words", nargs="*", help="Roman or Devanagari words")
    parser.add_argument("--measure-words", metavar="PATH", help="tab-separated roman, devanagari, count")
    args = parser.parse_args()
    started = time.perf_counter()
    lex = load()
    load_s = round(time.perf_counter() - started, 3)
    if args.measure_words:
        print(json.dumps({**measure(read_pairs(args.measure_words), lex), "load_s": load_s}))
    for word in args.words:
        print(show(word, lex))


if __name__ == "__main__":
    main()
