"""The benchmark's client and arithmetic, against a stand-in server; a real vLLM run is in test_servers.py."""
import asyncio

import pytest

import bench_latency as bench
from common import Problem
from stub_server import ANSWER, StubServer

CASES = [{"id": f"c{i}", "input": f"message {i}"} for i in range(6)]
BODY = {"prompt": [1, 2, 3], "max_tokens": 5, "stream": True}


def level(stub, concurrency=2) -> tuple[list[dict], float]:
    return asyncio.run(bench.run_level(stub.url + "/v1", "stub", [BODY] * len(CASES), CASES, concurrency))


def test_streams_are_read_whole_and_timed_in_order():
    with StubServer() as stub:
        samples, wall_s = level(stub)
    assert [s["id"] for s in samples] == [c["id"] for c in CASES]
    for s in samples:
        assert s["text"] == ANSWER and s["finish"] == "stop" and s["error"] is None
        assert 0 < s["arrivals_s"][0] <= s["arrivals_s"][-1] <= s["e2e_s"] <= wall_s
        assert s["arrivals_s"] == sorted(s["arrivals_s"])


def test_a_dying_server_is_failures_not_a_crash():
    with StubServer(dies_after=3) as stub:
        samples, _ = level(stub)
    assert sum(s["error"] is None for s in samples) == 3 and all(s["error"] for s in samples[4:])


def test_a_hang_ends_at_the_timeout(monkeypatch):
    monkeypatch.setattr(bench, "REQUEST_TIMEOUT_S", 1)
    with StubServer(hangs_on=(1,)) as stub:
        samples, _ = level(stub)
    assert [s["error"] for s in samples].count("timeout") == 1


def test_figures_follow_the_stated_formulas():
    sample = {"id": "a", "arrivals_s": [1.0, 1.5, 2.5], "text": "x", "finish": "stop", "error": None,
              "completion_tokens": 5, "e2e_s": 3.0}
    failed = {**sample, "error": "timeout"}
    f = bench.level_figures({"samples": [sample, failed], "wall_s": 4.0})
    assert (f["n"], f["failed"]) == (2, 1)
    assert f["ttft_s"]["p50"] == 1.0 and f["tpot_s"]["p50"] == 0.5 and f["itl_s"]["p50"] == 0.75 and f["e2e_s"]["p50"] == 3.0
    assert f["output_tokens_per_s"] == 1.25 and f["requests_per_s"] == 0.25 and f["answer_tokens_mean"] == 5
    assert f["goodput_per_s"] == 0.25, "a failed request is no goodput"
    assert "p99" not in f["ttft_s"], "no p99 from fewer than 1,000 samples"


def test_nothing_measured_is_none_not_zero():
    f = bench.level_figures({"samples": [{"id": "a", "arrivals_s": [], "error": "timeout"}], "wall_s": 1.0})
    assert f["ttft_s"]["p50"] is None and f["answer_tokens_mean"] is None and f["failed"] == 1


def test_no_message_twice_within_a_repetition():
    plan = bench.plan_messages(CASES, [1, 2, 3], repetition=0)
    ids = [c["id"] for batch in plan for c in batch]
    assert [len(b) for b in plan] == [1, 2, 3] and len(set(ids)) == 6
    assert plan != bench.plan_messages(CASES, [1, 2, 3], repetition=1)
    with pytest.raises(Problem, match="distinct"):
        bench.plan_messages(CASES, [4, 4], 0)
