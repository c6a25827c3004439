"""The tables of the lexicon, built from word lists: Hindi words with frequencies, loan words, English, chat forms.

    python wordlists.py                 # build and print how large each table is

Reads:  data/lexicon/*.tsv, the word frequencies that the wordfreq package ships
Writes: nothing (lexicon.py keeps a copy in .cache/)
"""
import math
import re
from collections import defaultdict
from pathlib import Path

import loanwords
from charmodel import ORDER, CharModel
from inflect import noun_forms, verb_forms
from romanize import NUKTA, SCHWA, lattice, nfc, spellings, units
from spelling import fold, standard, whole_vowels

DATA = Path(__file__).resolve().parent / "data" / "lexicon"
VARIANT = 0.02          # what a non-standard spelling keeps of its frequency; the rest goes to the standard one
NASAL_LOST = 3.0        # a plural in ों this much more frequent than the form in ो makes the latter a slip
RARE_VERB = 2e-6        # frequency given to all forms of a verb that the lists never show
EDGE = math.log(0.004)  # rarer first and last letters are not filed
LISTED = 1e-5           # least frequency of the everyday words of words.tsv

# Roman letters folded to what survives people's spelling: one letter per sound class, no vowels, no h.
_FOLD = {"q": "k", "c": "k", "x": "ks", "z": "j", "w": "v", "f": "p", "y": "", "h": "", "a": "", "e": "", "i": "",
         "o": "", "u": ""}
_CLASSES = {"k": "कखक़ख़", "g": "गघग़", "c": "चछ", "j": "जझज़", "t": "तथटठ", "d": "दधडढ", "n": "नणञङमऩ", "p": "पफफ़", "b": "बभ",
            "r": "रऱ", "l": "लळ", "v": "व", "s": "सशष"}
_DEVA_FOLD = {u: key for key, letters in _CLASSES.items() for u in units(nfc(letters)) if u != SCHWA}
_DEVA_FOLD.update({nfc("ड़"): "D", nfc("ढ़"): "D", "ं": "N", "ँ": "N", "ृ": "r", "ऋ": "r"})
_CLUSTER_KEYS = {"ज्ञ": ("ग", "ग्न"), "क्ष": ("ष", "च", "क"), "क्व": ("क",)}
_VARIANTS = {"D": ("d", "r", "rd"), "N": ("n", "")}


def _end_class(letter: str) -> str:
    return "a" if letter == "a" else "i" if letter in "eiy" else "o" if letter in "ou" else ""


def _skeleton(token: str) -> str:
    folded = "".join(_FOLD.get(c, c) for c in token.replace("cch", "C").replace("ch", "C")).replace("C", "c").replace("m", "n")
    return "".join(c for i, c in enumerate(folded) if not i or folded[i - 1] != c)


def roman_key(token: str) -> str:
    """Where a lower-case Roman token looks for words: consonants, first and last vowel class. zyada -> jd,,a"""
    return f"{_skeleton(token)},{_end_class(token[0])},{_end_class(token.rstrip('h')[-1:] or 'h')}"


def _edge(slots: tuple, side: int) -> set[str]:
    """Vowel classes of the first (0) or last (-1) letters that people type for a word; "" for a consonant."""
    out: set[str] = set()
    reach = 0.0
    for slot in slots if side == 0 else slots[::-1]:
        for roman, logp in slot:
            edge = roman if side == 0 else roman.rstrip("h")
            if edge and reach + logp > EDGE:
                out.add(_end_class(edge[side]))
            elif roman and not edge and reach + logp > EDGE:
                out.add("")
        silent = [logp for roman, logp in slot if not roman]
        if not silent or reach + silent[0] < EDGE:
            break
        reach += silent[0]
    return out


def deva_keys(word: str) -> set[str]:
    """Keys under which an NFC Devanagari word is filed; several where people differ."""
    whole = [word]
    for cluster, plain in _CLUSTER_KEYS.items():              # ज्ञ is typed gy or gn, क्ष ksh, x or sh
        if cluster in word:
            whole += [word.replace(cluster, p) for p in plain]
    keys = {key for variant in whole for key in _consonant_keys(variant)}
    slots = lattice(word)
    return {f"{k},{a},{z}" for k in keys for a in _edge(slots, 0) for z in _edge(slots, -1)}


def _consonant_keys(word: str) -> set[str]:
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
        w = whole_vowels(nfc(w))
        if "ऄ" <= w[:1] <= "ह" or "क़" <= w[:1] <= "य़":
            raw[w] += f             # some words are listed twice, with and without joiners
    counts = dict(raw)
    for w, f in raw.items():
        better = standard(w)
        if better == w:
            better = standard(_dotted(w, raw))
        if better == w and w.endswith("ो") and raw.get(w + "ं", 0.0) > NASAL_LOST * f:
            better = w + "ं"                          # लोगो, a plural whose nasal sign was left out
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
        if w in verbs or f < 2e-6 or len(w) < 3:
            continue
        for form, share in noun_forms(w).items():
            counts.setdefault(form, 0.1 * share * f)


# What only English words have: the vowels ॉ and ॅ, their suffixes, their clusters.
_LOAN_MARK = re.compile(
    "[ॉऑॅऍ]|(शन|िंग|मेंट|ेशन|टर|्स|टी|डी|र्ड|र्ट|ंट|ंड|क्ट|स्ट|ल्ड|क्स|लर|बल|यूर|शिप|ज़्म|इज|ाइट|ाइड|ाउंट)$"
    "|^(ट्र|ड्र|फ़्र|फ्ल|ग्ल|स्ट|स्प|स्क|क्ल|ब्ल|ब्र|प्ल)")
# What they hardly ever have: aspirates, retroflex ण and ड़, Sanskrit clusters, Hindi endings.
_NATIVE_MARK = re.compile(
    "[घछझढधभणषऋृःञँ]|ड़|ढ़|क्ष|ज्ञ|त्र"
    "|(ों|ाओं|ियों|ता|ते|ती|ना|ने|नी|ेगा|ेगी|कर|त्व|वाद|ीय|वाला|वाले|वाली)$")


def is_marked_native(word: str) -> bool:
    """Whether a word has a sign or an ending that hardly any loan has, and none that only loans have."""
    return bool(_NATIVE_MARK.search(word)) and not _LOAN_MARK.search(word)


LOAN_SHARE = 0.2        # of the types of the frequency list, by a look at 200
LOAN_ROUNDS = 2


def split_loans(counts: dict[str, float], loans: set[str], native: set[str],
                found: dict[str, float]) -> tuple[CharModel, CharModel, dict]:
    """Character models of loan and of native words, and for each word its chance to be a loan.

    Expectation-maximization from the hand lists, the loans found by their sound, and what only one side has.
    """
    chance = {}
    for w in counts:
        a, b = bool(_LOAN_MARK.search(w)), bool(_NATIVE_MARK.search(w))
        chance[w] = 0.999 if w in loans else 0.001 if w in native else \
            found.get(w, 0.5 if a and not b else 0.02 if b and not a else 0.05)
    fixed = loans | native | set(found)
    for round_ in range(LOAN_ROUNDS):
        weight = {w: 100 * f ** 0.3 for w, f in counts.items()}
        for w in sorted(loans):
            weight.setdefault(w, 100 * LISTED ** 0.3)
        last = round_ == LOAN_ROUNDS - 1
        order = ORDER if last else 4
        loan = CharModel.train({w: v * chance.get(w, 0.999) for w, v in weight.items() if chance.get(w, 1) > .05}, order)
        home = CharModel.train({w: v * (1 - chance.get(w, 0.0)) for w, v in weight.items() if chance.get(w, 1) < .95},
                               order)
        if last:
            break
        for w in counts:
            if w not in fixed:
                # half of the evidence: the word was itself in one of the training sets
                logit = 0.5 * (loan.word(w) - home.word(w)) + math.log(LOAN_SHARE / (1 - LOAN_SHARE))
                chance[w] = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    return loan, home, chance


HINDI_ON_THE_WEB = 3e-4  # share of English web text that is Hindi in Roman: hai, nahi, kya, kar all show 2e-4
CLEANED_WORDS = 3000     # most frequent Hindi words whose spellings are taken off the English list


def _english(words: dict[str, float]) -> dict[str, float]:
    """Log frequencies of the package's English words in a-z, less what is Hindi in Roman letters."""
    import wordfreq
    raw = {w: f for w, f in wordfreq.get_frequency_dict("en", "large").items() if w.isascii() and w.isalpha()}
    hindi: dict[str, float] = defaultdict(float)
    for word in sorted(words, key=lambda w: (-words[w], w))[:CLEANED_WORDS]:
        for roman, share in spellings(word, k=10, beam=24):
            hindi[roman] += share * math.exp(words[word])
    return {w: math.log(max(f - HINDI_ON_THE_WEB * hindi.get(w, 0.0), 0.02 * f)) for w, f in raw.items()}


def native_words() -> set[str]:
    """Words known to be Hindi: all forms of the listed verbs, everyday words, what chat forms stand for, look-alikes."""
    verbs = {f for row in read_tsv("verbs") for stem in row[0].split() for f in verb_forms(stem)}
    everyday = {w for _, listed in read_tsv("words") for w in listed.split()}
    chat = {w for _, deva in read_tsv("chat") for form in deva.split("|") for w in form.split()}
    alike = {w for row in read_tsv("native") for w in row[0].split()}
    return alike | (verbs | everyday | chat) - {d for _, devas in read_tsv("english") for d in devas.split("|")}


def build_tables() -> dict:
    """All tables as plain dicts, lists and sets, in about five seconds."""
    counts = _hindi_counts()
    verbs = _add_verbs(counts)
    for _, listed in read_tsv("words"):
        for w in listed.split():
            counts[w] = max(counts.get(w, 0.0), LISTED)
    loans, spelled, native = {}, defaultdict(list), native_words()
    for word, devas in read_tsv("english"):
        for deva in devas.split("|"):
            if deva not in native:
                loans[deva] = word
            spelled[word.lower()].append(deva)
    found = {deva: float(chance) for _, deva, chance in read_tsv("loans_found") if deva not in loans and deva not in native}
    seen = {w: f for w, f in counts.items() if f > 1e-7}
    loan, home, chance = split_loans(seen, set(loans), native & set(seen), found)
    _add_nouns(counts, verbs)
    words = {w: math.log(f) for w, f in counts.items() if f > 0}
    by_key: dict[str, list[str]] = defaultdict(list)
    for w in sorted(words, key=lambda w: (-words[w], w)):
        for key in sorted(deva_keys(w)):
            by_key[key].append(w)
    english = _english({w: p for w, p in words.items() if chance.get(w, 0.0) < .3})
    searched = sorted((w for w in english if len(w) > 1), key=lambda w: (-english[w], w))[:loanwords.SEARCHED]
    return {"words": words, "by_key": {k: tuple(v) for k, v in by_key.items()}, "english": english,
            "chat": {roman: tuple(deva.split("|")) for roman, deva in read_tsv("chat")}, "loans": loans,
            "spelled": {e: tuple(d) for e, d in spelled.items()}, "names": frozenset(name for row in read_tsv("names") for name in row[1:] if name), "chance": chance,
            "native": frozenset(native), "stems": frozenset(stem for row in read_tsv("verbs") for stem in row[0].split()),
            "prefixes": loanwords.prefixes_of(searched), "home": (home.logp, home.backoff),
            "loan": (loan.logp, loan.backoff)}


def main() -> None:
    for name, table in build_tables().items():
        print(name, len(table))


if __name__ == "__main__":
    main()
