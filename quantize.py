"""Write a merged model as W8A8: int8 weights, activations turned to int8 token by token while it serves.

    python quantize.py                       # the shipped adapter -> outputs/adapter/w8a8-cut/
    python quantize.py --kind w8a8           # the vocabulary whole -> outputs/adapter/w8a8/
    python quantize.py --model ADAPTER --kind w8a8-head

The folder is in the compressed-tensors format "int-quantized", which vLLM reads on CPUs (oneDNN) and on CUDA (CUTLASS):
every Linear layer's weight as int8 with one fp32 scale an output row, no calibration. vLLM joins q, k, v and gate, up by
stacking rows, so row scales survive it. The embedding stays as it is. So does the output head but in w8a8-head: there
a head that is tied to the embedding is written out as a layer of its own, and the configuration says so. The vocabulary
is cut by cut_vocabulary.py, rows of the embedding and tokenizer alike, unless it is to stay whole.

Reads:  outputs/<run>/merged/ (made where missing)
Writes: outputs/<run>/w8a8-cut/, w8a8-head/ or w8a8/: weights, config.json, tokenizer, source.json with digests
"""
import argparse
import hashlib
import json
import os
import shutil
from pathlib import Path

import contract
import cut_vocabulary
from common import Problem, log, run_main, sha256_file
from fetch_model import read_source

LAYOUT = 2               # raise when the same weights would be written differently
MIN_SCALE = 1e-12        # scale of an all-zero row
# Folder beside the adapter -> (output head in int8 too, vocabulary cut).
KINDS = {"w8a8-cut": (False, True), "w8a8-head": (True, True), "w8a8": (False, False)}
EMBEDDING, HEAD = "model.embed_tokens.weight", "lm_head.weight"
GENERATION = "generation_config.json"
COPIED = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", GENERATION)


def quantize_rows(weight):
    """(out, in) float -> int8 (out, in) and fp32 scales (out, 1), weight ≈ int8 * scale. Symmetric: ±127, 0 is 0."""
    import torch
    weight = weight.float()
    scale = weight.abs().amax(dim=1, keepdim=True).div(127).clamp(min=MIN_SCALE)
    return weight.div(scale).round().clamp(-127, 127).to(torch.int8), scale


def quantization_config(head: bool) -> dict:
    """What config.json says to vLLM. Its reader takes CompressedTensorsW8A8Int8 for int8 weights by channel and dynamic
    int8 activations by token; `Linear` is part of the class names of its fused layers, the head is matched by name."""
    number = {"num_bits": 8, "type": "int", "symmetric": True}
    group = {"targets": ["Linear"] + ["lm_head"] * head, "output_activations": None,
             "weights": {**number, "strategy": "channel", "dynamic": False},
             "input_activations": {**number, "strategy": "token", "dynamic": True}}
    return {"quant_method": "compressed-tensors", "format": "int-quantized", "quantization_status": "compressed",
            "config_groups": {"group_0": group}, "ignore": [] if head else ["lm_head"], "kv_cache_scheme": None}


def is_layer(name: str, shape: list[int]) -> bool:
    """Whether a tensor is the weight of a Linear layer; norms and biases have one dimension."""
    return name.endswith(".weight") and len(shape) == 2 and name not in (EMBEDDING, HEAD)


def read_object(path: Path) -> dict:
    """A JSON object; raises Problem with the reason where it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise Problem(f"{path} cannot be read ({err})") from None
    if not isinstance(found, dict):
        raise Problem(f"{path} is not an object")
    return found


def read_config(folder: Path) -> dict:
    """config.json of a float model; raises Problem with the reason where it is none."""
    config = read_object(folder / "config.json")
    if "quantization_config" in config:
        raise Problem(f"{folder} is quantized already")
    return config


def quantized_tensors(folder: Path, head: bool, ids: list[int] | None = None) -> dict:
    """Every tensor of the W8A8 folder, rows of embedding and head only for these token ids (None: all). Raises Problem for
    weights that cannot be read or are not finite."""
    from safetensors import SafetensorError, safe_open
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise Problem(f"{folder} has no *.safetensors")
    out, n_layers = {}, 0
    for path in files:
        try:
            with safe_open(path, framework="pt") as handle:
                for name in handle.keys():
                    tensor = handle.get_tensor(name)
                    n_layers += _take(out, name, tensor[ids] if ids and name in (EMBEDDING, HEAD) else tensor, head, path)
        except (SafetensorError, OSError) as err:
            raise Problem(f"{path} cannot be read ({err})") from None
    if not n_layers or EMBEDDING not in out:
        raise Problem(f"{folder} has no {EMBEDDING} or no linear layers: not a decoder of the Qwen2 kind")
    if head and HEAD not in out:  # tied
        out[HEAD], out["lm_head.weight_scale"] = quantize_rows(out[EMBEDDING])
    return out


def _take(out: dict, name: str, tensor, head: bool, path: Path) -> int:
    """Put one tensor, quantized where it is to be, into out; returns 1 for a layer."""
    import torch
    if not tensor.is_floating_point() or not torch.isfinite(tensor).all():
        raise Problem(f"{path}: {name} is not made of finite floats")
    layer = is_layer(name, tensor.shape)
    if layer or (head and name == HEAD):
        out[name], out[f"{name}_scale"] = quantize_rows(tensor)
    else:
        out[name] = tensor
    return int(layer)


def write_w8a8(source: Path, out: Path, checkpoint: str, head: bool = False, cut: bool = False) -> Path:
    """Write the W8A8 copy of a float folder: whole or absent, kept while it is of the same checkpoint and layout."""
    from safetensors.torch import save_file
    tokenizer = cut_vocabulary.read_tokenizer(source) if cut else None
    ids = cut_vocabulary.kept_ids(tokenizer) if cut else None
    made = {"checkpoint": checkpoint, "layout": LAYOUT, "head": head,
            "cut": hashlib.sha256(json.dumps(ids).encode()).hexdigest() if cut else None}
    known = read_source(out)
    if all(known.get(k) == v for k, v in made.items()) and (out / "model.safetensors").exists():
        return out
    config = read_config(source)
    if head:
        config["tie_word_embeddings"] = False
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        save_file(quantized_tensors(source, head, ids), part / "model.safetensors", metadata={"format": "pt"})
        config["quantization_config"] = quantization_config(head)
        for name in COPIED:
            if (source / name).exists():
                shutil.copy(source / name, part / name)
        written = {"config.json": config}
        if cut:
            if (source / GENERATION).exists():
                written[GENERATION] = read_object(source / GENERATION)
            written = {name: cut_vocabulary.renumbered(content, ids) for name, content in written.items()}
            written["tokenizer.json"] = cut_vocabulary.cut_tokenizer(tokenizer, ids)
        for name, content in written.items():
            contract.write_atomic(part / name, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        contract.write_atomic(part / "source.json", json.dumps({
            **made, "quantized_from": str(source.name), "scheme": "int8 weights by row, int8 activations by token",
            "weights_sha256": sha256_file(part / "model.safetensors")}, indent=1) + "\n")
        shutil.rmtree(out, ignore_errors=True)
        os.replace(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return out


def w8a8_folder(checkpoint, kind: str = "w8a8-cut") -> Path:
    """The W8A8 copy of a kind beside an adapter, made where it is missing or of another checkpoint."""
    import engine
    if checkpoint.adapter is None:
        raise Problem(f"{checkpoint.name} is not an adapter folder; its W8A8 copy would have no place of its own")
    return write_w8a8(engine.servable_folder(checkpoint), checkpoint.adapter / kind, checkpoint.digest, *KINDS[kind])


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a merged model with int8 weights and activations.",
                                     allow_abbrev=False)
    parser.add_argument("--model", help="adapter folder (default: the shipped one)")
    parser.add_argument("--kind", default="w8a8-cut", choices=KINDS, help="a folder each: vocabulary cut, the output head in int8 too, or neither")
    args = parser.parse_args()
    import engine
    engine.quiet_transformers()
    out = w8a8_folder(engine.resolve(args.model or engine.default_model()), args.kind)
    log(f"quantize.py: {sum(p.stat().st_size for p in out.iterdir()) / 2**20:.0f} MiB")
    print(out)


if __name__ == "__main__":
    run_main(main)
