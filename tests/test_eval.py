"""eval.py from end to end against a stand-in server (tests/stub_server.py): files, resuming, faults, re-scoring.
Slow only because the client needs the base model's tokenizer."""
import json

import pytest

import contract
import engine
import eval as evaluation
import eval_metrics
from common import Problem
from stub_server import ANSWER, StubServer

ROWS = [{"id": f"c{i}", "input": contract.EXAMPLE_INPUT + " " * i + f" {i}", "output": contract.EXAMPLE_OUTPUT} for i in range(6)]


@pytest.fixture
def suite(tmp_path):
    path = tmp_path / "suite.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in ROWS))
    return path


def run(monkeypatch, *flags):
    monkeypatch.setattr("sys.argv", ["eval.py", *map(str, flags)])
    evaluation.main()


def rows(folder) -> list[dict]:
    return [json.loads(line) for line in (folder / "predictions.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_a_server_is_evaluated_and_the_repos_own_results_stay(suite, tmp_path, monkeypatch):
    before = evaluation.METRICS.read_bytes() if evaluation.METRICS.exists() else None
    out = tmp_path / "out"
    with StubServer() as stub:
        run(monkeypatch, "--model", stub.url, "--suite", suite, "--out", out)
    assert [r["id"] for r in rows(out)] == [r["id"] for r in ROWS]
    assert all(r["output"] == contract.EXAMPLE_OUTPUT and r["raw"] == ANSWER and r["finish"] == "stop" for r in rows(out))
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["runs"]["out"]["suites"]["suite"]["exact"]["value"] == 1.0
    assert "out" in (out / "report.md").read_text()
    assert (evaluation.METRICS.read_bytes() if evaluation.METRICS.exists() else None) == before


@pytest.mark.slow
def test_a_dead_server_keeps_the_rows_and_the_next_run_goes_on(suite, tmp_path, monkeypatch):
    out = tmp_path / "out"
    with StubServer(dies_after=3) as stub, pytest.raises(Problem, match="stopped answering"):
        run(monkeypatch, "--model", stub.url, "--suite", suite, "--out", out)
    kept = len(rows(out))
    assert kept == 3
    with StubServer() as again:
        # The same weights behind another port: the run is named by what the caller says is served there.
        meta = json.loads((out / "run.json").read_text())
        (out / "run.json").write_text(json.dumps({**meta, "checkpoint": again.url}))
        run(monkeypatch, "--model", again.url, "--suite", suite, "--out", out)
        assert again.n_requests == len(ROWS) - kept
    assert len(rows(out)) == len(ROWS)


@pytest.mark.parametrize("prompt, decoding, kept", [("brief", "free", 4), ("long", "free", 6), ("long", "guarded", 5)])
def test_a_row_that_is_drafted_otherwise_by_now_is_asked_anew(tmp_path, monkeypatch, prompt, decoding, kept):
    import guarded
    import normalize
    meta = {key: "same" for key in evaluation.IDENTITY} | {"prompt": prompt, "decoding": decoding}
    (tmp_path / "run.json").write_text(json.dumps(meta))
    (tmp_path / "predictions.jsonl").write_text("".join(json.dumps({
        "id": r["id"], "input": r["input"], "raw": "{}", "finish": "stop", "hints_sha256": evaluation.hints_sha256(r["input"], prompt, decoding)}) + "\n"
        for r in ROWS))
    assert len(evaluation.kept_predictions(tmp_path, meta, ROWS)) == len(ROWS)
    draft, grammar = normalize.draft, guarded.message_grammar
    monkeypatch.setattr(normalize, "draft", lambda text: draft(text) + " और" * (text in (ROWS[1]["input"], ROWS[4]["input"])))
    monkeypatch.setattr(guarded, "message_grammar", lambda text: grammar(text) + "\n" * (text == ROWS[2]["input"]))
    assert len(evaluation.kept_predictions(tmp_path, meta, ROWS)) == kept


@pytest.mark.slow
def test_a_timeout_loses_one_row_and_is_counted(suite, tmp_path, monkeypatch):
    monkeypatch.setattr(engine.ServerEngine.__init__, "__defaults__", (None, "short", False, 16, 6.0, None))
    out = tmp_path / "out"
    with StubServer(hangs_on=(2,)) as stub:
        run(monkeypatch, "--model", stub.url, "--suite", suite, "--out", out)
    metrics = json.loads((out / "metrics.json").read_text())["runs"]["out"]["suites"]["suite"]
    assert metrics["failed"]["hits"] == 1 and metrics["json_valid"]["hits"] == len(ROWS) - 1


@pytest.mark.slow
def test_rescoring_needs_no_model_and_gives_the_same(suite, tmp_path, monkeypatch):
    out = tmp_path / "out"
    with StubServer() as stub:
        run(monkeypatch, "--model", stub.url, "--suite", suite, "--out", out)
    first = (out / "metrics.json").read_text()
    (out / "metrics.json").unlink()
    run(monkeypatch, "--rescore", "--suite", suite, "--out", out)
    assert (out / "metrics.json").read_text() == first


@pytest.mark.slow
def test_rows_without_gold_get_the_reference_free_metrics(tmp_path, monkeypatch):
    path, out = tmp_path / "plain.jsonl", tmp_path / "out"
    path.write_text(json.dumps({"id": "1", "input": "kal milte hai"}) + "\n")
    with StubServer() as stub:
        run(monkeypatch, "--model", stub.url, "--suite", path, "--out", out)
    metrics = json.loads((out / "metrics.json").read_text())["runs"]["out"]["suites"]["plain"]
    assert metrics["schema_valid"]["value"] == 1.0 and "slot_f1" not in metrics


@pytest.mark.parametrize("text, words", [
    ('{"id":"a","input":"x"}\n{"id":"a","input":"y"}\n', "already"), ('{"id":"a"}\n', "'input'"), ("{broken\n", "line 1"),
    ("", "no rows"), ('{"id":"a","input":"x","output":{"intent":"block_card"}}\n', "output needs")])
def test_a_bad_suite_is_refused_by_line(tmp_path, text, words):
    path = tmp_path / "bad.jsonl"
    path.write_text(text)
    with pytest.raises(Problem, match=words):
        eval_metrics.read_suite(path, "bad", None)


def test_one_id_in_two_suites_is_refused(tmp_path, suite):
    other = tmp_path / "other.jsonl"
    other.write_text(suite.read_text())
    with pytest.raises(Problem, match="stands in suite"):
        eval_metrics.read_suites({"a": suite, "b": other}, None)


def test_predictions_of_another_suite_are_not_scored(suite, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({"suites": {"s": str(suite)}, "limit": None}))
    (folder / "predictions.jsonl").write_text(json.dumps({"id": "c0", "input": "other", "raw": "", "finish": "stop"}) + "\n")
    with pytest.raises(Problem, match="another input"):
        eval_metrics.load_run(folder, {"s": suite})
