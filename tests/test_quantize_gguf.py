"""GGUF files from tiny random weights, read back with the gguf package; that llama.cpp serves a real one is bench_latency.py's to show."""
from types import SimpleNamespace

import gguf
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

import quantize_gguf
from common import Problem

NAMES = {"model.embed_tokens.weight": ("token_embd.weight", "Q8_0"), "model.norm.weight": ("output_norm.weight", "F32"),
         "model.layers.0.self_attn.q_proj.weight": ("blk.0.attn_q.weight", "Q4_0"), "model.layers.0.self_attn.q_proj.bias": ("blk.0.attn_q.bias", "F32"),
         "model.layers.0.mlp.down_proj.weight": ("blk.0.ffn_down.weight", "Q4_0")}


@pytest.fixture
def base(tmp_path):
    """What a base model's file gives: architecture and tokenizer."""
    writer = gguf.GGUFWriter(tmp_path / "base.gguf", "qwen2")
    writer.add_block_count(1)
    writer.add_token_list(["a", "कल"])
    writer.add_name("the base")
    writer.add_tensor("token_embd.weight", np.zeros((2, 32), dtype=np.float32))
    for write in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file, writer.close):
        write()
    return tmp_path / "base.gguf"


@pytest.fixture
def merged(tmp_path):
    torch.manual_seed(3)
    folder = tmp_path / "run" / "merged"
    folder.mkdir(parents=True)
    weights = {name: torch.randn((64, 32) if name.endswith(".weight") and "norm" not in name else (32,)).bfloat16() for name in NAMES}
    save_file(weights, folder / "model.safetensors")
    return folder, weights


def test_every_tensor_is_there_in_its_type_and_near_its_value(base, merged, tmp_path):
    folder, weights = merged
    reader = gguf.GGUFReader(quantize_gguf.write_gguf(folder, base, tmp_path / "t.gguf", "digest"))
    got = {t.name: t for t in reader.tensors}
    assert {t.name: t.tensor_type.name for t in reader.tensors} == dict(NAMES.values())
    for name, (as_gguf, kind) in NAMES.items():
        values = gguf.quants.dequantize(got[as_gguf].data, got[as_gguf].tensor_type)
        want = weights[name].float().numpy()
        step = {"F32": 1e-6, "Q8_0": np.abs(want).max() / 127, "Q4_0": np.abs(want).max() / 7}[kind]
        assert np.abs(values - want).max() <= step, name


def test_tokenizer_and_architecture_are_the_base_models_the_name_is_not(base, merged, tmp_path):
    fields = gguf.GGUFReader(quantize_gguf.write_gguf(merged[0], base, tmp_path / "t.gguf", "digest")).fields
    assert fields["tokenizer.ggml.tokens"].contents() == ["a", "कल"] and fields["general.architecture"].contents() == "qwen2"
    assert fields["general.name"].contents() == "run digest"


def test_a_file_is_kept_for_its_checkpoint_and_written_anew_for_another(base, merged, tmp_path):
    out = quantize_gguf.write_gguf(merged[0], base, tmp_path / "t.gguf", "one")
    first = out.stat().st_mtime_ns
    assert quantize_gguf.write_gguf(merged[0], base, out, "one").stat().st_mtime_ns == first
    quantize_gguf.write_gguf(merged[0], base, out, "two")
    assert quantize_gguf.written_for(out) == "two"


def test_a_torn_file_is_written_anew(base, merged, tmp_path):
    out = tmp_path / "t.gguf"
    out.write_bytes(b"GGUF half")
    assert quantize_gguf.written_for(quantize_gguf.write_gguf(merged[0], base, out, "one")) == "one"


def test_foreign_weights_and_a_base_that_is_no_gguf_are_a_problem_and_leave_nothing(base, merged, tmp_path):
    folder, _ = merged
    save_file({"vision.patch.weight": torch.zeros(4, 4)}, folder / "other.safetensors")
    with pytest.raises(Problem, match="vision.patch.weight"):
        quantize_gguf.write_gguf(folder, base, tmp_path / "t.gguf", "digest")
    base.write_bytes(b"no GGUF at all")
    with pytest.raises(Problem, match="no GGUF file of"):
        quantize_gguf.write_gguf(folder, base, tmp_path / "t.gguf", "digest")
    assert not list(tmp_path.glob("t.*"))


def test_a_base_without_a_known_file_and_a_model_without_an_adapter_are_problems(tmp_path):
    with pytest.raises(Problem, match="no GGUF file of elsewhere"):
        quantize_gguf.tuned_gguf(SimpleNamespace(name="a", adapter=tmp_path, base=tmp_path / "elsewhere", digest="d"))
    with pytest.raises(Problem, match="not an adapter folder"):
        quantize_gguf.tuned_gguf(SimpleNamespace(name="merged", adapter=None, base=tmp_path, digest="d"))
