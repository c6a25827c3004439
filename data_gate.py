"""The gold gate: what every row must pass before it is written.

    from data_gate import gate, gate_errors

Reads:  contract.py, data_noise.py, data_words.py, script_rules.py
Writes: nothing

Of the row's meta only the names are used; everything else is derived again from input and output.
"""
import re
from collections import Counter
from functools import lru_cache

import contract
import data_noise as noise
from data_noise import TOKEN, UNITS, is_deva, is_latin_word
from data_words import ENGLISH_DEVA, HOMOGRAPHS_READ, PHRASES, REVIEWED_ENGLISH, ROMAN

_TYPED = {f for forms in ROMAN.values() for f in forms} | {t for forms in PHRASES.values() for f in forms
                                                           for t in f.split()} | {"de"}
# Devanagari spelling -> the English word as a gold writes it
ENGLISH_LATIN = {deva: latin for latin, deva in ENGLISH_DEVA.items()}
_CASED = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday OTP UPI EMI ATM KYC PAN"
ENGLISH_LATIN |= {ENGLISH_DEVA[w.lower()]: w for w in _CASED.split()}
_DEVA_ENGLISH = frozenset(ENGLISH_DEVA.values()) - set(ROMAN)


def without_names(text: str, names: list[str]) -> str:
    """The text with 0 in place of each name, so that a name is neither Hindi nor English."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", "0", text)
    return text


def derive_mix(text: str, names: list[str]) -> str:
    """language_mix from the tokens of the finished text."""
    return noise.mix_name(noise.languages(TOKEN.findall(without_names(text, names))))


def signs(text: str) -> Counter:
    """What must survive besides words: punctuation, symbols, emoji."""
    return Counter(c for c in text if not (c.isspace() or c.isalnum() or is_deva(c)))


def squeeze(token: str) -> str:
    return re.sub(r"(.)\1+", r"\1", token.lower())


def lossless_errors(typed: str, text: str) -> list[str]:
    """Digits, signs, English words and names lost or invented between the input and normalized_text."""
    a, b = signs(typed), signs(text)
    errors = [f"{c!r} of the input is lost" for c in a - b] + [f"{c!r} is invented" for c in b - a]
    if (x := re.findall(r"\d", typed)) != (y := re.findall(r"\d", text)):
        errors.append(f"digits {''.join(x)} became {''.join(y)}")
    tokens_in, tokens_out = TOKEN.findall(typed), TOKEN.findall(text)
    have = Counter(tokens_in) + Counter(ENGLISH_LATIN.get(t, "") for t in tokens_in)
    errors += [f"{t!r} is invented" for t in tokens_out if not is_deva(t) and t.isalpha() and not have[t]]
    kept = Counter(tokens_out)
    hindi = {squeeze(t) for t in _TYPED}
    errors += [f"{t!r} of the input is lost" for t in tokens_in
               if is_latin_word(t) and not kept[t] and squeeze(t) not in hindi]
    return errors


def read_as_english(token: str, intent: str) -> bool:
    """Was this Latin word of a gold read and found English, a homograph in messages of this intent?"""
    return token.lower() in REVIEWED_ENGLISH or token.lower() in HOMOGRAPHS_READ.get(intent, "").split()


def own_script_errors(text: str, names: list[str], intent: str) -> list[str]:
    """Script faults by the generator's own lists, which know every word of every gold."""
    tokens = TOKEN.findall(without_names(text, names))
    errors = [f"{t!r} is English in Devanagari" for t in tokens if t in _DEVA_ENGLISH]
    errors += [f"{t!r} is Roman Hindi, or English nobody has read" for t in tokens
               if is_latin_word(t) and not read_as_english(t, intent) and t.lower() not in UNITS]
    return errors + [f"{t!r} has no hand-written spelling" for t in tokens
                     if is_deva(t) and t not in ROMAN and t not in _DEVA_ENGLISH]


@lru_cache(maxsize=10_000)      # the rows of a group share their gold
def checker_alarms(text: str) -> tuple[tuple[str, str], ...]:
    """(token, violation) of script_rules.check on a gold."""
    import script_rules
    found = script_rules.check(text)["tokens"]
    return tuple((t["text"], t["violation"]) for t in found if t["violation"])


def overruled(token: str, violation: str, names: list[str], intent: str) -> bool:
    """Is an alarm known to be false: on a name, an English word that was read, a hand-spelled Hindi word?"""
    in_name = any(token in re.split(r"[\s@.]", n) or token == n for n in names)
    if violation == "roman_hindi":
        return in_name or read_as_english(token, intent)
    return in_name or token in ROMAN


def gate_errors(row: dict) -> list[str]:
    """Why a row must not be written; empty when it may."""
    out, names = row["output"], row["meta"]["names"]
    if errors := contract.validate(out):
        return errors
    text = out["normalized_text"]
    if row["input"] != contract.clean_input(row["input"]):
        errors.append("the input is not clean")
    errors += lossless_errors(row["input"], text) + own_script_errors(text, names, out["intent"])
    if (mix := derive_mix(text, names)) != out["language_mix"]:
        errors.append(f"language_mix is {out['language_mix']}, its tokens say {mix}")
    errors += [f"checker: {t!r} is {v}" for t, v in checker_alarms(text) if not overruled(t, v, names, out["intent"])]
    return errors


def doubts(row: dict) -> list[str]:
    """Why a row of words that nobody spelled by hand is better left out; here the checker refuses by itself."""
    out, names = row["output"], row["meta"]["names"]
    if errors := contract.validate(out):
        return errors
    text = out["normalized_text"]
    if signs(row["input"]) != signs(text) or re.findall(r"\d", row["input"]) != re.findall(r"\d", text):
        errors.append("signs or digits differ")
    if derive_mix(text, names) != out["language_mix"]:
        errors.append("language_mix differs")
    return errors + [f"checker: {t!r} is {v}" for t, v in checker_alarms(text) if not any(t in n for n in names)]


MAX_OVERRULED = 0.03    # of the words; more than this says that the checker or the golds are broken


def gate(rows: list[dict]) -> dict:
    """Counts over rows that all pass, and the alarms overruled; raises SystemExit naming the first row that fails."""
    counts, alarms = Counter(rows=len(rows)), Counter()
    for row in rows:
        if errors := gate_errors(row):
            raise SystemExit(f"gate: {row['id']} ({row['meta']['family']}) {row['input']!r}: {errors[0]}")
        text = row["output"]["normalized_text"]
        counts["tokens"] += sum(is_deva(t) or is_latin_word(t) for t in TOKEN.findall(text))
        counts["slots"] += len(row["output"]["slots"])
        alarms.update(t.lower() for t, _ in checker_alarms(text))
    if alarms.total() > MAX_OVERRULED * counts["tokens"]:
        raise SystemExit(f"gate: {alarms.total()} checker alarms on {counts['tokens']} words had to be overruled, "
                         f"most on {[t for t, _ in alarms.most_common(5)]}")
    return {**counts, "alarms": alarms}


def group_errors(rows: list[dict]) -> list[str]:
    """Groups whose rows differ in the gold, share an input, or stand in two splits."""
    first: dict[str, dict] = {}
    inputs: set[tuple[str, str]] = set()
    errors = []
    for row in rows:
        group = row["meta"]["group"]
        if first.setdefault(group, row)["output"] != row["output"]:
            errors.append(f"{row['id']}: gold differs within group {group}")
        if (group, row["input"]) in inputs:
            errors.append(f"{row['id']}: input occurs twice in group {group}")
        inputs.add((group, row["input"]))
    return errors


def split_errors(splits: dict[str, list[dict]]) -> list[str]:
    """Families or groups in two splits; people, shops, banks, places and amounts of test that occur in train."""
    errors = []
    for key in ("family", "group"):
        for a, b in (("train", "val"), ("train", "test"), ("val", "test")):
            both = {r["meta"][key] for r in splits[a]} & {r["meta"][key] for r in splits[b]}
            errors += [f"{key} {x} is in {a} and {b}" for x in sorted(both)]
    seen = " \n ".join(r["output"]["normalized_text"].casefold() for r in splits["train"])
    unseen = {v for r in splits["test"] for kind, values in r["meta"]["entities"].items() for v in values}
    unseen |= {n for r in splits["test"] for n in r["meta"]["names"]}
    for value in sorted(unseen):
        if re.search(rf"(?<![^\W_]){re.escape(value.casefold())}(?![^\W_])", seen):
            errors.append(f"{value!r} of the test split occurs in training")
    return errors
