"""Character model of Hindi spelling, and the decoder that writes a Roman token unknown to the lexicon.

The model is an interpolated Kneser-Ney n-gram over code points; the decoder is a beam search over the letter pairs of
romanize.py. lexicon.py ranks what comes out with the exact spelling model.

Reads:  nothing
Writes: nothing
"""
import math
from collections import defaultdict
from functools import lru_cache

import loanwords
import romanize
from romanize import ANUSVARA, CHANDRABINDU, HALANT, INDEPENDENT, SCHWA, SIGN_OF

ORDER = 6          # 5 and 7 were no better on words held out of the lexicon
DISCOUNT = 0.75
END, START = "$", "^"
BEAM = 16
MAX_BEHIND = 9.0   # nats; hypotheses further behind never came first
MEMO_STEPS = 400_000
UNSEEN_CHAR = -12.0
FINALS = 10        # hypotheses handed on for exact scoring
MIN_PAIR = math.log(0.004)   # rarer letter pairs only widen the beam


class CharModel:
    """log P(next character | up to ORDER-1 before it), with back-off weights."""

    def __init__(self, logp: dict[str, float], backoff: dict[str, float]):
        self.logp = logp
        self.backoff = backoff
        self.memo: dict[str, dict[str, tuple[float, str]]] = {}   # state -> text added -> (log P, next state)
        self.memo_size = 0

    @classmethod
    def train(cls, words: dict[str, float], order: int = ORDER) -> "CharModel":
        """From words and their weights (about the square root of a count, so that rare words are heard)."""
        counts = [defaultdict(float) for _ in range(order)]
        for word, weight in words.items():
            text = START + word + END
            for i in range(1, len(text)):
                for n in range(min(i + 1, order)):
                    counts[n][text[i - n:i + 1]] += weight
        return cls(*_smooth(counts))

    def step(self, state: str, add: str) -> tuple[float, str]:
        """(log P of the text added, next state); a state is the end of the text so far, as long as the model knows it."""
        row = self.memo.get(state)
        if row is None:
            row = self.memo[state] = {}
        found = row.get(add)
        if found is None:
            self.memo_size += 1
            if self.memo_size > MEMO_STEPS:
                self.memo, self.memo_size, row = {}, 0, {}
            if len(add) == 1:
                found = self._char(state, add)
            else:
                total, after = 0.0, state
                for char in add:
                    logp, after = self.step(after, char)
                    total += logp
                found = (total, after)
            row[add] = found
        return found

    def _char(self, state: str, char: str) -> tuple[float, str]:
        logp, backoff = self.logp, self.backoff
        total, context = 0.0, state
        while True:
            gram = context + char
            found = logp.get(gram)
            if found is not None:
                break
            if not context:
                return total + UNSEEN_CHAR, ""
            total += backoff.get(context, 0.0)
            context = context[1:]
        after = gram[-ORDER + 1:]
        while after and after not in backoff:
            after = after[1:]
        return total + found, after

    @lru_cache(maxsize=100_000)
    def word(self, word: str) -> float:
        """log P of a whole NFC word, end included."""
        total, state = 0.0, START
        for char in word + END:
            add, state = self.step(state, char)
            total += add
        return total


def _smooth(counts: list[dict[str, float]]) -> tuple[dict[str, float], dict[str, float]]:
    """Interpolated absolute discounting; lower orders count the number of distinct left neighbours."""
    order = len(counts)
    for n in range(order - 1):                       # continuation counts, except for grams that begin a word
        distinct: dict[str, float] = defaultdict(float)
        for gram in counts[n + 1]:
            distinct[gram[1:]] += 1.0
        for gram in counts[n]:
            if gram[0] != START:
                counts[n][gram] = distinct.get(gram, counts[n][gram])
    prob: dict[str, float] = {}
    backoff: dict[str, float] = {}
    total = sum(counts[0].values())
    for gram, c in counts[0].items():
        prob[gram] = c / total
    for n in range(1, order):
        sums: dict[str, float] = defaultdict(float)
        lost: dict[str, float] = defaultdict(float)
        for gram, c in counts[n].items():
            context = gram[:-1]
            sums[context] += c
            lost[context] += c if c < DISCOUNT else DISCOUNT
        for context, s in sums.items():
            backoff[context] = lost[context] / s
        for gram, c in counts[n].items():
            rest = (c - DISCOUNT) / sums[gram[:-1]] if c > DISCOUNT else 0.0
            prob[gram] = rest + backoff[gram[:-1]] * prob.get(gram[1:], 1e-6)
    return ({g: math.log(p) for g, p in prob.items() if p > 0},
            {g: math.log(max(b, 1e-9)) for g, b in backoff.items()})


def _invert(table: dict[str, tuple]) -> dict[str, list[tuple[str, float]]]:
    out: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for deva, options in table.items():
        for roman, share in options:
            if roman and share > 0 and math.log(share) > MIN_PAIR:
                out[roman].append((deva, math.log(share)))
    return dict(out)


def _geminates() -> dict[str, tuple]:
    out = {}
    for c, options in romanize.consonants().items():
        doubled = tuple(((r[0] + r if len(r) > 1 else r + r), p * romanize.GEMINATE_DOUBLE) for r, p in options[:2])
        out[c + HALANT + c] = doubled + tuple((r, p * romanize.GEMINATE_SINGLE) for r, p in options[:2])
    return out


_CONSONANT_OF = _invert({**_geminates(), **romanize.clusters(), **romanize.consonants()})
_VOWEL_OF = _invert({v: pair[0] for v, pair in romanize.vowels().items()})
_VOWEL_END = _invert({v: pair[1] for v, pair in romanize.vowels().items()})
_LONGEST = 4
_SILENT = math.log(0.6)        # schwa dropped before a consonant, place unknown as yet
_SILENT_END = math.log(0.97)
_GLIDE = math.log(0.3)
_NASAL = {"n": ((ANUSVARA, math.log(.9)), (CHANDRABINDU, math.log(.8))), "m": ((ANUSVARA, math.log(.5)),)}
_NASAL_UNSEEN = math.log(0.2)


def hindi_steps(token: str, at: int, after: str):
    """(characters typed, text to add, cost, what it ends in) for every way to go on from a position.

    after: "" at the start, C after a consonant without a sign, V after a vowel, N after a nasal sign.
    """
    size = len(token)
    for to in range(at + 1, min(at + _LONGEST, size) + 1):
        chunk = token[at:to]
        for deva, cost in _CONSONANT_OF.get(chunk, ()):
            if after == "C":
                yield to, deva, cost + _SILENT, "C"
                yield to, HALANT + deva, cost, "C"
            else:
                yield to, deva, cost, "C"
        vowels = (_VOWEL_END if to == size else _VOWEL_OF).get(chunk, ())
        for sign, cost in vowels:
            if after == "C":
                yield to, "" if sign == SCHWA else sign, cost, "V"
            elif sign in SIGN_OF and (after != "N"):
                yield to, SIGN_OF[sign], cost, "V"
        if after == "V":
            if chunk[0] in "yw" and to - at > 1:
                for sign, cost in (_VOWEL_END if to == size else _VOWEL_OF).get(chunk[1:], ()):
                    if sign in (("ि", "ी", "े") if chunk[0] == "y" else ("ा", "ो")):
                        yield to, SIGN_OF[sign], cost + _GLIDE, "V"
            if chunk in _NASAL and (to == size or token[to] not in "aeiou"):
                for nasal, cost in _NASAL[chunk]:
                    if chunk == "n" or (to < size and token[to] in "bpfm"):
                        yield to, nasal, cost, "N"


def _english_pieces() -> dict[str, list[tuple]]:
    """English letters -> (text, cost, kind of its first sign, state after it, only at the end)."""
    out: dict[str, list[tuple]] = defaultdict(list)
    for sound, options in loanwords.table().items():
        text = sound.rstrip("$")
        text = "" if text == SCHWA else text
        first = "V" if not text or text[0] in SIGN_OF else "H" if text[0] == HALANT else "N" if text[0] in _NASALS \
            else "I" if text[0] in INDEPENDENT else "C"
        last = text[-1:] or SCHWA
        ends = "N" if last in _NASALS else "V" if last in SIGN_OF or last in INDEPENDENT or last == SCHWA else \
            "H" if last == HALANT else "C"
        for roman, cost in options:
            if roman and cost > MIN_PAIR:
                out[roman].append((text, cost, first, ends, sound.endswith("$")))
    return dict(out)


_NASALS = ANUSVARA + CHANDRABINDU
_ENGLISH = _english_pieces()
_ENGLISH_LONGEST = max(map(len, _ENGLISH))
_NO_SOUND = math.log(0.12)     # a reduced vowel that English does not spell: the schwa of rhyth-m
_CLUSTER = math.log(0.95)


def english_steps(token: str, at: int, after: str):
    """As hindi_steps, for a token spelled the English way."""
    size = len(token)
    for to in range(at + 1, min(at + _ENGLISH_LONGEST, size) + 1):
        for text, cost, first, ends, only_end in _ENGLISH.get(token[at:to], ()):
            if only_end and to < size:
                continue
            if after == "C":
                if first == "C":
                    yield to, HALANT + text, cost + _CLUSTER, ends
                    yield to, text, cost + _NO_SOUND, ends
                elif first != "I":
                    yield to, text, cost, ends
            elif after == "H":
                if first == "C":
                    yield to, text, cost, ends
            elif first in "CI" or (first == "N" and after == "V"):
                yield to, text, cost, ends
    rest = token[at:]
    if after == "C" and rest[:1] == "e":
        yield at + 1, "", math.log(.14 if len(rest) == 1 else .05), "C"
    if after == "V" and rest[0] in "nm" and (len(rest) == 1 or rest[1] not in "aeiou"):
        yield at + 1, ANUSVARA, math.log(.9 if rest[0] == "n" or rest[1:2] in ("b", "p", "f") else .05), "N"


def decode(token: str, model: CharModel, steps=hindi_steps, beam: int = BEAM, finals: int = FINALS) -> list[str]:
    """Devanagari words a lower-case Roman token may stand for, best first by a rough score; [] if none.

    steps(token, position, state) says how to go on: hindi_steps, or english_steps for an English spelling.
    """
    size = len(token)
    hyps: list[dict] = [{} for _ in range(size + 1)]          # position -> (text, state) -> (score, model state)
    hyps[0][("", "")] = (0.0, START)
    step, memo = model.step, model.memo
    for at in range(size):
        live = _pruned(hyps[at], beam)
        moves = {after: tuple(steps(token, at, after)) for after in {key[1] for key, _ in live}}
        for (text, after), (total, state) in live:
            row = memo.get(state, _EMPTY)
            for to, add, cost, ends in moves[after]:
                found = row.get(add) or step(state, add)
                new = total + cost + found[0]
                key = (text + add, ends)
                old = hyps[to].get(key)
                if old is None or new > old[0]:
                    hyps[to][key] = (new, found[1])
    done: dict[str, float] = {}
    for (text, after), (total, state) in _pruned(hyps[size], beam):
        tails = (("", _SILENT_END if after == "C" else 0.0),)
        if after == "V":
            tails += ((ANUSVARA, _NASAL_UNSEEN), (CHANDRABINDU, _NASAL_UNSEEN))
        for tail, cost in tails:
            final = total + cost + step(state, tail + END)[0]
            if final > done.get(text + tail, -1e9):
                done[text + tail] = final
    return sorted(done, key=lambda w: (-done[w], w))[:finals]


_EMPTY: dict = {}


def _pruned(live: dict, beam: int) -> list:
    """The best hypotheses, none far behind the first."""
    if not live:
        return []
    floor = max(score for score, _ in live.values()) - MAX_BEHIND
    kept = [item for item in live.items() if item[1][0] >= floor]
    if len(kept) > beam:
        kept.sort(key=lambda item: (-item[1][0], item[0]))
        del kept[beam:]
    return kept
