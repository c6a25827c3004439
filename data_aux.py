"""Pairs input -> normalized_text that teach the script itself: the whole lexicon, many spellings, English in between.

    from data_aux import build_aux

Reads:  lexicon.py, data_templates.py, data_words.py
Writes: nothing

Half the pairs are further draws of training families, half are carrier sentences filled with words of the lexicon.
A carrier need not make sense; it has to show which words change their script and which do not.
"""
import math
import random

import data_noise as noise
from data_noise import TOKEN
from data_words import ROMAN

N_WORDS = 6_000         # most frequent words of the lexicon; rarer ones are names and misspellings of the web
N_ENGLISH = 2_500       # most frequent English words that are no spelling of those
MAX_LOAN_CHANCE = 0.3   # above it the word is English written in Devanagari as often as not
NAME_LOG_P = -14.0      # a spelling this frequent in English text is a name there: gupta, maruti
COARSE = ("चूति", "गांड", "चोद", "लौड", "रंडी")
MIN_SHARE = 0.12        # of the likeliest spelling; rarer spellings are not what anyone types
CARRIERS = (
    "{e} {h} का {e} {h} है", "{h} और {h} में क्या {e} है?", "मैंने {h} को {e} किया था", "{h} {h} {h}",
    "please {h} वाला {e} बताओ", "{e} के बाद {h} करना है", "ये {h} {e} नहीं है यार", "{h} की {e} कब होगी, {h}?",
    "मुझे {h} {h} चाहिए, {e} नहीं", "{e} {e} {h} {e}", "वो {h} से {h} तक {e} रहा", "इस {e} पर {h} लिखा है",
    "{h}, {h} और {e} लाना", "क्या {h} भी {e} हो सकता है", "{h} {e} {h} {e} {h}", "अगर {h} हो तो {e} कर दो",
)


class Words:
    """Hindi words with spellings that are theirs more than any other word's, and English words that are no spelling."""

    def __init__(self):
        import lexicon
        import spelling
        lex = lexicon.load()
        ranked = sorted(lex.words, key=lambda w: (-lex.words[w], w))
        self.hindi = [w for w in ranked[:2 * N_WORDS] if len(w) > 2 and w not in lex.loans and not lex.is_name(w)
                      and lex.chance.get(w, 0.0) < MAX_LOAN_CHANCE and spelling.standard(w) == w
                      and not w.startswith(COARSE) and self._english(lex, w) < NAME_LOG_P][:N_WORDS]
        owner: dict[str, tuple[float, str]] = {}
        for w in ranked[:2 * N_WORDS]:
            for form, p in lex.romanizations(w, 12):
                owner[form] = max(owner.get(form, (-99.0, "")), (lex.words[w] + math.log(p), w))
        self.forms = {w: self._own(w, lex.romanizations(w, 6), owner) for w in self.hindi}
        self.hindi = [w for w in self.hindi if self.forms[w]]
        english = sorted(lex.english, key=lambda w: (-lex.english[w], w))
        self.english = [w for w in english if w.isascii() and w.isalpha() and len(w) > 3 and w not in owner
                        and not lex.is_name(w)][:N_ENGLISH]
        taken = set(self.english)
        for w, forms in self.forms.items():
            self.forms[w] = [(f, p) for f, p in forms if f not in taken]

    @staticmethod
    def _english(lex, word: str) -> float:
        return max((lex.english.get(f, -30.0) for f, _ in lex.romanizations(word, 3)), default=-30.0)

    @staticmethod
    def _own(word: str, forms: list[tuple[str, float]], owner: dict) -> list[tuple[str, float]]:
        return [(f, p) for f, p in forms if owner[f][1] == word and p >= MIN_SHARE * forms[0][1]]

    def spell(self, word: str, rng: random.Random) -> str | None:
        """A Roman spelling, by hand where there is one; None for a word whose spellings belong to others."""
        if word in ROMAN:
            return rng.choice(ROMAN[word])
        forms = self.forms.get(word)
        return rng.choices([f for f, _ in forms], [p for _, p in forms])[0] if forms else None


def carrier_pair(words: Words, rng: random.Random) -> tuple[str, str] | None:
    """(input, normalized_text) of one carrier sentence, or None when a word has no safe spelling."""
    text = rng.choice(CARRIERS)
    while "{h}" in text:
        text = text.replace("{h}", rng.choice(words.hindi), 1)
    while "{e}" in text:
        text = text.replace("{e}", rng.choice(words.english), 1)
    spelled = {t: words.spell(t, rng) for t in dict.fromkeys(TOKEN.findall(text)) if noise.is_deva(t)}
    if None in spelled.values():
        return None
    return "".join(spelled.get(t, t) for t in TOKEN.findall(text)), text


def build_aux(rows: list[dict], n_rows: int, seed: int) -> list[dict]:
    """n_rows pairs: rows (of training families) and carrier sentences in turn."""
    words, out, i = Words(), [], 0
    messages = [(r["input"], r["output"]["normalized_text"]) for r in rows]
    while len(out) < n_rows:
        i += 1
        pair = messages.pop(0) if i % 2 and messages else carrier_pair(words, random.Random(f"{seed}:aux:{i}"))
        if pair and pair[0] != pair[1]:
            out.append({"id": f"aux-{len(out):05d}", "input": pair[0], "normalized_text": pair[1]})
    return out
