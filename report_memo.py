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
LAW_INTRO = ("Under India's Digital Personal Data Protection Act, 2023 and Rules, 2025 (duties below bind from May 2027; engineering, not "
             "legal advice):")
LAW = (
    ("purpose (s. 4–6)", "to improve this parser, nothing else; a line holds message, answer and figures about both, no account, device or address"),
    ("notice, consent (s. 5–6, r. 3)", "`--log` is off by default and belongs behind the product's own notice, refusal and withdrawal as easy as "
     "consent; the gateway's page says that messages are kept"),
    ("redaction before logging", "redact.py takes personal data out of all texts of a line before it is written; a line that cannot be redacted is "
     "lost and counted; what it misses is still personal data, so every row here holds for the log too"),
    ("safeguards (s. 8(5), r. 6)", "file readable by its owner alone; encrypted disk and a record of access are the operator's"),
    ("retention (s. 8(7), r. 8(3))", "a file a day, out of use once picked from, deleted after the year for which the Rules keep data and logs"),
    ("erasure (s. 12)", "by request_id, which the caller keeps: task and training row at once, the line when rule 8(3) allows; the next release is "
     "trained without it"),
    ("breach (s. 8(6), r. 7)", "those affected and the Board without delay, details to the Board within 72 hours: a runbook with an owner"),
    ("children (s. 9, r. 10)", "no log for accounts of minors"),
)
RELEASE = (
    "**tag**: a clean tree where `make release-check` passes: data rebuilt, metrics re-scored, parity, licences, secrets, model card",
    "**gate**: every threshold above and the regression suite (stress suite, earlier failures, planted faults); a case that was right and turns "
    "wrong needs a written reason (`eval.py --compare`)",
    "**shadow**: the new model answers a copy of the traffic unseen; valid objects, violations and latency are compared",
    "**canary**: a small share of users; /metrics is watched for refused answers, violations, timeouts",
    "**rollback**: the last tag's adapter stays beside the new one; going back is a restart, tried at every release",
)
NOT_DONE = (
    "act on an object that failed the schema or the checker, or repair a model's JSON: it is asked for again, then refused",
    "guess a default where the message leaves it open: `clarify` asks the user",
    "let a client send a prompt, a schema or a sampling setting",
    "log raw text now and redact it later, or send messages to a larger model elsewhere without asking the user",
    "train on labels that the gold gate refused, or on rows close to a held-out one",
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
    said = (f"At concurrency {best} the engine answers most messages inside the objective; a router keeps each replica there and adds "
            "replicas, the gateway refuses the rest with 429" if best else "No measured concurrency keeps the objective on this machine")
    return ["serve.py (prompt, schema, limits, checks, typed errors) before vLLM, a process each: the engine may die and come back without the "
            f"gateway. Arm `{name}`: {arm['why']}. Free decoding first, guarded decoding for the answers that are no valid object. The prefix "
            "cache holds the instruction, the same for all.", "",
            f"{h['cpu']}, {h['cores']} cores, GPUs: {', '.join(h['gpus']) or 'none'}. Objective: p95 of TTFT ≤ {slo['ttft_s']:g} s, of "
            f"E2E ≤ {slo['e2e_s']:g} s.", "",
            table(["concurrency", "TTFT p95 s", "E2E p50 s", "E2E p95 s", "tokens/s", "messages an hour", "failed", "inside"], rows), "",
            said + "."]


def cost(bench: dict | None) -> list[str]:
    found = shipped_arm(bench)
    if not found:
        return ["No speed was measured, so no cost can be said."]
    gpus, best = bench["signature"]["hardware"]["gpus"], best_level(found[1], bench["slo"])
    model = "Price of a machine for an hour / messages an hour × a million, one replica always busy"
    if gpus:
        return [f"{model}. No price is assumed for a machine with {', '.join(gpus)}."]
    if best is None:
        return [f"{model}. No measured concurrency keeps the objective, so there is no number."]
    rate = found[1]["levels"][best]["requests_per_s"]
    return [f"{model}: USD {MACHINE_USD_PER_HOUR:g} / {3600 * rate:.0f} at concurrency {best} = **USD {usd_per_million(rate):.2f} a million "
            "messages**; half as busy costs twice as much. The price is an assumption (MACHINE_USD_PER_HOUR in report_memo.py: two cores on "
            "demand), the rate is measured."]


def gate_lines(metrics: dict | None, gates: dict | None) -> list[str]:
    """The thresholds, a line for each run and suite."""
    if not gates:
        return ["No thresholds are written down."]
    runs = (metrics or {}).get("runs", {}) | ({"foreign": metrics["foreign"]} if metrics and "foreign" in metrics else {})
    verdicts = [check_gate(gate, runs) for gate in gates["gates"]]
    groups: dict[tuple[str, str], list[str]] = {}
    for v in verdicts:
        bound = f"≥ {100 * v['min']:g}" if "min" in v else f"≤ {100 * v['max']:g}"
        value = "not measured" if v["value"] is None else f"{100 * v['value']:.1f}"
        shown = f"{v['metric']} {bound}: {value}"
        groups.setdefault((v["run"], v["suite"]), []).append(shown if v["passed"] else f"**{shown}**")
    reached = sum(v["passed"] for v in verdicts)
    return [f"{reached} of {len(verdicts)} thresholds of gates.json are reached" + (
        ": this model may be released." if reached == len(verdicts) else "; those in bold are missed, and a release waits for them."), "",
        "%, threshold: measured", "", table(["run", "suite", "thresholds"], [[*key, "; ".join(lines)] for key, lines in groups.items()])]


def simulation(flywheel: dict | None) -> str:
    """What picking is worth, in one paragraph."""
    if not flywheel:
        return "Whether picking beats drawing at random was not measured."
    s, ends = flywheel["settings"], flywheel["labels_to_random_end"]
    last = {name: points[-1] for name, points in flywheel["against_random"].items()}

    def gain(name: str, where: str) -> str:
        d = last[name][where]
        return f"{100 * d['value']:+.1f} points [{100 * d['low']:+.1f}, {100 * d['high']:+.1f}]"
    behind = [p["labels"] for p in flywheel["against_random"].get("flywheel", []) if p["overall"]["ahead"] == "random"]
    rates = {name: f"with {last[name]['labels']} labels {gain(name, 'overall')} overall, {gain(name, 'hard')} on the planted hard kinds; "
             f"random's end reached with {ends[name] if ends.get(name) is not None else 'no number of'} labels" for name in last}
    return (f"Simulation ({s['pool']} messages, {s['seeds']} seeds, {flywheel['model']}), against drawing at random: "
            + "; ".join(f"{flywheel['strategies'][name]}: {said}" for name, said in rates.items()) + "."
            + (f" With few labels random is ahead ({behind[0]} to {behind[-1]}): the first batch is drawn at random." if behind else ""))


def render_decision_memo(metrics: dict | None, bench: dict | None, gates: dict | None = None, flywheel: dict | None = None,
                         script: dict | None = None) -> str:
    """decision_memo.md. Shapes: metrics.json, outputs/bench/summary.json, gates.json, outputs/flywheel.json,
    outputs/script_rules.json; None for a file that is not there."""
    tuned = (metrics or {}).get("runs", {}).get("tuned-free")
    rows = [[suite, *(cell(m.get(k)) for k in ("json_valid", "schema_valid", "script_rows", "intent", "slot_f1"))]
            for suite, m in tuned["suites"].items()] if tuned else []
    quality = [table(["suite", "JSON valid %", "schema valid %", "script rows %", "intent %", "slot F1 %"], rows)] if tuned else [
        "No tuned model has been evaluated, so there is nothing to ship."]
    checker = (script or {}).get("checker")
    seen = [f"The script checker, which every answer passes, raises a false alarm on {100 * checker['false_alarms']['rate']:.1f} % of "
            f"{checker['false_alarms']['n']} gold tokens."] if checker else ["The script checker was not measured."]
    parts = ["# Decision memo", "", "Rendered by reports.py from metrics.json, gates.json, outputs/bench/summary.json, outputs/flywheel.json and "
             "outputs/script_rules.json.", "", "## Can it ship?", "", *quality, "", *gate_lines(metrics, gates), "", *seen, "",
             "## How it is served, and why", "", *serving(bench), "", "## What it costs", "", *cost(bench), "",
             "## Flywheel", "",
             "`serve.py --log` keeps redacted answers; `flywheel.py pick` samples those with low confidence, disagreement, violations or new words, "
             "spread so that not all are alike; people label them in Label Studio by data/LABELING.md; `flywheel.py read` lets in what passes the "
             "gold gate. A failure that was found becomes a case of the regression suite, not a training row.", "", simulation(flywheel), "",
             LAW_INTRO, "", table(["duty", "here"], [list(row) for row in LAW]), "",
             "## Release", "", *(f"{i}. {step}" for i, step in enumerate(RELEASE, 1)), "",
             "## What we would not do", "", *(f"- {line}" for line in NOT_DONE)]
    return "\n".join(parts).rstrip() + "\n"
