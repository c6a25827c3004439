"""Where a decoding step's time goes: vLLM's own PyTorch profiler on a real server, and the routing curve of its confidence.

Used by bench_latency.py; `python bench_latency.py --profile` runs it.

A few messages are answered one at a time twice on one server: unprofiled, which gives the time of a step, and under the
profiler, which gives the time inside operators by kind. Operators that call others count for what they do themselves. What
the step took and no operator explains is the engine's Python: scheduling, sampling's bookkeeping, messages between processes,
detokenization, HTTP. On CUDA operators are launched ahead of the GPU, so there the remainder says nothing: read the
trace itself.

Reads:  trace files of vLLM; outputs/eval/tuned-free/predictions.jsonl and the suites' golds (routing)
Writes: outputs/bench/profile.json, routing.json
"""
import asyncio
import gzip
import json
import shutil
from collections import defaultdict
from pathlib import Path

import bench_latency as bench
import contract
from common import ROOT, Problem, log

MESSAGES = 2            # a trace of eight took the engine minutes and 12 GB to write, and the server gave up waiting
# Kind of operator by what its name holds; the first that fits. Names are PyTorch's and vLLM's.
KINDS = (("matrix products", ("mm", "linear", "gemm", "matmul", "onednn", "scaled_mm")),
         ("attention and cache", ("attention", "reshape_and_cache", "mla")),
         ("int8 quantization of activations", ("quant",)),
         ("sampling and logits", ("argmax", "softmax", "topk", "sort", "multinomial", "exponential", "logits", "gather")),
         ("norms, rotary, activations", ("norm", "rotary", "silu", "gelu", "mul_and")),)
OTHER, REST = "other operators (copies, indexing, allocation)", "outside operators (Python, scheduling, processes, HTTP)"
COST_OF_LARGER = 3.0    # of an answer of a model three times the size (1.5B), against the small one's: by its weights


def kind_of(name: str) -> str:
    low = name.lower()
    return next((kind for kind, parts in KINDS if any(part in low for part in parts)), OTHER)


def self_times(events: list[dict]) -> dict[str, float]:
    """Seconds that operators of each kind took themselves, from the complete events ("ph": "X", category cpu_op, times in
    µs) of a trace; nested events of a thread are taken off the ones around them."""
    found: dict[str, float] = defaultdict(float)
    by_thread: dict[tuple, list[dict]] = defaultdict(list)
    for event in events:
        if event.get("ph") == "X" and event.get("cat") == "cpu_op":
            by_thread[event.get("pid"), event.get("tid")].append(event)
    for mine in by_thread.values():
        stack: list[tuple[float, str]] = []     # (end, kind) of the operators around
        for event in sorted(mine, key=lambda e: (e["ts"], -e["dur"])):
            while stack and stack[-1][0] <= event["ts"]:
                stack.pop()
            kind = kind_of(event["name"])
            found[kind] += event["dur"] / 1e6
            if stack:
                found[stack[-1][1]] -= event["dur"] / 1e6
            stack.append((event["ts"] + event["dur"], kind))
    return dict(found)


def read_trace(folder: Path) -> list[dict]:
    """Events of the engine's trace: the file with the most operators, which is that of the process that computes. Raises Problem where there is none."""
    best: list[dict] = []
    for path in folder.rglob("*.json*"):
        opened = gzip.open if path.suffix == ".gz" else open
        try:
            with opened(path, "rt", encoding="utf-8") as handle:
                events = json.load(handle).get("traceEvents", [])
        except (OSError, ValueError, EOFError, AttributeError):
            continue
        n_ops = sum(event.get("cat") == "cpu_op" for event in events)
        if n_ops > sum(event.get("cat") == "cpu_op" for event in best):
            best = events
    if not best:
        raise Problem(f"vLLM's profiler left no trace with operators in {folder}")
    return best


def measure_profile(arm: bench.Arm, checkpoint, cases: list[dict], out: Path, signature: dict, port: int | None = None) -> None:
    """profile.json: seconds of a decoding step by kind. A profiler that does not run is an entry with its reason."""
    path, traces = out / "profile.json", (out / "traces").resolve()
    if bench.is_done(path, signature):
        return
    log("bench_latency.py: profiling")
    try:
        found = _profiled(arm, checkpoint, bench.plan_messages(cases, [2 * MESSAGES], "profile")[0], out, traces, port)
    except Problem as err:
        log(f"bench_latency.py: profile: {err}")
        found = {"error": str(err)}
    finally:
        shutil.rmtree(traces, ignore_errors=True)   # tens of MB
    contract.write_atomic(path, json.dumps({"arm": arm.name, **found, "signature": signature}, indent=1, ensure_ascii=False) + "\n")


def _profiled(arm: bench.Arm, checkpoint, cases: list[dict], out: Path, traces: Path, port: int | None) -> dict:
    import engine
    import httpx
    import vllm_server
    config = {"profiler": "torch", "torch_profiler_dir": str(traces), "torch_profiler_with_stack": False,
              "torch_profiler_dump_cuda_time_total": False, "ignore_frontend": True}
    settings = {**vllm_server.SERVING, "extra_args": ["--profiler-config", json.dumps(config)]}
    served = vllm_server.served_folder(checkpoint, arm.weights)
    tokenizer = engine.load_tokenizer(served)
    with vllm_server.serve(served, out / "vllm-profile.log", port=port, settings=settings) as server:
        bench.warm_up(server, "base", tokenizer, arm)

        def answered(some: list[dict]) -> tuple[float, int]:
            bodies = [bench.request_body(tokenizer, arm, case["input"]) for case in some]
            samples, wall_s = asyncio.run(bench.run_level(server.url, "base", bodies, some, 1))
            if failed := [s["error"] for s in samples if s["error"]]:
                raise Problem(f"a request failed while profiling: {failed[0]}")
            return wall_s, sum(s["completion_tokens"] for s in samples)
        wall_s, tokens = answered(cases[:MESSAGES])
        root = server.url.removesuffix("/v1")
        try:
            httpx.post(root + "/start_profile", timeout=60).raise_for_status()
            profiled_s, profiled_tokens = answered(cases[:MESSAGES])
            httpx.post(root + "/stop_profile", timeout=300).raise_for_status()
        except httpx.HTTPError as err:
            raise Problem(f"vLLM's profiler does not answer ({type(err).__name__}: {err})") from None
    return step_shares(self_times(read_trace(traces)), wall_s / tokens, profiled_s / profiled_tokens, profiled_tokens)


def step_shares(seconds: dict[str, float], step_s: float, profiled_step_s: float, tokens: int) -> dict:
    """Seconds of one output token by kind, prefill's part spread over the tokens; REST is what the unprofiled step leaves."""
    kinds = {kind: s / tokens for kind, s in sorted(seconds.items(), key=lambda item: -item[1])}
    kinds[REST] = max(0.0, step_s - sum(kinds.values()))
    return {"step_s": step_s, "profiled_step_s": profiled_step_s, "tokens": tokens, "kinds_s": kinds,
            "shares": {kind: s / sum(kinds.values()) for kind, s in kinds.items()}}


# --- routing -----------------------------------------------------------------------------------------------------

def routing_curve(confident: list[tuple[float, bool]], cost: float = COST_OF_LARGER) -> list[dict]:
    """Points of "the small model first, a larger one where its mean log-probability is below a bound".

    confident: (mean log-probability, whether the object is the gold) of each answer; an invalid answer has -inf. Each point:
    share sent on, cost of a message (1: the small model's answer), share right among the answers that are kept, and the
    two ends of what the whole could reach: the larger model right about everything sent on, or no better than the small one.
    """
    ranked = sorted(confident, key=lambda item: -item[0])
    n, points = len(ranked), []
    for tenth in range(11):
        kept = ranked[:round(n * (1 - tenth / 10))]
        right = sum(ok for _, ok in kept)
        points.append({"sent_on": 1 - len(kept) / n, "bound": kept[-1][0] if kept else None, "cost": 1 + cost * (1 - len(kept) / n),
                       "kept_right": right / len(kept) if kept else None, "at_best": (right + n - len(kept)) / n,
                       "at_worst": sum(ok for _, ok in ranked) / n})
    return points


def measure_routing(out: Path, signature: dict, run: str = "tuned-free") -> None:
    """routing.json from the kept predictions of an evaluation: intent and slots right, or not. Nothing is written where
    there are none of this checkpoint."""
    import math

    import scoring
    path = ROOT / "outputs" / "eval" / run / "predictions.jsonl"
    if not path.exists() or json.loads(path.with_name("run.json").read_text())["checkpoint"] != signature["checkpoint"]:
        return
    golds = {case["id"]: case for case in bench.read_cases()}
    rows = [row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()) if row["id"] in golds]
    confident = []
    for row in rows:
        facts = scoring.score_case(golds[row["id"]], {"raw": row["raw"], "finish": row["finish"]})
        chance = row.get("mean_logprob")
        confident.append((-math.inf if row["output"] is None or chance is None else chance, facts["intent_ok"] and not facts["fp"] and not facts["fn"]))
    if confident:
        points = [{**p, "bound": None if p["bound"] is None or math.isinf(p["bound"]) else p["bound"]} for p in routing_curve(confident)]
        contract.write_atomic(out / "routing.json", json.dumps(
            {"run": run, "n": len(confident), "cost_of_larger": COST_OF_LARGER, "points": points, "signature": signature}, indent=1) + "\n")
