"""Two runs case by case, and a run against the release thresholds.

Used by eval.py: `eval.py --compare tuned-free tuned-guarded`, `eval.py --gate gates.json`.

Reads:  nothing (eval.py hands over records and metrics)
Writes: a JUnit file where asked for
"""
import json
from pathlib import Path
from xml.etree import ElementTree

import contract
import scoring
from common import Problem

FACTS = ("json_valid", "schema_valid", "script_ok", "intent_ok", "mix_ok", "text_exact", "exact", "lossless")


def slots_right(record: dict) -> bool:
    """Whether a record has every slot of its gold and no other."""
    return record.get("fp") == 0 and record.get("fn") == 0 and record["schema_valid"]


def changes(before: list[dict], after: list[dict]) -> list[dict]:
    """Cases whose facts differ: {"id", "better", "worse"}, worse ones first. Only facts both records have are compared."""
    first = {r["id"]: {**r, "slots_right": slots_right(r)} for r in before}
    out = []
    for record in after:
        a, b = first.get(record["id"]), {**record, "slots_right": slots_right(record)}
        if a is None:
            continue
        differ = [f for f in (*FACTS, "slots_right") if f in a and f in b and bool(a[f]) != bool(b[f])]
        if differ:
            out.append({"id": record["id"], "better": [f for f in differ if b[f]], "worse": [f for f in differ if a[f]]})
    return sorted(out, key=lambda c: (-len(c["worse"]), len(c["better"]), c["id"]))


def describe_changes(names: tuple[str, str], before: dict[str, list[dict]], after: dict[str, list[dict]],
                     raws: tuple[dict[str, str], dict[str, str]], inputs: dict[str, str]) -> str:
    """The text that --compare prints: every case that changed, then gains and losses of each fact with McNemar's p."""
    lines = []
    for suite in [s for s in before if s in after]:
        found = changes(before[suite], after[suite])
        shared = {r["id"] for r in before[suite]} & {r["id"] for r in after[suite]}
        same = sum(raws[0][i] == raws[1][i] for i in shared)
        lines.append(f"== {suite}: {len(shared)} cases, {same} answered to the letter alike, {len(found)} judged otherwise")
        for c in found:
            said = [f"better: {', '.join(c['better'])}"] * bool(c["better"]) + [f"worse: {', '.join(c['worse'])}"] * bool(c["worse"])
            lines += [f"{c['id']}  {'; '.join(said)}", f"  message  {inputs[c['id']][:200]!r}",
                      f"  {names[0]}  {raws[0][c['id']][:400]}", f"  {names[1]}  {raws[1][c['id']][:400]}"]
        for fact in FACTS:
            if any(fact in r for r in before[suite]):
                v = scoring.compare(before[suite], after[suite], fact)
                lines.append(f"{fact}: {v['gained']} better, {v['lost']} worse, difference {100 * v['value']:+.1f} points, "
                             f"McNemar p {v['mcnemar_p']:.2g}")
    return "\n".join(lines)


def identical_answers(before: list[dict], after: list[dict]) -> dict:
    """Share of cases that two runs answered with the same characters; predictions in, a rate out."""
    first = {p["id"]: p["raw"] for p in before}
    return scoring.rate(first[p["id"]] == p["raw"] for p in after if p["id"] in first)


def read_gates(path: Path) -> list[dict]:
    """Thresholds: {"run", "suite", "metric", "min" or "max"}. Raises Problem for a file or an entry that is none."""
    try:
        gates = json.loads(path.read_text(encoding="utf-8"))["gates"]
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise Problem(f"{path} is not a file of gates ({type(err).__name__}: {err})") from None
    for gate in gates:
        if not {"run", "suite", "metric"} <= set(gate) or ("min" in gate) == ("max" in gate):
            raise Problem(f"{path}: a gate needs run, suite, metric and either min or max: {json.dumps(gate)}")
    return gates


def check_gate(gate: dict, runs: dict) -> dict:
    """The gate with "value" and "passed". A run, suite or metric that is not there, or has no value, is not passed."""
    metric = runs.get(gate["run"], {}).get("suites", {}).get(gate["suite"], {}).get(gate["metric"])
    value = metric.get("value") if metric else None
    passed = value is not None and (value >= gate["min"] if "min" in gate else value <= gate["max"])
    return {**gate, "value": value, "passed": passed}


def gate_name(gate: dict) -> str:
    bound = f"at least {gate['min']:g}" if "min" in gate else f"at most {gate['max']:g}"
    return f"{gate['run']} on {gate['suite']}: {gate['metric']} {bound}"


def write_junit(results: list[dict], path: Path) -> None:
    """One test case a gate, in the form that CI systems read."""
    failures = sum(not r["passed"] for r in results)
    suite = ElementTree.Element("testsuite", name="gates", tests=str(len(results)), failures=str(failures))
    for r in results:
        case = ElementTree.SubElement(suite, "testcase", classname=f"{r['run']}.{r['suite']}", name=gate_name(r))
        if not r["passed"]:
            ElementTree.SubElement(case, "failure", message=f"measured {r['value']}")
    contract.write_atomic(path, ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n")
