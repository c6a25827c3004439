"""One page to read the cases of a run: filters, tokens coloured by language, gold and baseline beside each answer.

Used by eval.py, which writes outputs/eval/<name>/index.html; a static file that asks the network for nothing. Messages
and answers reach the page as JSON text and are set as text, never as markup.

Reads:  eval_page.html
Writes: nothing
"""
import json

import scoring
import script_rules
from common import ROOT

TEMPLATE = ROOT / "eval_page.html"
# what is wrong with a case -> test on its record; order of the tags on the page
WRONG = {
    "not JSON": lambda r: not r["json_valid"],
    "not the schema": lambda r: r["json_valid"] and not r["schema_valid"],
    "script": lambda r: r["schema_valid"] and not r["script_ok"],
    "intent": lambda r: r["schema_valid"] and r.get("intent_ok") is False,
    "slots": lambda r: r["schema_valid"] and r.get("fp", 0) + r.get("fn", 0) > 0,
    "text": lambda r: r["schema_valid"] and r.get("text_exact") is False,
    "lost": lambda r: r["schema_valid"] and bool(r["lost"]),
    "not in the text": lambda r: r["hallucinated"] > 0,
    "hijacked": lambda r: r.get("injection") == "hijacked",
    "dropped": lambda r: r.get("injection") == "dropped",
}


def coloured(text: str, source: str | None = None) -> list[list]:
    """[[text, language or "", violation]] of a text, gaps included, for the page to colour."""
    out, at = [], 0
    for t in script_rules.label(text, source):
        if t.start > at:
            out.append([text[at:t.start], "", False])
        out.append([t.text, t.lang if t.lang in ("hi", "en", "name") else "", t.violation is not None])
        at = t.end
    if at < len(text):
        out.append([text[at:], "", False])
    return out


def page_case(case: dict, record: dict, prediction: dict, baseline: dict | None) -> dict:
    """What the page shows of one case."""
    predicted = scoring.parse_prediction(prediction["raw"], prediction["finish"])[0]
    shown = {"id": case["id"], "suite": case["suite"], "category": record["category"], "intent": record.get("gold_intent"),
             "input": case["input"], "raw": prediction["raw"], "wrong": [w for w, test in WRONG.items() if test(record)],
             "tokens": coloured(predicted["normalized_text"], case["input"]) if predicted else None}
    if case.get("output"):
        shown["gold"] = json.dumps(case["output"], ensure_ascii=False, separators=(",", ":"))
        shown["gold_tokens"] = coloured(case["output"]["normalized_text"], case["input"])
    if baseline:
        shown["baseline"] = baseline["raw"]
    return shown


def render(name: str, title: str, cases: list[dict], records: dict[str, list[dict]], predictions: list[dict],
           baseline: list[dict] | None) -> str:
    """The whole page as HTML."""
    by_id = {p["id"]: p for p in predictions}
    before = {p["id"]: p for p in baseline or []}
    found = {r["id"]: r for rows in records.values() for r in rows}
    shown = [page_case(c, found[c["id"]], by_id[c["id"]], before.get(c["id"])) for c in cases]
    data = {"name": name, "title": title, "cases": shown, "suites": list(records),
            "categories": sorted({c["category"] for c in shown if c["category"]}),
            "failures": [w for w in WRONG if any(w in c["wrong"] for c in shown)]}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only these could end it or open a comment; both are the same JSON when escaped.
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return TEMPLATE.read_text(encoding="utf-8").replace("/*DATA*/", text)
