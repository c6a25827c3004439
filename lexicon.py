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
import re
import sys
import time
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import loanwords
from charmodel import CharModel, decode, english_steps, hindi_steps
from loanwords import fit_english
from romanize import NEVER, SIGN_OF, fit, nfc, spellings
from spelling import fold, standard, without_marks
from wordlists import DATA, build_tables, roman_key

ROOT = Path(__file__).resolve().parent
CACHE = ROOT / ".cache"
SOURCES = ("lexicon.py", "romanize.py", "charmodel.py", "loanwords.py", "inflect.py", "spelling.py", "wordlists.py")

MAX_TOKEN_CHARS = 40    # longer than any word; such tokens get no reading
# The next six were chosen together on 800 tokens of Dakshina's dev half, with chat_forms.tsv as a brake.
SPELLING = 1.6          # weight of log P(token | word), Hindi spelling
ENGLISH_SPELLING = 1.4  # the same for an English spelling
WORD_WEIGHT = 0.55      # weight of log frequency
OOV = -0.8              # a word outside the lists, against one inside
LM_WEIGHT = 0.77        # weight of the character model, for the same words
LOAN = -1.0             # an English spelling of a loan word, against a Hindi spelling
COMMON_ENGLISH = -13.0  # log frequency above which an English word is not spelled out as a Hindi one
MIN_ENGLISH = -17.5     # log frequency below which an English word is noise in a web word list
SURE = -9.5             # a listed word that scores better is not worth spelling the token out
NEW_LOAN = -13.0        # log frequency of a listed loan word that the frequency list lacks
LOAN_FLOOR = -4.0       # least spelling score of a hand-listed loan: the letters need not fit
HAND_LOAN = 1.0         # what the hand list adds
LOOSE = -0.8            # the spelling most web pages use for a word, without its dots and moon
STANDARD = 0.1          # a standard spelling before its variants
CHAT = -2.5             # log share of a word's typists who use a given chat form of it
NEW_WORD = math.log(.03)  # share of running words that no list has
PLURAL = -4.0           # log share of a loan's uses that are in a Hindi plural
JOIN_RARE = -6.0        # log share of a stem's uses that have a given light verb glued on
JOIN = -4.5             # a stem with a light verb glued on, against one word
LETTERS = -13.0         # a token without vowels read letter by letter: otp -> ओटीपी
LISTED_LOAN = 0.999     # chance that a hand-listed loan is the English word
LETTER_LOANS = {2: 0.6, 3: 0.95, 4: 0.99}  # chance that so many letter names in a row are an acronym
LOAN_ODDS = -1.0        # log odds of a loan among words that no list has
ENGLISH_PRIOR = 0.6     # weight of the English frequency against the sound
BAD_FIT = 1.3           # log P(spelling | word) per code point at which an English reading is a guess
UNLISTED_ENGLISH = -22.0  # log probability of a token that no English list has
CANDIDATES = 200        # most frequent words looked at for one consonant skeleton
TOP = 12                # readings kept for a token
UNSEEN = -25.0          # log probability of what no model knows
READY_WORDS = 5000      # most frequent Hindi words whose likely spellings are read once, when the cache is built:
READY_SPELLINGS = 2     # half the tokens of a new chat message are among them, and six more seconds are spent once

# Light verbs that people glue to a stem: kardo, hogaya, bhejdena.
JOINS = {"do": "दो", "de": "दे", "dena": "देना", "dene": "देने", "deni": "देनी", "dia": "दिया", "diya": "दिया", "di": "दी",
         "dun": "दूँ", "du": "दूँ", "dunga": "दूँगा", "dungi": "दूँगी", "dega": "देगा", "degi": "देगी", "denge": "देंगे", "diye": "दिए",
         "dijiye": "दीजिए", "lo": "लो", "le": "ले", "lena": "लेना", "lia": "लिया", "liya": "लिया", "li": "ली", "lu": "लूँ",
         "lunga": "लूँगा", "lungi": "लूँगी", "lega": "लेगा", "legi": "लेगी", "lenge": "लेंगे", "lijiye": "लीजिए", "gaya": "गया",
         "gya": "गया", "gayi": "गई", "gyi": "गई", "gai": "गई", "gaye": "गए", "gye": "गए", "gae": "गए", "jao": "जाओ", "jana": "जाना",
         "jaye": "जाए", "jayega": "जाएगा", "jayegi": "जाएगी", "jaega": "जाएगा", "jata": "जाता", "jati": "जाती", "jate": "जाते",
         "jaunga": "जाऊँगा", "raha": "रहा", "rha": "रहा", "rahi": "रही", "rhi": "रही", "rahe": "रहे", "rhe": "रहे", "sakta": "सकता",
         "skta": "सकता", "sakte": "सकते", "skte": "सकते", "sakti": "सकती", "skti": "सकती", "chuka": "चुका", "chuki": "चुकी",
         "dala": "डाला", "dalo": "डालो"}
LOAN_PLURALS = {"on": "ों", "o": "ों", "oon": "ों", "en": "ें", "ein": "ें"}
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_VOWELS = frozenset("aeiouy")


def _with_variants(best: list[tuple[str, float]]) -> tuple:
    """The readings with the standard spelling before its variants, and the commonest variant of the first two kept."""
    out = dict(best[:TOP])
    for w, score in best[:4]:
        better = standard(w)
        if better != w:
            out[better] = max(out.get(better, NEVER), score + STANDARD)
    for w, score in best[:2]:
        loose = without_marks(w)
        if loose != w:
            out[loose] = max(out.get(loose, NEVER), score + LOOSE)
    return tuple(sorted(out.items(), key=lambda item: (-item[1], item[0]))[:TOP])


def better(found: dict[str, tuple[float, float, float]], word: str, rank: float, joint: float, hindi: float) -> None:
    """Enter a reading unless the same word is there with a higher rank."""
    old = found.get(word)
    if old is None or rank > old[0]:
        found[word] = (rank, joint, hindi)


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
        self.cased = {word.lower(): word for word in self.loans.values()}  # friday -> Friday, otp -> OTP
        self.spelled: dict[str, tuple] = tables["spelled"]      # lower-case English word -> Devanagari spellings
        self.names: frozenset[str] = frozenset(tables["names"])
        self.prefixes: frozenset[str] = frozenset(tables["prefixes"])
        self.stems: frozenset[str] = frozenset(tables["stems"])  # verb stems, which light verbs follow
        self.native: frozenset[str] = frozenset(tables["native"])   # words that are Hindi whatever they sound like
        self.chance: dict[str, float] = tables["chance"]        # Devanagari word -> chance that it is a loan
        self.home = CharModel(*tables["home"])
        self.loan = CharModel(*tables["loan"])
        self.ready: dict[tuple, tuple] = tables.get("ready", {})    # (token, deep) -> what _rank gives for it
        self._readings = lru_cache(maxsize=200_000)(self._rank)
        self._latin = lru_cache(maxsize=50_000)(self._search)

    def romanizations(self, word: str, k: int = 12) -> list[tuple[str, float]]:
        """Ways people type a Devanagari word, with probabilities, likeliest first; [] for what is longer than a word."""
        return spellings(word, k) if len(word) <= MAX_TOKEN_CHARS else []

    def readings(self, token: str, k: int = 5, deep: bool = True) -> list[tuple[str, float]]:
        """Ranked Devanagari readings of a Roman token, best first; [] for what is not of letters a-z.

        deep=False stays with the lists when the token is a common English word: five times faster on first sight, for
        callers that would not write English in Devanagari anyway.

        A score is log P(token, reading): all readings of a token together make its probability as a spelling of Hindi
        or of a loan word, and they share it by rank.
        """
        return list(self._entry(token, deep)[0][:k])

    def hindi_logp(self, token: str) -> float:
        """Log probability of a Roman token as Hindi typed in Roman, loan words left out."""
        return self._entry(token, False)[1]

    def _entry(self, token: str, deep: bool) -> tuple[tuple, float]:
        token = token.lower()
        if len(token) > MAX_TOKEN_CHARS or not (token.isascii() and token.isalpha()):
            return (), UNSEEN
        deep = deep or self.english.get(token, UNSEEN) < COMMON_ENGLISH
        if not _STRETCHED.search(token):
            return self._readings(token, deep)
        # nahiii, bhaiiii: the letter once or twice, whatever reads better
        return max((self._readings(_STRETCHED.sub(r, token), deep) for r in (r"\1", r"\1\1")), key=lambda entry: entry[1])

    def _rank(self, token: str, deep: bool) -> tuple[tuple, float]:
        """(readings with log P, log P as Hindi)."""
        if (token, deep) in self.ready:
            return self.ready[token, deep]
        found = self._listed(token)
        if deep and max((rank for rank, _, _ in found.values()), default=UNSEEN) < SURE:
            self._add_unlisted(token, found)
        hand = self.chat.get(token, ())
        top = max((rank for rank, _, _ in found.values()), default=-6.0)
        for i, w in enumerate(hand):
            joint = max(self.words.get(w, NEW_LOAN) + CHAT, found[w][1] if w in found else UNSEEN)
            found[w] = (max(top, -6.0) + 1.0 - i, joint, 1.0)
        native = sum(share * math.exp(joint) for _, joint, share in found.values())
        total = math.log(sum(math.exp(joint) for _, joint, _ in found.values()) + math.exp(UNSEEN))
        ranked = _with_variants(sorted(((w, r) for w, (r, _, _) in found.items()), key=lambda x: (-x[1], x[0])))
        weights = [math.exp(rank - ranked[0][1]) for _, rank in ranked]
        norm = total - math.log(sum(weights)) if weights else 0.0
        return (tuple((w, norm + math.log(max(p, 1e-9))) for (w, _), p in zip(ranked, weights)),
                math.log(native + math.exp(UNSEEN)))

    def read_ahead(self) -> dict[tuple, tuple]:
        """What _rank gives for the likely spellings of the most frequent words and for all chat forms."""
        frequent = sorted(self.words, key=lambda w: (-self.words[w], w))[:READY_WORDS]
        likely = dict.fromkeys([*self.chat, *(t for w in frequent for t, _ in spellings(w, READY_SPELLINGS))])
        asked = ((t, self.english.get(t, UNSEEN) < COMMON_ENGLISH) for t in likely if t.isascii() and t.isalpha())
        return {(t, deep): self._rank(t, deep) for t, deep in asked}

    def _listed(self, token: str) -> dict[str, tuple[float, float, float]]:
        """Words of the lists that a token may spell: Hindi words, joins of two, loans.

        Each has its rank score, its log P(token, word), and the chance that it is Hindi and not a loan.
        """
        found: dict[str, tuple[float, float, float]] = {}
        for w in self.by_key.get(roman_key(token), ())[:CANDIDATES]:
            s = fit(token, w)
            if s > NEVER:
                f = self.words[w]
                found[w] = (SPELLING * s + WORD_WEIGHT * f, s + f, 1.0 - self.chance.get(w, 0.0))
        for w in self.spelled.get(token, ()):
            s, f = max(fit_english(token, w), LOAN_FLOOR), self.words.get(w, NEW_LOAN)
            better(found, w, ENGLISH_SPELLING * s + WORD_WEIGHT * f + HAND_LOAN, s + f, 0.0)
        for ending, sign in LOAN_PLURALS.items():              # ticketon, schoolen: an English word in a Hindi plural
            if token.endswith(ending):
                for w in self.spelled.get(token[:-len(ending)], ()):
                    if w[-1] not in SIGN_OF:
                        better(found, w + sign, WORD_WEIGHT * NEW_LOAN, PLURAL + self.words.get(w, NEW_LOAN), 1.0)
        for ending, light in JOINS.items():
            if token.endswith(ending) and len(token) > len(ending) + 1:
                stem = token[:-len(ending)]
                for w in self.by_key.get(roman_key(stem), ()):
                    if w in self.stems and (s := fit(stem, w)) > NEVER:
                        f = self.words[w]
                        better(found, f"{w} {light}", SPELLING * s + WORD_WEIGHT * f + JOIN, s + f + JOIN_RARE, 1.0)
        return found

    def _add_unlisted(self, token: str, found: dict[str, tuple[float, float, float]]) -> None:
        """Spell the token out, as Hindi and, for an English word, by its sound: office -> ऑफिस."""
        common = self.english.get(token, UNSEEN) >= COMMON_ENGLISH
        for w in decode(token, self.home, hindi_steps) if not common or token in self.spelled else ():
            for v in {w, standard(w)}:
                if v not in self.words and " " not in v and (s := fit(token, v)) > NEVER:
                    lm = self.home.word(v)
                    rank = SPELLING * s + OOV + LM_WEIGHT * lm + (STANDARD if v != w else 0.0)
                    better(found, v, rank, s + lm + NEW_WORD, 1.0)
        if self.english.get(token, UNSEEN) < MIN_ENGLISH or token in self.spelled:
            return
        for w in decode(token, self.loan, english_steps):
            s = fit_english(token, w)
            if s > NEVER:
                known, lm = self.words.get(w), self.loan.word(w)
                if known is None:
                    rank, joint = OOV + LM_WEIGHT * lm, lm + NEW_WORD
                else:
                    joint = known + math.log(self.chance.get(w, .01))
                    rank = WORD_WEIGHT * joint
                better(found, w, ENGLISH_SPELLING * s + LOAN + rank, s + joint, 0.0)
        if 2 <= len(token) <= 4:
            letters = loanwords.spell_letters(token)
            better(found, letters, LETTERS if _VOWELS.isdisjoint(token) else LETTERS - 3 * (len(token) - 1), NEW_LOAN - 2, 0.0)

    def latin(self, word: str, k: int = 3) -> list[tuple[str, float]]:
        """English readings of a Devanagari word, best first; [] where there is none.

        A score is the log of the chance that the word is this English word and no Hindi one: near 0 is sure.
        """
        return list(self._latin(nfc(word))[:k])

    def _search(self, word: str) -> tuple:
        if not 1 < len(word) <= MAX_TOKEN_CHARS or not "ऀ" <= word[0] <= "ॿ":
            return ()
        hand = self.loans.get(word)
        if hand:
            return ((hand, math.log(LISTED_LOAN)),)
        letters = loanwords.acronym(word)
        if letters and word not in self.native:
            sure = LETTER_LOANS[len(letters)] if len(letters) in LETTER_LOANS else LETTER_LOANS[4]
            return ((letters, math.log(sure)),)
        found = loanwords.search(word, self.prefixes, self.english)
        ranked = sorted(((w, s + ENGLISH_PRIOR * self.english[w]) for w, s in found.items()),
                        key=lambda x: (-x[1], x[0]))[:TOP]
        if not ranked:
            return ()
        best = ranked[0][0]
        # an English word that fits badly is a neighbour of the right one, or there is none
        closeness = found[best] / len(word) + BAD_FIT
        chance = self.loan_chance(word) / (1 + math.exp(-6 * closeness))
        weights = [math.exp(score - ranked[0][1]) for _, score in ranked]
        norm = math.log(max(chance, 1e-9) / sum(weights))
        return tuple((self.cased.get(w, w), norm + math.log(max(p, 1e-9))) for (w, _), p in zip(ranked, weights))

    def loan_chance(self, word: str) -> float:
        """Chance that an NFC Devanagari word is an English loan, from the lists or from its letters."""
        if word in self.loans:
            return LISTED_LOAN
        known = self.chance.get(word)
        if known is not None:
            return known
        if word in self.words or word in self.native:   # an inflected form that only the paradigms know
            return 0.02
        logit = 0.7 * (self.loan.word(word) - self.home.word(word)) + LOAN_ODDS
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def english_logp(self, token: str) -> float:
        """Log probability of a Latin token as an English word; UNLISTED_ENGLISH where no list has it."""
        return self.english.get(token.lower(), UNLISTED_ENGLISH)

    def _deva_logp(self, word: str) -> float:
        known = self.words.get(word)
        return NEW_WORD + max(self.home.word(word), self.loan.word(word)) if known is None else known

    def deva_hindi_logp(self, word: str) -> float:
        """Log probability of a Devanagari word as Hindi."""
        word = nfc(word)[:MAX_TOKEN_CHARS]
        english = sum(math.exp(p) for _, p in self._latin(word))
        return self._deva_logp(word) + math.log(max(1.0 - english, 1e-3))

    def deva_english_logp(self, word: str) -> float:
        """Log probability of a Devanagari word as an English word written by sound."""
        word = nfc(word)[:MAX_TOKEN_CHARS]
        english = sum(math.exp(p) for _, p in self._latin(word))
        return self._deva_logp(word) + math.log(max(english, 1e-6))

    def is_name(self, token: str) -> bool:
        """Whether a token, in either script, is a listed name of a person, place, brand or product."""
        return nfc(token).lower() in self.names


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
    tables["ready"] = Lexicon(tables).read_ahead()
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
