"""Tasks for Label Studio, and its export as training rows that passed the gate. Used by flywheel.py.

    python flywheel.py read export.json --out rows.jsonl

A task shows the message and its draft and comes filled in with the model's answer, or with the draft where there is none.
What the page's fields hold: data/label_studio.xml. A slot is a line `name: value`; a line break inside a value is written
\\n, a backslash \\\\. Several annotators of one message must agree to the letter.

Reads:  an export; what data_gate.py and redact.py read; data/{val,test}.jsonl, stress_suite.jsonl
Writes: training rows, refused tasks to stdout with one reason each
"""
import json
import math
import re
from collections import Counter
from pathlib import Path

import contract
from common import Problem
from flywheel import draft, near_held_out, tag_pattern

FIELDS = {"intent": "choices", "language_mix": "choices", "normalized_text": "textarea", "slots": "textarea", "names": "textarea"}
NEEDED = ("intent", "language_mix", "normalized_text")
ESCAPES = {"\\": "\\\\", "\n": "\\n"}
MAX_SHOWN = 60      # characters of a message beside the reason it was refused for


class Refused(Exception):
    """Why a task gives no training row, as one sentence."""


# ---------------------------------------------------------------- tasks

def task(row: dict, reasons: list[str]) -> dict:
    """A task to import: the row's message, its draft, why it was picked, and an answer to correct. Label Studio takes a
    score from 0 to 1 for the model's confidence."""
    import script_rules
    text, answer = row["input"], row["output"]
    filled = {"names": "\n".join(names_of(text))}
    if answer:
        said = answer["normalized_text"]
        slots = {k: v for k, v in answer["slots"].items() if k in contract.NON_SPAN_SLOTS or v in said}
        filled |= {"intent": answer["intent"], "normalized_text": said, "slots": slot_lines(slots),
                   "language_mix": answer["language_mix"]}
    else:
        filled |= {"normalized_text": draft(text), "language_mix": script_rules.language_mix(tag_pattern().sub("0", draft(text)))}
    result = [{"id": name, "from_name": name, "to_name": "message", "type": kind,
               "value": {"choices": [filled[name]]} if kind == "choices" else {"text": [filled[name]]}}
              for name, kind in FIELDS.items() if filled.get(name)]
    data = {"id": row["id"], "message": text, "draft": draft(text), "reasons": ", ".join(reasons) or "none by itself"}
    prediction = {"model_version": "log" if answer else "normalize.py", "result": result}
    if answer and row["mean_logprob"] is not None:
        prediction["score"] = round(min(1.0, math.exp(row["mean_logprob"])), 4)
    return {"data": data, "predictions": [prediction]}


def names_of(text: str) -> list[str]:
    """Names in a message as the checker sees them, and the tags of redact.py, in order."""
    import script_rules
    tags = [(m.start(), m.end()) for m in tag_pattern().finditer(text)]
    found = [(t.start, t.text) for t in script_rules.label(text)
             if t.lang == "name" and not any(a <= t.start < b for a, b in tags)]
    return list(dict.fromkeys(name for _, name in sorted(found + [(a, text[a:b]) for a, b in tags])))


def slot_lines(slots: dict[str, str]) -> str:
    return "\n".join(f"{k}: {''.join(ESCAPES.get(c, c) for c in v)}" for k, v in slots.items())


def read_slots(text: str) -> dict[str, str]:
    """Slots of the page's field. Raises Refused for a line that is no `name: value`, and for a name that comes twice."""
    slots: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        name = name.strip()
        if not colon or not value.strip():
            raise Refused(f"the slot line {line!r} is not `name: value`")
        if name in slots:
            raise Refused(f"slot {name} comes twice")
        slots[name] = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), value.strip())
    return slots


# ---------------------------------------------------------------- the export

def read_export(path: Path) -> list:
    """Tasks of an export. Raises Problem for a file that is none."""
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise Problem(f"{path}: {err.strerror}") from None
    except (ValueError, RecursionError) as err:
        raise Problem(f"{path}: not JSON ({err})") from None
    if not isinstance(tasks, list) or not tasks:
        raise Problem(f"{path}: not a list of tasks; export the project as JSON")
    return tasks


def entered(annotation: dict) -> dict[str, list[str]]:
    """What one annotator entered, by field of the page."""
    out: dict[str, list[str]] = {}
    results = annotation.get("result")
    for item in results if isinstance(results, list) else ():
        if isinstance(item, dict) and item.get("from_name") in list(FIELDS) and isinstance(item.get("value"), dict):
            value = item["value"].get("choices" if FIELDS[item["from_name"]] == "choices" else "text")
            value = value if isinstance(value, list) else [value]
            out[item["from_name"]] = [contract.clean_input(v) for v in value if isinstance(v, str)]
    return out


def gold(fields: dict[str, list[str]]) -> tuple[dict, list[str]]:
    """The object and the names that an annotator entered. Raises Refused where they make none that keeps the contract."""
    for name in NEEDED:
        if len(fields.get(name, ())) != 1:
            raise Refused(f"{name} was entered {len(fields.get(name, ()))} times")
    intent, mix, text = (fields[name][0] for name in NEEDED)
    obj = {"intent": intent, "slots": read_slots("\n".join(fields.get("slots", ()))), "normalized_text": text,
           "language_mix": mix, "script_rules": dict(contract.SCRIPT_RULES)}
    if faults := contract.validate(obj):
        raise Refused(faults[0])
    names = [n.strip() for n in "\n".join(fields.get("names", ())).splitlines() if n.strip()]
    return json.loads(contract.serialize(obj)), names


def training_row(task: dict) -> dict:
    """The training row of an exported task. Raises Refused where it gives none."""
    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("id"), str) or not isinstance(data.get("message"), str):
        raise Refused("the task has no id or no message")
    text = contract.clean_input(data["message"])
    if not text or len(text) > contract.MAX_INPUT_CHARS:
        raise Refused(f"the message has {len(text)} characters")
    annotations = task.get("annotations")
    done = [a for a in (annotations if isinstance(annotations, list) else ())
            if isinstance(a, dict) and not a.get("was_cancelled")]
    if not done:
        raise Refused("nobody has labelled it")
    golds = [gold(entered(a)) for a in done]
    if any(obj != golds[0][0] for obj, _ in golds):
        raise Refused(f"its {len(golds)} annotators disagree")
    return make_row(contract.clean_input(data["id"]), text, *golds[0])


def make_row(name: str, text: str, obj: dict, names: list[str]) -> dict:
    """A row as data/train.jsonl has them; each message is a family of its own."""
    from data_noise import is_deva, mix_style
    meta = {"categories": ["log"], "family": f"log.{name}", "group": f"log.{name}", "entities": {}, "names": names,
            "noise": [], "mix": mix_style(obj, "d" if is_deva(text) else "r")}
    return {"id": f"log-{name}", "input": text, "instruction": contract.INSTRUCTION, "output": obj, "meta": meta}


def gate(row: dict) -> None:
    """Raises Refused with the first reason why a labelled row must not be trained on."""
    from data_gate import TOKEN, doubts
    from data_noise import is_deva, is_latin_word
    from redact import find
    typed, text, names = row["input"], row["output"]["normalized_text"], row["meta"]["names"]
    for name in names:
        if name not in typed:
            raise Refused(f"the name {name!r} is not in the message")
    if found := find(typed) + find(text):
        raise Refused(f"it holds personal data ({found[0].tag})")
    if faults := doubts(row):
        raise Refused(faults[0])
    have = set(TOKEN.findall(typed))
    if not is_deva(typed):      # English typed in Devanagari becomes Latin, so there new Latin words are right
        for word in TOKEN.findall(text):
            if is_latin_word(word) and word not in have:
                raise Refused(f"{word!r} was not typed so")
    if near := near_held_out(typed, text):
        raise Refused(f"it is too close to {near}, which is held out")


def read(path: Path, out: Path) -> None:
    """Write the rows that pass, print the others with their reasons. Raises Problem where none passes."""
    rows, reasons = {}, Counter()
    for place, item in enumerate(read_export(path), 1):
        try:
            row = training_row(item)
            if row["id"] in rows:
                raise Refused("its id stands further up")
            gate(row)
            rows[row["id"]] = row
        except Refused as reason:
            data = item.get("data") if isinstance(item, dict) else None
            shown = data if isinstance(data, dict) else {}
            name, message = (str(shown.get(key))[:MAX_SHOWN] for key in ("id", "message"))
            print(f"refused: task {place} ({name!r}) {message!r}: {reason}")
            reasons[str(reason)] += 1
    if not rows:
        why = reasons.most_common(1)[0][0]
        raise Problem(f"{path}: none of its {reasons.total()} tasks passed; the commonest reason: {why}")
    contract.write_atomic(out, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows.values()))
    print(f"{out}: {len(rows)} rows passed, {reasons.total()} refused")
