"""The committed table of ablations is what its JSON says, the rounds of the shipped adapter among it."""
import json

import ablate


def test_the_report_is_rendered_from_the_json_and_holds_every_round():
    kept = json.loads(ablate.TABLE.read_text())
    assert ablate.REPORT.read_text() == ablate.render(kept["arms"], kept["rounds"])
    assert kept["rounds"] and all(f"`{r['adapter_sha256'][:12]}`" in ablate.REPORT.read_text() for r in kept["rounds"])


def test_each_round_goes_on_from_one_that_is_told_of():
    rounds = ablate.read_rounds()
    told = {r["adapter_sha256"] for r in rounds}
    assert all(r["from"] in told for r in rounds[1:]) and [r["shipped"] for r in rounds].count(False) >= 1
