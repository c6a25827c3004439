"""Names of persons in a message, from the repo's lists and from what stands around them.

    python -c "import redact_names as n; print(n.find_names('Rahul ko bolo Zubin ji aaye the'))"

Reads:  data/lexicon/names.tsv, data/context/names.txt, what lexicon.py reads
Writes: nothing

A listed name counts anywhere, unless it is an everyday word too (Prakash, Asha, Seema), a shop's or a street's (Gupta
Sweets, Rajiv Chowk) or a brand's. Those, and names that no list has, need a phrase (mera naam X hai, main X bol raha
hu), a title, an honorific (X ji), a verb that a person is the subject or object of (X ne bola, call X), or a name
beside them.
"""
from functools import lru_cache

import regex

import lexicon
import redact_words as rw
import romanize
import tokens as tk
from context import DATA

UNKNOWN_ENGLISH = -15.0   # log frequency below which a word is hardly English
UNKNOWN_HINDI = -14.0     # the same for Hindi, whose chat spellings score lower: mangalwar -12.8, guruwaar -13.9
EVERYDAY_ENGLISH = -12.5  # above it a word is no name even where one is announced, unless it has a capital
EVERYDAY_HINDI = -10.0    # the same for Hindi
HOMELY_HINDI = -9.5       # a Devanagari word commoner than this is the word, whatever names it could spell
PLAIN_ENGLISH = -11.5     # above it a capital after "Rahul and" is no name (Friday)
LONGEST = 4               # words of a name
SPELLINGS = 4             # of a Devanagari word that are looked up in the Roman lists
PIECE = 1000              # characters looked at together: the tokenizer's time grows with the square of an unbroken run
TITLE_SHARE = 0.6         # with more capitals than that they mean nothing

_CAPITAL = regex.compile(r"\p{Lu}")
_NAME_CASE = regex.compile(r"\p{Lu}(?:['’]\p{Lu})?[\p{Ll}\p{M}]*(?:['’]\p{Ll}+)?")   # Rahul, D'Souza, Osha's; not OTPs
_BETWEEN = regex.compile(r"[ \-]|\. ?")   # between the words of one name: Kumar Sanu, Anne-Marie, R. Kapoor
_STARTS = frozenset(".!?।\"'(") | {"-", ":"}


@lru_cache(maxsize=1)
def listed() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """First names, surnames, and the names of places, firms and festivals, in both scripts, lower case."""
    first, last, other = set(rw.MORE_FIRST), set(rw.MORE_LAST), set()
    for line in (DATA.parent / "lexicon" / "names.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, *spellings = line.split("\t")
            {"person": first, "surname": last}.get(kind, other).update(tk.nfc(s) for s in spellings)
    section = other
    for line in (DATA / "names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            section = {"# first names": first, "# surnames": last}.get(line, other)
        else:
            section.update(part for name in line.split() for part in name.split("_"))
    return frozenset(first - rw.NOT_NAMES), frozenset(last), frozenset(other - {""})


@lru_cache(maxsize=50_000)
def kind_of(word: str) -> str:
    """A lower-case word's kind: strong or weak for a person's name, other for a place or firm, '' for the rest."""
    first, last, other = listed()
    person = word in first or word in last
    if word in other and not person:
        return "other"
    if word.isascii():
        return "" if not person else "weak" if word in rw.WEAK or word in other else "strong"
    if len(word) > lexicon.MAX_TOKEN_CHARS:
        return ""
    lex = lexicon.load()
    spelled = [roman for roman, _ in romanize.spellings(word, 12)][:SPELLINGS]
    if not person and (word in lex.native or not any(s in first or s in last for s in spelled)):
        return "other" if any(s in other for s in spelled[:2]) else ""
    common = not person and lex.words.get(word, romanize.NEVER) > HOMELY_HINDI
    return "weak" if common or not rw.WEAK.isdisjoint(spelled) else "strong"


@lru_cache(maxsize=50_000)
def unknown(word: str) -> bool:
    """Whether no list and neither language's words explain a token; then it may well be a name."""
    lex = lexicon.load()
    if kind_of(word) or word in lex.chat:
        return False
    if not word.isascii():
        return word not in lex.words and word not in lex.loans
    return lex.english_logp(word) < UNKNOWN_ENGLISH and lex.hindi_logp(word) < UNKNOWN_HINDI


@lru_cache(maxsize=50_000)
def everyday(word: str) -> bool:
    """Whether a token is a common word, or a verb said of names, so that it is no name after 'mera naam' either."""
    lex = lexicon.load()
    if word in lex.chat or word in rw.ADDRESSED or word in rw.ROLES or rw.VERBAL.fullmatch(word):
        return True
    if not word.isascii():
        return word in lex.loans or word in lex.native or lex.words.get(word, romanize.NEVER) > EVERYDAY_HINDI
    return lex.english_logp(word) > EVERYDAY_ENGLISH or lex.hindi_logp(word) > EVERYDAY_HINDI


class Words:
    """The tokens of a text with what the rules ask about them, and the marks that the rules leave."""

    def __init__(self, text: str):
        self.text = text
        self.tokens = tk.tokenize(text)
        self.low = [t.text.lower().removesuffix("'s").removesuffix("’s") for t in self.tokens]
        self.word = [t.kind in ("latin", "deva") for t in self.tokens]
        self.kind = [kind_of(low) if is_word else "" for low, is_word in zip(self.low, self.word)]
        latin = [t.text for t in self.tokens if t.kind == "latin"]
        self.titled = len(latin) > 3 and sum(bool(_CAPITAL.match(t)) for t in latin) > TITLE_SHARE * len(latin)
        self.marked, self.named = [False] * len(self.low), [False] * len(self.low)

    def at(self, i: int) -> str:
        """Lower-case token i, '' outside."""
        return self.low[i] if 0 <= i < len(self.low) else ""

    def cased(self, i: int) -> bool:
        """Whether token i is written like a name: a capital, and not because everything is."""
        text = self.tokens[i].text
        return bool(_NAME_CASE.fullmatch(text)) and not self.titled

    def capital(self, i: int) -> bool:
        """The same inside a sentence, where the capital means more."""
        if i == 0 or not self.cased(i):
            return False
        return self.tokens[i - 1].text not in _STARTS or self.at(i - 1) == "." and self.at(i - 2) in rw.TITLES

    def person(self, i: int) -> bool:
        """Whether token i is a listed name of a person."""
        return 0 <= i < len(self.low) and self.kind[i] in ("strong", "weak")

    def free(self, i: int) -> bool:
        """Whether token i is a word that may still become a name."""
        return (0 <= i < len(self.low) and self.word[i] and not self.marked[i] and self.kind[i] != "other"
                and not any(self.low[i] in s for s in (rw.STOP, rw.TITLES, rw.HONORIFICS, rw.ADDRESSED)))

    def possible(self, i: int) -> bool:
        """Whether token i can be a name where the context announces one."""
        if not (0 <= i < len(self.low)) or not self.word[i] or self.low[i] in rw.STOP or self.low[i] in rw.TITLES:
            return False
        return bool(self.kind[i]) and self.kind[i] != "other" or self.kind[i] == "" and (
            self.capital(i) or not everyday(self.low[i]))

    def mark(self, i: int, named: bool = False) -> None:
        self.marked[i] = True
        self.named[i] = self.named[i] or named


def _after_phrase(words: Words, i: int) -> None:
    """Mark the name that begins at token i, after words that announce one."""
    while words.at(i) in rw.COPULAS | {":", "-", "is", "=", "."}:
        i += 1
    begin = i
    while i - begin < LONGEST and words.possible(i) and words.at(i + 1) not in (":", "="):   # no next field of a form
        words.mark(i, named=True)
        i += 1
    closed = words.at(i + 1) in rw.COPULAS   # मेरा नाम सुनीता देवी है: a surname that is a word as well
    surname = words.at(i) not in rw.STOP | rw.HONORIFICS and not words.at(i).isascii()
    if i > begin and closed and surname and words.word[i]:
        words.mark(i, named=True)


def mark_phrases(words: Words) -> None:
    """mera naam X hai, name: X, my name is X, I am X, this is X."""
    for i, low in enumerate(words.low):
        before, after = words.at(i - 1), words.at(i + 1)
        if low in rw.NAME_WORDS and (before in rw.BEFORE_NAME or after in (":", "-", "=") or words.possible(i + 1)):
            _after_phrase(words, i + 1)
        introduced = (low in ("am", "is") and before in ("i", "this")) or low in ("im", "i'm", "myself")
        if introduced and (words.person(i + 1) or (   # not "I am fine"
                words.possible(i + 1) and words.capital(i + 1) and not everyday(words.low[i + 1]))):
            _after_phrase(words, i + 1)


def mark_speakers(words: Words) -> None:
    """main X bol raha hu, X here."""
    for i, low in enumerate(words.low):
        going_on = words.at(i + 1) in ("raha", "rahi", "rha", "rhi", "kar", "रहा", "रही", "कर")
        if low not in rw.SPEAKING or not (going_on or low in ("here", "speaking")):
            continue
        start = i
        while start > 0 and i - start < LONGEST and words.possible(start - 1):
            start -= 1
        if start == 0 or words.at(start - 1) in rw.BEFORE_SPEAKING:
            for k in range(start, i):
                words.mark(k, named=True)


def mark_titles(words: Words) -> None:
    """Shri X Y, Dr. X, Mr X; secretary X; X ji, X bhai, X sir."""
    for i, low in enumerate(words.low):
        first = i + 1 + (words.at(i + 1) == ".")
        if low in rw.TITLES:
            for j in range(first, min(first + LONGEST, len(words.low))):
                full = words.free(j) and words.person(j + 1)   # Shri Uttam Mehta: uttam is a word, but not here
                if not (words.possible(j) or full) or words.low[j] in rw.HONORIFICS:
                    break
                alone = not words.possible(j + 1) or words.low[j + 1] in rw.HONORIFICS
                if j == first and alone and words.low[j] in rw.GODS:
                    break
                words.mark(j, named=True)
        elif low in rw.ROLES:
            for j in range(first, min(first + LONGEST, len(words.low))):
                if not words.possible(j) or words.kind[j] != "weak" and (
                        not words.capital(j) or everyday(words.low[j])):
                    break
                words.mark(j)
        elif low in rw.HONORIFICS and words.free(i - 1) and words.at(i - 2) != words.low[i - 1]:   # not Ram Ram ji
            between = words.text[words.tokens[i - 1].end:words.tokens[i].start]
            if between in (" ", "-") and _honoured(words, i - 1):
                words.mark(i - 1)


def _honoured(words: Words, i: int) -> bool:
    """Whether token i, before an honorific, is a name: a list, a capital, or (no capitals there) Devanagari says so."""
    low, after = words.low[i], words.low[i + 1]
    if words.kind[i]:
        return True
    if not low.isascii():
        return not everyday(low) and (words.at(i + 2) in rw.CASE or unknown(low))
    return unknown(low) and (words.cased(i) or after in ("ji", "jee") or words.at(i + 2) in rw.CASE)


def _acts(words: Words, i: int) -> bool:
    """Whether what follows token i is done by a person or to one."""
    after, then = words.at(i + 1), words.at(i + 2)
    return (after in ("ne", "ने")
            or after in ("ko", "को") and any(rw.TELLS.match(words.at(k)) for k in range(i + 2, i + 7))
            or after in ("ke", "k", "के") and then in ("sath", "saath", "साथ")
            or after in ("se", "से") and then in ("baat", "bat", "milna", "mil", "बात", "मिलना", "मिल"))


def mark_neighbours(words: Words) -> None:
    """A weak or unlisted name by what is said of it: X ne, X ko bolo, X ke saath, call X, Hi X, X will."""
    for i, low in enumerate(words.low):
        if not words.free(i) or low in rw.COUNTRY:
            continue
        after, before = words.at(i + 1), words.at(i - 1)
        acts = _acts(words, i)
        greeted = before in rw.GREETING or before == "," and words.at(i - 2) in rw.GREETING | {"thanks"}
        if greeted and low not in rw.NOT_GREETED and words.cased(i) and not (words.kind[i] == "" and everyday(low)):
            words.mark(i)
        elif words.kind[i] == "weak":
            if acts or words.capital(i) and (after in rw.CASE or before in rw.ENGLISH_BEFORE):
                words.mark(i)
        elif words.kind[i] == "" and len(low) > 3 and _unlisted(words, i, acts) and unknown(low):
            words.mark(i)


def _unlisted(words: Words, i: int, acts: bool) -> bool:
    """Whether an unlisted Latin token is used like a person's name, and not like a place's or a firm's."""
    after, before = words.at(i + 1), words.at(i - 1)
    place = before in rw.PLACE_BEFORE or after in rw.PLACE_AFTER or after in rw.ORGANISATIONS
    if place or words.tokens[i].kind != "latin":
        return False
    if not words.cased(i):
        return after == "ne" and not words.titled and not rw.AGENTS.fullmatch(words.low[i])
    alone = words.capital(i) and not _CAPITAL.match(words.tokens[i - 1].text)   # not the second half of a firm's name
    return (acts or alone or after in rw.CASE or after in rw.ENGLISH_VERBS
            or words.tokens[i].text.endswith(("'s", "’s")) or bool(regex.fullmatch(r"\p{L}+ed", after)))


def mark_beside(words: Words) -> None:
    """Weak names and unlisted words that continue a marked name, or are joined to one by 'and'."""
    for _ in range(LONGEST):
        for i, low in enumerate(words.low):
            if words.free(i) and low not in rw.ORGANISATIONS and _continues(words, i):
                words.mark(i)


def _continues(words: Words, i: int) -> bool:
    """Whether token i belongs to the marked name beside it, or is a second one."""
    def is_marked(k: int) -> bool:
        return 0 <= k < len(words.low) and words.marked[k]
    low, before, after = words.low[i], words.at(i - 1), words.at(i + 1)
    left, right = is_marked(i - 1), is_marked(i + 1)
    joined = (before in rw.CONJUNCTIONS and is_marked(i - 2)) or (after in rw.CONJUNCTIONS and is_marked(i + 2))
    if words.kind[i] == "weak":
        return left or right or joined
    if not (left or right or joined):
        return False
    new = unknown(low)
    if right and after in listed()[1] and (new or not low.isascii() and not everyday(low)):   # पीताम्बर मिश्रा
        return True
    if joined and "," not in (before, after) and (
            new or words.capital(i) and lexicon.load().english_logp(low) < PLAIN_ENGLISH):
        return True
    cased = (left and words.capital(i) and words.cased(i - 1)) or (right and words.cased(i) and words.cased(i + 1))
    return cased and (new or len(low) == 1)   # R. Kapoor


def _organisation(words: Words, start: int, end: int) -> bool:
    """Whether the marked tokens start..end are part of a shop's, a firm's or a street's name."""
    after = words.at(end)
    if any(words.named[start:end]) or after not in rw.ORGANISATIONS:
        return False
    if after in rw.PLACES_OF_WORK:
        return words.low[end - 1] in listed()[1] or words.cased(end)
    return True


def _names_in(text: str) -> list[tuple[int, int]]:
    words = Words(text)
    for i, kind in enumerate(words.kind):
        if kind == "strong":
            words.mark(i)
    for rule in (mark_phrases, mark_speakers, mark_titles, mark_neighbours, mark_beside):
        rule(words)
    out: list[tuple[int, int]] = []
    i = 0
    while i < len(words.low):
        end = i + 1
        if words.marked[i]:
            while (end < len(words.low) and words.marked[end]
                   and _BETWEEN.fullmatch(text[words.tokens[end - 1].end:words.tokens[end].start])):
                end += 1
            if not _organisation(words, i, end):
                last = words.tokens[end - 1]
                out.append((words.tokens[i].start, last.end - 2 * last.text.lower().endswith(("'s", "’s"))))
        i = end
    return out


def find_names(text: str) -> list[tuple[int, int]]:
    """Offsets of the names of persons; the words of one name are one stretch, titles and honorifics stay outside."""
    out, at = [], 0
    while at < len(text):
        end = at + PIECE
        if end < len(text):
            end = max(text.rfind(" ", at + 1, end), text.rfind(",", at + 1, end)) + 1 or end
        out += [(at + start, at + stop) for start, stop in _names_in(text[at:end])]
        at = end
    return out
