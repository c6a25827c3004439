"""Training: encoding and its checks (fast), and real runs on the base model (slow)."""
import argparse
import json
import os
import signal
import subprocess
import sys
import time

import pytest

import contract
import train
import train_card
from common import ROOT, Problem

SMALL = "import train; train.BATCH_ROWS = train.ROWS_PER_STEP = train.CUDA_ROWS = 1; train.CHECKPOINT_EVERY = 1; train.run_main(train.main)"


class WordTokenizer:
    """Stands in for the real tokenizer where only the bookkeeping of train.py is under test: one id a character."""

    def __call__(self, text, add_special_tokens=True, split_special_tokens=False):
        ids = []
        while text:
            n = len(contract.STOP_TOKEN) if text.startswith(contract.STOP_TOKEN) and not split_special_tokens else 1
            ids.append(-1 if n > 1 else ord(text[0]))
            text = text[n:]
        return {"input_ids": ids}

    def convert_tokens_to_ids(self, token):
        return -1

    def decode(self, ids, skip_special_tokens=False):
        return "".join(contract.STOP_TOKEN if i == -1 else chr(i) for i in ids)


ROW = {"id": "r1", "input": contract.EXAMPLE_INPUT, "output": contract.EXAMPLE_OUTPUT}


def test_loss_falls_on_the_pure_object_and_the_stop_token_only():
    item, = train.encode_rows(WordTokenizer(), [ROW], "short")
    learnt = [t for t, m in zip(item["input_ids"], item["completion_mask"]) if m]
    assert WordTokenizer().decode(learnt) == contract.serialize(contract.EXAMPLE_OUTPUT) + contract.STOP_TOKEN


def test_a_row_cut_after_its_slots_ends_where_the_text_begins_and_learns_no_stop():
    item, = train.encode_rows(WordTokenizer(), [ROW], "short", slots_only=1.0)
    learnt = WordTokenizer().decode([t for t, m in zip(item["input_ids"], item["completion_mask"]) if m])
    assert learnt == ('{"intent":"reschedule_meeting","slots":{"original_time":"कल 2 बजे के बाद","new_time":"Friday 4pm"}'
                      ',"normalized_text":"')


def test_which_rows_are_cut_is_decided_by_their_ids_and_near_the_share():
    cut = [train.ends_after_slots({"id": f"row-{i}"}, 0.6, "contract") for i in range(1000)]
    assert 560 < sum(cut) < 640 and cut[:3] == [train.ends_after_slots({"id": f"row-{i}"}, 0.6, "contract") for i in range(3)]
    assert not train.ends_after_slots({"id": "row-1"}, 1.0, "text_first")


def test_rows_encoded_by_several_processes_are_the_same_and_in_order(monkeypatch, capsys):
    rows = [{**ROW, "id": f"r{i}", "input": f"{i} {ROW['input']}"} for i in range(7)]
    alone = train.encode_rows(WordTokenizer(), rows, "short", slots_only=0.5)
    monkeypatch.setattr(train, "PARALLEL_FROM", 5)
    monkeypatch.setattr(train, "AFFINITY", {0, 1, 2})
    assert train.encode_rows(WordTokenizer(), rows, "short", slots_only=0.5) == alone
    assert "7 prompts on 3 cores" in capsys.readouterr().err


def test_a_loss_that_is_not_a_number_stops_the_run():
    callback, state = train.progress_callback(), argparse.Namespace(is_world_process_zero=True, global_step=3, max_steps=9)
    callback.on_train_begin(None, state, None)
    state.global_step = 4
    for logs in ({"loss": float("nan"), "grad_norm": 1.0}, {"loss": 0.5, "grad_norm": float("inf")}):
        with pytest.raises(Problem, match="step 4 is not a number"):
            callback.on_log(None, state, None, logs)
    callback.on_log(None, state, None, {"loss": 0.5, "grad_norm": 1.0})


def test_a_gpu_takes_the_rows_of_a_step_at_once_and_a_cpu_eight(monkeypatch):
    args = argparse.Namespace(rows_per_step=None)
    monkeypatch.setattr(train, "torch_has_cuda", lambda: False)
    assert (train.rows_per_step(args), train.batch_rows(args)) == (8, 8)
    monkeypatch.setattr(train, "torch_has_cuda", lambda: True)
    assert (train.rows_per_step(args), train.batch_rows(args)) == (64, 64)
    args.rows_per_step = 32
    assert (train.rows_per_step(args), train.batch_rows(args)) == (32, 32)


@pytest.mark.parametrize("lengths, budget, sizes", [
    ([5, 5, 5, 5], 20, [4]), ([5, 5, 5, 5], 10, [2, 2]), ([9, 1, 1, 1], 9, [1, 3]), ([30, 2], 10, [1, 1]), ([1], 1, [1]), ([3, 9, 3, 9], 18, [2, 2])])
def test_a_batch_goes_through_in_parts_within_the_budget_and_none_of_it_twice(lengths, budget, sizes):
    import torch
    ids = torch.zeros(len(lengths), max(lengths), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, n in enumerate(lengths):
        ids[row, :n], mask[row, :n] = torch.arange(n) + 100 * row + 1, 1
    parts = train.parts_of({"input_ids": ids, "attention_mask": mask, "labels": ids}, budget)
    assert [len(part["input_ids"]) for part in parts] == sizes
    assert all(part["input_ids"].numel() <= budget or len(part["input_ids"]) == 1 for part in parts)
    seen = torch.cat([part["labels"][part["attention_mask"].bool()] for part in parts])
    assert sorted(seen.tolist()) == sorted(ids[mask.bool()].tolist())


def test_a_row_over_the_limit_is_refused_by_id(tmp_path):
    long = {**ROW, "input": "bhai " * 3000}
    with pytest.raises(Problem, match="r1"):
        train.encode_rows(WordTokenizer(), [long], "short")


def test_a_gold_that_breaks_the_contract_is_refused_by_id(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps({**ROW, "output": {**contract.EXAMPLE_OUTPUT, "intent": "dance"}}) + "\n")
    with pytest.raises(Problem, match="r1.*dance"):
        train.read_rows(path)


def test_an_unfinished_run_with_other_settings_is_not_mixed_in(tmp_path):
    (tmp_path / "settings.json").write_text(json.dumps({"learning_rate": 1}))
    with pytest.raises(Problem, match="learning_rate"):
        train.last_checkpoint(tmp_path, {"learning_rate": 2}, tidy=True)


SETTINGS = {"base_model": "m", "train_file": "a.jsonl", "learning_rate": 1e-4, "epochs": 2}


def adapter_folder(folder, rank: int, files: dict):
    """A folder with the files that train.started_from reads."""
    for name, content in {"adapter_config.json": {"r": rank}, "adapter_model.safetensors": "weights", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content))
    return argparse.Namespace(start_from=folder, rank=16, model="m")


@pytest.mark.parametrize("rank, files, words", [
    (16, {}, "no adapter of a run"), (8, {"run.json": SETTINGS}, "rank 8"), (16, {"run.json": {**SETTINGS, "base_model": "other"}}, "on other"),
    (16, {"trainer_state.json": {"epoch": 1, "global_step": 5}}, "no adapter of a run")])
def test_only_an_adapter_of_a_run_of_the_same_rank_and_base_is_trained_further(tmp_path, rank, files, words):
    with pytest.raises(Problem, match=words):
        train.started_from(adapter_folder(tmp_path, rank, files))


def test_a_checkpoint_of_a_stopped_run_says_how_far_it_came(tmp_path):
    args = adapter_folder(tmp_path / "checkpoint-5", 16, {"trainer_state.json": {"epoch": 1.5, "global_step": 5}, "../settings.json": SETTINGS})
    found = train.started_from(args)
    assert (found["epochs_done"], found["epochs"], found["steps"], found["train_file"]) == (1.5, 2, 5, "a.jsonl")
    assert "1.50 epochs, stopped of 2" in train_card.describe_start({**found, "train_sha256": "0" * 64})


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Eight short rows: one optimizer step takes a second, not a minute."""
    folder = tmp_path_factory.mktemp("data")
    rows = [{"id": f"r{i}", "input": f"haan {i}", "output": contract.out_of_scope(f"हाँ {i}", "hindi")} for i in range(8)]
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))
    return path


def start(data, out, *flags, launcher=(), script=None) -> subprocess.Popen:
    code = [script] if script else ["-c", SMALL]
    command = [sys.executable, *launcher, *code, "--data", str(data), "--val", str(data), "--out", str(out), *flags]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "PYTHONPATH": str(ROOT)})


def finish(process: subprocess.Popen) -> tuple[str, str]:
    out, err = process.communicate(timeout=900)
    assert process.returncode == 0, err[-2000:]
    return out, err


@pytest.mark.slow
def test_a_killed_run_goes_on_from_its_checkpoint(data, tmp_path):
    out = tmp_path / "run"
    process = start(data, out, "--max-steps", "4", "--epochs", "1")
    deadline = time.monotonic() + 600
    while not (out / "checkpoint-2" / "trainer_state.json").exists() and process.poll() is None:
        assert time.monotonic() < deadline, "no second checkpoint after ten minutes"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (out / "run.json").exists(), "a killed run must not look finished"
    _, err = finish(start(data, out, "--max-steps", "4", "--epochs", "1"))
    run = json.loads((out / "run.json").read_text())
    assert "going on from" in err and run["resumed"] and run["steps"] == 4
    assert not list(out.glob("checkpoint-*"))
    for name in ("adapter_model.safetensors", "adapter_config.json", "loss.json", "loss.png", "README.md"):
        assert (out / name).stat().st_size > 0, name
    assert json.loads((out / "adapter_config.json").read_text())["base_model_name_or_path"] == run["base_model"]
    _, err = finish(start(data, out, "--max-steps", "4", "--epochs", "1"))
    assert "holds the finished run" in err
    finish(start(data, tmp_path / "further", "--max-steps", "2", "--start-from", str(out)))
    further = json.loads((tmp_path / "further" / "run.json").read_text())
    assert further["started_from"]["adapter_sha256"] == run["adapter_sha256"] != further["adapter_sha256"]
    assert further["train_loss"] < json.loads((out / "loss.json").read_text())[0]["loss"], "it began anew"


@pytest.mark.slow
def test_nf4_really_trains_on_this_machine(data, tmp_path):
    _, err = finish(start(data, tmp_path / "nf4", "--max-steps", "2", "--quantization", "nf4"))
    run = json.loads((tmp_path / "nf4" / "run.json").read_text())
    assert "NF4" in err and run["steps"] == 2 and run["quantization"] == "nf4" and 0 < run["train_loss"] < 20


@pytest.mark.slow
def test_accelerate_launch_trains_in_two_processes(data, tmp_path):
    script = tmp_path / "small.py"
    script.write_text(SMALL + "\n")
    # --multi_gpu is accelerate's name for its launcher of several processes; with --cpu it starts one unless mpirun is there.
    launcher = ("-m", "accelerate.commands.launch", "--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no",
                "--dynamo_backend", "no", "--multi_gpu")
    finish(start(data, tmp_path / "two", "--max-steps", "1", launcher=launcher, script=str(script)))
    assert json.loads((tmp_path / "two" / "run.json").read_text())["processes"] == 2
