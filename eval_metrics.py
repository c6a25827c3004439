"""From predictions to metrics.json: suites in, records, aggregates, comparisons and examples out; no model anywhere.

Used by eval.py and ablate.py.

Reads:  suites, outputs/eval/<name>/predictions.jsonl and run.json, outputs/foreign.json
Writes: nothing
"""
import hashlib
import json
from pathlib import Path

import contract
import scoring
from common import ROOT, Problem, log, read_jsonl
from eval_page import WRONG

METRIC_VERSION = 2   # raise when the same predictions would get other numbers
N_EXAMPLES = 10
FOREIGN = ROOT / "outputs" / "foreign.json"   # messages that nobody here wrote; see measure_foreign.py
GATES = ROOT / "gates.json"   # release thresholds
PAIRED = (("baseline-free", "tuned-free"), ("tuned-free", "tuned-guarded"))
PAIRED_FACTS = ("json_valid", "schema_valid", "script_ok", "intent_ok", "exact")


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


def score(cases: list[dict], predictions: list[dict]) -> dict[str, list[dict]]:
    """Records by suite."""
    by_id = {p["id"]: p for p in predictions}
    records: dict[str, list[dict]] = {}
    for case in cases:
        records.setdefault(case["suite"], []).append(scoring.score_case(case, by_id[case["id"]]))
    return records


def summarize(run: dict, cases: list[dict], predictions: list[dict]) -> tuple[dict, dict[str, list[dict]]]:
    """({"signature", "suites"}, records) of one run."""
    records = score(cases, predictions)
    outputs = {p["id"]: scoring.parse_prediction(p["raw"], p["finish"])[0] for p in predictions}
    suites = {name: scoring.aggregate(rows, [c for c in cases if c["suite"] == name], outputs)
              for name, rows in records.items()}
    tokens = [p["completion_tokens"] for p in predictions if p["finish"] == "stop"]
    signature = {**run, "metric_version": METRIC_VERSION,
                 "answer_tokens_mean": sum(tokens) / len(tokens) if tokens else None}
    return {"signature": signature, "suites": suites}, records


def examples(cases: list[dict], runs: dict[str, list[dict]]) -> list[dict]:
    """Before and after on every k-th case of the last suite, so that nobody picked them; failures come as they come. The gold is
    the accepted output that the last run's answer comes closest to."""
    last = [c for c in cases if c["suite"] == cases[-1]["suite"]]
    step = max(1, len(last) // N_EXAMPLES)
    by_run = {name: {p["id"]: p for p in rows} for name, rows in runs.items()}
    answers = list(by_run.values())[-1] if by_run else {}
    return [{"id": c["id"], "input": c["input"], "gold": gold_line(c, answers.get(c["id"])),
             **{name: rows[c["id"]]["raw"] if c["id"] in rows else None for name, rows in by_run.items()}} for c in last[::step][:N_EXAMPLES]]


def gold_line(case: dict, prediction: dict | None = None) -> str | None:
    """The gold, or the alternative that an answer comes closest to, as one line; json.dumps, since a suite's gold may break the
    contract."""
    if not case.get("output"):
        return None
    predicted = scoring.parse_prediction(prediction["raw"], prediction["finish"])[0] if prediction else None
    return json.dumps(scoring.best_reference(case, predicted), ensure_ascii=False, separators=(",", ":"))


def gold_is_flagged(case: dict) -> bool:
    """Whether the script checker raises an alarm on the gold itself: there it is wrong, and shows nothing about an answer."""
    gold = case.get("output")
    return bool(gold) and not scoring.script_facts(gold, case["input"], gold)["script_ok"]


def failures(records: dict[str, list[dict]]) -> dict[str, dict[str, list[str]]]:
    """{suite: {what is wrong: ids}}, in the words of the cases page."""
    return {suite: {what: ids for what, test in WRONG.items() if (ids := [r["id"] for r in rows if test(r)])}
            for suite, rows in records.items()}


def failure_examples(cases: list[dict], records: dict[str, list[dict]], predictions: list[dict]) -> list[dict]:
    """Per kind of failure the first case of the last suite that has it and stands for no earlier kind; of script failures one
    whose gold the checker accepts, where there is one."""
    suite = cases[-1]["suite"]
    by_id, answers, out, used = {c["id"]: c for c in cases}, {p["id"]: p for p in predictions}, [], set()
    for what, ids in failures(records)[suite].items():
        new = [i for i in ids if i not in used]
        if what == "script":
            new = [i for i in new if not gold_is_flagged(by_id[i])] or new
        if new:
            used.add(new[0])
            out.append({"what": what, "n": len(ids), "id": new[0], "input": by_id[new[0]]["input"],
                        "gold": gold_line(by_id[new[0]], answers[new[0]]), "raw": answers[new[0]]["raw"]})
    return out


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


def build_metrics(folders: list[Path], required: list[Path], suites_override: dict[str, Path] | None = None) -> tuple[dict, dict]:
    """(metrics.json, {run: (cases, records, predictions)}) from the predictions in these folders.

    Raises Problem where a required folder cannot be scored; others are left out.
    """
    import eval_sanity
    metrics: dict = {"metric_version": METRIC_VERSION, "runs": {}}
    read: dict[str, tuple] = {}
    for folder in folders:
        try:
            run, cases, predictions = load_run(folder, suites_override)
        except Problem as problem:
            if folder in required:
                raise
            log(f"eval.py: left out of metrics.json: {problem}")  # another, unfinished or older run must not block this
            continue
        metrics["runs"][folder.name], records = summarize(run, cases, predictions)
        read[folder.name] = (cases, records, predictions)
    metrics["paired"] = paired(read)
    metrics["parity"] = parity(read, metrics["runs"])
    shown = {n: r[2] for n, r in read.items() if n in ("baseline-free", "tuned-free")} or {n: r[2] for n, r in read.items()}
    main = "tuned-free" if "tuned-free" in read else next(iter(read))
    cases, records, predictions = read[main]
    metrics["examples"] = examples(cases, shown)
    metrics["failures"] = {"run": main, "counts": {s: {w: len(ids) for w, ids in found.items()} for s, found in failures(records).items()},
                           "examples": failure_examples(cases, records, predictions)}
    if any(c.get("output") for c in cases):
        metrics["sanity"], metrics["planted"] = eval_sanity.systems_table(cases), eval_sanity.plant(cases)
    if suites_override is None and FOREIGN.exists():
        metrics["foreign"] = json.loads(FOREIGN.read_text())
    if suites_override is None and "tuned-free" in read:
        metrics["gates"] = gate_results(metrics, GATES)
    return metrics, read


def gate_results(metrics: dict, path: Path) -> list[dict]:
    """Every threshold of a file of gates with the value measured and whether it is reached."""
    from eval_compare import check_gate, read_gates
    runs = metrics["runs"] | ({"foreign": metrics["foreign"]} if "foreign" in metrics else {})
    return [check_gate(gate, runs) for gate in read_gates(path)]


def compared(before: list[dict], after: list[dict]) -> dict:
    """{fact or statistic: paired difference}; the statistics only where there are golds."""
    facts = {fact: scoring.compare(before, after, fact) for fact in PAIRED_FACTS}
    golds = all("gold_intent" in r for r in before + after)
    return facts | ({name: scoring.compare_statistic(before, after, name) for name in scoring.STATISTICS} if golds else {})


def paired(read: dict[str, tuple]) -> dict:
    """{"after - before": {suite: {fact: comparison}}} of the pairs of runs that are there."""
    out = {}
    for before, after in PAIRED:
        if before in read and after in read:
            a, b = read[before][1], read[after][1]
            out[f"{after} - {before}"] = {suite: compared(a[suite], b[suite]) for suite in a if suite in b}
    return out


def parity(read: dict[str, tuple], runs: dict[str, dict]) -> dict | None:
    """Share of answers that the merged weights and the adapter at run time give to the letter alike, by suite, and both
    sides' records exactly right; None where the two runs are not both there, or not of one checkpoint."""
    from eval_compare import identical_answers
    merged, runtime = read.get("tuned-free"), read.get("tuned-adapter-free")
    if not merged or not runtime or len({runs[n]["signature"]["checkpoint"] for n in ("tuned-free", "tuned-adapter-free")}) > 1:
        return None
    suites = [s for s in merged[1] if s in runtime[1]]
    def of(run: tuple, suite: str) -> list[dict]:
        return [p for p in run[2] if p["suite"] == suite]
    return {s: {"identical": identical_answers(of(merged, s), of(runtime, s)),
                "exact": scoring.compare(merged[1][s], runtime[1][s], "exact")} for s in suites}
