"""The mean of adapters, on tiny ones; what it does for a real model stands in the shipped adapter's run.json."""
import json

import pytest
import torch
from safetensors.torch import save_file

import average_adapters as avg
import train_card
from common import Problem

RUN = {"base_model": "b", "base_weights_sha256": "w", "prompt_sha256": "p", "key_order": "contract", "lora_rank": 2, "lora_alpha": 4}


@pytest.fixture
def adapter(tmp_path):
    def make(name: str, value: float, shape=(2, 3), **run):
        folder = tmp_path / name
        folder.mkdir()
        save_file({"lora_A": torch.full(shape, value).bfloat16()}, folder / avg.WEIGHTS)
        (folder / "run.json").write_text(json.dumps({**RUN, **run}))
        return folder
    return make


def test_every_tensor_is_the_mean_in_bf16(adapter):
    got = avg.average([adapter("a", 1.0), adapter("b", 2.0), adapter("c", 6.0)])
    assert list(got) == ["lora_A"] and got["lora_A"].dtype == torch.bfloat16 and (got["lora_A"] == 3.0).all()


def test_other_tensors_are_a_sentence(adapter):
    with pytest.raises(Problem, match="cannot be averaged"):
        avg.average([adapter("a", 1.0), adapter("b", 2.0, shape=(3, 3))])


def test_adapters_of_another_rank_or_none_at_all_are_a_sentence(adapter, tmp_path, monkeypatch):
    for second, words in ((adapter("b", 2.0, lora_rank=8), "differ in lora_rank"), (tmp_path, "no adapter of a run")):
        monkeypatch.setattr("sys.argv", ["average_adapters.py", str(adapter(f"a{words[:2]}", 1.0)), str(second), "--out", str(tmp_path / "out")])
        with pytest.raises(Problem, match=words):
            avg.main()
    assert not (tmp_path / "out").exists()


def test_the_card_of_an_average_names_its_parts():
    run = json.loads((avg.ROOT / "outputs" / "rounds" / "9" / "run.json").read_text())
    assert len(run["averaged"]) == 2
    assert train_card.describe_average(run["averaged"]) in train_card.render_model_card(run)
