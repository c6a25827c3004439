"""Errors for people, JSONL reading, intervals."""
import os
import subprocess
import sys

import pytest

import common


@pytest.mark.parametrize("content, words", [
    (b'{"id":"1"}\n{"id"', ["line 2", "not JSON"]), (b"\xff\xfe", ["line 1", "not JSON"]), (b"", ["no rows"]),
    (b"[1]", ["line 1", "list"]), (b'{"id":"1"}\n{"id":"1"}', ["line 2", "'1'", "line 1"]), (b'{"id":7}', ["'id'", "line 1"])])
def test_a_malformed_data_file_is_named_with_line_and_reason(tmp_path, content, words):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(common.Problem) as problem:
        common.read_jsonl(path, required=("id",))
    assert all(word in str(problem.value) for word in ["rows.jsonl", *words]), problem.value


def test_a_missing_data_file_is_named():
    with pytest.raises(common.Problem, match="nowhere.jsonl"):
        common.read_jsonl("nowhere.jsonl")


def test_a_half_written_last_line_is_dropped(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"id":"1"}\n{"id":"2", "ra')
    assert [r["id"] for r in common.iter_complete_rows(path)] == ["1"]


def test_wilson_interval_against_published_values():
    low, high = common.wilson(81, 263)  # Newcombe 1998, table I
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert common.wilson(0, 0) is None


@pytest.mark.parametrize("script", ["fetch_model.py", "gen_data.py", "train.py", "eval.py", "bench_latency.py", "predict.py",
                                    "reports.py", "contract.py", "script_rules.py", "normalize.py"])
def test_an_unknown_flag_fails_with_a_usage_line(script):
    got = subprocess.run([sys.executable, script, "--no-such-flag"], cwd=common.ROOT, capture_output=True, text=True)
    assert got.returncode == 2 and "--no-such-flag" in got.stderr and "Traceback" not in got.stderr, got.stderr[-500:]


@pytest.mark.parametrize("command, words", [
    (["train.py", "--data", "nowhere.jsonl"], ["nowhere.jsonl"]),
    (["eval.py", "--model", "no/such/folder/here"], ["no/such/folder/here"]),
    (["eval.py", "--model", "data"], ["data", "config.json"]),
    (["eval.py", "--suite", "nowhere.jsonl", "--model", "data"], ["nowhere.jsonl"]),
    (["eval.py", "--model", "http://127.0.0.1:9"], ["127.0.0.1:9"]),
    (["fetch_model.py", "--model", "nothing"], ["nothing"]),
    (["bench_latency.py", "--levels", "1", "--requests", "1", "2"], ["1 levels", "2 request"]),
    (["reports.py", "--metrics", "nowhere", "--bench", "nowhere"], ["nowhere"])])
def test_bad_input_is_one_sentence_and_a_non_zero_exit(command, words):
    got = subprocess.run([sys.executable, *command], cwd=common.ROOT, capture_output=True, text=True,
                         env={**__import__("os").environ, "HF_HUB_OFFLINE": "1"})
    last = got.stderr.strip().splitlines()[-1]
    assert got.returncode != 0 and "Traceback" not in got.stderr and all(w in last for w in words), got.stderr[-800:]


def test_a_full_disk_is_known_by_each_librarys_own_words():
    import errno
    assert common.disk_full(OSError(errno.ENOSPC, "No space left on device"))
    assert common.disk_full(RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)"))
    assert common.disk_full(RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 576 vs 534"))
    assert not common.disk_full(RuntimeError("CUDA error")) and not common.disk_full(OSError(errno.EACCES, "no"))


def test_writing_to_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path):
    code = ("import common, contract, os, errno, pathlib\n"
            "def full(*a, **k): raise OSError(errno.ENOSPC, 'No space left on device', 'x')\n"
            "os.replace = full\n"
            f"common.run_main(lambda: contract.write_atomic(pathlib.Path({str(tmp_path)!r}) / 'f', 'text'))")
    got = subprocess.run([sys.executable, "-c", code], cwd=common.ROOT, capture_output=True, text=True)
    assert got.returncode == 1 and "disk is full" in got.stderr and "Traceback" not in got.stderr, got.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_copy_without_a_checkout_is_told_its_commit_and_a_checkout_knows_better(monkeypatch, tmp_path):
    here = common.git_commit()
    monkeypatch.setenv("HINGLISH_COMMIT", "0123456789ab")
    assert common.git_commit() == (here or "0123456789ab")
    monkeypatch.setattr(common, "ROOT", tmp_path)
    assert common.git_commit() == "0123456789ab"


def test_a_stage_that_is_told_to_end_ends_the_server_that_it_started(tmp_path):
    code = f"""import pathlib, time, common, vllm_server
vllm_server.command, vllm_server._wait_ready = lambda *_: ["sleep", "60"], lambda *_: None
def main():
    with vllm_server.serve(pathlib.Path("m"), pathlib.Path({str(tmp_path / 'log')!r})) as server:
        print(server.process.pid, flush=True)
        time.sleep(60)
common.run_main(main)"""
    stage = subprocess.Popen([sys.executable, "-c", code], cwd=common.ROOT, stdout=subprocess.PIPE, text=True)
    server = int(stage.stdout.readline())
    os.kill(server, 0)
    stage.terminate()
    assert stage.wait(30) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)
