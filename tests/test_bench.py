"""The benchmark's client and arithmetic, against a stand-in server; a real vLLM run is in test_servers.py."""
import asyncio
import contextlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import bench_latency as bench
import bench_peers as peers
import bench_profile as profile
import bench_side as side
import contract
import engine
import vllm_server
from common import Problem
from report_latency import render_latency_details, render_latency_report
from stub_server import ANSWER, StubServer

CASES = [{"id": f"c{i}", "input": f"message {i}", "output": contract.EXAMPLE_OUTPUT} for i in range(6)]
SIGNATURE = {"checkpoint": "e" * 64, "model": "adapter", "commit": "abc", "levels": [1, 2], "requests": [2, 3],
             "hardware": {"cpu": "a cpu", "cores": 2, "memory_gib": 4, "gpus": []}, "versions": {"vllm": "0"}}
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


# --- ratios, sizing, limits --------------------------------------------------------------------------------------

def record(ttft: list[float], e2e: list[float], repetition: int = 0, wall_s: float = 10.0, tokens: int = 100, **kw) -> dict:
    samples = [{"id": f"c{i}", "arrivals_s": [t, e], "e2e_s": e, "completion_tokens": tokens, "prompt_tokens": 100 * (i + 1),
                "text": ANSWER, "finish": "stop", "error": None} for i, (t, e) in enumerate(zip(ttft, e2e))]
    return {"arm": "x", "concurrency": 1, "repetition": repetition, "wall_s": wall_s, "samples": samples, **kw}


def test_speedups_say_how_many_times_better_the_second_is():
    slow, fast = record([2.0] * 8, [4.0] * 8, wall_s=16), record([1.0] * 8, [2.0] * 8, wall_s=8)
    got = side.speedups([slow], [fast])
    assert {k: v["value"] for k, v in got.items()} == dict.fromkeys(side.TIMES + side.RATES, 2.0)
    assert all(v["low"] == pytest.approx(2) and v["high"] == pytest.approx(2) for v in got.values())


def test_an_arm_against_itself_is_one_and_noise_widens_the_interval():
    noisy = record([1.0, 2.0, 3.0, 4.0], [2.0, 9.0, 4.0, 30.0])
    same = side.speedups([noisy], [noisy])
    assert all(v == {"value": 1.0, "low": 1.0, "high": 1.0} for v in same.values()), "the draws are paired"
    other = record([4.0, 1.0, 2.0, 3.0], [9.0, 2.0, 30.0, 4.0])
    wide = side.speedups([noisy], [other])["e2e_p50"]
    assert wide["low"] < wide["value"] < wide["high"]


def test_ratios_are_of_medians_over_repetitions_and_of_messages_both_answered():
    before = [record([1.0] * 3, [x] * 3, r) for r, x in enumerate((2.0, 4.0, 100.0))]
    after = [record([1.0] * 3, [2.0] * 3, r) for r in range(3)]
    assert side.speedups(before, after)["e2e_p50"]["value"] == 2.0
    failed = record([1.0, 50.0], [2.0, 90.0])
    failed["samples"][1]["error"] = "timeout"
    assert side.speedups([record([1.0, 1.0], [2.0, 9.0])], [failed])["e2e_p50"]["value"] == 1.0
    assert side.speedups([record([1.0], [2.0], 0)], [record([1.0], [2.0], 1)]) is None, "no repetition in common"


def test_a_message_measured_twice_is_still_one_message():
    before, after = record([1.0, 1.0, 1.0, 1.0], [2.0, 9.0, 4.0, 30.0]), record([1.0] * 4, [3.0, 4.0, 5.0, 8.0])
    once = side.speedups([before], [after])["e2e_p50"]
    assert side.speedups([before, {**before, "repetition": 1}], [after, {**after, "repetition": 1}])["e2e_p50"] == once


def test_ttft_is_binned_by_prompt_length_at_the_lowest_concurrency():
    bins = side.ttft_by_prompt([record([1.0, 2.0, 4.0], [5.0] * 3), record([99.0] * 3, [99.0] * 3, concurrency=8)])
    assert [(b["from_tokens"], b["n"], b["ttft_p50_s"]) for b in bins] == [(64, 1, 1.0), (128, 1, 2.0), (256, 1, 4.0)]


def level_of(ttft_p95: float, e2e_p95: float, rate: float, failed: int = 0) -> dict:
    return {"failed": failed, "ttft_s": {"p95": ttft_p95}, "e2e_s": {"p95": e2e_p95}, "requests_per_s": rate}


def test_sizing_takes_the_highest_concurrency_that_meets_the_goal():
    slo = {"ttft_s": 2.0, "e2e_s": 20.0}
    arm = {"levels": {"1": level_of(1, 5, 0.5), "8": level_of(1.9, 19, 2.0), "32": level_of(3, 19, 4.0), "64": level_of(1, 1, 9, 1)}}
    got = side.sizing(arm, slo)
    assert (got["concurrency"], got["requests_per_s"]) == (8, 2.0)
    assert got["replicas"] == {"1": 1, "100": 72, "10000": 7143}  # ceil(rate / 1.4)
    none = side.sizing({"levels": {"1": level_of(9, 9, 1)}}, slo)
    assert none["requests_per_s"] is None and set(none["replicas"].values()) == {None}


def test_weight_facts_count_what_a_step_reads(tmp_path):
    import torch
    from safetensors.torch import save_file
    layer, embedding = torch.zeros(4, 3, dtype=torch.int8), torch.zeros(10, 3).bfloat16()
    tied = {"model.embed_tokens.weight": embedding, "a.weight": layer, "a.weight_scale": torch.ones(4, 1)}
    save_file(tied, tmp_path / "m.safetensors")
    assert side.weight_facts(tmp_path, None, "bfloat16") == {
        "bytes_per_step": 60 + 12 + 16, "layer_parameters": 12, "head_parameters": 30, "layer_type": "int8"}
    save_file({"model.embed_tokens.weight": embedding, "lm_head.weight": embedding.clone(), "a.weight": layer.half()}, tmp_path / "m.safetensors")
    assert side.weight_facts(tmp_path, None, "float16") == {
        "bytes_per_step": 60 + 24, "layer_parameters": 12, "head_parameters": 30, "layer_type": "float16"}


def test_shares_follow_the_stated_formulas():
    low = {"output_tokens_per_s": 10.0, "ttft_s": {"p50": 0.5}, "prompt_tokens_mean": 100, "answer_tokens_mean": 50, "requests_per_s": 1,
           "tokens_per_step": 2.0}
    high = {**low, "requests_per_s": 4.0}
    arm = {"levels": {"1": low, "32": high}, "weight_facts": {"bytes_per_step": 1000, "layer_parameters": 20, "head_parameters": 5,
                                                              "layer_type": "int8"}}
    got = side.shares(arm, {"read_bytes_per_s": 20_000, "copy_bytes_per_s": 40_000, "operations_per_s": {"int8": 80_000}})
    assert got["decode_bandwidth_share"] == 0.125 and got["ceiling_tokens_per_s"] == 80
    assert got["prefill_share"] == 2 * 20 * 100 / 0.5 / 80_000
    assert got["operations_share"] == 2 * (20 * 150 + 5 * 50) * 4 / 80_000


def test_tokens_a_step_are_unknown_where_a_guessing_server_gave_no_counts():
    sample = {"error": None, "arrivals_s": [0.1, 0.2], "e2e_s": 1.0, "completion_tokens": 12}
    record = {"samples": [sample], "wall_s": 2.0, "settings": {"speculate": True}, "guesses": {"draft": 10, "accepted": 8}}
    got = bench.level_figures(record)
    assert (got["tokens_per_step"], got["guesses_right"]) == (3.0, 0.8)
    for changes, a_step in (({"guesses": None}, None), ({"guesses": None, "settings": bench.PLAIN}, 1.0),
                            ({"guesses": None, "settings": {**bench.PLAIN, "extra_args": ["--speculative-config", "{}"]}}, None)):
        got = bench.level_figures({**record, **changes})
        assert (got["tokens_per_step"], got["guesses_right"]) == (a_step, None), changes


def test_a_servers_counts_of_guesses_are_read_and_a_missing_one_is_none(monkeypatch):
    import httpx
    lines = [f'vllm:spec_decode_num_{kind}_tokens_total{{engine="0",model_name="base"}} {n}' for kind, n in (("draft", "120.0"), ("accepted", "9e1"))]
    said = SimpleNamespace(text="\n".join(["# HELP vllm:spec_decode_num_draft_tokens_total guesses", *lines]))
    monkeypatch.setattr(httpx, "get", lambda url, timeout: said)
    assert bench.speculated("http://x/v1", {"speculate": True}) == {"draft": 120, "accepted": 90}
    assert bench.speculated("http://x/v1", bench.PLAIN) is None
    said.text = lines[0]
    assert bench.speculated("http://x/v1", {"speculate": True}) is None


def test_what_guesses_gain_is_said_where_the_interval_says_it():
    from report_latency import shipped_changes
    r = {"before": "token-by-token", "after": "shipped", "concurrency": 1, "e2e_p50": {"value": 3.0, "low": 2.5, "high": 3.5}}
    summary = {"ratios": [r], "arms": {"shipped": {"levels": {"1": {"tokens_per_step": 6.9}}}}}
    assert "at 1 a step makes 6.9 tokens and E2E p50 without it is 3.00 [2.50, 3.50] times as long" in "\n".join(shipped_changes(summary))
    r["e2e_p50"]["low"] = 0.9
    assert shipped_changes(summary) == []


def test_constant_fields_are_counted_with_the_tokenizer():
    got = side.constant_tokens(lambda text, **_: {"input_ids": list(text)})
    assert got["text"].startswith(',"script_rules":') and ANSWER.endswith(got["text"])
    assert got["answer_tokens"] == len(ANSWER + contract.STOP_TOKEN)
    assert got["tokens"] == len(got["text"] + contract.STOP_TOKEN) - len(contract.FILLED_FROM)


# --- arms, from a stand-in server to the report ------------------------------------------------------------------

@pytest.fixture
def stubbed(monkeypatch, tmp_path):
    """vLLM, tokenizer and weights replaced; returns what was started."""
    started = []

    @contextlib.contextmanager
    def serve(folder, log_path, lora=None, port=None, settings=None, **_):
        if settings and settings.get("extra_args"):
            raise Problem("vLLM ended with code 1 before it was ready: no such option")
        started.append((str(folder), settings))
        with StubServer() as stub:
            yield SimpleNamespace(url=stub.url + "/v1", process=SimpleNamespace(poll=lambda: None), start_s=1.0, log_path=log_path)

    class Tokenizer:
        def __call__(self, text, **_):
            return {"input_ids": list(range(len(text)))}

        def decode(self, ids, **_):
            return "x" * len(ids)

    facts = {"bytes_per_step": 1000, "layer_parameters": 20, "head_parameters": 5, "layer_type": "int8"}
    monkeypatch.setattr(vllm_server, "serve", serve)
    monkeypatch.setattr(vllm_server, "served_folder", lambda checkpoint, weights=None: weights)
    monkeypatch.setattr(vllm_server, "shipped_weights", lambda: "w8a8")
    monkeypatch.setattr(engine, "load_tokenizer", lambda folder: Tokenizer())
    monkeypatch.setattr(side, "weight_facts", lambda *_: facts)
    monkeypatch.setattr(side, "SIDE_REQUESTS", 2)
    return started


CHECKPOINT = SimpleNamespace(base="base", adapter=None, digest="e" * 64)


def measured(tmp_path, arms=("merged", "shipped")) -> None:
    for repetition in range(2):
        plan = list(zip((1, 2), bench.plan_messages(CASES, [2, 3], repetition)))
        for name in arms:
            bench.measure_arm(bench.with_prompt(bench.ARMS[name], "short"), CHECKPOINT, plan, repetition, tmp_path / "samples", SIGNATURE)


def real_cases() -> list[dict]:
    return [{**c, "id": f"c{i}"} for i, c in enumerate(bench.read_cases()[:6])]


def test_samples_are_kept_and_not_measured_again(stubbed, tmp_path):
    measured(tmp_path)
    assert [folder for folder, _ in stubbed] == ["merged", "w8a8"] * 2
    measured(tmp_path)
    assert len(stubbed) == 4, "a second run resumes"
    (tmp_path / "samples" / "merged-c2-r1.json").unlink()
    measured(tmp_path)
    assert len(stubbed) == 5


def test_the_naive_arm_is_the_serving_block_but_for_what_it_names(stubbed, tmp_path):
    measured(tmp_path, ["naive"])
    (folder, settings), *_ = stubbed
    assert folder == "lora" and settings == {**vllm_server.SERVING, "enable_prefix_caching": False, **bench.PLAIN}
    got = json.loads((tmp_path / "samples" / "naive-c1-r0.json").read_text())
    assert got["prompt"] == "long" and got["settings"] == settings


def test_only_the_shipped_configuration_stops_before_the_constant_and_is_scored_whole(tmp_path):
    tokenizer = lambda text, **_: {"input_ids": list(range(len(text)))}  # noqa: E731
    shipped, merged = (bench.with_prompt(bench.ARMS[name], "short") for name in ("shipped", "merged"))
    assert bench.request_body(tokenizer, shipped, "kal")["stop"] == [contract.FILLED_FROM]
    assert "stop" not in bench.request_body(tokenizer, merged, "kal")
    case = {"id": "c0", "input": contract.EXAMPLE_INPUT, "output": contract.EXAMPLE_OUTPUT}
    stopped = ANSWER[:ANSWER.index(contract.FILLED_FROM) + len(contract.FILLED_FROM)]
    for text, filled, share in ((stopped, True, 1.0), (ANSWER, True, 1.0), (stopped[:-1], True, 0.0), (ANSWER, False, 1.0), (stopped, False, 0.0)):
        got = bench.quality([{"filled": filled, "samples": [{"id": "c0", "text": text, "finish": "stop"}]}], {"c0": case})
        assert got["schema_valid"]["value"] == share, (text, filled)


def test_the_report_is_made_of_the_summary_alone(stubbed, tmp_path):
    measured(tmp_path)
    arms = [bench.with_prompt(a, "short") for a in side.chosen(["stream-8"])]
    side.measure_side(arms, CHECKPOINT, CASES, tmp_path, SIGNATURE, None)
    limits = {"threads": 2, "device": "cpu", "read_bytes_per_s": 1e9, "copy_bytes_per_s": 2e9,
              "operations_per_s": {"bfloat16": 1e9, "int8": 4e9}}
    (tmp_path / "limits.json").write_text(json.dumps({**limits, "signature": SIGNATURE}))
    (tmp_path / "cross_check.json").write_text(json.dumps({"concurrency": 8, "ours": dict.fromkeys((
        "n", "failed", "ttft_p50_s", "ttft_p95_s", "e2e_p50_s", "tpot_p50_s", "itl_p50_s", "output_tokens_per_s", "requests_per_s",
        "answer_tokens_mean"), 1), "error": "no client", "signature": SIGNATURE}))
    side.count_constants(engine.load_tokenizer("base"), tmp_path, SIGNATURE)
    summary = json.loads(json.dumps(bench.summarize(tmp_path, real_cases(), SIGNATURE)))
    assert set(summary["side"]["arms"]) == {"control", "stream-8"} and "no such option" in summary["side"]["arms"]["stream-8"]["error"]
    assert {(r["before"], r["after"], r["concurrency"]) for r in summary["ratios"]} == {("merged", "shipped", 1), ("merged", "shipped", 2)}
    assert summary["arms"]["shipped"]["levels"]["2"]["n"] == 6 and summary["growth"]["shipped"]["to"] == 2
    text, details = render_latency_report(summary), render_latency_details(summary)
    for words in ("merged → shipped", "weights merged → w8a8", "stream-8", "no such option", "replicas", "Replicas", "slot F1 %", "queueing",
                  "answers stopped before the contract's constant", "Those of `shipped` end before"):
        assert words in text, words
    for words in ("merged → shipped", "GB/s", "no client", "prompt tokens", "Quality of the timed answers", "tokens of the example's", "enforce_eager"):
        assert words in details, words


def test_samples_that_are_there_are_summarized_again_without_a_server(stubbed, tmp_path, monkeypatch):
    measured(tmp_path)
    n_started = len(stubbed)
    cases = real_cases()
    monkeypatch.setattr(bench, "read_cases", lambda: cases)
    monkeypatch.setattr(sys, "argv", ["bench_latency.py", "--summarize", "--out", str(tmp_path)])
    bench.main()
    assert set(json.loads((tmp_path / "summary.json").read_text())["arms"]) == {"merged", "shipped"} and len(stubbed) == n_started
    assert "merged → shipped" in (tmp_path / "latency_report.md").read_text()
    with pytest.raises(Problem, match="samples of 0 runs"):
        bench.only_signature(tmp_path / "none")
    other = json.loads((tmp_path / "samples" / "merged-c1-r0.json").read_text())
    (tmp_path / "samples" / "merged-c1-r0.json").write_text(json.dumps({**other, "signature": {**SIGNATURE, "commit": "other"}}))
    with pytest.raises(Problem, match="samples of 2 runs"):
        bench.only_signature(tmp_path / "samples")


def test_a_run_on_a_gpu_is_a_section_with_its_hardware_named(stubbed, tmp_path):
    measured(tmp_path)
    summary = json.loads(json.dumps(bench.summarize(tmp_path, real_cases(), SIGNATURE)))
    other = {**summary, "signature": {**SIGNATURE, "shipped_weights": "merged", "hardware": {**SIGNATURE["hardware"], "gpus": ["NVIDIA L4"]}}}
    text = render_latency_report(summary, gpu=other)
    section = text[text.index("## The same script on a GPU"):]
    assert "NVIDIA L4" in section and "| shipped | 2 |" in section and "merged → shipped" in render_latency_details(summary, other).split("## On a GPU")[1] and "## The same script on a GPU" not in render_latency_report(summary)


def test_a_summary_of_two_arms_and_nothing_else_renders(stubbed, tmp_path):
    measured(tmp_path, ["baseline", "merged"])
    summary = bench.summarize(tmp_path, real_cases(), SIGNATURE)
    assert summary["side"] is summary["limits"] is summary["peers"] is summary["cross_check"] is None
    text = render_latency_report(summary)
    assert "baseline → merged" in text and "machine's limits" not in render_latency_details(summary)
    old = {k: v for k, v in summary.items() if k in ("signature", "slo", "n_warmup", "arms")}
    assert "Quality" in render_latency_details(old) and "baseline" in render_latency_report(old), "a summary of before the ratios"


def test_samples_of_another_signature_are_no_part_of_the_summary(stubbed, tmp_path):
    measured(tmp_path)
    assert bench.summarize(tmp_path, real_cases(), {**SIGNATURE, "commit": "other"})["arms"] == {}


def test_side_arms_and_peers_of_a_later_run_stand_beside_the_core_arms_and_say_so(stubbed, tmp_path):
    later, by_id = {**SIGNATURE, "commit": "later"}, real_cases()
    measured(tmp_path)
    arms = [bench.with_prompt(a, "short") for a in side.chosen(["guarded"])]
    side.measure_side(arms, CHECKPOINT, CASES, tmp_path, SIGNATURE, None)
    assert bench.summarize(tmp_path, by_id, SIGNATURE)["side"]["other_run"] is None
    for k in (0, 1):
        path = tmp_path / "side" / f"control-c8-r{k}.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "signature": later}))
    assert set(bench.summarize(tmp_path, by_id, SIGNATURE)["side"]["arms"]) == {"control"}, "an arm of before is not compared with a later control"
    side.measure_side(arms, CHECKPOINT, CASES, tmp_path, later, None)
    peer = json.loads((tmp_path / "samples" / "merged-c1-r0.json").read_text())
    for name, signature in (("llama.cpp", SIGNATURE), ("transformers", later)):
        (tmp_path / "peers").mkdir(exist_ok=True)
        (tmp_path / "peers" / f"{name}-c1.json").write_text(json.dumps({**peer, "arm": name, "engine": "so", "signature": signature}))
    summary = json.loads(json.dumps(bench.summarize(tmp_path, by_id, SIGNATURE)))
    assert set(summary["side"]["arms"]) == {"control", "guarded"} and set(summary["arms"]) == {"merged", "shipped"}
    assert [p["other_run"] and p["other_run"]["commit"] for p in summary["peers"].values()] == [None, "later"]
    assert render_latency_report(summary).count("Measured in another run") == 2


def test_the_control_is_measured_before_and_after_each_block_and_an_arm_is_compared_with_both(monkeypatch, tmp_path):
    order, far = [], list(side.SIDE_ARMS)[-1]
    monkeypatch.setattr(bench, "measure_arm", lambda arm, checkpoint, plan, repetition, *_: order.append((arm.name, repetition)))
    side.measure_side(side.chosen(["guarded", "whole-answer", far]), CHECKPOINT, CASES * 10, tmp_path, SIGNATURE, None)
    k = side.block(far)
    assert order == [("control", 0), ("guarded", 0), ("whole-answer", 0), ("control", 1), ("control", k), (far, k), ("control", k + 1)]
    (tmp_path / "side").mkdir()
    for name, repetition, e2e_s in (("control", 0, 1.0), ("control", 1, 3.0), ("guarded", 0, 4.0)):
        samples = [{"id": c["id"], "arrivals_s": [0.1], "e2e_s": e2e_s, "completion_tokens": 10, "prompt_tokens": 5, "text": "", "finish": "stop", "error": None}
                   for c in CASES]
        record = {"arm": name, "concurrency": 8, "repetition": repetition, "wall_s": e2e_s, "server_start_s": 1, "samples": samples, "signature": SIGNATURE}
        (tmp_path / "side" / f"{name}-c8-r{repetition}.json").write_text(json.dumps(record))
    got = side.side_summary(tmp_path, SIGNATURE, {c["id"]: {**real_cases()[0], "id": c["id"]} for c in CASES})
    ratio = got["arms"]["guarded"]["against_control"]["e2e_p50"]
    assert ratio["value"] == pytest.approx(0.5) and ratio["low"] == pytest.approx(0.25) and ratio["high"] == pytest.approx(0.75), "the machine's drift is in the interval"
    assert len(got["control_tokens_per_s"]) == 2


def test_no_core_arm_is_measured_where_none_is_named(stubbed, tmp_path, monkeypatch):
    measured(tmp_path)
    n_started, cases = len(stubbed), real_cases()
    monkeypatch.setattr(bench, "read_cases", lambda: cases)
    monkeypatch.setattr(sys, "argv", ["bench_latency.py", "--arms", "--model", "base", "--levels", "1", "--requests", "2", "--out", str(tmp_path)])
    monkeypatch.setattr(engine, "resolve", lambda name: SimpleNamespace(base="base", adapter=None, digest="e" * 64, name="base"))
    bench.main()
    assert set(json.loads((tmp_path / "summary.json").read_text())["arms"]) == {"merged", "shipped"} and len(stubbed) == n_started
    for wrong, said in ((["--arms", "--profile"], "belong to the run"), (["--arms", "nonsense"], "no arm nonsense")):
        monkeypatch.setattr(sys, "argv", ["bench_latency.py", *wrong, "--out", str(tmp_path)])
        with pytest.raises(Problem, match=said):
            bench.main()


def test_side_arms_are_chosen_by_name_with_the_control():
    assert side.chosen(None) == [] and len(side.chosen([])) == 1 + len(side.SIDE_ARMS)
    assert [a.name for a in side.chosen(["guarded"])] == ["control", "guarded"]
    with pytest.raises(Problem, match="no side arm nonsense"):
        side.chosen(["nonsense"])


# --- other clients and engines -----------------------------------------------------------------------------------

def test_the_columns_of_both_clients_have_the_same_names():
    theirs = {"completed": 4, "failed": 1, "total_output_tokens": 40, "output_throughput": 20.0, "request_throughput": 2.0,
              "median_ttft_ms": 500.0, "p95_ttft_ms": 900.0, "median_e2el_ms": 3000.0, "median_tpot_ms": 50.0, "median_itl_ms": 40.0}
    got = peers.their_columns(theirs)
    assert (got["n"], got["ttft_p50_s"], got["e2e_p50_s"], got["answer_tokens_mean"]) == (5, 0.5, 3.0, 10)
    assert got.keys() == peers.our_columns(bench.level_figures(record([1.0], [2.0]))).keys()


def test_a_client_that_fails_is_an_entry_with_its_last_line(stubbed, tmp_path, monkeypatch):
    monkeypatch.setattr(peers, "BENCH_SERVE", "import sys; print('reading', file=sys.stderr); sys.exit('no module named so')")
    monkeypatch.setattr(peers, "SIDE_REQUESTS", 2)
    peers.cross_check(bench.with_prompt(bench.ARMS["shipped"], "short"), CHECKPOINT, CASES, tmp_path, SIGNATURE, None)
    got = json.loads((tmp_path / "cross_check.json").read_text())
    assert got["error"] == "no module named so" and got["ours"]["n"] == 2 and "theirs" not in got
    assert {p.suffix for p in tmp_path.iterdir()} <= {".json", ".log"}


def test_a_missing_peer_is_an_entry_not_a_crash(stubbed, tmp_path, monkeypatch):
    checkpoint = SimpleNamespace(base="base", adapter=tmp_path / "adapter", digest="e")
    monkeypatch.setattr(peers.quantize_gguf, "tuned_gguf", lambda checkpoint: tmp_path / "m.gguf")
    monkeypatch.setattr(peers.shutil, "which", lambda name: None)
    monkeypatch.setattr(peers.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(engine, "servable_folder", lambda checkpoint: tmp_path / "merged")
    monkeypatch.setattr(peers, "run_apart", lambda command, env: "RuntimeError: no kernel")
    arm = bench.with_prompt(bench.ARMS["shipped"], "short")
    peers.measure_peers([], arm, checkpoint, [(1, CASES[:1])], tmp_path, SIGNATURE)
    got = peers.peers_summary(tmp_path, SIGNATURE, {})
    assert "neither llama-server nor" in got["llama.cpp"]["error"] and "no kernel" in got["transformers"]["error"]
    assert peers.peers_summary(tmp_path / "nowhere", SIGNATURE, {}) is None
    (tmp_path / "peers" / "transformers.failed.json").unlink()
    peers.measure_peers(["llama.cpp"], arm, checkpoint, [(1, CASES[:1])], tmp_path, SIGNATURE)
    assert set(peers.peers_summary(tmp_path, SIGNATURE, {})) == {"llama.cpp"}, "one that was not named is not run"


def test_llama_cpp_is_a_server_on_the_path_or_the_one_in_the_package(monkeypatch):
    monkeypatch.setattr(peers.shutil, "which", lambda name: "/opt/llama-server")
    assert peers.llama_command(Path("m.gguf"), 9000, 8)[0][:3] == ["/opt/llama-server", "-m", "m.gguf"]
    monkeypatch.setattr(peers.shutil, "which", lambda name: None)
    monkeypatch.setattr(peers.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(peers.importlib.metadata, "version", lambda name: "1")
    command, name = peers.llama_command(Path("m.gguf"), 9000, 8)
    assert command[3:7] == ["m.gguf", "9000", "8", str(8 * peers.SLOT_TOKENS)] and name.endswith("xllamacpp 1")
    compile(command[2], "llama", "exec")


def test_continuous_batching_keeps_so_many_under_way_and_stops_with_its_thread():
    class Manager:
        def __init__(self, dies: bool = False):
            self.under_way, self.most, self.dies = [], 0, dies

        def add_request(self, prompt, request_id, **_):
            self.under_way.append(request_id)
            self.most = max(self.most, len(self.under_way))

        def is_running(self):
            return not self.dies

        def get_result(self, timeout):
            if self.dies:
                return None
            return SimpleNamespace(request_id=self.under_way.pop(0), generated_tokens=[5, 9], timestamps=[0.0, 0.0], prompt_ids=[1],
                                   error=None, is_finished=lambda: True)

    requests = [{"id": f"c{i}", "prompt": [1], "budget": 4} for i in range(5)]
    tokenizer, manager = SimpleNamespace(decode=lambda ids, **_: "text"), Manager()
    got = peers.batched_level(manager, requests, 2, tokenizer, stop=9)
    assert manager.most == 2 and [s["id"] for s in got["samples"]] == [r["id"] for r in requests]
    assert all(s["finish"] == "stop" and s["completion_tokens"] == 2 for s in got["samples"])
    with pytest.raises(Problem, match="thread ended"):
        peers.batched_level(Manager(dies=True), requests, 2, tokenizer, stop=9)


# ---------------------------------------------------------------- profile and routing

def test_an_operator_counts_for_what_it_does_itself():
    op = lambda name, ts, dur, tid=1: {"ph": "X", "cat": "cpu_op", "name": name, "ts": ts, "dur": dur, "pid": 1, "tid": tid}  # noqa: E731
    events = [op("aten::linear", 0, 100), op("aten::copy_", 10, 30), op("aten::argmax", 100, 50), op("aten::copy_", 0, 7, tid=2),
              {"ph": "X", "cat": "python_function", "name": "mm", "ts": 0, "dur": 999}]
    found = profile.self_times(events)
    assert found == pytest.approx({"matrix products": 70e-6, "sampling and logits": 50e-6, profile.OTHER: 37e-6})


def test_what_no_operator_explains_is_the_rest_and_never_below_zero():
    shares = profile.step_shares({"matrix products": 1.0, profile.OTHER: 0.5}, step_s=0.02, profiled_step_s=0.03, tokens=100)
    assert shares["kinds_s"] == pytest.approx({"matrix products": 0.01, profile.OTHER: 0.005, profile.REST: 0.005})
    assert sum(shares["shares"].values()) == pytest.approx(1)
    assert profile.step_shares({"matrix products": 1.0}, 0.001, 0.02, 100)["kinds_s"][profile.REST] == 0


def test_a_folder_without_a_trace_is_said(tmp_path):
    (tmp_path / "half.json").write_text('{"traceEvents": [')
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(Problem, match="no trace"):
        profile.read_trace(tmp_path)


def test_the_routing_curve_runs_from_the_small_model_alone_to_the_larger_one_for_all():
    points = profile.routing_curve([(-0.1, True), (-0.2, True), (-3.0, False), (float("-inf"), False)], cost=3)
    first, middle, last = points[0], points[5], points[-1]
    assert (first["sent_on"], first["cost"], first["kept_right"], first["at_best"]) == (0, 1, 0.5, 0.5)
    assert (middle["sent_on"], middle["bound"], middle["kept_right"], middle["at_best"], middle["cost"]) == (0.5, -0.2, 1.0, 1.0, 2.5)
    assert (last["sent_on"], last["kept_right"], last["at_best"], last["at_worst"], last["cost"]) == (1, None, 1.0, 0.5, 4)


def test_the_report_shows_the_profile_and_the_routing_curve_or_why_not():
    from report_latency import profile_section, routing_section
    shares = profile.step_shares({"matrix products": 1.0}, 0.02, 0.03, 100)
    assert "| matrix products | 10.00 | 50.0 |" in "\n".join(profile_section({"profile": {"arm": "shipped", **shares}}))
    assert "no trace" in "\n".join(profile_section({"profile": {"arm": "shipped", "error": "no trace"}})) and profile_section({}) == []
    points = profile.routing_curve([(-0.1, True), (-3.0, False)])
    said = "\n".join(routing_section({"routing": {"run": "tuned-free", "n": 2, "cost_of_larger": 3.0, "points": points}}))
    assert "2 answers of `tuned-free`" in said and routing_section({}) == []


def test_a_cold_arm_salts_every_prompt_and_no_other_does(monkeypatch):
    monkeypatch.setattr(contract, "prompt_ids", lambda *_: [1])
    monkeypatch.setattr(contract, "message_ids", lambda *_: [1])
    cold, warm = (bench.with_prompt(side.SIDE_ARMS[name], None) for name in ("prompt-long-cold", "prompt-long"))
    salts = {bench.request_body(None, cold, text)["cache_salt"] for text in ("a", "b")}
    assert len(salts) == 2 and "cache_salt" not in bench.request_body(None, warm, "a")


def test_arms_as_served_ask_for_log_probabilities_and_the_others_do_not():
    asks = {name: bench.with_prompt(arm, None).logprobs for name, arm in (bench.ARMS | side.SIDE_ARMS).items()}
    assert {name for name, asked in asks.items() if not asked} == {"baseline", "merged", "lora", "naive", "no-logprobs"}


def test_one_process_is_asked_for_on_a_cpu_and_two_bind_their_threads():
    one, two = ({**vllm_server.SERVING, "one_process": value} for value in (True, False))
    assert "uni" in vllm_server.command(Path("m"), 1, None, 16, one) and "uni" not in vllm_server.command(Path("m"), 1, None, 16, two)
    assert vllm_server.environment(True)["VLLM_ENABLE_V1_MULTIPROCESSING"] == "0" and "OMP_NUM_THREADS" in vllm_server.environment(True)
    assert "VLLM_CPU_OMP_THREADS_BIND" in vllm_server.environment() and "VLLM_ENABLE_V1_MULTIPROCESSING" not in vllm_server.environment()


def test_what_only_a_cpu_gets_can_be_left_to_vllm():
    mine, plain = (" ".join(vllm_server.command(Path("m"), 1, None, 16, {**vllm_server.SERVING, **changes})) for changes in ({}, bench.PLAIN))
    for argument in ("--worker-cls cpu_worker.Worker", "--max-num-batched-tokens 1024", "--speculative-config"):
        assert argument in mine and argument.split()[0] not in plain


def test_ratios_of_an_arm_with_half_of_the_messages_take_that_half_of_the_other():
    def record(ids, e2e_s):
        return {"repetition": 0, "wall_s": len(ids) * e2e_s, "samples": [
            {"id": i, "arrivals_s": [e2e_s / 2], "e2e_s": e2e_s, "completion_tokens": 10, "error": None} for i in ids]}
    found = side.speedups([record("ab", 4.0)], [record("abcd", 2.0)])
    assert found["e2e_p50"]["value"] == found["requests_per_s"]["value"] == found["tokens_per_s"]["value"] == 2.0


def test_the_reason_of_a_dead_server_is_that_of_its_compiled_code_where_it_left_one(tmp_path):
    log_path = tmp_path / "log"
    log_path.write_text("terminate called after throwing an instance of 'c10::Error'\n  what():  scale_C: not implemented!\nframe #0\n"
                        "(APIServer pid=9) ERROR vllm.EngineDeadError: see above\nINFO end\n")
    assert vllm_server.last_error(log_path) == "scale_C: not implemented!"
    log_path.write_text("x\n(EngineCore pid=9) ValueError: no such thing\nINFO end\n")
    assert vllm_server.last_error(log_path) == "ValueError: no such thing"
