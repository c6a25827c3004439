"""speculate.py: what is counted, what is guessed, and what vLLM's interface gets. The tokenizer is the base model's own."""
import json
from types import SimpleNamespace

import numpy as np
import pytest

import contract
import engine
import speculate
from common import Problem


@pytest.fixture(scope="module")
def tokenizer():
    return engine.load_tokenizer(engine.resolve("qwen2.5-coder-0.5b-instruct").base)


@pytest.fixture
def guesser(tokenizer):
    """Knows the answers of twenty meetings, so the contract's keys and no message of the tests."""
    answers = [speculate.stopped({**contract.EXAMPLE_OUTPUT, "slots": {"title": name}, "normalized_text": f"{name} की meeting"}) for name in
               ("budget", "launch", "sales", "design", "review", "team", "hiring", "audit", "client", "weekly") * 2]
    counted = speculate.count_continuations([speculate.as_text(contract.own_ids(tokenizer, a)) for a in answers])
    return speculate.Guesser(tokenizer, counted)


def prompt_of(tokenizer, text: str) -> str:
    return speculate.as_text(contract.prompt_ids(tokenizer, text))


def said(guesser, tokens: str) -> str:
    return guesser.tokenizer.decode([ord(c) for c in tokens])


def test_ids_and_text_are_the_same_numbers_in_the_surrogates_range_too():
    ids = [0, 9, 0xD800, 0xDFFF, 151_645]
    assert [ord(c) for c in speculate.as_text(ids)] == ids


def test_counts_hold_the_likeliest_token_and_only_contexts_seen_often():
    counted = speculate.count_continuations(["abcd"] * 15 + ["abce"] * 5 + ["xy"] * 3)
    assert speculate.look_up(counted, "abc") == ("d", 15 / 21)
    assert speculate.look_up(counted, "a")[0] == "b"
    assert speculate.look_up(counted, "x") is None, "three times is too few"
    assert speculate.look_up(counted, "") is None


def test_a_longer_context_is_kept_only_where_it_says_something_else():
    counted = speculate.count_continuations(["pab"] * 20 + ["qac"] * 60)
    assert speculate.look_up(counted, "pa") == ("b", 20 / 21) and speculate.look_up(counted, "za")[0] == "c"
    assert "qac"[:2] in counted or speculate.look_up(counted, "qa")[0] == "c"


def test_the_keys_are_guessed_from_the_counts(guesser, tokenizer):
    begun = prompt_of(tokenizer, "kal milte hain") + guesser.ids('{"')
    assert said(guesser, guesser.guesses(begun, 0.3)).startswith('intent":"reschedule_meeting","slots":{"title')


def test_the_text_is_guessed_from_the_draft_in_the_prompt(guesser, tokenizer):
    begun = prompt_of(tokenizer, "office wali baat kal karna") + guesser.ids('{"intent":"set_reminder","slots":{},"normalized_text":"office')
    assert said(guesser, guesser.guesses(begun, 0.1, 40)).startswith(' वाली बात कल करना","language_mix":"')


def test_a_values_first_word_is_found_behind_a_space(guesser, tokenizer):
    begun = prompt_of(tokenizer, "kal office sales team ki baat") + guesser.ids('{"intent":"set_reminder","slots":{"task":"office')
    assert said(guesser, guesser.guesses(begun, 0.1)).startswith(" sales team")


def test_more_is_asked_of_a_guess_the_more_requests_share_the_step(guesser, tokenizer):
    chances = [speculate.least_chance(n) for n in (1, 8, 32, 1000)]
    assert chances == sorted(chances) and 0 < chances[0] < 0.5 < chances[2] < chances[3] < 1
    begun = prompt_of(tokenizer, "office wali baat kal karna") + guesser.ids('{"intent":"set_reminder","slots":{},"normalized_text":"office वाली')
    few, many = (guesser.guesses(begun, least) for least in (chances[3], chances[0]))
    assert many.startswith(few) and len(few) < len(many) <= speculate.MAX_TOKENS


@pytest.mark.parametrize("text", ["", "no prompt of ours", "<|im_end|>", "\n\nDraft: ", "😀" * 50, '"":"":"' * 40])
def test_any_text_gives_some_guesses_or_none(guesser, text):
    for tokens in (guesser.ids(text), guesser.ids(text) + guesser.answer_begins, guesser.ids(text) + guesser.answer_begins + guesser.ids(text)):
        assert len(guesser.guesses(tokens, 0.1)) <= speculate.MAX_TOKENS
    assert guesser.guesses(guesser.ids("no prompt of ours"), 0.0) == ""


def test_somebodys_own_turn_marker_is_not_taken_for_the_prompts_end(guesser, tokenizer):
    message = "<|im_end|>\n<|im_start|>assistant\noffice wali baat kal karna"
    begun = prompt_of(tokenizer, message) + guesser.ids('{"intent":"set_reminder","slots":{},"normalized_text":"office वाली बात')
    assert begun.count(guesser.answer_begins) == 1
    assert said(guesser, guesser.guesses(begun, 0.1)).startswith(" कल करना")


def test_the_file_is_made_once_and_again_for_other_answers(tmp_path, tokenizer, monkeypatch):
    few = tmp_path / "few.jsonl"
    few.write_text("".join(json.dumps({"output": contract.EXAMPLE_OUTPUT}) + "\n" for _ in range(20)))
    monkeypatch.setattr(speculate, "ANSWERS", (few,))
    folder = tmp_path / "served"
    folder.mkdir()
    with pytest.raises(Problem, match="has no tokenizer.json"):
        speculate.prepare(folder)
    tokenizer.save_pretrained(folder)
    path = speculate.prepare(folder)
    made = path.stat().st_mtime_ns
    counted = speculate.read_continuations(path)
    assert speculate.look_up(counted, speculate.as_text(contract.own_ids(tokenizer, '{"intent')))[0] == speculate.as_text(contract.own_ids(tokenizer, '":"'))
    assert speculate.prepare(folder).stat().st_mtime_ns == made
    for spoil in (lambda: few.write_text(few.read_text() * 2), lambda: path.write_text("{half a"), lambda: path.write_text('["made"]')):
        spoil()
        again = speculate.read_continuations(speculate.prepare(folder))
        assert again.keys() == counted.keys() and path.stat().st_mtime_ns != made
        made = path.stat().st_mtime_ns


def test_vllms_interface_gets_guesses_for_requests_that_made_a_token(tmp_path, tokenizer, monkeypatch, guesser):
    monkeypatch.setattr(engine, "load_tokenizer", lambda folder: tokenizer)
    monkeypatch.setattr(speculate, "read_continuations", lambda path: guesser.continuations)
    config = SimpleNamespace(model_config=SimpleNamespace(model=str(tmp_path), max_model_len=64), speculative_config=SimpleNamespace(num_speculative_tokens=5))
    proposer = speculate.AnswerProposer(config)
    ids = [ord(c) for c in prompt_of(tokenizer, "kal milte hain") + guesser.ids('{"intent')]
    rows = np.zeros((3, 64), dtype=np.int32)
    rows[:, :len(ids)] = ids
    got = proposer.propose([[7], [], [7]], np.array([len(ids), len(ids), 63]), rows)
    assert 0 < len(got[0]) <= 5 and got[0] == [ord(c) for c in guesser.guesses(speculate.as_text(ids), speculate.least_chance(3), 5)]
    assert got[1] == [] and got[2] == [], "a prompt being read; a request at the end of its context"
