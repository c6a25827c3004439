"""Run the shipped model on messages that nobody here wrote, without gold, and keep the aggregates alone.

    python measure_foreign.py --texts hinglish_top_validation.tsv        # 300 random messages -> outputs/foreign.json
    python measure_foreign.py --texts hinglish_top_validation.tsv --read # the 50 answers to read, one by one

The messages are other people's: they, their answers and the page of cases stay in outputs/foreign/, which git ignores.
What a reader found wrong is kept in data/foreign_reading.tsv, `row<TAB>digest of the answer<TAB>ok` or `kind, kind` for ok; the
judgement of an answer that is another by now is left out.

Reads:  a tab-separated file with a header, data/foreign_reading.tsv, what eval.py reads
Writes: outputs/foreign/ (not in git), outputs/foreign.json
"""
import argparse
import csv
import hashlib
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import contract
from common import ROOT, Problem, log, run_main, sha256_file

OUT, RESULT = ROOT / "outputs" / "foreign", ROOT / "outputs" / "foreign.json"
READING = ROOT / "data" / "foreign_reading.tsv"
SEED = 300
N_READ = 50
KINDS = {"intent": "another intent, or an action where nothing on the list is asked", "slot": "a slot value wrong, missing or not said",
         "hindi": "a Hindi word misspelt or misread", "script": "a word in the wrong script", "lost": "a word lost or invented",
         "mix": "language_mix", "json": "no valid object"}


def read_messages(path: Path, column: str) -> list[tuple[str, str]]:
    """(row number as id, message) of a tab-separated file with a header."""
    try:
        with open(path, encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as err:
        raise Problem(f"{path} cannot be read ({err})") from None
    if not rows or column not in rows[0]:
        raise Problem(f"{path} has no column {column!r}")
    return [(f"row-{i}", row[column].strip()) for i, row in enumerate(rows, 2) if row[column] and row[column].strip()]


def draw(messages: list[tuple[str, str]], n: int) -> list[dict]:
    """n cases without gold, distinct messages, drawn by seed."""
    distinct = {text: name for name, text in messages}
    if len(distinct) < n:
        raise Problem(f"only {len(distinct)} distinct messages for {n}")
    return [{"id": distinct[text], "input": text} for text in random.Random(SEED).sample(sorted(distinct), n)]


def to_read(predictions: list[dict]) -> list[dict]:
    """The answers a reader judges: a seeded part, in a stable order."""
    rows = sorted(predictions, key=lambda p: p["id"])
    return random.Random(SEED + 1).sample(rows, min(N_READ, len(rows)))


def answer_digest(raw: str) -> str:
    """What the file of judgements knows an answer by: it holds no word of it."""
    return hashlib.sha256(raw.encode()).hexdigest()[:12]


def reading(path: Path, answers: dict[str, str]) -> dict | None:
    """{"n", "right", "kinds"} from the file of judgements for the answers by row; an answer other than the one that was judged
    counts as not read. None where the file is missing or judges none of these answers. Raises Problem for an unknown kind."""
    if not path.exists():
        return None
    judged = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, digest, said = (line.split("\t") + ["", ""])[:3]
            judged[name] = digest, [kind.strip() for kind in said.split(",")]
            if unknown := set(judged[name][1]) - set(KINDS) - {"ok"}:
                raise Problem(f"{path}: {name} has unknown kinds {sorted(unknown)}")
    kinds = [judged[name][1] for name, raw in answers.items() if name in judged and judged[name][0] == answer_digest(raw)]
    if len(kinds) < len(answers):
        log(f"{path.name} judges {len(kinds)} of these {len(answers)} answers; the others are not the ones that were read")
    counts = Counter(kind for said in kinds for kind in said)
    return {"n": len(kinds), "right": counts.pop("ok", 0), "kinds": {KINDS[k]: counts[k] for k in KINDS if counts[k]}} if kinds else None


def summary(path: Path, column: str, metrics: dict, judged: dict | None) -> dict:
    """outputs/foreign.json: aggregates of the one run, nothing of the messages."""
    run = next(iter(metrics["runs"].values()))
    n = next(iter(run["suites"].values()))["n"]
    return {"what": f"{n} messages drawn by seed from column {column} of {path.name} (another group's data; they have no gold here and "
                    "are not part of this repo), free decoding.",
            "source_sha256": sha256_file(path), "seed": SEED, "suites": run["suites"], "signature": run["signature"],
            "reading": judged}


def main() -> None:
    parser = argparse.ArgumentParser(description="Evaluate on other people's messages.", allow_abbrev=False)
    parser.add_argument("--texts", type=Path, required=True, help="tab-separated file with a header")
    parser.add_argument("--column", default="cs_query")
    parser.add_argument("--n", type=int, default=300)
    parser.add_argument("--model", help="as in eval.py (default: the shipped one)")
    parser.add_argument("--read", action="store_true", help="print the answers to judge")
    args = parser.parse_args()
    suite, out = OUT / f"{args.texts.stem}.jsonl", OUT / "run"
    cases = draw(read_messages(args.texts, args.column), args.n)
    contract.write_atomic(suite, "".join(json.dumps(c, ensure_ascii=False) + "\n" for c in cases))
    command = [sys.executable, "eval.py", "--suite", str(suite), "--out", str(out)] + (["--model", args.model] if args.model else [])
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise Problem("eval.py failed; type the same command again to go on")
    metrics = json.loads((out / "metrics.json").read_text())
    predictions = [json.loads(line) for line in (out / "predictions.jsonl").read_text().splitlines()]
    chosen = to_read(predictions)
    if args.read:
        for p in chosen:
            print(f"{p['id']}\t{answer_digest(p['raw'])}\t{p['input']}\n\t{p['raw']}")
    found = summary(args.texts, args.column, metrics, reading(READING, {p["id"]: p["raw"] for p in chosen}))
    contract.write_atomic(RESULT, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    print(RESULT.relative_to(ROOT))


if __name__ == "__main__":
    run_main(main)
