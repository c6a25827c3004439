"""latency_report.md, details.md and two plots from outputs/bench/summary.json: what was measured, what it gained, what bounds it.

Used by bench_latency.py and reports.py. Pure functions but for plot: no number is computed here that summary.json does not
hold. The report is what reads in five minutes; details.md beside the JSON has every column, interval and setting.

Reads:  nothing
Writes: latency.png, throughput.png (plot)
"""
import json
from pathlib import Path

import contract
from report_parts import cell, escape, number, table

GPU_SUMMARY = "outputs/bench_cuda/summary.json"     # the same script on a machine with a GPU
RATIOS = (("ttft_p50", "TTFT p50"), ("ttft_p95", "TTFT p95"), ("tpot_p50", "TPOT p50"), ("e2e_p50", "E2E p50"), ("tokens_per_s", "tokens/s"),
          ("requests_per_s", "requests/s"))
QUALITY = (("json_valid", "JSON valid"), ("schema_valid", "schema valid"), ("script_tokens", "script tokens"),
           ("intent", "intent"), ("slot_f1", "slot F1"))
CLIENT_ROWS = (("n", "requests", 0), ("failed", "failed", 0), ("ttft_p50_s", "TTFT p50 s", 3), ("ttft_p95_s", "TTFT p95 s", 3),
               ("e2e_p50_s", "E2E p50 s", 3), ("tpot_p50_s", "TPOT p50 s", 4), ("itl_p50_s", "ITL p50 s", 4),
               ("output_tokens_per_s", "tokens/s", 1), ("requests_per_s", "requests/s", 3), ("answer_tokens_mean", "tokens an answer", 1))

SHOWN_PAIRS = (("naive", "shipped"), ("lora", "shipped"), ("merged", "shipped"), ("token-by-token", "shipped"), ("baseline", "merged"))   # the rest: details.md

METHOD = """Real servers, one at a time, streaming over HTTP, closed loop: as many requests under way as the concurrency says.
Distinct messages from the test split and the stress suite, none twice within a repetition, the same ones for every arm (a slow one is
measured once, on the first half of a level's); repetitions interleaved, arm by arm. Greedy, answers end with the stop token. Figures are medians over repetitions of
per-repetition percentiles."""
FILLED = (" Those of {} end before the field `script_rules`, which is the same in every answer (the constant) and is written by the service; they are "
          "scored as it completes them.")
FORMULAS = """TTFT: sent until the first text arrives, so waiting for a place in the batch is in it. Queueing: TTFT p50 less that at
concurrency 1: waiting for a place, and a step shared with others; below zero is noise. E2E: sent until the stream ends. TPOT: (E2E - TTFT) / (tokens - 1), what a further token takes, the one to
compare where answers differ in length, as those of baseline and merged do. tokens/s: output tokens of all
requests over the wall time of the level, whose last answers come alone: one long message stretches it. At concurrency 1 the
messages are few, and p95 is nearly the longest one's.

A ratio (×) says how many times better: times as before / after, rates as after / before. Its 95 % interval is a bootstrap over repetitions and
the messages that both arms answered, the same draw for both; their wall time is the level's by their share of its summed E2E. It covers
the messages, and the machine only as far as the repetitions do."""
GUARDED_AIM = 1.05
LIMITS = """Decode: weight bytes read for a step × steps/s at the lowest concurrency, over the larger of the measured read and
copy rates; the ceiling is that rate's, at as many tokens a step as were made. Prefill: 2 × layer parameters × prompt tokens / TTFT p50 there, over the measured product rate of the layers'
number type. All: every operation a second at the highest concurrency, output head included, over the same rate. Prompt tokens
found in the prefix cache count as computed; attention and wrong guesses do not count."""


def ratio(node: dict | None, digits: int = 2) -> str:
    """A ratio with its interval; a dash where there is none."""
    return "–" if not node else f"{node['value']:.{digits}f} [{node['low']:.{digits}f}, {node['high']:.{digits}f}]"


def percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def machine_line(signature: dict) -> str:
    h, versions = signature["hardware"], ", ".join(f"{k} {v}" for k, v in signature["versions"].items() if v)
    return (f"{h['cpu']}, {h['cores']} cores, {h['memory_gib']} GiB; GPUs: {', '.join(h['gpus']) or 'none'}. {versions}. Model "
            f"{signature['model']}, checkpoint `{signature['checkpoint'][:12]}`, commit {signature['commit']}.")


def other_run(signature: dict | None) -> str:
    """Names the run of figures that were not measured in the core arms' run."""
    return f" Measured in another run: {machine_line(signature)}" if signature else ""


def introduction(summary: dict, plots: str, gpu: dict | None) -> list[str]:
    return ["# Latency report", "",
            f"Rendered from {plots}/summary.json{f' and {GPU_SUMMARY}' if gpu else ''}; raw samples in samples, side and peers beside it.", "",
            machine_line(summary["signature"]), "",
            "## What was measured", "",
            f"{METHOD}{filled_arms(summary)} {summary['n_warmup']} warm-up requests with other messages. Goodput: requests/s with TTFT ≤ "
            f"{summary['slo']['ttft_s']:g} s and E2E ≤ {summary['slo']['e2e_s']:g} s.", ""]


def filled_arms(summary: dict) -> str:
    names = [f"`{name}`" for name, arm in summary["arms"].items() if arm.get("filled")]
    return FILLED.format(", ".join(names)) if names else ""


def short_rows(arms: dict) -> list[list[str]]:
    """Speed with the quality of the very answers beside it."""
    return [[name, level, f"{f['n']} ({f['failed']} failed)", *(" / ".join(number(f[k][p]) for p in ("p50", "p95")) for k in ("ttft_s", "e2e_s")),
             number((f.get("queueing_s") or {}).get("p50")), number(f["output_tokens_per_s"], 1), number(f["requests_per_s"], 2),
             number(f["goodput_per_s"], 2), number(f["answer_tokens_mean"], 0),
             *(cell(arm["quality"][k], interval=False) for k in ("schema_valid", "script_tokens", "slot_f1"))]
            for name, arm in arms.items() for level, f in arm["levels"].items()]


def short_table(arms: dict) -> list[str]:
    return [table(["arm", "concurrency", "requests", "TTFT s p50 / p95", "E2E s p50 / p95", "queueing s", "tokens/s", "requests/s", "goodput/s",
                   "tokens an answer", "schema valid %", "script tokens %", "slot F1 %"], short_rows(arms)), "", *repetitions_line(arms), *missing_levels(arms)]


def latency_rows(arms: dict) -> list[list[str]]:
    return [[name, level, f"{f['n']} ({f['failed']} failed)",
             *(" / ".join(number(f[k][p]) for p in ("p50", "p90", "p95")) for k in ("ttft_s", "e2e_s")),
             *("–" if f[k]["p50"] is None else number(1000 * f[k]["p50"], 1) for k in ("tpot_s", "itl_s")), number(f["output_tokens_per_s"], 1),
             number(f["tokens_per_s_per_request_p50"], 1), number(f["requests_per_s"], 3), number(f["goodput_per_s"], 3),
             number(f["answer_tokens_mean"], 0), number(f.get("tokens_per_step", 1.0)), percent(f.get("guesses_right"))]
            for name, arm in arms.items() for level, f in arm["levels"].items()]


def missing_levels(arms: dict) -> list[str]:
    """Says which arm lacks a level that another has: it was stopped before it."""
    levels = dict.fromkeys(level for arm in arms.values() for level in arm["levels"])
    found = [f"{name} at {level}" for name, arm in arms.items() for level in levels if level not in arm["levels"]]
    return [f"Stopped before it was measured: {', '.join(found)}.", ""] if found else []


def repetitions_line(arms: dict) -> list[str]:
    """How many repetitions stand behind the rows, where not all arms have the same number."""
    counts: dict[int, list[str]] = {}
    for name, arm in arms.items():
        counts.setdefault(max(f["repetitions"] for f in arm["levels"].values()), []).append(f"`{name}`")
    said = "; ".join(f"{n} of {', '.join(names)}" for n, names in sorted(counts.items(), reverse=True))
    return [f"Repetitions: {said}.", ""] if len(counts) > 1 else []


def latency_table(arms: dict) -> list[str]:
    return [table(["arm", "concurrency", "requests", "TTFT s p50 / p90 / p95", "E2E s p50 / p90 / p95", "TPOT ms p50", "ITL ms p50",
                   "tokens/s", "tokens/s a request", "requests/s", "goodput/s", "tokens an answer", "tokens a step", "guesses right %"], latency_rows(arms)),
            "", *missing_levels(arms)]


def core_table(summary: dict, plots: str) -> list[str]:
    return [*short_table(summary["arms"]), f"![TTFT]({plots}/latency.png) ![throughput]({plots}/throughput.png)", "", FORMULAS, "",
            *untrained_prompts(summary["arms"])]


def differences(before: dict, after: dict) -> str:
    """What sets two arms apart, from their settings."""
    changes = [f"{k} {before.get(k)} → {after.get(k)}" for k in ("weights", "prompt", "guarded") if before.get(k) != after.get(k)]
    if bool(before.get("filled")) != bool(after.get("filled")):
        changes.append("answers stopped before the contract's constant" if after.get("filled") else "whole answers")
    if bool(before.get("logprobs")) != bool(after.get("logprobs")):
        changes.append("log-probabilities asked for" if after.get("logprobs") else "no log-probabilities")
    keys = dict.fromkeys([*before["settings"], *after["settings"]])
    changes += [f"{k} {before['settings'].get(k)} → {after['settings'].get(k)}" for k in keys
                if before["settings"].get(k) != after["settings"].get(k)]
    return "; ".join(changes) or "nothing"


def improvements(summary: dict) -> list[str]:
    """Before and after, in one run; the pairs of SHOWN_PAIRS."""
    ratios = [r for r in summary.get("ratios") or [] if (r["before"], r["after"]) in SHOWN_PAIRS]
    if not ratios:
        return []
    arms = summary["arms"]
    pairs = dict.fromkeys((r["before"], r["after"]) for r in ratios)
    return ["## Before and after, same run", "",
            *(f"- **{b} → {a}**: {differences(arms[b], arms[a])}" for b, a in pairs), "", *ratio_table(ratios)]


def ratio_table(ratios: list[dict]) -> list[str]:
    return [table(["before → after", "concurrency", *(f"{label} ×" for _, label in RATIOS)],
                  [[f"{r['before']} → {r['after']}", str(r["concurrency"]), *(ratio(r.get(k)) for k, _ in RATIOS)] for r in ratios]), ""]


def quality_table(arms: dict) -> list[str]:
    return [table(["arm", "n", *(f"{label} %" for _, label in QUALITY)],
                  [[name, str(a["quality"]["json_valid"]["n"]), *(cell(a["quality"][k]) for k, _ in QUALITY)]
                   for name, a in arms.items()]), ""]


def untrained_prompts(arms: dict) -> list[str]:
    """A sentence for each core arm that was asked with a prompt it was not trained on."""
    trained = arms.get("shipped", {}).get("prompt")
    return [line for name, a in arms.items() if trained and a["weights"] == "lora" and a["prompt"] != trained
            for line in (f"`{name}` asks with the prompt `{a['prompt']}`, which an adapter trained with `{trained}` never saw: of it only the times "
                         "say something. lora → shipped has one prompt on both sides.", "")] + [
        line for name, a in arms.items() if a["weights"] == "base" and a["prompt"] == "brief"
        for line in (f"`{name}` is the base model with the prompt `{a['prompt']}`, which holds no instructions: what it can do with the prompt `long` is in report.md.", "")]


def drift(side: dict) -> str:
    rates = side.get("control_tokens_per_s") or []
    if len(rates) < 2:
        return f" Ratios against `{side['control']}`."
    return (f" Ratios against the two measurements of `{side['control']}` before and after an arm, as if they were two repetitions; its {len(rates)} had "
            f"{number(min(rates), 0)} to {number(max(rates), 0)} tokens/s, so much does the machine change meanwhile.")


def side_table(summary: dict) -> list[str]:
    side = summary.get("side")
    if not side:
        return []
    rows, failed = [], []
    for name, arm in side["arms"].items():
        if "error" in arm:
            failed.append(f"- **{name}** ({arm['why']}) could not be measured: {escape(arm['error'])}")
            continue
        f, against = arm["levels"][str(side["concurrency"])], arm["against_control"] or {}
        rows.append([name, arm["why"], str(f["failed"]), number(f["ttft_s"]["p50"]), number(f["e2e_s"]["p50"]),
                     number(f["output_tokens_per_s"], 1), *(ratio(against.get(k)) for k in ("ttft_p50", "e2e_p50", "tokens_per_s")),
                     cell(arm["quality"]["schema_valid"], interval=False), cell(arm["quality"]["slot_f1"], interval=False)])
    return ["## One change at a time", "",
            f"Each once, at concurrency {side['concurrency']}, on the same messages.{drift(side)}{other_run(side.get('other_run'))}", "",
            table(["arm", "what", "failed", "TTFT p50 s", "E2E p50 s", "tokens/s", "TTFT p50 ×", "E2E p50 ×", "tokens/s ×",
                   "schema valid %", "slot F1 %"], rows), "", *failed, *[""] * bool(failed), *guarded_price(side)]


def guarded_price(side: dict) -> list[str]:
    found = ((side["arms"].get("guarded") or {}).get("against_control") or {}).get("e2e_p50")
    if not found:
        return []
    value, low, high = (1 / found[k] for k in ("value", "high", "low"))
    said = "reached" if value <= GUARDED_AIM else "missed, the interval includes it" if low <= GUARDED_AIM else "missed"
    return [f"Guarded decoding makes E2E p50 {value:.2f} [{low:.2f}, {high:.2f}] times as long; the aim, at most {GUARDED_AIM:g}, is {said}. The service uses it "
            "only for the second answer to a message whose first one fails.", ""]


SHIPPED_CHANGES = {"two-processes": "on a CPU the engine computes in its own process, where vLLM's own layout has a worker and spins beside it",
                   "vllm-worker": "cpu_worker.py: norms, a grammar's mask and log-probabilities in one pass each where vLLM's worker takes several",
                   "whole-vocabulary": "the served vocabulary cut to what messages and answers hold (cut_vocabulary.py)",
                   "whole-answer": "answers stopped where only the constant is left"}


def shipped_changes(summary: dict) -> list[str]:
    """The improvements that are defaults, each with what its side arm loses without it, where the interval says that it loses."""
    arms, lines = (summary.get("side") or {}).get("arms", {}), []
    if guessed := [r for r in summary.get("ratios") or [] if (r["before"], r["after"]) == ("token-by-token", "shipped") and r["e2e_p50"]["low"] > 1]:
        steps = summary["arms"]["shipped"]["levels"]
        lines.append("- speculate.py guesses the next tokens from the training answers and from the draft in the prompt, and a step checks them: " + "; ".join(
            f"at {r['concurrency']} a step makes {number(steps[str(r['concurrency'])]['tokens_per_step'], 1)} tokens and E2E p50 without it is "
            f"{ratio(r['e2e_p50'])} times as long" for r in guessed) + " (`token-by-token`)")
    for name, said in SHIPPED_CHANGES.items():
        r = ((arms.get(name) or {}).get("against_control") or {}).get("e2e_p50")
        if r and r["high"] < 1:
            lines.append(f"- {said}: without it E2E p50 is {1 / r['value']:.2f} [{1 / r['high']:.2f}, {1 / r['low']:.2f}] times as long (`{name}`)")
    idle = [f"`{name}` {1 / r['value']:.2f} [{1 / r['high']:.2f}, {1 / r['low']:.2f}]" for name in (*SHIPPED_CHANGES, "no-prefix-cache")
            if (r := ((arms.get(name) or {}).get("against_control") or {}).get("e2e_p50")) and r["high"] >= 1]
    if lines and idle:
        lines += ["", f"Defaults that gained nothing certain at concurrency {summary['side']['concurrency']}, E2E p50 without them: {', '.join(idle)} times as long."]
    return ["Shipped as defaults, each proven by an arm without it, beside int8 weights (merged → shipped, above):", "", *lines, ""] if lines else []


def limits_section(summary: dict) -> list[str]:
    limits = summary.get("limits")
    if not limits:
        return []
    rates = ", ".join(f"{name} {rate / 1e9:.0f}" for name, rate in limits["operations_per_s"].items())
    rows = [[name, f"{a['bytes_per_step'] / 1e6:.0f}", a["layer_type"], number(a["ceiling_tokens_per_s"], 1),
             percent(a["decode_bandwidth_share"]), percent(a["prefill_share"]), percent(a["operations_share"])]
            for name, a in limits["arms"].items()]
    return ["## How near to the machine's limits", "",
            f"Measured on {limits['device']} with {limits['threads']} threads before any server ran: memory read "
            f"{limits['read_bytes_per_s'] / 1e9:.1f} GB/s, copied {limits['copy_bytes_per_s'] / 1e9:.1f} GB/s; products, in 10⁹ "
            f"operations/s: {rates}.", "",
            table(["arm", "MB read a step", "layers", "ceiling tokens/s of one request", "decode % of bandwidth",
                   "prefill % of product rate", "all % of product rate"], rows), "", LIMITS, ""]


def profile_section(summary: dict) -> list[str]:
    """Where the time of a step goes."""
    p = summary.get("profile")
    if not p:
        return []
    if "error" in p:
        return ["## Where a step's time goes", "", f"The profiler could not be run: {escape(p['error'])}", ""]
    rows = [[kind, number(1000 * p["kinds_s"][kind], 2), percent(share)] for kind, share in p["shares"].items()]
    return ["## Where a step's time goes", "",
            f"`{p['arm']}`, one request at a time, {p['tokens']} output tokens; {1000 * p['step_s']:.1f} ms a token without the profiler, "
            f"{1000 * p['profiled_step_s']:.1f} ms under it. Times inside operators are the profiler's, prefill included; the last row is what "
            "the unprofiled step leaves.", "", table(["what", "ms a token", "%"], rows), ""]


def routing_section(summary: dict) -> list[str]:
    """What a confidence rule would send to a larger model, and what that could gain."""
    r = summary.get("routing")
    if not r:
        return []
    rows = [[percent(p["sent_on"]), number(p["bound"], 3), number(p["cost"]), percent(p["kept_right"]),
             f"{percent(p['at_worst'])} to {percent(p['at_best'])}"] for p in r["points"][:8]]
    return ["## A larger model behind a confidence rule", "",
            f"No larger tuned model was at hand, so this is the curve's frame, from {r['n']} answers of `{r['run']}`: messages whose answer has "
            "the lowest mean log-probability are sent on; the whole then lies between a larger model that is no better and one that is always "
            f"right (intent and all slots). Cost of a message in answers of the small model, a larger one assumed to cost {r['cost_of_larger']:g}. The "
            "mean is over whole answers; the service's, without the contract's constant, lies further from 0.",
            "", table(["sent on %", "log-probability below", "cost", "kept answers right %", "all right %"], rows), ""]


def tokens_section(summary: dict) -> list[str]:
    parts = []
    fields = summary.get("constant_fields")
    if fields and fields["text"].startswith(contract.FILLED_FROM):
        parts += [f"Every answer ends in `{fields['text']}`, which the contract fixes. The service stops the model at its first word and writes the "
                  f"rest itself: {fields['tokens']} tokens of the example's {fields['answer_tokens']} spared (side arm `whole-answer`: what they cost).", ""]
    bins = summary.get("ttft_by_prompt")
    if bins:
        rows = [[name, str(b["concurrency"]), f"{b['from_tokens']}–{b['to_tokens']}", str(b["n"]), number(b["ttft_p50_s"], 3)]
                for name, mine in bins.items() for b in mine]
        parts += ["TTFT against prompt length:", "", table(["arm", "concurrency", "prompt tokens", "n", "TTFT p50 s"], rows), ""]
    return ["## Tokens", "", *parts] if parts else []


def client_section(summary: dict) -> list[str]:
    """vLLM's own client beside ours."""
    parts, check = [], summary.get("cross_check")
    if check:
        parts += ["## vLLM's own client", "", f"On one server at concurrency {check['concurrency']}, each client with its own messages.", ""]
        if "error" in check:
            parts += [f"It could not be run: {escape(check['error'])}", ""]
        clients = [check[k] for k in ("ours", "theirs") if k in check]
        parts += [table(["figure", "bench_latency.py", "vllm bench serve"][:1 + len(clients)],
                        [[label, *(number(c[key], digits) for c in clients)] for key, label, digits in CLIENT_ROWS]), ""]
    return parts


def peers_section(summary: dict) -> list[str]:
    """Other engines, on the same messages."""
    parts, peers = [], summary.get("peers") or {}
    if peers:
        rows = [[f"{name}: {p['weights']}", level, str(f["failed"]), number(f["ttft_s"]["p50"]), number(f["e2e_s"]["p50"]),
                 number(f["output_tokens_per_s"], 1), number(f["answer_tokens_mean"], 0), cell(p["quality"]["schema_valid"], interval=False)]
                for name, p in peers.items() for level, f in p.get("levels", {}).items()]
        shipped = summary["arms"].get("shipped", {"levels": {}})
        rows += [[f"vLLM: {name}", level, str(f["failed"]), number(f["ttft_s"]["p50"]), number(f["e2e_s"]["p50"]),
                  number(f["output_tokens_per_s"], 1), number(f["answer_tokens_mean"], 0), cell(arm["quality"]["schema_valid"], interval=False)]
                 for name, arm in summary["arms"].items() if name in ("token-by-token", "shipped") for level, f in arm["levels"].items()]
        parts += ["## Other engines, same messages", "", *(f"- {name}: {p['what']}, {p.get('engine', 'not run')}.{other_run(p.get('other_run'))}" for name, p in peers.items()),
                  *(f"- {name} stopped: {escape(p['error'])}" for name, p in peers.items() if "error" in p), "",
                  table(["engine and weights", "concurrency", "failed", "TTFT p50 s", "E2E p50 s", "tokens/s", "tokens an answer",
                         "schema valid %"], rows), "",
                  *["The other engines write the contract's constant too and the shipped configuration does not: compare tokens/s. They guess nothing; "
                    "`token-by-token` is the shipped configuration without guesses.", ""] * bool(shipped.get("filled"))]
    return parts


def plan_section(summary: dict, gpu: dict | None) -> list[str]:
    """Growth and sizing, a GPU's own beside it."""
    growth, sizing = summary.get("growth"), summary.get("sizing")
    if not growth or not sizing:
        return []
    rows = [[name, f"{g['from']} → {g['to']}", number(g["throughput_ratio"])] for name, g in growth.items()]
    name = next(n for n in ("shipped", "merged", *sizing) if n in sizing)
    plan, slo = sizing[name], summary["slo"]
    parts = ["## Growth and sizing", "", table(["arm", "concurrency", "throughput ×"], rows), ""]
    goal = f"p95 of TTFT ≤ {slo['ttft_s']:g} s and of E2E ≤ {slo['e2e_s']:g} s, no failure"
    if plan["requests_per_s"] is None:
        return [*parts, f"No measured concurrency of `{name}` meets the goal ({goal}), so no number of replicas follows.", ""]
    def counts(replicas: dict) -> str:
        return ", ".join(f"{n:,} for {int(rate):,} requests/s" for rate, n in replicas.items())

    large = ((gpu or {}).get("sizing") or {}).get("shipped") or {"requests_per_s": None}
    on_gpu = (f" By the same model with one {', '.join(gpu['signature']['hardware']['gpus'])} a replica, {number(large['requests_per_s'], 1)} requests/s at "
              f"{large['concurrency']}: {counts(large['replicas'])}.") if large["requests_per_s"] else ""
    return [*parts, f"One replica is one machine as above. The highest concurrency at which `{name}` meets the goal ({goal}) is "
            f"{plan['concurrency']}, with {number(plan['requests_per_s'], 2)} requests/s. Replicas = ⌈rate / (that × "
            f"{plan['headroom']:g})⌉: {counts(plan['replicas'])}.{on_gpu} The model takes replicas as independent and load as spread evenly: with one, no "
            "router; from two on, vllm-router or Ray Serve before them, sending a request to the replica with the fewest under way "
            "(what is common to all prompts is in every replica's prefix cache, so no affinity is needed); in the thousands, "
            "several routers behind DNS, and the gateway's admission limit set to the replicas' concurrency.", ""]


def gpu_section(gpu: dict | None) -> list[str]:
    """The tables of another run of the same script, on a GPU."""
    if not gpu:
        return []
    repetitions = max(f["repetitions"] for a in gpu["arms"].values() for f in a["levels"].values())
    shares = "; ".join(f"`{name}` reads {percent(a['decode_bandwidth_share'])} % of the bandwidth for one request and multiplies at "
                       f"{percent(a['operations_share'])} % of the product rate for {gpu['signature']['levels'][-1]}"
                       for name, a in ((gpu.get("limits") or {}).get("arms") or {}).items())
    return ["## The same script on a GPU", "", f"{machine_line(gpu['signature'])} Repetitions: {repetitions}. It serves the weights as "
            f"`{gpu['signature']['shipped_weights']}`. From {GPU_SUMMARY}.", "", *short_table(gpu["arms"]),
            *[f"Limits: {shares}. So small a model leaves most of such a card idle; several replicas may share one; that was not measured.", ""] * bool(shares)]


def render_latency_report(summary: dict, plots: str = "outputs/bench", gpu: dict | None = None) -> str:
    """latency_report.md from outputs/bench/summary.json and, where there is one, the summary of a GPU; plots is their folder
    as seen from the report."""
    parts = [*introduction(summary, plots, gpu), *core_table(summary, plots), *improvements(summary), *shipped_changes(summary),
             *side_table(summary), *profile_section(summary), *peers_section(summary), *gpu_section(gpu), *plan_section(summary, gpu),
             f"More: {plots}/details.md (every column, quality with intervals, how near to the machine's limits, a larger model behind a confidence "
             "rule, tokens, vLLM's own client, settings of every arm)."]
    return "\n".join(parts).rstrip() + "\n"


def render_latency_details(summary: dict, gpu: dict | None = None) -> str:
    """details.md: what latency_report.md has no room for."""
    arms = summary["arms"]
    parts = ["# Latency in detail", "", f"Rendered from summary.json{f' and {GPU_SUMMARY}' if gpu else ''}; the summary of it is latency_report.md.", "", machine_line(summary["signature"]), "",
             "## Every figure", "", *latency_table(arms), "TPOT = (E2E − TTFT) / (tokens − 1). ITL: gap between chunks that carry text; where tokens are guessed a chunk holds all that a step made, so TPOT says how fast.", "",
             "## Quality of the timed answers", "", *quality_table(arms),
             *(["## Ratios of arms", "", *ratio_table(summary["ratios"])] if summary.get("ratios") else []),
             *limits_section(summary), *routing_section(summary), *tokens_section(summary), *client_section(summary)]
    if gpu:
        parts += ["## On a GPU", "", machine_line(gpu["signature"]), "", *latency_table(gpu["arms"]), *ratio_table(gpu.get("ratios") or []), *quality_table(gpu["arms"])]
        parts += arm_lines(gpu["arms"])
    return "\n".join([*parts, "## Arms", "", *arm_lines(arms)]).rstrip() + "\n"


def arm_lines(arms: dict) -> list[str]:
    return [*(f"- **{name}**: {a['why']}; weights {a.get('weights', name)}, prompt {a['prompt']}; settings {json.dumps(a['settings'])}; "
              f"server ready after {number(a['server_start_s'], 0)} s" for name, a in arms.items()), ""]


def plot(summary: dict, out: Path) -> None:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    for filename, key, label in (("latency.png", lambda f: f["ttft_s"]["p50"], "TTFT p50 (s)"),
                                 ("throughput.png", lambda f: f["output_tokens_per_s"], "output tokens/s")):
        figure, axes = plt.subplots(figsize=(5.5, 3.2), layout="constrained")
        for name, arm in summary["arms"].items():
            axes.plot([int(c) for c in arm["levels"]], [key(f) for f in arm["levels"].values()], marker="o", label=name)
        axes.set(xlabel="concurrent requests", ylabel=label, ylim=(0, None))
        axes.legend()
        axes.grid(alpha=0.3)
        figure.savefig(out / filename, dpi=110)
        plt.close(figure)
