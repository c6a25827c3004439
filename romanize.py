"""How people type a Devanagari word in Roman letters: a weighted lattice of spellings per word.

One table serves three uses: listing spellings, scoring how well a Roman token fits a Devanagari word, and giving
the decoder in lexicon.py its letter pairs.

    python romanize.py ज़िंदगी हूँ करूँगा    # spellings with their probability

Reads:  nothing
Writes: nothing
"""
import math
import sys
import unicodedata
from functools import lru_cache

HALANT, NUKTA, ANUSVARA, CHANDRABINDU, VISARGA = "्", "़", "ं", "ँ", "ः"
SCHWA = "ə"  # inherent vowel of a consonant that carries no sign; written as a unit of its own in the lattice
LABIALS = frozenset("पफबभम")

# Roman spellings of each consonant, by share. What two signs share (t for त and ट) is decided by the language model.
CONSONANTS = {
    "क": "k:96 c:2 q:1 kk:.5", "ख": "kh:94 k:4 q:.3", "ग": "g:98 gg:.5", "घ": "gh:95 g:4", "ङ": "n:60 ng:40",
    "च": "ch:93 c:5 chh:1.5", "छ": "chh:46 ch:50 c:3 6:.5", "ज": "j:95 z:2.5 g:1 jj:.3", "झ": "jh:91 j:5 z:2 zh:1",
    "ञ": "n:75 ny:20 nj:5", "ट": "t:98 tt:1", "ठ": "th:92 t:6 tth:1", "ड": "d:98 dd:1", "ढ": "dh:92 d:6",
    "ण": "n:96 nn:2", "त": "t:93 th:6", "थ": "th:95 t:4", "द": "d:96 dh:3", "ध": "dh:95 d:4", "न": "n:98 nn:.7",
    "प": "p:98 pp:.5", "फ": "ph:48 f:48 p:1", "ब": "b:98 bb:.4", "भ": "bh:96 b:3", "म": "m:98 mm:.5",
    "य": "y:90 i:4 e:1.5", "र": "r:98 rr:.4", "ल": "l:98 ll:.8", "व": "v:62 w:33 b:1.2 u:1 o:.7", "श": "sh:92 s:6.5",
    "ष": "sh:92 s:6", "स": "s:97 ss:.5 c:1 sh:.6", "ह": "h:95", "ळ": "l:96", "ऱ": "r:98", "ऩ": "n:98",
    "क़": "q:45 k:53 c:1", "ख़": "kh:93 k:6", "ग़": "g:63 gh:35", "ज़": "z:72 j:26 jh:.3 s:.5", "फ़": "f:78 ph:20",
    "ड़": "d:63 r:30 rd:2 dr:.5 dh:.6 rh:.4", "ढ़": "dh:68 rh:14 d:10 r:5 rdh:1", "य़": "y:98", "झ़": "zh:98",
}
# Clusters written as one thing. Longest first; the rest of a cluster is its consonants one after the other.
CLUSTERS = {
    "क्स": "ks:62 x:27 cs:4 kss:1", "क्ष": "ksh:68 x:4 ksha:.01 sh:7 ks:4 kch:3 chh:2 ch:2 kshy:1", "ज्ञ": "gy:66 gn:9 jn:9 jny:2 gny:2 gya:.01 g:3",
    "च्छ": "chh:46 cch:20 ch:17 chch:10 chchh:3 cchh:3", "च्च": "cch:32 chch:28 ch:25 chh:12", "द्व": "dv:55 dw:40 d:2",
    "श्व": "shv:38 shw:53 sw:3 sv:2", "स्व": "sv:30 sw:65 s:2", "ट्ठ": "tth:60 th:25 tt:8 t:3", "त्त्व": "tv:40 ttv:25 ttw:15 tw:20",
    "त्थ": "tth:55 th:30 thth:4", "द्ध": "ddh:50 dh:38 dd:5 dhdh:1", "क्ख": "kkh:60 kh:30", "ब्भ": "bbh:60 bh:35",
    "ग्घ": "ggh:60 gh:35", "ड्ढ": "ddh:60 dh:35", "ज्झ": "jjh:60 jh:35", "न्ह": "nh:85 n:12", "म्ह": "mh:80 m:8 hm:6",
    "ह्म": "hm:70 mh:14 m:6 hma:.1", "ह्न": "hn:70 nh:22", "ल्ह": "lh:85 l:10", "ञ्च": "nch:95", "ञ्ज": "nj:95",
    "ङ्ग": "ng:95", "ङ्क": "nk:95", "क्व": "kv:40 kw:40 qu:8 q:2", "ग्य": "gy:96", "त्स": "ts:92 tsh:1 s:2", "फ्फ": "ff:60 pph:12 f:20 ph:6",
}
GEMINATE_SINGLE = 0.17   # share of typists who write one letter for a doubled consonant
GEMINATE_DOUBLE = 0.80

HALANT_FINAL = (("", .885), ("a", .10), ("i", .005), ("u", .005))    # a vowel slips into the cluster: dharam for धर्म
HALANT_OPTIONS = (("", .965), ("a", .025), ("i", .003), ("u", .002))   # akhatar for अख़्तर

VOWELS = {  # vowel -> spellings when not final, spellings when final
    SCHWA: ("a:93 u:1.5 e:1.2 i:.8 o:.5 aa:.5", "a:97 ah:1 e:.3"),
    "ा": ("a:71 aa:27 ah:.2 o:.2 e:.1", "a:82 aa:14 ah:1 e:.2"),
    "ि": ("i:91 e:4.5 ee:.8 y:.3 ei:.2", "i:88 ee:5 y:2 e:2 ie:.4"),
    "ी": ("i:57 ee:37 e:3 ea:.8 ie:.6 y:.2 ii:.4", "i:78 ee:14 y:2.2 e:1.6 ie:.6 ii:.4 ey:.3"),
    "ु": ("u:91 o:2.5 oo:2.5 a:.3", "u:92 oo:4 o:1"),
    "ू": ("u:58 oo:38 o:1.5 uu:.5 ou:.5", "u:70 oo:26 o:1 uu:.5"),
    "े": ("e:91 a:1 ai:1.3 ay:1.4 ey:1.1 ee:1 i:1 ae:.8 ei:.4", "e:92 ay:2 ey:2 ai:1 i:.5 eh:.6 a:.3 ye:.3"),
    "ै": ("ai:66 e:11 ei:4 ay:5 a:4 ae:3 aai:.8 aye:.2 i:.3", "ai:77 e:5 ei:3 ay:4 ae:2 he:.1 aye:.3"),
    "ो": ("o:91 oo:2 u:1 ou:1 oh:.5 au:.5 ow:.5 a:.3", "o:93 oh:1.5 oo:1.5 ow:.7 u:.6"),
    "ौ": ("au:66 o:10 ou:10 aw:2.5 ow:2.5 a:1.5 u:.5 aau:.4", "au:72 o:8 ou:8 aw:3 ow:3"),
    "ॉ": ("o:72 a:10 au:7 aw:3 ou:2 aa:2 oo:1", "aw:30 o:50 a:10"),
    "ॅ": ("e:40 a:55", "e:40 a:55"), "ॆ": ("e:98", "e:98"), "ॊ": ("o:98", "o:98"),
    "ृ": ("ri:74 ru:9 r:7 re:3 rri:.5 ra:2 ir:.5 ar:.5", "ri:80 ru:10 ra:2"), "ॄ": ("ri:90", "ri:90"),
}
INDEPENDENT = dict(zip("अआइईउऊएऐओऔऑऋऍ", (SCHWA, "ा", "ि", "ी", "ु", "ू", "े", "ै", "ो", "ौ", "ॉ", "ृ", "ॅ")))
SIGN_OF = {v: k for k, v in INDEPENDENT.items()}

# Chances that the inherent vowel is not written.
DROP_FINAL = 0.975           # राम -> ram
DROP_FINAL_CLUSTER = 0.80    # शब्द -> shabd
DROP_FINAL_GLIDE = 0.33      # योग्य -> yogya, मित्र -> mitra
DROP_MEDIAL_RULE = 0.88      # करना -> karna: vowel + consonant on the left, consonant + vowel on the right
DROP_MEDIAL_OTHER = 0.07     # कमल -> kml: the vowel is spoken, the typist saves it
DROP_VOWEL = 0.012           # any other short vowel left out
E_BEFORE_H = 0.42            # कहना -> kehna, पहला -> pehla


def nfc(text: str) -> str:
    """NFC, without the joiners that only change how a conjunct is drawn. Nukta letters come out decomposed."""
    return unicodedata.normalize("NFC", text).replace("\u200d", "").replace("\u200c", "")


def _parse(spec: str) -> tuple:
    pairs = [part.rsplit(":", 1) for part in spec.split()]
    total = sum(float(share) for _, share in pairs)
    return tuple((roman, float(share) / max(total, 100.0)) for roman, share in pairs)


_C = {nfc(k): _parse(v) for k, v in CONSONANTS.items()}
_CLUSTER = {nfc(k): _parse(v) for k, v in CLUSTERS.items()}
_V = {k: (_parse(a), _parse(b)) for k, (a, b) in VOWELS.items()}
_BASES = frozenset(c[0] for c in _C)


def consonants() -> dict[str, tuple]:
    """Spellings of every consonant: (roman, share)."""
    return _C


def clusters() -> dict[str, tuple]:
    """Spellings of consonant clusters that are written as one thing."""
    return _CLUSTER


def vowels() -> dict[str, tuple]:
    """Spellings of every vowel sign: (inside a word, at its end)."""
    return _V


def units(word: str) -> list[str]:
    """Split an NFC Devanagari word into consonants (nukta attached), vowels, halants, nasal signs.

    A consonant without a sign is followed by SCHWA. Independent vowels stay as they are.
    """
    out, i, n = [], 0, len(word)
    while i < n:
        c = word[i]
        i += 1
        if i < n and word[i] == NUKTA:
            c += NUKTA
            i += 1
        out.append(c)
        if c[0] in _BASES and not (i < n and (word[i] in _V or word[i] == HALANT)):
            out.append(SCHWA)
    return out


def _is_vowel(u: str) -> bool:
    return u in _V or u in INDEPENDENT


def _is_consonant(u: str) -> bool:
    return u[0] in _BASES


def deleted_schwas(us: list[str]) -> set[int]:
    """Positions of inherent vowels that are silent inside the word (Ohala's rule, right to left)."""
    gone: set[int] = set()
    for i in range(len(us) - 3, 1, -1):
        if us[i] != SCHWA or not _is_consonant(us[i - 1]) or not _is_consonant(us[i + 1]):
            continue
        right = us[i + 2]
        if not _is_vowel(right) or i + 2 in gone or (right == SCHWA and i + 2 == len(us) - 1):
            continue
        left = us[i - 2]
        if _is_vowel(left) or left in (ANUSVARA, CHANDRABINDU) and i >= 3:
            gone.add(i)
    return gone


def _schwa_options(us: list[str], i: int, gone: set[int]) -> tuple:
    last = i == len(us) - 1
    if last and i == 1:
        drop = 0.30                                           # न, व: one letter
    elif last:
        cluster = i >= 2 and us[i - 2] == HALANT
        glide = cluster and us[i - 1] in ("य", "र", "व", "ल", "न", "म")
        drop = DROP_FINAL_GLIDE if glide else DROP_FINAL_CLUSTER if cluster else DROP_FINAL
    elif i in gone:
        drop = DROP_MEDIAL_RULE
    else:
        drop = DROP_MEDIAL_OTHER
        if i + 2 < len(us) and us[i + 1] == "ह" and us[i + 2] == SCHWA:
            return (("a", .5), ("e", E_BEFORE_H), ("", drop))
        if us[i - 1] == "ह" and i > 2 and us[i - 2] == SCHWA:
            return (("a", .64), ("e", .2), ("", .14))         # बहन behen, शहर sheher
    kept = _V[SCHWA][1 if last else 0]
    return (("", drop),) + tuple((r, p * (1 - drop)) for r, p in kept)


def _nasal_options(us: list[str], i: int) -> tuple:
    if i == len(us) - 1:
        return (("n", .74), ("", .22), ("m", .02), ("nn", .003))
    nxt = us[i + 1][0]
    if us[i] == CHANDRABINDU:
        return (("n", .80), ("", .14), ("m", .08 if nxt in LABIALS else .01))
    if nxt in LABIALS:
        return (("m", .66), ("n", .30), ("", .02))
    if nxt in "कखगघ":
        return (("n", .96), ("ng", .01), ("m", .01), ("", .015))
    return (("n", .94), ("m", .02), ("ng", .008), ("", .02))


def _vowel_options(us: list[str], i: int, sign: str) -> tuple:
    opts = _V[sign][1 if i == len(us) - 1 else 0]
    prev = us[i - 1] if i else ""
    if us[i] in INDEPENDENT and _is_vowel(prev):              # hiatus: a glide may be typed
        glide = "y" if sign in "िीे" else "w" if sign in "ाोू" and prev in "ुूओोउऊ" else ""
        if sign == "ा" and prev in "िीइई":
            glide = "y"
        if glide:
            share = .45 if sign == "े" else .12
            opts = tuple((r, p * (1 - share)) for r, p in opts) + tuple((glide + r, p * share) for r, p in opts[:4])
            if sign == "े":
                opts += (("y", .03), ("i", .01))
            if sign in "िी":
                opts += (("y", .06),)
    elif sign in "िु" and i < len(us) - 1:
        opts += (("", DROP_VOWEL),)
    elif sign in "ा" and i < len(us) - 1:
        opts += (("", DROP_VOWEL / 3),)
    elif sign in "ीूेो" and i < len(us) - 1:
        opts += (("", DROP_VOWEL / 4),)
    if sign == "े" and i >= 1 and prev == "य":
        opts += (("", .02),)
    return opts


def _cluster_at(us: list[str], i: int):
    """(options, units used) of a cluster written as one thing, or None."""
    for span in (5, 3):
        if i + span <= len(us):
            options = _CLUSTER.get("".join(us[i:i + span]))
            if options:
                return options, span
    if i + 2 < len(us) and us[i + 1] == HALANT and us[i + 2] == us[i] and us[i] in _C:
        base = _C[us[i]]
        doubled = tuple(((r[0] + r if r[0] != r[-1] and len(r) > 1 else r + r), p * GEMINATE_DOUBLE)
                        for r, p in base[:2])
        return doubled + tuple((r, p * GEMINATE_SINGLE) for r, p in base[:2]), 3
    return None


@lru_cache(maxsize=20_000)
def _logs(options: tuple) -> tuple:
    return tuple((roman, math.log(share)) for roman, share in options if share > 0)


@lru_cache(maxsize=120_000)
def lattice(word: str) -> tuple:
    """Slots of an NFC word in order: each a tuple of (roman, log-probability). Unknown signs pass unchanged."""
    us = units(word)
    gone = deleted_schwas(us)
    slots, i = [], 0
    while i < len(us):
        u = us[i]
        step, opts = 1, None
        if _is_consonant(u):
            found = _cluster_at(us, i)
            if found:
                opts, step = found
            else:
                opts = _C[u]
                if u == "ह" and i:
                    opts = (("h", .93), ("", .05))
                elif u == "य" and i and i + 1 < len(us):
                    hiatus = us[i - 1] in "िीइई"
                    ends = us[i - 1] in "ाआ" and i + 2 == len(us) and us[i + 1] == SCHWA    # चाय chai, राय rai
                    opts = (("y", .70), ("i", .26)) if ends else \
                        (("y", .80 if hiatus else .93), ("", .17 if hiatus else .02), ("i", .02))
        elif u == HALANT:
            final = i + 3 == len(us) and us[-1] == SCHWA
            opts = HALANT_FINAL if final else HALANT_OPTIONS if i + 1 < len(us) else None
        elif u == SCHWA:
            opts = _schwa_options(us, i, gone)
        elif u in _V:
            opts = _vowel_options(us, i, u)
        elif u in INDEPENDENT:
            opts = _vowel_options(us, i, INDEPENDENT[u])
        elif u in (ANUSVARA, CHANDRABINDU):
            opts = _nasal_options(us, i)
        elif u == VISARGA:
            opts = (("h", .72), ("", .25), ("ha", .03))
        else:
            opts = ((u, 1.0),)
        if opts:
            slots.append(_logs(opts))
        i += step
    return tuple(slots)


NEVER = -1e9


def fit(token: str, word: str) -> float:
    """log P(token | word) by the best path through the lattice; NEVER when no path spells the token."""
    here = {0: 0.0}
    starts = token.startswith
    for slot in lattice(word):
        there: dict[int, float] = {}
        for at, score in here.items():
            for roman, logp in slot:
                if starts(roman, at):
                    to = at + len(roman)
                    if to not in there or score + logp > there[to]:
                        there[to] = score + logp
        if not there:
            return NEVER
        here = there
    return here.get(len(token), NEVER)


def spellings(word: str, k: int = 12, beam: int = 60) -> list[tuple[str, float]]:
    """The k likeliest Roman spellings of a word with their probability, best first; [] for an empty word."""
    partial: dict[str, float] = {"": 0.0}
    for slot in lattice(nfc(word)):
        grown: dict[str, float] = {}
        for text, score in partial.items():
            for roman, logp in slot:
                key, total = text + roman, score + logp
                if total > grown.get(key, NEVER):
                    grown[key] = total
        if len(grown) > beam:
            kept = sorted(grown, key=grown.__getitem__, reverse=True)[:beam]
            grown = {t: grown[t] for t in kept}
        partial = grown
    best = sorted(partial.items(), key=lambda item: (-item[1], item[0]))
    return [(t, math.exp(s)) for t, s in best[:k] if t]


def main() -> None:
    for word in sys.argv[1:]:
        print(word, "  ".join(f"{t} {p:.3f}" for t, p in spellings(word)))


if __name__ == "__main__":
    main()
