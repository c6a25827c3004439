"""Cutting the vocabulary, on a byte-level BPE trained here from a few lines; the real one is counted by cut_vocabulary.py."""
import json

import pytest
from hypothesis import given, settings, strategies as st
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

import contract
import cut_vocabulary as cut
from common import Problem
from quantize import EMBEDDING

LINES = [contract.serialize(contract.EXAMPLE_OUTPUT), contract.EXAMPLE_INPUT, "meeting को Friday 4pm पर shift कर दो", "会议改到星期五", "встреча в пятницу",
         "self._buffer.getValue()", "<div class=row>", "WhatsApp pe bhej do", "₹500 🙏🙏 ....", "order_id booking_id"] * 4


QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


@pytest.fixture(scope="module")
def whole() -> dict:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(QWEN), "isolated"),
                                                       pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(LINES, trainers.BpeTrainer(
        vocab_size=700, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=["<|endoftext|>", "<|im_end|>"], show_progress=False))
    found = json.loads(tokenizer.to_str())
    for t in found["added_tokens"]:     # as in Qwen's file: added tokens stand behind the vocabulary, not in it
        del found["model"]["vocab"][t["content"]]
    n = len(found["model"]["vocab"])
    found["model"]["vocab"] = {t: i for i, t in enumerate(sorted(found["model"]["vocab"], key=found["model"]["vocab"].get))}
    found["added_tokens"] = [{**t, "id": n + i} for i, t in enumerate(found["added_tokens"])]
    return found


@pytest.fixture(scope="module")
def both(whole):
    ids = cut.kept_ids(whole)
    return ids, *(Tokenizer.from_str(json.dumps(t)) for t in (whole, cut.cut_tokenizer(whole, ids)))


def test_other_scripts_and_code_go_and_what_messages_hold_stays(whole, both):
    ids, before, after = both
    assert len(ids) == after.get_vocab_size() < before.get_vocab_size()
    assert sorted(after.get_vocab().values()) == list(range(len(ids)))
    for text in ("会议改到星期五", "встреча в пятницу", "<div class=row>"):
        assert len(after.encode(text).ids) > len(before.encode(text).ids), text
    assert [after.token_to_id(t) is not None for t in ("<|endoftext|>", "<|im_end|>")] == [True, True]


@pytest.mark.parametrize("text", [LINES[0], LINES[1], LINES[2], "WhatsApp pe bhej do", "₹500 🙏🙏 ....", '"order_id":"ORD-1"', "<|im_end|>"])
def test_a_text_of_kept_tokens_is_written_the_same(both, text):
    ids, before, after = both
    assert [ids[i] for i in after.encode(text).ids] == before.encode(text).ids


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_still_be_said(both, text):
    _, _, after = both
    assert after.decode(after.encode(text).ids, skip_special_tokens=False) == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("token, kept", [
    ("Ġmeeting", True), ("meeting", True), ('"item', True), ("_id", True), ("_buffer", False), (".getValue", False), (".com", True), ("<div", False),
    ('","', True), ("........", True), ("ä¼ļ", False), ("Ä", True), ("\\n", True), ("ĠWhatsApp", True)])
def test_kept_tokens(token, kept):
    assert cut.is_kept(token) is kept


def test_ids_in_configurations_follow():
    got = cut.renumbered({"bos_token_id": 5, "eos_token_id": [7, 5, 6], "pad_token_id": 9, "vocab_size": 12, "hidden_size": 7}, [5, 7, 9])
    assert got == {"bos_token_id": 0, "eos_token_id": [1, 0], "pad_token_id": 2, "vocab_size": 3, "hidden_size": 7}


def test_another_kind_of_tokenizer_is_a_sentence():
    with pytest.raises(Problem, match="no byte-level BPE"):
        cut.kept_ids({"model": {"type": "WordPiece", "vocab": {}}, "added_tokens": []})


def test_added_tokens_stay_wherever_they_stand_and_another_alphabet_is_a_sentence(whole):
    inside = json.loads(json.dumps(whole))
    for t in inside["added_tokens"]:
        inside["model"]["vocab"][t["content"]] = t["id"]
    assert cut.kept_ids(inside) == cut.kept_ids(whole)
    cut.cut_tokenizer(inside, cut.kept_ids(inside))
    with pytest.raises(Problem, match="no byte-level BPE"):
        cut.kept_ids({"model": {"type": "BPE", "vocab": {"▁kal": 0}, "merges": []}, "added_tokens": []})


def test_a_served_folder_holds_the_kept_rows_and_their_numbers(whole, tmp_path):
    import torch
    from safetensors.torch import load_file, save_file

    import quantize
    n = len(whole["model"]["vocab"]) + len(whole["added_tokens"])
    source = tmp_path / "merged"
    source.mkdir()
    weights = {EMBEDDING: torch.randn(n + 8, 4).bfloat16(), "model.layers.0.mlp.down_proj.weight": torch.randn(4, 4).bfloat16()}
    save_file(weights, source / "model.safetensors")     # rows beyond the tokens: a vocabulary is padded
    (source / "config.json").write_text(json.dumps({"vocab_size": n + 8, "eos_token_id": n - 1, "tie_word_embeddings": True}))
    (source / "generation_config.json").write_text(json.dumps({"eos_token_id": [n - 1, n - 2]}))
    (source / "tokenizer.json").write_text(json.dumps(whole))
    ids = cut.kept_ids(whole)
    out = quantize.write_w8a8(source, tmp_path / "w8a8-cut", "digest", cut=True)
    assert torch.equal(load_file(out / "model.safetensors")[EMBEDDING], weights[EMBEDDING][ids])
    config, generation = (json.loads((out / name).read_text()) for name in ("config.json", "generation_config.json"))
    assert config["vocab_size"] == len(ids) and config["eos_token_id"] == len(ids) - 1 and generation["eos_token_id"] == [len(ids) - 1, len(ids) - 2]
    assert Tokenizer.from_file(str(out / "tokenizer.json")).get_vocab_size() == len(ids)
    head = load_file(quantize.write_w8a8(source, tmp_path / "w8a8-head", "digest", head=True, cut=True) / "model.safetensors")
    assert head["lm_head.weight"].shape == (len(ids), 4) and head["lm_head.weight"].dtype == torch.int8
