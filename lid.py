"""Token language in context: the lattice of readings of a message, its best path, and a probability per token.

    python lid.py "main issue ye hai ki main ghar pe hu"    # token, language, probability, reading
    python lid.py --shared                                  # after a change of the lexicon's lists

Reads:  data/context/names.txt, data/context/indian_words.tsv, data/context/shared_words.txt, what lexicon.py and context.py read
Writes: data/context/shared_words.txt with --shared
"""
import math
import re
import sys
import textwrap
from dataclasses import dataclass, replace
from functools import lru_cache

import context
import joins
import lexicon
import neighbours
import tokens as tk
from contract import write_atomic
from context import State
from spelling import standard

# Scalars. Those marked LID were chosen on four fifths of lid_hinglishnorm_train (never trained on); the others on
# sentences written for the purpose.
LEX_WEIGHT = 0.5        # share of the spelling score that counts against context; log frequencies are overconfident
ENGLISH_BIAS = 0.2       # LID: added to every English state
SWITCH = 0.5             # LID: cost of changing language between neighbours, beside what the pairs say
MIXED_COST = 0.7         # against Hindi in Latin letters where the text holds Devanagari
MIXED_CAPS = 3.0         # and of a word in capitals there: RO, QA, RJ
NAME_SCORE = -9.0        # log score of a known name as such, about a word of frequency 1e-4
NAME_CASED = 2.5         # a capital inside a sentence speaks for a name
NAME_CAPS = 1.5          # so do capitals throughout, but people also shout
CASED_NAME = -11.0       # log score of an unlisted word as a name, where capitals speak for one
CASED_ENGLISH = -12.5    # an unlisted word commoner than this in English is English with a capital
CASED_HINDI = -8.0       # unless it is as common in Hindi (Main, Is): then capitals say nothing
WORLD_NAME = -12.5       # a listed name commoner than this in English text is called English when typed in lower case
HOMELY = -11.0           # a listed name that is an everyday Hindi word so likely counts as one in lower case
SHOUTED_HINDI = -10.0    # PAISA, JALDI: shouted Hindi rather than an unlisted acronym
TITLE_SHARE = 0.6        # with more capitals than that they mean nothing
CAPITAL_HINDI = -1.0     # and against Hindi
ACRONYM_HINDI = -1.5     # OTP, EMI: capitals in a message that is not all capitals
TYPO_COST = 5.0          # an English word one letter away from what was typed: meetng, balence
TYPO_SOURCE = -12.5      # only words about as common as "refund" are taken for the source of a typo
LOAN_COST = 5.0          # a Hindi reading that is the same English word by sound: tent -> टेंट
NATIVE_COST = 2.0        # against English read from a Devanagari word that is known to be Hindi (बस, मन, बात)
# English function words too short or too odd for a reading by sound, with their log scores.
ENGLISH_GLUE = {"द": ("the", -9.0), "इज़": ("is", -10.5), "मेन": ("main", -11.0), "ऑफ": ("of", -10.0), "इट": ("it", -11.0)}
P_SCALE = 0.9            # LID: margin between the best paths -> probability; least log loss
NATIVE_CHANCE = 0.02     # below this chance of being a loan a word is Hindi
LOAN_CHANCE = 0.3        # above it, a form that sounds like the very token typed is the English word
RARE_ENGLISH = -16.0     # a token rarer than this in English is no loan's source
COMMON_ENGLISH = -13.0   # against such a word a Hindi form that no list knows costs
UNKNOWN_COST = 4.0       # this much more
SOLID_WORD = -11.5       # a token that may be one such common word is not read as two
JOIN_ENGLISH = -15.0     # only a token that neither language knows is read as two words or as a typo:
WEAK_HINDI = -11.5       # its best reading is below this
MAX_STATES = 5
FAR_BEHIND = 3.4         # a reading that no list knows and that is so much less likely than a known one is none: कुच for kuch

ALWAYS_APART = (" दो", " दे", " दें", " दोगे", " देना", " दिया", " दी")     # the second verb of a pair stands by itself
FILLERS = frozenset("hmm hmmm hmmmm hm umm ummm um uh uhh huh mmm hmn uff oof shh".split())
EVERYDAY_ENGLISH, RARE_HINDI, RARE_BESIDE = -13.0, -9.5, 3.0     # cost of a rare Hindi word beside a common English one: dad is no दाद
ABUSE = frozenset("लंड लन्ड लंडों लौड़ा साले साली रेप".split())    # what no English word is taken for
CHAT_READINGS, UNLISTED_CHAT = -12.5, 3.0    # a listed chat form so rare in English has no other reading, at this cost: kal is no काल, or no ओर
NAME_AS_HINDI = 3.0      # and of a name's Devanagari form: rahul without a capital is a name all the same, and stays as typed
CLEARLY_JOINED = 3.0     # two words instead of one that the lexicon knows must fit so much better
CHAT_ENGLISH, CHAT_SURE = -14.5, 2.0    # a listed chat form that is so rare in English (krdo, bhjdo) loses so much as English
CHAT_LETTERS = frozenset("h yr".split())     # and so do these, which English has for other things
SHARED = context.DATA / "shared_words.txt"
SHARED_MIN = -13.0       # English words commoner than this were looked through
INDIAN_HINDI, INDIAN_ENGLISH = -8.0, -14.0   # log scores of chai, paneer, bhai
SHARED_MARGIN = 6.0      # a word that is so much less likely as Hindi is English whatever stands beside it
HI, EN = 0, 1
VOWELS = frozenset("aeiou")
ONE_LETTER_WORDS = frozenset("न आ ए ओ व")
_HOMORGANIC = re.compile("न्(?=[तथदध])|म्(?=[पफबभ])|ण्(?=[टठडढ])|ञ्(?=[चछजझ])|ङ्(?=[कखगघ])")
# Everyday misspellings that the spelling list does not know.
SPELLINGS = dict(pair.split(">") for pair in (
    "मैने>मैंने मेने>मैंने दोनो>दोनों तबियत>तबीयत उमर>उम्र बेहेन>बहन बहोत>बहुत तुमहारा>तुम्हारा उन्होने>उन्होंने इन्होने>इन्होंने "
    "जिन्होने>जिन्होंने परसो>परसों नहि>नहीं नाही>नहीं क्युं>क्यों क्यूं>क्यों क्यूँ>क्यों क्यो>क्यों क्यु>क्यों यहा>यहाँ वहा>वहाँ हा>हाँ "
    "डल>डाल मे>में मै>मैं हु>हूँ हुँ>हूँ हे>है जायेगा>जाएगा ज्यादा>ज़्यादा जादा>ज़्यादा").split())


@dataclass(frozen=True, slots=True)
class Labelled:
    """A token with its language, the probability of it, the reading chosen and how much Hindi beats English."""
    text: str
    start: int
    end: int
    lang: str           # hi, en, name, num, url, other
    p: float
    violation: str | None
    form: str           # what the token would be in the right script
    margin: float       # best path with Hindi minus best path without; positive is Hindi


@lru_cache(maxsize=1)
def native_words() -> frozenset[str]:
    """Devanagari words known to be Hindi: those of the sentences, of the classes and of the chat forms."""
    lex = lexicon.load()
    out = {word for readings in lex.chat.values() for form in readings for word in form.split()}
    out.update(form for row in context.read_sentences(context.DATA / "sentences.txt") for lang, form in row
               if lang == "hi")
    out.update(context.hindi_listed())
    return frozenset(out - set(lex.loans))


@lru_cache(maxsize=1)
def shared_words() -> frozenset[str]:
    """English words that may be Hindi typed in Latin letters: main, chat, den."""
    return frozenset(SHARED.read_text(encoding="utf-8").split("\n", 1)[1].split())


def only_english(low: str) -> bool:
    """A common English word that no Hindi one resembles: it needs no look at the lexicon, which takes milliseconds."""
    lex = lexicon.load()
    return lex.english_logp(low) > SHARED_MIN and low not in shared_words() and low not in lex.chat


def write_shared() -> None:
    """Write the list of shared words from the lexicon; two minutes, after a change of its word lists."""
    lex = lexicon.load()
    found = sorted(w for w, e in lex.english.items() if e > SHARED_MIN and lex.hindi_logp(w) > e - SHARED_MARGIN)
    head = "# English words that may be Hindi in Latin letters. Written by lid.py --shared from the lexicon.\n"
    write_atomic(SHARED, head + textwrap.fill(" ".join(found), 118) + "\n")


@lru_cache(maxsize=1)
def listed_names() -> frozenset[str]:
    """Lower-case names of data/context/names.txt; a name of two words stands there with an underscore."""
    lines = (context.DATA / "names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(part for line in lines if not line.startswith("#") for name in line.split()
                     if not name.endswith("_") for part in name.split("_"))


def is_name(word: str) -> bool:
    """Whether a lower-case Latin or a Devanagari word is a name that the lists know."""
    lex = lexicon.load()
    if word in listed_names() or lex.is_name(word):
        return True
    return not word.isascii() and any(w.lower() in listed_names() for w, _ in lex.latin(word, 1))


@lru_cache(maxsize=200_000)
def loan_chance(form: str, english: str) -> float:
    """Chance that a Devanagari form is that English word written by sound, and no Hindi word of its own."""
    lex = lexicon.load()
    chance = lex.chance.get(form, 0.5)
    if form in native_words() or chance < NATIVE_CHANCE or all(w.lower() != english for w, _ in lex.latin(form, 3)):
        return 0.0
    return chance


def unstretched(low: str) -> list[str]:
    """A word with its stretched letters cut to one and to two: bhaiiii -> bhai, bhaii; [] when nothing is stretched."""
    if not re.search(r"(.)\1\1", low):
        return []
    return [re.sub(r"(.)\1\1+", r"\1", low), re.sub(r"(.)\1\1+", r"\1\1", low)]


@lru_cache(maxsize=1)
def _typo_keys() -> dict[str, float]:
    """Common English words with one letter left out, with and without its place: key -> log frequency."""
    keys: dict[str, float] = {}
    for word, logp in lexicon.load().english.items():
        if logp > TYPO_SOURCE and 4 <= len(word) <= 15:
            for i in range(len(word)):
                rest = word[:i] + word[i + 1:]
                for key in (rest, f"{i}{rest}"):
                    if logp > keys.get(key, -99.0):
                        keys[key] = logp
    return keys


def typo_source(low: str) -> float:
    """Log frequency of the commonest English word one insertion, deletion, replacement or swap away from low."""
    keys, lex = _typo_keys(), lexicon.load()
    best = keys.get(low, -99.0)                                        # a letter is missing: meetng
    for i in range(len(low)):
        rest = low[:i] + low[i + 1:]
        swapped = low[:i] + low[i + 1:i + 2] + low[i] + low[i + 2:]
        best = max(best, keys.get(f"{i}{rest}", -99.0), lex.english_logp(rest), lex.english_logp(swapped))
    return best


def english_score(low: str, typos: bool) -> float:
    """Log probability as English, also of a stretched word and, with typos, of a mistyped one."""
    lex = lexicon.load()
    best = max([lex.english_logp(w) for w in [low, *unstretched(low)]])
    if typos and best < TYPO_SOURCE - TYPO_COST and 5 <= len(low) <= 14 and low.isascii() and low.isalpha():
        source = typo_source(low)
        if source > TYPO_SOURCE:
            best = max(best, source - TYPO_COST)
    return best


@lru_cache(maxsize=1)
def indian_words() -> dict[str, str]:
    """Roman spelling -> Hindi word, for words that English lists know as Indian."""
    rows = [line.split("\t") for line in (context.DATA / "indian_words.tsv").read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")]
    return {roman: tk.nfc(form) for form, typed in rows for roman in typed.split()}


@lru_cache(maxsize=200_000)
def standard_form(form: str) -> str:
    """A Devanagari form in the spelling of data/LABELING.md, nasal before a consonant of its row as anusvara."""
    return " ".join(_HOMORGANIC.sub("ं", SPELLINGS.get(w, standard(w))) for w in form.split(" "))


@lru_cache(maxsize=20_000)
def everyday(low: str) -> bool:
    """Whether a Roman word is, as Hindi, one of the class table's: kya, muje, mere at the start of a sentence are no name."""
    readings = lexicon.load().readings(low, 1, deep=False)
    return bool(readings) and readings[0][1] > SHOUTED_HINDI and standard_form(readings[0][0]) in context.hindi_listed()


@lru_cache(maxsize=200_000)
def latin_states(text: str, shape: str, mixed: bool) -> tuple[State, ...]:
    """Readings of a Latin token; shape is lower, title, first (title at the start) or caps.

    mixed: the text holds Devanagari, so that Latin is English or a name unless it is Hindi beyond doubt.
    """
    if mixed:
        cost = MIXED_COST + MIXED_CAPS * (shape == "caps")
        return tuple(replace(s, emit=s.emit - cost) if s.lang == "hi" else s for s in latin_states(text, shape, False))
    model, lex = context.load(), lexicon.load()
    low = tk.nfc(text).lower().replace("’", "'")
    if low in FILLERS:
        unit = model.unit(*context.COMMA)
        return tuple(State(0.0, "x", text, unit, flow) for flow in (HI, EN))
    plain = max(unstretched(low), key=lex.hindi_logp, default=low)
    readings, indian = roman_readings(low, plain)
    english = INDIAN_ENGLISH if indian else english_score(low, typos=not readings or readings[0][1] < WEAK_HINDI)
    english += 0.0 if indian else context.chat_gain("en", low, english)
    chat = CHAT_SURE if shape in ("lower", "first") and (low in CHAT_LETTERS or low in lex.chat and english < CHAT_ENGLISH) else 0.0
    states = [State(LEX_WEIGHT * english + ENGLISH_BIAS - chat, "en", text, model.unit("en", low), EN)]
    if english < JOIN_ENGLISH and low not in lex.chat and (not readings or readings[0][1] < WEAK_HINDI):
        readings = sorted([*joins.joined(plain)[:2], *readings], key=lambda r: -r[1])[:MAX_STATES]
    if readings and readings[0][0] in native_words():
        readings = [(f, r) for f, r in readings if r > readings[0][1] - FAR_BEHIND or f in native_words() or " " in f]
    penalty = {"title": CAPITAL_HINDI, "caps": ACRONYM_HINDI}.get(shape, 0.0)
    states += hindi_states(low, readings, english, penalty)
    return tuple(with_name(states, text, shape, readings, english))


def roman_readings(low: str, plain: str) -> tuple[list[tuple[str, float]], str | None]:
    """(Hindi readings of a Roman word with their log-probabilities, best first; its form in indian_words if it is there).
    plain is the word without letters that were stretched."""
    lex = lexicon.load()
    readings = [] if only_english(low) else lex.readings(plain, MAX_STATES, deep=False)
    indian = indian_words().get(low)
    if indian and indian not in [f for f, _ in readings]:
        readings = [(indian, INDIAN_HINDI), *((f, r) for f, r in readings if " " not in f)]
    if VOWELS.isdisjoint(low):          # glt, plz: not the names of letters (जीएलटी)
        readings = [(f, r) for f, r in readings if not any(w.isupper() for w, _ in lex.latin(f, 1))]
    return readings, indian


def hindi_states(low: str, readings: list[tuple[str, float]], english: float, penalty: float) -> list[State]:
    """The states of a Roman word's Hindi readings; english is its score as an English word."""
    model, lex, states = context.load(), lexicon.load(), []
    listed = {standard_form(form) for form in lex.chat.get(low, ())} if english <= CHAT_READINGS or low == "or" else set()
    named = is_name(low)
    solid = max((score for form, score in readings if lex.words.get(form, -20.0) > SOLID_WORD), default=-99.0)
    seen = {form.replace(" ", "") for form, _ in readings if form.endswith(ALWAYS_APART)}      # करदो is कर दो without its space
    for form, score in readings:
        form = standard_form(form)
        if form in seen or (len(form) == 1 and form not in ONE_LETTER_WORDS) or "ॆ" in form or "ॊ" in form:
            continue
        if " " in form and score < solid + CLEARLY_JOINED and low not in lex.chat:      # jaldi is no जल दी; horaha is no हराया
            continue
        seen.add(form)
        loan = loan_chance(form, low) if english > RARE_ENGLISH else 0.0
        if form in lex.loans or loan > LOAN_CHANCE or english > RARE_ENGLISH and form in ABUSE:
            continue
        score -= LOAN_COST * (loan > 0.0)
        if english > COMMON_ENGLISH and form not in lex.words and " " not in form:
            score -= UNKNOWN_COST
        if " " not in form:
            score += context.chat_gain("hi", form, lex.words.get(form, -20.0))
        score -= RARE_BESIDE * (english > EVERYDAY_ENGLISH and lex.words.get(form, -20.0) < RARE_HINDI and form not in native_words())
        score -= UNLISTED_CHAT * bool(listed and form not in listed and low not in neighbours.SUBJECTS)
        score -= NAME_AS_HINDI * (named and form not in native_words() and is_name(form))
        states.append(State(LEX_WEIGHT * score + penalty, "hi", form, model.unit("hi", form.split()[-1]), HI))
    return states


def with_name(states: list[State], text: str, shape: str, readings: list[tuple[str, float]], english: float) -> list[State]:
    """The states of a Latin token, English first, with what its being a name adds to them."""
    low = tk.nfc(text).lower().replace("’", "'")
    known = is_name(low)
    if known and shape == "lower" and readings:        # zara, das, bata: without a capital the Hindi word
        known = readings[0][1] < HOMELY or standard_form(readings[0][0]) not in native_words()
    bonus = {"title": NAME_CASED, "caps": NAME_CAPS}.get(shape, 0.0) if len(low) > 2 else 0.0
    if bonus and not known and english > CASED_ENGLISH:      # Friday, OTP: English with a capital, no name
        if readings and readings[0][1] >= CASED_HINDI:
            return states
        return [replace(states[0], emit=states[0].emit + bonus), *states[1:]]
    if not known and (not bonus or (shape == "caps" and readings and readings[0][1] > SHOUTED_HINDI)):
        return states
    emit, unit = LEX_WEIGHT * (NAME_SCORE if known else CASED_NAME) + bonus, context.load().unit(*context.NAME)
    # delhi, google, facebook without a capital: as much English vocabulary as names
    lang = "en" if known and shape == "lower" and english > WORLD_NAME else "name"
    return states + [State(emit, lang, text, unit, flow) for flow in (HI, EN)]


@lru_cache(maxsize=200_000)
def deva_states(text: str) -> tuple[State, ...]:
    """Readings of a Devanagari token: Hindi as typed, or an English word to be written in Latin."""
    model, lex = context.load(), lexicon.load()
    word = tk.nfc(text).replace("\u200c", "").replace("\u200d", "")
    name = word not in native_words() and is_name(word)
    unit = model.unit(*context.NAME) if name else model.unit("hi", word)
    form = word if name else standard_form(word)
    states = [State(LEX_WEIGHT * lex.deva_hindi_logp(word), "name" if name else "hi", text if form == word else form,
                    unit, HI)]
    if name:
        return tuple(states)
    english = lex.deva_english_logp(word)
    readings = lex.latin(word, 2)
    if word in ENGLISH_GLUE:
        readings, english = [ENGLISH_GLUE[word]], ENGLISH_GLUE[word][1]
    for latin, score in readings:
        emit = LEX_WEIGHT * (english + score - readings[0][1]) - NATIVE_COST * (word in native_words())
        states.append(State(emit, "en", latin, model.unit("en", latin.lower()), EN))
    return tuple(states)


@lru_cache(maxsize=20_000)
def plain_states(kind: str, text: str) -> tuple[State, ...]:
    """A number, a mark or an emoji: one unit, open to either language, so that the language carries across it."""
    unit = context.load().unit(*context.plain_unit(kind, text))
    return tuple(State(0.0, "x", text, unit, flow) for flow in (HI, EN))


# After a digit these are units and stay as typed; Hindi number words (do lakh, sawa crore) are Hindi.
AFTER_DIGIT = frozenset(u for u in tk.UNIT_SET if len(u) > 1) | {"k"}


BEFORE_DIGIT = frozenset({"rs", "inr"})      # Rs 500, Rs. 500; with a point behind it Rs is an abbreviation whatever comes next
AMOUNTS = frozenset("lakh lakhs lac lacs crore crores cr k".split())   # part of the number: no language


def unit_states(text: str) -> tuple[State, ...]:
    """The one reading of a unit beside a number: it stays as it was typed."""
    return (State(0.0, "en", text, context.load().unit("en", "minutes"), EN),)


def lattice(found: list[tk.Token]) -> list[tuple[State, ...]]:
    """States of every token."""
    mixed = any(t.kind == "deva" for t in found)
    words = [t.text for t in found if t.kind in ("latin", "deva")]
    cased = sum(w[0].isupper() for w in words) <= max(1, TITLE_SHARE * len(words))
    shouted = neighbours.shouted(found)
    out, first, before = [], True, ""
    for i, (token, after) in enumerate(zip(found, [*found[1:], None])):
        if token.kind == "latin" and token.text.lower() in BEFORE_DIGIT and after and (after.kind == "num" or after.text == "."):
            out.append(unit_states(token.text))
        elif token.kind == "latin" and before == "num" and token.text.lower() in AFTER_DIGIT:
            amount = token.text.lower() in AMOUNTS
            out.append(plain_states("num", token.text) if amount else unit_states(token.text))
        elif token.kind == "latin" and neighbours.shortened(found, i):
            out.append(unit_states(token.text))
        elif token.kind == "latin":
            text = token.text
            shape = "lower"
            if cased and text[:1].isupper() and i not in shouted:
                shape = "caps" if len(text) > 1 and text.isupper() else "first" if first else "title"
                if first and after and after.kind == "latin" and after.text[0].isupper() and not everyday(text.lower()):
                    shape = "caps" if shape == "caps" else "title"      # Bandhan Bank wale: a name of two words
            out.append(latin_states(text, shape, mixed))
        elif token.kind == "deva":
            out.append(deva_states(token.text))
        else:
            out.append(plain_states(token.kind, token.text))
        first, before = token.text in context.SENTENCE_ENDS, token.kind
    return neighbours.weigh(found, out)


def tag(text: str) -> list[Labelled]:
    """Language, probability and reading of every token of text."""
    found = tk.tokenize(text)
    states = lattice(found)
    path, through = context.decode(states, SWITCH)
    forms = neighbours.polite(found, [s.form for s in path])
    return [_label(*item) for item in zip(found, states, through, path, forms)]


def _label(token: tk.Token, states: tuple[State, ...], through: list[float], best: State, form: str) -> Labelled:
    if token.kind not in ("latin", "deva"):
        lang = {"num": "num", "url": "url", "tag": "url"}.get(token.kind, "other")
        return Labelled(token.text, token.start, token.end, lang, 1.0, None, token.text, 0.0)
    hindi = max((v for v, s in zip(through, states) if s.lang == "hi"), default=-30.0)
    other = max((v for v, s in zip(through, states) if s.lang != "hi"), default=-30.0)
    margin = hindi - other
    if best.lang == "x":
        lang = "num" if token.text.lower() in AMOUNTS else "other"
        return Labelled(token.text, token.start, token.end, lang, 1.0, None, token.text, 0.0)
    violation = None
    if token.kind == "latin" and best.lang == "hi":
        violation = "roman_hindi"
    elif token.kind == "deva" and best.lang == "en":
        violation = "devanagari_english"
    p = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, P_SCALE * abs(margin)))))
    return Labelled(token.text, token.start, token.end, best.lang, round(p, 4), violation, form, margin)


def main() -> None:
    if sys.argv[1:] == ["--shared"]:
        write_shared()
        return
    for text in sys.argv[1:]:
        for item in tag(text):
            print(f"{item.text:14} {item.lang:5} {item.p:.3f} {item.margin:6.2f}  {item.form}")


if __name__ == "__main__":
    main()
