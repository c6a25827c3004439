"""English words as people write them in Devanagari, read back from the sound: मीटिंग -> meeting, ओटीपी -> OTP.

A second spelling lattice, beside the Hindi one of romanize.py: each Devanagari sound with the English letters that spell
it (फ़ -> f, ff, ph; शन -> tion). A word is searched through the lattice inside the English word list only.

    python loanwords.py मीटिंग फ्राइडे रिचार्ज एसबीआई    # English readings from the lattice alone

Reads:  data/lexicon/sounds.tsv; run as a command, the English frequencies that the wordfreq package ships
Writes: nothing
"""
import math
import sys
from functools import lru_cache
from pathlib import Path

from romanize import ANUSVARA, CHANDRABINDU, HALANT, LABIALS, NEVER, SCHWA, nfc, units

DROP_E = 0.05          # a silent e inside the word: base-ment, safe-ty
SILENT_END = 0.14      # a silent e or other letter after the last sound that the table does not know
SEARCHED = 60_000  # English words searched, by frequency; below that the list is names and noise

_LONGEST = 5            # units in the longest sound


def _read_sounds(path: Path) -> dict[str, tuple]:
    out = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            sound, spec = line.split("\t")
            pairs = [part.rsplit(":", 1) for part in spec.split()]
            out[nfc(sound)] = tuple({roman: math.log(float(share) / 100) for roman, share in pairs}.items())
    return out


_TABLE = _read_sounds(Path(__file__).resolve().parent / "data" / "lexicon" / "sounds.tsv")

LETTERS = {  # letter names as they are written in Devanagari
    "a": "ए", "b": "बी", "c": "सी", "d": "डी", "e": "ई", "f": "एफ|एफ़", "g": "जी", "h": "एच", "i": "आई|आइ", "j": "जे", "k": "के",
    "l": "एल", "m": "एम", "n": "एन", "o": "ओ", "p": "पी", "q": "क्यू", "r": "आर", "s": "एस", "t": "टी", "u": "यू", "v": "वी",
    "w": "डब्ल्यू|डब्लू", "x": "एक्स", "y": "वाई|वाय", "z": "ज़ेड|जेड|ज़ी"}
_LETTER_OF = {nfc(name): letter for letter, names in LETTERS.items() for name in names.split("|")}


def table() -> dict[str, tuple]:
    """Every sound with its English spellings as (letters, log share); "$" after a sound binds it to the end."""
    return _TABLE


def _options(piece: list[str], ends: bool) -> tuple | None:
    """Spellings of a run of units; the inherent vowel is a sound only by itself or within a longer one."""
    if piece == [SCHWA]:
        return _TABLE[SCHWA]
    if SCHWA in (piece[0], piece[-1]):
        return None
    text = "".join(u for u in piece if u != SCHWA)
    return ends and _TABLE.get(text + "$") or _TABLE.get(text)


@lru_cache(maxsize=40_000)
def sounds(word: str) -> tuple:
    """English lattice of an NFC word: for each unit position, (next position, options)."""
    us = units(word)
    size = len(us)
    # the schwa after a consonant that ends the word is not a sound
    if size > 1 and us[-1] == SCHWA:
        us, size = us[:-1], size - 1
    arcs = []
    for i in range(size):
        here = []
        for span in range(min(_LONGEST, size - i), 0, -1):
            options = _options(us[i:i + span], i + span == size)
            if options:
                here.append((i + span, options))
        u = us[i]
        if u == HALANT:
            here.append((i + 1, (("", math.log(1 - DROP_E)), ("e", math.log(DROP_E)))))
        elif u in (ANUSVARA, CHANDRABINDU):
            labial = i + 1 < size and us[i + 1][0] in LABIALS
            here.append((i + 1, (("m" if labial else "n", math.log(.9)), ("n" if labial else "nn", math.log(.05)))))
        if not here:
            here.append((i + 1, ((u, -1.0),)))
        arcs.append(tuple(here))
    return tuple(arcs)


def fit_english(token: str, word: str) -> float:
    """log P(English spelling | Devanagari word) by the best path; NEVER when none."""
    arcs = sounds(word)
    size, n = len(token), len(arcs)
    if not n:
        return NEVER
    best: list[dict[int, float]] = [{} for _ in range(n + 1)]
    best[0][0] = 0.0
    for i in range(n):
        for at, total in best[i].items():
            for to, options in arcs[i]:
                row = best[to]
                for roman, logp in options:
                    if token.startswith(roman, at):
                        end, new = at + len(roman), total + logp
                        if new > row.get(end, NEVER):
                            row[end] = new
    exact = best[n].get(size, NEVER)
    silent = best[n].get(size - 1, NEVER) + math.log(SILENT_END) if token[-1:] == "e" else NEVER
    return max(exact, silent, NEVER)


def search(word: str, prefixes: frozenset[str], words: dict[str, float], beam: int = 300) -> dict[str, float]:
    """English words of the list that the Devanagari word may spell, with log P(spelling | word)."""
    arcs = sounds(word)
    n = len(arcs)
    if not n:
        return {}
    live: list[dict[str, float]] = [{} for _ in range(n + 1)]
    live[0][""] = 0.0
    for i in range(n):
        states = live[i]
        if len(states) > beam:
            states = dict(sorted(states.items(), key=lambda item: (-item[1], item[0]))[:beam])
        for text, total in states.items():
            for to, options in arcs[i]:
                row = live[to]
                for roman, logp in options:
                    new = text + roman
                    if new in prefixes:
                        score = total + logp
                        if score > row.get(new, NEVER):
                            row[new] = score
    out: dict[str, float] = {}
    for text, total in live[n].items():
        if text in words:
            out[text] = max(total, out.get(text, NEVER))
        if text + "e" in words:
            out[text + "e"] = max(total + math.log(SILENT_END), out.get(text + "e", NEVER))
    return out


@lru_cache(maxsize=20_000)
def acronym(word: str) -> str | None:
    """The letters of a word made of two or more English letter names (एसबीआई -> SBI), or None."""
    best: list[str | None] = [""] + [None] * len(word)
    for i in range(len(word)):
        if best[i] is None:
            continue
        for j in range(i + 1, min(len(word), i + 9) + 1):
            letter = _LETTER_OF.get(word[i:j])
            if letter and (best[j] is None or len(best[j]) > len(best[i]) + 1):
                best[j] = best[i] + letter
    found = best[-1]
    return found.upper() if found and len(found) > 1 else None


def spell_letters(token: str) -> str:
    """Letter names of a Latin token in Devanagari: otp -> ओटीपी. Raises KeyError on other characters."""
    return nfc("".join(LETTERS[c].split("|")[0] for c in token.lower()))


def prefixes_of(words) -> frozenset[str]:
    """Every prefix of every word, the empty one included."""
    return frozenset(w[:i] for w in words for i in range(len(w) + 1))


def main() -> None:
    import wordfreq
    ranked = [w for w in wordfreq.top_n_list("en", SEARCHED) if w.isascii() and w.isalpha()]
    freq = {w: math.log(wordfreq.word_frequency(w, "en")) for w in ranked}
    prefixes = prefixes_of(ranked)
    for word in sys.argv[1:]:
        found = search(nfc(word), prefixes, freq)
        best = sorted(found, key=lambda w: -(found[w] + 0.5 * freq[w]))[:6]
        print(word, acronym(nfc(word)) or "-", "  ".join(f"{w} {found[w]:.1f}/{freq[w]:.1f}" for w in best))


if __name__ == "__main__":
    main()
