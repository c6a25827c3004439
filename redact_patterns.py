"""Recognizers of numbered ids in Indian messages, in Presidio's form: patterns with scores, context words, a validator.

    python -c "import redact_patterns as p; print(p.candidates('pan card ABCPE1234F'))"

Reads:  nothing
Writes: nothing

They run without Presidio's NLP engine and expect text whose digits are ASCII (redact.py's view of a line). Presidio's
own classes serve for Aadhaar (Verhoeff), cards (Luhn) and landlines (phonenumbers), with patterns written here: theirs
end at word boundaries and miss a number glued to letters. Its e-mail recognizer may ask the network for a list of
domains, its GSTIN one refuses Ladakh, those for PAN, passport and vehicles know one way of writing: all these are new.
"""
import sys
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import regex

import redact_labels as rl


@contextmanager
def hidden(*modules: str) -> Iterator[None]:
    """Make modules that are not imported yet unimportable for a moment."""
    absent = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


# Presidio imports spaCy, and spaCy torch and transformers where they are installed: 8 s and 470 MB for what no
# recognizer here uses; 2 s and 110 MB without.
with hidden("torch", "transformers"):
    from presidio_analyzer import Pattern, PatternRecognizer
    from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, InAadhaarRecognizer, PhoneRecognizer

THRESHOLD = 0.4      # a candidate that scores less is left alone; Presidio's least score with context
STRONG = 0.5         # a form that nothing else has
LIKELY = 0.4         # a form that little else has: a reference beside it is enough to let it be
WEAK = 0.1           # bare digits and the like: they need a label in the window
FAINT = 0.02         # they need the label right beside them
VALID = 0.41         # a right check digit: enough alone, less than a label of another type in the window
IN_WINDOW = 0.35     # what a label adds (Presidio's context_similarity_factor), less a thousandth a character
BESIDE = 0.5         # what a label adds with nothing but filler between
WINDOW_BEFORE, WINDOW_AFTER = 40, 25   # characters looked through: "account number" and five words, "is your OTP"
LONGEST_LABEL = 60   # characters, its "card number" included

L, R = r"(?<!\d)", r"(?!\d)"
Q, S = r"[ \-._/]{0,3}", r"[ \-._/]{1,3}"   # separators people put between groups
WORD_END = r"(?![\p{L}\p{M}])"
_FILL = rf"(?:[\s:=#,.\-(\"'।]|(?:{rl.MARK}|{rl.FILLER}){WORD_END})"
# Possessive: what the filler has taken it does not give back, so a long run of it costs no more than its length.
_BESIDE = regex.compile(rf"{_FILL}*+", regex.I)
_UNIT = regex.compile(rf"\s*(?:{rl.UNIT})", regex.I)
_CURRENCY = regex.compile(rf"(?<!\d\s*)(?:{rl.CURRENCY})[\s.:]*$", regex.I)
_REFERENCE = regex.compile(rf"(?<!\p{{L}})(?:(?:{rl.REFERENCE})|(?:{rl.THING})[\s\-]*(?:{rl.MARK})){_FILL}*+$", regex.I)
_THING = regex.compile(rf"(?<!\p{{L}})(?:{rl.THING}){_FILL}*+$", regex.I)
_DIGIT = regex.compile(r"\d")
_WORTH_A_LOOK = regex.compile(r"\d|@|\b(?:at|एट|ऐट)\b", regex.I)
_LABEL = regex.compile(r"(?<![\p{L}\p{M}])(?:" + "|".join(f"(?P<{key}>{words})" for key, words in rl.LABELS.items())
                       + rf")(?:[\s.:\-]*(?:cards?|कार्ड|code|कोड|{rl.MARK}))*+{WORD_END}", regex.I)


def any_of(*patterns: str) -> str:
    return "(?:" + "|".join(patterns) + ")"


def grouped(n: int, size: int, separator: str) -> str:
    """Pattern of n digits in groups of size, the rest at the end."""
    sizes = [size] * (n // size) + [n % size] * (n % size > 0)
    return separator.join(rf"\d{{{k}}}" for k in sizes)


def card(n: int) -> str:
    """Pattern of a card number of n digits of the networks that issue that length: in fours, as on Amex, or singly."""
    networks = (["5[0-8]", "6"] + ["4"] * (n in (13, 16, 19)) + ["3[068]"] * (n == 14) + ["3[47]"] * (n == 15)
                + ["35", "2[2-7]", "8[12]"] * (n == 16))
    layouts = [grouped(n, 4, Q), grouped(n, 1, S)] + [rf"\d{{4}}{S}\d{{6}}{S}\d{{{n - 10}}}"] * (n in (14, 15))
    return rf"{L}(?={any_of(*networks)}){any_of(*layouts)}{R}"


def mobile() -> str:
    """Pattern of a mobile number with its prefixes, in the groups people use."""
    groups = [(10,), (5, 5), (3, 3, 4), (4, 3, 3), (3, 4, 3), (4, 6), (6, 4), (3, 7), (1,) * 10]
    layouts = [r"[ \-.]{1,3}".join(rf"\d{{{k}}}" for k in sizes) for sizes in groups]
    return rf"{L}(?:\(?(?:\+|00)?91\)?[ \-.]{{0,3}}|0[ \-]?)?(?=[6-9]){any_of(*layouts)}{R}"


AADHAAR = rf"{L}(?=[2-9]){any_of(grouped(12, 4, Q), *(grouped(12, size, S) for size in (6, 3, 2, 1)))}{R}"
HOLDER = "[ABCFGHJLPT]"   # fourth letter of a PAN: what kind of person or body holds it
NO_UNIT = r"(?!(?:AM|PM|RS|TO|GB|KM|KG)\b)"   # UP 10 PM 2024
DAY, MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
YEAR, SHORT_YEAR = r"(?:19|20)\d\d", r"(?:(?:19|20)\d\d|\d\d)"
DAY_MONTH = rf"{L}{DAY}(?:st|nd|rd|th)?[\s.\-/]*(?:of\s+)?(?:{rl.MONTHS})"
LOCAL = r"(?<![A-Z0-9])(?<![A-Z0-9][._%+\-])[A-Z0-9][A-Z0-9._%+\-]*+"   # before an @
LETTERS = r"[\p{L}\p{M}\p{N}]"
DOT = r"(?: (?:dot|डॉट) | ?[\[(](?:dot|\.)[\])] ?)"
AT = r"(?: (?:at|एट|ऐट) | ?[\[(](?:at|@)[\])] ?)"
# Name -> patterns with scores. Presidio compiles them to ignore case; (?-i:) takes that back.
PATTERNS: dict[str, list[tuple[float, str]]] = {
    "PHONE_NUMBER": [
        (STRONG, mobile()),
        (WEAK, rf"{L}(?:\+?91[ \-.]?)?[6-9](?:[ \-.]{{0,3}}\d){{9}}{R}")],
    "LANDLINE": [
        (WEAK, rf"{L}0?[1-9]\d{{9}}{R}"),
        (WEAK, rf"{L}\(?0\d{{2,4}}\)?[ \-]{{0,3}}\d{{3,4}}[ \-]?\d{{3,4}}{R}")],
    "EMAIL_ADDRESS": [
        (STRONG, rf"{LOCAL}@[A-Z0-9\-]+(?:\.[A-Z0-9\-]+)*\.(?:{rl.TLDS})(?![A-Z0-9\-]|\.(?:{rl.TLDS})(?![A-Z0-9]))"),
        (STRONG, rf"{LOCAL}@(?![A-Z0-9\-.]*\.(?:{rl.TLDS})(?![A-Z0-9\-]))[A-Z0-9\-]+(?:\.[A-Z0-9\-]+)+"),
        # Devanagari addresses, then x at y dot com
        (STRONG, (rf"(?<!{LETTERS}|[._%+\-])(?:{LETTERS}|[._%+\-])++"
                  rf"@(?=\p{{Devanagari}}){LETTERS}+(?:[.\-]+{LETTERS}+)+")),
        (STRONG, (rf"(?<!{LETTERS}|[._])(?:{LETTERS}|[._])++(?:{DOT}{LETTERS}+){{0,3}}{AT}[\p{{L}}\p{{M}}]+(?:{DOT}|\.)"
                  rf"(?:com|in|org|net|co|कॉम|इन|को)(?:(?:{DOT}|\.)(?:in|इन))?{WORD_END}"))],
    "AADHAAR": [(WEAK, AADHAAR)],      # mistyped, where the label says what it was to be
    "CARD_NUMBER": [(WEAK, card(15)), (WEAK, rf"{L}{grouped(16, 4, Q)}{R}")],
    "PAN": [
        (STRONG, rf"[A-Z]{{3}}{HOLDER}[A-Z]\d{{4}}[A-Z]"),
        (STRONG, rf"[A-Z]{{3}}{HOLDER}[ \-]{{1,3}}[A-Z]\d{{3}}[ \-]{{1,3}}\d[A-Z]"),            # ABCP E123 4F
        (STRONG, rf"(?<![A-Z])[A-Z]{{3}}{HOLDER}[A-Z]-\d{{4}}-[A-Z](?![A-Z])"),                  # abcpe-1234-f
        (STRONG, rf"(?-i:(?<![A-Z])[A-Z]{{3}}{HOLDER}[A-Z] \d{{4}} [A-Z](?![A-Za-z]))"),         # ABCPE 1234 F
        (STRONG, rf"(?<![A-Z])(?:[A-Z][ \-]){{3}}{HOLDER}[ \-][A-Z](?:[ \-]\d){{4}}[ \-][A-Z](?![A-Z])"),
        (WEAK, r"(?<![A-Z])[A-Z](?:[ \-.]?[A-Z]){4}(?:[ \-.]?\d){4}[ \-.]?[A-Z](?![A-Z])")],
    "PASSPORT": [(WEAK, r"(?<![A-Z0-9])[A-Z][ \-]?\d(?:[ \-]?\d){6}(?!\d)")],
    "VOTER_ID": [
        (LIKELY, rf"(?-i:(?<![A-Z0-9])(?!{rl.NOT_VOTER})[A-Z]{{3}}\d{{7}}(?!\d))"),
        (WEAK, r"(?<![A-Z0-9])[A-Z]{3}[ \-]?\d{3}[ \-]?\d{4}(?!\d)"),
        (STRONG, rf"(?<![A-Z])[A-Z]{{2}}/\d\d/\d{{3}}/\d{{5,7}}{R}")],                           # before 2008
    "VEHICLE": [
        (STRONG, (rf"(?-i:(?<![A-Z0-9])(?:{rl.STATES})[ \-]?\d{{1,2}}[ \-]?{NO_UNIT}[A-Z](?:[ \-]?[A-Z]){{0,2}}[ \-]?"
                  rf"\d{{4}}{R})")),
        (STRONG, rf"(?<![A-Z0-9])(?:{rl.STATES})\d{{1,2}}[A-Z]{{1,3}}\d{{4}}{R}"),               # dl4cab1234
        (STRONG, rf"(?-i:{L}\d\d[ \-]?BH[ \-]?\d{{4}}[ \-]?[A-Z]{{1,2}}(?![A-Z]))"),
        (WEAK, rf"(?<![A-Z0-9])(?:{rl.STATES})[ \-]?\d{{1,2}}[ \-]?[A-Z](?:[ \-]?[A-Z]){{0,2}}[ \-]?\d{{1,4}}{R}"),
        (STRONG, rf"(?<!\p{{L}})(?:{rl.STATES_HI})[ \-]?\d{{1,2}}[ \-]?(?:(?:{rl.LETTERS_HI})[ \-]?){{2,3}}\d{{4}}{R}"),
        (WEAK, (rf"(?<!\p{{L}})(?:{rl.STATES_HI}|{rl.STATES})[ \-]?\d{{1,2}}[ \-]?"
                rf"(?:(?:{rl.LETTERS_HI}|[A-Z])[ \-]?){{1,3}}\d{{1,4}}{R}"))],
    "GSTIN": [
        (STRONG, (rf"{L}(?:0[1-9]|[1-3]\d|9[79])[ \-]?[A-Z]{{5}}[ \-]?\d{{4}}[ \-]?[A-Z][ \-]?[A-Z\d][ \-]?Z[ \-]?"
                  r"[A-Z\d]"))],
    "UPI_ID": [
        (STRONG, rf"{LOCAL} ?@ ?(?:{rl.HANDLES})(?![A-Z0-9]|[.\-][A-Z0-9])"),
        (WEAK, rf"{LOCAL} ?@ ?[A-Z]{{2,20}}(?![A-Z0-9]|\.[A-Z0-9])")],
    "IFSC": [
        (STRONG, r"(?-i:(?<![A-Z])[A-Z]{4}0(?=[A-Z0-9]{0,5}\d)[A-Z0-9]{6})(?![A-Z0-9])"),
        (STRONG, rf"(?:{rl.IFSC_BANKS})0\d{{6}}{R}"),                                            # ifscSBIN0001234hai
        (WEAK, r"(?<![A-Z])[A-Z]{4}[ \-]?[0O][ \-]?[A-Z0-9]{3}[ \-]?[A-Z0-9]{3}(?![A-Z0-9])")],
    "ACCOUNT_NUMBER": [
        (WEAK, rf"{L}\d{{9,18}}{R}"),
        (WEAK, rf"{L}(?=(?:[ \-]?\d){{9,18}}(?![ \-]?\d))\d{{2,6}}(?:[ \-]\d{{1,6}}){{1,7}}{R}")],
    "OTP": [
        (WEAK, rf"(?<!\d[.,:/\-]){L}(?!{YEAR}{R})\d{{4,8}}(?![.,:/\-]?\d)"),
        (FAINT, rf"{L}\d{{4}}{R}"),                                                              # OTP 2019
        (WEAK, rf"(?<!\d[ \-]){L}(?:\d(?:[ \-]\d){{3,7}}|\d{{2,4}}[ \-]\d{{2,4}}|\d\d([ \-])\d\d\1\d\d)(?![ \-]?\d)")],
    "CVV": [(FAINT, rf"{L}\d{{3,4}}{R}")],
    "DATE_OF_BIRTH": [
        (WEAK, rf"{L}{DAY}\s?[/.\- ]\s?{MONTH}\s?[/.\- ]\s?{SHORT_YEAR}{R}"),
        (WEAK, rf"{L}{YEAR}[/.\-]\d{{1,2}}[/.\-]\d{{1,2}}{R}"),
        (WEAK, rf"{L}[0-3]\d[01]\d{YEAR}{R}"),
        (WEAK, rf"{DAY_MONTH}[\s,.\-/]*(?:ko\s+|को\s+)?(?:{YEAR}|'?\d\d){R}"),
        (WEAK, rf"(?<![A-Z])(?:{rl.MONTHS})\s+{DAY}(?:st|nd|rd|th)?[\s,]+{YEAR}{R}"),
        (FAINT, DAY_MONTH + r"(?!\p{L})"),                                                       # birthday 12 march
        (FAINT, rf"{L}{DAY}/{MONTH}(?![/\d])")]}
TAG_OF = {"LANDLINE": "PHONE_NUMBER", "CVV": "OTP"}                             # the others are their own tags
LABELS_OF = {"PHONE_NUMBER": ("PHONE_NUMBER", "NUMBER"), "LANDLINE": ("PHONE_NUMBER",)}   # the others have one list
# Letters and digits in an order that no amount or order number has. PAN is among them: none must pass.
OWN_FORM = frozenset(("PAN", "GSTIN", "IFSC", "VEHICLE", "UPI_ID", "EMAIL_ADDRESS"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of the text that may be an id: offsets, tag, score."""
    start: int
    end: int
    tag: str
    score: float


def recognizers() -> dict[str, list[PatternRecognizer]]:
    """Name -> recognizers, each of which Presidio's AnalyzerEngine takes as it is."""
    def patterns(name: str, scored: list[tuple[float, str]]) -> list[Pattern]:
        return [Pattern(f"{name} {i}", text, score) for i, (score, text) in enumerate(scored, 1)]
    context = {name: [rl.LABELS[key] for key in LABELS_OF.get(name, (name,))] for name in PATTERNS}
    out = {name: [PatternRecognizer(TAG_OF.get(name, name), name=name, patterns=patterns(name, scored),
                                    context=context[name])] for name, scored in PATTERNS.items()}
    checked = {"AADHAAR": (InAadhaarRecognizer, [(WEAK, AADHAAR)]),
               "CARD_NUMBER": (CreditCardRecognizer, [(WEAK, card(n)) for n in range(13, 20)])}
    for name, (recognizer, scored) in checked.items():
        out[name].append(recognizer(patterns=patterns(name, scored), context=context[name], supported_entity=name,
                                    replacement_pairs=[(c, "") for c in " -._/"]))
    return out


_COMPILED = [(name, r, regex.compile(p.regex, r.global_regex_flags), p.score)
             for name, made in recognizers().items() for r in made for p in r.patterns]
_LANDLINES = PhoneRecognizer(supported_regions=("IN",))


def label_bonus(text: str, start: int, end: int, labels: list[tuple[int, int]], first_only: bool) -> float:
    """What the labels of a type (in order) add to the score of text[start:end]: more beside it than in the window.

    first_only: a label before the text counts for the first number after it (dob 14/08/1992, meeting 14/08/2025).
    """
    best = 0.0
    first = bisect_left(labels, (start - WINDOW_BEFORE - LONGEST_LABEL, 0))
    for at, stop in labels[first:bisect_left(labels, (end + WINDOW_AFTER + 1, 0))]:
        if stop <= start and start - stop <= WINDOW_BEFORE and not (first_only and _DIGIT.search(text, stop, start)):
            gap = text[stop:start]
        elif at >= end and not _DIGIT.search(text, end, at):
            gap = text[end:at]
        else:
            continue
        best = max(best, (BESIDE if _BESIDE.fullmatch(gap) else IN_WINDOW) - len(gap) / 1000)
    return best


def refused(text: str, start: int, end: int, strong: bool) -> bool:
    """Whether the words beside text[start:end] make it an amount, a quantity or a reference."""
    before, after = text[max(0, start - WINDOW_BEFORE):start], text[end:end + WINDOW_AFTER]
    if _CURRENCY.search(before) or _UNIT.match(after) or _REFERENCE.search(before):
        return True
    return not strong and bool(_THING.search(before))


def _matches(text: str) -> Iterator[tuple[int, int, str, float, bool]]:
    """Start, end, recognizer's name, score, and whether the form or the check digit alone proves it."""
    for name, recognizer, pattern, score in _COMPILED:
        for m in pattern.finditer(text, overlapped=True):   # 2024 3123 4567 8906: the Aadhaar is not the first twelve
            verdict = recognizer.validate_result(m.group())
            if verdict is not False:
                yield *m.span(), name, VALID if verdict else score, bool(verdict) or name in OWN_FORM
    if regex.search(r"(?<!\d)0\d|[+(]", text):
        # phonenumbers calls most ten digits some landline: only a prefix makes one sure.
        for found in _LANDLINES.analyze(text, ["PHONE_NUMBER"]):
            yield found.start, found.end, "LANDLINE", STRONG if text[found.start] in "+0(" else WEAK, False


def candidates(text: str) -> list[Candidate]:
    """Every stretch of text (ASCII digits) that scores at least THRESHOLD; they may overlap."""
    if not _WORTH_A_LOOK.search(text):
        return []
    labels: dict[str, list[tuple[int, int]]] = {}
    for m in _LABEL.finditer(text):
        labels.setdefault(m.lastgroup, []).append(m.span())
    out = []
    for start, end, name, score, certain in _matches(text):
        total = score + max(label_bonus(text, start, end, labels.get(key, []), name == "DATE_OF_BIRTH")
                            for key in LABELS_OF.get(name, (name,)))
        if total >= THRESHOLD and (certain or not refused(text, start, end, score >= STRONG)):
            out.append(Candidate(start, end, TAG_OF.get(name, name), total))
    return out
