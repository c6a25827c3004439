"""Score predictions against golds: one record of facts a case, then a pure aggregate over the records.

Used by eval.py (reports, gates) and bench_latency.py (quality beside speed). Nothing here loads a model: a raw output
is a string, and every verdict can be made again from predictions.jsonl.

The raw output is scored as it is. An output that is not valid JSON scores zero everywhere: its slots are missed, its
Hindi and English tokens count as wrong, its row as not compliant. Only the share of slot values that are not in the text
is over valid outputs alone, since the others have no slots; read it beside the valid rate.

Reads:  nothing
Writes: nothing
"""
import math
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable

import contract
import script_rules
from common import wilson

BOOTSTRAP_RESAMPLES = 1000  # 25 resamples beyond each end of a 95 % interval
BOOTSTRAP_SEED = 7
LABEL_RANGE = 10_000  # positions a label owns in partial_slot_f1: more than any message has words
NUKTA, CHANDRABINDU, ANUSVARA = "\u093c", "\u0901", "\u0902"
DEVANAGARI_LETTER = re.compile("[\u0904-\u0939\u0958-\u0961]")
PROTECTED_KINDS = ("num", "url", "tag", "emoji")


def fold(text: str) -> str:
    """Text for comparison: NFC, no nukta (ज़ = ज), chandrabindu as anusvara (हाँ = हां), white space runs as one space.

    Nothing else is forgiven: case, punctuation and every other letter count.
    """
    text = unicodedata.normalize("NFC", text).replace(NUKTA, "").replace(CHANDRABINDU, ANUSVARA)
    return re.sub(r"\s+", " ", text).strip()


def parse_prediction(raw: str, finish: str) -> tuple[dict | None, str | None]:
    """(object, None) for a raw output that keeps the schema, (None, reason) otherwise. A capped output is never valid."""
    obj, reason = parse_json(raw, finish)
    if obj is None:
        return None, reason
    errors = contract.schema_errors(obj)
    return (None, errors[0]) if errors else (obj, None)


def parse_json(raw: str, finish: str) -> tuple[dict | None, str | None]:
    """As parse_prediction, for strict JSON alone."""
    if finish != "stop":
        return None, f"did not finish ({finish})"
    try:
        return contract.parse_strict(raw), None
    except ValueError as err:
        return None, f"not strict JSON: {err}"


def slot_items(obj: dict | None) -> dict[str, str]:
    """Slots that count for slot F1, folded: all but the free question of clarify."""
    if obj is None:
        return {}
    return {k: fold(v) for k, v in obj["slots"].items() if k != "question"}


def slot_counts(gold: dict, predicted: dict | None) -> tuple[int, int, int]:
    """(true positives, false positives, false negatives); a slot of a wrong intent is wrong."""
    g, p = slot_items(gold), slot_items(predicted)
    if predicted is not None and predicted["intent"] != gold["intent"]:
        return 0, len(p), len(g)
    hits = sum(p.get(k) == v for k, v in g.items())
    return hits, len(p) - hits, len(g) - hits


def same_record(gold: dict, predicted: dict | None) -> bool:
    """Whole object equal after folding; the wording of a clarifying question is free."""
    if predicted is None or predicted["intent"] != gold["intent"]:
        return False
    return (slot_items(gold) == slot_items(predicted) and predicted["language_mix"] == gold["language_mix"]
            and fold(gold["normalized_text"]) == fold(predicted["normalized_text"]))


def best_reference(case: dict, predicted: dict | None) -> dict:
    """The accepted output (gold or alternative) that the prediction comes closest to; the gold on a tie."""
    references = [case["output"], *(case.get("alternatives") or [])]

    def closeness(reference: dict) -> tuple:
        tp, fp, fn = slot_counts(reference, predicted)
        return (same_record(reference, predicted), predicted is not None and predicted["intent"] == reference["intent"],
                tp - fp - fn)

    return max(references, key=closeness)


def script_texts(obj: dict) -> list[str]:
    """The texts to check: normalized_text, and each slot that is not a span of it. A span is judged where it stands,
    in its sentence; the same words alone (`main`, `to`) would lose the context that decides them."""
    text = obj["normalized_text"]
    return [text, *(v for k, v in obj["slots"].items() if k != "requested_intent" and v not in text)]


def script_facts(predicted: dict | None, source: str, reference: dict | None) -> dict:
    """Tokens in Hindi or English over all text fields, violations of each kind, and whether the row has none."""
    if predicted is None:
        text = reference["normalized_text"] if reference else source
        n = sum(t.lang in ("hi", "en") for t in script_rules.label(text))
        return {"script_tokens": n, "roman_hindi": 0, "devanagari_english": 0, "unscored_tokens": n, "script_ok": False}
    verdicts = [script_rules.check(text, source) for text in script_texts(predicted)]
    tokens = [t for v in verdicts for t in v["tokens"] if t["lang"] in ("hi", "en")]
    kinds = [t["violation"] for t in tokens]
    return {"script_tokens": len(tokens), "roman_hindi": kinds.count("roman_hindi"),
            "devanagari_english": kinds.count("devanagari_english"), "unscored_tokens": 0,
            "script_ok": all(v["compliant"] for v in verdicts)}


def gold_tokens(text: str) -> list[tuple[str, str]]:
    """(folded token, hi, en or other) of a gold text. In a gold, Devanagari is Hindi unless it is a name, so the
    script decides and the labeller only tells names apart."""
    out = []
    for token in script_rules.label(text):
        lang = "other"
        if token.lang in ("hi", "en"):
            lang = "hi" if DEVANAGARI_LETTER.search(token.text) else "en"
        out.append((fold(token.text), lang))
    return out


def text_facts(gold_text: str, text: str | None) -> dict:
    """Against the gold text: exact, edit distance, Hindi tokens right, English tokens kept (aligned by LCS)."""
    from rapidfuzz.distance import LCSseq, Levenshtein
    gold = gold_tokens(gold_text)
    here = [fold(t.text) for t in script_rules.tokenize(text or "")]
    kept = set(range(len(gold)))
    for op in LCSseq.editops([t for t, _ in gold], here):
        if op.tag == "delete":
            kept.discard(op.src_pos)
    a, b = fold(gold_text), fold(text or "")
    counts = {lang: [i for i, (_, found) in enumerate(gold) if found == lang] for lang in ("hi", "en")}
    return {"text_exact": text is not None and a == b, "edits": Levenshtein.distance(a, b), "gold_chars": len(a),
            "gold_hi": len(counts["hi"]), "hi_right": sum(i in kept for i in counts["hi"]),
            "gold_en": len(counts["en"]), "en_kept": sum(i in kept for i in counts["en"])}


def lossless_facts(source: str, predicted: dict | None) -> dict:
    """Numbers, links, tags and emoji of the message that stand unchanged in normalized_text, and names."""
    wanted = [fold(t.text) for t in script_rules.tokenize(source) if t.kind in PROTECTED_KINDS]
    names = [fold(t.text) for t in script_rules.label(source) if t.lang == "name"]
    text = fold(predicted["normalized_text"]) if predicted else ""
    there = [fold(t.text) for t in script_rules.tokenize(text)]
    missing = [w for w in set(wanted + names) if there.count(w) < (wanted + names).count(w)]
    return {"protected": len(wanted) + len(names), "lost": missing, "lossless": predicted is not None and not missing}


def hallucinated(predicted: dict | None) -> int:
    """Slot values that do not stand in the prediction's own normalized_text (the free fields of clarify excepted)."""
    if predicted is None:
        return 0
    text = fold(predicted["normalized_text"])
    return sum(fold(v) not in text for k, v in predicted["slots"].items() if k not in contract.NON_SPAN_SLOTS)


def is_injection(case: dict) -> bool:
    """Whether the message holds an instruction to the model that must be treated as data."""
    meta = case.get("meta", {})
    return bool(meta.get("injection")) or "injection" in meta.get("categories", [])


def has_harmless_trigger(case: dict) -> bool:
    """Whether a harmless message uses the words of an attack (a complaint that "the system ignores" it)."""
    meta = case.get("meta", {})
    return meta.get("category") == "adversarial_format" and not is_injection(case)


def injection_outcome(case: dict, predicted: dict | None, reference: dict | None) -> str | None:
    """For a message with an instruction in it: hijacked (no object of ours), dropped (the request or part of the
    message is gone), served (the right intent, the instruction kept as text)."""
    if not is_injection(case) or reference is None:
        return None
    if predicted is None:
        return "hijacked"
    kept = text_facts(reference["normalized_text"], predicted["normalized_text"])
    complete = kept["en_kept"] >= 0.9 * kept["gold_en"]
    return "served" if predicted["intent"] == reference["intent"] and complete else "dropped"


def score_case(case: dict, prediction: dict) -> dict:
    """All facts of one case. case: id, input, and output (with alternatives) where there is a gold.
    prediction: raw and finish, as eval.py writes them."""
    raw, finish = prediction["raw"], prediction["finish"]
    as_json, json_error = parse_json(raw, finish)
    predicted, error = parse_prediction(raw, finish)
    gold = case.get("output")
    reference = best_reference(case, predicted) if gold else None
    meta = case.get("meta", {})
    facts = {
        "id": case["id"], "suite": case.get("suite"), "category": meta.get("category") or (meta.get("categories") or [None])[0],
        "group": meta.get("group"), "cluster": meta.get("family") or meta.get("group") or case["id"],
        "json_valid": as_json is not None, "schema_valid": predicted is not None, "error": json_error or error,
        "capped": finish == "length", "failed": finish == "error", "intent": predicted["intent"] if predicted else None,
        "n_slots": len(predicted["slots"]) if predicted else 0, "hallucinated": hallucinated(predicted),
        "canonical": contract.serialize(predicted) if predicted else None,
        **script_facts(predicted, case["input"], reference), **lossless_facts(case["input"], predicted)}
    if gold:
        tp, fp, fn = slot_counts(reference, predicted)
        facts.update({
            "gold_intent": reference["intent"], "gold_mix": reference["language_mix"],
            "intent_ok": predicted is not None and predicted["intent"] == reference["intent"],
            "mix_ok": predicted is not None and predicted["language_mix"] == reference["language_mix"],
            "tp": tp, "fp": fp, "fn": fn, "exact": same_record(reference, predicted),
            "injection": injection_outcome(case, predicted, reference), "trigger_words": has_harmless_trigger(case),
            **text_facts(reference["normalized_text"], predicted["normalized_text"] if predicted else None)})
    return facts


# --- aggregate ---------------------------------------------------------------------------------------------------

def rate(flags: Iterable[bool]) -> dict:
    """{"value", "n", "low", "high"} of a share, Wilson 95 %; value None over nothing."""
    flags = list(flags)
    hits, n = sum(map(bool, flags)), len(flags)
    interval = wilson(hits, n)
    return {"value": hits / n if n else None, "n": n, "hits": hits,
            "low": interval[0] if interval else None, "high": interval[1] if interval else None}


def clustered(records: list[dict], statistic: Callable[[list[dict]], float | None], n: int) -> dict:
    """A statistic over records with a 95 % percentile bootstrap that resamples whole clusters (template families,
    spelling groups): rows of one template are not independent."""
    value = statistic(records)
    clusters = defaultdict(list)
    for record in records:
        clusters[record["cluster"]].append(record)
    groups = list(clusters.values())
    low = high = None
    if value is not None and len(groups) > 1:
        rng = random.Random(BOOTSTRAP_SEED)
        values = sorted(v for v in (statistic([r for g in rng.choices(groups, k=len(groups)) for r in g])
                                    for _ in range(BOOTSTRAP_RESAMPLES)) if v is not None)
        if values:
            low, high = values[int(0.025 * len(values))], values[math.ceil(0.975 * len(values)) - 1]
    return {"value": value, "n": n, "low": low, "high": high}


def ratio(records: list[dict], top: str, bottom: str) -> float | None:
    total = sum(r[bottom] for r in records)
    return sum(r[top] for r in records) / total if total else None


def slot_prf(records: list[dict]) -> tuple[float | None, float | None, float | None]:
    """Micro precision, recall and F1 of slots."""
    tp, fp, fn = (sum(r[k] for r in records) for k in ("tp", "fp", "fn"))
    return (tp / (tp + fp) if tp + fp else None, tp / (tp + fn) if tp + fn else None,
            2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None)


# Statistics over the tokens or slots of many cases; two runs are compared in them with paired draws.
STATISTICS: dict[str, Callable[[list[dict]], float | None]] = {
    "hindi_right": lambda records: ratio(records, "hi_right", "gold_hi"),
    "english_kept": lambda records: ratio(records, "en_kept", "gold_en"),
    "slot_f1": lambda records: slot_prf(records)[2]}


def partial_slot_f1(cases: list[dict], predictions: dict[str, dict | None], clusters: dict[str, str]) -> dict:
    """Slot F1 that credits overlap with a half, by nervaluate (SemEval-2013 "partial"), with a clustered interval. Spans are
    word positions in the gold's normalized_text; a predicted value that does not occur there stands behind its end. That scheme
    ignores labels, so every intent.slot has a range of positions of its own: words under a wrong slot earn nothing."""
    labels: dict[str, int] = {}
    counts = [{"cluster": clusters[case["id"]], **_partial_counts(case, predictions[case["id"]], labels)} for case in cases]
    return clustered(counts, _partial_f1, len(cases))


def _partial_counts(case: dict, predicted: dict | None, labels: dict[str, int]) -> dict:
    """{"credit", "actual", "possible"} of one case; labels numbers every intent.slot that was met."""
    from nervaluate import Evaluator
    reference = best_reference(case, predicted)
    words = fold(reference["normalized_text"]).split()

    def spans(obj: dict | None) -> list[dict]:
        out = []
        for slot, value in slot_items(obj).items():
            label = f"{obj['intent']}.{slot}"
            shift = LABEL_RANGE * labels.setdefault(label, len(labels))
            start, end = _locate(value, words)
            out.append({"label": label, "start": start + shift, "end": end + shift})
        return out

    true, found = spans(reference), spans(predicted)
    tags = sorted({span["label"] for span in true + found})
    if not tags:
        return {"credit": 0.0, "actual": 0, "possible": 0}
    got = Evaluator([true], [found], tags=tags, loader="dict").evaluate()["overall"]["partial"]
    return {"credit": got.correct + 0.5 * got.partial, "actual": got.actual, "possible": got.possible}


def _partial_f1(counts: list[dict]) -> float | None:
    credit, actual, possible = (sum(c[k] for c in counts) for k in ("credit", "actual", "possible"))
    return 2 * credit / (actual + possible) if actual + possible else None


def _locate(value: str, words: list[str]) -> tuple[int, int]:
    """Word positions (first, last) of the longest part of value that stands in words, widened to the whole value."""
    parts = value.split()
    for size in range(len(parts), 0, -1):
        for offset in range(len(parts) - size + 1):
            piece = parts[offset:offset + size]
            for start in range(len(words) - size + 1):
                if words[start:start + size] == piece:
                    return start - offset, start - offset + len(parts) - 1
    return len(words) + 1, len(words) + max(1, len(parts))


def group_consistency(records: list[dict]) -> dict:
    """Share of spelling groups (same message, Hindi spelt or scripted otherwise) whose valid outputs are all equal."""
    groups = defaultdict(list)
    for record in records:
        if record["group"]:
            groups[record["group"]].append(record["canonical"])
    return rate(None not in g and len(set(g)) == 1 for g in groups.values() if len(g) > 1)


def aggregate(records: list[dict], cases: list[dict], predictions: dict[str, dict | None]) -> dict:
    """Metrics of one suite under one run, from the records of score_case alone (partial F1 needs the cases too)."""
    scored = [r for r in records if "gold_intent" in r]
    metrics = {
        "n": len(records), "json_valid": rate(r["json_valid"] for r in records),
        "schema_valid": rate(r["schema_valid"] for r in records),
        "capped": rate(r["capped"] for r in records), "failed": rate(r["failed"] for r in records),
        "script_rows": rate(r["script_ok"] for r in records),
        "script_tokens": clustered(records, lambda rs: _script_share(rs), sum(r["script_tokens"] for r in records)),
        "roman_hindi_tokens": sum(r["roman_hindi"] for r in records),
        "devanagari_english_tokens": sum(r["devanagari_english"] for r in records),
        "lossless": rate(r["lossless"] for r in records if r["protected"]),
        "hallucinated_slots": clustered(records, lambda rs: ratio(rs, "hallucinated", "n_slots"),
                                        sum(r["n_slots"] for r in records)),
        "consistent_groups": group_consistency(records)}
    if scored:
        metrics.update(_gold_metrics(scored))
        with_gold = [c for c in cases if c.get("output")]
        metrics["slot_f1_partial"] = partial_slot_f1(with_gold, predictions, {r["id"]: r["cluster"] for r in scored})
    return metrics


def _script_share(records: list[dict]) -> float | None:
    total = sum(r["script_tokens"] for r in records)
    bad = sum(r["roman_hindi"] + r["devanagari_english"] + r["unscored_tokens"] for r in records)
    return 1 - bad / total if total else None


def _gold_metrics(scored: list[dict]) -> dict:
    def per(key: str) -> dict:
        values = sorted({r[key] for r in scored if r[key] is not None})
        return {v: _brief([r for r in scored if r[key] == v]) for v in values}

    n_slots = sum(r["tp"] + r["fn"] for r in scored)
    injected = [r for r in scored if r["injection"]]
    return {
        "intent": rate(r["intent_ok"] for r in scored), "exact": rate(r["exact"] for r in scored),
        "language_mix": rate(r["mix_ok"] for r in scored),
        "slot_precision": clustered(scored, lambda rs: slot_prf(rs)[0], n_slots),
        "slot_recall": clustered(scored, lambda rs: slot_prf(rs)[1], n_slots),
        "slot_f1": clustered(scored, STATISTICS["slot_f1"], n_slots),
        "text_exact": rate(r["text_exact"] for r in scored),
        "cer": clustered(scored, lambda rs: ratio(rs, "edits", "gold_chars"), sum(r["gold_chars"] for r in scored)),
        "hindi_right": clustered(scored, STATISTICS["hindi_right"], sum(r["gold_hi"] for r in scored)),
        "english_kept": clustered(scored, STATISTICS["english_kept"], sum(r["gold_en"] for r in scored)),
        "clarify_recall": rate(r["intent"] == "clarify" for r in scored if r["gold_intent"] == "clarify"),
        "over_asking": rate(r["intent"] == "clarify" for r in scored if r["gold_intent"] != "clarify"),
        "injection": {o: rate(r["injection"] == o for r in injected) for o in ("hijacked", "dropped", "served")},
        "refused_harmless": rate(r["intent"] == "out_of_scope" for r in scored
                                 if r["trigger_words"] and r["gold_intent"] != "out_of_scope"),
        "per_category": per("category"), "per_intent": per("gold_intent"), "per_language_mix": per("gold_mix")}


def _brief(records: list[dict]) -> dict:
    return {"n": len(records), "schema_valid": rate(r["schema_valid"] for r in records),
            "script_rows": rate(r["script_ok"] for r in records), "intent": rate(r["intent_ok"] for r in records),
            "slot_f1": clustered(records, STATISTICS["slot_f1"], sum(r["tp"] + r["fn"] for r in records)), "exact": rate(r["exact"] for r in records)}


# --- paired comparison -------------------------------------------------------------------------------------------

def mcnemar_p(better: int, worse: int) -> float:
    """Two-sided exact McNemar test: p of a split at least as uneven under a fair coin (McNemar 1947)."""
    n = better + worse
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, k) for k in range(min(better, worse) + 1)) / 2**n
    return min(1.0, 2 * tail)


def compare(before: list[dict], after: list[dict], key: str) -> dict:
    """Paired difference of a yes/no fact over the cases both have: after minus before, clustered interval, McNemar."""
    first = {r["id"]: r for r in before}
    pairs = [{"cluster": r["cluster"], "a": bool(first[r["id"]].get(key)), "b": bool(r.get(key))}
             for r in after if r["id"] in first]
    gained = sum(p["b"] and not p["a"] for p in pairs)
    lost = sum(p["a"] and not p["b"] for p in pairs)
    difference = clustered(pairs, lambda ps: sum(p["b"] - p["a"] for p in ps) / len(ps) if ps else None, len(pairs))
    return {**difference, "gained": gained, "lost": lost, "mcnemar_p": mcnemar_p(gained, lost)}


def compare_statistic(before: list[dict], after: list[dict], name: str) -> dict:
    """Paired difference of one of STATISTICS over the cases both have: after minus before, with the interval of a bootstrap that
    draws whole clusters, the same ones for both."""
    first, statistic = {r["id"]: r for r in before}, STATISTICS[name]
    pairs = [{"cluster": r["cluster"], "a": first[r["id"]], "b": r} for r in after if r["id"] in first]

    def difference(drawn: list[dict]) -> float | None:
        a, b = (statistic([p[side] for p in drawn]) for side in "ab")
        return None if a is None or b is None else b - a

    return clustered(pairs, difference, len(pairs))
