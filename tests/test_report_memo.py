"""report_memo.py: the memo from full, partial and no JSON, and no number that its inputs do not hold."""
import copy
import re

import pytest

import report_memo as memo

LEVEL = {"failed": 0, "n": 12, "ttft_s": {"p50": 0.11, "p95": 0.21}, "e2e_s": {"p50": 3.31, "p95": 5.41}, "output_tokens_per_s": 25.61,
         "requests_per_s": 0.25}
BENCH = {"signature": {"hardware": {"cpu": "AMD EPYC", "cores": 2, "gpus": []}}, "slo": {"ttft_s": 2.0, "e2e_s": 20.0}, "arms": {
    "baseline": {"why": "the base model", "levels": {"1": LEVEL}},
    "merged": {"why": "merged weights", "levels": {
        "1": LEVEL, "8": LEVEL | {"requests_per_s": 1.25, "e2e_s": {"p50": 5.71, "p95": 7.83}},
        "32": LEVEL | {"requests_per_s": 9.75, "ttft_s": {"p50": 2.91, "p95": 5.13}}}}}}


def rate(value: float) -> dict:
    return {"value": value, "n": 61, "low": value - 0.07, "high": value + 0.03}


METRICS = {"runs": {"tuned-free": {"suites": {"test": {"n": 61, "json_valid": rate(0.93), "intent": rate(0.87)}}}},
           "foreign": {"suites": {"top": {"lossless": rate(0.77)}}}}
GATES = {"gates": [{"run": "tuned-free", "suite": "test", "metric": "json_valid", "min": 0.91},
                   {"run": "tuned-free", "suite": "test", "metric": "intent", "min": 0.89},
                   {"run": "foreign", "suite": "top", "metric": "lossless", "max": 0.79},
                   {"run": "tuned-free", "suite": "stress", "metric": "intent", "min": 0.83}]}
POINT = {"labels": 450, "overall": {"value": 0.0131, "low": -0.0052, "high": 0.0347, "ahead": "neither"},
         "hard": {"value": 0.0463, "low": 0.0212, "high": 0.0874, "ahead": "flywheel"}}
EARLY = {"labels": 150, "overall": {"value": -0.02, "low": -0.03, "high": -0.01, "ahead": "random"}, "hard": POINT["hard"]}
FLYWHEEL = {"model": "a stand-in", "settings": {"pool": 910, "seeds": 17}, "strategies": {"random": "random", "flywheel": "picking"},
            "against_random": {"flywheel": [EARLY, POINT]}, "labels_to_random_end": {"random": 450, "flywheel": 390},
            "in_use": {"settings": {"known_before": 730}, "against_random": {"flywheel": [POINT]}},
            "shipped_model": {"flywheel": {"exact_wrong": {"value": 0.57}}, "all": {"exact_wrong": {"value": 0.34}}}}
SCRIPT = {"checker": {"false_alarms": {"rate": 0.0123, "n": 1604}}}
GPU = {**BENCH, "signature": {"hardware": {"cpu": "AMD EPYC", "cores": 16, "gpus": ["NVIDIA L4"]}}, "arms": {"shipped": {"levels": {"32": LEVEL | {"requests_per_s": 31.5}}}}}
EVERYTHING = (METRICS, BENCH, GATES, FLYWHEEL, SCRIPT, GPU)


def numbers(text: str) -> set[float]:
    return {abs(float(n)) for n in re.findall(r"\d+(?:\.\d+)?", text)}


def held(node) -> set[float]:
    """Numbers of a JSON as the memo may round or scale them: as they are, in percent, an hour's."""
    if isinstance(node, dict):
        return set().union(*(held(v) | held(k) for k, v in node.items())) if node else set()
    if isinstance(node, list):
        return set().union(*map(held, node)) if node else set()
    if isinstance(node, str):
        return numbers(node)
    return {round(abs(node) * scale, digits) for scale in (1, 100, 3600) for digits in (0, 1, 2, 3)} if type(node) in (int, float) else set()


def test_no_number_comes_from_elsewhere_than_the_json_the_law_and_the_price():
    constants = " ".join((*memo.RELEASE, *memo.NOT_DONE, memo.LAW))
    derived = {round(memo.usd_per_million(1.25), 2), memo.MACHINE_USD_PER_HOUR,
               float(sum(g in (0, 2) for g in range(4))), float(len(GATES["gates"]))}      # thresholds reached, thresholds
    form = {95.0, 1.0, 2.0, 3.0, 4.0, 5.0, 50.0, 429.0}     # p95, p50, F1, numbers of steps, the status of a refusal
    found = numbers(memo.render_decision_memo(*EVERYTHING))
    assert found - held(list(EVERYTHING)) - numbers(constants) - derived - form == set()


def test_every_part_is_rendered_from_its_json():
    text = memo.render_decision_memo(*EVERYTHING)
    assert "2 of 4 thresholds" in text and "json_valid ≥ 91" not in text and "intent ≥ 89: 87.0" in text
    assert "lossless ≤ 79" not in text and "intent ≥ 83: not measured" in text
    assert "| 8 | 0.21 | 5.71 | 7.83 | 25.6 | 4500 | 0 | yes |" in text and "| 32 | 5.13 |" in text and "35100 | 0 | no |" in text
    assert text.count("+1.3 points [-0.5, +3.5], +4.6 points [+2.1, +8.7]") == 2 and "910 messages, 17 seeds" in text
    assert "no rows known before" in text and "730 rows known before" in text and "57 % of the picked are not exact, 34 % of all" in text
    assert "1.2 % of 1604" in text
    for word in ("purpose", "notice", "consent", "retention", "erasure", "breach", "redaction", "data/LABELING.md", "regression suite", "**tag**",
                 "**gate**", "**shadow**", "**canary**", "**rollback**", "Digital Personal Data Protection Act, 2023", "Rules, 2025"):
        assert word in text, word


def test_it_is_a_page():
    assert len(memo.render_decision_memo(*EVERYTHING).split()) < 700


def test_the_cost_is_the_price_of_an_hour_by_the_messages_of_an_hour():
    assert memo.usd_per_million(1.25) == pytest.approx(memo.MACHINE_USD_PER_HOUR / 4500 * 1e6)
    assert f"USD {memo.usd_per_million(1.25):.2f} a million" in memo.render_decision_memo(*EVERYTHING)


def test_the_objective_chooses_the_level_and_the_shipped_arm_goes_first():
    assert memo.best_level(BENCH["arms"]["merged"], BENCH["slo"]) == "8"
    assert not memo.meets(LEVEL | {"failed": 1}, BENCH["slo"]) and not memo.meets(LEVEL | {"e2e_s": {"p95": None}}, BENCH["slo"])
    shipped = copy.deepcopy(BENCH)
    shipped["arms"]["shipped"] = {"why": "int8", "levels": {"4": LEVEL}}
    assert "Arm `shipped` of" in memo.render_decision_memo(METRICS, shipped) and memo.shipped_arm(BENCH)[0] == "merged"


def test_no_level_inside_the_objective_and_a_gpu_give_no_price():
    slow = copy.deepcopy(BENCH)
    slow["slo"]["e2e_s"] = 0.5
    assert "no number" in memo.render_decision_memo(METRICS, slow) and "USD" not in memo.render_decision_memo(METRICS, slow)
    gpu = copy.deepcopy(BENCH)
    gpu["signature"]["hardware"]["gpus"] = ["NVIDIA H100"]
    assert "No price is assumed" in memo.render_decision_memo(METRICS, gpu) and "USD" not in memo.render_decision_memo(METRICS, gpu)


def test_what_is_not_there_is_said_to_be_missing():
    text = memo.render_decision_memo(None, None)
    assert text.count("not measured") >= 3 and "nothing to ship" in text and "No thresholds" in text and "USD" not in text


@pytest.mark.parametrize("missing", range(5))
def test_each_file_may_be_missing_alone(missing):
    assert memo.render_decision_memo(*(None if i == missing else part for i, part in enumerate(EVERYTHING))).startswith("# Decision memo")


def test_all_thresholds_reached_says_so():
    assert "this model may be released" in memo.render_decision_memo(METRICS, BENCH, {"gates": GATES["gates"][:1]})


def test_a_gpu_that_was_measured_is_one_sentence_and_without_one_nothing_is_said():
    assert "NVIDIA L4 answers 113400 an hour at concurrency 32" in memo.render_decision_memo(*EVERYTHING)
    assert "NVIDIA L4" not in memo.render_decision_memo(*EVERYTHING[:-1])
