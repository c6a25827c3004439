"""Train and compare the arms of the ablation, each on the same token budget; chosen on val and dev_extra.

    python ablate.py                        # every arm that is not there yet: train, answer dev, write the table
    python ablate.py --arms draft short     # these only
    python ablate.py --suites test          # test and stress, once an arm, when the choice is made
    python ablate.py --small                # prompts, auxiliary pairs and key orders on the 350 rows alone: two cores, a quarter of an hour an arm
    python ablate.py --render               # only write the table again

A killed run goes on where it was: train.py and eval.py both resume, finished arms are kept.

Reads:  data/, models/, what train.py and eval.py read
Writes: outputs/ablation/<arm>/ and outputs/ablation/small/<arm>/ (not in git), outputs/ablations.json, outputs/ablations.md
"""
import argparse
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import contract
from common import ROOT, Problem, log, run_main
from engine import SHIPPED_ADAPTER
from report_parts import cell, table
from train_card import describe_average

OUT = ROOT / "outputs" / "ablation"
ROUNDS = ROOT / "outputs" / "rounds"     # run.json of the runs before the shipped adapter's
TABLE, REPORT = ROOT / "outputs" / "ablations.json", ROOT / "outputs" / "ablations.md"
SUITES = {"dev": ("data/val.jsonl", "data/dev_extra.jsonl"), "test": ("data/test.jsonl", "stress_suite.jsonl")}
METRICS = (("json_valid", "JSON valid"), ("schema_valid", "schema valid"), ("script_rows", "script rows"),
           ("hindi_right", "Hindi right"), ("english_kept", "English kept"), ("intent", "intent"), ("slot_f1", "slot F1"),
           ("exact", "exact"), ("hallucinated_slots", "slots not in text"))
ROWS = "5000"           # of the 350 and the further ones; minutes an arm on a large GPU, hours on two cores
# One epoch of the control is 1.24 million tokens, 248 a row; others have as many: brief 205 a row, cut after slots 161, without the draft 193, a pair 86.
BRIEF_EPOCHS, CUT_EPOCHS, SHORT_EPOCHS = "1.21", "1.54", "1.28"

# What --small changes of an arm: train.jsonl alone, a fourteenth of the rows, with as many pairs for a row and a third as many steps;
# the frozen base in int8, which trains twice as fast as bf16 on a CPU.
SMALL_ROWS, SMALL_PAIRS = 350, "210"
SMALL = ("--data", "data/train.jsonl", "--rows-per-step", "8", "--quantization", "int8")


@dataclass(frozen=True)
class Arm:
    what: str
    train: tuple[str, ...] = ()      # arguments of train.py
    adapter_of: str | None = None    # the arm whose adapter answers, where only the decoding differs
    decoding: str = "free"
    shipped: bool = False            # answers with the shipped adapter, whatever it was trained on


BASIC = ("--rows", ROWS, "--slots-only", "0", "--rows-per-step", "32", "--epochs", "1", "--learning-rate", "5e-4", "--prompt", "draft")
ARMS = {
    "draft": Arm("the message and normalize.py's draft -> object; the control", BASIC),
    "brief": Arm("the control without system text and instruction: a sixth fewer tokens a row", (*BASIC, "--prompt", "brief", "--epochs", BRIEF_EPOCHS)),
    "brief-slots-only": Arm("the same, six of ten rows cut after their slots", (*BASIC, "--prompt", "brief", "--slots-only", "0.6", "--epochs", CUT_EPOCHS)),
    "short": Arm("the message alone -> object", (*BASIC, "--prompt", "short", "--epochs", SHORT_EPOCHS)),
    "short-aux-first": Arm("3,000 normalization pairs once, then rows; a fifth of the budget and four",
                           (*BASIC, "--prompt", "short", "--epochs", "1.02", "--aux-rows", "3000")),
    "short-aux-mixed": Arm("3,000 normalization pairs among the rows", (
        *BASIC, "--prompt", "short", "--epochs", "1.01", "--aux-rows", "3000", "--aux-order", "mixed")),
    "draft-text-first": Arm("normalized_text before intent and slots", (*BASIC, "--key-order", "text_first")),
    "draft-lr-1e-3": Arm("learning rate 1e-3 for 5e-4", (*BASIC, "--learning-rate", "1e-3")),
    "draft-rank-8": Arm("rank 8 for 16", (*BASIC, "--rank", "8")),
    "draft-bf16": Arm("base in bf16 for NF4", (*BASIC, "--quantization", "none")),
    "draft-guarded": Arm("the control's adapter under the grammar of each message", adapter_of="draft", decoding="guarded"),
    "shipped": Arm("the shipped adapter, on its own rows and epochs", shipped=True),
    "shipped-guarded": Arm("the same under the grammar of each message", shipped=True, decoding="guarded"),
    "shipped-polished": Arm("the shipped adapter, once more over the 350 rows alone at 1e-4; int8 base, two cores", (
        "--start-from", str(SHIPPED_ADAPTER.relative_to(ROOT)), "--data", "data/train.jsonl", "--slots-only", "0", "--rows-per-step", "8", "--epochs", "1",
        "--learning-rate", "1e-4", "--quantization", "int8", "--prompt", "brief")),
}
SMALL_ARMS = ("draft", "short", "short-aux-first", "short-aux-mixed", "draft-text-first")


def run(command: list[str]) -> None:
    """Run a stage of this project; its failure is this one's."""
    log("ablate.py: " + " ".join(command))
    if subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode:
        raise Problem(f"{command[0]} failed; type the same command again to go on")


def train_arm(name: str, out: Path, small: bool = False) -> Path:
    """Folder of the arm's adapter in out, trained now where it is not finished yet."""
    arm = ARMS[name]
    if arm.shipped:
        return SHIPPED_ADAPTER
    if arm.adapter_of:
        return train_arm(arm.adapter_of, out, small)
    changes = (*SMALL, *(("--aux-rows", SMALL_PAIRS) if "--aux-rows" in arm.train else ())) if small else ()
    run(["train.py", *arm.train, *changes, "--out", str(out / name)])   # the last of an argument counts
    return out / name


def answer(name: str, adapter: Path, suites: str, out: Path) -> None:
    arm = ARMS[name]
    paths = [part for path in SUITES[suites] for part in ("--suite", path)]
    run(["eval.py", "--model", str(adapter), "--decoding", arm.decoding, *paths, "--out", str(out / name / suites)])
    if not arm.shipped:
        shutil.rmtree(adapter / "merged", ignore_errors=True)  # a gigabyte an arm


def metrics_of(folder: Path, pool: str | None) -> dict:
    """{"suites", "signature"} of a run scored anew; with pool, its suites are taken together under that name."""
    import eval_metrics
    found, cases, predictions = eval_metrics.load_run(folder)
    if pool:
        cases = [{**case, "suite": pool} for case in cases]
    return eval_metrics.summarize(found, cases, predictions)[0]


def read_arm(name: str, out: Path) -> dict | None:
    """What the table says about an arm; one that has answered nothing yet has no suites. None where it was not trained either."""
    suites, signature = {}, None
    for kind in SUITES:
        folder = out / name / kind
        if (folder / "metrics.json").exists():
            found = metrics_of(folder, "dev" if kind == "dev" else None)
            signature = signature or found["signature"]
            suites.update({s: {key: m[key] for key, _ in METRICS} | {"n": m["n"]} for s, m in found["suites"].items()})
    trained = out / name / "run.json"
    if not suites:
        return {"what": ARMS[name].what, "suites": {}, "training": training_facts(json.loads(trained.read_text()))} if trained.exists() else None
    return {"what": ARMS[name].what, "decoding": ARMS[name].decoding, "suites": suites,
            "answer_tokens_mean": signature["answer_tokens_mean"],
            "signature": {k: signature[k] for k in ("checkpoint", "commit", "prompt", "prompt_sha256", "suite_sha256", "metric_version", "versions")},
            "training": training_facts(signature["training"])}


def training_facts(run: dict) -> dict:
    """What the table says about how an arm was trained, from its run.json."""
    return {k: run[k] for k in ("learning_rate", "lora_rank", "quantization", "epochs_done", "n_train_rows", "aux_rows", "key_order", "steps",
                                "val_loss", "train_s", "tokens_per_s", "hardware", "adapter_sha256", "commit")}


def read_rounds() -> list[dict]:
    """run.json of the shipped adapter, then of the runs before it in their order."""
    before = sorted(ROUNDS.glob("[0-9]*/run.json"), key=lambda p: int(p.parent.name))
    keys = ("prompt", "quantization", "learning_rate", "n_train_rows", "epochs_done", "steps", "rows_per_step", "val_loss", "train_s", "tokens_per_s",
            "hardware", "adapter_sha256", "averaged", "commit")
    return [{**{k: run.get(k) for k in keys}, "slots_only": run.get("slots_only") or 0.0, "shipped": path.parent == SHIPPED_ADAPTER,
             "from": (run.get("started_from") or {}).get("adapter_sha256")}
            for path in (SHIPPED_ADAPTER / "run.json", *before) if path.exists() for run in [json.loads(path.read_text())]]


def base_of(quantization: str) -> str:
    return "bf16" if quantization == "none" else quantization


def machine(hardware: dict) -> str:
    return ", ".join(hardware["gpus"]) or "CPU"


def not_run(arms: dict, names=None) -> list[str]:
    missing = [name for name in names or ARMS if name not in arms]
    return [f"Not run: {', '.join(missing)}.", ""] if missing else []


def rounds_section(rounds: list[dict]) -> list[str]:
    rows = [[f"`{r['adapter_sha256'][:12]}`" + (", a mean" if r.get("averaged") else ""), f"`{r['from'][:12]}`" if r["from"] else "new", "yes" if r["shipped"] else "no", r["prompt"],
             base_of(r["quantization"]), str(r["learning_rate"]), str(r["n_train_rows"]), f"{r['epochs_done']:.2f}", str(r["steps"]), str(r["rows_per_step"]),
             f"{100 * r['slots_only']:.0f}", f"{r['val_loss']:.4f}", machine(r["hardware"]), f"{r['train_s'] / 60:.0f}", f"{r['tokens_per_s']:.0f}"] for r in rounds]
    return ["## The shipped adapter and the runs before it", "", "The shipped one is a single run. Before it, without a GPU, adapters were trained in rounds, each "
            "from another; every run had further families, so this is no comparison of settings. % cut: share of rows whose answer ends after "
            "its slots. The shipped run took prompt, base in bf16, key order and learning rate over from these rounds and from the arms as far as they "
            "were run; it was not repeated with others.", "",
            table(["adapter", "from", "shipped", "prompt", "base", "learning rate", "rows", "epochs", "steps", "rows a step", "% cut",
                   "loss on val", "machine", "minutes", "tokens/s"], rows), "",
            *[line for r in rounds if r.get("averaged") for line in (
                f"Of `{r['adapter_sha256'][:12]}` {describe_average(r['averaged'])}; its own loss is {r['val_loss']:.4f}. The losses of this sentence were measured "
                "together, on another day than those of the table; the columns on training are those of the second.", "")]]


def training_row(name: str, arm: dict) -> list[str]:
    t = arm["training"]
    answered = ([f"{arm['answer_tokens_mean']:.0f}", f"`{arm['signature']['checkpoint'][:12]}`", arm["signature"]["commit"]] if arm["suites"]
                else ["not answered", "–", "–"])
    return [name, str(t["learning_rate"]), str(t["lora_rank"]), base_of(t["quantization"]), f"{t['epochs_done']:.2f}", str(t["steps"]), f"{t['val_loss']:.4f}",
            machine(t["hardware"]), f"{t['train_s'] / 60:.1f}", f"{t['tokens_per_s']:.0f}", *answered]


def suite_tables(arms: dict, mark: str = "##") -> list[str]:
    """A table for each suite that some arm has answered."""
    parts = []
    for suite in ("dev", "test", "stress"):
        rows = [[name, arm["what"], *(cell(arm["suites"][suite].get(key)) for key, _ in METRICS)]
                for name, arm in arms.items() if suite in arm["suites"]]
        if rows:
            n = next(arm["suites"][suite]["n"] for arm in arms.values() if suite in arm["suites"])
            parts += [f"{mark} {suite} (n = {n})", "", table(["arm", "what", *(label for _, label in METRICS)], rows), ""]
    return parts


def training_table(arms: dict) -> str:
    return table(["arm", "learning rate", "rank", "base", "epochs", "steps", "loss on val", "machine", "minutes", "tokens/s", "tokens an answer",
                  "checkpoint", "answered at"], [training_row(name, arm) for name, arm in arms.items()])


def small_section(arms: dict) -> list[str]:
    """The arms of --small."""
    if not arms:
        return []
    return ["## The same on two cores, 350 rows", "", f"The {SMALL_ROWS} rows of train.jsonl alone, on the budget of one epoch of them with the draft, "
            f"with {SMALL_PAIRS} auxiliary pairs for 3,000, steps of 8 rows and the frozen base in int8. So little training teaches the form first: compare these "
            "arms with one another and with nothing else.", "", *suite_tables(arms, "###"), training_table(arms), "", *not_run(arms, SMALL_ARMS)]


def render(arms: dict, rounds: list[dict], small: dict) -> str:
    """outputs/ablations.md from outputs/ablations.json."""
    parts = ["# Ablations", "", "Rendered from outputs/ablations.json by ablate.py. Every arm was trained on about 1.2 million tokens "
             "(one epoch of 5,000 rows with the draft in the prompt) unless its line says otherwise, and compared on dev "
             "(val and dev_extra together) before anything was tried on test and stress. %, 95 % interval. The shipped adapter's own rows and base "
             "are in no other arm. An arm read normalize.py's drafts as they were at the commit where it was answered.", ""]
    parts += [*suite_tables(arms), "## How they were trained", "", training_table(arms), "",
              "The loss on val is over other texts where the key order differs, so compare it only within an order. Arms shared their "
              "machine with one another, so minutes and tokens/s say little.", "", *not_run(arms), *small_section(small), *rounds_section(rounds)]
    return "\n".join(parts).rstrip() + "\n"


def with_found(arms: dict, out: Path) -> dict:
    """The arms with what their folders in out say now; arms whose folders are gone keep their kept figures."""
    for name in ARMS:
        found = read_arm(name, out)
        if found:
            old = arms.get(name, {})
            if old.get("suites") and found["suites"] and old["signature"]["checkpoint"] == found["signature"]["checkpoint"]:
                found["suites"] = {**old["suites"], **found["suites"]}
            arms[name] = found
    return {name: arms[name] for name in ARMS if name in arms}


def write_table() -> None:
    """Table of all arms there are."""
    kept = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    arms, small = with_found(kept.get("arms", {}), OUT), with_found(kept.get("small", {}), OUT / "small")
    rounds = read_rounds()
    contract.write_atomic(TABLE, json.dumps({"arms": arms, "small": small, "rounds": rounds}, ensure_ascii=False, indent=1) + "\n")
    contract.write_atomic(REPORT, render(arms, rounds, small))
    print(REPORT.relative_to(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare ways to train.", allow_abbrev=False)
    parser.add_argument("--arms", nargs="+", choices=sorted(ARMS), help="default: all")
    parser.add_argument("--suites", choices=sorted(SUITES), default="dev", help="what the arms answer")
    parser.add_argument("--small", action="store_true", help=f"on the 350 rows alone; default arms: {', '.join(SMALL_ARMS)}")
    parser.add_argument("--render", action="store_true", help="only write the table again")
    args = parser.parse_args()
    if not args.render:
        out = OUT / "small" if args.small else OUT
        for name in args.arms or (SMALL_ARMS if args.small else ARMS):
            answer(name, train_arm(name, out, args.small), args.suites, out)
            write_table()
    write_table()


if __name__ == "__main__":
    run_main(main)
