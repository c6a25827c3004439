"""Guarded decoding: a grammar made for each message masks out every token that cannot continue a right answer.

The grammar is one regular expression in named parts (Lark's notation): the contract's intents, slot names and constants, and for
every text value a pattern of the message. normalized_text is the message token by token: numbers, links, marks and names as
typed, English as typed unless it may be Hindi, Hindi in Devanagari letters of the model's choice. A slot value is a run of these
tokens, in forms that normalize.py lists. So no token can be lost, made up or repeated without end, English beyond doubt cannot become
Devanagari and Hindi beyond doubt cannot stay Latin; which Devanagari letters stand for a word, what is asked and which run fills a slot is the
model's. Transformers in this process and
a vLLM server get the same text; both compile it with llguidance, in a third of the time that the same as JSON Schema
takes. Before it answers in this process, a self-test refuses an installed version that accepts what it must not.

    python guarded.py "kal 2 baje meeting rakh do"     # what each token may become

Reads:  contract.py, normalize.py (its readings of the message)
Writes: nothing
"""
import argparse
import json
import re
from functools import cache
from typing import NamedTuple

import contract
import normalize
import script_rules
from common import Problem, log, run_main

GRAMMAR_VERSION = 5   # raise when another set of answers is let through
SURE_HINDI = 2.0      # margin of lid.py from which a Latin token is Hindi and nothing else: on train, val and dev_extra 3,921 of
                      # 4,153 Roman Hindi tokens are refused by it, and 9 of 2,301 tokens that the gold keeps in Latin
SURE_ENGLISH = 4.0    # the same for English and names, written as typed: 2,003 of those 2,301, and 2 that are Hindi
MAX_SPAN = 16         # tokens of a slot value (the longest of the 350 training rows has 11); half of it in a message of more than
MANY_TOKENS = 80      # MANY_TOKENS, since the pattern of all runs grows with both
READINGS = 5          # of normalize.py's readings of a token, likeliest first, so many are let through
MORE_LETTERS = 3      # a Hindi word may have so many more Devanagari letters than it has typed ones: "kr" is कर, "bhdiya" बढ़िया
LATIN = r"A-Za-zÀ-ÖØ-öø-ɏ"
MARKS = "!#$%&'()*+,-./:;<=>?@[]^_`{|}~₹।…–—’‘“”"
DEVANAGARI = "\u0900-\u097F\u200c\u200d"
BEGINS, FOLLOWS = "\u0904-\u0939\u0950\u0958-\u0961\u0972-\u097F", "\u0900-\u0903\u093A-\u094F\u0951-\u0957\u0962\u0963\u200c\u200d"  # of a word: letters,
# and signs on them; no danda and no digit
# Words of English questions, so that "What time should I ...?" can be asked about any message.
QUESTION_WORDS = frozenset(
    "a about am an and any are at be before by can could date day did do does for from have hour how i in is it many me "
    "minutes month more much my need no not number of on or pm should tell that the there this time to today tomorrow want "
    "was what when where which who whose why will with would yes yesterday you your "
    "book cancel check keep order pay remind schedule send set transfer".split())
LABEL_WORDS = frozenset(w for intent, slots in contract.SLOTS.items() for label in (intent, *slots) for w in label.split("_"))


class Reading(NamedTuple):
    """One message as the script tools see it; read once, since tagging is most of the time of writing a grammar."""
    draft: str
    candidates: list[dict]                       # normalize.py's readings, a token each
    labels: dict[tuple[int, int], script_rules.Labelled]  # by start and end in the cleaned message


def read(text: str) -> Reading:
    """The reading of a cleaned message."""
    draft, candidates = normalize.read(text)
    return Reading(draft, candidates, {(item.start, item.end): item for item in script_rules.label(text)})


def allowed_latin(reading: Reading) -> set[str]:
    """Latin words that a question about the message may hold, as typed: what stands in the message and may be English
    or a name, what normalize.py's draft keeps or reads, and other readings of Devanagari tokens."""
    word = re.compile(f"[{LATIN}]+")
    words = set(word.findall(reading.draft))
    for item in reading.labels.values():
        if item.lang != "hi" or item.margin < SURE_HINDI:
            words.update(word.findall(item.text))
    for candidate in reading.candidates:
        if not word.search(candidate["text"]):
            for form in candidate["readings"][:READINGS]:
                words.update(word.findall(form["text"]))
    return words


class Choices(NamedTuple):
    """What one token of the message may become, and the white space before it."""
    before: str              # a regular expression
    listed: tuple[str, ...]  # the token as typed where that is right, the draft's form, other readings
    free: int                # so many Devanagari letters besides; 0: the listed alone
    gap: int                 # characters that `before` may take
    apart: bool = True       # whether a free letter may have a space before it: "karde" is कर दे

    def longest(self) -> int:
        """Characters that the token may take, the white space before it included."""
        return self.gap + max(max(map(len, self.listed)), 2 * self.free - 1 if self.apart else self.free)


def choices(text: str, reading: Reading | None = None) -> list[Choices]:
    """What each token of a cleaned message may become: a number, link, mark or name itself; English as typed; Hindi in
    Devanagari; what may be either, both."""
    reading = reading or read(text)
    found, end, previous = [], 0, None
    for token in reading.candidates:
        typed, readings = token["text"], [r["text"] for r in token["readings"]]
        margin = reading.labels[token["start"], token["end"]].margin if token["lang"] in ("hi", "en", "name") else None
        before, gap, after = literal(text[end:token["start"]]), token["start"] - end, previous
        end, previous = token["end"], token["lang"]
        if margin is None:
            found.append(Choices(before, (typed,), 0, gap))
            continue
        roman = re.search(f"[{LATIN}]", typed)
        # A Devanagari word may always stay: the gold keeps names, and words that are Hindi as much as English.
        listed = [typed] if not roman or margin < SURE_HINDI else []
        listed += [r for r in readings if (not roman or re.search(f"[{LATIN}]", r) is None or r == readings[0])][:READINGS]
        if roman and margin <= -SURE_ENGLISH:
            listed = [typed, readings[0]]
        may_be_hindi = margin > -SURE_ENGLISH
        if not before and after == "num":
            before, gap = "(?: )?", 1    # 2baje -> 2 बजे, 20%wala -> 20% वाला
        found.append(Choices(before, tuple(dict.fromkeys(listed)), len(typed) + MORE_LETTERS if may_be_hindi else 0, gap))
    return found


def within_limit(tokens: list[Choices]) -> list[Choices]:
    """The tokens with less freedom where the text could outgrow the contract: no space between free letters, then fewer
    letters, then the listed forms alone. Counting characters in the grammar instead is more than llguidance allows a message of
    300 words."""
    def room(letters: int) -> list[Choices]:
        return [token._replace(free=max(token.free - MORE_LETTERS + letters, 0) if token.free else 0, apart=False) for token in tokens]
    tried = [tokens, *map(room, range(MORE_LETTERS, -1, -1)), [token._replace(free=0) for token in tokens]]
    return next((found for found in tried if sum(token.longest() for token in found) <= contract.MAX_TEXT_CHARS), tried[-1])


def literal(text: str) -> str:
    """A regular expression of the text as it stands in a JSON string, in the syntax that Rust and Python share."""
    return "".join(c if c.isalnum() or re.match(f"[{DEVANAGARI}]", c) else _code(c) for c in _quoted(text))


def token_pattern(token: Choices, free: bool) -> str:
    """Regular expression of one token; where it is free also of Devanagari letters."""
    parts = [literal(form) for form in token.listed]
    if free and token.free:
        letter = f"(?: ?[{BEGINS}]|[{FOLLOWS}])" if token.apart else f"[{BEGINS}{FOLLOWS}]"
        parts.append(f"[{BEGINS}]{letter}{{0,{token.free - 1}}}")
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def text_pattern(tokens: list[Choices]) -> str:
    """Regular expression of normalized_text: every token of the message in its place, none lost and none made up."""
    return "".join(token.before + token_pattern(token, True) for token in tokens)


def span_pattern(tokens: list[Choices]) -> str:
    """Regular expression of a slot value: a run of the message's tokens in forms that are listed, within MAX_SLOT_CHARS."""
    longest = MAX_SPAN if len(tokens) <= MANY_TOKENS else MAX_SPAN // 2
    chars = [max(map(len, token.listed)) + token.gap for token in tokens]
    starts = []
    for first in range(len(tokens)):
        n = longest
        while n and sum(chars[first:first + n]) - tokens[first].gap > contract.MAX_SLOT_CHARS:
            n -= 1
        run = ""
        for token in reversed(tokens[first + 1:first + n]):
            run = f"(?:{token.before}{token_pattern(token, False)}{run})?"
        if n:
            starts.append(token_pattern(tokens[first], False) + run)
    return f"(?:{'|'.join(starts)})" if starts else f"[{DEVANAGARI}]"


def word_pattern(words: set[str]) -> str:
    """Regular expression of one of the words; one that stands in both cases once, since compiling these is much of a grammar's cost."""
    both = {w for w in words if capital(w) != w and capital(w) in words}
    once = words - {capital(w) for w in both}
    return "|".join(f"[{w[0]}{w[0].upper()}]{w[1:]}" if w in both else w for w in sorted(once))


def capital(word: str) -> str:
    """The word with a capital at its start and nothing else changed (ß has none of its own)."""
    first = word[:1].upper()
    return first + word[1:] if len(first) == 1 else word


def between_pattern(text: str) -> str:
    """Regular expression of what parts the words of a question: Devanagari, digits, marks and the other signs of the
    message; no more white space in a row than the message has."""
    others = {c for c in text if not c.isspace() and not re.match(f"[{LATIN}{DEVANAGARI}0-9]", c)} | set(MARKS)
    spaces = {c for c in text if c.isspace()} | {" "}
    longest = max((len(run) for run in re.findall(r"\s+", text)), default=1)
    sign, space = _one_of(others, DEVANAGARI + "0-9"), _one_of(spaces) + (f"{{1,{longest}}}" if longest > 1 else "")
    return f"(?:(?:(?:{space})?{sign})+(?:{space})?|{space})"


def length_pattern(most: int) -> str:
    """Regular expression of any string's JSON with one character to so many; an escaped one is one."""
    return r"(?s:(?:\\.|[^\\]){1,%d})" % most


def _quoted(text: str) -> str:
    """The text as it stands in a JSON string of contract.serialize."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _code(char: str) -> str:
    return char if char.isalnum() else f"\\U{ord(char):08X}" if ord(char) > 0xFFFF else f"\\u{ord(char):04X}"


def _one_of(chars: set[str], ranges: str = "") -> str:
    """Regular expression of one of the characters as it stands in a JSON string, or one of the ranges."""
    plain = f"[{ranges}{''.join(_code(c) for c in sorted(chars) if _quoted(c) == c)}]"
    return "(?:" + "|".join([plain, *(literal(c) for c in sorted(chars) if _quoted(c) != c)]) + ")"


def said(text: str) -> str:
    """The text itself in Lark's notation."""
    return json.dumps(text, ensure_ascii=False)


@cache
def fixed_part() -> str:
    """What the grammars of all messages share; VALUE, TEXT, WORD and BETWEEN are the message's own."""
    lines = ["start: ANSWER"]
    for intent, slots in contract.SLOTS.items():
        pairs = [f"S_{name.upper()}" for name in slots]
        if intent == "clarify":     # all of its slots; else any of them, in the contract's order
            inside = ' "," '.join(pairs)
        else:
            inside = "(" + " | ".join(" ".join([pair, *(f'("," {later})?' for later in pairs[i + 1:])]) for i, pair in enumerate(pairs)) + ")?"
        lines.append(f"I_{intent.upper()}: " + said('"%s","slots":{' % intent) + (f" {inside}" if pairs else ""))
    kinds = {"requested_intent": "REQUESTED", "question": "QUESTION"}
    assert set(kinds) == set(contract.NON_SPAN_SLOTS), "a slot that is no span needs a pattern of its own"
    for name in sorted({name for slots in contract.SLOTS.values() for name in slots}):
        lines.append(f"S_{name.upper()}: " + said('"%s":"' % name) + f" {kinds.get(name, 'VALUE')} " + said('"'))
    intents = " | ".join(f"I_{intent.upper()}" for intent in contract.SLOTS)
    mixes, rules = " | ".join(map(said, contract.LANGUAGE_MIXES)), json.dumps(contract.SCRIPT_RULES, separators=(",", ":"))
    return "\n".join([
        *lines, "REQUESTED: " + " | ".join(map(said, contract.CLARIFIABLE)),
        f"QUESTION: (BETWEEN? (WORD BETWEEN)* WORD?) & /{length_pattern(contract.MAX_QUESTION_CHARS)}/",
        "ANSWER: " + " ".join([said('{"intent":'), f"({intents})", said('},"normalized_text":"'), "TEXT", said('","language_mix":"'), f"({mixes})",
                               said('","script_rules":' + rules + "}")])])


def message_parts(text: str) -> dict[str, str]:
    """The message's own parts of its grammar: a regular expression by name."""
    text = contract.clean_input(text)
    reading = read(text)
    words, tokens = allowed_latin(reading) | QUESTION_WORDS | LABEL_WORDS, choices(text, reading)
    tail = literal(text[reading.candidates[-1]["end"]:] if reading.candidates else text)     # signs that are no token, as a zero-width space
    return {"VALUE": span_pattern(tokens), "TEXT": text_pattern(within_limit(tokens)) + (f"(?:{tail})?" if tail else ""),
            "WORD": word_pattern(words | {capital(w) for w in words}), "BETWEEN": between_pattern(text)}


def message_grammar(text: str) -> str:
    """Grammar of the answers to one message, in Lark's notation."""
    parts = message_parts(text)
    own = [f"{name}: " + (f"/{pattern}/" if pattern else '""') for name, pattern in parts.items()]
    return "\n".join([fixed_part(), *own])


SELF_TEST_MESSAGE = "bhai kal meeting shift kar de"


def _self_test_answers() -> tuple[str, dict[str, str]]:
    """(an answer that must be accepted, what must be refused by name)."""
    def answer(said: str, slot: str | None = None) -> str:
        return contract.serialize({"intent": "reschedule_meeting", "slots": {} if slot is None else {"new_time": slot},
                                   "normalized_text": said, "language_mix": "hinglish", "script_rules": contract.SCRIPT_RULES})

    good = answer("भाई कल meeting shift कर दो", "कल")
    return good, {
        "Roman Hindi": answer("bhai कल meeting shift कर दो"), "an English word nobody typed": answer("भाई कल call shift कर दो"),
        "words run together": answer("भाई कल meetingshift कर दो"), "Roman Hindi in a slot": answer("भाई कल meeting shift कर दो", "kal"),
        "a text without end": answer("भाई कल meeting shift कर दो" + " कर दो" * 20),
        "a word without end": answer("भाई" + "ई" * 20 + " कल meeting shift कर दो"),
        "a word that became a sign": answer("। कल meeting shift कर दो"), "a word that became a digit": answer("५ कल meeting shift कर दो"),
        "a word that nobody sees": answer("\u200d कल meeting shift कर दो"),
        "a lost word": answer("भाई कल shift कर दो"), "a slot value that is no run of the text": answer("भाई कल meeting shift कर दो", "कल shift"),
        "a run of spaces": answer("भाई   कल meeting shift कर दो"), "an unknown slot": good.replace("new_time", "old_time"),
        "white space between keys": json.dumps(json.loads(good), ensure_ascii=False, indent=4)}


class MessageGrammar:
    """Compiles the grammars of messages for one tokenizer: compact JSON, keys in contract order."""

    def __init__(self, tokenizer, vocab_size: int):
        from llguidance.hf import from_tokenizer
        self.stop = tokenizer.convert_tokens_to_ids(contract.STOP_TOKEN)
        self.tokenizer = from_tokenizer(tokenizer, n_vocab=vocab_size, eos_token=self.stop)
        self._self_test(tokenizer)

    def matcher(self, text: str):
        """A fresh matcher for the answer to one message. Raises Problem where llguidance cannot compile its grammar."""
        import llguidance
        matcher = llguidance.LLMatcher(self.tokenizer, llguidance.grammar_from("grammar", message_grammar(text)))
        if matcher.get_error():
            raise Problem(f"llguidance {llguidance.__version__} cannot compile the grammar: {matcher.get_error()[:200]}")
        return matcher

    def accepts(self, tokenizer, text: str, answer: str) -> bool:
        """Whether the whole answer, followed by the stop token, is in the language of the message's grammar."""
        ids = tokenizer(answer, add_special_tokens=False)["input_ids"]
        matcher = self.matcher(text)
        return matcher.try_consume_tokens(ids) == len(ids) and matcher.is_accepting()

    def _self_test(self, tokenizer) -> None:
        good, refused = _self_test_answers()
        if not self.accepts(tokenizer, SELF_TEST_MESSAGE, good):
            raise Problem("the installed llguidance refuses a valid output; guarded decoding is off limits with it")
        for what, answer in refused.items():
            if self.accepts(tokenizer, SELF_TEST_MESSAGE, answer):
                raise Problem(f"the installed llguidance accepts {what}; guarded decoding is off limits with it")


class GrammarProcessor:
    """Logits processor for transformers' generate: one matcher a row, greedy or not."""

    def __init__(self, grammar: MessageGrammar, texts: list[str]):
        self.grammar = grammar
        self.matchers = [self._matcher(text) for text in texts]
        self.mask = None

    def _matcher(self, text: str):
        """The matcher of one message; None, whose answer is cut at once, where llguidance refuses its grammar."""
        try:
            return self.grammar.matcher(text)
        except Problem as problem:
            log(f"guarded.py: {problem}")
            return None

    def __call__(self, input_ids, scores):
        import numpy as np
        import torch
        import llguidance.numpy as ll
        if self.mask is None:
            self.mask = ll.allocate_token_bitmask(len(self.matchers), scores.shape[1])
        else:
            for i, (matcher, token) in enumerate(zip(self.matchers, input_ids[:, -1].tolist())):
                if matcher is not None and not matcher.is_stopped():
                    matcher.consume_token(token)
                    if matcher.get_error():     # it ran out of what llguidance allows a grammar: the answer is cut here
                        log(f"guarded.py: {matcher.get_error()[:200]}")
                        self.matchers[i] = None
        for i, matcher in enumerate(self.matchers):
            if matcher is None or matcher.is_stopped():  # a finished row is padded by generate; let it choose the stop token
                self.mask[i] = 0
                self.mask[i, self.grammar.stop // 32] = np.int32(np.uint32(1 << (self.grammar.stop % 32)))
            else:
                ll.fill_next_token_bitmask(matcher, self.mask, i)
        allowed = np.unpackbits(self.mask.view(np.uint8), axis=1, bitorder="little")[:, :scores.shape[1]]
        return scores.masked_fill(torch.from_numpy(allowed == 0).to(scores.device), float("-inf"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Show what an answer to a message may hold.", allow_abbrev=False)
    parser.add_argument("text", help="a message")
    text = contract.clean_input(parser.parse_args().text)
    for token in choices(text):
        print(" | ".join(token.listed) + (f" | Devanagari, up to {token.free} letters" if token.free else ""))


if __name__ == "__main__":
    run_main(main)
