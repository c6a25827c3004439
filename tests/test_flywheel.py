"""Picking from a log, tasks and labels for Label Studio, the gate before training, and a simulation of tiny size."""
import json
import math
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import contract
import flywheel
import flywheel_labels as labels
import flywheel_simulate as simulation
from common import ROOT, Problem, read_jsonl

PAGE = ROOT / "data" / "label_studio.xml"
MESSAGE = "bhai cab ka bill galat hai, 850 kaise ho gaya"
TEXT = "भाई cab का bill ग़लत है, 850 कैसे हो गया"


def answer(text: str = TEXT, intent: str = "raise_complaint", mix: str = "hinglish", **slots: str) -> dict:
    return contract.out_of_scope(text, mix) | {"intent": intent, "slots": slots}


def logged(name: str, text: str, output: dict | None, **more) -> dict:
    return {"id": name, "input": text, "output": output, "mean_logprob": -0.1} | more


def write(path, rows: list) -> str:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return path


def export(intent="raise_complaint", text=TEXT, slots="subject: bill\ncompany: cab", names=None, mix="hinglish",
           message=MESSAGE, name="a", **annotation) -> dict:
    """A task as Label Studio exports it."""
    values = {"intent": {"choices": [intent]}, "normalized_text": {"text": [text]}, "language_mix": {"choices": [mix]}}
    values |= ({"slots": {"text": [slots]}} if slots else {}) | ({"names": {"text": names}} if names else {})
    result = [{"id": k, "from_name": k, "to_name": "message", "type": labels.FIELDS[k], "value": v} for k, v in values.items()]
    return {"id": 1, "data": {"id": name, "message": message}, "annotations": [{"result": result, "was_cancelled": False} | annotation]}


def refusal(task) -> str:
    with pytest.raises(labels.Refused) as reason:
        labels.gate(labels.training_row(task))
    return str(reason.value)


# ---------------------------------------------------------------- the log

@pytest.mark.parametrize("line, reason", [
    (b'{"id": "a", "in', "the line is not JSON"), (b"\xff\xfe{}", "the line is not JSON"), (b"[" * 100_000, "the line is not JSON"),
    (b"7", "the line is no JSON object"), (b"{}", "id, input or output is missing"),
    (b'{"id": "a", "input": "kal aana"}', "id, input or output is missing"),
    (b'{"id": ["a"], "input": "kal aana", "output": null}', "id, input or output is missing"),
    (b'{"id": "\\u0000", "input": "kal aana", "output": null}', "id, input or output is missing"),
    (b'{"id": "a", "input": "  \\u0000 ...", "output": null}', "the message holds nothing to label"),
    (json.dumps({"id": "a", "input": "kal " * 501, "output": None}).encode(), "the message is too long"),
    (b'{"id": "' + b"a" * flywheel.MAX_LINE_BYTES + b'"}', "the line is too long")])
def test_a_line_that_cannot_be_used_has_one_reason(line, reason):
    assert flywheel.log_row(line) == (None, reason)


@pytest.mark.parametrize("more, confidence", [
    ({"mean_logprob": -0.5}, -0.5), ({}, None), ({"mean_logprob": "high"}, None), ({"mean_logprob": math.nan}, None),
    ({"mean_logprob": True}, None), ({"checks": {"confidence": 0.5}}, math.log(0.5)), ({"checks": {"confidence": 0}}, None),
    ({"checks": []}, None)])
def test_confidence_of_a_prediction_and_of_a_gateway_answer(more, confidence):
    row, _ = flywheel.log_row(json.dumps({"request_id": "r", "input": " kal aana ", "output": {"intent": "x"}} | more).encode())
    assert row == {"id": "r", "input": "kal aana", "output": None, "mean_logprob": confidence}


def test_bad_lines_are_counted_and_good_ones_kept(tmp_path):
    path = write(tmp_path / "log.jsonl", [logged("a", MESSAGE, answer()), logged("a", "kal aana", None), ["x"], ["y"]])
    rows, refused = flywheel.read_log(path)
    assert [r["id"] for r in rows] == ["a"]
    assert refused == {"its id stands further up": 1, "the line is no JSON object": 2}


@pytest.mark.parametrize("content, words", [(b"", "is empty"), (b"\n\n", "is empty"), (b"{\n", "1 because the line is not JSON")])
def test_a_log_without_a_usable_row_is_a_problem(tmp_path, content, words):
    (tmp_path / "log.jsonl").write_bytes(content)
    with pytest.raises(Problem, match=words):
        flywheel.read_log(tmp_path / "log.jsonl")


@pytest.mark.parametrize("command, words", [
    (["pick", "nowhere.jsonl", "--out", "x"], "nowhere.jsonl: No such file"), (["pick", "data", "--out", "x"], "data: Is a directory"),
    (["pick", "stress_suite.jsonl", "--n", "0", "--out", "x"], "--n 0"), (["read", "nowhere.json", "--out", "x"], "nowhere.json"),
    (["read", "stress_suite.jsonl", "--out", "x"], "stress_suite.jsonl: not JSON"),
    (["read", "metrics.json", "--out", "x"], "not a list of tasks")])
def test_bad_input_is_one_sentence_and_a_non_zero_exit(command, words):
    got = subprocess.run([sys.executable, "flywheel.py", *command], cwd=ROOT, capture_output=True, text=True)
    assert got.returncode == 1 and words in got.stderr and got.stderr.count("\n") == 1, got.stderr[-500:]


# ---------------------------------------------------------------- personal data

def test_what_is_personal_in_one_text_goes_from_all():
    row = logged("a", "mera naam Zubin hai, 9811047263 pe call karo, card block karo", answer(
        "मेरा नाम Zubin है, 9811047263 पर call करो, card block करो", "block_card", card_type="card", reason="zubin"))
    hidden = flywheel.hide_row(row)
    assert hidden["input"] == "mera naam [NAME] hai, [PHONE_NUMBER] pe call karo, card block karo"
    assert hidden["output"]["normalized_text"] == "मेरा नाम [NAME] है, [PHONE_NUMBER] पर call करो, card block करो"
    assert hidden["output"]["slots"] == {"card_type": "card", "reason": "[NAME]"}
    assert flywheel.hide_row(hidden) == hidden


def test_a_slot_that_the_redacted_text_lacks_is_not_filled_in():
    row = flywheel.hide_row(logged("a", "Rahul Sharma ke number 9811047263 pe 500 bhejo", answer(
        "Rahul Sharma के number 9811047263 पर 500 भेजो", "transfer_money", amount="500", recipient="Sharma", method="98110")))
    task = labels.task(row, [])
    assert not any(part in json.dumps(task) for part in ("Rahul", "Sharma", "9811"))
    assert {"text": ["amount: 500\nrecipient: [NAME]"]} in [r["value"] for r in task["predictions"][0]["result"]]


# ---------------------------------------------------------------- what is worth a label

def test_signals_of_rows():
    vocabulary = set(flywheel.words(MESSAGE))
    good = logged("a", MESSAGE, answer(flywheel.draft(MESSAGE)))
    assert {k for k, v in flywheel.signals(good, vocabulary).items() if v} == set()
    assert flywheel.signals(good | {"guarded": answer(intent="pay_bill")}, vocabulary)["guarded_differs"] == 1
    assert flywheel.signals(good | {"guarded": None}, vocabulary)["guarded_differs"] == 1
    roman = flywheel.signals(logged("a", MESSAGE, answer("bhai cab ka bill galat hai, 850 kaise ho gaya")), vocabulary)
    assert (roman["draft_differs"], roman["violations"]) == (1, 1)
    assert flywheel.signals(logged("a", MESSAGE, answer(subject="not there")), vocabulary)["violations"] == 1
    assert flywheel.signals(logged("a", "bill galat [NAME] flurbish zonk", None), vocabulary) == {"new_words": 0.5, "no_valid_answer": 1}


def test_low_confidence_is_the_share_that_is_more_confident():
    rows = [logged(str(i), MESSAGE, answer(), mean_logprob=p) for i, p in enumerate((-0.2, -0.1, None, -0.9))]
    assert [s.get("low_confidence") for s in flywheel.score_rows(rows, set())] == [0.5, 0, None, 1]
    assert flywheel.reasons({"low_confidence": 0.8, "new_words": 0.1}) == ["new words"]


def test_spreading_takes_no_copy_and_prefers_what_is_unlike():
    texts = ["cab bhej do", "cab bhej do", "cab bhejo do", "loan ka rate kya hai", "CAB  bhej do"]
    assert flywheel.spread([1.0, 0.99, 0.98, 0.5, 0.9], texts, 5) == [0, 3, 2]
    assert flywheel.spread([0.0, 0.0], ["a", "b"], 2) == [] and flywheel.spread([], [], 3) == []


def test_what_is_held_out_is_never_picked(tmp_path):
    held = read_jsonl(ROOT / "stress_suite.jsonl")[10]
    path = write(tmp_path / "log.jsonl", [logged("a", held["input"], None)])
    with pytest.raises(Problem, match="held-out"):
        flywheel.pick(path, None, 5, tmp_path / "tasks.json")


# ---------------------------------------------------------------- the page

def test_the_page_has_the_contract_s_labels_and_the_reader_s_fields():
    page = ET.parse(PAGE).getroot()
    choices = {c.get("name"): tuple(x.get("value") for x in c) for c in page.iter("Choices")}
    assert choices == {"intent": contract.INTENTS, "language_mix": contract.LANGUAGE_MIXES}
    assert {*choices, *(t.get("name") for t in page.iter("TextArea"))} == set(labels.FIELDS)
    assert all(t.get("toName") == "message" for kind in ("Choices", "TextArea") for t in page.iter(kind))
    shown = {t.get("value").removeprefix("$") for t in page.iter("Text")}
    assert shown == set(labels.task(logged("a", MESSAGE, answer()), [])["data"]) - {"id"}
    hints = {v.get("whenChoiceValue"): v.find("Header").get("value") for v in page.iter("View") if v.get("visibleWhen")}
    assert tuple(hints) == contract.INTENTS
    for intent, (meaning, slots) in contract.INVENTORY.items():
        assert hints[intent].startswith(meaning) and all(f"{k} ({what})" in hints[intent] for k, what in slots.items()), intent


def test_a_task_shows_and_fills_in_what_is_known():
    row = logged("a", MESSAGE, answer(subject="bill", company="cab"), mean_logprob=math.log(0.5))
    task = labels.task(row, ["low confidence", "new words"])
    assert task["data"] == {"id": "a", "message": MESSAGE, "draft": flywheel.draft(MESSAGE), "reasons": "low confidence, new words"}
    assert (task["predictions"][0]["model_version"], task["predictions"][0]["score"]) == ("log", 0.5)
    assert [(r["from_name"], r["type"], r["value"]) for r in task["predictions"][0]["result"]] == [
        ("intent", "choices", {"choices": ["raise_complaint"]}), ("language_mix", "choices", {"choices": ["hinglish"]}),
        ("normalized_text", "textarea", {"text": [TEXT]}), ("slots", "textarea", {"text": ["subject: bill\ncompany: cab"]})]


def test_without_an_answer_the_draft_is_filled_in():
    task = labels.task(logged("a", "[NAME] ko bula lo", None), [])
    assert {r["from_name"]: r["value"] for r in task["predictions"][0]["result"]} == {
        "language_mix": {"choices": ["hindi"]}, "normalized_text": {"text": ["[NAME] को बुला लो"]}, "names": {"text": ["[NAME]"]}}
    assert "score" not in task["predictions"][0]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(contract.SLOTS["order_food"]), st.text(alphabet="कa:\\n\n1 ", min_size=1)))
def test_slot_lines_come_back(slots):
    slots = {k: v.strip(" ") for k, v in slots.items() if v.strip()}
    assert labels.read_slots(labels.slot_lines(slots)) == slots


# ---------------------------------------------------------------- labels

def test_a_labelled_task_becomes_a_training_row():
    row = labels.training_row(export())
    labels.gate(row)
    assert list(row) == list(read_jsonl(ROOT / "data" / "train.jsonl")[0])
    assert (row["id"], row["input"], row["instruction"]) == ("log-a", MESSAGE, contract.INSTRUCTION)
    assert contract.serialize(row["output"]) == (
        '{"intent":"raise_complaint","slots":{"subject":"bill","company":"cab"},"normalized_text":"' + TEXT +
        '","language_mix":"hinglish","script_rules":{"hindi":"devanagari","english":"latin"}}')


@pytest.mark.parametrize("change, reason", [
    ({"intent": "hack"}, "intent 'hack' is not in the inventory"), ({"slots": "subject bill"}, "is not `name: value`"),
    ({"slots": "subject: bill\nsubject: cab"}, "slot subject comes twice"), ({"slots": "colour: bill"}, "colour"),
    ({"slots": "subject: bijli"}, "'bijli' is not in normalized_text"), ({"mix": "hindi"}, "language_mix differs"),
    ({"text": "भाई cab ka bill ग़लत है, 850 कैसे हो गया"}, "'ka' is roman_hindi"), ({"text": "", "slots": ""}, "signs or digits differ"),
    ({"text": TEXT.replace("850", "800")}, "signs or digits differ"), ({"text": "x" * 4001, "slots": ""}, "normalized_text: "),
    ({"text": "भाई taxi का bill ग़लत है, 850 कैसे हो गया", "slots": "subject: bill"}, "'taxi' was not typed so"),
    ({"names": ["Ola"]}, "the name 'Ola' is not in the message"), ({"was_cancelled": True}, "nobody has labelled it"),
    ({"message": "kal " * 501}, "2003 characters"), ({"message": "\u0000"}, "0 characters"),
    ({"message": MESSAGE + " 9811047263", "text": TEXT + " 9811047263"}, "personal data (PHONE_NUMBER)")])
def test_a_label_that_must_not_be_trained_on_has_one_reason(change, reason):
    assert reason in refusal(export(**change))


@pytest.mark.parametrize("task, reason", [
    (None, "no id"), ({}, "no id"), ({"data": []}, "no id"), ({"data": {"id": 1, "message": "kal"}}, "no id"),
    ({"data": {"id": "a", "message": "kal"}}, "nobody"), ({"data": {"id": "a", "message": "kal"}, "annotations": [7, None]}, "nobody"),
    ({"data": {"id": "a", "message": "kal"}, "annotations": [{"result": 7}]}, "intent was entered 0 times"),
    ({"data": {"id": "a", "message": "kal"}, "annotations": [{"result": [7, {"from_name": []}, {"from_name": "intent"},
      {"from_name": "intent", "value": {"choices": [1, None]}}]}]}, "intent was entered 0 times")])
def test_a_broken_export_is_refused_task_by_task(task, reason):
    assert reason in refusal(task)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["a", "intent", "slots"]),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                        ["id", "input", "output", "guarded", "checks", "data", "message", "annotations", "result", "from_name",
                         "value", "text", "choices", "intent", "slots", "normalized_text"]), inner, max_size=5), max_leaves=20)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(JSON)
def test_no_json_is_a_traceback(value):
    row, reason = flywheel.log_row(json.dumps(value).encode())
    assert (row is None) != (reason is None)
    for task in (value, {"data": {"id": "a", "message": "kal aana"}, "annotations": [{"result": value}, value]}):
        refusal(task)


def test_annotators_must_agree():
    task = export()
    task["annotations"] += export()["annotations"]
    labels.gate(labels.training_row(task))
    task["annotations"] += export(intent="pay_bill", slots="")["annotations"]
    assert refusal(task) == "its 3 annotators disagree"


def test_a_row_close_to_a_held_out_one_is_refused():
    held = next(r for r in read_jsonl(ROOT / "data" / "test.jsonl") if not r["output"]["slots"] and not r["meta"]["names"])
    gold = held["output"]
    assert "held out" in refusal(export(gold["intent"], gold["normalized_text"], "", None, gold["language_mix"], held["input"]))


def test_reading_lists_what_it_refuses_and_fails_where_nothing_passes(tmp_path, capsys):
    path, out = tmp_path / "export.json", tmp_path / "rows.jsonl"
    path.write_text(json.dumps([export(), export(), export(intent="hack", name="b"), 7]), encoding="utf-8")
    labels.read(path, out)
    assert [r["id"] for r in read_jsonl(out)] == ["log-a"]
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 4 and "task 2 ('a')" in said[0] and "further up" in said[0] and "'hack'" in said[1], said
    assert "1 rows passed, 3 refused" in said[3]
    path.write_text(json.dumps([export(intent="hack")]), encoding="utf-8")
    with pytest.raises(Problem, match="none of its 1 tasks passed"):
        labels.read(path, tmp_path / "none.jsonl")
    assert not (tmp_path / "none.jsonl").exists()


def test_from_a_log_to_training_rows(tmp_path, capsys):
    """Training rows as a log, answered rightly and with a label by every annotator: what comes back passes the gate."""
    rows = [r for r in read_jsonl(ROOT / "data" / "train.jsonl") if not r["meta"]["names"] and any(map(str.isalnum, r["input"]))
            and flywheel.hide([r["input"]]) == [r["input"]]][:100:3]
    log = write(tmp_path / "log.jsonl", [logged(r["id"], r["input"], r["output"], mean_logprob=-i / 100) for i, r in enumerate(rows)])
    guarded = write(tmp_path / "guarded.jsonl", [logged(r["id"], r["input"], None) for r in rows[:3]])
    flywheel.pick(log, guarded, 10, tmp_path / "tasks.json")
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    assert len({t["data"]["id"] for t in tasks}) == 10
    assert sum("free and guarded answers differ" in t["data"]["reasons"] for t in tasks) == 3
    done = [{"data": t["data"], "annotations": [{"result": t["predictions"][0]["result"], "was_cancelled": False}]} for t in tasks]
    (tmp_path / "export.json").write_text(json.dumps(done), encoding="utf-8")
    labels.read(tmp_path / "export.json", tmp_path / "rows.jsonl")
    golds = {f"log-{r['id']}": (r["input"], r["output"]) for r in rows}
    read = read_jsonl(tmp_path / "rows.jsonl")
    assert len(read) == 10 and all((r["input"], r["output"]) == golds[r["id"]] for r in read), capsys.readouterr().out


# ---------------------------------------------------------------- the simulation

def test_student_s_interval_and_who_is_ahead():
    got = simulation.interval([1.0, 2.0, 3.0])
    assert (got["value"], round(got["low"], 3), round(got["high"], 3)) == (2.0, -0.484, 4.484)     # 2 +- 4.303 / sqrt(3)
    assert simulation.interval([1.0]) == {"value": 1.0, "low": None, "high": None}
    ends = ((1, 2), (-2, -1), (-1, 1), (None, None))
    assert [simulation.ahead({"value": 0, "low": a, "high": b}, "flywheel")["ahead"] for a, b in ends] == [
        "flywheel", "random", "neither", "neither"]


def test_hard_kinds_are_planted():
    assert simulation.drop_vowels("Meeting kar do") == "Mtng kr do"
    rows = simulation.draw_rows(200, "t", 0.1, set())
    assert len({r["input"].casefold() for r in rows}) == 200 and rows == simulation.draw_rows(200, "t", 0.1, set())
    assert all((r["intent"] in simulation.RARE) == (r["kind"] == "rare_intent") for r in rows)
    assert {r["kind"] for r in rows} == {"plain", *simulation.HARD}


def test_a_tiny_simulation(tmp_path):
    result = simulation.run(n_seeds=2, n_pool=80, n_test=30, n_hard=30, start=20, step=20, up_to=60)
    assert [p["labels"] for p in result["curves"]["flywheel"]] == [20, 40, 60]
    firsts = [points[0] for points in result["curves"].values()]
    assert set(result["curves"]) == set(simulation.STRATEGIES) and firsts[0] == firsts[1] == firsts[2]     # the same start
    assert result == simulation.run(n_seeds=2, n_pool=80, n_test=30, n_hard=30, start=20, step=20, up_to=60)
    in_use = simulation.run(n_seeds=2, n_pool=80, n_test=30, n_hard=30, start=20, step=20, up_to=40, n_known=40)
    assert in_use["settings"]["known_before"] == 40 and [p["labels"] for p in in_use["curves"]["random"]] == [20, 40]
    assert in_use["curves"]["random"][0]["overall"] != firsts[0]["overall"], "the model knows more at its start"
    simulation.draw_figure(result | {"in_use": in_use}, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").stat().st_size > 10_000
    said = simulation.describe(result | {"in_use": in_use, "shipped_model": None})
    assert "minus random" in said and "40 rows known before" in said


def test_the_stand_in_learns_what_it_is_shown():
    world = simulation.make_world(0, 60, 10, 10, 0)
    everything = list(range(60))
    right = simulation.logistic(world, everything)[:60].argmax(axis=1) == world.intents[:60]
    assert right.mean() > 0.9
    assert (simulation.second_opinion(world, everything)[:60] == world.intents[:60]).mean() > 0.9
