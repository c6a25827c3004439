"""Cut the vocabulary to what messages and answers are made of: ASCII words, Indian scripts, marks, digits, emoji, bytes.

Nearly half of the base model's 151,665 tokens are Chinese, Cyrillic, code and the like. No answer holds them, yet every step
multiplies by all of them, masks them and searches them for the largest. A text that the whole vocabulary writes with kept
tokens alone is written the same by the cut one, since a merge that was never chosen is not missed; any other text is
written in smaller pieces down to bytes, so nothing becomes unsayable.

    python cut_vocabulary.py              # how many tokens stay, and how many messages of data/ are written as before

Reads:  the base model's tokenizer, data/*.jsonl, stress_suite.jsonl
Writes: outputs/cut_vocabulary.json, the counts (quantize.py writes the folder that is served)
"""
import argparse
import functools
import json
import re
from pathlib import Path

from transformers.convert_slow_tokenizer import bytes_to_unicode

import contract
from common import Problem, run_main

# Beginnings of the contract's own words behind an underscore; elsewhere `_word`, `.Word` and `<Word` are code.
LABEL_WORDS = {w for intent, slots in contract.SLOTS.items() for name in (intent, *slots, *contract.KEY_ORDERS["contract"]) for w in name.split("_")[1:]}
LABELS = "|".join(sorted({w[:n] for w in LABEL_WORDS for n in range(1, len(w) + 1)}))
WORD = re.compile(rf"[ ]?[A-Za-z]+|[\"'’“‘(/,:@#&-](?:[A-Z]?[a-z]+|[A-Z]+)|\.[a-z]{{1,4}}|_(?:{LABELS})|\\[nrtu]")
# Digits and marks, Indian scripts, punctuation, currency, arrows, signs, emoji; of Latin letters with accents single ones.
OTHERS = re.compile("[\u0900-\u0dff\u200b-\u20cf\u2190-\u21ff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff\t\n\r !-@\\[-`{-~]+|[ ]?[\u00a0-\u024f]")


BYTE_OF = {letter: byte for byte, letter in bytes_to_unicode().items()}   # what each letter of a byte-level token stands for


def is_kept(token: str) -> bool:
    """Whether a token, in the tokenizer's byte letters, can be part of a message or an answer."""
    if len(token) == 1:
        return True          # a byte
    try:
        text = bytes(BYTE_OF[c] for c in token).decode()
    except UnicodeDecodeError:
        return True          # a piece of a character
    return bool(WORD.fullmatch(text) or OTHERS.fullmatch(text))


def kept_ids(tokenizer: dict) -> list[int]:
    """Old ids that stay, in order, from the object of tokenizer.json: kept tokens, what they are merged from, added tokens.
    Raises Problem for another kind of tokenizer."""
    model = tokenizer.get("model") or {}
    added = {t["content"]: t["id"] for t in tokenizer.get("added_tokens", ())}
    if model.get("type") != "BPE" or "merges" not in model or any(c not in BYTE_OF for t in model["vocab"] if t not in added for c in t):
        raise Problem("the tokenizer is no byte-level BPE: its vocabulary cannot be cut")
    parts = {left + right: (left, right) for left, right in map(_pair, model["merges"])}
    keep, todo = set(), [t for t in model["vocab"] if t in added or is_kept(t)]
    while todo:
        token = todo.pop()
        if token not in keep:
            keep.add(token)
            todo += parts.get(token, ())
    return sorted({model["vocab"][t] for t in keep} | set(added.values()))


def _pair(merge: str | list[str]) -> tuple[str, str]:
    left, right = merge.split(" ") if isinstance(merge, str) else merge
    return left, right


def cut_tokenizer(tokenizer: dict, ids: list[int]) -> dict:
    """The object of tokenizer.json with these old ids alone, numbered anew from 0 in their order."""
    new = {old: i for i, old in enumerate(ids)}
    model = tokenizer["model"]
    vocab = {token: new[i] for token, i in model["vocab"].items() if i in new}
    merges = [m for m in model["merges"] if all(t in vocab for t in (*_pair(m), "".join(_pair(m))))]
    added = [{**t, "id": new[t["id"]]} for t in tokenizer["added_tokens"]]
    return {**tokenizer, "added_tokens": added, "model": {**model, "vocab": vocab, "merges": merges}}


def renumbered(config: dict, ids: list[int]) -> dict:
    """A config.json or generation_config.json whose token ids follow; an id that is gone becomes null."""
    new = {old: i for i, old in enumerate(ids)}
    out = {k: ([new[i] for i in v if i in new] if isinstance(v, list) else new.get(v)) if re.fullmatch(r"(?:bos|eos|pad|unk)_token_id", k) else v
           for k, v in config.items()}
    return {**out, **({"vocab_size": len(ids)} if "vocab_size" in config else {})}


def read_tokenizer(folder: Path) -> dict:
    """The object of a folder's tokenizer.json. Raises Problem where it cannot be read."""
    try:
        return json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise Problem(f"{folder}/tokenizer.json cannot be read ({err})") from None


@functools.lru_cache(maxsize=2)     # seconds of work; a gateway before the wrong server would do it for each message
def load(folder: Path):
    """The tokenizer of a model folder with its vocabulary cut, as the folders of quantize.py hold it."""
    import shutil
    import tempfile
    from engine import load_tokenizer
    tokenizer = read_tokenizer(folder)
    with tempfile.TemporaryDirectory() as cut:
        for path in folder.glob("tokenizer_config.json"):
            shutil.copy(path, cut)
        contract.write_atomic(Path(cut) / "tokenizer.json", json.dumps(cut_tokenizer(tokenizer, kept_ids(tokenizer)), ensure_ascii=False))
        return load_tokenizer(Path(cut))


def main() -> None:
    parser = argparse.ArgumentParser(description="Show what a cut vocabulary keeps.", allow_abbrev=False)
    parser.add_argument("--model", help="base: short name, folder or hub id")
    args = parser.parse_args()
    from common import read_jsonl
    from fetch_model import DEFAULT_MODEL, base_model
    from tokenizers import Tokenizer
    whole = read_tokenizer(base_model(args.model or DEFAULT_MODEL))
    ids = kept_ids(whole)
    cut = cut_tokenizer(whole, ids)
    n = len(whole["model"]["vocab"]) + len(whole["added_tokens"])
    print(f"{len(ids):,} of {n:,} tokens stay ({100 * len(ids) / n:.0f} %)")
    found = {"kept": len(ids), "tokens": n, "files": {}}
    before, after = (Tokenizer.from_str(json.dumps(t, ensure_ascii=False)) for t in (whole, cut))
    for path in [*sorted((contract.ROOT / "data").glob("*.jsonl")), contract.ROOT / "stress_suite.jsonl"]:
        rows = [r for r in read_jsonl(path, required=()) if "input" in r]
        texts = [r["input"] for r in rows] + [contract.serialize(r["output"]) for r in rows if "output" in r]
        same = sum([ids[i] for i in b.ids] == a.ids for a, b in zip(before.encode_batch(texts), after.encode_batch(texts)))
        if texts:
            found["files"][path.name] = {"same": same, "n": len(texts)}
            print(f"{path.name}: {same} of {len(texts)} messages and answers written with the same tokens")
    contract.write_atomic(contract.ROOT / "outputs" / "cut_vocabulary.json", json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    run_main(main)
