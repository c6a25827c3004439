"""Guess the next tokens of an answer, so that vLLM checks several in a step that would have made one.

    python speculate.py            # tokens a step makes on val + dev_extra, and how often each guesser was right
    python speculate.py --count    # what follows what, counted anew from the training answers

A small model's step takes hardly longer for a few tokens than for one, and an answer is foreseeable: its keys are the
contract's, its text is nearly normalize.py's draft, which stands in the prompt, its slot values are parts of that text. So two
guessers, token by token the surer one: what followed the last tokens in the training answers, and what follows them in the
answer's foreseen end. (vLLM's own prompt lookup knows neither the keys, nor that a draft is about to be copied, nor that a
value's first `Rahul` is ` Rahul` in the sentence.) The model decides every token: a wrong guess costs time, no answer.

Reads:  data/continuations.tsv, the tokenizer; data/val.jsonl, data/dev_extra.jsonl; with --count data/train.jsonl, train_more.jsonl
Writes: outputs/speculate.json; with --count data/continuations.tsv
"""
import argparse
import collections
import functools
import json
from dataclasses import dataclass, field
from pathlib import Path

import contract
from common import ROOT, Problem, read_jsonl, run_main

ANSWERS = tuple(ROOT / "data" / name for name in ("train.jsonl", "train_more.jsonl"))
CONTINUATIONS = ROOT / "data" / "continuations.tsv"
ORDERS = (8, 6, 4, 3, 2, 1)   # tokens of context in the counts, longest first; 8 reach from the slots over an intent's name
MIN_COUNT = 40                # of a context: with 10 five times as many are kept, and a step of one request makes 5.6 tokens for 5.4
MIN_SHARE = 0.3               # of the likeliest token
MIN_CHANGE = 0.15             # in share, without which a longer context that says the same token is not kept
# Taken for the chance that the foreseen text goes on with the token that comes, by the tokens that agreed before it. outputs/speculate.json
# has how often it did on val + dev_extra: a little less, and 0.63 where a value begins. The bench was run with these.
COPIED = {8: 0.98, 7: 0.95, 6: 0.95, 5: 0.96, 4: 0.90, 3: 0.90, 2: 0.88}
COPIED_VALUE = 0.79           # where a slot's value has just begun with that one token
MAX_TOKENS = 12               # guessed in a step; with 16 one request alone was not answered sooner
PAYS_OFF = 3                  # 1.5, 7.5, 15 and 30 made fewer tokens/s at 8 in quick runs, and none more at 32


def as_text(ids) -> str:
    """Token ids as a string, a character each, so that finding and slicing are C's work."""
    import numpy as np
    return np.asarray(ids, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")


def least_chance(n_requests: int) -> float:
    """How likely all of a request's guesses must be: little where it is alone and the step costs most, more where others share it."""
    return n_requests / (n_requests + PAYS_OFF)


# --- what follows what in answers ---------------------------------------------------------------------------------

def count_continuations(answers: list[str]) -> dict[str, tuple[str, float]]:
    """{context: (likeliest next token, its share)} of answers in as_text's form. A context shorter than ORDERS' longest that
    is the beginning of an answer counts for that length too."""
    counts = {n: collections.defaultdict(collections.Counter) for n in ORDERS}
    for answer in answers:
        for i in range(1, len(answer)):
            for n in ORDERS:
                if n <= i or n == ORDERS[0]:
                    counts[n][answer[max(0, i - n):i]][answer[i]] += 1
    kept: dict[str, tuple[str, float]] = {}
    for n in reversed(ORDERS):
        for context, after in counts[n].items():
            token, times = after.most_common(1)[0]
            share = times / (after.total() + 1)
            shorter = look_up(kept, context[1:])
            if after.total() >= MIN_COUNT and share >= MIN_SHARE and not (
                    shorter and shorter[0] == token and abs(shorter[1] - share) < MIN_CHANGE):
                kept[context] = token, share
    return kept


def look_up(continuations: dict[str, tuple[str, float]], answer: str) -> tuple[str, float] | None:
    """(token, share) after the longest end of the answer that was counted."""
    for n in ORDERS:
        if n <= len(answer) or n == ORDERS[0]:
            if found := continuations.get(answer[-n:]):
                return found
    return None


def stopped(output: dict) -> str:
    """An answer as far as the model writes it when it is stopped at the contract's constant."""
    whole = contract.serialize(output)
    return whole[:whole.index(contract.FILLED_FROM)] + contract.FILLED_FROM


def write_continuations(tokenizer, path: Path = CONTINUATIONS) -> None:
    """Count the training answers and write what follows what, as the tokenizer's own strings: a cut copy of it has them
    too, under other ids."""
    answers = [as_text(contract.own_ids(tokenizer, stopped(row["output"]))) for p in ANSWERS for row in read_jsonl(p)]
    string = {chr(i): t for t, i in tokenizer.get_vocab().items()}
    rows = [(" ".join(string[c] for c in context), string[token], f"{share:.3f}") for context, (token, share) in count_continuations(answers).items()]
    contract.write_atomic(path, "".join("\t".join(row) + "\n" for row in sorted(rows)))


def read_continuations(tokenizer, path: Path = CONTINUATIONS) -> dict[str, tuple[str, float]]:
    """A file of write_continuations in a tokenizer's ids; what it has no token for is left out. Raises Problem for another file."""
    vocabulary, found = tokenizer.get_vocab(), {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            context, token, share = line.split("\t")
            strings = [*context.split(" "), token]
            if all(t in vocabulary for t in strings):
                *before, after = (chr(vocabulary[t]) for t in strings)
                found["".join(before)] = after, float(share)
    except (OSError, ValueError) as err:
        raise Problem(f"{path} cannot be read ({err})") from None
    return found


# --- guessing -----------------------------------------------------------------------------------------------------

@dataclass
class Guesser:
    """Guesses for answers of one tokenizer."""
    tokenizer: object
    continuations: dict[str, tuple[str, float]]
    answer_begins: str = field(init=False)  # tokens that end a prompt
    value_begins: str = field(init=False)
    unspaced: dict[int, int] = field(init=False)    # token with a space before it -> the same without

    def __post_init__(self):
        self.answer_begins, self.value_begins = (self.ids(t) for t in (contract.prompt_parts()[1], '":"'))
        vocabulary = self.tokenizer.get_vocab()
        self.unspaced = {i: vocabulary[t[1:]] for t, i in vocabulary.items() if t[:1] == "Ġ" and t[1:] in vocabulary}
        self.foreseen = functools.lru_cache(maxsize=256)(self.foresee)

    def ids(self, text: str) -> str:
        return as_text(contract.own_ids(self.tokenizer, text))

    def foresee(self, prompt: str) -> tuple[str, str]:
        """The answer's end as the prompt lets expect it, from normalized_text on, and the same without spaces before words."""
        said = self.tokenizer.decode([ord(c) for c in prompt])
        text = said.rpartition(contract.DRAFT_LABEL)[2] if contract.DRAFT_LABEL in said else said.rpartition("\n")[2]
        quoted = json.dumps(text, ensure_ascii=False)[1:-1]
        end = as_text(contract.own_ids(self.tokenizer, f'normalized_text":"{quoted}","language_mix":"'))
        return end, end.translate(self.unspaced)

    def guesses(self, tokens: str, least: float, limit: int = MAX_TOKENS) -> str:
        """The tokens that should follow a prompt and the answer so far, as many as are right together with a chance of at least
        `least`; none after a text that is no prompt of contract.py. Some 30 µs."""
        at = tokens.rfind(self.answer_begins)
        if at < 0:
            return ""
        foreseen, plain = self.foreseen(tokens[:at])
        answer = tokens[at + len(self.answer_begins):]
        said, chance, first = answer.translate(self.unspaced), 1.0, len(answer)
        while len(answer) - first < limit:
            best = max(self.copied(foreseen, plain, answer, said), look_up(self.continuations, answer) or ("", 0.0), key=lambda g: g[1])
            chance *= best[1]
            if chance < least:
                break
            answer += best[0]
            said += best[0].translate(self.unspaced)
        return answer[first:]

    def copied(self, foreseen: str, plain: str, answer: str, said: str) -> tuple[str, float]:
        """(token, chance) after the longest end of the answer that is foreseen."""
        for n in COPIED:
            if n <= len(said) and 0 <= (at := plain.find(said[-n:])) < len(foreseen) - n:
                return foreseen[at + n], COPIED[n]
        if answer[-2:-1] == self.value_begins and 0 <= (at := plain.find(said[-1])) < len(foreseen) - 1:
            return foreseen[at + 1], COPIED_VALUE
        return "", 0.0


class AnswerProposer:
    """A Guesser as vLLM's speculative method "custom_class" wants it: one per engine, asked after every step."""

    def __init__(self, vllm_config):
        import engine
        tokenizer = engine.load_tokenizer(Path(vllm_config.model_config.model))
        self.limit = vllm_config.speculative_config.num_speculative_tokens
        self.max_model_len = vllm_config.model_config.max_model_len
        self.guesser = Guesser(tokenizer, read_continuations(tokenizer))

    def propose(self, sampled_token_ids: list[list[int]], num_tokens_no_spec, token_ids_cpu, slot_mappings=None) -> list[list[int]]:
        """Guesses for every request of the step; none for one that made no token, its prompt being read. num_tokens_no_spec (n,):
        tokens so far; token_ids_cpu (n, max_model_len): these."""
        least = least_chance(len(sampled_token_ids))
        out = []
        for i, sampled in enumerate(sampled_token_ids):
            n = int(num_tokens_no_spec[i])
            limit = min(self.limit, self.max_model_len - n - 1)
            out.append([ord(c) for c in self.guesser.guesses(as_text(token_ids_cpu[i, :n]), least, limit)] if sampled and limit > 0 else [])
        return out

    def load_model(self, *args, **kwargs) -> None:
        """vLLM's interface; there is no model."""


# --- measured without a model -------------------------------------------------------------------------------------

def tokens_per_step(guesser: Guesser, pairs: list[tuple[str, str]], least: float) -> dict:
    """Steps that (prompt, answer) pairs would take, were each answer what the model writes. The first token is the prompt's step."""
    steps = guessed = right = 0
    for prompt, answer in pairs:
        at, steps = 1, steps + 1
        while at < len(answer):
            guess = guesser.guesses(prompt + answer[:at], least)
            n = next((i for i, (g, a) in enumerate(zip(guess, answer[at:])) if g != a), min(len(guess), len(answer) - at))
            guessed, right, steps, at = guessed + len(guess), right + n, steps + 1, at + n + 1
    return {"least_chance": least, "tokens_per_step": sum(len(a) for _, a in pairs) / steps, "guessed_per_step": guessed / steps,
            "right": right / guessed if guessed else None}


def copied_right(guesser: Guesser, pairs: list[tuple[str, str]]) -> dict[str, dict]:
    """How often a copied token is the one that came, by COPIED's number of tokens that agreed before it."""
    found: dict[str, list[bool]] = collections.defaultdict(list)
    for prompt, answer in pairs:
        foreseen, plain = guesser.foreseen(prompt.removesuffix(guesser.answer_begins))
        said = answer.translate(guesser.unspaced)
        for i in range(1, len(answer)):
            token, _ = guesser.copied(foreseen, plain, answer[:i], said[:i])
            if token:
                agreed = next((n for n in COPIED if n <= i and 0 <= plain.find(said[i - n:i]) < len(foreseen) - n), "value")
                found[str(agreed)].append(token == answer[i])
    return {k: {"n": len(v), "right": sum(v) / len(v)} for k, v in sorted(found.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description="Tokens a step makes with guesses, on val + dev_extra golds.", allow_abbrev=False)
    parser.add_argument("--count", action="store_true", help="first count the training answers anew")
    args = parser.parse_args()
    import engine
    engine.quiet_transformers()
    tokenizer = engine.load_tokenizer(engine.resolve(engine.default_model()).base)
    if args.count:
        write_continuations(tokenizer)
    guesser = Guesser(tokenizer, read_continuations(tokenizer))
    rows = [row for name in ("val", "dev_extra") for row in read_jsonl(ROOT / "data" / f"{name}.jsonl")]
    pairs = [(as_text(contract.prompt_ids(tokenizer, row["input"])), guesser.ids(stopped(row["output"]))) for row in rows]
    found = {"rows": len(rows), "continuations": len(guesser.continuations), "max_tokens": MAX_TOKENS,
             "by_requests": {str(n): tokens_per_step(guesser, pairs, least_chance(n)) for n in (1, 8, 32)},
             "copied": copied_right(guesser, pairs)}
    contract.write_atomic(ROOT / "outputs" / "speculate.json", json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    run_main(main)
