"""Render the reports from their JSON, and nothing else.

    python reports.py                          # report.md, latency_report.md, decision_memo.md
    python reports.py --metrics M --bench B --out DIR

Pure functions: no number is computed here that the JSON does not hold, and no report is ever parsed back.

Reads:  metrics.json, outputs/bench/summary.json, outputs/bench_cuda/summary.json, gates.json, outputs/flywheel.json, outputs/script_rules.json
Writes: report.md, latency_report.md, outputs/bench/details.md, decision_memo.md, the README's results
"""
import argparse
import json
import os
from pathlib import Path

import contract
from common import ROOT, Problem, run_main
from report_eval import gates_reached, known, render_report
from report_latency import GPU_SUMMARY, render_latency_details, render_latency_report
from report_memo import render_decision_memo
from report_parts import cell, number, table


MEMO_INPUTS = ("gates.json", "outputs/flywheel.json", "outputs/script_rules.json")
README_ARMS = ("baseline", "merged", "lora", "shipped")     # the others are steps between them: latency_report.md
README_RUNS = ("baseline-free", "tuned-free", "tuned-guarded")
SPEED_TERMS = ("Speed, from sending a message: TTFT to the first token, E2E to the last, at so many requests under way. `baseline`: untuned, with other, often short "
               "answers; `merged`, `lora`: the adapter merged into bf16 weights, or applied at run time; `shipped`: what serve.py runs (on a CPU int8 weights, a cut "
               "vocabulary, guessed tokens).")
README_START, README_END = "<!-- results: written by reports.py from the JSON files named in it -->\n", "<!-- /results -->"


def render_readme_results(metrics: dict | None, bench: dict | None, script: dict | None, gpu: dict | None = None) -> str:
    """The README's headline block: free decoding on test and stress, speed, and the script tools without a model."""
    parts = []
    runs = known((metrics or {}).get("runs", {}), README_RUNS)
    if runs:
        rows = [[name, suite, str(m["n"]), *(cell(m.get(k)) for k in ("json_valid", "schema_valid", "script_tokens", "script_rows",
                                                                       "hindi_right", "english_kept", "intent", "slot_f1"))]
                for name, run in runs.items() for suite, m in run["suites"].items()]
        parts += [f"{gates_reached(metrics)} (gates.json).", ""] if metrics.get("gates") else []
        parts += ["Percent with 95 % interval (metrics.json). Free: decoding without a constraint; guarded: limited by a grammar of the schema and the message's words. "
                  "Script tokens, rows: share of the words, of the answers that the checker finds in the right script. Hindi right, English kept: share of the gold's "
                  "words that the answer has. The suites are no longer blind (report.md, Limits).", "",
                  table(["run", "suite", "n", "JSON valid", "schema valid", "script tokens", "script rows", "Hindi right",
                         "English kept", "intent", "slot F1"], rows), ""]
    for found, path in ((bench, "outputs/bench/summary.json"), (gpu, GPU_SUMMARY)):
        if found:
            rows = [[name, level, number(f["ttft_s"]["p50"]), number(f["e2e_s"]["p50"]), number(f["output_tokens_per_s"], 1),
                     str(f["failed"])] for name, arm in known(found["arms"], README_ARMS).items() for level, f in arm["levels"].items()]
            h = found["signature"]["hardware"]
            parts += [*[SPEED_TERMS, ""] * (found is bench), f"vLLM on {h['cpu']}, {h['cores']} cores, GPUs: {', '.join(h['gpus']) or 'none'} ({path}):", "",
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
        lines.append("- language of a token, other people's chat messages, a fifth kept apart from the choices: F1 "
                     f"{fifth['hi']['f1']:.3f} Hindi, {fifth['en']['f1']:.3f} English")
    if "words" in script:
        w = script["words"]
        lines.append(f"- Roman word to Devanagari, Dakshina dev: top-1 {100 * w['top1']:.1f} %, top-5 {100 * w['top5']:.1f} % of "
                     f"{w['n']}; where the lexicon has the word {100 * w['in_lexicon_top1']:.1f} % and "
                     f"{100 * w['in_lexicon_top5']:.1f} % of {w['in_lexicon_n']}")
    if "homographs" in script:
        lines.append(f"- homographs in context: {share(script['homographs'])}")
    if "draft" in script:
        lines.append(f"- draft of the stress suite: Hindi tokens right {share(script['draft']['hindi_right'])}, English and names kept "
                     f"{share(script['draft']['english_kept'])}")
    if "checker" in script:
        c = script["checker"]
        lines.append(f"- checker on the stress suite's golds, up to six faults a text: false alarms {share(c['false_alarms'])} tokens; planted Roman Hindi "
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
    metrics, bench, own = read_json(args.metrics), read_json(args.bench), args.out.resolve() == ROOT
    gpu = read_json(ROOT / GPU_SUMMARY) if own else None    # a demo's report says nothing of another machine
    if metrics is None and bench is None:
        raise Problem(f"neither {args.metrics} nor {args.bench} is there; run eval.py or bench_latency.py first")
    folder = args.metrics.resolve().parent
    plots = os.path.relpath(ROOT / "outputs" / "eval" if folder == ROOT else folder, args.out)
    rendered = {"report.md": render_report(metrics, plots) if metrics else None,
                "latency_report.md": render_latency_report(bench, os.path.relpath(args.bench.parent, args.out),
                                                       gpu) if bench else None,
                "decision_memo.md": render_decision_memo(metrics, bench, *(read_json(ROOT / name) for name in MEMO_INPUTS), gpu)}
    written = {args.out / name: text for name, text in rendered.items()}
    if bench and (own or args.bench.resolve().is_relative_to(args.out.resolve())):     # else it would be another place's file
        written[args.bench.parent / "details.md"] = render_latency_details(bench, gpu)
    for path, text in written.items():
        if text is not None:
            contract.write_atomic(path, text)
            print(path)
    if own:
        script = read_json(ROOT / "outputs" / "script_rules.json")
        update_readme(ROOT / "README.md", render_readme_results(metrics, bench, script, gpu))
        print(ROOT / "README.md")


if __name__ == "__main__":
    run_main(main)
