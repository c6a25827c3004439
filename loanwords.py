"""English words as people write them in Devanagari, read back from the sound: मीटिंग -> meeting, ओटीपी -> OTP.

A second spelling lattice, beside the Hindi one of romanize.py: each Devanagari sound with the English letters that spell
it (फ़ -> f, ff, ph; शन -> tion). A word is searched through the lattice inside the English word list only.

    python loanwords.py मीटिंग फ्राइडे रिचार्ज एसबीआई    # English readings from the lattice alone

Reads:  the English frequencies that the wordfreq package ships
Writes: nothing
"""
import math
import sys
from functools import lru_cache

from romanize import ANUSVARA, CHANDRABINDU, HALANT, LABIALS, NEVER, SCHWA, nfc, units

# Sounds of one or more units, longest first when matched; "$" marks the end of the word. Shares as in romanize.py.
SOUNDS = {
    # endings
    "शन$": "tion:70 sion:12 ssion:8 cian:3 shan:1 tian:1", "शंस$": "tions:80 sions:10", "शन्स$": "tions:80 sions:12 ssions:5",
    "क्शन$": "ction:85 xion:3", "क्सन$": "ction:40 xon:20 ckson:10", "ज़न$": "sion:40 son:15 zen:5", "चर$": "ture:60 cher:20 tcher:5",
    "चर्स$": "tures:60 chers:30", "बल$": "ble:60 ball:6 bal:10 bel:4", "बिल$": "bil:10 bill:30 ble:5", "इंग$": "ing:96", "िंग$": "ing:96",
    "िङ्ग$": "ing:96", "ियन$": "ian:60 ion:12 ean:10 eon:3", "ियस$": "ious:40 ius:30 eous:10", "ियम$": "ium:60 iam:10 eum:5",
    "िया$": "ia:75 ea:8 iya:2", "िटी$": "ity:85 itty:2", "ेशन$": "ation:92", "िशन$": "ition:50 ission:35 ician:8", "मेंट$": "ment:96",
    "फुल$": "ful:75 full:20", "नेस$": "ness:80 nace:2", "लेस$": "less:70 lace:12", "शिप$": "ship:98", "ाइज$": "ise:45 ize:45 ies:2",
    "ाइज़$": "ise:45 ize:45 ies:3", "ाइड$": "ide:70 ied:10 ight:1 yed:1", "ाइट$": "ight:40 ite:50 yte:3", "ाउंड$": "ound:95",
    "ज$": "ge:45 j:6 dge:14 g:6 z:4 s:6 se:6", "ज़$": "s:55 se:16 z:12 ze:10 zz:3", "स$": "s:45 ss:20 ce:20 se:10 x:.5", "व$": "ve:75 v:8 w:6 f:2",
    "क$": "k:24 c:34 ck:16 ke:12 que:2 ch:1", "ल$": "l:38 ll:18 le:32 el:2", "र$": "r:70 re:20 rr:1", "र्स$": "rs:55 rce:8 rse:10 res:12",
    "ट$": "t:66 te:22 tt:3 ed:3 th:1", "ड$": "d:60 ed:10 de:22 dd:2", "न$": "n:68 ne:22 nn:2 gn:1 en:1 on:1", "म$": "m:62 me:24 mb:3 mn:1",
    "प$": "p:70 pe:18 pp:2", "च$": "ch:66 tch:25 che:4", "स्ट$": "st:92 ste:5 ssed:1", "क्स$": "x:50 cks:14 ks:10 cs:12 kes:3 xe:1",
    "ट्स$": "ts:82 tes:10 tz:2", "ड्स$": "ds:75 des:10", "टर$": "ter:80 tor:12 tre:2 tar:1 tter:4", "सर$": "ser:25 cer:28 sser:5 sor:20 ssor:4 cerr:.1 sir:6",
    "अर$": "er:30 ur:10 or:10", "ल्स$": "ls:70 lls:10 les:12 lse:4", "न्स$": "ns:40 nce:35 nse:10", "ंस$": "nce:55 ns:22 nse:12", "ज्ड$": "ged:70 sed:10",
    # diphthongs and vowel + r
    "ाइ": "i:68 y:12 igh:7 ie:5 ai:2 ei:1", "ाई": "i:48 y:26 igh:9 ie:6 ai:2 uy:1", "ाय": "i:70 y:15 ai:2", "आइ": "i:85 ai:2 ei:2 ey:1 eye:2", "आई": "i:84 eye:4 ai:2 ei:2",
    "अइ": "i:60 ai:20", "ाउ": "ou:56 ow:36 au:2", "ाऊ": "ow:55 ou:38", "आउ": "ou:84 ow:10", "आऊ": "ou:80 ow:10", "ॉय": "oy:40 oi:50", "ॉइ": "oi:65 oy:28",
    "ोइ": "oi:50 oy:15 oe:8", "ऑय": "oi:85 oy:10", "ऑइ": "oi:85 oy:10", "ेय": "ai:40 ay:20 ey:5 a:8", "ायर": "ire:70 yre:6 ier:6 yer:6 iar:2", "ाइर": "ir:60 yr:12",
    "ावर": "our:25 ower:65", "ॉवर": "our:20 ower:60 over:8", "ियर": "ear:28 eer:14 ier:16 ere:8 ior:8 ir:2 er:2", "ीयर": "ear:38 eer:20 ier:8 ere:8", "िअर": "ear:30 ier:25 eer:10",
    "ेयर": "are:38 air:30 ear:6 ayer:10 ere:3 eir:2", "एयर": "air:92 are:3", "ेअर": "are:40 air:30", "योर": "your:70 ure:15", "योरि": "uri:60 yori:5",
    "ॉर": "or:62 ore:6 ar:8 our:8 oor:3 aur:2 oar:2 awr:.5", "ोर": "or:40 ore:25 oor:10 our:8 oar:5", "ऑर": "or:85 our:5 aur:3 oar:2", "ओर": "or:70 ore:10 oar:3", "ौर": "our:50 or:20 aur:10",
    "ार": "ar:70 are:3 er:3 aar:2 ear:4 arr:1 uar:1 r:.5", "आर": "ar:75 are:10 r:3", "र्": "r:50 er:16 ir:10 ur:12 or:3 ar:3 rr:1 ear:2 re:1",
    "ुअर": "uer:30 ewer:20 oor:10", "ूर": "oor:20 our:25 ure:25 ur:12", "्योर": "ure:80", "ूअर": "ure:40 ewer:20", "र": "r:74 rr:8 wr:2 rh:1 re:1 er:3 ar:1",
    # vowels
    "यू": "u:60 you:12 eu:4 yu:10 ew:3 iew:3 u:1", "यु": "u:70 you:6 eu:6 yu:8", "्यू": "u:55 ew:18 ue:8 eu:4 iew:5 eau:2 ieu:1", "्यु": "u:80 ew:3 ue:4 eu:5 ewe:1",
    "्या": "ia:20 ya:20 ea:5", "एक्स": "ex:75 x:8 exc:6 ax:2", "इक्स": "ex:70 ix:10", "इग्ज": "ex:80", "एग्ज": "ex:85", "ऐक्स": "ax:40 acc:15 ex:20", "एग्ज़": "ex:85",
    SCHWA: "a:25 e:22 o:14 u:14 i:6 ou:1 ea:.5 :14 io:.5 ia:.5 oo:.2", "ा": "a:55 u:16 o:6 au:2 ea:1.5 aa:2 ah:1 ou:1.5 al:1 ui:.2 ua:1 e:.5",
    "ि": "i:60 e:20 y:5 ie:2 ui:2 ee:1.5 a:4 ea:1 u:.7 ai:.4", "ी": "ee:21 ea:14 i:26 y:14 ie:5 e:14 ey:3 ei:1 eo:.2", "ी$": "y:60 i:8 ie:7 ey:6 ee:10 e:4 ea:3 ay:1",
    "ि$": "y:55 i:20 ie:6 e:4", "ु": "u:52 oo:28 ou:8 o:6 ui:1", "ू": "oo:30 u:30 ue:4 ew:9 ou:8 o:8 ui:4 oe:1 eu:1 wo:1", "े": "a:40 e:34 ai:8 ay:5 ea:5 ei:1 ey:1 eigh:1 ee:.5 ae:.4",
    "े$": "ay:60 ey:14 e:6 eigh:1 a:2 ae:1 ai:1 et:2", "ै": "a:74 e:9 ai:5 i:2 au:1 ea:2", "ो": "o:70 oa:9 ow:6 ou:3 au:2 oe:1 ough:.6 oo:.6 aw:.5 eau:.3", "ो$": "o:55 ow:22 oe:3 ough:3 ew:.4 au:1 eau:1.5 ot:.6",
    "ॉ": "o:60 a:15 au:7 aw:6 ou:3 al:3 augh:1 ough:1 oa:.6", "ौ": "ou:36 ow:20 o:12 au:12 aw:4 a:3", "ृ": "ri:70", "ॅ": "e:40 a:50", "ॆ": "e:90", "ऐ": "a:60 ai:15 e:10 i:5",
    "अ": "a:50 u:28 o:6 e:6 ea:2 ha:.3", "आ": "a:60 u:8 ar:10 o:3 au:2 aa:4", "इ": "i:62 e:26 y:3 ea:1", "ई": "e:45 ea:20 ee:10 i:12 y:2", "उ": "u:70 oo:10 wo:1", "ऊ": "oo:40 u:30",
    "ए": "a:40 e:38 ai:6 ei:1 ae:1 ay:1", "ओ": "o:75 ow:4 oa:6 au:3 ou:2", "औ": "ou:30 au:30 o:20", "ऑ": "o:62 au:12 a:14 aw:5", "ऍ": "a:70 e:20", "ऋ": "ri:80",
    # consonants
    "क": "c:54 k:22 ck:7 ch:3 cc:4 q:1 qu:1 kk:.3 lk:.5", "ख": "kh:70 k:10 ch:5", "ग": "g:83 gg:6 gu:3 gh:3 x:.3", "घ": "gh:80 g:10", "च": "ch:82 tch:4 t:5 c:4 cch:.3", "छ": "ch:80", "ज": "j:34 g:40 dg:2 z:7 s:7 d:3 gg:1",
    "झ": "jh:50 z:10 s:5", "ट": "t:84 tt:11 th:1 te:1", "ठ": "th:60 t:20", "ड": "d:86 dd:7 ld:1 de:1", "ढ": "dh:80", "त": "t:60 th:25 tt:2", "थ": "th:92", "द": "d:45 th:45", "ध": "dh:70 th:10", "न": "n:86 nn:7 kn:3 ne:1 gn:.5",
    "ण": "n:90", "प": "p:83 pp:12 pe:1", "फ": "f:66 ff:13 ph:14 gh:2 p:1 lf:1", "फ़": "f:66 ff:13 ph:14 gh:2 lf:1 fe:1", "ब": "b:88 bb:6 be:.5", "भ": "bh:80 v:5", "म": "m:84 mm:9 me:1 lm:.8 mb:.4", "य": "y:60 i:14 e:5 :4",
    "ल": "l:72 ll:16 le:2 sl:.2", "व": "v:48 w:38 wh:7 ve:1 u:3 o:.5", "श": "sh:64 s:6 ss:4 ti:6 ci:7 ch:4 c:2 sc:.5 si:2 t:.5 sch:.5", "ष": "sh:70 s:10", "स": "s:62 c:13 ss:8 sc:4 ce:1 ps:1 se:1 st:.5", "ह": "h:92 wh:4",
    "ज़": "s:52 z:28 zz:4 x:2 ss:2 g:3 se:1", "क़": "q:50 k:40", "ख़": "kh:80", "ग़": "g:90", "ड़": "r:50 d:40 rd:5", "ढ़": "rh:50 dh:40", "क्स": "x:46 cs:8 ks:5 cks:5 cc:16 xc:6 xs:.2 cks:2 kes:1",
    "ग्ज": "x:70", "ग्ज़": "x:85", "क्व": "qu:92 kw:2 cqu:2", "ट्व": "tw:90 tv:2", "न्य": "n:20 ny:20 nu:.1", "स्क": "sc:40 sk:28 sch:8 sk:1 squ:.2 sque:.5", "स्क्व": "squ:92", "त्ज़": "tz:60", "ट्स": "ts:60 tz:5 tes:2",
    "ंग": "ng:90 ngu:5", "ंक": "nk:45 nc:30 nch:1 nqu:2 nck:1", "ंज": "nge:40 ng:22 nj:20 nz:5 ns:5", "ंच": "nch:75 nc:3 ntch:.3 nt:5", "ंज$": "nge:85 ns:5", "ञ्": "n:90", "ड्ज": "dj:50 dg:30", "ः": "h:50 :40",
}
DROP_E = 0.05          # a silent e inside the word: base-ment, safe-ty
SILENT_END = 0.14      # a silent e or other letter after the last sound that the table does not know
SEARCHED = 60_000  # English words searched, by frequency; below that the list is names and noise

_TABLE: dict[str, tuple] = {}
for _sound, _spec in SOUNDS.items():
    _opts = []
    for _part in _spec.split():
        _roman, _share = _part.rsplit(":", 1)
        _opts.append((_roman, math.log(float(_share) / 100)))
    _TABLE[nfc(_sound)] = tuple(dict(_opts).items())
_LONGEST = 5   # units in the longest sound

LETTERS = {  # letter names as they are written in Devanagari
    "a": "ए", "b": "बी", "c": "सी", "d": "डी", "e": "ई", "f": "एफ|एफ़", "g": "जी", "h": "एच", "i": "आई|आइ", "j": "जे", "k": "के",
    "l": "एल", "m": "एम", "n": "एन", "o": "ओ", "p": "पी", "q": "क्यू", "r": "आर", "s": "एस", "t": "टी", "u": "यू", "v": "वी",
    "w": "डब्ल्यू|डब्लू", "x": "एक्स", "y": "वाई|वाय", "z": "ज़ेड|जेड|ज़ी"}
_LETTER_OF = {nfc(name): letter for letter, names in LETTERS.items() for name in names.split("|")}


def table() -> dict[str, tuple]:
    """Every sound with its English spellings as (letters, log share); "$" after a sound binds it to the end."""
    return _TABLE


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
            piece = us[i:i + span]
            text = "".join(u for u in piece if u != SCHWA)
            if piece[-1] == SCHWA and span > 1:
                continue
            options = None
            if i + span == size:
                options = _TABLE.get(text + "$")
            if options is None:
                options = _TABLE.get(text) if piece[0] != SCHWA or span > 1 else _TABLE[SCHWA]
            if piece[0] == SCHWA and span > 1:
                # ər before a consonant or at the end: er, or, ar
                options = None
            if options is not None and text or piece == [SCHWA]:
                here.append((i + span, options or _TABLE[SCHWA]))
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
