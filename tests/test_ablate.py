"""The committed table of ablations is what its JSON says, the runs before the shipped adapter among it."""
import json

import ablate


def test_the_report_is_rendered_from_the_json_and_holds_every_round():
    kept = json.loads(ablate.TABLE.read_text())
    assert ablate.REPORT.read_text() == ablate.render(kept["arms"], kept["rounds"], kept["unanswered"])
    assert kept["rounds"] and all(f"`{r['adapter_sha256'][:12]}`" in ablate.REPORT.read_text() for r in kept["rounds"])


def test_the_shipped_adapter_stands_first_and_each_run_before_it_goes_on_from_one_that_is_told_of():
    rounds = ablate.read_rounds()
    told = {r["adapter_sha256"] for r in rounds}
    assert [r["shipped"] for r in rounds] == [True] + [False] * (len(rounds) - 1) and len(rounds) > 1
    assert rounds[0]["from"] is None and all(r["from"] in told for r in rounds[2:])


def test_an_arm_that_was_not_run_is_named():
    kept = json.loads(ablate.TABLE.read_text())
    missing = set(ablate.ARMS) - set(kept["arms"]) - set(kept["unanswered"])
    told = next((line for line in ablate.REPORT.read_text().splitlines() if line.startswith("Not run: ")), "Not run: .")
    assert set(told.removeprefix("Not run: ").rstrip(".").split(", ")) - {""} == missing
