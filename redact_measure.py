"""Recall and precision of redact.py on labelled messages, and its speed.

    python redact.py --measure

Reads:  data/redact_cases.jsonl, data/train.jsonl and data/test.jsonl (their messages, for the speed)
Writes: outputs/redact.json

A case is {"id", "text", "redacted", "language", "types", "part"}: the labelled spans are where text and redacted
differ. The rules were written against part dev; the cases of part held_out were written afterwards and changed no rule.
"""
import json
import re
import time
from collections import Counter

import contract
from common import ROOT, Problem, git_commit, hardware, log, read_jsonl, sha256_file, versions, wilson
from redact import TAGS, Span, find

CASES = ROOT / "data" / "redact_cases.jsonl"
OUT = ROOT / "outputs" / "redact.json"
PARTS, LANGUAGES = ("dev", "held_out"), ("hinglish", "hindi", "english")
TARGET_NUMBERED, TARGET_NAMES, TARGET_PRECISION = 0.98, 0.85, 0.95   # recall by type of id, of names; precision of all


def labelled(case: dict) -> list[Span]:
    """The spans of a case. Raises Problem where text and redacted do not fit together in exactly one way."""
    pieces = re.split(rf"\[({'|'.join(TAGS)})\]", case["redacted"])
    pattern = re.escape(pieces[0]) + "".join(f"(.+?){re.escape(piece)}" for piece in pieces[2::2])
    lazy, greedy = (re.fullmatch(p, case["text"]) for p in (pattern, pattern.replace("(.+?)", "(.+)")))
    if lazy is None or lazy.regs != greedy.regs or case["types"] != pieces[1::2]:
        raise Problem(f"{CASES.name}: text, redacted and types of case {case['id']} do not fit together")
    return [Span(*lazy.span(i), tag) for i, tag in enumerate(case["types"], 1)]


def judge(case: dict) -> dict:
    """One row: what was labelled, what was found, and which labelled spans are wholly hidden by whatever tags."""
    gold, said = labelled(case), find(case["text"])
    covered = {i for s in said for i in range(s.start, s.end)}
    return {"id": case["id"], "part": case["part"], "language": case["language"], "gold": gold, "said": said,
            "hidden": [s for s in gold if covered.issuperset(range(s.start, s.end))]}


def rate(hits: int, n: int) -> dict:
    """A rate with its n and interval."""
    return {"rate": round(hits / n, 4) if n else None, "n": n,
            "ci95": [round(x, 4) for x in wilson(hits, n)] if n else None}


def score(rows: list[dict]) -> dict:
    """By type: recall (right type and ends), hidden (nothing of it readable), precision; NUMBERED is all but names."""
    gold, said, hit, hidden = Counter(), Counter(), Counter(), Counter()
    for row in rows:
        right = set(row["gold"]) & set(row["said"])
        for counter, spans in ((gold, row["gold"]), (said, row["said"]), (hit, right), (hidden, row["hidden"])):
            counter.update(s.tag for s in spans)
            counter["ALL"] += len(spans)
            counter["NUMBERED"] += sum(s.tag != "NAME" for s in spans)
    return {tag: {"recall": rate(hit[tag], gold[tag]), "hidden": rate(hidden[tag], gold[tag]),
                  "precision": rate(hit[tag], said[tag])}
            for tag in [*TAGS, "NUMBERED", "ALL"] if gold[tag] or said[tag]}


def below_target(scores: dict) -> list[str]:
    """What misses its target, in words; [] where nothing does."""
    wanted = [(tag, "recall", TARGET_NAMES if tag == "NAME" else TARGET_NUMBERED) for tag in scores if tag != "ALL"]
    return [f"{tag} {kind} {scores[tag][kind]['rate']} < {least}" for tag, kind, least in [*wanted, ("ALL", "precision",
            TARGET_PRECISION)] if tag in scores and (scores[tag][kind]["rate"] or 0) < least]


def speed(texts: list[str]) -> dict:
    """Lines per second of one process, each line new to it; the word lists are loaded before."""
    find("Rahul 9811047263")
    start = time.perf_counter()
    for text in texts:
        find(text)
    return {"lines_per_s": round(len(texts) / (time.perf_counter() - start)), "n_lines": len(texts)}


def table(name: str, scores: dict) -> str:
    """Scores as Markdown, in per cent with intervals."""
    def cell(r: dict) -> str:
        if r["rate"] is None:
            return "-"
        return "{:.1f} [{:.1f}, {:.1f}]".format(*(100 * x for x in (r["rate"], *r["ci95"])))
    lines = [f"| {name} | n | recall | hidden | precision |", "|---|---|---|---|---|"]
    lines += [f"| {tag} | {s['recall']['n']} | {cell(s['recall'])} | {cell(s['hidden'])} | {cell(s['precision'])} |"
              for tag, s in scores.items()]
    return "\n".join(lines)


def evaluate(cases: list[dict]) -> dict:
    """Scores of each part and language, and the share of messages without personal data that stay as they are."""
    rows = [judge(case) for case in cases]
    for row in rows:
        missed, extra = set(row["gold"]) - set(row["said"]), set(row["said"]) - set(row["gold"])
        if missed or extra:
            log(f"{row['id']}: missed {sorted(s.tag for s in missed)}, said {sorted(s.tag for s in extra)}")
    parts = {part: score([r for r in rows if r["part"] == part]) for part in PARTS}
    clean = [r for r in rows if not r["gold"]]
    return {"parts": parts, "below_target": {part: below_target(parts[part]) for part in PARTS},
            "languages": {lang: score([r for r in rows if r["language"] == lang])["ALL"] for lang in LANGUAGES},
            "untouched": rate(sum(not r["said"] for r in clean), len(clean))}


def measure() -> None:
    """Print the tables and write OUT."""
    cases = read_jsonl(CASES, required=("id", "text", "redacted", "language", "part"))
    messages = [row["input"] for name in ("train", "test") for row in read_jsonl(ROOT / "data" / f"{name}.jsonl")]
    pace = speed(messages + [case["text"] for case in cases])
    result = {"cases": {"file": str(CASES.relative_to(ROOT)), "sha256": sha256_file(CASES), "n": len(cases)},
              **evaluate(cases), "speed": pace, "versions": versions("presidio-analyzer", "phonenumbers", "regex"),
              "hardware": hardware(), "commit": git_commit()}
    contract.write_atomic(OUT, json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    for name, scores in [*result["parts"].items(), ("languages", result["languages"])]:
        print(table(f"{name}, %", scores) + "\n")
    clean = result["untouched"]
    print(f"left alone: {100 * clean['rate']:.1f} % of {clean['n']} messages without personal data")
    print(f"{pace['lines_per_s']} lines/s on one core")
    below = [f"{part}: {what}" for part in PARTS for what in result["below_target"][part]]
    print(f"below target: {'; '.join(below) or 'nothing'}")
