"""The contract: prompt, schema, serializer, strict parsing."""
import json

import pytest

import contract

EXAMPLE_JSON = ('{"intent":"reschedule_meeting","slots":{"original_time":"कल 2 बजे के बाद","new_time":"Friday 4pm"},'
                '"normalized_text":"भाई कल 2 बजे के बाद meeting को Friday 4pm पर shift कर दो","language_mix":"hinglish",'
                '"script_rules":{"hindi":"devanagari","english":"latin"}}')


def changed(**parts) -> dict:
    return {**json.loads(EXAMPLE_JSON), **parts}


def test_the_serializer_writes_the_example_to_the_letter():
    assert contract.serialize(contract.EXAMPLE_OUTPUT) == EXAMPLE_JSON


def test_key_and_slot_order_do_not_depend_on_the_object():
    shuffled = {k: contract.EXAMPLE_OUTPUT[k] for k in reversed(contract.EXAMPLE_OUTPUT)}
    shuffled["slots"] = dict(reversed(shuffled["slots"].items()))
    assert contract.serialize(shuffled) == EXAMPLE_JSON


def test_the_example_is_a_row_of_the_training_data():
    rows = [json.loads(line) for line in (contract.ROOT / "data" / "train.jsonl").read_text().splitlines()]
    assert any(r["input"] == contract.EXAMPLE_INPUT and r["output"] == contract.EXAMPLE_OUTPUT for r in rows)


def test_schema_file_is_the_schema_of_the_code():
    assert json.loads(contract.SCHEMA_PATH.read_text()) == contract.json_schema()


def test_schema_is_a_valid_draft_2020_12_schema():
    from jsonschema import Draft202012Validator
    Draft202012Validator.check_schema(contract.json_schema())


@pytest.mark.parametrize("parts, word", [
    ({"intent": "dance"}, "dance"), ({"intent": ["block_card"]}, "block_card"), ({"slots": {"colour": "red"}}, "colour"),
    ({"slots": {"new_time": ""}}, "new_time"), ({"slots": {"new_time": 4}}, "new_time"), ({"extra": 1}, "extra"),
    ({"language_mix": "both"}, "language_mix"), ({"script_rules": {"hindi": "latin", "english": "latin"}}, "script_rules"),
    ({"normalized_text": None}, "normalized_text"), ({"slots": {"new_time": "x" * 401}}, "new_time")])
def test_schema_errors_name_what_is_wrong(parts, word):
    errors = contract.schema_errors(changed(**parts))
    assert errors and word in errors[0], errors


def test_per_intent_errors_agree_with_the_published_schema():
    from jsonschema import Draft202012Validator
    whole = Draft202012Validator(contract.json_schema())
    for obj in (changed(), changed(extra=1), changed(slots={"amount": "5"}), changed(intent="clarify", slots={}), [], None):
        assert whole.is_valid(obj) == (not contract.schema_errors(obj)), obj


def test_clarify_needs_its_three_slots():
    assert contract.schema_errors(changed(intent="clarify", slots={"ambiguous_term": "कल"}))


def test_an_answer_stopped_at_the_constant_is_filled_and_no_other_is_touched():
    whole = contract.serialize(contract.EXAMPLE_OUTPUT)
    stopped = whole[:whole.index(contract.FILLED_FROM) + len(contract.FILLED_FROM)]
    assert contract.fill(stopped) == whole and contract.fill(whole) == whole
    assert contract.fill(stopped.removesuffix(contract.FILLED_FROM)) == whole, "a server may drop the stop text"
    for raw in ("", "{", stopped[:-1], whole[:-1], whole + " "):
        assert contract.fill(raw) == raw
    said = contract.serialize({**contract.EXAMPLE_OUTPUT, "normalized_text": 'ok ,"script_rules":'})
    assert said.count(contract.FILLED_FROM) == 1, "what a message says is no end of an answer"


def test_a_slot_that_is_no_span_is_an_error():
    assert "not in normalized_text" in contract.validate(changed(slots={"new_time": "Saturday"}))[0]


@pytest.mark.parametrize("raw", [
    "", "null", "[]", '"x"', "{", '{"a":1}{"a":1}', 'Sure! {"a":1}', '{"a":1} ok', '{"a":1,"a":2}', '{"a":NaN}',
    "```json\n{}\n```", '{"a":' + "[" * 100000, "{'a':1}", '{"a":1,}'])
def test_strict_parsing_refuses(raw):
    with pytest.raises(ValueError):
        contract.parse_strict(raw)


def test_input_cleaning_keeps_letters_and_drops_controls():
    assert contract.clean_input("  kal\x00\u001b ज़रा\nok\t ") == "kal   ज\u093cरा\nok"


def test_the_brief_prompt_is_one_user_turn_with_message_and_draft():
    class Characters:
        def __call__(self, text, **_):
            return {"input_ids": list(text)}

    assert "".join(contract.prompt_ids(Characters(), "kal 2 baje", "brief")) == (
        "<|im_start|>user\nkal 2 baje\n\nDraft: कल 2 बजे<|im_end|>\n<|im_start|>assistant\n")


@pytest.mark.parametrize("version", [v for v in contract.PROMPT_VERSIONS if v != "brief"])
def test_the_constant_part_of_the_prompt_comes_first(version):
    before, after = contract.prompt_parts(version)
    assert contract.INSTRUCTION in before and before.endswith("\n\n") and after.endswith("assistant\n")


def test_the_draft_stands_behind_the_message_and_nowhere_else():
    class Characters:
        def __call__(self, text, **_):
            return {"input_ids": list(text)}

    short, draft = (("".join(contract.prompt_ids(Characters(), "kal 2 baje", v))) for v in ("short", "draft"))
    assert draft == short.replace("kal 2 baje", "kal 2 baje\n\nDraft: कल 2 बजे")


def test_every_intent_says_what_its_slots_mean():
    assert len(contract.INTENTS) == 23
    for intent, (meaning, slots) in contract.INVENTORY.items():
        assert meaning and all(slots.values()), intent
