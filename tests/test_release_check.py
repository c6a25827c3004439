"""release_check.py: each check finds what was planted, and lets pass what is in order. Planted secrets are put together
here, so that this file holds none."""
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import release_check as check
from common import ROOT

RANDOM = "q7Zp2LmX9vRt4KwB" + "8nYs3HdG"
PLANTED = {
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----", "AWS key": "id = AKIA" + "ABCDEFGHIJKLMNOP",
    "GitHub token": "ghp_" + "a1B2" * 9, "Hugging Face token": "hf_" + "aB3d" * 9, "API key": "sk-" + "proj-a1B2c3D4e5F6g7H8",
    "Slack token": "xoxb-" + "1234567890-abcdef", "JSON web token": "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0In0.x",
    "password in an address": "postgres://me:" + "hunter22@db.local/x", "path of one machine": "see /" + "home/asha/notes.txt",
    "high-entropy assignment": f'API_KEY = "{RANDOM}"'}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_found_and_not_repeated(kind):
    found = check.secret_faults("x.py", f"a = 1\n{PLANTED[kind]}\n")
    assert f"x.py:2 {kind}" in found and not any(PLANTED[kind][-12:] in fault for fault in found)


@pytest.mark.parametrize("line", ["/" + "root/.cache", "open('/" + "work/main/x')", f"token: '{RANDOM}'", f'"auth": "{RANDOM}"'])
def test_other_forms_are_found_too(line):
    assert check.secret_faults("x", line)


@pytest.mark.parametrize("line", [
    "n_tokens = 20", "tokenizer = 'qwen2.5-coder-0.5b-instruct'", 'key = os.environ["REDACT_KEY"]', "https://example.in/home/asha/x",
    "sha256 = '" + "ab12" * 16 + "'", "password = 'aaaaaaaaaaaaaaaaaaaaaaaa'", "frame/home/asha", "x.com/home/of", "user@example.com"])
def test_what_is_no_secret_passes(line):
    assert check.secret_faults("x", line) == []


def test_the_tree_itself_holds_no_secret():
    assert check.check_secrets()[0], check.check_secrets()[1]
    own = ("release_check.py", "tests/test_release_check.py", "report_memo.py", "serve.py", "gateway.py", "answer_log.py", "tests/stub_server.py", "tests/test_serve_faults.py")
    assert [f for name in own for f in check.secret_faults(name, (ROOT / name).read_text(encoding="utf-8"))] == []


# ---------------------------------------------------------------- licences

@pytest.mark.parametrize("expression, classifiers, text, names", [
    ("Apache-2.0 AND MIT", [], None, ["Apache-2.0", "MIT"]), ("(MIT OR Apache-2.0)", [], None, ["MIT", "Apache-2.0"]),
    ("Apache-2.0 WITH LLVM-exception", [], None, ["Apache-2.0 WITH LLVM-exception"]),
    (None, ["License :: OSI Approved :: BSD License"], "x", ["BSD"]), (None, ["License :: OSI Approved"], "ISC", ["ISC"]),
    (None, [], "3-Clause BSD License", ["BSD-3-Clause"]), (None, [], "Apache 2.0\nlong text", ["Apache-2.0"]),
    (None, ["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"], None, ["GPL"]),
    (None, [], "GNU AGPLv3", ["GPL"]), (None, [], "Permitted uses: none", ["Permitted uses: none"]), (None, [], None, [""])])
def test_a_licence_is_read_from_metadata(expression, classifiers, text, names):
    assert check.licences(expression, classifiers, text) == names


def test_unknown_forbidden_and_missing_licences_are_named():
    faults = check.licence_faults({"good": ["MIT"], "viral": ["GPL"], "silent": [""], "strange": ["MIT", "SSPL-1.0"], "absent": [],
                                   "locate": ["Other/Proprietary License"]})
    assert faults == ["viral (GPL)", "silent (no licence named)", "strange (SSPL-1.0)", "absent (not installed)"]


def test_pins_are_read_from_a_requirements_file():
    assert check.pinned("# a==1\nfoo==1.0\nbar[x]==2\nbaz>=3\n-c constraints.txt\n") == ["foo", "bar"]


# ---------------------------------------------------------------- data, parity, tree

def test_a_changed_and_a_missing_file_are_named(tmp_path):
    made, kept = tmp_path / "made", tmp_path / "kept"
    made.mkdir(), kept.mkdir()
    for name in ("same", "changed", "missing", "ignored"):
        (made / name).write_text("a\n")
    (kept / "same").write_text("a\n")
    (kept / "changed").write_bytes(b"a\r\n")
    assert check.different_files(made, kept, {"same", "changed", "missing"}) == ["changed differs", "missing is missing"]


def metrics(same: float = 0.95, merged: float = 0.8, adapter: float = 0.8) -> dict:
    def run(value):
        return {"suites": {"test": {name: {"value": value} for name in check.PARITY_METRICS}}}
    return {"runs": {"tuned-free": run(merged), "tuned-adapter-free": run(adapter)}, "parity": {"test": {"identical": {"value": same}}}}


def test_parity_has_its_bounds():
    assert check.parity_faults(metrics()) == [] == check.parity_faults(metrics(adapter=0.83))
    assert len(check.parity_faults(metrics(same=0.5))) == 1 and len(check.parity_faults(metrics(adapter=0.7))) == len(check.PARITY_METRICS)
    assert check.parity_faults({"parity": None}) == ["merged and adapter were not both evaluated"]
    assert check.parity_faults(metrics(adapter=None)), "a value on one side alone"


def test_a_tree_is_clean_but_for_the_checks_own_file():
    own = "outputs/release_check.json"
    assert check.tree_faults("", own) == [] == check.tree_faults(f"?? {own}\n", own)
    assert check.tree_faults(f" M serve.py\n?? {own}\n?? new.py\n", own) == ["serve.py", "new.py"]


# ---------------------------------------------------------------- the model card

DIGESTS = {key: letter * 64 for key, letter in (("adapter_sha256", "a"), ("train_sha256", "b"), ("base_weights_sha256", "c"), ("prompt_sha256", "d"))}
CARD = ("---\nbase_model: q\nlibrary_name: peft\nlicense: apache-2.0\nlanguage: [hi, en]\npipeline_tag: text-generation\n---\n# Card\n\n| | |\n|---|---|\n"
        + "".join(f"| {row} | {DIGESTS['adapter_sha256'][:16]} {DIGESTS['train_sha256'][:16]} {DIGESTS['base_weights_sha256'][:16]} |\n"
                  for row in check.CARD_ROWS))


def test_a_whole_card_passes():
    assert check.card_faults(CARD, dict(DIGESTS), DIGESTS) == []


@pytest.mark.parametrize("old, new, fault", [
    ("license: apache-2.0\n", "", "no license"), ("license: apache-2.0", "license:", "no license"), ("| speed |", "| pace |", "no row speed"),
    ("| loss on val | a", "| loss on val | None a", "no row loss on val"), ("b" * 16, "e" * 16, "train_sha256: not in the card"), ("---\nbase", "base", "no base_model")])
def test_what_a_card_lacks_is_named(old, new, fault):
    assert old in CARD and fault in check.card_faults(CARD.replace(old, new), dict(DIGESTS), DIGESTS)


def test_a_wrong_digest_and_a_missing_file_are_named():
    wrong = DIGESTS | {"adapter_sha256": "f" * 64, "train_sha256": None}
    assert check.card_faults(CARD, dict(DIGESTS), wrong) == ["adapter_sha256: run.json has another digest than the file",
                                                              "train_sha256: the file is not there"]


def test_the_shipped_cards_fields_are_there():
    run = json.loads((ROOT / "outputs" / "adapter" / "run.json").read_text())
    card = (ROOT / "outputs" / "adapter" / "README.md").read_text(encoding="utf-8")
    assert check.card_faults(card, run, {}) == []


# ---------------------------------------------------------------- the command

def test_a_step_that_fails_or_breaks_is_one_line_and_exit_1(tmp_path, monkeypatch, capsys):
    def broken():
        raise FileNotFoundError("metrics.json")
    monkeypatch.setattr(check, "STEPS", {"good": lambda: (True, "fine"), "bad": lambda: (False, "why"), "broken": broken})
    monkeypatch.setattr(check, "OUT", tmp_path / "out.json")
    monkeypatch.setattr(sys, "argv", ["release_check.py"])
    with pytest.raises(check.Problem, match="not ready: bad, broken"):
        check.main()
    assert capsys.readouterr().out.splitlines() == ["PASS  good: fine", "FAIL  bad: why", "FAIL  broken: FileNotFoundError: metrics.json"]
    kept = json.loads((tmp_path / "out.json").read_text())
    assert kept["passed"] is False and [s["passed"] for s in kept["steps"]] == [True, False, False]
    monkeypatch.setattr(check, "STEPS", {"good": lambda: (True, "fine")})
    check.main()
    assert json.loads((tmp_path / "out.json").read_text())["passed"] is True


def test_a_stage_that_fails_gives_its_last_line(tmp_path):
    script = tmp_path / "stage.py"
    script.write_text("import sys; print('a'); sys.exit('stage.py: the reason')")
    assert check.command(str(script)) == (False, "stage.py: the reason")
    script.write_text("print('a'); print('b')")
    assert check.command(str(script)) == (True, "b")


def test_help_is_there_and_an_unknown_flag_is_refused():
    assert subprocess.run([sys.executable, "release_check.py", "--help"], cwd=ROOT, capture_output=True).returncode == 0
    assert subprocess.run([sys.executable, "release_check.py", "--fast"], cwd=ROOT, capture_output=True).returncode == 2


def test_rows_drawn_with_another_seed_are_drawn_again_and_other_files_must_be_there(monkeypatch, tmp_path):
    def draw(script, *args):
        (Path(args[args.index("--out") + 1]) / "train_more.jsonl").write_text(args[args.index("--more-seed") + 1])
        return True, ""
    monkeypatch.setattr(check, "command", draw)
    assert check.row_file_digest("more_105.jsonl") == hashlib.sha256(b"105").hexdigest()
    monkeypatch.setattr(check, "command", lambda *_: (False, "no families"))
    assert check.row_file_digest("more_105.jsonl") is None and check.row_file_digest("round_f.jsonl") is None
