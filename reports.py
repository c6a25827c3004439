"""Render the reports from their JSON, and nothing else.

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
from report_eval import render_report
from report_parts import cell, number, table


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
    folder = args.metrics.resolve().parent
    plots = os.path.relpath(ROOT / "outputs" / "eval" if folder == ROOT else folder, args.out)
    rendered = {"report.md": render_report(metrics, plots) if metrics else None,
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
