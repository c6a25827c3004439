"""Show that the metric separates good from bad: systems that need no model, and faults planted into golds.

Used by eval.py, which puts both into metrics.json; report.md prints them.

Reads:  tests/roman_forms.tsv, tests/english_in_devanagari.tsv (forms to plant), what scoring.py reads
Writes: nothing
"""
import json
import random
from collections.abc import Callable

import contract
import normalize
import scoring
import script_rules
from measure_script import devanagari_forms, planted, roman_forms

SEED = 7
SHOWN = ("json_valid", "schema_valid", "script_tokens", "script_rows", "hindi_right", "english_kept", "intent", "slot_f1",
         "exact", "lossless", "hallucinated_slots")


def _minimal(text: str) -> str:
    """The least object with this text: no slot, nothing to act on."""
    return contract.serialize(contract.out_of_scope(text, script_rules.language_mix(text)))


# What answers a case without a model; each returns the raw output.
SYSTEMS: dict[str, tuple[str, Callable[[dict], str]]] = {
    "constant": ("one valid object, whatever the message", lambda case: _minimal("ठीक है")),
    "input copied": ("the message as normalized_text of a minimal object", lambda case: _minimal(contract.clean_input(case["input"]))),
    "normalize.py": ("its draft as normalized_text of a minimal object", lambda case: _minimal(normalize.draft(case["input"]))),
    "gold": ("the gold itself", lambda case: contract.serialize(case["output"])),
}


def systems_table(cases: list[dict]) -> dict[str, dict]:
    """{system: {"what", "suites": {suite: metrics}}} over the cases that have a gold."""
    with_gold = [c for c in cases if c.get("output")]
    out = {}
    for name, (what, answer) in SYSTEMS.items():
        suites = {}
        for suite in dict.fromkeys(c["suite"] for c in with_gold):
            here = [c for c in with_gold if c["suite"] == suite]
            rows = [scoring.score_case(c, {"raw": answer(c), "finish": "stop"}) for c in here]
            outputs = {c["id"]: scoring.parse_prediction(answer(c), "stop")[0] for c in here}
            found = scoring.aggregate(rows, here, outputs)
            suites[suite] = {"n": found["n"], **{k: found[k] for k in SHOWN if k in found}}
        out[name] = {"what": what, "suites": suites}
    return out


# ---------------------------------------------------------------- planted faults

def _edited(case: dict, **changes) -> str:
    """The gold with fields changed, as JSON; not through contract.serialize, which refuses a broken object."""
    return json.dumps({**case["output"], **changes}, ensure_ascii=False, separators=(",", ":"))


def _text_with(case: dict, kind: str, forms: dict[str, list[str]]) -> str | None:
    """The gold with one token of normalized_text in the wrong script; slots that held it lose it, so only this is wrong."""
    text = case["output"]["normalized_text"]
    spots = planted(text, random.Random(f"{SEED}:{kind}:{case['id']}"), kind, forms)
    if not spots:
        return None
    slots = {k: v for k, v in case["output"]["slots"].items() if k in contract.NON_SPAN_SLOTS or v in spots[0][0]}
    return _edited(case, normalized_text=spots[0][0], slots=slots)


def _without_number(case: dict) -> str | None:
    text = case["output"]["normalized_text"]
    number = next((t.text for t in script_rules.tokenize(text) if t.kind == "num"), None)
    return number and _edited(case, normalized_text=text.replace(number, "", 1), slots={})


def _without_english(case: dict) -> str | None:
    text = case["output"]["normalized_text"]
    word = next((t for t, lang in scoring.gold_tokens(text) if lang == "en" and t in text), None)
    return word and _edited(case, normalized_text=text.replace(word, "", 1), slots={})


def _foreign_slot(case: dict) -> str | None:
    names = [s for s in contract.SLOTS[case["output"]["intent"]] if s not in contract.NON_SPAN_SLOTS]
    return _edited(case, slots={**case["output"]["slots"], names[0]: "कुछ और चीज़"}) if names else None


def _other_intent(case: dict) -> str | None:
    wanted = "book_cab" if case["output"]["intent"] != "book_cab" else "order_food"
    accepted = {o["intent"] for o in [case["output"], *(case.get("alternatives") or [])]}
    return None if wanted in accepted else _edited(case, intent=wanted, slots={})


def _wrong_value(case: dict) -> str | None:
    spans = [k for k in case["output"]["slots"] if k not in contract.NON_SPAN_SLOTS]
    words = case["output"]["normalized_text"].split()
    if not spans or len(words) < 2:
        return None
    value = " ".join(words[:2]) if case["output"]["slots"][spans[0]] != " ".join(words[:2]) else words[-1]
    return _edited(case, slots={**case["output"]["slots"], spans[0]: value})


def planted_faults() -> dict[str, tuple[Callable[[dict], str | None], Callable[[dict], bool]]]:
    """fault -> (gold to broken raw output, whether a record notices it)."""
    roman, devanagari = roman_forms(None), devanagari_forms()
    good = lambda c: contract.serialize(c["output"])
    return {
        "words before the object": (lambda c: "Here is the JSON: " + good(c), lambda r: not r["json_valid"]),
        "a code fence": (lambda c: f"```json\n{good(c)}\n```", lambda r: not r["json_valid"]),
        "a comma too many": (lambda c: good(c)[:-1] + ",}", lambda r: not r["json_valid"]),
        "the last brace missing": (lambda c: good(c)[:-1], lambda r: not r["json_valid"]),
        "a key twice": (lambda c: '{"intent":"clarify",' + good(c)[1:], lambda r: not r["json_valid"]),
        "a key too many": (lambda c: good(c)[:-1] + ',"note":"ok"}', lambda r: not r["schema_valid"]),
        "an unknown slot": (lambda c: _edited(c, slots={**c["output"]["slots"], "colour": "x"}), lambda r: not r["schema_valid"]),
        "an unknown intent": (lambda c: _edited(c, intent="dance"), lambda r: not r["schema_valid"]),
        "another script rule": (lambda c: _edited(c, script_rules={"hindi": "latin", "english": "latin"}),
                                lambda r: not r["schema_valid"]),
        "Roman Hindi": (lambda c: _text_with(c, "roman_hindi", roman), lambda r: r["roman_hindi"] > 0),
        "English in Devanagari": (lambda c: _text_with(c, "devanagari_english", devanagari), lambda r: r["devanagari_english"] > 0),
        "Roman Hindi, against the gold": (lambda c: _text_with(c, "roman_hindi", roman), lambda r: r["hi_right"] < r["gold_hi"]),
        "a number lost": (_without_number, lambda r: not r["lossless"]),
        "an English word lost": (_without_english, lambda r: r["en_kept"] < r["gold_en"]),
        "a slot value that is not in the text": (_foreign_slot, lambda r: r["hallucinated"] > 0),
        "a wrong slot value": (_wrong_value, lambda r: r["fn"] > 0),
        "another intent": (_other_intent, lambda r: not r["intent_ok"]),
    }


def plant(cases: list[dict]) -> dict:
    """{"found": {fault: rate}, "false_alarms": {what: rate}} over all golds: one fault a case, then the golds untouched."""
    with_gold = [c for c in cases if c.get("output")]
    found = {}
    for fault, (break_gold, noticed) in planted_faults().items():
        broken = [(c, raw) for c in with_gold if (raw := break_gold(c)) is not None]
        found[fault] = scoring.rate(noticed(scoring.score_case(c, {"raw": raw, "finish": "stop"})) for c, raw in broken)
    untouched = [scoring.score_case(c, {"raw": contract.serialize(c["output"]), "finish": "stop"}) for c in with_gold]
    alarms = {"schema": lambda r: not r["schema_valid"], "script": lambda r: not r["script_ok"],
              "lost": lambda r: r["protected"] and not r["lossless"], "slots": lambda r: r["fp"] + r["fn"] > 0,
              "hallucinated": lambda r: r["hallucinated"] > 0, "record": lambda r: not r["exact"],
              "tokens": lambda r: r["hi_right"] < r["gold_hi"] or r["en_kept"] < r["gold_en"]}
    return {"found": found, "false_alarms": {what: scoring.rate(map(wrong, untouched)) for what, wrong in alarms.items()}}
