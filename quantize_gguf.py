"""Write a merged model as a 4-bit GGUF file for llama.cpp, a peer of the benchmark.

    python quantize_gguf.py                    # the shipped adapter -> outputs/adapter/tuned-q4_0.gguf
    python quantize_gguf.py --model ADAPTER

Tokenizer and architecture are those of the base model's GGUF file; layers become Q4_0, the embedding, which is the output head
too, Q8_0 as in other 4-bit files, norms and biases stay float. The gguf package has no K-quants to write, so Q4_K_M, a little
larger and slower, is not offered.

Reads:  outputs/<run>/merged/ (made where missing), models/*.gguf
Writes: outputs/<run>/tuned-q4_0.gguf
"""
import argparse
import os
from pathlib import Path

import fetch_model
from common import Problem, log, run_main

FILE_NAME = "tuned-q4_0.gguf"
DIGEST_KEY = "tuned.checkpoint"                  # of the adapter, so that a file of another one is written anew
FROM_WRITER = ("GGUF.", "general.architecture", "general.file_type", "general.name", "general.finetune")


def gguf_name(name: str, names) -> str:
    """GGUF's name of a tensor in the architecture's name map; raises Problem for one that the architecture does not have."""
    found = names.get_name(name, try_suffixes=(".weight", ".bias"))
    if found is None:
        raise Problem(f"{name} is no tensor of a Qwen2 model")
    return found


def quantized(name: str, array):
    """(values, type) of one tensor, (out, in) float32."""
    import gguf
    kind = gguf.GGMLQuantizationType
    to = kind.F32 if array.ndim == 1 else kind.Q8_0 if name == "token_embd.weight" else kind.Q4_0
    return gguf.quants.quantize(array, to), to


def written_for(path: Path) -> str | None:
    """Digest of the adapter that a file was made of; None where it cannot be read."""
    import gguf
    try:
        field = gguf.GGUFReader(path).fields.get(DIGEST_KEY)
    except (OSError, ValueError, IndexError, KeyError):
        return None
    return field.contents() if field else None


def write_gguf(merged: Path, base: Path, out: Path, checkpoint: str) -> Path:
    """The merged folder as a GGUF file: whole or absent, kept while it is of the same checkpoint."""
    import gguf
    from safetensors import SafetensorError, safe_open
    if out.exists() and written_for(out) == checkpoint:
        return out
    part = out.with_suffix(".part")
    writer = gguf.GGUFWriter(part, "qwen2")
    try:
        fields = gguf.GGUFReader(base).fields
        names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.QWEN2, fields["qwen2.block_count"].contents())
        for key, field in fields.items():
            if not key.startswith(FROM_WRITER):
                writer.add_key_value(key, field.contents(), field.types[0], field.types[1] if len(field.types) > 1 else None)
        writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_0)
        writer.add_name(f"{merged.parent.name} {checkpoint[:12]}")
        writer.add_string(DIGEST_KEY, checkpoint)
        for path in sorted(merged.glob("*.safetensors")):
            with safe_open(path, framework="pt") as handle:
                for name in handle.keys():
                    as_gguf = gguf_name(name, names)
                    values, kind = quantized(as_gguf, handle.get_tensor(name).float().numpy())
                    writer.add_tensor(as_gguf, values, raw_dtype=kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        os.replace(part, out)
    except (OSError, ValueError, KeyError, SafetensorError) as err:
        raise Problem(f"no GGUF file of {merged}: {err}") from None
    finally:
        part.unlink(missing_ok=True)
    return out


def tuned_gguf(checkpoint) -> Path:
    """The 4-bit file beside an adapter, made where it is missing or of another checkpoint. Raises Problem for a base
    model that no GGUF file is known of: the tokenizer is taken from there."""
    import engine
    if checkpoint.adapter is None:
        raise Problem(f"{checkpoint.name} is not an adapter folder; its GGUF file would have no place of its own")
    source = fetch_model.SOURCES.get(checkpoint.base.name)
    if source is None:
        raise Problem(f"no GGUF file of {checkpoint.base.name} is known, so no tokenizer in that format")
    return write_gguf(engine.servable_folder(checkpoint), fetch_model.get_gguf(source), checkpoint.adapter / FILE_NAME, checkpoint.digest)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a merged model as a 4-bit GGUF file.", allow_abbrev=False)
    parser.add_argument("--model", help="adapter folder (default: the shipped one)")
    args = parser.parse_args()
    import engine
    engine.quiet_transformers()
    out = tuned_gguf(engine.resolve(args.model or engine.default_model()))
    log(f"quantize_gguf.py: {out.stat().st_size / 2**20:.0f} MiB")
    print(out)


if __name__ == "__main__":
    run_main(main)
