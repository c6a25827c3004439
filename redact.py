"""Take personal data out of text before it is logged: typed tags in place of numbers, addresses and names.

    echo "मुझसे ९८११०४७२६३ पर संपर्क करें" | python redact.py                      # मुझसे [PHONE_NUMBER] पर संपर्क करें
    tail -f service.log | python redact.py --pseudonyms --key-file log.key   # [NAME_1a2b], the same for the same name
    python redact.py --tags                                                  # what is taken out
    python redact.py --measure                                               # recall and precision, labelled cases

Reads:  standard input, line by line, any bytes; the word lists in data/; the key's file or REDACT_KEY for --pseudonyms
Writes: standard output, one line for each line; outputs/redact.json with --measure

redact(text) is the same for a program. What it cannot see it leaves: a name that no list has and no phrase announces.
"""
import argparse
import hmac
import os
import sys
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import regex

from common import Problem, run_main

TAGS = {
    "PHONE_NUMBER": "mobile and landline numbers",
    "EMAIL_ADDRESS": "e-mail addresses, spelled out ones (x at y dot com) too",
    "CARD_NUMBER": "credit and debit card numbers: right check digit (Luhn), or the word card beside them",
    "AADHAAR": "Aadhaar numbers: right check digit (Verhoeff), or the word Aadhaar beside them",
    "PAN": "permanent account numbers of the tax office",
    "PASSPORT": "passport numbers, beside a word that says so",
    "VOTER_ID": "voter id (EPIC) numbers",
    "VEHICLE": "vehicle registration numbers",
    "GSTIN": "GST registration numbers",
    "UPI_ID": "UPI addresses (name@bank)",
    "IFSC": "codes of bank branches",
    "ACCOUNT_NUMBER": "bank account numbers, beside a word that says so",
    "OTP": "one-time passwords, PINs and CVVs, beside a word that says so",
    "DATE_OF_BIRTH": "dates of birth, beside a word that says so",
    "NAME": "names of persons",
}
KEY_VARIABLE = "REDACT_KEY"
MIN_KEY_BYTES = 16       # 128 bits; a short key lets anyone try all phone numbers
PSEUDONYM_DIGITS = 4     # of hexadecimal: 65,536 a type, enough to follow a conversation; two people may share one
BARRIER = "\ufffc"       # stands for a tag that is in the text already
# Everything but plain printable ASCII, and three writings of characters that logs hold: \u0967, %40 and tags.
_TAG = rf"\[(?:{'|'.join(TAGS)})(?:_[0-9a-f]{{{PSEUDONYM_DIGITS}}})?\]"
_SPECIAL = regex.compile(rf"(?P<tag>{_TAG})|\\u(?P<code>[0-9a-fA-F]{{4}})|%(?P<hex>40|20|2[BbDd])|[^ -~]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of personal data: offsets in code points of the text as given, and its tag."""
    start: int
    end: int
    tag: str


@lru_cache(maxsize=4096)
def plain(char: str) -> str:
    """What the recognizers see for a character: ASCII digits, spaces and hyphens, nothing for what is invisible."""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category[0] == "Z" or char in "\t\n\r":
        return " "
    if category == "Pd" or char == "\u2212":
        return "-"
    if category[0] == "C" or char in "\ufe0e\ufe0f\u20e3":   # controls, undecodable bytes, the frame of a keycap
        return ""
    simple = unicodedata.normalize("NFKC", char)
    return simple if len(simple) == 1 or "\u0900" <= char <= "\u097f" else char


def view(text: str) -> tuple[str, list[int] | None, list[int] | None]:
    """Text for the recognizers, and the start and end of each of its characters in the original (None: the same)."""
    if not _SPECIAL.search(text):
        return text, None, None
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for m in _SPECIAL.finditer(text):
        out.append(text[at:m.start()])
        starts.extend(range(at, m.start()))
        ends.extend(range(at + 1, m.start() + 1))
        code = m["code"] or m["hex"]
        new = BARRIER if m["tag"] else plain(chr(int(code, 16)) if code else m.group())
        out.append(new)
        starts.extend([m.start()] * len(new))
        ends.extend([m.end()] * len(new))
        at = m.end()
    out.append(text[at:])
    starts.extend(range(at, len(text)))
    ends.extend(range(at + 1, len(text) + 1))
    return "".join(out), starts, ends


def resolve(candidates: list) -> list[Span]:
    """Spans without overlaps that cover every candidate; of those that overlap the longest, then the best, names it."""
    out: list[Span] = []
    best: tuple[int, float] = (0, 0.0)
    for c in sorted(candidates, key=lambda c: c.start):
        rank = (c.end - c.start, c.score)
        if not out or c.start >= out[-1].end:
            out.append(Span(c.start, c.end, c.tag))
            best = rank
        else:
            out[-1] = Span(out[-1].start, max(out[-1].end, c.end), c.tag if rank > best else out[-1].tag)
            best = max(rank, best)
    return out


def find(text: str) -> list[Span]:
    """Personal data in a text, in order, without overlaps. Total: any string, lone surrogates included."""
    # Two seconds of imports that --tags and --help need not wait for.
    from redact_names import find_names
    from redact_patterns import STRONG, Candidate, candidates
    seen, starts, ends = view(text)
    found = candidates(seen) + [Candidate(start, end, "NAME", STRONG) for start, end in find_names(seen)]
    spans = resolve(found)
    if starts is None:
        return spans
    return [Span(starts[s.start], ends[s.end - 1], s.tag) for s in spans]


def canonical(tag: str, value: str) -> str:
    """A value without the accidents of writing: separators, case, digit script, a phone's country code."""
    seen = view(value)[0].casefold()
    if tag == "NAME":
        return " ".join(seen.split())
    seen = regex.sub(r"[\s\-._/()+]", "", seen) if "@" not in seen else regex.sub(r"\s", "", seen)
    return seen[-10:] if tag == "PHONE_NUMBER" else seen


def pseudonym(tag: str, value: str, key: bytes) -> str:
    """A tag that is the same for the same value under the same key, and says nothing without it (HMAC-SHA256)."""
    digest = hmac.new(key, f"{tag}\0{canonical(tag, value)}".encode("utf-8", "surrogateescape"), "sha256").hexdigest()
    return f"[{tag}_{digest[:PSEUDONYM_DIGITS]}]"


def redact(text: str, key: bytes | None = None) -> str:
    """Text with every find replaced by its tag, or by its pseudonym where there is a key."""
    out, at = [], 0
    for span in find(text):
        value = text[span.start:span.end]
        out += [text[at:span.start], pseudonym(span.tag, value, key) if key else f"[{span.tag}]"]
        at = span.end
    return "".join(out) + text[at:]


def redact_bytes(line: bytes, key: bytes | None = None) -> bytes:
    """A line of bytes, redacted; bytes that are not UTF-8 come back as they were, unless they are inside a find."""
    return redact(line.decode("utf-8", "surrogateescape"), key).encode("utf-8", "surrogateescape")


def read_key(path: str | None) -> bytes:
    """The key of a log from its file or the environment. Raises Problem where there is none or it is too short."""
    if path:
        try:
            key, source = Path(path).read_bytes().strip(), path
        except OSError as err:
            raise Problem(f"{path}: {err.strerror}") from None
    else:
        key, source = os.environ.get(KEY_VARIABLE, "").encode("utf-8", "surrogateescape").strip(), KEY_VARIABLE
    if not key:
        raise Problem(f"--pseudonyms needs a key: --key-file FILE or the variable {KEY_VARIABLE} "
                      '(one is made by python -c "import secrets; print(secrets.token_hex())")')
    if len(key) < MIN_KEY_BYTES:
        raise Problem(f"{source}: the key has {len(key)} bytes, fewer than {MIN_KEY_BYTES}")
    return key


def filter_lines(key: bytes | None) -> None:
    """Standard input to standard output; each line is out before the next one is waited for."""
    for raw in sys.stdin.buffer:
        ending = b"\n" if raw.endswith(b"\n") else b""
        sys.stdout.buffer.write(redact_bytes(raw.removesuffix(b"\n"), key) + ending)
        sys.stdout.buffer.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description="Takes personal data out of the lines of standard input.")
    parser.add_argument("--tags", action="store_true", help="print the table of tags and stop")
    parser.add_argument("--measure", action="store_true", help="measure on data/redact_cases.jsonl and stop")
    parser.add_argument("--pseudonyms", action="store_true",
                        help=f"[NAME_1a2b], by the key from --key-file or {KEY_VARIABLE}")
    parser.add_argument("--key-file", metavar="FILE", help=f"the log's key, at least {MIN_KEY_BYTES} bytes")
    args = parser.parse_args()
    if args.key_file and not args.pseudonyms:
        parser.error("--key-file is for --pseudonyms")
    if args.tags:
        for tag, meaning in TAGS.items():
            print(f"[{tag}]{' ' * (16 - len(tag))}{meaning}")
    elif args.measure:
        from redact_measure import measure
        measure()
    else:
        filter_lines(read_key(args.key_file) if args.pseudonyms else None)


if __name__ == "__main__":
    run_main(main)
