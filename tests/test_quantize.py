"""W8A8 folders from tiny random ones; what vLLM makes of a real one is bench_latency.py's to measure."""
import json

import pytest
import torch
from safetensors.torch import load_file, save_file

import quantize
from common import Problem

LAYERS = {"model.layers.0.self_attn.q_proj": (8, 6), "model.layers.0.mlp.down_proj": (6, 12)}


def tensors(tied: bool = True) -> dict:
    torch.manual_seed(3)
    out = {"model.embed_tokens.weight": torch.randn(16, 6).bfloat16(), "model.norm.weight": torch.ones(6).bfloat16(),
           "model.layers.0.self_attn.q_proj.bias": torch.randn(8).bfloat16()}
    out |= {f"{name}.weight": torch.randn(shape).bfloat16() for name, shape in LAYERS.items()}
    if not tied:
        out["lm_head.weight"] = torch.randn(16, 6).bfloat16()
    return out


@pytest.fixture
def folder(tmp_path):
    def make(weights: dict | None = None, **config):
        path = tmp_path / "merged"
        path.mkdir()
        save_file(tensors() if weights is None else weights, path / "model.safetensors")
        (path / "config.json").write_text(json.dumps({"model_type": "qwen2", "tie_word_embeddings": True, **config}))
        (path / "tokenizer.json").write_text("{}")
        return path
    return make


def test_dequantized_weights_are_within_half_a_step(folder, tmp_path):
    source = folder()
    got = load_file(quantize.write_w8a8(source, tmp_path / "w8a8", "digest") / "model.safetensors")
    for name, (rows, _) in LAYERS.items():
        scale = got[f"{name}.weight_scale"]
        assert scale.shape == (rows, 1) and scale.dtype == torch.float32 and got[f"{name}.weight"].dtype == torch.int8
        error = (got[f"{name}.weight"].float() * scale - tensors()[f"{name}.weight"].float()).abs()
        assert (error <= scale * 0.5001).all(), error.max()


def test_everything_else_is_kept_bit_for_bit(folder, tmp_path):
    got = load_file(quantize.write_w8a8(folder(), tmp_path / "w8a8", "digest") / "model.safetensors")
    for name in ("model.embed_tokens.weight", "model.norm.weight", "model.layers.0.self_attn.q_proj.bias"):
        assert torch.equal(got[name], tensors()[name])
    assert "lm_head.weight" not in got, "a tied head stays tied"


def test_the_configuration_is_what_compressed_tensors_reads(folder, tmp_path):
    out = quantize.write_w8a8(folder(), tmp_path / "w8a8", "digest")
    config = json.loads((out / "config.json").read_text())
    q = config["quantization_config"]
    assert (q["quant_method"], q["format"], q["ignore"]) == ("compressed-tensors", "int-quantized", ["lm_head"])
    assert config["tie_word_embeddings"] is True and (out / "tokenizer.json").exists()
    from compressed_tensors.quantization import QuantizationArgs
    group = q["config_groups"]["group_0"]
    weights, inputs = (QuantizationArgs.model_validate(group[k]) for k in ("weights", "input_activations"))
    assert (weights.strategy, weights.dynamic, weights.symmetric, weights.num_bits) == ("channel", False, True, 8)
    assert (inputs.strategy, inputs.dynamic, inputs.symmetric, inputs.num_bits) == ("token", True, True, 8)


@pytest.mark.parametrize("tied", [True, False])
def test_a_quantized_head_is_a_layer_of_its_own(folder, tmp_path, tied):
    out = quantize.write_w8a8(folder(tensors(tied)), tmp_path / "w8a8-head", "digest", head=True)
    got, config = load_file(out / "model.safetensors"), json.loads((out / "config.json").read_text())
    head = tensors(tied)["model.embed_tokens.weight" if tied else "lm_head.weight"].float()
    assert ((got["lm_head.weight"].float() * got["lm_head.weight_scale"] - head).abs() <= got["lm_head.weight_scale"] * 0.5001).all()
    assert config["tie_word_embeddings"] is False and "lm_head" in config["quantization_config"]["config_groups"]["group_0"]["targets"]
    assert torch.equal(got["model.embed_tokens.weight"], tensors()["model.embed_tokens.weight"])


def test_an_untied_head_stays_float_unless_asked(folder, tmp_path):
    got = load_file(quantize.write_w8a8(folder(tensors(tied=False)), tmp_path / "w8a8", "digest") / "model.safetensors")
    assert got["lm_head.weight"].dtype == torch.bfloat16 and "lm_head.weight_scale" not in got


def test_a_row_of_zeros_stays_zero():
    q, scale = quantize.quantize_rows(torch.zeros(2, 4))
    assert (q == 0).all() and torch.isfinite(scale).all() and (scale > 0).all()


def test_a_copy_is_reused_until_the_checkpoint_changes(folder, tmp_path):
    source, out = folder(), tmp_path / "w8a8"
    quantize.write_w8a8(source, out, "one")
    (out / "mark").touch()
    quantize.write_w8a8(source, out, "one")
    assert (out / "mark").exists()
    quantize.write_w8a8(source, out, "two")
    assert not (out / "mark").exists() and json.loads((out / "source.json").read_text())["checkpoint"] == "two"


@pytest.mark.parametrize("break_it, words", [
    (lambda p: (p / "model.safetensors").write_bytes(b"\x00" * 40), "cannot be read"),
    (lambda p: (p / "model.safetensors").unlink(), "no \\*.safetensors"),
    (lambda p: (p / "config.json").write_text("[1"), "config.json"),
    (lambda p: (p / "config.json").write_text("[]"), "not an object"),
    (lambda p: (p / "config.json").write_text('{"quantization_config": {}}'), "quantized already"),
    (lambda p: save_file({"x.weight": torch.ones(2, 2)}, p / "model.safetensors"), "Qwen2 kind"),
    (lambda p: save_file({**tensors(), "a.weight": torch.full((2, 2), float("nan"))}, p / "model.safetensors"), "finite")])
def test_a_hostile_folder_is_a_problem_and_leaves_nothing(folder, tmp_path, break_it, words):
    source = folder()
    break_it(source)
    with pytest.raises(Problem, match=words):
        quantize.write_w8a8(source, tmp_path / "w8a8", "digest")
    assert [p.name for p in tmp_path.iterdir()] == ["merged"]
