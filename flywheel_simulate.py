"""Does flywheel.py's picking beat drawing at random? A learning curve at equal labels, on generated rows with planted hard kinds.

    python flywheel.py simulate      # some minutes

The model is a stand-in that trains in milliseconds: logistic regression over character 3-grams that tells the intent and
nothing else. Its log-probability stands for the confidence, a naive Bayes over words for the guarded answer, and the draft
of normalize.py for normalized_text; so "no valid answer" and "normalize.py and the model differ" never speak here, and
intents are all that is measured. A second figure does without a stand-in: of the shipped model's kept predictions, how
many are wrong among those that would be picked, and among all.

Twice: from 50 labels, where the stand-in knows next to nothing, and from 1,000 labelled plain rows before those, as a model that is
in use has them, so that the hard kinds alone are new to it. Choices were made on seeds from 100 on, the 1,000 without any; what is
written is from seeds 0 to 9, each with rows and a start of its own.

Reads:  data_templates.py, data/families/*.txt; outputs/eval/tuned-{free,guarded}, data/*.jsonl, stress_suite.jsonl
Writes: outputs/flywheel.json, outputs/flywheel.png
"""
import json
import math
import os
import random
import re
import statistics
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import contract
import flywheel
from common import ROOT, git_commit, log, read_jsonl, versions, wilson

N_SEEDS = 10
POOL, TEST, HARD_TEST = 1000, 500, 300      # rows: to label from; to measure on, mixed as the pool; hard kinds alone
START, STEP, UP_TO = 50, 50, 500            # labels: the start is drawn at random for every strategy, the same rows
KNOWN = 1000                                # plain rows that the second simulation's model knows besides
RARE = ("loan_inquiry", "cancel_booking", "otp_issue")      # planted: intents that the pool hardly has
HARD = ("rare_intent", "devanagari", "dropped_vowels")      # planted kinds of message
HARD_SHARE = 0.04           # of the pool, each kind: 40 of 1,000 rows, 2 of the 50 to start with
STRATEGIES = {"random": "random", "flywheel": "flywheel.py's picking", "confidence": "least confident first, not spread"}
RIDGE, FIT_STEPS = 1e-4, 100    # of the regression: 1e-3 loses 3 points at 500 random labels, 1e-5 and 400 steps gain under 1
SMOOTHING = 0.1             # of the naive Bayes, added to every count
T_975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)    # Student's t by degrees of freedom, from 1
SHIPPED = ROOT / "outputs" / "eval"


# ---------------------------------------------------------------- generated rows

@lru_cache(maxsize=1)
def families() -> dict[str, list]:
    """Training's families by intent."""
    from data_families import load_families
    from data_templates import load_templates
    out: dict[str, list] = {intent: [] for intent in contract.INTENTS}
    for t in [t for t in load_templates() if t.split == "train" and not t.fixed] + load_families():
        out[t.intent].append(t._replace(split="more"))
    return out


def drop_vowels(text: str) -> str:
    """Roman letters as the hastiest type them: meeting kar do -> mtng kr do."""
    return re.sub(r"(?<=[b-df-hj-np-tv-z])[aeiou]+(?=[a-z])", "", text, flags=re.IGNORECASE)


def draw_row(kind: str, rng: random.Random) -> dict:
    """One generated message: {"input", "intent", "kind"}; kind is one of HARD, or plain."""
    from data_noise import is_deva
    from gen_data import build_group
    intent = rng.choice(RARE if kind == "rare_intent" else [i for i in contract.INTENTS if i not in RARE])
    fitting = [t for t in families()[intent] if kind != "devanagari" or is_deva(t.text)]
    row = build_group(rng.choice(fitting), "d" if kind == "devanagari" else "r", rng, "simulated")[0]
    typed = drop_vowels(row["input"]) if kind == "dropped_vowels" else row["input"]
    return {"input": contract.clean_input(typed), "intent": intent, "kind": kind}


def draw_rows(n: int, seed: str, hard_share: float, taken: set[str]) -> list[dict]:
    """n rows, hard_share of each hard kind, none with a message that is in taken already."""
    rows, i = [], 0
    while len(rows) < n:
        rng = random.Random(f"{seed}:{i}")
        place = int(rng.random() / hard_share) if hard_share else len(HARD)
        row = draw_row(HARD[place] if place < len(HARD) else "plain", rng)
        i += 1
        if row["input"].casefold() not in taken:
            taken.add(row["input"].casefold())
            rows.append(row)
    return rows


# ---------------------------------------------------------------- the stand-in model

@dataclass
class World:
    """Rows of one seed (pool, test, hard test, known ones in this order) with all that does not depend on what is labelled."""
    rows: list[dict]
    n_pool: int
    n_test: int
    n_known: int        # plain rows that are labelled before the first round, and counted in no curve
    intents: object     # (rows,) number of the intent
    kernel: object      # (rows, rows) likeness by character 3-grams
    has_word: object    # (rows, words) 0 or 1


def make_world(seed: int, n_pool: int, n_test: int, n_hard: int, n_known: int) -> World:
    import numpy as np
    taken: set[str] = set()
    rows = [*draw_rows(n_pool, f"pool:{seed}", HARD_SHARE, taken), *draw_rows(n_test, f"test:{seed}", HARD_SHARE, taken),
            *draw_rows(n_hard, f"hard:{seed}", 1 / len(HARD), taken), *draw_rows(n_known, f"known:{seed}", 0.0, taken)]
    points = flywheel.vectors([row["input"] for row in rows])
    places: dict[str, int] = {}
    for row in rows:
        for word in flywheel.words(row["input"]):
            places.setdefault(word, len(places))
    has_word = np.zeros((len(rows), len(places)), dtype=np.float32)
    for i, row in enumerate(rows):
        has_word[i, [places[word] for word in flywheel.words(row["input"])]] = 1
    intents = np.array([contract.INTENTS.index(row["intent"]) for row in rows])
    return World(rows, n_pool, n_test, n_known, intents, points @ points.T, has_word)


def logistic(world: World, labelled: list[int]):
    """Probabilities (rows, intents) of a multinomial logistic regression with ridge, fitted in its dual form: accelerated
    gradient (Nesterov 1983), the step from a bound on the curvature."""
    import numpy as np
    n, kernel = len(labelled), world.kernel[np.ix_(labelled, labelled)]
    target = np.eye(len(contract.INTENTS), dtype=np.float32)[world.intents[labelled]]
    step = 1 / (0.5 * kernel.sum(axis=1).max() / n + RIDGE)
    weights = ahead = np.zeros_like(target)
    momentum = 1.0
    for _ in range(FIT_STEPS):
        following = ahead - step * ((softmax(kernel @ ahead) - target) / n + RIDGE * ahead)
        grown = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        ahead, weights, momentum = following + (momentum - 1) / grown * (following - weights), following, grown
    return softmax(world.kernel[:, labelled] @ weights)


def softmax(scores):
    import numpy as np
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def second_opinion(world: World, labelled: list[int]):
    """Intent of every row by a naive Bayes over words."""
    import numpy as np
    counts = np.full((len(contract.INTENTS), world.has_word.shape[1]), SMOOTHING, dtype=np.float32)
    np.add.at(counts, world.intents[labelled], world.has_word[labelled])
    prior = np.bincount(world.intents[labelled], minlength=len(contract.INTENTS)) + SMOOTHING
    return (world.has_word @ np.log(counts / counts.sum(axis=1, keepdims=True)).T + np.log(prior)).argmax(axis=1)


# ---------------------------------------------------------------- curves

def log_rows(world: World, places: list[int], probabilities, others) -> list[dict]:
    """The stand-in's answers as a log that flywheel.score_rows reads."""
    def answer(i: int, intent: int) -> dict:
        return contract.out_of_scope(flywheel.draft(world.rows[i]["input"])) | {"intent": contract.INTENTS[intent]}
    return [{"id": str(i), "input": world.rows[i]["input"], "output": answer(i, probabilities[i].argmax()),
             "guarded": answer(i, others[i]), "mean_logprob": math.log(probabilities[i].max())} for i in places]


def choose(strategy: str, world: World, labelled: list[int], probabilities, step: int, rng: random.Random) -> list[int]:
    """The next rows to label."""
    known = set(labelled)
    places = [i for i in range(world.n_pool) if i not in known]
    if strategy == "random":
        return rng.sample(places, step)
    if strategy == "confidence":
        return sorted(places, key=lambda i: probabilities[i].max())[:step]
    rows = log_rows(world, places, probabilities, second_opinion(world, labelled))
    vocabulary = {word for i in labelled for word in flywheel.words(world.rows[i]["input"])}
    scores = [sum(said.values()) for said in flywheel.score_rows(rows, vocabulary)]
    return [places[i] for i in flywheel.spread(scores, [row["input"] for row in rows], step)]


def curve(strategy: str, world: World, seed: int, start: int, step: int, up_to: int) -> list[dict]:
    """Accuracies after each round: {"labels", "overall", "hard", one for each of HARD, "hard_labelled"}."""
    labelled = random.Random(f"start:{seed}").sample(range(world.n_pool), start)
    first_known = len(world.rows) - world.n_known
    known = list(range(first_known, len(world.rows)))
    rng, points = random.Random(f"{strategy}:{seed}"), []
    while True:
        probabilities = logistic(world, known + labelled)
        right = probabilities.argmax(axis=1) == world.intents
        hard = [(world.rows[i]["kind"], right[i]) for i in range(world.n_pool + world.n_test, first_known)]
        points.append({"labels": len(labelled), "overall": float(right[world.n_pool:world.n_pool + world.n_test].mean()),
                       "hard": mean([ok for _, ok in hard]), **{k: mean([ok for kind, ok in hard if kind == k]) for k in HARD},
                       "hard_labelled": mean([world.rows[i]["kind"] != "plain" for i in labelled])})
        if len(labelled) >= up_to:
            return points
        labelled = labelled + choose(strategy, world, known + labelled, probabilities, step, rng)


def mean(values: list) -> float | None:
    return float(sum(values)) / len(values) if values else None


def interval(values: list[float]) -> dict:
    """Mean over the seeds with Student's 95 % interval; no interval for one seed."""
    middle = statistics.fmean(values)
    if len(values) < 2:
        return {"value": middle, "low": None, "high": None}
    half = T_975[len(values) - 2] * statistics.stdev(values) / math.sqrt(len(values))
    return {"value": middle, "low": middle - half, "high": middle + half}


def summarize(curves: dict[str, list[list[dict]]]) -> dict:
    """Curves with intervals; for each strategy its difference from random, paired by seed, with who is ahead; and after how
    many labels its mean is first as good as random's last (None: never)."""
    keys = ("overall", "hard", *HARD, "hard_labelled")
    rounds = range(len(curves["random"][0]))
    out: dict = {"curves": {}, "against_random": {}, "labels_to_random_end": {}}
    for name, runs in curves.items():
        out["curves"][name] = [{"labels": runs[0][k]["labels"], **{key: interval([run[k][key] for run in runs]) for key in keys}}
                               for k in rounds]
        if name != "random":
            out["against_random"][name] = [
                {"labels": runs[0][k]["labels"], **{key: ahead(interval(
                    [a[k][key] - b[k][key] for a, b in zip(runs, curves["random"])]), name) for key in ("overall", "hard")}}
                for k in rounds[1:]]
    end = out["curves"]["random"][-1]["overall"]["value"]
    for name, points in out["curves"].items():
        out["labels_to_random_end"][name] = next((p["labels"] for p in points if p["overall"]["value"] >= end), None)
    return out


def ahead(difference: dict, name: str) -> dict:
    """The difference and whom it favours: neither where its interval holds 0, or where there is none."""
    low, high = difference["low"], difference["high"]
    winner = "neither" if low is None or low <= 0 <= high else name if low > 0 else "random"
    return difference | {"ahead": winner}


# ---------------------------------------------------------------- the shipped model

def shipped_model(n: int) -> dict | None:
    """Of the kept predictions on test split and stress suite: how many are wrong among the n picked, the n least confident,
    and all."""
    from scoring import score_case
    path, guarded = (SHIPPED / f"tuned-{decoding}" / "predictions.jsonl" for decoding in ("free", "guarded"))
    if not (path.exists() and guarded.exists()):
        return None
    cases = {row["id"]: row for name in ("data/test.jsonl", "stress_suite.jsonl") for row in read_jsonl(ROOT / name)}
    raw = {row["id"]: row for row in read_jsonl(path)}
    rows, _ = flywheel.read_log(path)
    flywheel.add_guarded(rows, guarded)
    rows = [row for row in rows if row["id"] in cases]
    scores = [sum(said.values()) for said in flywheel.score_rows(rows, flywheel.known_words())]
    facts = [score_case(cases[row["id"]], raw[row["id"]]) for row in rows]

    def wrong(places: list[int]) -> dict:
        out = {}
        for key in ("intent_ok", "exact"):
            hits = sum(not facts[i][key] for i in places)
            low, high = wilson(hits, len(places)) or (None, None)
            out[key.replace("_ok", "") + "_wrong"] = {"value": hits / len(places), "n": len(places), "low": low, "high": high}
        return out
    taken = flywheel.spread(scores, [row["input"] for row in rows], n)
    unsure = sorted((i for i in range(len(rows)) if rows[i]["mean_logprob"] is not None), key=lambda i: rows[i]["mean_logprob"])
    return {"flywheel": wrong(taken), "confidence": wrong(unsure[:n]), "all": wrong(list(range(len(rows))))}


# ---------------------------------------------------------------- output

def draw_figure(result: dict, path: Path) -> None:
    """A row of plots a start: from nothing, and as a model in use."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    starts = [r for r in (result, result.get("in_use")) if r]
    figure, grid = plt.subplots(len(starts), 2, figsize=(10, 4 * len(starts)), layout="constrained", squeeze=False)
    for axes, one in zip(grid, starts):
        for ax, key, title in zip(axes, ("overall", "hard"), ("rows mixed as the pool", "planted hard kinds alone")):
            draw_curves(ax, one["curves"], key)
            ax.set(title=f"intent accuracy of the stand-in, {title}", xlabel=f"labelled rows, {one['settings']['known_before']} known before")
            ax.title.set_fontsize(10)
            ax.grid(alpha=0.3)
    grid[0][0].legend(fontsize=8, loc="lower right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def draw_curves(ax, curves: dict, key: str) -> None:
    for name, points in curves.items():
        labels = [p["labels"] for p in points]
        line, = ax.plot(labels, [p[key]["value"] for p in points], marker="o", markersize=3, label=STRATEGIES[name])
        if points[0][key]["low"] is not None:
            ax.fill_between(labels, [p[key]["low"] for p in points], [p[key]["high"] for p in points],
                            color=line.get_color(), alpha=0.18, linewidth=0)


def describe(result: dict) -> str:
    """The verdict round by round, as printed."""
    def points(d: dict) -> str:
        ends = "" if d["low"] is None else f" [{100 * d['low']:+.1f}, {100 * d['high']:+.1f}]"
        return f"{100 * d['value']:+.1f}{ends} ({d['ahead']})"
    lines = []
    for one in (r for r in (result, result.get("in_use")) if r):
        lines += [f"{STRATEGIES[name]}, minus random, points of intent accuracy, {one['settings']['known_before']} rows known before:\n" + "\n".join(
            f"  {r['labels']} labels: overall {points(r['overall'])}, hard kinds {points(r['hard'])}" for r in rounds)
            for name, rounds in one["against_random"].items()]
        lines.append("labels to random's last accuracy: " + ", ".join(f"{k} {v}" for k, v in one["labels_to_random_end"].items()))
    if shipped := result["shipped_model"]:
        lines.append("the shipped model's predictions, wrong: " + "; ".join(
            f"{part} " + ", ".join(f"{key.removesuffix('_wrong')} {100 * r['value']:.0f} % of {r['n']}"
                                   for key, r in rates.items()) for part, rates in shipped.items()))
    return "\n".join(lines)


def run(n_seeds: int, n_pool: int, n_test: int, n_hard: int, start: int, step: int, up_to: int, n_known: int = 0) -> dict:
    """Curves of every strategy over seeds, with settings."""
    curves: dict[str, list[list[dict]]] = {name: [] for name in STRATEGIES}
    for seed in range(n_seeds):
        log(f"flywheel.py: {n_known} rows known before, seed {seed + 1} of {n_seeds}")
        world = make_world(seed, n_pool, n_test, n_hard, n_known)
        for name in STRATEGIES:
            curves[name].append(curve(name, world, seed, start, step, up_to))
    return {"model": "a stand-in: logistic regression over character 3-grams, intent alone; no language model was trained",
            "settings": {"seeds": n_seeds, "pool": n_pool, "test": n_test, "hard_test": n_hard, "start": start, "step": step,
                         "up_to": up_to, "known_before": n_known, "hard_kinds": list(HARD), "hard_share_each": HARD_SHARE,
                         "rare_intents": list(RARE), "families": sum(map(len, families().values()))},
            "strategies": STRATEGIES, **summarize(curves)}


def simulate(folder: Path) -> None:
    """Write flywheel.json and flywheel.png to a folder and print the verdict."""
    # numpy is loaded below; on a busy machine its threads wait for each other, 30 times as long as one takes alone.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    result = run(N_SEEDS, POOL, TEST, HARD_TEST, START, STEP, UP_TO)
    result |= {"in_use": run(N_SEEDS, POOL, TEST, HARD_TEST, START, STEP, UP_TO, KNOWN), "shipped_model": shipped_model(flywheel.N_TASKS), "commit": git_commit(), "versions": versions("numpy")}
    contract.write_atomic(folder / "flywheel.json", json.dumps(result, indent=1) + "\n")
    draw_figure(result, folder / "flywheel.png")
    print(describe(result))
