"""The decision memo, one page: what is served and how, what a release must reach, how the model gets better without keeping
what is personal, what it costs.

Used by reports.py. A number of ours comes from a JSON; the law's and the assumed price are constants here, and the memo
says so. What was not measured is said to be missing.

Reads:  nothing (reports.py hands over metrics.json, outputs/bench/summary.json, gates.json, outputs/flywheel.json)
Writes: nothing
"""
from eval_compare import check_gate
from report_parts import cell, number, table

# Two virtual cores with 16 GiB, on demand, as large clouds let them: list prices lie around this. An assumption, not a
# measurement; put your own price here. A machine with a GPU has another price, so none is assumed for it.
MACHINE_USD_PER_HOUR = 0.12
SHIPPED_ARMS = ("shipped", "merged")
MILLION = 1_000_000
# Digital Personal Data Protection Act, 2023 (sections) and Rules, 2025 (rules): what each asks for, what is done here.
# Notified on 13 November 2025; rules 3, 5 to 16, 22 and 23 bind eighteen months later. Rule 8(3) keeps personal data for a
# year, so an erasure that is asked for earlier takes a line out of use first.
LAW = ("India's Digital Personal Data Protection Act, 2023 and Rules, 2025 (binding from May 2027; not legal advice): *purpose* (s. 4–6), this parser and "
       "nothing else; *consent* (s. 5–6, r. 3), `--log` is off by default and belongs behind a notice; *redaction* before anything is written; *safeguards* (s. 8(5), r. 6), owner-only files on an encrypted disk; *retention* (s. 8(7), r. 8(3)), a file a "
       "day, deleted after a year; *erasure* (s. 12) by request_id, from tasks and training rows at once; *breach* (s. 8(6), r. 7), those affected and "
       "the Board told at once, details within 72 hours; *minors* (s. 9, r. 10), no log.")
CONFIRM = ("Until then a caller shows the slots and asks before it moves money or cancels anything; an answer's confidence says which to doubt "
           "(outputs/bench/details.md).")
RELEASE = (
    "**tag** a clean tree where `make release-check` passes",
    "**gate** on every threshold and the regression suite; what turns wrong needs a written reason (`eval.py --compare`)",
    "**shadow** on copied traffic; **canary** for few users, watching /metrics",
    "**rollback**: a restart with the last tag's adapter, tried at every release",
)
NOT_DONE = (
    "repair an answer: it is asked for once more under the grammar, then refused, or goes out with what fails in its `checks`",
    "guess where the message leaves it open (`clarify` asks); let a client send a prompt, a schema or a sampling setting",
    "log now and redact later; send messages elsewhere; train on rows the gate refused; lower a threshold to pass",
)


def shipped_arm(bench: dict | None) -> tuple[str, dict] | None:
    """(name, arm) of what is served; None where it was not measured."""
    arms = (bench or {}).get("arms", {})
    return next(((name, arms[name]) for name in SHIPPED_ARMS if name in arms), None)


def meets(level: dict, slo: dict) -> bool:
    """Whether a level of concurrency keeps the objective: nothing failed, p95 of TTFT and of E2E inside."""
    return not level["failed"] and all(level[k]["p95"] is not None and level[k]["p95"] <= slo[k] for k in ("ttft_s", "e2e_s"))


def best_level(arm: dict, slo: dict) -> str | None:
    """Concurrency with the most requests/s among those that keep the objective; None where none does."""
    good = [name for name, level in arm["levels"].items() if meets(level, slo)]
    return max(good, key=lambda name: arm["levels"][name]["requests_per_s"], default=None)


def usd_per_million(requests_per_s: float) -> float:
    """Price of a million messages on one machine that is always busy."""
    return MACHINE_USD_PER_HOUR * MILLION / (3600 * requests_per_s)


def serving(bench: dict | None) -> list[str]:
    found = shipped_arm(bench)
    if not found:
        return ["The shipped model's speed was not measured."]
    name, arm = found
    slo, h = bench["slo"], bench["signature"]["hardware"]
    rows = [[level, number(f["ttft_s"]["p95"]), number(f["e2e_s"]["p50"]), number(f["e2e_s"]["p95"]), number(f["output_tokens_per_s"], 1),
             number(3600 * f["requests_per_s"], 0), str(f["failed"]), "yes" if meets(f, slo) else "no"]
            for level, f in arm["levels"].items()]
    best = best_level(arm, slo)
    said = (f"{best} is the measured concurrency with most messages inside the objective; a router keeps replicas there and adds "
            "more; MAX_WAITING of gateway.py, beyond which it answers 429, should be set to it" if best else "No measured concurrency keeps the objective on this machine")
    return ["serve.py (prompt, schema, limits, checks, typed errors) before vLLM, a process each. Free decoding "
            "first; an answer that is no valid object or fails a check once more with guarded decoding, which keeps schema and words; the one with fewer "
            "faults goes out. "
            f"Arm `{name}` of latency_report.md on {h['cpu']}, {h['cores']} cores, GPUs: {', '.join(h['gpus']) or 'none'}; objective: p95 of TTFT ≤ "
            f"{slo['ttft_s']:g} s, of E2E ≤ {slo['e2e_s']:g} s.", "",
            table(["concurrency", "TTFT p95 s", "E2E p50 s", "E2E p95 s", "tokens/s", "messages an hour", "failed", "inside"], rows), "",
            said + "."]


def on_gpu(gpu: dict | None) -> str:
    """What one server does on a GPU that the same script was run on, as a sentence after the cost; empty without one."""
    found = shipped_arm(gpu)
    best = best_level(found[1], gpu["slo"]) if found else None
    if best is None:
        return ""
    rate = found[1]["levels"][best]["requests_per_s"]
    return (f" One server on one {', '.join(gpu['signature']['hardware']['gpus'])} answers {3600 * rate:.0f} an hour at concurrency {best} "
            "(outputs/bench_cuda); no price is assumed.")


def served_quality(bench: dict | None) -> list[str]:
    """What is known of the weights that are served, where they are not those the evaluation asked."""
    found = shipped_arm(bench)
    if not found or found[1].get("weights") in (None, "merged"):
        return []
    q, other = found[1]["quality"], bench["arms"].get("merged", {}).get("quality")
    beside = f" (merged on the same messages {cell(other['slot_f1'])})" if other and other["json_valid"]["n"] == q["json_valid"]["n"] else ""
    return [f"Measured on merged bf16; what a CPU serves (`{found[1]['weights']}`), on {q['json_valid']['n']} timed answers: schema valid "
            f"{cell(q['schema_valid'])}, slot F1 {cell(q['slot_f1'])}{beside}.", ""]


def cost(bench: dict | None, gpu: dict | None = None) -> list[str]:
    found = shipped_arm(bench)
    if not found:
        return ["No speed was measured, so no cost can be said."]
    gpus, best = bench["signature"]["hardware"]["gpus"], best_level(found[1], bench["slo"])
    model = "Price of a machine's hour / messages an hour × a million, one replica always busy"
    if gpus:
        return [f"{model}. No price is assumed for a machine with {', '.join(gpus)}."]
    if best is None:
        return [f"{model}. No measured concurrency keeps the objective, so there is no number."]
    rate = found[1]["levels"][best]["requests_per_s"]
    planned = bench.get("sizing", {}).get(found[0], {}).get("headroom")
    at_plan = f" At the sizing's {100 * planned:.0f} % load USD {usd_per_million(rate * planned):.2f}." if planned else ""
    return [f"{model}: USD {MACHINE_USD_PER_HOUR:g} / {3600 * rate:.0f} at concurrency {best} = **USD {usd_per_million(rate):.2f} a million "
            "messages**. The price is assumed (MACHINE_USD_PER_HOUR in report_memo.py)." + at_plan + on_gpu(gpu)]


def gate_lines(metrics: dict | None, gates: dict | None) -> list[str]:
    """How many thresholds are reached, and those that are not."""
    if not gates:
        return ["No thresholds are written down."]
    runs = (metrics or {}).get("runs", {}) | ({"foreign": metrics["foreign"]} if metrics and "foreign" in metrics else {})
    verdicts = [check_gate(gate, runs) for gate in gates["gates"]]
    missed: dict[str, list[str]] = {}
    for v in (v for v in verdicts if not v["passed"]):
        bound = f"≥ {100 * v['min']:g}" if "min" in v else f"≤ {100 * v['max']:g}"
        value = "not measured" if v["value"] is None else f"{100 * v['value']:.1f}"
        missed.setdefault(f"{v['run']}, {v['suite']}", []).append(f"{v['metric']} {bound}: {value}")
    said = f"{len(verdicts) - sum(map(len, missed.values()))} of {len(verdicts)} thresholds of gates.json are reached"
    if not missed:
        return ["**Yes.** " + said + ": this model may be released."]
    return ["**Not yet.** " + said + "; missed (%, threshold: measured):", "", *(f"- {where}: {'; '.join(lines)}" for where, lines in missed.items())]


def simulation(flywheel: dict | None) -> str:
    """What picking is worth, in one paragraph."""
    if not flywheel:
        return "Whether picking beats drawing at random was not measured."
    s = flywheel["settings"]

    def gain(d: dict) -> str:
        return f"{100 * d['value']:+.1f} points [{100 * d['low']:+.1f}, {100 * d['high']:+.1f}]"

    said = []
    for start in (r for r in (flywheel, flywheel.get("in_use")) if r):
        last = start["against_random"]["flywheel"][-1]
        known, behind = start["settings"].get("known_before", 0), [str(p["labels"]) for p in start["against_random"]["flywheel"] if p["overall"]["ahead"] == "random"]
        said.append(f"{known or 'no'} rows known before: {last['labels']} labels {gain(last['overall'])}, {gain(last['hard'])} on planted hard "
                    "kinds" + (f" (random ahead at {', '.join(behind)})" if behind else ""))
    shipped = flywheel.get("shipped_model")
    found = (f" The shipped model's answers: {100 * shipped['flywheel']['exact_wrong']['value']:.0f} % of the picked are not exact, "
             f"{100 * shipped['all']['exact_wrong']['value']:.0f} % of all." if shipped else "")
    return (f"Simulation ({s['pool']} messages, {s['seeds']} seeds, {flywheel['model'].split(';')[0]}), picked minus random: "
            + "; ".join(said) + "." + found)


def render_decision_memo(metrics: dict | None, bench: dict | None, gates: dict | None = None, flywheel: dict | None = None,
                         script: dict | None = None, gpu: dict | None = None) -> str:
    """decision_memo.md. Shapes: metrics.json, outputs/bench/summary.json, gates.json, outputs/flywheel.json,
    outputs/script_rules.json, outputs/bench_cuda/summary.json; None for a file that is not there."""
    tuned = (metrics or {}).get("runs", {}).get("tuned-free")
    rows = [[suite, *(cell(m.get(k)) for k in ("json_valid", "schema_valid", "script_rows", "intent", "slot_f1"))]
            for suite, m in tuned["suites"].items()] if tuned else []
    quality = [table(["suite", "JSON valid %", "schema valid %", "script rows %", "intent %", "slot F1 %"], rows)] if tuned else [
        "No tuned model has been evaluated, so there is nothing to ship."]
    checker, alarms = (script or {}).get("checker"), (metrics or {}).get("planted", {}).get("false_alarms", {}).get("script")
    seen = [f"Every answer is run through the script checker; it raises a false alarm on {100 * checker['false_alarms']['rate']:.1f} % of "
            f"{checker['false_alarms']['n']} gold tokens" + (f", on {alarms['hits']} of {alarms['n']} gold answers" if alarms else "") + "."
            ] if checker else ["The script checker was not measured."]
    seen += ["", CONFIRM] if tuned else []
    parts = ["# Decision memo", "", "Rendered from metrics.json, gates.json, outputs/{bench,bench_cuda}/summary.json, flywheel.json, script_rules.json.", "", "## Can it ship?", "", *quality, "", *gate_lines(metrics, gates), "", *served_quality(bench), *seen, "",
             "## How it is served, and why", "", *serving(bench), "", "## What it costs", "", *cost(bench, gpu), "",
             "## Flywheel", "",
             "`serve.py --log` keeps redacted answers; `flywheel.py pick` samples doubtful ones, spread out; "
             "people label by data/LABELING.md; `flywheel.py read` lets in what passes the gold gate. A failure joins the regression suite.", "", simulation(flywheel), "", LAW, "",
             "## Release", "", *(f"{i}. {step}" for i, step in enumerate(RELEASE, 1)), "",
             "## What we would not do", "", *(f"- {line}" for line in NOT_DONE)]
    return "\n".join(parts).rstrip() + "\n"
