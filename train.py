"""Fine-tune the base model on data/train.jsonl and train_more.jsonl: QLoRA with CUDA; on a CPU LoRA on a base in int8, or
in bf16 where the CPU has matrix units for it.

    python train.py                                    # full run into outputs/adapter
    python train.py --rows 64 --epochs 1 --out outputs/try
    accelerate launch --num_processes 4 train.py       # several GPUs, unchanged
    python train.py --out outputs/adapter --merge      # only write outputs/adapter/merged

Killed runs go on from their last checkpoint when the same command is typed again.

Reads:  data/train.jsonl, data/train_more.jsonl (gen_data.py writes it), data/val.jsonl, models/
Writes: outputs/<run>/: adapter_model.safetensors, adapter_config.json, run.json, loss.json, loss.png, README.md
"""
import argparse
import concurrent.futures
import hashlib
import json
import math
import multiprocessing
import os
import random
import shutil
import sys
import time
from pathlib import Path

import contract
from common import AFFINITY, ROOT, Problem, disk_full, git_commit, hardware, log, read_jsonl, run_main, sha256_file, versions
from train_card import describe_quantization, loss_history, plot_loss, render_model_card

# Hyperparameters. Each is a flag only where a stage uses another value. Measurements: outputs/ablations.md.
LEARNING_RATE = 5e-4      # 5,000 rows on dev: slot F1 51 with 5e-4, 53 with 1e-3, inside their intervals; the shipped run tried no other
EPOCHS = 1.0              # rows can be drawn anew without end (gen_data.py --more-seed), so no row need come twice
LORA_RANK = 16            # 17.6 MB in bf16, the largest that ships inside 20 MB; after 5,000 rows rank 8 had a loss on val of 0.070 for 0.056
LORA_ALPHA = 32           # twice the rank, so that rank and learning rate can be changed apart
LORA_DROPOUT = 0.0        # with 0.05 the same two-core step takes 1.5 times as long, and no run here is long enough to overfit
TARGET_MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
SLOTS_ONLY = 0.6          # share of rows that end after their slots, on a CPU: 100 tokens for 159: the text is nearly the draft's, intent and
#                           slots are what is wrong most often
BATCH_ROWS = 8            # per process; 8 rows of 120 tokens: with fewer the int8 products are too small, with more the activations too large
ROWS_PER_STEP = 8         # per process; many small steps, since tokens are what a CPU lacks
WARMUP_SHARE = 0.05       # of all steps; transformers reads a warmup_steps below 1 as a share
TOKENS_AT_ONCE = 2560     # of a batch, padding included; a batch of longer rows goes through in parts, 3.4 MB of activations a token
CUDA_ROWS = 64            # rows a step and a batch on a GPU: 13,000 tokens in a step keep it busy
CUDA_TOKENS_PER_GIB = 100  # tokens at once on a GPU, for each GiB: 3.7 MB a token were seen, so a batch takes under half of it
PARALLEL_FROM = 4000      # rows: from here on starting a process a core pays
MAX_LENGTH = 4096         # tokens, prompt and answer (the longest drawn row has 3,090); longer rows are refused, never cut
PROMPT = "brief"          # a sixth fewer tokens than "draft"; not compared with it at equal budget yet
SEED = 13
CHECKPOINT_EVERY = 50     # optimizer steps: about five minutes on two cores, twenty seconds on a large GPU
DATA = [ROOT / "data" / "train.jsonl", ROOT / "data" / "train_more.jsonl"]
AUX = ROOT / "data" / "aux_normalize.jsonl"
AFTER_SLOTS = ',"normalized_text":"'    # where a cut answer ends; no slot value holds it, a quote in one is escaped
KEPT_FILES = ("adapter_model.safetensors", "adapter_config.json")


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fine-tune with (Q)LoRA.", allow_abbrev=False)
    data = parser.add_argument_group("data")
    data.add_argument("--data", type=Path, nargs="+", default=DATA, help="files of training rows")
    data.add_argument("--val", type=Path, default=ROOT / "data" / "val.jsonl", help="rows for the validation loss")
    data.add_argument("--rows", type=int, help="train on the first N rows only, validate on N/8")
    data.add_argument("--aux-rows", type=int, default=0, help=f"also train on the first N pairs of {AUX.name}")
    data.add_argument("--aux-order", choices=["first", "mixed"], default="first",
                      help="first: the pairs once, then all epochs of the rows; mixed: among the rows, every epoch")
    run = parser.add_argument_group("run")
    run.add_argument("--model", default=None, help="base: short name, folder or hub id")
    run.add_argument("--out", type=Path, default=ROOT / "outputs" / "adapter", help="folder of the run")
    run.add_argument("--prompt", default=PROMPT, choices=contract.PROMPT_VERSIONS)
    data.add_argument("--slots-only", type=float, help=f"share of rows whose answer ends after the slots; default 0 with CUDA, else {SLOTS_ONLY}")
    run.add_argument("--start-from", type=Path, help="adapter folder to train further instead of a new adapter")
    run.add_argument("--key-order", default="contract", choices=sorted(contract.KEY_ORDERS), help="of the object's keys")
    run.add_argument("--quantization", choices=["auto", "nf4", "int8", "none"], default="auto",
                     help="auto: nf4 with CUDA; on a CPU none (bf16) where it has matrix units for it, else int8")
    run.add_argument("--merge", action="store_true", help="only merge the finished adapter of --out")
    tune = parser.add_argument_group("optimization")
    tune.add_argument("--epochs", type=float, default=EPOCHS)
    tune.add_argument("--max-steps", type=int, default=-1, help="stop after N optimizer steps")
    tune.add_argument("--learning-rate", type=float, default=LEARNING_RATE)
    tune.add_argument("--rank", type=int, default=LORA_RANK)
    tune.add_argument("--rows-per-step", type=int,
                      help=f"rows per optimizer step and process, a multiple of {BATCH_ROWS}; default {CUDA_ROWS} with CUDA, else {ROWS_PER_STEP}")
    args = parser.parse_args()
    if args.rows is not None and args.rows < 1:
        raise Problem(f"--rows {args.rows}: at least one row is needed")
    if args.rows_per_step is not None and (args.rows_per_step < 1 or args.rows_per_step % BATCH_ROWS):
        raise Problem(f"--rows-per-step {args.rows_per_step}: not a multiple of {BATCH_ROWS}")
    return args


def read_rows(path: Path) -> list[dict]:
    """Rows with a valid gold. Raises Problem naming the row whose output breaks the contract."""
    rows = read_jsonl(path, required=("id", "input"))
    for row in rows:
        errors = contract.validate(row.get("output"))
        if errors:
            raise Problem(f"{path}, row {row['id']}: {errors[0]}")
    return rows


def encode(tokenizer, before: list[int], answer: str, whole: bool = True) -> dict:
    """Prompt and answer as {"input_ids", "completion_mask"}: the answer is the text alone and, where it is whole, the stop token."""
    ids = tokenizer(answer, add_special_tokens=False, split_special_tokens=True)["input_ids"]
    if whole:
        ids.append(tokenizer.convert_tokens_to_ids(contract.STOP_TOKEN))
    return {"input_ids": before + ids, "completion_mask": [0] * len(before) + [1] * len(ids)}


def encode_aux(tokenizer, prompt: str, n_rows: int) -> list[dict]:
    """The first n_rows auxiliary pairs, message -> normalized_text alone, under their own instruction."""
    if not n_rows:
        return []
    rows = read_jsonl(AUX, required=("id", "input", "normalized_text"))[:n_rows]
    if len(rows) < n_rows:
        raise Problem(f"{AUX} has {len(rows)} pairs, --aux-rows wants {n_rows}; write more with gen_data.py --aux")
    return [encode(tokenizer, contract.prompt_ids(tokenizer, row["input"], prompt, contract.AUX_INSTRUCTION),
                   row["normalized_text"]) for row in rows]


def ends_after_slots(row: dict, share: float, key_order: str) -> bool:
    """Whether a row's answer is cut after its slots; decided by the row's id, so that it is the same in every epoch."""
    return key_order == "contract" and random.Random(f"{SEED}:{row['id']}").random() < share


def encode_row(tokenizer, row: dict, prompt: str, key_order: str = "contract", slots_only: float = 0.0) -> dict:
    """One row encoded, after checks of what a wrong template would break. Raises Problem for a row over MAX_LENGTH."""
    answer, whole = contract.serialize(row["output"], key_order), not ends_after_slots(row, slots_only, key_order)
    if not whole:
        answer = answer[:answer.index(AFTER_SLOTS) + len(AFTER_SLOTS)]
    before = contract.prompt_ids(tokenizer, row["input"], prompt)
    item = encode(tokenizer, before, answer, whole)
    if len(item["input_ids"]) > MAX_LENGTH:
        raise Problem(f"row {row['id']}: {len(item['input_ids'])} tokens, over the {MAX_LENGTH} of a row")
    text = tokenizer.decode(item["input_ids"][len(before):], skip_special_tokens=False)
    expected = answer + contract.STOP_TOKEN * whole
    assert text == expected, f"{row['id']}: the model would learn {text!r}, not {expected!r}"
    assert item["completion_mask"].index(1) == len(before), row["id"]
    return item


def take_cores(cores: frozenset[int]) -> None:
    """Give a new process these cores: its parent's main thread may be bound to one of them."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def encode_some(rows: list[dict], tokenizer, *how) -> list[dict]:
    return [encode_row(tokenizer, row, *how) for row in rows]


def encode_rows(tokenizer, rows: list[dict], prompt: str, key_order: str = "contract", slots_only: float = 0.0) -> list[dict]:
    """All rows encoded, in their order; many by every core, since with the draft in the prompt a row takes 4 ms."""
    cores = len(AFFINITY) // int(os.environ.get("LOCAL_WORLD_SIZE", 1))     # of a process that accelerate launch started: its share
    if len(rows) < PARALLEL_FROM or cores < 2:
        return encode_some(rows, tokenizer, prompt, key_order, slots_only)
    log(f"train.py: writing {len(rows)} prompts on {cores} cores")
    encoded: list[dict] = [{}] * len(rows)
    with concurrent.futures.ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), take_cores, (AFFINITY,)) as pool:
        parts = [pool.submit(encode_some, rows[k::cores], tokenizer, prompt, key_order, slots_only) for k in range(cores)]
        for k, part in enumerate(parts):
            encoded[k::cores] = part.result()
    return encoded


def show_row(tokenizer, item: dict) -> None:
    """Print one training row as the model sees it, the part that carries loss between ⟦ and ⟧."""
    n = item["completion_mask"].index(1)
    log("one training row, loss only inside ⟦ ⟧:\n" + tokenizer.decode(item["input_ids"][:n]) + "⟦"
        + tokenizer.decode(item["input_ids"][n:]) + "⟧")


def torch_has_cuda() -> bool:
    import torch
    return torch.cuda.is_available()


def choose_quantization(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    if torch_has_cuda():
        return "nf4"
    import torch
    return "none" if torch.cpu._is_amx_tile_supported() else "int8"


def load_model(folder: Path, quantization: str):
    """Base model: in bf16, as NF4 with double quantization, or in fp32 for int8_linear.py to quantize."""
    import torch
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig
    kwargs = {"dtype": torch.float32 if quantization == "int8" else torch.bfloat16, "local_files_only": True}
    if quantization == "nf4":
        kwargs["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16)
        kwargs["device_map"] = {"": int(os.environ.get("LOCAL_RANK", 0)) if torch_has_cuda() else "cpu"}
    model = AutoModelForCausalLM.from_pretrained(folder, **kwargs)
    model.config.use_cache = False
    if torch_has_cuda():  # with torch 2.11 on an H200, cuDNN's attention ended runs in a loss that was not a number; plain SDPA did not
        torch.backends.cuda.enable_cudnn_sdp(False)
    return model


def rows_per_step(args: argparse.Namespace) -> int:
    return args.rows_per_step or (CUDA_ROWS if torch_has_cuda() else ROWS_PER_STEP)


def batch_rows(args: argparse.Namespace) -> int:
    """Rows that a process takes at a time: on a GPU all of a step's."""
    return rows_per_step(args) if torch_has_cuda() else BATCH_ROWS


def tokens_at_once() -> int:
    if not torch_has_cuda():
        return TOKENS_AT_ONCE
    import torch
    return CUDA_TOKENS_PER_GIB * (torch.cuda.get_device_properties(0).total_memory >> 30)


def aux_first(args: argparse.Namespace) -> bool:
    """Whether the rows are put in order here, in one pass, instead of being drawn anew each epoch."""
    return args.aux_rows > 0 and args.aux_order == "first"


def training_order(args: argparse.Namespace, rows: list[dict], aux: list[dict]) -> list[dict]:
    """Encoded rows as the trainer gets them: rows and pairs together, or the pairs once and then every epoch of the rows."""
    if not aux_first(args):
        return rows + aux
    epochs = []
    for epoch in range(int(-(-args.epochs // 1))):
        epochs += random.Random(f"{SEED}:{epoch}").sample(rows, len(rows))
    return aux + epochs[:round(args.epochs * len(rows))]


def training_config(args: argparse.Namespace, quantization: str):
    from trl import SFTConfig
    cuda = torch_has_cuda()
    return SFTConfig(
        output_dir=str(args.out), seed=SEED, data_seed=SEED, num_train_epochs=1 if aux_first(args) else args.epochs, max_steps=args.max_steps,
        learning_rate=args.learning_rate, lr_scheduler_type="cosine", warmup_steps=WARMUP_SHARE,
        per_device_train_batch_size=batch_rows(args), per_device_eval_batch_size=BATCH_ROWS,
        gradient_accumulation_steps=rows_per_step(args) // batch_rows(args), max_length=MAX_LENGTH, packing=False, completion_only_loss=True,
        # Like lengths share a batch: less padding, no cross-contamination.
        train_sampling_strategy="sequential" if aux_first(args) else "group_by_length",
        bf16=quantization != "int8", use_cpu=not cuda, gradient_checkpointing=False,   # TRL's default is True; batches are bounded instead
        optim="paged_adamw_8bit" if cuda and quantization == "nf4" else "adamw_torch", max_grad_norm=1.0,
        logging_steps=1, logging_nan_inf_filter=False, save_steps=CHECKPOINT_EVERY, save_total_limit=1, eval_strategy="epoch",
        report_to="none", disable_tqdm=True, dataloader_pin_memory=cuda, ddp_find_unused_parameters=False)


def progress_callback():
    """Trainer callback: one line a step on stderr, with rate and time left."""
    from transformers import TrainerCallback

    class Progress(TrainerCallback):
        def on_train_begin(self, args, state, control, **kwargs):
            self.started, self.first_step = time.perf_counter(), state.global_step

        def on_log(self, args, state, control, logs=None, **kwargs):
            if not state.is_world_process_zero or not logs:
                return
            done = state.global_step - self.first_step
            if "eval_loss" in logs:
                log(f"train.py: validation loss {float(logs['eval_loss']):.4f}")
            elif "loss" in logs and not all(math.isfinite(float(logs.get(k, 0))) for k in ("loss", "grad_norm")):
                raise Problem(f"loss or gradient of step {state.global_step} is not a number; the last whole checkpoint is kept")
            elif "loss" in logs and done:
                left_s = (time.perf_counter() - self.started) / done * (state.max_steps - state.global_step)
                log(f"train.py: step {state.global_step}/{state.max_steps}, loss {float(logs['loss']):.4f}, "
                    f"{left_s / 60:.1f} min left")

    return Progress()


def parts_of(inputs: dict, budget: int) -> list[dict]:
    """A right-padded batch in parts of at most budget tokens, each cut to its longest row; a longer row is a part alone."""
    lengths = inputs["attention_mask"].sum(dim=1).tolist()
    parts: list[list[int]] = [[]]
    for row in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if parts[-1] and (len(parts[-1]) + 1) * lengths[parts[-1][0]] > budget:
            parts.append([])
        parts[-1].append(row)
    return [{name: value[part, :lengths[part[0]]] for name, value in inputs.items()} for part in parts]


def answer_loss(trainer, model, inputs: dict, int8: bool, num_items_in_batch):
    """(mean loss over answer tokens, outputs) with logits at answer tokens alone: TRL's chunked loss multiplies by the vocabulary
    in fp32 where there is no Triton, and spends 40 % of a two-core step on it."""
    from torch.nn.functional import cross_entropy
    targets = inputs["labels"][:, 1:]
    kept = targets.ne(-100).any(dim=0).nonzero().squeeze(1)  # columns where some row has loss
    outputs = model(input_ids=inputs["input_ids"], attention_mask=inputs.get("attention_mask"), use_cache=False, logits_to_keep=kept)
    targets = targets[:, kept]
    scored = targets.ne(-100)
    if int8 and model.training:  # the head handed the hidden states on
        head = trainer.accelerator.unwrap_model(model).get_base_model().lm_head
        loss = head.loss(outputs.logits[scored], targets[scored])
    else:
        loss = cross_entropy(outputs.logits[scored].float(), targets[scored], reduction="sum")
    loss = loss / (scored.sum() if num_items_in_batch is None else num_items_in_batch)
    if trainer.args.average_tokens_across_devices and num_items_in_batch is not None:
        loss = loss * trainer.accelerator.num_processes  # DDP takes the mean over processes
    return loss, outputs


def trainer_class(int8: bool):
    """SFTTrainer that takes a batch of long rows in parts; on a CPU with a loss of its own."""
    from contextlib import nullcontext

    from trl import SFTTrainer

    budget = tokens_at_once()

    class PartsTrainer(SFTTrainer):
        def training_step(self, model, inputs, num_items_in_batch=None):
            if inputs["input_ids"].numel() <= budget or num_items_in_batch is None:
                return super().training_step(model, inputs, num_items_in_batch)
            parts, loss = parts_of(inputs, budget), 0.0
            for k, part in enumerate(parts):  # the gradients of several processes are added up with the last part alone
                last = k + 1 == len(parts)
                with nullcontext() if last else self.accelerator.no_sync(model):
                    loss += super().training_step(model, part, num_items_in_batch)
            return loss

    if torch_has_cuda():
        return PartsTrainer

    class CpuTrainer(PartsTrainer):
        def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
            loss, outputs = answer_loss(self, model, inputs, int8, num_items_in_batch)
            return (loss, outputs) if return_outputs else loss

    return CpuTrainer


def started_from(args: argparse.Namespace) -> dict | None:
    """What is known of the adapter that is trained further: its digest, rows, epochs, and what it was started from. It
    may be a finished run or a checkpoint of one that was stopped.

    Raises Problem where the folder is neither, or of another rank or base.
    """
    folder = args.start_from
    if folder is None:
        return None
    try:
        rank = json.loads((folder / "adapter_config.json").read_text())["r"]
        if (folder / "trainer_state.json").exists():
            state = json.loads((folder / "trainer_state.json").read_text())
            run = {**json.loads((folder.parent / "settings.json").read_text()), "epochs_done": state["epoch"], "steps": state["global_step"]}
        else:
            run = json.loads((folder / "run.json").read_text())
        digest = sha256_file(folder / "adapter_model.safetensors")
    except (OSError, ValueError, KeyError) as err:
        raise Problem(f"--start-from {folder} is no adapter of a run ({err})") from None
    if rank != args.rank or run["base_model"] != args.model:
        raise Problem(f"--start-from {folder}: rank {rank} on {run['base_model']}, wanted rank {args.rank} on {args.model}")
    return {"adapter_sha256": digest, **{key: run.get(key) for key in (
        "train_file", "train_sha256", "epochs", "epochs_done", "steps", "learning_rate", "rows_per_step_and_process", "started_from")}}


def build_trainer(args: argparse.Namespace, quantization: str, folder: Path, train: list[dict], val: list[dict],
                  tokenizer):
    from datasets import Dataset
    from peft import LoraConfig, PeftModel
    from transformers import PrinterCallback
    lora = LoraConfig(r=args.rank, lora_alpha=LORA_ALPHA * args.rank // LORA_RANK, lora_dropout=LORA_DROPOUT,
                      target_modules=TARGET_MODULES, task_type="CAUSAL_LM")
    model = load_model(folder, quantization)
    if args.start_from:
        model, lora = PeftModel.from_pretrained(model, args.start_from, is_trainable=True), None
    trainer = trainer_class(quantization == "int8")(
        model=model, args=training_config(args, quantization),
        train_dataset=Dataset.from_list(train), eval_dataset=Dataset.from_list(val), processing_class=tokenizer,
        peft_config=lora, callbacks=[progress_callback()])
    if quantization == "int8":
        import int8_linear
        int8_linear.quantize_base(trainer.model)
    trainer.remove_callback(PrinterCallback)  # prints raw dictionaries to stdout
    return trainer


def digest(paths: list[Path]) -> str:
    """SHA-256 of a file, or over the digests of several."""
    found = [sha256_file(path) for path in paths]
    return found[0] if len(found) == 1 else hashlib.sha256("".join(found).encode()).hexdigest()


def settings(args: argparse.Namespace, quantization: str, base: Path) -> dict:
    """Everything that decides what is learnt: two runs with equal settings may share checkpoints."""
    from engine import weights_digest
    return {
        "base_model": args.model, "base_weights_sha256": weights_digest(base), "prompt": args.prompt,
        "prompt_sha256": hashlib.sha256("".join(contract.prompt_parts(args.prompt)).encode()).hexdigest(),
        "contract_version": contract.CONTRACT_VERSION, "train_file": " + ".join(path.name for path in args.data),
        "train_sha256": digest(args.data), "val_sha256": sha256_file(args.val), "rows": args.rows,
        "aux_rows": args.aux_rows, "aux_order": args.aux_order if args.aux_rows else None, "key_order": args.key_order, "slots_only": args.slots_only,
        "quantization": quantization, "lora_rank": args.rank, "lora_alpha": LORA_ALPHA * args.rank // LORA_RANK,
        "lora_dropout": LORA_DROPOUT, "target_modules": TARGET_MODULES, "learning_rate": args.learning_rate,
        "epochs": args.epochs, "max_steps": args.max_steps, "batch_rows": batch_rows(args), "rows_per_step_and_process": rows_per_step(args),
        "started_from": started_from(args),
        "warmup_share": WARMUP_SHARE, "max_length": MAX_LENGTH, "seed": SEED, "scheduler": "cosine"}


def last_checkpoint(out: Path, wanted: dict, tidy: bool) -> str | None:
    """Checkpoint to go on from, if any. With tidy, a half-written one is removed and the settings are written down.

    Raises Problem where the folder holds an unfinished run with other settings.
    """
    marker = out / "settings.json"
    if marker.exists():
        found = json.loads(marker.read_text())
        changed = sorted(k for k in set(found) | set(wanted) if found.get(k) != wanted.get(k))
        if changed:
            raise Problem(f"{out} holds an unfinished run with other {', '.join(changed)}; delete it or choose another "
                          "--out")
    if tidy:
        contract.write_atomic(marker, json.dumps(wanted, indent=1) + "\n")
        for folder in out.glob("checkpoint-*"):
            if not (folder / "trainer_state.json").exists():  # written last: without it the checkpoint is not whole
                shutil.rmtree(folder)
    from transformers.trainer_utils import get_last_checkpoint  # slow to import, so after the checks
    return get_last_checkpoint(str(out)) if out.exists() else None


def is_finished(out: Path, wanted: dict) -> bool:
    """Whether the folder holds the finished run of exactly these settings."""
    try:
        run = json.loads((out / "run.json").read_text())
    except (OSError, ValueError):
        return False
    return all(run.get(k) == v for k, v in wanted.items()) and (out / "adapter_model.safetensors").exists()


def save_run(trainer, out: Path, run: dict, history: list[dict]) -> None:
    """Adapter in bf16, resolved configuration, loss curve, model card; checkpoints go once all of it is written."""
    import torch
    trainer.model.to(torch.bfloat16)  # adapters are trained in fp32 and shipped in bf16: half the size
    part = out / "adapter.part"
    trainer.model.save_pretrained(part)
    config = json.loads((part / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = run["base_model"]  # a short name, not a folder of this machine
    contract.write_atomic(part / "adapter_config.json", json.dumps(config, indent=1, sort_keys=True) + "\n")
    for name in KEPT_FILES:
        os.replace(part / name, out / name)
    shutil.rmtree(part)
    contract.write_atomic(out / "loss.json", json.dumps(history, indent=1) + "\n")
    plot_loss(history, out / "loss.png")
    run["adapter_sha256"] = sha256_file(out / "adapter_model.safetensors")
    contract.write_atomic(out / "README.md", render_model_card(run))
    contract.write_atomic(out / "run.json", json.dumps(run, indent=1) + "\n")
    for folder in out.glob("checkpoint-*"):
        shutil.rmtree(folder)
    (out / "settings.json").unlink(missing_ok=True)


def fill_defaults(args: argparse.Namespace) -> None:
    """Defaults that hang on the machine."""
    from fetch_model import DEFAULT_MODEL
    args.model = args.model or DEFAULT_MODEL
    if args.slots_only is None:
        args.slots_only = 0.0 if torch_has_cuda() else SLOTS_ONLY


def train(args: argparse.Namespace, rows: list[dict], val_rows: list[dict]) -> None:
    from engine import load_tokenizer
    from fetch_model import base_model
    fill_defaults(args)
    quantization = choose_quantization(args.quantization)
    from accelerate import PartialState
    state = PartialState(cpu=not torch_has_cuda())
    with state.local_main_process_first():  # one download a machine, the others find it there
        base = base_model(args.model)
    tokenizer = load_tokenizer(base)
    tokenizer.padding_side = "right"
    encoded = encode_rows(tokenizer, rows, args.prompt, args.key_order, args.slots_only)
    encoded_val = encode_rows(tokenizer, val_rows, args.prompt, args.key_order)
    encoded = training_order(args, encoded, encode_aux(tokenizer, args.prompt, args.aux_rows))
    wanted = settings(args, quantization, base)
    if is_finished(args.out, wanted):
        log(f"train.py: {args.out} holds the finished run of these settings; delete it to train it again")
        print(args.out)
        return
    with state.main_process_first():  # the first tidies up what a killed run left
        resume = last_checkpoint(args.out, wanted, tidy=state.is_main_process)
    if state.is_main_process:
        show_row(tokenizer, encoded[0])
        log(f"train.py: {describe_quantization(quantization)}; {len(encoded)} rows, "
            f"{sum(len(e['input_ids']) for e in encoded)} tokens a pass" + (f"; going on from {resume}" if resume else ""))
    trainer = build_trainer(args, quantization, base, encoded, encoded_val, tokenizer)
    before = resumed_epoch(resume)  # read now: the trainer deletes this checkpoint once it has written newer ones
    started = time.perf_counter()
    result = trainer.train(resume_from_checkpoint=resume)
    seconds = time.perf_counter() - started
    if not trainer.is_world_process_zero():
        return
    history = loss_history(trainer.state.log_history)
    tokens_an_epoch = sum(len(e["input_ids"]) for e in encoded)
    run = {**wanted, "n_train_rows": len(rows), "quantization_text": describe_quantization(quantization), "train_loss": result.training_loss,
           **describe_run(trainer, history, before, seconds, tokens_an_epoch)}
    run["rows_per_step"] = rows_per_step(args) * run["processes"]
    save_run(trainer, args.out, run, history)
    log(f"train.py: {run['steps']} steps in {seconds / 60:.1f} min, {run['tokens_per_s']:.0f} tokens/s")
    print(args.out)


def resumed_epoch(checkpoint: str | None) -> float:
    """Epochs that a checkpoint has behind it; 0 without one."""
    return json.loads((Path(checkpoint) / "trainer_state.json").read_text())["epoch"] if checkpoint else 0.0


def describe_run(trainer, history: list[dict], before: float, seconds: float, tokens_an_epoch: int) -> dict:
    """What the run turned out to be. After a resume (`before` epochs done), time and speed are of the last stretch."""
    state = trainer.state
    return {"steps": state.global_step, "processes": trainer.accelerator.num_processes, "epochs_done": state.epoch,
            "val_loss": next((r["val_loss"] for r in reversed(history) if "val_loss" in r), None), "resumed": before > 0,
            "train_s": seconds, "tokens_per_s": tokens_an_epoch * (state.epoch - before) / seconds, "hardware": hardware(),
            "commit": git_commit(), "versions": versions("torch", "transformers", "peft", "trl", "datasets", "bitsandbytes")}


def steady_memory() -> None:
    """On a CPU, start this process again with an allocator that keeps its memory and threads that do not sleep: on a virtual
    machine touching fresh pages and waking threads took longer than the arithmetic. Only for a
    process that has the machine to itself, so not under accelerate launch."""
    wanted = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**34), "MALLOC_ARENA_MAX": "1",
              "OMP_WAIT_POLICY": "active", "OMP_PROC_BIND": "true", "OMP_PLACES": "cores"}
    if sys.platform == "linux" and "LOCAL_RANK" not in os.environ and "MALLOC_MMAP_MAX_" not in os.environ and not torch_has_cuda():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **wanted})


def main() -> None:
    args = parse_args()
    from engine import merge, quiet_transformers, resolve
    if args.merge:
        quiet_transformers()
        checkpoint = resolve(str(args.out))
        if checkpoint.adapter is None:
            raise Problem(f"{args.out} holds no adapter to merge")
        print(merge(checkpoint, args.out / "merged"))
        return
    rows = [row for path in args.data for row in read_rows(path)][:args.rows]
    val_rows = read_rows(args.val)
    if args.rows:
        val_rows = val_rows[:max(1, args.rows // 8)]
    steady_memory()
    import torch
    from safetensors import SafetensorError
    quiet_transformers()
    try:
        train(args, rows, val_rows)
    except torch.cuda.OutOfMemoryError:
        raise Problem("the GPU ran out of memory; set --quantization nf4, or lower CUDA_TOKENS_PER_GIB in train.py: "
                      "the rows of a step stay the same") from None
    except (RuntimeError, SafetensorError) as err:
        if not disk_full(err):
            raise
        raise Problem(f"the disk is full ({args.out}); free some space and type the same command again, it goes on from "
                      "the last whole checkpoint") from None


if __name__ == "__main__":
    run_main(main)
