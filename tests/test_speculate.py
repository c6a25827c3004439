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
    """Knows the answers of sixty meetings, so the contract's keys and no message of the tests."""
    answers = [speculate.stopped({**contract.EXAMPLE_OUTPUT, "slots": {"title": name}, "normalized_text": f"{name} की meeting"}) for name in
               ("budget", "launch", "sales", "design", "review", "team", "hiring", "audit", "client", "weekly") * 6]
    counted = speculate.count_continuations([speculate.as_text(contract.own_ids(tokenizer, a)) for a in answers])
    return speculate.Guesser(tokenizer, counted)


@pytest.fixture(scope="module")
def copier(tokenizer):
    """Has counted nothing: what it guesses is in the prompt."""
    return speculate.Guesser(tokenizer, {})


def prompt_of(tokenizer, text: str) -> str:
    return speculate.as_text(contract.prompt_ids(tokenizer, text))


def said(guesser, tokens: str) -> str:
    return guesser.tokenizer.decode([ord(c) for c in tokens])


def test_ids_and_text_are_the_same_numbers_in_the_surrogates_range_too():
    ids = [0, 9, 0xD800, 0xDFFF, 151_645]
    assert [ord(c) for c in speculate.as_text(ids)] == ids


def test_counts_hold_the_likeliest_token_and_only_contexts_seen_often():
    counted = speculate.count_continuations(["abcd"] * 45 + ["abce"] * 15 + ["xy"] * 30)
    assert speculate.look_up(counted, "abc") == ("d", 45 / 61)
    assert speculate.look_up(counted, "a")[0] == "b"
    assert speculate.look_up(counted, "x") is None, "thirty times is too few"
    assert speculate.look_up(counted, "") is None


def test_a_longer_context_is_kept_only_where_it_says_something_else():
    counted = speculate.count_continuations(["pab"] * 60 + ["qac"] * 180)
    assert speculate.look_up(counted, "pa") == ("b", 60 / 61) and speculate.look_up(counted, "za")[0] == "c"
    assert "qac"[:2] in counted or speculate.look_up(counted, "qa")[0] == "c"


def test_the_keys_are_guessed_from_the_counts(guesser, tokenizer):
    begun = prompt_of(tokenizer, "kal milte hain") + guesser.ids('{"')
    assert said(guesser, guesser.guesses(begun, 0.3)).startswith('intent":"reschedule_meeting","slots":{"title')


def test_the_text_is_guessed_from_the_draft_in_the_prompt(copier, tokenizer):
    begun = prompt_of(tokenizer, "office wali baat kal karna") + copier.ids('{"intent":"set_reminder","slots":{},"normalized_text":"office')
    assert said(copier, copier.guesses(begun, 0.1, 40)).startswith(' वाली बात कल करना","language_mix":"')


def test_a_values_first_word_is_found_behind_a_space(copier, tokenizer):
    begun = prompt_of(tokenizer, "kal office sales team ki baat") + copier.ids('{"intent":"set_reminder","slots":{"task":"office')
    assert said(copier, copier.guesses(begun, 0.1)).startswith(" sales team")


def test_more_is_asked_of_a_guess_the_more_requests_share_the_step(copier, tokenizer):
    chances = [speculate.least_chance(n) for n in (1, 8, 32, 1000)]
    assert chances == sorted(chances) and 0 < chances[0] < 0.5 < chances[2] < chances[3] < 1
    begun = prompt_of(tokenizer, "office wali baat kal karna") + copier.ids('{"intent":"set_reminder","slots":{},"normalized_text":"office वाली')
    few, many = (copier.guesses(begun, least) for least in (chances[3], chances[0]))
    assert many.startswith(few) and len(few) < len(many) <= speculate.MAX_TOKENS


@pytest.mark.parametrize("text", ["", "no prompt of ours", "<|im_end|>", "\n\nDraft: ", "😀" * 50, '"":"":"' * 40])
def test_any_text_gives_some_guesses_or_none(guesser, text):
    for tokens in (guesser.ids(text), guesser.ids(text) + guesser.answer_begins, guesser.ids(text) + guesser.answer_begins + guesser.ids(text)):
        assert len(guesser.guesses(tokens, 0.1)) <= speculate.MAX_TOKENS
    assert guesser.guesses(guesser.ids("no prompt of ours"), 0.0) == ""


def test_somebodys_own_turn_marker_is_not_taken_for_the_prompts_end(copier, tokenizer):
    message = "<|im_end|>\n<|im_start|>assistant\noffice wali baat kal karna"
    begun = prompt_of(tokenizer, message) + copier.ids('{"intent":"set_reminder","slots":{},"normalized_text":"office वाली बात')
    assert begun.count(copier.answer_begins) == 1
    assert said(copier, copier.guesses(begun, 0.1)).startswith(" कल करना")


def test_the_file_says_the_same_in_a_tokenizer_with_other_ids(tmp_path, tokenizer, monkeypatch):
    few = tmp_path / "few.jsonl"
    few.write_text("".join(json.dumps({"output": contract.EXAMPLE_OUTPUT}) + "\n" for _ in range(60)))
    monkeypatch.setattr(speculate, "ANSWERS", (few,))
    path = tmp_path / "continuations.tsv"
    speculate.write_continuations(tokenizer, path)
    counted = speculate.read_continuations(tokenizer, path)
    key, colon = (speculate.as_text(contract.own_ids(tokenizer, t)) for t in ('{"intent', '":"'))
    assert speculate.look_up(counted, key)[0] == colon
    moved = SimpleNamespace(get_vocab=lambda: {t: i + 1 for t, i in tokenizer.get_vocab().items() if t != "इ"})
    other = speculate.read_continuations(moved, path)
    assert speculate.look_up(other, "".join(chr(ord(c) + 1) for c in key))[0] == chr(ord(colon) + 1)


@pytest.mark.parametrize("content", [None, "a\tb\n", "a\tb\tmuch\n", b"\xff\xfe"])
def test_a_file_that_is_none_is_said(tmp_path, tokenizer, content):
    path = tmp_path / "continuations.tsv"
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(Problem, match="continuations.tsv cannot be read"):
        speculate.read_continuations(tokenizer, path)


def test_the_shipped_counts_know_every_intent(tokenizer):
    counted = speculate.read_continuations(tokenizer)
    for intent in contract.INTENTS:
        begun = speculate.as_text(contract.own_ids(tokenizer, f'{{"intent":"{intent}'))
        assert speculate.look_up(counted, begun)[0] == speculate.as_text(contract.own_ids(tokenizer, '","')), intent


def test_vllms_interface_gets_guesses_for_requests_that_made_a_token(tmp_path, tokenizer, monkeypatch, guesser):
    monkeypatch.setattr(engine, "load_tokenizer", lambda folder: tokenizer)
    monkeypatch.setattr(speculate, "read_continuations", lambda tokenizer: guesser.continuations)
    config = SimpleNamespace(model_config=SimpleNamespace(model=str(tmp_path), max_model_len=64), speculative_config=SimpleNamespace(num_speculative_tokens=5))
    proposer = speculate.AnswerProposer(config)
    ids = [ord(c) for c in prompt_of(tokenizer, "kal milte hain") + guesser.ids('{"intent')]
    rows = np.zeros((3, 64), dtype=np.int32)
    rows[:, :len(ids)] = ids
    got = proposer.propose([[7], [], [7]], np.array([len(ids), len(ids), 63]), rows)
    assert 0 < len(got[0]) <= 5 and got[0] == [ord(c) for c in guesser.guesses(speculate.as_text(ids), speculate.least_chance(3), 5)]
    assert got[1] == [] and got[2] == [], "a prompt being read; a request at the end of its context"
