"""Thresholds, comparisons, sanity systems, planted faults, and the page of cases."""
import json
import re
from xml.etree import ElementTree

import pytest

import contract
import eval as evaluation
import eval_compare
import eval_page
import eval_sanity
import measure_foreign
import report_eval
import scoring
from common import ROOT, Problem

CASE = {"id": "c1", "suite": "s", "input": contract.EXAMPLE_INPUT, "output": contract.EXAMPLE_OUTPUT}
GOLD = {"id": "c1", "raw": contract.serialize(contract.EXAMPLE_OUTPUT), "finish": "stop"}
BROKEN = {"id": "c1", "raw": "{", "finish": "stop"}


def metric(value: float | None) -> dict:
    return {"r": {"suites": {"s": {"m": {"value": value}}}}}


@pytest.mark.parametrize("bounds, value, passed", [
    ({"min": 0.9}, 0.9, True), ({"min": 0.9}, 0.8999, False), ({"max": 0.01}, 0.01, True), ({"max": 0.01}, 0.02, False),
    ({"min": 0.0}, None, False), ({"max": 1.0}, None, False)])
def test_a_threshold_holds_at_its_bound_and_never_without_a_value(bounds, value, passed):
    gate = {"run": "r", "suite": "s", "metric": "m", **bounds}
    assert eval_compare.check_gate(gate, metric(value))["passed"] is passed


@pytest.mark.parametrize("missing", ["run", "suite", "metric"])
def test_a_threshold_on_something_not_measured_is_missed(missing):
    gate = {"run": "r", "suite": "s", "metric": "m", "min": 0.0, missing: "other"}
    assert eval_compare.check_gate(gate, metric(1.0))["passed"] is False


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"gates": [{"run": "r"}]}',
                                  '{"gates": [{"run": "r", "suite": "s", "metric": "m", "min": 1, "max": 2}]}'])
def test_a_broken_file_of_thresholds_is_refused(tmp_path, text):
    path = tmp_path / "gates.json"
    path.write_text(text)
    with pytest.raises(Problem, match="gates.json"):
        eval_compare.read_gates(path)


def test_the_gate_exits_with_a_problem_and_names_each_miss(tmp_path, monkeypatch, capsys):
    (tmp_path / "metrics.json").write_text(json.dumps({"runs": metric(0.5)}))
    (tmp_path / "gates.json").write_text(json.dumps({"gates": [
        {"run": "r", "suite": "s", "metric": "m", "min": 0.4}, {"run": "r", "suite": "s", "metric": "m", "min": 0.6}]}))
    monkeypatch.setattr(evaluation, "METRICS", tmp_path / "metrics.json")
    monkeypatch.setattr("sys.argv", ["eval.py", "--gate", str(tmp_path / "gates.json"), "--junit", str(tmp_path / "out.xml")])
    with pytest.raises(Problem, match="1 of 2 thresholds"):
        evaluation.main()
    assert re.findall(r"^(pass|MISS)", capsys.readouterr().out, re.M) == ["pass", "MISS"]
    root = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert (root.get("tests"), root.get("failures"), len(root.findall(".//failure"))) == ("2", "1", 1)


def test_the_release_thresholds_are_a_valid_file():
    gates = eval_compare.read_gates(ROOT / "gates.json")
    assert {g["run"] for g in gates} == {"tuned-free", "tuned-guarded", "foreign"}


def test_a_comparison_names_the_case_and_the_facts_that_changed():
    good, bad = scoring.score_case(CASE, GOLD), scoring.score_case(CASE, BROKEN)
    found, = eval_compare.changes([bad], [good])
    assert found["id"] == "c1" and "json_valid" in found["better"] and found["worse"] == []
    assert eval_compare.changes([good], [good]) == []
    said = eval_compare.describe_changes(("a", "b"), {"s": [good]}, {"s": [bad]}, ({"c1": GOLD["raw"]}, {"c1": "{"}), {"c1": "x"})
    assert "c1  worse: json_valid" in said and "0 answered to the letter alike" in said


def test_the_sanity_systems_stand_in_the_right_order():
    table = eval_sanity.systems_table([CASE])
    value = {name: {k: m["value"] for k, m in s["suites"]["s"].items() if k != "n"} for name, s in table.items()}
    assert value["gold"]["exact"] == value["gold"]["slot_f1"] == value["gold"]["hindi_right"] == 1.0
    assert value["constant"]["hindi_right"] < value["normalize.py"]["hindi_right"]
    assert value["input copied"]["script_rows"] == 0.0 and value["input copied"]["english_kept"] == 1.0
    assert all(v["exact"] == 0.0 for name, v in value.items() if name != "gold")


def test_every_kind_of_planted_fault_is_found_in_the_example_and_the_gold_raises_no_alarm():
    found = eval_sanity.plant([CASE])
    assert {fault: f["hits"] for fault, f in found["found"].items() if f["n"]} == {
        fault: 1 for fault, f in found["found"].items() if f["n"]}
    assert len(found["found"]) == 17 and sum(f["n"] for f in found["found"].values()) >= 16
    assert all(f["hits"] == 0 for f in found["false_alarms"].values())


def page(raw: str, text: str = "kal") -> str:
    case = {**CASE, "input": text}
    prediction = {"id": "c1", "raw": raw, "finish": "stop"}
    return eval_page.render("r", "t", [case], {"s": [scoring.score_case(case, prediction)]}, [prediction], None)


def test_a_hostile_message_cannot_leave_the_data_of_the_page():
    html = page("</script><script>alert(1)</script><!--", "<img src=x onerror=alert(1)>")
    assert html.count("<script") == page("{").count("<script") == 2 and "<img" not in html and "alert(1)<" not in html


def test_the_page_holds_what_its_json_says_and_asks_for_nothing():
    html = page(GOLD["raw"], contract.EXAMPLE_INPUT)
    data = json.loads(re.search(r'type="application/json">(.*?)</script>', html, re.S)[1])
    assert data["cases"][0]["raw"] == GOLD["raw"] and data["cases"][0]["wrong"] == []
    assert "".join(t[0] for t in data["cases"][0]["tokens"]) == contract.EXAMPLE_OUTPUT["normalized_text"]
    assert not re.search(r'(src|href)="(?!data:)', html) and "http://" not in html and "https://" not in html


def test_coloured_tokens_join_to_the_text_with_its_white_space():
    for text in ("", "  कल\n\nmeeting 🙏 ", "a"):
        assert "".join(t[0] for t in eval_page.coloured(text)) == text


def test_foreign_messages_are_drawn_alike_each_time_and_a_judgement_of_another_answer_left_out(tmp_path):
    path = tmp_path / "m.tsv"
    path.write_text("a\tcs_query\n" + "".join(f"x\tmsg {i}\n" for i in range(20)) + 'x\t"quoted\n')
    messages = measure_foreign.read_messages(path, "cs_query")
    assert measure_foreign.draw(messages, 5) == measure_foreign.draw(messages[::-1], 5) and len(messages) == 21
    with pytest.raises(Problem, match="no column"):
        measure_foreign.read_messages(path, "other")
    with pytest.raises(Problem, match="distinct"):
        measure_foreign.draw(messages, 22)
    answers, judged = {"row-2": '{"a":1}', "row-3": "{}"}, tmp_path / "r.tsv"
    digests = {name: measure_foreign.answer_digest(raw) for name, raw in answers.items()}
    judged.write_text(f"# head\nrow-2\t{digests['row-2']}\tok\nrow-3\t{digests['row-3']}\tslot, hindi\n")
    found = measure_foreign.reading(judged, answers)
    assert found["n"] == 2 and found["right"] == 1 and sum(found["kinds"].values()) == 2
    assert measure_foreign.reading(judged, {**answers, "row-3": "[]", "row-9": "{}"}) == {"n": 1, "right": 1, "kinds": {}}
    assert measure_foreign.reading(judged, {"row-9": "{}"}) is None and measure_foreign.reading(tmp_path / "none", answers) is None
    judged.write_text(f"row-2\t{digests['row-2']}\tfine\n")
    with pytest.raises(Problem, match="unknown kinds"):
        measure_foreign.reading(judged, answers)


def test_the_report_is_a_pure_function_of_the_committed_metrics():
    metrics = json.loads((ROOT / "metrics.json").read_text())
    assert report_eval.render_report(metrics) == (ROOT / "report.md").read_text()
    assert report_eval.render_details(metrics) == (ROOT / "outputs" / "eval_details.md").read_text()


def test_the_report_says_field_by_field_what_an_answer_has_otherwise_than_the_gold():
    gold = json.dumps(contract.EXAMPLE_OUTPUT, ensure_ascii=False)
    other = {**contract.EXAMPLE_OUTPUT, "slots": {"new_time": "Friday 4pm", "place": "office"},
             "normalized_text": contract.EXAMPLE_OUTPUT["normalized_text"].replace("भाई", "भाय")}
    said = report_eval.differences(json.dumps(other, ensure_ascii=False), gold)
    assert said == "original_time nothing for `कल 2 बजे के बाद`; place `office` for nothing; in the text `भाय` for `भाई`"
    assert report_eval.differences(gold, gold) == ""
    for broken in ("{", "[1]", '{"intent": "x"}', None):
        assert report_eval.differences(broken, gold) is None
