"""Which readings of neighbouring words go together: one small model for language and for Hindi readings.

A message becomes a lattice: every token has a few states (English as typed, a name, one or more Devanagari forms),
each with the score its spelling alone gives it. Neighbours are scored by how much more often than chance they stand
side by side in data/context/sentences.txt, sentences written by hand for this purpose; words too rare there are
represented by a word class (data/context/classes.tsv, else the ending). `decode` gives the best path and, for every
state, how far the best path through it is from the best path of all.

    python context.py "मैं main road पर हूँ"    # units and pair scores of a text in the right script

Reads:  data/context/classes.tsv, data/context/sentences.txt, data/lexicon/verbs.tsv
Writes: nothing
"""
import math
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import tokens as tk

DATA = Path(__file__).resolve().parent / "data" / "context"
WORD_MIN_COUNT = 4      # a word seen less often in the sentences is represented by its class
CLASS_SHRINK = 2.0      # pseudo-count pulling a class pair towards independence
WORD_SHRINK = 1.0       # pseudo-count pulling a word pair towards its class pair
MAX_PAIR = 3.0          # no pair of neighbours may outweigh clear spelling evidence
CHAT_SHARE = 0.3        # share of the sentences in the mixture of word frequencies
MAX_GAIN = 2.5
BOUND, COMMA, NAME, NUMBER = ("x", "BOUND"), ("x", "COMMA"), ("x", "NAME"), ("x", "NUMBER")
SENTENCE_ENDS = frozenset(".?!।॥\n;:…") | {"..", "...", "...."}

# Endings of Hindi verb forms, longest first; a noun that happens to end so (खाना) behaves much the same.
HINDI_ENDINGS = (("VF", "ऊँगा ऊँगी ूँगा ूँगी ूंगा ूंगी एगा एगी ेगा ेगी एंगे ेंगे एँगे ेँगे ओगे ोगे ोगी ओगी ूँ ऊँ ूं ऊं".split()),
                 ("VI", "ओ िए इए िएगा इएगा ें एं एँ ोना".split()), ("VN", "ना ने नी".split()),
                 ("VT", "ता ते ती".split()), ("VP", "ाया ाई ाए ाओ".split()))
HINDI_STEMS = frozenset(
    "भेज रख बता दिखा बना लगा हटा बदल रोक मार बोल पूछ सुन देख पढ़ लिख खोल निकाल उठा चल आ मिल भर काट बुला मँगा मंगा "
    "पहुँचा पहुंचा समझ जोड़ छोड़ ला खा पी सो बैठ ढूँढ ढूंढ बेच ख़रीद खरीद डाल पकड़ घूम याद बजा चला जला बचा मिला "
    "सुना गा भूल हो मान जान फेंक लौटा तोड़ खींच दबा सिखा पका टाल बंद कह ले दे".split())
ENGLISH_ENDINGS = (("ING", ("ing",)), ("ED", ("ed",)), ("LY", ("ly",)))


@lru_cache(maxsize=None)
def _closed_classes() -> dict[tuple[str, str], str]:
    """(language, word) -> class, from the hand-made table; the first class a word stands in counts."""
    out: dict[tuple[str, str], str] = {}
    for line in (DATA / "classes.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            lang, name, words = line.split("\t")
            for word in words.split():
                out.setdefault((lang, tk.nfc(word)), name)
    return out


def hindi_listed() -> set[str]:
    """The Hindi words of the class table."""
    return {word for lang, word in _closed_classes() if lang == "hi"}


@lru_cache(maxsize=1)
def verb_stems() -> frozenset[str]:
    """Verb stems: the frequent ones above and those of the lexicon's verb list."""
    listed = (DATA.parent / "lexicon" / "verbs.tsv").read_text(encoding="utf-8").splitlines()
    return HINDI_STEMS.union(*(tk.nfc(line.split("\t")[0]).split() for line in listed if not line.startswith("#")))


@lru_cache(maxsize=200_000)
def word_class(lang: str, form: str) -> str:
    """Class of a word in the right script: hi takes NFC Devanagari, en takes lower-case Latin."""
    closed = _closed_classes().get((lang, form))
    if closed:
        return closed
    if lang == "hi":
        if form in verb_stems():
            return "VS"
        for name, endings in HINDI_ENDINGS:
            for ending in endings:
                if form.endswith(ending) and len(form) > len(ending):
                    return name
        return "N"
    for name, endings in ENGLISH_ENDINGS:
        if len(form) > 4 and form.endswith(endings):
            return name
    return "W"


@lru_cache(maxsize=1)
def _word_counts() -> tuple[dict[tuple[str, str], int], int]:
    count: dict[tuple[str, str], int] = {}
    for row in read_sentences(DATA / "sentences.txt"):
        for item in row:
            if item[0] != "x":
                count[item] = count.get(item, 0) + 1
    return count, sum(count.values())


@lru_cache(maxsize=200_000)
def chat_gain(lang: str, form: str, logp: float) -> float:
    """What to add to a word's log frequency in general text when messages as in the sentences are mixed in."""
    count, total = _word_counts()
    here = count.get((lang, form), 0) / total
    return min(MAX_GAIN, math.log((1 - CHAT_SHARE) + CHAT_SHARE * here / math.exp(max(logp, -20.0))))


@dataclass(frozen=True)
class PairModel:
    """Units are words frequent enough, else (language, class). `score[a][b]` is a log ratio to chance."""
    ids: dict
    score: list

    def unit(self, lang: str, form: str) -> int:
        """Unit of one word; language x with a form of BOUND, COMMA, NAME or NUMBER for what is no word."""
        if lang == "x":
            return self.ids[("x", form)]
        return self.ids.get((lang, "=" + form)) or self.ids.get((lang, word_class(lang, form))) or 0


def read_sentences(path: Path) -> list[list[tuple[str, str]]]:
    """Gold sentences as lists of (language, form); a name carries a trailing _ in the file (Rahul_ or राहुल_)."""
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        row = [BOUND]
        for token in tk.tokenize(re.sub(r"(\w)_", r"\1 _", line)):
            form = tk.nfc(token.text)
            if form == "_":
                row[-1] = NAME
            elif token.kind == "deva":
                row.append(("hi", form))
            elif token.kind == "latin":
                row.append(("en", form.lower()))
            else:
                row.append(plain_unit(token.kind, form))
        out.append(row + [BOUND])
    return out


def plain_unit(kind: str, text: str) -> tuple[str, str]:
    """The unit of a token that is no word."""
    if kind in ("num",):
        return NUMBER
    if kind in ("url", "tag"):
        return NAME
    return BOUND if text in SENTENCE_ENDS or kind == "emoji" else COMMA


@lru_cache(maxsize=1)
def load() -> PairModel:
    """Count pairs in the sentences; 0.1 s."""
    rows = read_sentences(DATA / "sentences.txt")
    count: dict = {}
    for row in rows:
        for item in row:
            count[item] = count.get(item, 0) + 1

    def class_of(item):
        return item if item[0] == "x" else (item[0], word_class(*item))

    def unit_of(item):
        return (item[0], "=" + item[1]) if item[0] != "x" and count[item] >= WORD_MIN_COUNT else class_of(item)

    classes = {("hi", c) for c in ("N", "VF", "VI", "VN", "VT", "VP", "VS")} | {
        ("en", c) for c in ("W", "ING", "ED", "LY")} | {BOUND, COMMA, NAME, NUMBER}
    classes |= {(lang, c) for (lang, _), c in _closed_classes().items()}
    units = {u: class_of(i) for i in count for u in [unit_of(i)]} | {c: c for c in classes}
    names = sorted(units)
    ids = {u: n for n, u in enumerate(names)}
    c1: dict = {}
    u1: dict = {}
    c2: dict = {}
    u2: dict = {}
    for row in rows:
        us = [unit_of(i) for i in row]
        cs = [units[u] for u in us]
        for seq, one, two in ((cs, c1, c2), (us, u1, u2)):
            for a, b in zip(seq, seq[1:]):
                one[a] = one.get(a, 0) + 1
                two[a, b] = two.get((a, b), 0) + 1
            one[seq[-1]] = one.get(seq[-1], 0) + 1
    total = sum(c1.values())
    ratio = {(a, b): (c2.get((a, b), 0) + CLASS_SHRINK) / (c1.get(a, 0) * c1.get(b, 0) / total + CLASS_SHRINK)
             for a in classes for b in classes}
    score = []
    for a in names:
        row = []
        for b in names:
            expected = u1.get(a, 0) * u1.get(b, 0) / total
            r = (u2.get((a, b), 0) + WORD_SHRINK * ratio[units[a], units[b]]) / (expected + WORD_SHRINK)
            row.append(max(-MAX_PAIR, min(MAX_PAIR, math.log(r))))
        score.append(row)
    return PairModel(ids, score)


@dataclass(frozen=True, slots=True)
class State:
    """One reading of a token: emit is its log score, lang hi/en/name/x, form the text, flow the side it speaks for."""
    emit: float
    lang: str
    form: str
    unit: int
    flow: int   # 0 Hindi, 1 English: a number, a name or a comma takes both, so that the language carries across


def decode(lattice: list[tuple[State, ...]], switch: float) -> tuple[list[State], list[list[float]]]:
    """Best path, and for each state the score of the best path through it minus that of the best path (<= 0)."""
    if not lattice:
        return [], []
    score = load().score
    edge = load().ids[BOUND]
    forward, back = _forward(lattice, switch, score, edge)
    backward = _backward(lattice, switch, score, edge)
    through = [[f + b for f, b in zip(fs, bs)] for fs, bs in zip(forward, backward)]
    at = max(range(len(lattice[-1])), key=through[-1].__getitem__)
    top = through[-1][at]
    path = [lattice[-1][at]]
    for pointer, states in zip(reversed(back), lattice[-2::-1]):
        at = pointer[at]
        path.append(states[at])
    path.reverse()
    return path, [[t - top for t in row] for row in through]


def _forward(lattice: list[tuple[State, ...]], switch: float, score: list, edge: int) -> tuple[list, list]:
    """Best score of a path from the start to each state, and which state before it that path takes."""
    first = score[edge]
    rows = [[s.emit + first[s.unit] for s in lattice[0]]]
    back: list[list[int]] = []
    for prev, here in zip(lattice, lattice[1:]):
        row, pointer = [], []
        before = [(f, score[p.unit], p.flow) for f, p in zip(rows[-1], prev)]
        for s in here:
            best, arg, unit, flow = -1e30, 0, s.unit, s.flow
            for i, (f, pairs, side) in enumerate(before):
                v = f + pairs[unit]
                if side != flow:
                    v -= switch
                if v > best:
                    best, arg = v, i
            row.append(best + s.emit)
            pointer.append(arg)
        rows.append(row)
        back.append(pointer)
    return rows, back


def _backward(lattice: list[tuple[State, ...]], switch: float, score: list, edge: int) -> list:
    """Best score of a path from each state, itself not counted, to the end."""
    rows = [[score[s.unit][edge] for s in lattice[-1]]]
    for here, after in zip(lattice[-2::-1], lattice[:0:-1]):
        ahead = [(b + s.emit, s.unit, s.flow) for b, s in zip(rows[-1], after)]
        row = []
        for s in here:
            best, pairs, flow = -1e30, score[s.unit], s.flow
            for b, unit, side in ahead:
                v = b + pairs[unit]
                if side != flow:
                    v -= switch
                if v > best:
                    best = v
            row.append(best)
        rows.append(row)
    rows.reverse()
    return rows


def main() -> None:
    model = load()
    names = {n: u for u, n in model.ids.items()}
    for text in sys.argv[1:]:
        row = [BOUND]
        for token in tk.tokenize(text):
            lang = {"deva": "hi", "latin": "en"}.get(token.kind)
            row.append((lang, tk.nfc(token.text).lower()) if lang else plain_unit(token.kind, token.text))
        units = [model.unit(*i) for i in row + [BOUND]]
        for a, b in zip(units, units[1:]):
            print(f"{model.score[a][b]:6.2f}  {names[a]} {names[b]}")


if __name__ == "__main__":
    main()
