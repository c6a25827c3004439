"""What stands beside the latency figures: side arms, ratios with intervals, sizing, and the limits of the machine.

Used by bench_latency.py; `python bench_latency.py --side` measures the side arms.

Reads:  sample files of bench_latency.py, headers of weight files
Writes: outputs/bench/limits.json, constant_fields.json, side/*.json
"""
import json
import math
import struct
import time
from pathlib import Path

import bench_latency as bench
import contract
import vllm_server
from common import Problem, log

SIDE_LEVEL, SIDE_REQUESTS = 8, 40
SIDE_BLOCK = 3   # side arms between two measurements of the control
RESAMPLES = 2000
# (before, after) of the ratios; report_latency.py says which are in the report itself.
COMPARED = (("naive", "shipped"), ("lora", "shipped"), ("merged", "shipped"), ("token-by-token", "shipped"), ("lora", "merged"), ("baseline", "merged"))
TIMES, RATES = ("ttft_p50", "ttft_p95", "tpot_p50", "e2e_p50"), ("tokens_per_s", "requests_per_s")
SIZED_FOR = (1, 100, 10_000)  # requests/s
HEADROOM = 0.7                # load of a replica that leaves room for bursts
NGRAM = {"method": "ngram", "num_speculative_tokens": 5, "prompt_lookup_min": 2, "prompt_lookup_max": 4}

CONTROL = bench.Arm("control", "shipped", why="the shipped configuration, before and after every few of the others")
SIDE_ARMS = {arm.name: arm for arm in (
    bench.Arm("guarded", "shipped", guarded=True, why="a grammar for each message, which the client has written before"),
    bench.Arm("whole-vocabulary", "w8a8", filled=True, why="every token of the base model in the output head"),
    bench.Arm("whole-answer", "shipped", filled=False, why="the model writes the contract's constant too"),
    bench.Arm("no-logprobs", "shipped", logprobs=False, why="without the confidence that the service returns"),
    bench.Arm("no-prefix-cache", "shipped", settings={"enable_prefix_caching": False}, why="every prompt computed whole"),
    bench.Arm("cold-cache", "shipped", cold=True, why="a prefix cache in which no prompt finds its beginning"),
    bench.Arm("ngram", "shipped", settings={**bench.TOKEN_BY_TOKEN, "extra_args": ["--speculative-config", json.dumps(NGRAM)]},
              why="vLLM's own guesses: prompt lookup"),
    bench.Arm("fp16", "shipped", settings={"dtype": "float16"}, why="float16 where the model is not int8"),
    bench.Arm("bf16", "merged", filled=True, why="bf16 weights"),
    bench.Arm("int8-head", "w8a8-head", filled=True, why="the output head in int8 too"),
    bench.Arm("seqs-4", "shipped", settings={"max_num_seqs": 4}, why="half of the requests wait (8 would change nothing here)"),
    bench.Arm("batched-tokens-256", "shipped", settings={"batched_tokens": 256}, why="prompts cut into smaller steps"),
    bench.Arm("stream-8", "shipped", settings={"extra_args": ["--stream-interval", "8"]}, why="text sent every 8 tokens"),
    bench.Arm("vllm-worker", "shipped", settings={"own_worker": False}, why="vLLM's own norms, masks and log-probabilities for cpu_worker.py's"),
    bench.Arm("vllm-worker-guarded", "shipped", guarded=True, settings={"own_worker": False}, why="the same under a grammar for each message"),
    bench.Arm("two-processes", "shipped", settings={"one_process": False}, why="vLLM's own layout: a worker process computes, the engine spins"),
    bench.Arm("compiled", "shipped", settings={"enforce_eager": False}, why="torch.compile where the others run eagerly"),
    bench.Arm("prompt-draft", "shipped", prompt="draft", why="system text and instruction before the message, and the draft"),
    bench.Arm("prompt-short", "shipped", prompt="short", why="no draft: a shorter prompt, not the trained one"),
    bench.Arm("prompt-long", "shipped", prompt="long", why="every rule in the prompt, not the trained one; what prompts share is in the prefix cache"),
    bench.Arm("prompt-long-cold", "shipped", prompt="long", cold=True, why="the same, and no prompt finds its beginning there"),
    bench.Arm("prompt-long-off", "shipped", prompt="long", settings={"enable_prefix_caching": False}, why="the same without a prefix cache"),
)}


def chosen(names: list[str] | None) -> list[bench.Arm]:
    """The control and the side arms of these names; none for None, all for an empty list. Those that change what only a CPU has
    (kinds of weights, processes) only where they are one change of what is shipped there."""
    unknown = set(names or ()) - set(SIDE_ARMS)
    if unknown:
        raise Problem(f"no side arm {', '.join(sorted(unknown))}; there are {', '.join(SIDE_ARMS)}")
    on_cpu = vllm_server.shipped_weights() == vllm_server.SHIPPED_WEIGHTS["cpu"]
    here = [a for a in SIDE_ARMS.values() if on_cpu or (a.weights == "shipped" and not set(vllm_server.ONLY_CPU) & set(a.settings))]
    return [] if names is None else [CONTROL, *(a for a in here if not names or a.name in names)]


def block(name: str) -> int:
    """Which measurement of the control comes before a side arm; the next one comes after it."""
    return list(SIDE_ARMS).index(name) // SIDE_BLOCK


def measure_side(arms: list[bench.Arm], checkpoint, cases: list[dict], out: Path, signature: dict, port: int | None) -> None:
    """Every side arm once, on the same messages, the control (arms[0]) before and after each block of them: a machine others
    share gets faster and slower within minutes. One that does not start is an entry with its reason."""
    plan = [(SIDE_LEVEL, bench.plan_messages(cases, [SIDE_REQUESTS], "side")[0])]
    if not arms:
        return
    control, *others = arms
    order = {}   # (arm, repetition) once each
    for k in sorted({block(a.name) for a in others}):
        order |= dict.fromkeys([(control.name, k), *((a.name, k) for a in others if block(a.name) == k), (control.name, k + 1)])
    by_name = {a.name: a for a in arms}
    for name, repetition in order:
        arm, failed = by_name[name], out / "side" / f"{name}.failed.json"
        try:
            bench.measure_arm(arm, checkpoint, plan, repetition, out / "side", signature, port)
            failed.unlink(missing_ok=True)
        except Problem as err:
            log(f"bench_latency.py: side arm {arm.name}: {err}")
            contract.write_atomic(failed, json.dumps({"arm": arm.name, "why": arm.why, "error": str(err).replace(f"{out}/", ""), "signature": signature}))


# --- ratios ------------------------------------------------------------------------------------------------------

def _paired(before: dict, after: dict):
    """(ids, (before, after)): the messages that both records answered; of each record (n, 3), TTFT, E2E, tokens of these, and
    their wall seconds: the record's, by their share of its summed E2E times."""
    import numpy as np
    rows = [{s["id"]: (s["arrivals_s"][0], s["e2e_s"], s["completion_tokens"]) for s in record["samples"]
             if not s["error"] and s["arrivals_s"]} for record in (before, after)]
    ids = tuple(i for i in rows[0] if i in rows[1])
    arrays = [np.array([side[i] for i in ids], dtype=float).reshape(-1, 3) for side in rows]
    return ids, [(x, record["wall_s"] * x[:, 1].sum() / max(sum(e2e for _, e2e, _ in side.values()), 1e-9))
                 for x, side, record in zip(arrays, rows, (before, after))]


def _drawn(x, wall_s: float, draws):
    """(6, n_draws): the figures of TIMES and RATES for each draw (row of indices into x). The wall time of a draw follows
    its summed E2E times: in a closed loop the same number of requests is always under way."""
    import numpy as np
    ttft, e2e, tokens = (x[draws, i] for i in range(3))
    wall = wall_s * e2e.sum(1) / x[:, 1].sum()
    tpot = (e2e - ttft) / np.maximum(tokens - 1, 1)
    return np.stack([np.percentile(ttft, 50, axis=1), np.percentile(ttft, 95, axis=1), np.percentile(tpot, 50, axis=1), np.percentile(e2e, 50, axis=1),
                     tokens.sum(1) / wall, draws.shape[1] / wall])


def speedups(before: list[dict], after: list[dict]) -> dict | None:
    """{figure: {value, low, high}}: how many times better `after` is, from two arms' records of one level.

    Times: before/after; rates: after/before. Figures are medians over repetitions, as in the tables; the 95 % interval
    is a bootstrap over repetitions and, within each, over messages, the same draw for both arms, and for repetitions on the
    same messages: measuring them again makes them no more. None without a pair.
    """
    import numpy as np
    by_repetition = {r["repetition"]: r for r in after}
    pairs = [(b, by_repetition[b["repetition"]]) for b in before if b["repetition"] in by_repetition]
    rng, points, draws, drawn = np.random.default_rng(bench.SEED), [], [], {}
    for pair in pairs:
        ids, rows = _paired(*pair)
        if n := len(ids):
            index = drawn[ids] if ids in drawn else drawn.setdefault(ids, rng.integers(0, n, (RESAMPLES, n)))
            points.append([_drawn(x, wall_s, np.arange(n)[None]) for x, wall_s in rows])
            draws.append([_drawn(x, wall_s, index) for x, wall_s in rows])
    if not points:
        return None
    picks = rng.integers(0, len(draws), (len(draws), 1, RESAMPLES))
    spread = [np.take_along_axis(np.stack(side), np.broadcast_to(picks, (len(draws), len(TIMES + RATES), RESAMPLES)), 0) for side in zip(*draws)]
    value = _better(*(np.median(np.stack(side), axis=0) for side in zip(*points)))[:, 0]
    low, high = np.percentile(_better(*(np.median(s, axis=0) for s in spread)), [2.5, 97.5], axis=1)
    return {name: {"value": float(value[i]), "low": float(low[i]), "high": float(high[i])} for i, name in enumerate(TIMES + RATES)}


def _better(before, after):
    import numpy as np
    n = len(TIMES)
    return np.concatenate([before[:n] / after[:n], after[n:] / before[n:]])


def ttft_by_prompt(records: list[dict]) -> list[dict]:
    """TTFT p50 of an arm's lowest concurrency by prompt length, bins of doubling width."""
    lowest = min(r["concurrency"] for r in records)
    bins: dict[int, list[float]] = {}
    for s in (s for r in records if r["concurrency"] == lowest for s in r["samples"]):
        if not s["error"] and s["arrivals_s"]:
            bins.setdefault(max(s["prompt_tokens"], 1).bit_length(), []).append(s["arrivals_s"][0])
    return [{"from_tokens": 2 ** (b - 1), "to_tokens": 2 ** b - 1, "concurrency": lowest, "n": len(v),
             "ttft_p50_s": bench.percentiles(v)["p50"]} for b, v in sorted(bins.items())]


def sizing(arm: dict, slo: dict) -> dict:
    """Replicas for SIZED_FOR requests/s: ceil(rate / (requests/s of the highest concurrency whose p95s meet the SLO and
    where nothing failed × HEADROOM)). Fields are None where no level does."""
    fits = [(int(level), f["requests_per_s"]) for level, f in arm["levels"].items() if not f["failed"] and f["ttft_s"]["p95"]
            and f["ttft_s"]["p95"] <= slo["ttft_s"] and f["e2e_s"]["p95"] <= slo["e2e_s"]]
    level, rate = max(fits, default=(None, None))
    return {"concurrency": level, "requests_per_s": rate, "headroom": HEADROOM,
            "replicas": {str(r): math.ceil(r / (rate * HEADROOM)) if rate else None for r in SIZED_FOR}}


# --- limits ------------------------------------------------------------------------------------------------------

def weight_facts(folder: Path, adapter: Path | None, dtype: str) -> dict:
    """What one decoding step reads and multiplies, from the headers of the weight files. A tied embedding is read as the
    output head; one beside a head is only looked up."""
    tensors = {}
    for path in [*sorted(folder.glob("*.safetensors")), *(sorted(adapter.glob("*.safetensors")) if adapter else ())]:
        with open(path, "rb") as handle:
            (size,) = struct.unpack("<Q", handle.read(8))
            tensors |= {k: v for k, v in json.loads(handle.read(size)).items() if k != "__metadata__"}
    head = "lm_head.weight" if "lm_head.weight" in tensors else "model.embed_tokens.weight"
    read = {k: v for k, v in tensors.items() if k == head or k != "model.embed_tokens.weight"}
    bits = {"F32": 4, "F16": 2, "BF16": 2, "I8": 1}
    layers = [v for k, v in read.items() if k != head and len(v["shape"]) == 2 and not k.endswith("_scale")]
    return {"bytes_per_step": sum(math.prod(v["shape"]) * bits[v["dtype"]] for v in read.values()),
            "layer_parameters": sum(math.prod(v["shape"]) for v in layers),
            "head_parameters": math.prod(tensors[head]["shape"]) if head in tensors else 0,
            "layer_type": "int8" if any(v["dtype"] == "I8" for v in layers) else dtype}


def _best_rate(run, amount: float, seconds: float = 0.5) -> float:
    """amount per second of the fastest of several calls; one is thrown away first."""
    import torch
    best, until = math.inf, None
    while until is None or time.perf_counter() < until:
        started = time.perf_counter()
        run()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        took = time.perf_counter() - started
        best = best if until is None else min(best, took)
        until = until or time.perf_counter() + max(seconds, took)
    return amount / best


def measure_limits(out: Path, signature: dict) -> None:
    """limits.json: bytes/s of large fp32 sums and copies, operations/s of square products, all threads. No server runs
    meanwhile."""
    path = out / "limits.json"
    if bench.is_done(path, signature):
        return
    import torch
    device, side, floats = ("cuda", 8192, 2**30) if torch.cuda.is_available() else ("cpu", 1536, 2**26)
    a = torch.ones(floats, device=device)
    b = torch.empty_like(a)
    found = {"threads": torch.get_num_threads(), "device": device,
             "read_bytes_per_s": _best_rate(lambda: a.sum(), 4 * floats),
             "copy_bytes_per_s": _best_rate(lambda: b.copy_(a), 8 * floats), "operations_per_s": {}}
    del a, b
    for name in ("bfloat16", "float16", "float32"):
        x = torch.randn(side, side, device=device).to(getattr(torch, name))
        found["operations_per_s"][name] = _best_rate(lambda x=x: x @ x, 2 * side**3)
    x = torch.ones(side, side, dtype=torch.int8, device=device)
    found["operations_per_s"]["int8"] = _best_rate(lambda: torch._int_mm(x, x.t()), 2 * side**3)
    contract.write_atomic(path, json.dumps({**found, "signature": signature}, indent=1) + "\n")


def shares(arm: dict, limits: dict) -> dict:
    """An arm's part of the limits. Decoding at the lowest concurrency: weight bytes × steps/s over the bandwidth.
    Prefill there: 2 × layer parameters × prompt tokens / TTFT p50 over the product rate of the layers' type. At the
    highest concurrency: all operations a second over the same rate. Prompt tokens found in the prefix cache count as
    computed, attention does not count."""
    facts, levels = arm["weight_facts"], sorted(arm["levels"], key=int)
    low, high = arm["levels"][levels[0]], arm["levels"][levels[-1]]
    bandwidth = max(limits["read_bytes_per_s"], limits["copy_bytes_per_s"])
    rate = limits["operations_per_s"][facts["layer_type"]]
    a_step, ceiling = low["tokens_per_step"], bandwidth / facts["bytes_per_step"]   # tokens; steps/s
    out = {"bytes_per_step": facts["bytes_per_step"], "layer_type": facts["layer_type"], "lowest": levels[0], "highest": levels[-1],
           "ceiling_tokens_per_s": a_step and a_step * ceiling, "decode_bandwidth_share": a_step and low["output_tokens_per_s"] / a_step / ceiling,
           "prefill_operations_per_s": None, "prefill_share": None, "operations_per_s": None, "operations_share": None}
    if low["ttft_s"]["p50"] and high["answer_tokens_mean"]:
        prefill = 2 * facts["layer_parameters"] * low["prompt_tokens_mean"] / low["ttft_s"]["p50"]
        per_request = 2 * (facts["layer_parameters"] * (high["prompt_tokens_mean"] + high["answer_tokens_mean"])
                           + facts["head_parameters"] * high["answer_tokens_mean"])
        out |= {"prefill_operations_per_s": prefill, "prefill_share": prefill / rate,
                "operations_per_s": per_request * high["requests_per_s"], "operations_share": per_request * high["requests_per_s"] / rate}
    return out


def count_constants(tokenizer, out: Path, signature: dict) -> None:
    """constant_fields.json."""
    contract.write_atomic(out / "constant_fields.json", json.dumps({**constant_tokens(tokenizer), "signature": signature}, indent=1) + "\n")


def constant_tokens(tokenizer) -> dict:
    """Tokens of the example's answer, stop token included, and how many of them contract.fill spares the model."""
    whole = contract.serialize(contract.EXAMPLE_OUTPUT)
    start = whole.index(contract.FILLED_FROM)
    n_whole, n_stopped = (len(tokenizer(t, add_special_tokens=False)["input_ids"])
                          for t in (whole + contract.STOP_TOKEN, whole[:start] + contract.FILLED_FROM))
    return {"text": whole[start:], "tokens": n_whole - n_stopped, "answer_tokens": n_whole}


# --- summary.json ------------------------------------------------------------------------------------------------

def read_json(path: Path, signature: dict) -> dict | None:
    """A JSON file of this run without its signature; None where there is none or it is of another run."""
    if not bench.is_done(path, signature):
        return None
    return {k: v for k, v in json.loads(path.read_text()).items() if k != "signature"}


def additions(summary: dict, by_arm: dict[str, list[dict]], out: Path, by_id: dict[str, dict]) -> dict:
    """What summary.json holds beside the arms' own figures, all from files of the same signature."""
    signature, arms = summary["signature"], summary["arms"]
    limits = read_json(out / "limits.json", signature)
    at = lambda arm, level: [r for r in by_arm[arm] if r["concurrency"] == int(level)]  # noqa: E731
    ratios = [{"before": b, "after": a, "concurrency": int(level), **found} for b, a in COMPARED if b in arms and a in arms
              for level in arms[a]["levels"] if level in arms[b]["levels"] and (found := speedups(at(b, level), at(a, level)))]
    growth = {}
    for name, arm in arms.items():
        low, high = (sorted(arm["levels"], key=int)[i] for i in (0, -1))
        rates = [arm["levels"][level]["output_tokens_per_s"] for level in (low, high)]
        growth[name] = {"from": int(low), "to": int(high), "throughput_ratio": rates[1] / rates[0] if rates[0] else None}
    import bench_peers
    return {"ratios": ratios, "growth": growth, "side": side_summary(out, signature, by_id),
            "ttft_by_prompt": {name: ttft_by_prompt(mine) for name, mine in by_arm.items()},
            "limits": limits and {**limits, "arms": {name: shares(arm, limits) for name, arm in arms.items()}},
            "sizing": {name: sizing(arm, summary["slo"]) for name, arm in arms.items()},
            "constant_fields": read_json(out / "constant_fields.json", signature),
            "cross_check": read_json(out / "cross_check.json", signature),
            "profile": read_json(out / "profile.json", signature), "routing": read_json(out / "routing.json", signature),
            "peers": bench_peers.peers_summary(out, signature, by_id)}


def side_summary(out: Path, signature: dict, by_id: dict[str, dict]) -> dict | None:
    """{arm: figures, quality and ratios to the control, or why there are none} of the control's run, which is named where it is
    not that of the core arms; None where none was measured."""
    core, signature = signature, bench.signature_of(out / "side", CONTROL.name, signature)
    found_records = bench.read_records(out / "side", signature)
    controls = {r["repetition"]: r for r in found_records if r["arm"] == CONTROL.name}
    records = {r["arm"]: r for r in found_records if r["arm"] != CONTROL.name}
    failed = {f["arm"]: f for p in (out / "side").glob("*.failed.json") if (f := read_json(p, signature))}
    found = {CONTROL.name: {**bench.arm_summary(list(controls.values()), by_id), "against_control": None}} if controls else {}
    for name in [n for n in (CONTROL.name, *SIDE_ARMS) if n not in found and (n in records or n in failed)]:
        if name in records:
            near = [controls[k] for k in (block(name), block(name) + 1) if k in controls]
            found[name] = bench.arm_summary([records[name]], by_id)
            found[name]["against_control"] = speedups(near, [{**records[name], "repetition": c["repetition"]} for c in near])
        else:
            found[name] = {"why": failed[name]["why"], "error": failed[name]["error"]}
    rates = [bench.level_figures(c)["output_tokens_per_s"] for c in controls.values()]
    return {"concurrency": SIDE_LEVEL, "control": CONTROL.name, "control_tokens_per_s": rates, "other_run": signature if signature != core else None, "arms": found} if found else None
