"""Guarded decoding in this process: the tokens that cannot continue a valid object are masked out.

The engine is llguidance: it keeps `pattern` and `maxLength` together where xgrammar 0.2.8 drops the bound. A self-test at
start-up refuses an installed version that accepts what it must not.

Reads:  nothing
Writes: nothing
"""
import json

import contract
from common import Problem


class SchemaGrammar:
    """Compiled grammar of the output schema for one tokenizer: compact JSON, keys in contract order."""

    def __init__(self, tokenizer, vocab_size: int):
        import llguidance
        from llguidance import LLMatcher
        from llguidance.hf import from_tokenizer
        stop = tokenizer.convert_tokens_to_ids(contract.STOP_TOKEN)
        self.tokenizer = from_tokenizer(tokenizer, n_vocab=vocab_size, eos_token=stop)
        self.source = LLMatcher.grammar_from_json_schema(
            contract.json_schema(), defaults={"whitespace_flexible": False})
        error = LLMatcher.validate_grammar(self.source, self.tokenizer)
        if error:
            raise Problem(f"llguidance {llguidance.__version__} cannot compile the schema: {error[:200]}")
        self.stop = stop
        self._self_test(tokenizer)

    def matcher(self):
        from llguidance import LLMatcher
        return LLMatcher(self.tokenizer, self.source)

    def accepts(self, tokenizer, text: str) -> bool:
        """Whether the whole text, followed by the stop token, is in the language of the grammar."""
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        matcher = self.matcher()
        return matcher.try_consume_tokens(ids) == len(ids) and matcher.is_accepting()

    def _self_test(self, tokenizer) -> None:
        good = contract.serialize(contract.EXAMPLE_OUTPUT)
        long_slot = json.loads(good)
        long_slot["slots"]["new_time"] = "क" * (contract.MAX_SLOT_CHARS + 1)
        spaced = json.dumps(contract.EXAMPLE_OUTPUT, ensure_ascii=False, indent=4)
        wrong = {"an unknown slot": good.replace("original_time", "old_time"),
                 "an over-long slot": contract.serialize(long_slot), "free white space": spaced}
        if not self.accepts(tokenizer, good):
            raise Problem("the installed llguidance refuses a valid output; guarded decoding is off limits with it")
        for what, text in wrong.items():
            if self.accepts(tokenizer, text):
                raise Problem(f"the installed llguidance accepts {what}; guarded decoding is off limits with it")


class GrammarProcessor:
    """Logits processor for transformers' generate: one matcher a row, greedy or not."""

    def __init__(self, grammar: SchemaGrammar, n_rows: int):
        self.grammar = grammar
        self.matchers = [grammar.matcher() for _ in range(n_rows)]
        self.mask = None

    def __call__(self, input_ids, scores):
        import numpy as np
        import torch
        import llguidance.numpy as ll
        if self.mask is None:
            self.mask = ll.allocate_token_bitmask(len(self.matchers), scores.shape[1])
        else:
            for matcher, token in zip(self.matchers, input_ids[:, -1].tolist()):
                if not matcher.is_stopped():
                    matcher.consume_token(token)
        for i, matcher in enumerate(self.matchers):
            if matcher.is_stopped():  # a finished row is padded by generate; let it choose the stop token
                self.mask[i] = 0
                self.mask[i, self.grammar.stop // 32] = np.int32(np.uint32(1 << (self.grammar.stop % 32)))
            else:
                ll.fill_next_token_bitmask(matcher, self.mask, i)
        allowed = np.unpackbits(self.mask.view(np.uint8), axis=1, bitorder="little")[:, :scores.shape[1]]
        return scores.masked_fill(torch.from_numpy(allowed == 0).to(scores.device), float("-inf"))
