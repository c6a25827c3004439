"""From a log to training rows: pick the messages worth a label, write them for Label Studio, read the labels back.

    python flywheel.py pick log.jsonl --n 50 --out tasks.json
    python flywheel.py read export.json --out rows.jsonl      # then: python train.py --data data/train.jsonl rows.jsonl
    python flywheel.py simulate                               # does picking beat drawing at random? (flywheel_simulate.py)

A log has a JSON object a line, as eval.py writes predictions: "id", "input", "output" (null where no answer was valid) and,
where known, "mean_logprob" and "guarded", the object of guarded decoding; --guarded takes those from a second log by
id. An answer of serve.py will do once its caller puts the message beside it as "input": "request_id" is then the id and
"checks" holds the confidence. Texts go through redact.py before anything else; a row that changed is counted, and the
tags ([NAME]) stay in the rows. A line that cannot be used is counted with its reason.

In Label Studio: a project with data/label_studio.xml as its labelling page, import tasks.json, export as JSON.

Reads:  the logs or the export; data/{train,train_more,val,test}.jsonl, stress_suite.jsonl, what redact.py and normalize.py read
Writes: what --out says; outputs/flywheel.json and outputs/flywheel.png with simulate
"""
import argparse
import json
import math
import zlib
from collections import Counter
from functools import lru_cache
from pathlib import Path

import regex

import contract
from common import ROOT, Problem, log, read_jsonl, run_main

N_TASKS = 50              # an hour or two of one annotator
MAX_LINE_BYTES = 1 << 20  # of a log; the longest message with its longest answers, all of it escaped, takes a tenth of that
LOW_CONFIDENCE = 0.8      # named as a reason for the least confident fifth; the score takes the whole order
CANDIDATES_PER_TASK = 10  # best-scored rows a task that spreading chooses from: enough to be choosy, small enough for memory
DIMENSIONS = 2048         # of the hashed n-grams: a message has about 60, so few of two messages share a place by chance
GRAM = 3                  # characters; spellings of one Hindi word (nahi, nahin, nhi) still share some
REPORT_EVERY = 1000       # rows, some five seconds
TRAINING = ("data/train.jsonl", "data/train_more.jsonl")                  # whose words are not new, those that are there
HELD_OUT = ("data/val.jsonl", "data/test.jsonl", "stress_suite.jsonl")    # what comes close to them is never trained on
REASONS = {"no_valid_answer": "no valid answer", "guarded_differs": "free and guarded answers differ",
           "draft_differs": "normalize.py and the model differ", "violations": "the checker objects",
           "low_confidence": "low confidence", "new_words": "new words"}


# ---------------------------------------------------------------- the log

def read_log(path: Path) -> tuple[list[dict], Counter]:
    """Usable rows {"id", "input", "output", "guarded"?, "mean_logprob"}, and reasons for the lines left out.

    Raises Problem for a file that cannot be read or has no usable row.
    """
    rows, refused, seen = [], Counter(), set()
    try:
        with open(path, "rb") as handle:
            for line in handle:
                if line.strip():
                    row, reason = log_row(line)
                    if row and row["id"] in seen:
                        row, reason = None, "its id stands further up"
                    if row:
                        seen.add(row["id"])
                        rows.append(row)
                    else:
                        refused[reason] += 1
    except OSError as err:
        raise Problem(f"{path}: {err.strerror}") from None
    if not rows:
        why = ", ".join(f"{n} because {reason}" for reason, n in refused.most_common(3))
        raise Problem(f"{path}: no usable row" + (f" ({why})" if why else ", the file is empty"))
    return rows, refused


def log_row(line: bytes) -> tuple[dict | None, str | None]:
    """(row, None) of a log's line, or (None, why not)."""
    if len(line) > MAX_LINE_BYTES:
        return None, "the line is too long"
    try:
        row = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None, "the line is not JSON"
    if not isinstance(row, dict):
        return None, "the line is no JSON object"
    name = row.get("id", row.get("request_id"))
    name = contract.clean_input(str(name)) if type(name) in (str, int) else ""
    if not name or not isinstance(row.get("input"), str) or "output" not in row:
        return None, "id, input or output is missing"
    text = contract.clean_input(row["input"])
    if len(text) > contract.MAX_INPUT_CHARS:
        return None, "the message is too long"
    if not any(c.isalnum() for c in text):
        return None, "the message holds nothing to label"
    kept = {"id": name, "input": text, "output": valid(row["output"]), "mean_logprob": confidence(row)}
    return kept | ({"guarded": valid(row["guarded"])} if "guarded" in row else {}), None


def confidence(row: dict) -> float | None:
    """Mean log-probability of a row's answer; None where the log has none, or no number."""
    value = row.get("mean_logprob")
    if value is None and isinstance(row.get("checks"), dict):
        p = row["checks"].get("confidence")
        value = math.log(p) if type(p) in (int, float) and 0 < p <= 1 else None
    return value if type(value) in (int, float) and math.isfinite(value) else None


def valid(obj) -> dict | None:
    """The object, its strings cleaned, where it keeps the schema; None otherwise."""
    if contract.schema_errors(obj):
        return None
    return obj | {"normalized_text": contract.clean_input(obj["normalized_text"]),
                  "slots": {k: contract.clean_input(v) for k, v in obj["slots"].items()}}


# ---------------------------------------------------------------- personal data

@lru_cache(maxsize=1)
def tag_pattern() -> regex.Pattern:
    """What redact.py leaves in place of personal data."""
    from redact import TAGS
    return regex.compile(rf"\[(?:{'|'.join(TAGS)})(?:_[0-9a-f]+)?\]")


def hide(texts: list[str]) -> list[str]:
    """The texts of one row redacted together: what is personal in one of them is taken out of all."""
    from redact import find, redact
    known = {text[s.start:s.end].casefold(): s.tag for text in texts for s in find(text)}
    if not known:
        return texts
    values = "|".join(regex.escape(v) for v in sorted(known, key=len, reverse=True))
    letter = r"[\p{L}\p{M}\p{N}]"
    pattern = regex.compile(rf"(?P<tag>{tag_pattern().pattern})|(?<!{letter})(?:{values})(?!{letter})", regex.IGNORECASE)

    def tagged(m: regex.Match) -> str:
        return m.group() if m["tag"] else f"[{known.get(m.group().casefold(), 'NAME')}]"
    return [redact(pattern.sub(tagged, text)) for text in texts]


def hide_row(row: dict) -> dict:
    """The row without personal data in any text."""
    objects = [key for key in ("output", "guarded") if row.get(key)]
    texts = [row["input"]]
    for key in objects:
        texts += [row[key]["normalized_text"], *row[key]["slots"].values()]
    hidden = iter(hide(texts))
    out = row | {"input": next(hidden)}
    for key in objects:
        out[key] = row[key] | {"normalized_text": next(hidden), "slots": {k: next(hidden) for k in row[key]["slots"]}}
    return out


# ---------------------------------------------------------------- what is worth a label

@lru_cache(maxsize=50_000)
def draft(text: str) -> str:
    import normalize
    return normalize.draft(text)


@lru_cache(maxsize=50_000)
def objections(typed: str, text: str) -> int:
    """Script violations of an answer's text, and what it lost or invented."""
    import script_rules
    verdict = script_rules.check(text, typed)
    return verdict["violations"] + len(verdict["lost"]) + len(verdict["invented"])


@lru_cache(maxsize=50_000)
def words(text: str) -> tuple[str, ...]:
    """Words of a message, lower case, tags of redact.py aside."""
    import tokens
    return tuple(t.text.casefold() for t in tokens.tokenize(tag_pattern().sub(" ", text)) if t.kind in ("latin", "deva"))


def signals(row: dict, vocabulary: set[str]) -> dict[str, float]:
    """Reasons to label a row, each from 0 to 1; low_confidence is added by score_rows, which sees the whole log."""
    from scoring import fold, same_record
    out, found = row["output"], words(row["input"])
    said = {"new_words": sum(w not in vocabulary for w in found) / max(1, len(found)), "no_valid_answer": float(out is None)}
    if "guarded" in row and (out or row["guarded"]):
        said["guarded_differs"] = float(out is None or not same_record(out, row["guarded"]))
    if out:
        said["draft_differs"] = float(fold(draft(row["input"])) != fold(out["normalized_text"]))
        said["violations"] = float(bool(objections(row["input"], out["normalized_text"]) or contract.span_errors(out)))
    return said


def score_rows(rows: list[dict], vocabulary: set[str]) -> list[dict[str, float]]:
    """Signals of every row, low_confidence being the share of the log's answers that are more confident."""
    out = [signals(row, vocabulary) for row in rows]
    rated = sorted((i for i, row in enumerate(rows) if row["mean_logprob"] is not None), key=lambda i: -rows[i]["mean_logprob"])
    for place, i in enumerate(rated):
        out[i]["low_confidence"] = place / max(1, len(rated) - 1)
    return out


def reasons(said: dict[str, float]) -> list[str]:
    """The signals that speak for a label, in words."""
    least = {"low_confidence": LOW_CONFIDENCE}
    return [text for name, text in REASONS.items() if said.get(name, 0) > least.get(name, 0)]


def vectors(texts: list[str]):
    """One row a text, unit length: counts of its character n-grams, hashed; shape (texts, DIMENSIONS)."""
    import numpy as np
    out = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for i, text in enumerate(texts):
        out[i] = np.bincount(grams(text), minlength=DIMENSIONS)
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)


@lru_cache(maxsize=50_000)
def grams(text: str) -> tuple[int, ...]:
    """Places of a text's n-grams; crc32 is the same in every process, hash is not."""
    folded = f" {' '.join(text.casefold().split())} "
    return tuple(zlib.crc32(folded[i:i + GRAM].encode()) % DIMENSIONS for i in range(max(1, len(folded) - GRAM + 1)))


def spread(scores: list[float], texts: list[str], n: int) -> list[int]:
    """At most n places, taken one by one: the highest score times the distance to the nearest one taken (greedy k-centre,
    Gonzalez 1985, weighted). A copy of a taken text has distance 0 and is never taken."""
    import numpy as np
    best = sorted(range(len(scores)), key=lambda i: -scores[i])[:CANDIDATES_PER_TASK * n]
    if not best:
        return []
    points, weight = vectors([texts[i] for i in best]), np.array([scores[i] for i in best])
    nearest, taken = np.ones(len(best)), []
    while len(taken) < n and (value := weight * nearest).max() > 1e-6:
        taken.append(int(value.argmax()))
        nearest = np.minimum(nearest, 1 - points @ points[taken[-1]])
    return [best[i] for i in taken]


# ---------------------------------------------------------------- stages

def known_words() -> set[str]:
    """Words of the messages that the model was trained on."""
    rows = [row for name in TRAINING if (ROOT / name).exists() for row in read_jsonl(ROOT / name, required=("id", "input"))]
    return {word for row in rows for word in words(contract.clean_input(row["input"]))}


@lru_cache(maxsize=1)
def held_out() -> list[tuple[str, frozenset, frozenset]]:
    """Id and n-grams of every row that must not be trained on."""
    from data_leakage import faces
    return [(row["id"], *faces(row)) for name in HELD_OUT for row in read_jsonl(ROOT / name, required=("id", "input"))]


def near_held_out(typed: str, text: str) -> str | None:
    """Id of a held-out row that a message or its text comes closer to than data_leakage.py's bound."""
    from data_leakage import BOUND, dice, grams
    a, b = grams(typed), grams(text)
    return next((name for name, x, y in held_out() if dice(a, x) > BOUND or dice(b, y) > BOUND), None)


def add_guarded(rows: list[dict], path: Path) -> None:
    """Put the answers of a second log beside the first's. Raises Problem where the two share no message."""
    answers = {(row["id"], row["input"]): row["output"] for row in read_log(path)[0]}
    found = [row for row in rows if (row["id"], row["input"]) in answers]
    if not found:
        raise Problem(f"{path} has none of the log's messages under the same ids")
    for row in found:
        row["guarded"] = answers[row["id"], row["input"]]


def prepare(rows: list[dict]) -> tuple[list[dict], Counter]:
    """The rows without personal data and without what is held out, and counts of both."""
    counts, kept = Counter(), []
    for i, row in enumerate(rows):
        if i and i % REPORT_EVERY == 0:
            log(f"flywheel.py: {i} of {len(rows)} rows read")
        hidden = hide_row(row)
        counts["changed"] += hidden != row
        if near_held_out(hidden["input"], draft(hidden["input"])):
            counts["held out"] += 1
        else:
            kept.append(hidden)
    return kept, counts


def pick(path: Path, guarded: Path | None, n: int, out: Path) -> None:
    """Write the tasks and print what was picked. Raises Problem where nothing is left to pick from."""
    from flywheel_labels import task
    rows, refused = read_log(path)
    if guarded:
        add_guarded(rows, guarded)
    rows, counts = prepare(rows)
    if not rows:
        raise Problem(f"{path}: every message is close to one of the held-out rows, labels of which must not reach training")
    said = score_rows(rows, known_words())
    taken = spread([sum(s.values()) for s in said], [row["input"] for row in rows], n)
    tasks = [task(rows[i], reasons(said[i])) for i in taken]
    contract.write_atomic(out, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    for reason, count in refused.most_common():
        print(f"left out, {reason}: {count}")
    print(f"left out, close to a held-out row: {counts['held out']}")
    print(f"redacted, still held personal data: {counts['changed']}")
    print(f"{out}: {len(tasks)} of {len(rows)} messages; " + ", ".join(
        f"{text} {sum(text in reasons(said[i]) for i in taken)}" for text in REASONS.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description="Pick messages worth a label, and read the labels back.", allow_abbrev=False)
    stages = parser.add_subparsers(dest="stage", required=True)
    picking = stages.add_parser("pick", help="a log in, Label Studio tasks out", allow_abbrev=False)
    picking.add_argument("log", type=Path)
    picking.add_argument("--guarded", type=Path, help="a second log: the guarded answers to the same messages")
    picking.add_argument("--n", type=int, default=N_TASKS, help="tasks, at most (default: %(default)s)")
    picking.add_argument("--out", type=Path, required=True, help="tasks to import, JSON")
    reading = stages.add_parser("read", help="a Label Studio export in, training rows out", allow_abbrev=False)
    reading.add_argument("export", type=Path)
    reading.add_argument("--out", type=Path, required=True, help="training rows, JSON lines")
    stages.add_parser("simulate", help="picking against drawing at random, on generated rows", allow_abbrev=False)
    args = parser.parse_args()
    if args.stage == "pick":
        if args.n < 1:
            raise Problem(f"--n {args.n}: at least 1")
        pick(args.log, args.guarded, args.n, args.out)
    elif args.stage == "read":
        from flywheel_labels import read
        read(args.export, args.out)
    else:
        from flywheel_simulate import simulate
        simulate(ROOT / "outputs")


if __name__ == "__main__":
    run_main(main)
