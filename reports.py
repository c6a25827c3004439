"""Render the three reports from their JSON, and nothing else.

    python reports.py                          # report.md, latency_report.md, decision_memo.md
    python reports.py --metrics M --bench B --out DIR

Pure functions: no number is computed here that the JSON does not hold, and no report is ever parsed back.

Reads:  metrics.json, outputs/bench/summary.json
Writes: report.md, latency_report.md, decision_memo.md
"""
import argparse
import json
import os
from pathlib import Path

import contract
from common import ROOT, Problem, run_main

HEADLINE = [("json_valid", "JSON valid"), ("schema_valid", "schema valid"), ("script_tokens", "script-compliant tokens"),
            ("script_rows", "script-compliant rows"), ("hindi_right", "Hindi tokens right"),
            ("english_kept", "English tokens kept"), ("cer", "CER of normalized_text"), ("intent", "intent accuracy"),
            ("slot_f1", "slot F1 (exact)"), ("slot_f1_partial", "slot F1 (partial credit)"),
            ("exact", "whole record exact"), ("hallucinated_slots", "slot values not in the text"),
            ("lossless", "numbers, names, links kept"), ("consistent_groups", "spelling groups answered alike"),
            ("clarify_recall", "clarify recall"), ("over_asking", "over-asking"), ("capped", "cut at the token limit")]


def cell(metric: dict | None, percent: bool = True) -> str:
    """A value with its interval and n; a dash for a statistic over nothing."""
    if not metric or metric["value"] is None:
        return "–"
    scale = 100 if percent else 1
    value = f"{scale * metric['value']:.1f}"
    if metric.get("low") is not None:
        value += f" [{scale * metric['low']:.1f}, {scale * metric['high']:.1f}]"
    return value


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def escape(text: str | None) -> str:
    """Text for one table cell or code span: line breaks shown, pipes and back quotes kept from breaking it."""
    return (text or "").replace("\n", "⏎").replace("|", "¦").replace("`", "ˋ")


def signature_line(run: dict) -> str:
    s = run["signature"]
    versions = ", ".join(f"{k} {v}" for k, v in s["versions"].items() if v)
    suites = ", ".join(f"{n} `{h[:10]}`" for n, h in s["suite_sha256"].items())
    return (f"model {s['model']}, checkpoint `{s['checkpoint'][:12]}`, prompt {s['prompt']} "
            f"`{s['prompt_sha256'][:10]}`, {s['decoding']} decoding, {s['backend']}, suites {suites}, contract "
            f"{s['contract_version']}, metric {s['metric_version']}, commit {s['commit']}, {versions}")


def headline_tables(metrics: dict) -> list[str]:
    suites = list(dict.fromkeys(s for run in metrics["runs"].values() for s in run["suites"]))
    out = []
    for suite in suites:
        runs = {name: run["suites"][suite] for name, run in metrics["runs"].items() if suite in run["suites"]}
        rows = [[label, *(cell(m.get(key)) for m in runs.values())] for key, label in HEADLINE
                if any(key in m for m in runs.values())]
        out += [f"### {suite} (n = {next(iter(runs.values()))['n']})", "",
                table(["%, 95 % interval", *runs], rows), ""]
    return out


def paired_table(metrics: dict) -> list[str]:
    rows = [[suite, key, cell(c), str(c["gained"]), str(c["lost"]), f"{c['mcnemar_p']:.2g}"]
            for suite, facts in metrics["paired"].items() for key, c in facts.items()]
    if not rows:
        return []
    return ["## Tuned against baseline, case by case", "",
            table(["suite", "fact", "difference in points", "gained", "lost", "McNemar p"], rows), ""]


def breakdown(metrics: dict, run_name: str, suite: str) -> list[str]:
    run = metrics["runs"][run_name]["suites"][suite]
    out = []
    for key, title in (("per_category", "category"), ("per_intent", "intent"), ("per_language_mix", "language mix")):
        rows = [[name, str(b["n"]), cell(b["schema_valid"]), cell(b["script_rows"]), cell(b["intent"]),
                 "–" if b["slot_f1"] is None else f"{100 * b['slot_f1']:.1f}", cell(b["exact"])]
                for name, b in run.get(key, {}).items()]
        if rows:
            out += [table([title, "n", "schema valid", "script rows", "intent", "slot F1", "exact"], rows), ""]
    return out


def configuration(metrics: dict) -> list[str]:
    runs = metrics["runs"].values()
    run = next((r for r in runs if r["signature"]["training"]), None)
    out = ["## Configuration", ""]
    if run:
        t = run["signature"]["training"]
        out += [f"{t['base_model']}; {t['quantization_text']}; LoRA rank {t['lora_rank']}, alpha {t['lora_alpha']}; "
                f"learning rate {t['learning_rate']}, {t['scheduler']}; {t['epochs_done']:.2f} epochs of "
                f"{t['n_train_rows']} rows in {t['steps']} steps of {t['rows_per_step']}; seed {t['seed']}; "
                f"{t['train_s'] / 60:.1f} min at {t['tokens_per_s']:.0f} tokens/s on {t['hardware']['cpu']}, "
                f"{t['hardware']['cores']} cores, GPUs: {', '.join(t['hardware']['gpus']) or 'none'}.", ""]
    else:
        out += ["No tuned model is among these runs.", ""]
    for version in dict.fromkeys(r["signature"]["prompt"] for r in runs):
        before, after = contract.prompt_parts(version)
        out += [f"Prompt `{version}`:", "", "```text", before + "{message}" + after.rstrip("\n"), "```", ""]
    return out


def example_blocks(metrics: dict) -> list[str]:
    out = ["## Examples", "", "Every k-th case of the last suite, so that nobody chose them; raw outputs.", ""]
    for e in metrics["examples"]:
        names = [k for k in e if k not in ("id", "input", "gold")]
        ok = {n: "same as gold" if e[n] == e["gold"] else f"`{escape(e[n])[:600]}`" for n in names}
        out += [f"**{e['id']}** `{escape(e['input'])[:300]}`", "", f"- gold: `{escape(e['gold'])}`",
                *(f"- {n}: {ok[n]}" for n in names), ""]
    return out


def render_eval_report(metrics: dict) -> str:
    """report.md from metrics.json."""
    parts = ["# Evaluation report", "",
             "Rendered from metrics.json by reports.py. Raw outputs are scored as they are: an output that is not one "
             "strict JSON object, or was cut at the token limit, fails everywhere. Intervals: Wilson for shares of "
             "cases, bootstrap over template families and spelling groups for the rest.", "", "## Results", ""]
    parts += headline_tables(metrics)
    parts += [f"- {name}: {signature_line(run)}" for name, run in metrics["runs"].items()] + [""]
    parts += paired_table(metrics) + configuration(metrics) + example_blocks(metrics)
    shown = next((n for n in ("tuned-free", *metrics["runs"]) if n in metrics["runs"]), None)
    for suite in metrics["runs"][shown]["suites"]:
        parts += [f"## {shown} on {suite}, by kind", "", *breakdown(metrics, shown, suite)]
    return "\n".join(parts).rstrip() + "\n"


def number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def latency_rows(summary: dict) -> list[list[str]]:
    rows = []
    for name, arm in summary["arms"].items():
        for level, f in arm["levels"].items():
            rows.append([name, level, f"{f['n']} ({f['failed']} failed)",
                         *(" / ".join(number(f[k][p]) for p in ("p50", "p90", "p95")) for k in ("ttft_s", "e2e_s")),
                         number(f["tpot_s"]["p50"], 3), number(f["itl_s"]["p50"], 3),
                         number(f["output_tokens_per_s"], 1), number(f["tokens_per_s_per_request_p50"], 1),
                         number(f["requests_per_s"], 3), number(f["goodput_per_s"], 3),
                         number(f["answer_tokens_mean"], 0)])
    return rows


def render_latency_report(summary: dict, plots: str = "outputs/bench") -> str:
    """latency_report.md from outputs/bench/summary.json; plots is their folder as seen from the report."""
    s, h = summary["signature"], summary["signature"]["hardware"]
    versions = ", ".join(f"{k} {v}" for k, v in s["versions"].items() if v)
    arms = summary["arms"].items()
    ratios = []
    if "baseline" in summary["arms"]:
        base = summary["arms"]["baseline"]["levels"]
        ratios = [[name, level, number(f["output_tokens_per_s"] / base[level]["output_tokens_per_s"]),
                   number(f["ttft_s"]["p50"] / base[level]["ttft_s"]["p50"])]
                  for name, arm in arms if name != "baseline" for level, f in arm["levels"].items()
                  if level in base and f["ttft_s"]["p50"] and base[level]["ttft_s"]["p50"]]
    parts = [
        "# Latency report", "", "Rendered from outputs/bench/summary.json by reports.py; raw samples in outputs/bench/samples.",
        "", f"{h['cpu']}, {h['cores']} cores, {h['memory_gib']} GiB; GPUs: {', '.join(h['gpus']) or 'none'}. {versions}. "
        f"Model {s['model']}, checkpoint `{s['checkpoint'][:12]}`, commit {s['commit']}.", "",
        "Real vLLM servers, one at a time, streaming over HTTP, closed loop: as many requests under way as the concurrency "
        "says. Distinct messages from the test split and the stress suite, none twice within a repetition; "
        f"{summary['n_warmup']} warm-up requests with other messages; prefix cache on, warmed only by them. Greedy, answers end "
        "with the stop token. Medians over repetitions of per-repetition percentiles.", "",
        "TTFT: sent until the first text arrives. E2E: sent until the stream ends. TPOT = (E2E − TTFT) / (tokens − 1). ITL: "
        "gap between chunks. Goodput: requests/s with TTFT ≤ "
        f"{summary['slo']['ttft_s']:g} s and E2E ≤ {summary['slo']['e2e_s']:g} s.", "",
        table(["arm", "concurrency", "requests", "TTFT s p50 / p90 / p95", "E2E s p50 / p90 / p95", "TPOT s p50", "ITL s p50",
               "tokens/s", "tokens/s a request", "requests/s", "goodput/s", "tokens an answer"], latency_rows(summary)), "",
        f"![TTFT]({plots}/latency.png) ![throughput]({plots}/throughput.png)", "",
        "## Quality of the timed answers", "",
        table(["arm", "n", "JSON valid %", "schema valid %", "script tokens %", "intent %", "slot F1 %"],
              [[name, str(a["quality"]["json_valid"]["n"]), *(cell(a["quality"][k]) for k in (
                  "json_valid", "schema_valid", "script_tokens", "intent", "slot_f1"))] for name, a in arms]), ""]
    if ratios:
        parts += ["## Against the baseline, same run", "", table(["arm", "concurrency", "throughput ×", "TTFT p50 ×"], ratios), ""]
    parts += ["## Arms", "", *(f"- **{name}**: {a['why']}; prompt {a['prompt']}; settings {json.dumps(a['settings'])}; "
                               f"server ready after {number(a['server_start_s'], 0)} s" for name, a in arms)]
    return "\n".join(parts).rstrip() + "\n"


def render_decision_memo(metrics: dict | None, bench: dict | None) -> str:
    """decision_memo.md from metrics.json and outputs/bench/summary.json; what was not measured is said to be missing."""
    parts = ["# Decision memo", "", "Rendered from metrics.json and outputs/bench/summary.json by reports.py.", "",
             "## Can it ship?", ""]
    runs = (metrics or {}).get("runs", {})
    tuned = runs.get("tuned-free")
    if tuned:
        rows = [[suite, *(cell(m.get(k)) for k in ("json_valid", "schema_valid", "script_rows", "intent", "slot_f1"))]
                for suite, m in tuned["suites"].items()]
        parts += [table(["suite", "JSON valid %", "schema valid %", "script rows %", "intent %", "slot F1 %"], rows), ""]
    else:
        parts += ["No tuned model has been evaluated, so there is nothing to ship.", ""]
    parts += ["## How it is served", ""]
    arms = (bench or {}).get("arms", {})
    name = next((n for n in ("merged", *arms) if n in arms), None)
    if name:
        rows = [[level, number(f["ttft_s"]["p50"]), number(f["e2e_s"]["p95"]), number(f["output_tokens_per_s"], 1),
                 number(3600 * f["requests_per_s"], 0), str(f["failed"])] for level, f in arms[name]["levels"].items()]
        parts += [f"vLLM, arm `{name}` ({arms[name]['why']}), settings {json.dumps(arms[name]['settings'])}.", "",
                  table(["concurrency", "TTFT p50 s", "E2E p95 s", "tokens/s", "messages an hour", "failed"], rows), ""]
    else:
        parts += ["No server has been measured yet.", ""]
    parts += ["## Rules that hold whatever the figures say", "",
              "- The application acts only on an object that passed the schema and the script checker; anything else is "
              "asked again with guarded decoding, then refused.",
              "- The message is data: it is tokenized with special tokens off, and the gateway owns prompt and schema.",
              "- A checkpoint ships only with the base it was trained on (digest checked at load).",
              "- `clarify` is an answer: the question goes to the user, no default is guessed."]
    return "\n".join(parts).rstrip() + "\n"


README_START, README_END = "<!-- results: written by reports.py from the JSON files named in it -->\n", "<!-- /results -->"


def render_readme_results(metrics: dict | None, bench: dict | None, script: dict | None) -> str:
    """The README's headline block: free decoding on test and stress, speed, and the script tools without a model."""
    parts = []
    for name, run in (metrics or {}).get("runs", {}).items():
        rows = [[suite, str(m["n"]), *(cell(m.get(k)) for k in ("json_valid", "schema_valid", "script_tokens", "script_rows",
                                                                 "hindi_right", "english_kept", "intent", "slot_f1"))]
                for suite, m in run["suites"].items()]
        parts += [f"`{name}` (metrics.json; %, 95 % interval):", "",
                  table(["suite", "n", "JSON valid", "schema valid", "script tokens", "script rows", "Hindi right",
                         "English kept", "intent", "slot F1"], rows), ""]
    if bench:
        rows = [[name, level, number(f["ttft_s"]["p50"]), number(f["e2e_s"]["p50"]), number(f["output_tokens_per_s"], 1),
                 str(f["failed"])] for name, arm in bench["arms"].items() for level, f in arm["levels"].items()]
        h = bench["signature"]["hardware"]
        parts += [f"vLLM on {h['cpu']}, {h['cores']} cores, GPUs: {', '.join(h['gpus']) or 'none'} "
                  "(outputs/bench/summary.json):", "",
                  table(["arm", "concurrency", "TTFT p50 s", "E2E p50 s", "tokens/s", "failed"], rows), ""]
    if script:
        parts += ["Script tools, no model (outputs/script_rules.json):", "", *script_lines(script), ""]
    return "\n".join(parts)


def script_lines(script: dict) -> list[str]:
    """The figures of the script tools that the file holds, one line each."""
    def share(node: dict | None) -> str:
        return "–" if not node else f"{100 * node['rate']:.1f} % of {node['n']}"

    lines = []
    if "lid" in script:
        fifth = script["lid"]["seeded_fifth"]
        lines.append("- language of a token, other people's chat messages, the fifth kept apart: F1 "
                     f"{fifth['hi']['f1']:.3f} Hindi, {fifth['en']['f1']:.3f} English")
    if "words" in script:
        w = script["words"]
        lines.append(f"- Roman word to Devanagari, Dakshina dev: top-1 {100 * w['top1']:.1f} %, top-5 {100 * w['top5']:.1f} % of "
                     f"{w['n']}; where the lexicon has the word {100 * w['in_lexicon_top1']:.1f} % and "
                     f"{100 * w['in_lexicon_top5']:.1f} % of {w['in_lexicon_n']}")
    if "homographs" in script:
        lines.append(f"- homographs in context: {share(script['homographs'])}")
    if "draft" in script:
        lines.append(f"- draft of the stress suite: Hindi tokens right {share(script['draft']['hindi_right'])}, English kept "
                     f"{share(script['draft']['english_kept'])}")
    if "checker" in script:
        c = script["checker"]
        lines.append(f"- checker on the stress suite's golds: false alarms {share(c['false_alarms'])} tokens; planted Roman Hindi "
                     f"found {share(c['roman_hindi']['recall'])}, planted Devanagari English "
                     f"{share(c['devanagari_english']['recall'])}")
    if "speed" in script:
        lines.append(f"- one core: {script['speed']['checked_per_s_first']:.0f} messages/s checked, "
                     f"{script['speed']['drafted_per_s_first']:.0f} drafted, every message new")
    return lines


def update_readme(readme: Path, block: str) -> None:
    """Replace the block between the two markers; raises Problem where they are missing."""
    text = readme.read_text(encoding="utf-8")
    if README_START not in text or README_END not in text:
        raise Problem(f"{readme} has lost its results markers")
    before, rest = text.split(README_START, 1)
    contract.write_atomic(readme, before + README_START + block + README_END + rest.split(README_END, 1)[1])


def read_json(path: Path) -> dict | None:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def main() -> None:
    parser = argparse.ArgumentParser(description="Render the three reports from their JSON.", allow_abbrev=False)
    parser.add_argument("--metrics", type=Path, default=ROOT / "metrics.json")
    parser.add_argument("--bench", type=Path, default=ROOT / "outputs" / "bench" / "summary.json")
    parser.add_argument("--out", type=Path, default=ROOT, help="folder for the reports")
    args = parser.parse_args()
    metrics, bench = read_json(args.metrics), read_json(args.bench)
    if metrics is None and bench is None:
        raise Problem(f"neither {args.metrics} nor {args.bench} is there; run eval.py or bench_latency.py first")
    rendered = {"report.md": render_eval_report(metrics) if metrics else None,
                "latency_report.md": render_latency_report(bench, os.path.relpath(args.bench.parent, args.out)) if bench else None,
                "decision_memo.md": render_decision_memo(metrics, bench)}
    for name, text in rendered.items():
        if text is not None:
            contract.write_atomic(args.out / name, text)
            print(args.out / name)
    if args.out == ROOT:
        script = read_json(ROOT / "outputs" / "script_rules.json")
        update_readme(ROOT / "README.md", render_readme_results(metrics, bench, script))
        print(ROOT / "README.md")


if __name__ == "__main__":
    run_main(main)
