"""What a finished training run leaves for people: the loss curve and the model card, from run.json alone.

    from train_card import loss_history, plot_loss, render_model_card

Reads:  nothing
Writes: loss.png (plot_loss)
"""
from pathlib import Path


def loss_history(log_history: list[dict]) -> list[dict]:
    """Trainer log -> [{"step", "loss" or "val_loss", "learning_rate"?}]."""
    rows = []
    for entry in log_history:
        if "loss" in entry:
            rows.append({"step": entry["step"], "loss": entry["loss"], "learning_rate": entry.get("learning_rate")})
        elif "eval_loss" in entry:
            rows.append({"step": entry["step"], "val_loss": entry["eval_loss"]})
    return rows


def plot_loss(history: list[dict], path: Path) -> None:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(figsize=(6, 3.2), layout="constrained")
    for key, label in (("loss", "training"), ("val_loss", "validation")):
        points = [(r["step"], r[key]) for r in history if key in r]
        if points:
            axes.plot(*zip(*points), label=label, marker="o" if key == "val_loss" else None)
    axes.set(xlabel="optimizer step", ylabel="cross-entropy per answer token", yscale="log")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def render_model_card(run: dict) -> str:
    """Model card from run.json alone."""
    s = run
    return f"""---
base_model: {s['base_model']}
library_name: peft
license: apache-2.0
language: [hi, en]
pipeline_tag: text-generation
---

# Hinglish to strict JSON: LoRA adapter

Turns one Hinglish message into one JSON object (contract {s['contract_version']}): intent, slots, normalized_text with Hindi
in Devanagari and English in Latin, language_mix, script_rules. How its rows are drawn: README, "Prompt and hyperparameters". Use it through `predict.py`, `eval.py` or a vLLM server;
the prompt is version `{s['prompt']}` of `contract.py` and must not be changed.

| | |
|---|---|
| base | {s['base_model']}, weights SHA-256 `{s['base_weights_sha256'][:16]}…` |
| adapter | LoRA rank {s['lora_rank']}, alpha {s['lora_alpha']}, dropout {s['lora_dropout']}, all linear layers; SHA-256 `{s['adapter_sha256'][:16]}…` |
| data | {s['train_file']}, {s['n_train_rows']} rows, SHA-256 `{s['train_sha256'][:16]}…` |
| training | {s['quantization_text']}; learning rate {s['learning_rate']}, cosine, {s['steps']} steps of {s['rows_per_step']} rows ({s['epochs_done']:.2f} epochs), seed {s['seed']} |
{history_rows(s)}| loss on val | {s['val_loss']:.4f} |
| hardware | {s['hardware']['cpu']}, {s['hardware']['cores']} cores; GPUs: {', '.join(s['hardware']['gpus']) or 'none'} |
| speed | {s['tokens_per_s']:.0f} tokens/s over {s['train_s'] / 60:.1f} minutes |

Intended for parsing short service messages (bank, shop, cab, colleague). Not for advice, not for other languages. It
can be wrong: check its output with the contract and with `script_rules.py` before acting on it. Figures: `report.md`.
"""


def history_rows(run: dict) -> str:
    """Table rows of the runs an adapter comes from; none for a new one."""
    rows = [("before that", describe_start(run["started_from"]))] if run.get("started_from") else []
    rows += [("averaged", describe_average(run["averaged"]))] if run.get("averaged") else []
    return "".join(f"| {name} | {said} |\n" for name, said in rows)


def describe_average(parts: list[dict]) -> str:
    """In words, the adapters whose mean an adapter is, with their losses."""
    return "the weights are the mean of " + " and ".join(f"adapter `{p['adapter_sha256'][:16]}…` (loss on val {p['val_loss']:.4f})" for p in parts)


def describe_start(before: dict | None) -> str:
    """In words, the runs that an adapter was trained further from, latest first."""
    if before is None:
        return "a new adapter"
    stopped = f", stopped of {before['epochs']:g}" if before["epochs_done"] < before["epochs"] - 0.01 else ""
    return (f"adapter `{before['adapter_sha256'][:16]}…`: {before['epochs_done']:.2f} epochs{stopped} over {before['train_file']} "
            f"(SHA-256 `{before['train_sha256'][:16]}…`) from learning rate {before['learning_rate']}; before that "
            f"{describe_start(before['started_from'])}")


def describe_quantization(quantization: str) -> str:
    if quantization == "nf4":
        return "QLoRA: NF4 base with double quantization, bf16 compute"
    if quantization == "int8":
        return "LoRA in fp32 on a base in int8, forward and backward (int8_linear.py)"
    return "LoRA on a bf16 base, no quantization"
