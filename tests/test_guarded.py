"""The pattern that a message puts on its answer's text values, as a regular expression alone."""
import re

import pytest

import contract
import guarded


def matches(message: str, said: str) -> bool:
    text = contract.clean_input(message)
    return re.fullmatch(guarded.text_pattern(guarded.allowed_latin(text), text), said) is not None


MESSAGE = "bhai kal 2 baje ki मीटिंग shift kar de, link https://a.in/x"


@pytest.mark.parametrize("said", [
    "भाई कल 2 बजे की meeting shift कर दो, link https://a.in/x",
    "meeting", "कल", "", "2 बजे", "shift", "कल shift", "link",
])
def test_what_the_message_holds_may_be_said(said):
    assert matches(MESSAGE, said)


@pytest.mark.parametrize("said", [
    "कल call",              # English that nobody typed
    "meetingshift",         # words run together
    "shifts", "shif",       # a word made longer or shorter
    "कल  2",                # more white space than the message has
    "कल\n2",                # another kind of white space
    "कल \"2\"", "कल\\",     # signs that would need escapes and are not in the message
    "Кал",                  # another script
])
def test_what_it_does_not_hold_may_not(said):
    assert not matches(MESSAGE, said)


def test_hindi_beyond_doubt_may_not_stay_in_latin_letters():
    assert not matches("bhai kal 2 baje meeting shift kar de", "kal meeting")
    assert matches("the main issue is ki OTP nahi aata", "the main issue is कि OTP नहीं आता")


def test_signs_of_the_message_may_be_said_and_others_not():
    assert matches("ok {\"a\"}", "ok {\"a\"}")
    assert not matches("ok", "ok \"")


def test_an_empty_message_and_one_without_words_have_a_pattern():
    for message in ("", "123", "...", "  "):
        assert matches(message, contract.clean_input(message))


def test_a_long_message_bounds_the_answer():
    assert guarded.max_text_chars("") == 20
    assert guarded.max_text_chars("x" * 10_000) == contract.MAX_TEXT_CHARS


def test_the_schema_is_one_that_jsonschema_reads_and_the_gold_keeps():
    from jsonschema import Draft202012Validator
    schema = guarded.message_schema(contract.EXAMPLE_INPUT)
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    assert check.is_valid(contract.EXAMPLE_OUTPUT)
    assert not check.is_valid({**contract.EXAMPLE_OUTPUT, "normalized_text": contract.EXAMPLE_INPUT})
    assert not check.is_valid({**contract.EXAMPLE_OUTPUT, "slots": {"new_time": "x" * 500}})


def test_a_question_may_use_question_words_and_capitals():
    schema = guarded.message_schema("remind me to call mom in the evening")
    pattern = schema["$defs"]["question"]["pattern"]
    assert re.fullmatch(pattern, "What time should I remind you to call mom?")
    assert not re.fullmatch(pattern, "Wot taim?")
