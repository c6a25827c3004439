"""Average the adapters of two or more rounds of one run of training: often better than any of them, at no cost in serving.

    python average_adapters.py outputs/adapter outputs/round_h --out outputs/averaged

Made for rounds that started from one another, so that rank, base and prompt agree and the weights lie near together. The loss
on val of each and of the average goes into run.json, so the choice can be seen; the last folder's run.json is the rest of it.

Reads:  adapter folders (adapter_model.safetensors, adapter_config.json, run.json, loss.json), data/val.jsonl, the base model
Writes: OUT/: adapter_model.safetensors (bf16), adapter_config.json, run.json, loss.json, loss.png, README.md
"""
import argparse
import json
import shutil
from pathlib import Path

import contract
from common import ROOT, Problem, log, run_main, sha256_file
from train_card import plot_loss, render_model_card

AGREE = ("base_model", "base_weights_sha256", "prompt_sha256", "key_order", "lora_rank", "lora_alpha")
WEIGHTS = "adapter_model.safetensors"


def read_run(folder: Path) -> dict:
    """run.json of an adapter folder. Raises Problem where it is none."""
    try:
        return {**json.loads((folder / "run.json").read_text(encoding="utf-8")), "adapter_sha256": sha256_file(folder / WEIGHTS)}
    except (OSError, ValueError, TypeError) as err:
        raise Problem(f"{folder} is no adapter of a run ({err})") from None


def average(folders: list[Path]) -> dict:
    """{tensor name: mean over the folders, bf16}. Raises Problem where their tensors are not the same."""
    import torch
    from safetensors.torch import load_file
    found = [load_file(folder / WEIGHTS) for folder in folders]
    shapes = [{name: tuple(t.shape) for name, t in tensors.items()} for tensors in found]
    if any(s != shapes[0] for s in shapes):
        raise Problem("the adapters have other tensors from one another: they cannot be averaged")
    return {name: torch.stack([tensors[name].float() for tensors in found]).mean(0).bfloat16() for name in found[0]}


def losses(base: Path, adapters: list[Path], rows: list[dict], prompt: str) -> list[float]:
    """Mean loss of each adapter over the answers' tokens."""
    import torch
    from peft import PeftModel
    from peft.utils import set_peft_model_state_dict
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM

    import engine
    import train
    encoded = train.encode_rows(engine.load_tokenizer(base), rows, prompt)
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16, local_files_only=True), adapters[0]).eval()
    if torch.cuda.is_available():
        model.cuda()
    out = []
    for folder in adapters:
        set_peft_model_state_dict(model, load_file(folder / WEIGHTS))
        total = n = 0.0
        with torch.inference_mode():
            for item in encoded:
                ids = torch.tensor([item["input_ids"]], device=model.device)
                start = item["completion_mask"].index(1)
                logits = model(input_ids=ids, use_cache=False).logits[0, start - 1:-1].float()
                total += float(torch.nn.functional.cross_entropy(logits, ids[0, start:], reduction="sum"))
                n += len(logits)
        out.append(total / n)
        log(f"average_adapters.py: {folder}: loss on val {out[-1]:.4f}")
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description="Average adapters.", allow_abbrev=False)
    parser.add_argument("adapters", nargs="+", type=Path, help="adapter folders, the last round last")
    parser.add_argument("--out", type=Path, required=True, help="folder of the average")
    parser.add_argument("--val", type=Path, default=ROOT / "data" / "val.jsonl", help="rows for the loss")
    args = parser.parse_args()
    runs = [read_run(folder) for folder in args.adapters]
    if len(runs) < 2 or args.out.resolve() in [folder.resolve() for folder in args.adapters]:
        raise Problem("give two or more adapter folders, and another one for --out")
    if other := [key for key in AGREE if any(run.get(key) != runs[0].get(key) for run in runs)]:
        raise Problem(f"the adapters differ in {', '.join(other)}: they cannot be averaged")
    from safetensors.torch import save_file

    import engine
    import train
    from fetch_model import base_model
    engine.quiet_transformers()
    args.out.mkdir(parents=True, exist_ok=True)
    save_file(average(args.adapters), args.out / WEIGHTS, metadata={"format": "pt"})
    shutil.copy(args.adapters[-1] / "adapter_config.json", args.out)
    *single, found = losses(base_model(runs[0]["base_model"]), [*args.adapters, args.out], train.read_rows(args.val),
                            runs[0]["prompt"])
    run = {**runs[-1], "adapter_sha256": sha256_file(args.out / WEIGHTS), "val_loss": found,
           "averaged": [{"adapter_sha256": r["adapter_sha256"], "val_loss": loss} for r, loss in zip(runs, single)]}
    shutil.copy(args.adapters[-1] / "loss.json", args.out)
    plot_loss(json.loads((args.out / "loss.json").read_text()), args.out / "loss.png")
    contract.write_atomic(args.out / "README.md", render_model_card(run))
    contract.write_atomic(args.out / "run.json", json.dumps(run, indent=1) + "\n")
    print(args.out)


if __name__ == "__main__":
    run_main(main)
