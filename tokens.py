"""Split a message into tokens with code-point offsets. Shared by the checker, the draft and the data generator.

    python -c "import tokens; print(tokens.tokenize('kal 2baje ₹500 bhej do 🙏'))"

Reads:  nothing
Writes: nothing

Nothing is dropped: what lies between two tokens is white space or an invisible control, and nothing else.
"""
import unicodedata
from dataclasses import dataclass

import regex

# Letters that stay glued to a digit (4pm, 500rs, 10k, 5min, 3AC, 2nd). Anything Hindi after a digit is a word of
# its own: 2baje is two tokens. A longer mixed string (98xxx, 4G5A) is an id and stays whole.
UNITS = ("am pm k m l b cr rs inr rupee rupees gb mb kb tb kg kgs g gm gms gram grams mg ml ltr litre km kms "
         "cm mm ft feet inch inches hr hrs hour hours h min mins minute minutes sec secs second seconds s day days "
         "week weeks wk month months mnth yr yrs year years st nd rd th x ac bhk pc pcs piece pieces lakh lac lakhs "
         "crore crores mbps kbps mah mp p v w kw hp usd aed eur bn mn pax seater seats ka?").replace("ka?", "").split()
UNIT_SET = frozenset(UNITS)
# Hindi that people glue to a digit. Only these split, so that an id such as 4seva or 2din7 is not torn apart
# by a guess; the list is the spellings of clock, money, count and postposition words.
GLUED_HINDI = frozenset(
    "baje bje baj bjey bajey bajay bajhe wajeh ghante ghnte ghanta ghanto ghnta ghnte din dino dinon mahine mahina "
    "mahino mhine mhina saal sal salon hafte hafta haftey haftay rupaye rupay rupya rupiya rupaiya rupe rupye rupiye "
    "rupaiye hazar hazaar hajar hajaar hzar hazr log logo logon baar bar bhai ko se ka ki ke tak tk wala wale wali "
    "wla wle wli vala vale vali tarikh tareekh tarik number guna hi bhi mein me pe par lakho karod krod mint minat "
    "jan jane jano bje dino aur or ya numbar paise paisa paisey kilo kile paav taarikh".split())

# A bare domain needs an ending that is no word: "theek hai.in logo ko" is a missing space, so .in wants a name of
# five letters or a path, and .me, .us, .to are not taken.
_TLD = r"(?:com|org|net|gov|edu|info|io|biz|xyz|co\.in|co\.uk|gov\.in|nic\.in|ac\.in)"
_IN_SITE = r"[A-Za-z0-9][A-Za-z0-9\-]{4,}\.(?:in|co|app|ai|ly)(?![\p{L}\p{M}\p{N}])"
PATTERN = regex.compile(
    r"(?P<url>(?:https?://|www\.)[^\s<>\"]*[^\s<>\"'.,;:!?)\]}।]"
    r"|[A-Za-z0-9][A-Za-z0-9._%+\-]*@[A-Za-z0-9][A-Za-z0-9.\-]*[A-Za-z0-9]"
    rf"|(?<![\p{{L}}\p{{M}}\p{{N}}])(?:[A-Za-z0-9][A-Za-z0-9\-]*(?:\.[A-Za-z0-9\-]+)*\.{_TLD}(?![\p{{L}}\p{{M}}\p{{N}}])"
    rf"|{_IN_SITE})(?:/[^\s<>\"]*[^\s<>\"'.,;:!?)\]}}।])?)"
    r"|(?P<tag>[@#][\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*)"
    r"|(?P<code>(?<![\p{L}\p{M}\p{N}])(?:(?:[A-Z]{1,6}|[a-z])(?:-[A-Z]{1,4})?-[0-9][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*"
    r"|[0-9]{2,}(?:-[0-9]+)*-[A-Z]{1,5}[0-9]*(?:-[A-Z0-9]+)*)(?![\p{L}\p{M}]))"
    r"|(?P<num>[₹$€£]?(?:[0-9]+|[०-९]+)(?:[.,:/\-][0-9०-९]+)*%?)(?P<suffix>[A-Za-z][A-Za-z0-9]*)?"
    r"|(?P<deva>[\u0904-\u0939\u0958-\u0961\u0972-\u097F][\u0900-\u0963\u0970-\u097F\u1CD0-\u1CFF\u200c\u200d]*)"
    r"|(?P<latin>\p{Latin}[\p{Latin}\p{M}]*(?:['’]\p{Latin}[\p{Latin}\p{M}]*)*(?P<id>[0-9][A-Za-z0-9]*)?)"
    r"|(?P<word>\p{L}[\p{L}\p{M}]*)"
    r"|(?P<emoji>\p{Regional_Indicator}{2}|[#*0-9]\uFE0F?\u20E3"
    r"|\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic}|[\U000E0020-\U000E007F])*)"
    r"|(?P<punct>(?:\.{2,}|[^\s\p{C}])\p{M}*)")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text: kind is latin, deva, num, url, tag, word (another script), emoji or punct."""
    text: str
    start: int
    end: int
    kind: str


def nfc(text: str) -> str:
    """Canonical composition; the nukta letters are decomposed by it (ड़ is two code points in NFC)."""
    return unicodedata.normalize("NFC", text)


def tokenize(text: str) -> list[Token]:
    """Tokens of text in order, offsets in code points of text as given. Total: never raises, loses no visible char."""
    out = []
    for m in PATTERN.finditer(text):
        start, end = m.span()
        kind = m.lastgroup
        if kind == "id":
            kind = "latin"
        if kind == "code":                  # B-204, CMP-140748, MSH-7741-KX: one id, not letters and a number
            kind = "num"
            out.append(Token(text[start:end], start, end, kind))
            continue
        if kind == "suffix" or kind == "num":
            kind = "num"
            suffix = m["suffix"]
            if suffix and suffix.lower() in GLUED_HINDI:
                cut = m.start("suffix")
                out.append(Token(text[start:cut], start, cut, "num"))
                out.append(Token(suffix, cut, end, "latin"))
                continue
        elif kind == "latin" and m["id"]:
            kind = "num"
        out.append(Token(text[start:end], start, end, kind))
    return out
