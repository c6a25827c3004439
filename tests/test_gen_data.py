"""The data set: the same bytes for a seed, a gate that catches planted faults, groups, splits, leakage, pinned golds.

    python -m pytest tests/test_gen_data.py
"""
import copy
import itertools
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import contract
import data_card
import data_gate
import data_leakage
import data_noise
import gen_data
from data_expand import Drawing, gold_of, tidy
from data_templates import Template, load_templates

ROOT = Path(__file__).resolve().parent.parent
SPLITS = ("train", "val", "test")


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def built() -> dict[str, list[dict]]:
    templates = load_templates()
    return {s: gen_data.build_split(templates, s, n, gen_data.SEED) for s, n in gen_data.SPLIT_ROWS.items()}


@pytest.fixture(scope="module")
def everything(built) -> list[dict]:
    return [r for s in SPLITS for r in built[s]]


def one(family_text: str, styles: str = "r", intent: str = "transfer_money") -> dict:
    """A row of a template written here, typed without noise."""
    t = Template("x.01", "train", intent, family_text, ("x",), styles=(styles,), fixed=True)
    return {"id": "x", **gen_data.build_group(t, styles, random.Random("1"), "x.01.0")[0]}


def test_committed_files_are_what_the_seed_gives(built):
    for split in SPLITS:
        assert (ROOT / "data" / f"{split}.jsonl").read_text(encoding="utf-8") == gen_data.to_jsonl(built[split]), split


def test_another_process_writes_the_same_bytes(tmp_path, built):
    """Another hash seed, so that no set or dict order can be in the files."""
    subprocess.run([sys.executable, ROOT / "gen_data.py", "--aux", "0", "--extra", "0", "--more", "60", "--out", tmp_path],
                   check=True, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "123"})
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "README.md", "test.jsonl", "train.jsonl", "train_more.jsonl", "val.jsonl"]
    more = gen_data.make_more(load_templates(), built, 60, gen_data.SEED)
    assert (tmp_path / "train_more.jsonl").read_text(encoding="utf-8") == gen_data.to_jsonl(more)
    for split in SPLITS:
        assert (tmp_path / f"{split}.jsonl").read_text(encoding="utf-8") == gen_data.to_jsonl(built[split]), split


def test_further_training_rows_keep_the_contract_and_hold_no_value_of_test(built):
    more = gen_data.make_more(load_templates(), built, 300, gen_data.SEED)
    assert len(more) == len({r["id"] for r in more}) == 300
    assert all(contract.validate(r["output"]) == [] for r in more)
    assert {r["output"]["intent"] for r in more} == set(contract.INTENTS)
    known = {r["output"]["normalized_text"].casefold() for r in built["train"]}
    assert not known & {r["output"]["normalized_text"].casefold() for r in more}
    assert gen_data.split_errors({**built, "train": more}) == []


def test_another_seed_gives_other_rows(built):
    other = gen_data.build_split(load_templates(), "val", 50, 8)
    assert [r["input"] for r in other] != [r["input"] for r in built["val"]]


def test_counts_and_shares(built, everything):
    assert {s: len(r) for s, r in built.items()} == {"train": 350, "val": 50, "test": 100}
    share = data_card.shares(everything)
    assert share["roman_hinglish"] >= 0.60 and share["needs_devanagari"] >= 0.30, share
    assert len({r["meta"]["family"] for r in everything}) >= 150


def test_every_intent_and_slot_is_there(everything, built):
    for split in ("train", "test"):
        assert {r["output"]["intent"] for r in built[split]} == set(contract.INTENTS), split
    used = {(r["output"]["intent"], s) for r in everything for s in r["output"]["slots"]}
    assert {(i, s) for i in contract.INTENTS for s in contract.SLOTS[i]} - used == set()


def test_the_public_example_is_a_training_row(built):
    hits = [r for r in built["train"] if r["input"] == contract.EXAMPLE_INPUT]
    assert len(hits) == 1 and hits[0]["output"] == contract.EXAMPLE_OUTPUT


def test_row_format(everything):
    for row in everything:
        assert list(row) == ["id", "input", "instruction", "output", "meta"]
        assert row["instruction"] == contract.INSTRUCTION
        assert json.dumps(row["output"]) == json.dumps(json.loads(contract.serialize(row["output"]))), row["id"]


def test_the_gate_passes_what_is_written(built):
    assert data_gate.gate(built["val"])["rows"] == 50


BHEJO = "<recipient=@Rahul> को <amount=₹500> भेज दो please"


@pytest.mark.parametrize("fault, reason", [
    (lambda r: r["output"].update(normalized_text=r["output"]["normalized_text"].replace("भेज दो", "bhejna"),
                                  slots={"recipient": "Rahul", "amount": "₹500"}), "bhejna"),
    (lambda r: r["output"]["slots"].update(amount="₹ 500"), "not in normalized_text"),
    (lambda r: r.update(input=r["input"].replace("500", "50")), "digits"),
    (lambda r: r.update(input=r["input"].replace("₹", "")), "invented"),
    (lambda r: r["output"].update(language_mix="hindi"), "language_mix"),
    (lambda r: r["output"].update(normalized_text="Rahul को ₹500 भेज दो प्लीज़"), "प्लीज़"),
    (lambda r: r.update(input=r["input"] + " Zomato"), "Zomato"),
    (lambda r: r["output"].update(intent="send_money"), "send_money"),
    (lambda r: r.update(input=" " + r["input"]), "clean"),
])
def test_the_gate_catches(fault, reason):
    row = one(BHEJO)
    assert data_gate.gate_errors(row) == []
    bad = copy.deepcopy(row)
    fault(bad)
    assert any(reason in e for e in data_gate.gate_errors(bad)), data_gate.gate_errors(bad)
    with pytest.raises(SystemExit, match="gate: x"):
        data_gate.gate([bad])


@pytest.mark.parametrize("roman", ["nahi", "karna", "bhejo", "kitna", "chahiye", "mujhe", "rupaye", "abhi"])
def test_roman_hindi_left_in_a_gold_is_caught(roman):
    row = one(BHEJO)
    row["output"] = {**row["output"], "normalized_text": row["output"]["normalized_text"] + " " + roman}
    row["input"] += " " + roman
    assert any(roman in e for e in data_gate.gate_errors(row))


def test_within_a_group_only_the_typing_differs(everything):
    assert data_gate.group_errors(everything) == []
    pair = next([a, b] for a, b in itertools.pairwise(everything) if a["meta"]["group"] == b["meta"]["group"])
    bad = json.loads(json.dumps(pair))
    bad[1]["output"]["intent"] = "out_of_scope"
    assert len(data_gate.group_errors(bad)) == 1


def test_splits_share_no_family_group_or_test_entity(built):
    assert data_gate.split_errors(built) == []
    bad = {**built, "train": built["train"] + [built["test"][0]]}
    faults = data_gate.split_errors(bad)
    assert any("family" in f for f in faults) and any("group" in f for f in faults)


def test_a_test_entity_in_training_is_caught(built):
    row = copy.deepcopy(built["train"][-1])
    entity = next(v[0] for r in built["test"] for v in r["meta"]["entities"].values())
    row["output"]["normalized_text"] = f"{entity} को भेजो"
    assert any(repr(entity) in f for f in data_gate.split_errors({**built, "train": built["train"] + [row]}))


def test_leakage_bound_is_kept_and_enforced(built):
    found = data_leakage.nearest(built["test"], built["train"])
    assert data_leakage.over_bound(found) == []
    copied = {**built["train"][5], "id": "test-9999", "input": built["train"][5]["input"].replace("a", "aa", 1)}
    with pytest.raises(SystemExit, match="leakage: test-9999"):
        gen_data.check_leakage({**built, "test": built["test"] + [copied]})


def test_similarity_sees_a_copy_in_the_other_script_and_other_digits():
    a = {"input": "rahul ko 500 bhejo", "output": {"normalized_text": "rahul को 500 भेजो"}}
    b = {"input": "rahul को 900 भेजो", "output": {"normalized_text": "rahul को 900 भेजो"}}
    assert max(map(data_leakage.dice, data_leakage.faces(a), data_leakage.faces(b))) == 1.0


def test_english_typed_in_devanagari_stands_alone(everything):
    groups = {r["meta"]["group"] for r in everything if r["meta"]["mix"] == "devanagari_english"}
    assert len([r for r in everything if r["meta"]["group"] in groups]) == len(groups)


@pytest.mark.parametrize("text, intent, slots, normalized", [
    (BHEJO, "transfer_money", {"amount": "₹500", "recipient": "Rahul"}, "Rahul को ₹500 भेज दो please"),
    ("<task=bill भरने> का reminder <time=कल साढ़े पाँच बजे> लगा दो", "set_reminder",
     {"task": "bill भरने", "time": "कल साढ़े पाँच बजे"}, "bill भरने का reminder कल साढ़े पाँच बजे लगा दो"),
    ("कल नहीं,  <time=परसों 4pm> [] cab book करो ?", "book_cab", {"time": "परसों 4pm"},
     "कल नहीं, परसों 4pm cab book करो?"),
    ("<order_id=#55821> कहाँ है\\nbatao", "track_order", {"order_id": "#55821"}, "#55821 कहाँ है\nbatao"),
])
def test_template_syntax(text, intent, slots, normalized):
    t = Template("x.01", "train", intent, text, ("x",))
    gold = gold_of(t, tidy(Drawing(random.Random("1"), "train").expand(text)), None)
    assert (gold["slots"], gold["normalized_text"], gold["language_mix"]) == (slots, normalized, "hinglish")


@pytest.mark.parametrize("typed, gold", [
    ("Us account me nahi yaar, Rahul ko do ₹500", {"recipient": "Rahul", "amount": "₹500"}),
])
def test_losslessness_knows_the_spellings(typed, gold):
    text = "उस account में नहीं यार, Rahul को दो ₹500"
    assert data_gate.lossless_errors(typed, text) == []
    assert all(v in text for v in gold.values())


def test_typing_is_by_hand_and_never_invents_a_letter_of_english():
    t = Template("x.01", "train", "reschedule_meeting", "meetng को <new_time=Friday 4pm> पर shift कर दो", ("x",))
    pieces = tidy(Drawing(random.Random("1"), "train").expand(t.text))
    typed = {data_noise.type_message(pieces, "r", random.Random(f"{i}"))[0] for i in range(40)}
    assert len(typed) > 3 and all("meetng ko Friday 4pm p" in x for x in typed), typed
    assert data_noise.type_message(pieces, "e", random.Random("1"))[0] == "meetng को फ्राइडे 4pm पर शिफ्ट कर दो"


@pytest.mark.parametrize("args", [["--sed", "1"], ["--aux", "-1"], ["--extra", "x"], ["--out", "contract.py"]])
def test_bad_arguments_end_in_one_sentence(args):
    run = subprocess.run([sys.executable, ROOT / "gen_data.py", *args], capture_output=True, text=True, cwd=ROOT,
                         check=False)
    assert run.returncode != 0 and "Traceback" not in run.stderr and run.stderr.strip(), run.stderr
