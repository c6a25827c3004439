"""The patterns that a message puts on its answer's text values, as regular expressions alone; what llguidance makes of them is in
test_real_model.py."""
import json
import re

import pytest

import contract
import guarded
import normalize


def fits(pattern: str, value: str) -> bool:
    """Whether the value, as it stands in a JSON string, fits the pattern."""
    return re.fullmatch(pattern, json.dumps(value, ensure_ascii=False)[1:-1]) is not None


def matches(message: str, said: str) -> bool:
    return fits(guarded.message_parts(message)["TEXT"], said)


def is_span(message: str, value: str) -> bool:
    return fits(guarded.span_pattern(guarded.choices(contract.clean_input(message))), value)


def is_question(message: str, value: str) -> bool:
    """Whether words and what is between them make the value; its length is llguidance's to bound."""
    parts = guarded.message_parts(message)
    return fits("(?:{BETWEEN})?(?:(?:{WORD}){BETWEEN})*(?:{WORD})?".format(**parts), value)


MESSAGE = "bhai kal 2baje ki मीटिंग shift kar de, link https://a.in/x"


@pytest.mark.parametrize("said", [
    "भाई कल 2 बजे की meeting shift कर दो, link https://a.in/x",
    "भाइ कल 2 बजे कि मीटिंग shift करदो दे, link https://a.in/x",    # other Hindi in each place
])
def test_the_text_is_every_token_of_the_message_in_its_place(said):
    assert matches(MESSAGE, said)


@pytest.mark.parametrize("said", [
    "भाई कल 2 बजे की meeting शिफ़्ट कर दो, link https://a.in/x",      # English beyond doubt in Devanagari
    "भाई कल 3 बजे की meeting shift कर दो, link https://a.in/x",      # another number
    "भाई कल 2 बजे की meeting shift कर दो, link https://a.in/y",      # another link
    "भाई कल 2 बजे की call shift कर दो, link https://a.in/x",         # English that nobody typed
    "भाई कल 2 बजे की meetingshift कर दो, link https://a.in/x",       # words run together
    "भाई kal 2 बजे की meeting shift कर दो, link https://a.in/x",      # Roman Hindi
    "भाई  कल 2 बजे की meeting shift कर दो, link https://a.in/x",     # more white space than the message has
    "भाई कल 2 बजे की meeting shift कर दो link https://a.in/x",       # a mark lost
    "भाई कल 2 बजे की meeting shift कर दो, link https://a.in/x कर दो",  # a loop
    "भाई कल 2 बजे की meeting",
    "Кал",                                                           # another script
])
def test_nothing_is_lost_made_up_or_in_the_wrong_script(said):
    assert not matches(MESSAGE, said)


@pytest.mark.parametrize("value, right", [
    ("कल 2 बजे", True), ("meeting", True), ("मीटिंग", True), ("https://a.in/x", True), ("shift कर दो", True),
    ("कल बजे", False), ("कल meeting", False), ("कल 3 बजे", False), ("https://a.in", False), ("meet", False), ("kal", False),
    ("काल्ल 2 बजे", False), ("", False), (" कल", False)])
def test_a_slot_value_is_a_run_of_the_messages_tokens(value, right):
    assert is_span(MESSAGE, value) == right


def test_hindi_beyond_doubt_may_not_stay_in_latin_letters():
    assert not matches("bhai kal 2 baje meeting shift kar de", "भाई kal 2 बजे meeting shift कर दो")
    assert matches("the main issue is ki OTP nahi aata", "the main issue is कि OTP नहीं आता")


def test_a_devanagari_word_may_stay_and_may_become_the_english_that_it_spells():
    for said in ("राहुल को meeting", "राहुल को मीटिंग"):
        assert matches("राहुल को मीटिंग", said)


def test_signs_stay_as_typed():
    assert matches('ok {"a"} \\ ₹', 'ok {"a"} \\ ₹')
    assert not matches("ok", 'ok "')


def test_the_pattern_of_a_long_message_stays_small_and_bounds_its_values():
    message = contract.clean_input("kal subah meeting rakh do 5 baje " * 60)[:contract.MAX_INPUT_CHARS]
    assert len(guarded.span_pattern(guarded.choices(message))) < 1_000_000
    assert not is_span("x" * (contract.MAX_SLOT_CHARS + 1) + " kal", "x" * (contract.MAX_SLOT_CHARS + 1))
    assert is_span("x" * (contract.MAX_SLOT_CHARS + 1) + " kal", "कल")


def test_an_empty_message_and_one_without_words_have_a_pattern():
    for message in ("", "123", "...", "  "):
        assert matches(message, contract.clean_input(message))


def test_a_question_may_use_question_words_and_capitals():
    message = "remind me to call mom in the evening"
    assert is_question(message, "What time should I remind you to call mom?")
    assert is_question(message, "what time should i remind you to Call mom?")
    assert not is_question(message, "Wot taim?")


@pytest.mark.parametrize("question, right", [
    ("call kab करूँ?", False), ("कब call करूँ", True), ("कब call", True), ("call", True), ("remind, call?", True), ("remind  call?", False),
    ("remindcall?", False), ("कब ,  call?", False), (" कब?", True), ("कब? ", True), ("callकब?", True)])
def test_words_of_a_question_stand_apart_and_white_space_does_not_pile_up(question, right):
    assert is_question("remind me to call mom in the evening", question) is right


def test_white_space_of_a_message_is_written_as_json_writes_it():
    assert matches("kal 2 baje\nmeeting\t5", "कल 2 बजे\nmeeting\t5")
    assert not re.fullmatch(guarded.message_parts("5\n5")["TEXT"], "5\n5") and re.fullmatch(guarded.message_parts("5\n5")["TEXT"], "5\\n5")
    assert is_question("kab\ncall?", "कब\ncall?")
    assert is_question('call "x" \\', '"कब" \\ call?') and not is_question("call", '"call"?')


@pytest.mark.parametrize("sign", ["५००", "।", "\u200d", "ा", "क५", "क।"])
def test_a_hindi_word_stays_a_word(sign):
    assert not matches("bhai", sign) and matches("bhai", "भाई")


@pytest.mark.parametrize("message, said", [
    ("20%wala offer", "20% वाला offer"), ("kal 🙏 meeting", "कल 🙏 meeting"), ("\u200bkal", "\u200bकल"), ("kal\u200b", "कल\u200b"), ("kal\u200b", "कल"),
    ("karde", "कर दे")])
def test_the_draft_of_odd_messages_fits(message, said):
    assert matches(message, said)


def test_a_slot_value_is_no_longer_than_the_contract_allows_white_space_included():
    far = "kal" + " " * 500 + "milo"
    assert is_span(far, "कल") and is_span(far, "मिलो") and not is_span(far, "कल" + " " * 500 + "मिलो")


def test_a_name_with_a_capital_inside_may_be_asked_about_as_typed_and_at_the_start_of_a_question():
    for question in ("iPhone?", "IPhone?", "Whatsapp call?", "whatsApp call?"):
        assert is_question("iPhone pe whatsApp Whatsapp call", question), question
    assert guarded.capital("ßa") == "ßa" and guarded.capital("") == ""


@pytest.mark.parametrize("words", [40, 490])
def test_a_long_message_leaves_less_room_for_other_hindi(words):
    message = " ".join(["kya"] * words)
    assert matches(message, " ".join(["क्या"] * words))
    assert matches(message, " ".join(["क या"] * words)) is (words == 40)


@pytest.mark.parametrize("unit", ["kya ", "k ", "2baje ", "कल ", "kal, ", "karde\n"])
def test_no_text_outgrows_the_contract(unit):
    message = contract.clean_input(unit * (contract.MAX_INPUT_CHARS // len(unit)))
    tokens = guarded.within_limit(guarded.choices(message))
    assert sum(token.longest() for token in tokens) <= contract.MAX_TEXT_CHARS < sum(token.longest() for token in guarded.choices(message))
    assert matches(message, normalize.draft(message))
