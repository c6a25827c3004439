"""Find the English loans of the Hindi frequency list that nobody listed by hand, once, into a file that can be read.

Two witnesses: an English word that sounds like it (loanwords.py; weights below), and a character model of loans against one
of native words, each scoring only the half of the words that it was not trained on.

    nice python find_loans.py        # a minute

Reads:  data/lexicon/*.tsv, the word frequencies that the wordfreq package ships
Writes: data/lexicon/loans_found.tsv
"""
import math
from zlib import crc32

import loanwords
import wordlists
from charmodel import CharModel
from contract import write_atomic

OUT = wordlists.DATA / "loans_found.tsv"
KEPT = 0.8               # least chance to be written
# Logistic regression over 2,000 hand-listed loans and 3,500 native words: 92.5 % right without the character models.
BIAS, CLOSE, COMMON, LONG, TOTAL = 2.61, 2.71, 1.85, 2.07, -0.56
WORST = -1.15            # log P(spelling | word) per code point; what fits worse is a neighbour
MODEL = 0.5              # weight of the character models' log ratio
HEADER = ("# English loans found by find_loans.py in the frequency list: English word, Devanagari, chance. Made by a command;\n"
          "# correct it in english.tsv (a loan) or words.tsv (a Hindi word), which win over this file.\n")


def sound_evidence(word: str, english: dict[str, float], prefixes: frozenset[str]) -> tuple[str | None, float]:
    """(likeliest English word, log odds of a loan by how close and how common it is)."""
    found = loanwords.search(word, prefixes, english)
    best = min(found, key=lambda w: (-(found[w] + 0.6 * english[w]), w), default=None)
    if best is None or found[best] / len(word) < WORST or wordlists.is_marked_native(word):
        return None, -4.0
    fit, size = found[best], len(word)
    return best, BIAS + CLOSE * fit / size + COMMON * (english[best] + 11) / 3 + LONG * (size - 5) / 3 + TOTAL * fit / 5


def model_evidence(chance: dict[str, float], counts: dict[str, float]) -> dict[str, float]:
    """Log ratio of loan and native character models, each word scored by models of the other half."""
    half = {w: crc32(w.encode()) % 2 for w in chance}
    out = {}
    for side in (0, 1):
        train = [w for w in chance if half[w] != side]
        weight = {w: 100 * counts.get(w, wordlists.LISTED) ** 0.3 for w in train}
        loan = CharModel.train({w: weight[w] * chance[w] for w in train if chance[w] > .05}, 4)
        home = CharModel.train({w: weight[w] * (1 - chance[w]) for w in train if chance[w] < .95}, 4)
        out.update({w: loan.word(w) - home.word(w) for w in chance if half[w] == side})
    return out


def main() -> None:
    tables = wordlists.build_tables()
    english, prefixes, loans = tables["english"], tables["prefixes"], tables["loans"]
    counts = {w: math.exp(tables["words"][w]) for w in tables["chance"]}
    native = wordlists.native_words()
    sound = {w: sound_evidence(w, english, prefixes) for w in sorted(counts)
             if w not in loans and w not in native and len(w) > 2 and not loanwords.acronym(w)}
    fixed = {w: 0.999 for w in loans} | {w: 0.001 for w in native if w in counts}
    chance = fixed | {w: 1 / (1 + math.exp(-odds)) for w, (_, odds) in sound.items()}
    for _ in range(3):
        ratio = model_evidence(chance, counts)
        chance = fixed | {w: 1 / (1 + math.exp(-(odds + MODEL * ratio[w]))) for w, (_, odds) in sound.items()}
    rows = sorted((english_word, w, chance[w]) for w, (english_word, _) in sound.items()
                  if english_word and chance[w] > KEPT)
    write_atomic(OUT, HEADER + "".join(f"{e}\t{w}\t{p:.2f}\n" for e, w, p in rows))
    print(f"{len(rows)} loans in {OUT.name}, of {len(sound)} words looked at")


if __name__ == "__main__":
    main()
