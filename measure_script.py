"""Measure the script tools: every figure of their table, printed and kept in one file.

    python measure_script.py --lid lid.tsv --dakshina hi_dev.tsv --golds stress_suite.jsonl --messages top_train.tsv

Reads:  the files given (a part is measured only if its file is given), tests/homographs.jsonl, tests/roman_forms.tsv,
        tests/chat_forms.tsv, tests/english_in_devanagari.tsv
Writes: outputs/script_rules.json (the parts measured replace those of an earlier run)
"""
import argparse
import json
import random
import time
from collections import defaultdict
from difflib import SequenceMatcher
from pathlib import Path

import contract
import joins
import lexicon
import lid
import normalize
import script_rules
import tokens as tk
from common import git_commit, hardware, versions, wilson

ROOT = Path(__file__).resolve().parent
OUT = ROOT / "outputs" / "script_rules.json"
LID_SEED = 20            # decides which fifth is kept apart
PLANT_SEED = 7
PLANTS_PER_TEXT = 6      # planted one at a time; more would weigh long texts too much
SPEED_MESSAGES = 3000
BARS = {"lid_f1": 0.92, "homographs": 0.92, "words_top1": 0.50, "words_top5": 0.78, "in_lexicon_top1": 0.75,
        "in_lexicon_top5": 0.95, "draft_hindi": 0.95, "draft_english": 0.98, "checker_recall": 0.95,
        "false_alarms": 0.01, "checked_per_s": 2000, "drafted_per_s": 1000}


def rate(hits: int, n: int) -> dict:
    """A rate with its n and interval."""
    return {"rate": round(hits / n, 4) if n else None, "n": n,
            "ci95": [round(x, 4) for x in wilson(hits, n)] if n else None}


def read_jsonl(path: str | Path) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def read_golds(path: str | Path) -> list[dict]:
    """{"id", "input", "gold"} rows from lines that hold normalized_text on top or inside "output"."""
    rows = []
    for r in read_jsonl(path):
        gold = r["output"]["normalized_text"] if "output" in r else r["normalized_text"]
        rows.append({"id": r.get("id"), "input": r["input"], "gold": gold})
    return rows


def read_lid(path: str) -> list[tuple[list[str], list[str]]]:
    """(tokens, labels) rows of a two-column file."""
    rows = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        words, labels = line.split("\t")
        rows.append((words.split(" "), labels.split(" ")))
    return rows


def lid_split(n: int, kept_apart: bool) -> list[int]:
    """Row numbers of the seeded fifth, or of the other four."""
    order = list(range(n))
    random.Random(LID_SEED).shuffle(order)
    fifth = n // 5
    return sorted(order[:fifth] if kept_apart else order[fifth:])


def predict_words(words: list[str]) -> list[str]:
    """One language per white-space word: that of its longest piece."""
    text = " ".join(words)
    items = script_rules.label(text)
    starts, at = [], 0
    for w in words:
        starts.append(at)
        at += len(w) + 1
    out, j = [], 0
    for start, w in zip(starts, words):
        best = None
        while j < len(items) and items[j].start < start + len(w):
            if best is None or len(items[j].text) > len(best.text):
                best = items[j]
            j += 1
        out.append(best.lang if best else "other")
    return out


def f1(pairs: list[tuple[str, str]], lang: str) -> dict:
    """Precision, recall and F1 of one language over (gold, predicted) pairs."""
    hit = sum(g == lang == p for g, p in pairs)
    said, true = sum(p == lang for _, p in pairs), sum(g == lang for g, _ in pairs)
    if not hit:
        return {"precision": None, "recall": None, "f1": None, "n": true}
    precision, recall = hit / said, hit / true
    return {"precision": round(precision, 4), "recall": round(recall, 4),
            "f1": round(2 * precision * recall / (precision + recall), 4), "n": true}


def lid_pairs(rows: list) -> list[tuple[str, str, str]]:
    """(word, gold, predicted) for alphabetic words labelled hi or en."""
    out = []
    for words, labels in rows:
        for w, gold, said in zip(words, labels, predict_words(words)):
            if gold in ("hi", "en") and w.isalpha():
                out.append((w, gold, said))
    return out


def measure_lid(path: str) -> dict:
    """F1 of hi and en on the seeded fifth and on the other four."""
    rows = read_lid(path)
    out = {}
    for name, apart in (("four_fifths", False), ("seeded_fifth", True)):
        pairs = [(g, p) for _, g, p in lid_pairs([rows[i] for i in lid_split(len(rows), apart)])]
        # The file has no label for names; it calls most of them English. Both readings are given.
        as_english = [(g, "en" if p == "name" else p) for g, p in pairs]
        out[name] = {"hi": f1(pairs, "hi"), "en": f1(pairs, "en"), "en_with_names": f1(as_english, "en")}
    return out


def measure_homographs(path: Path) -> dict:
    """Share of marked homographs with the right language, in all and per word."""
    hits, per_word = [], defaultdict(list)
    for r in read_jsonl(path):
        item = next(i for i in script_rules.label(r["input"]) if i.start == r["start"])
        right = (item.lang == "hi") == (r["lang"] == "hi")
        hits.append(right)
        per_word[r["word"]].append(right)
    return {**rate(sum(hits), len(hits)), "right_of_ten": {w: sum(v) for w, v in per_word.items()}}


def fold(word: str) -> str:
    """Without nukta and with chandrabindu as anusvara: scoring does not punish either."""
    return tk.nfc(word).replace("\u093c", "").replace("ँ", "ं")


def aligned(gold: list[tk.Token], said: list[tk.Token]) -> set[int]:
    """Numbers of the gold tokens that the other text has too, in the same order (folded)."""
    a, b = [fold(t.text) for t in gold], [fold(t.text) for t in said]
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return {i for m in blocks for i in range(m.a, m.a + m.size)}


def edit_distance(a: str, b: str) -> int:
    """Levenshtein distance in code points."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def measure_draft(rows: list[dict]) -> dict:
    """Hindi tokens right, English and names kept, and CER of the draft against golds, tokens aligned in order."""
    hindi = [0, 0]
    latin = [0, 0]
    edits = chars = exact = 0
    for r in rows:
        said, gold = normalize.draft(r["input"]), contract.clean_input(r["gold"])
        gold_tokens = tk.tokenize(gold)
        ok = aligned(gold_tokens, tk.tokenize(said))
        for i, token in enumerate(gold_tokens):
            tally = {"deva": hindi, "latin": latin}.get(token.kind)
            if tally:
                tally[0] += i in ok
                tally[1] += 1
        edits += edit_distance(fold(said), fold(gold))
        chars += len(fold(gold))
        exact += fold(said) == fold(gold)
    return {"hindi_right": rate(*hindi), "english_kept": rate(*latin), "cer": round(edits / chars, 4),
            "exact_texts": rate(exact, len(rows))}


def roman_forms(dakshina: str | None) -> dict[str, list[str]]:
    """Folded Devanagari word -> Roman spellings that the romanizer did not make."""
    forms: dict[str, list[str]] = defaultdict(list)
    paths = [ROOT / "tests" / "roman_forms.tsv", ROOT / "tests" / "chat_forms.tsv"] + ([Path(dakshina)] if dakshina else [])
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                roman, native = line.split("\t")[:2]
                forms[fold(native)].append(roman)
    return forms


def devanagari_forms() -> dict[str, list[str]]:
    """English word in lower case -> how people write it in Devanagari, typed by hand."""
    forms: dict[str, list[str]] = defaultdict(list)
    for line in (ROOT / "tests" / "english_in_devanagari.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            english, native = line.split("\t")
            forms[english.lower()].append(native)
    return forms


def planted(text: str, rng: random.Random, kind: str, forms: dict[str, list[str]]) -> list[tuple[str, int]]:
    """(text with one token put in the wrong script, where it starts) for some tokens of text."""
    wanted = "deva" if kind == "roman_hindi" else "latin"
    spots = [(t, forms[key]) for t in tk.tokenize(text) if t.kind == wanted
             for key in [fold(t.text) if wanted == "deva" else t.text.lower()] if key in forms]
    rng.shuffle(spots)
    out = []
    for token, choices in spots[:PLANTS_PER_TEXT]:
        form = rng.choice(choices)
        out.append((text[:token.start] + form + text[token.end:], token.start))
    return out


def measure_checker(rows: list[dict], dakshina: str | None) -> dict:
    """False alarms on gold tokens, and recall of one planted violation at a time, without and with the input."""
    words = alarms = 0
    alarm_list = []
    for r in rows:
        for item in script_rules.label(r["gold"]):
            if item.lang in ("hi", "en", "name"):
                words += 1
                if item.violation:
                    alarms += 1
                    alarm_list.append(item.text)
    out = {"false_alarms": {**rate(alarms, words), "words": alarm_list}}
    for kind, forms in (("roman_hindi", roman_forms(dakshina)), ("devanagari_english", devanagari_forms())):
        hits, missed = [], []
        for i, r in enumerate(rows):
            for text, start in planted(r["gold"], random.Random(f"{PLANT_SEED}:{kind}:{i}"), kind, forms):
                item = next(t for t in script_rules.label(text) if t.start == start)
                hits.append(item.violation == kind)
                if not hits[-1]:
                    missed.append(item.text)
        out[kind] = {"recall": rate(sum(hits), len(hits)), "missed": missed}
    return out


def read_messages(path: str) -> list[str]:
    """Messages of a tab-separated file with a cs_query column."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    column = lines[0].split("\t").index("cs_query")
    return [line.split("\t")[column] for line in lines[1:]]


def forget_words() -> None:
    """Drop everything remembered about single words, as in a new process."""
    for cached in (lid.latin_states, lid.deva_states, lid.loan_chance, lid.standard_form, joins.joined, lexicon.load):
        cached.cache_clear()
    lexicon.load()


def measure_speed(messages: list[str]) -> dict:
    """Messages per second of processor time: first with every word new to the process, then again with words known."""
    started = time.process_time()
    lexicon.load()
    normalize.draft("kal aana")     # the tables of the context model too
    out: dict = {"load_s": round(time.process_time() - started, 2), "n": len(messages),
                 "mean_chars": round(sum(map(len, messages)) / len(messages), 1)}
    for name, run in (("drafted", normalize.draft), ("checked", script_rules.check)):
        forget_words()
        for turn in ("first", "again"):
            started = time.process_time()
            for message in messages:
                run(message)
            out[f"{name}_per_s_{turn}"] = round(len(messages) / (time.process_time() - started))
    return out


def scheme_top1(pairs: dict[str, set[str]]) -> float | None:
    """Share of words that a fixed letter scheme (ITRANS, by indic-transliteration) gets right: what the readings add."""
    from indic_transliteration import sanscript
    right = [tk.nfc(sanscript.transliterate(roman, sanscript.ITRANS, sanscript.DEVANAGARI)).removesuffix("\u094d") in attested
             for roman, attested in pairs.items()]
    return round(sum(right) / len(right), 4) if right else None


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the script tools.", allow_abbrev=False)
    parser.add_argument("--lid", help="tokens and labels, tab-separated")
    parser.add_argument("--dakshina", help="roman, native, count, tab-separated")
    parser.add_argument("--no-words", action="store_true", help="skip word transliteration, the slowest part")
    parser.add_argument("--golds", help="JSONL with input and normalized_text, on top or in output")
    parser.add_argument("--messages", help="tab-separated with a cs_query column, for speed")
    args = parser.parse_args()
    result = {}
    if args.messages:   # first, while no word is known to the process
        result["speed"] = measure_speed(read_messages(args.messages)[:SPEED_MESSAGES])
    homographs = ROOT / "tests" / "homographs.jsonl"
    result["homographs"] = measure_homographs(homographs)
    own = read_golds(homographs)
    result["draft_homograph_sentences"] = measure_draft(own)
    result["checker_homograph_sentences"] = measure_checker(own, args.dakshina)
    if args.golds:
        rows = read_golds(args.golds)
        result["draft"] = measure_draft(rows)
        result["checker"] = measure_checker(rows, args.dakshina)
    if args.dakshina and not args.no_words:
        pairs = lexicon.read_pairs(args.dakshina)
        result["words"] = {**lexicon.measure(pairs, lexicon.load()), "itrans_top1": scheme_top1(pairs)}
    if args.lid:
        result["lid"] = measure_lid(args.lid)
    kept = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    # What was missed is for the screen: some of it are spellings of the file given, which is not copied.
    shown = json.dumps(result, ensure_ascii=False, indent=1)
    for part in (result.get("checker"), result.get("checker_homograph_sentences")):
        for node in (part or {}).values():
            node.pop("missed", None)
    kept.update(result, bars=BARS, signature={"commit": git_commit(), "hardware": hardware(),
                                              "versions": versions("wordfreq", "regex"), "lid_seed": LID_SEED})
    contract.write_atomic(OUT, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    print(shown)


if __name__ == "__main__":
    main()
