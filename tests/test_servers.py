"""A real vLLM server: started, asked, killed; and the ways it can fail to start. Slow: about four minutes."""
import asyncio
import os
import signal
import socket

import pytest

import bench_latency as bench
import contract
import engine
import gateway
import vllm_server
from common import Problem

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def base():
    return engine.resolve("qwen2.5-coder-0.5b-instruct")


def test_a_taken_port_is_said_at_once(tmp_path, base):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} is in use"):
            with vllm_server.serve(base.base, tmp_path / "log", port=port):
                pass


def test_a_server_never_ready_is_ended(tmp_path, base):
    with pytest.raises(Problem, match="not ready after 1 s"):
        with vllm_server.serve(base.base, tmp_path / "log", ready_timeout_s=1):
            pass


def test_a_folder_that_is_no_model_ends_with_the_servers_own_reason(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(Problem, match="before it was ready"):
        with vllm_server.serve(tmp_path, tmp_path / "log"):
            pass


def test_the_shipped_weights_are_asked_in_their_own_vocabulary_by_client_and_gateway(tmp_path):
    checkpoint = engine.resolve(engine.default_model())
    if checkpoint.adapter is None:
        pytest.skip("no adapter is shipped")
    prompt = engine.default_prompt(engine.default_model(), checkpoint)
    whole = engine.load_tokenizer(checkpoint.base)
    with vllm_server.serve(vllm_server.served_folder(checkpoint), tmp_path / "log") as server:
        client = engine.ServerEngine(server.url, checkpoint.base, prompt)
        assert (len(client.tokenizer) < len(whole)) == (vllm_server.shipped_weights() == "w8a8-cut")
        (_, answer), = client.answers([contract.EXAMPLE_INPUT])
        assert contract.parse_strict(answer.raw) == contract.EXAMPLE_OUTPUT, "the example is a training row"

        async def asked() -> list[tuple]:
            upstream = gateway.Upstream(server.url, whole, checkpoint.base, prompt)
            await upstream.open()
            found = [await upstream.ask(contract.EXAMPLE_INPUT, guarded) for guarded in (False, True)]
            await upstream.client.aclose()
            return found
        for raw, _, logprob in asyncio.run(asked()):
            assert -0.3 < logprob <= 0, f"{logprob}: the model is sure of a training row, and guesses change no probability"
            assert raw.endswith(contract.FILLED_FROM) and contract.fill(raw) == answer.raw
        if vllm_server.here()["speculate"]:
            counted = bench.speculated(server.url, vllm_server.here())
            assert counted and counted["accepted"] > 0.5 * counted["draft"] > 50, f"{counted}: of a training row most guesses are right"


def test_answers_streams_and_death(tmp_path, base, monkeypatch):
    monkeypatch.setattr(contract, "max_new_tokens", lambda n: 24)
    case = {"id": "1", "input": contract.EXAMPLE_INPUT}
    with vllm_server.serve(base.base, tmp_path / "log") as server:
        client = engine.ServerEngine(server.url, base.base, "long", guarded=True)
        (_, answer), = client.answers([contract.EXAMPLE_INPUT])
        assert answer.raw.startswith('{"intent":"') and answer.prompt_tokens > 300, answer
        body = bench.request_body(client.tokenizer, bench.with_prompt(bench.ARMS["baseline"], None), case["input"])
        (sample,), _ = asyncio.run(bench.run_level(server.url, "base", [body], [case], 1))
        assert sample["error"] is None and sample["completion_tokens"] == 24 and len(sample["arrivals_s"]) > 5
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(30)
        with pytest.raises(Problem, match="stopped answering"):
            list(client.answers([contract.EXAMPLE_INPUT]))
    assert server.process.poll() is not None
