"""The committed table of ablations is what its JSON says, the runs before the shipped adapter among it."""
import json
import sys

import ablate
import train


def test_the_report_is_rendered_from_the_json_and_holds_every_round():
    kept = json.loads(ablate.TABLE.read_text())
    assert ablate.REPORT.read_text() == ablate.render(kept["arms"], kept["rounds"], kept["small"])
    assert kept["rounds"] and all(f"`{r['adapter_sha256'][:12]}`" in ablate.REPORT.read_text() for r in kept["rounds"])


def test_the_shipped_adapter_stands_first_and_each_run_before_it_goes_on_from_one_that_is_told_of():
    rounds = ablate.read_rounds()
    told = {r["adapter_sha256"] for r in rounds}
    assert [r["shipped"] for r in rounds] == [True] + [False] * (len(rounds) - 1) and len(rounds) > 1
    assert rounds[0]["from"] is None and all(r["from"] in told for r in rounds[2:])


def test_an_arm_that_was_not_run_is_named_and_one_without_answers_says_so(monkeypatch):
    monkeypatch.setattr(ablate, "ARMS", dict.fromkeys(["one", "two", "three"]))
    assert ablate.not_run({"two": {}}) == ["Not run: one, three.", ""] and ablate.not_run(dict.fromkeys(ablate.ARMS, {})) == []
    trained = {"learning_rate": 1e-3, "lora_rank": 8, "quantization": "none", "epochs_done": 1.0, "steps": 9, "val_loss": 0.5, "train_s": 60.0,
               "tokens_per_s": 7.0, "hardware": {"gpus": []}}
    assert ablate.training_row("two", {"suites": {}, "training": trained})[-3:] == ["not answered", "–", "–"]


def test_small_arms_are_the_large_ones_on_350_rows_and_a_table_of_their_own(monkeypatch, tmp_path):
    commands = []
    monkeypatch.setattr(ablate, "run", commands.append)
    for name in ablate.SMALL_ARMS:
        assert ablate.train_arm(name, tmp_path, small=True) == tmp_path / name
    for name, (stage, *arguments) in zip(ablate.SMALL_ARMS, commands):
        last = {key: arguments[i + 1] for i, key in enumerate(arguments) if key.startswith("--")}
        large = {key: ablate.ARMS[name].train[i + 1] for i, key in enumerate(ablate.ARMS[name].train) if key.startswith("--")}
        changed = {"--data": "data/train.jsonl", "--rows-per-step": "8", "--quantization": "int8", "--out": str(tmp_path / name)}
        monkeypatch.setattr(sys, "argv", ["train.py", *arguments])
        assert train.parse_args().rows_per_step == 8, "train.py takes the arguments"
        assert stage == "train.py" and last == large | changed | ({"--aux-rows": "210"} if "--aux-rows" in large else {})
    kept = json.loads(ablate.TABLE.read_text())
    few = {name: kept["arms"][name] for name in ("draft", "short")}
    assert "350 rows of train.jsonl" in ablate.render(kept["arms"], kept["rounds"], few)
    assert "Not run: short-aux-first, short-aux-mixed, draft-text-first." in ablate.render(kept["arms"], kept["rounds"], few)
    assert "350 rows of train.jsonl" not in ablate.render(kept["arms"], kept["rounds"], {})
