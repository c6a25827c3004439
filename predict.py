"""Parse messages: one message in, one JSON line out.

    python predict.py "bhai kal 2 baje ke baad meeting ko Friday 4pm pe shift kar de"
    python predict.py                      # reads one message a line until end of file
    python predict.py --url http://127.0.0.1:8000 "mera card block karo"

stdout carries only objects that keep the contract. A message with nothing to act on (empty, only emoji, control
characters) is out_of_scope without asking the model. When the model's free answer is no valid object, or its script, spans or words
fail a check, it is asked once more with guarded decoding, and the answer with fewer faults is printed; where neither is valid, the reason
goes to stderr and the exit code is 1.

Reads:  the model (the shipped adapter by default), messages from the command line or standard input
Writes: stdout, one JSON object a message
"""
import argparse
import sys

import contract
from common import Problem, log, run_main


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Parse Hinglish messages into JSON.", allow_abbrev=False)
    parser.add_argument("text", nargs="?", help="one message; without it, one a line from standard input")
    parser.add_argument("--model", help="adapter folder, merged folder, short name or hub id (default: the shipped one)")
    parser.add_argument("--url", help="an OpenAI-compatible server to ask instead of loading the model here")
    parser.add_argument("--prompt", choices=contract.PROMPT_VERSIONS, help="default: the one the model was trained on; long for a base model")
    parser.add_argument("--raw", action="store_true", help="print the model's first answer as it is, valid or not")
    return parser.parse_args()


def trivial(text: str) -> dict | None:
    """The object for a message without a single letter or digit; None where there is something to parse."""
    if any(c.isalnum() for c in text):
        return None
    return contract.out_of_scope(text)


class Parser:
    """The model, loaded at the first message that needs it."""

    def __init__(self, args: argparse.Namespace):
        self.args, self.engine = args, None

    def _load(self):
        import engine
        engine.quiet_transformers()
        model = self.args.model or engine.default_model()
        if self.args.url:
            return engine.ServerEngine(self.args.url, None, self.args.prompt or contract.DEFAULT_PROMPT)
        checkpoint = engine.resolve(model)
        return engine.TransformersEngine(checkpoint, self.args.prompt or engine.default_prompt(model, checkpoint))

    def ask(self, text: str, guarded: bool) -> tuple[str, str]:
        """(raw, finish) of one answer."""
        self.engine = self.engine or self._load()
        self.engine.guarded = guarded
        (_, answer), = self.engine.answers([text])
        if answer.error:
            raise Problem(f"the server gave no answer ({answer.error})")
        return answer.raw, answer.finish

    def parse(self, text: str) -> dict:
        """The object for one message. Raises Problem where the message is too long or neither answer is valid."""
        text = contract.clean_input(text)
        if len(text) > contract.MAX_INPUT_CHARS:
            raise Problem(f"the message has {len(text)} characters, {contract.MAX_INPUT_CHARS} are accepted")
        found = trivial(text)
        if found is not None:
            return found
        from gateway import checks, faults
        from scoring import parse_prediction
        valid, reason = [], None
        for guarded in (False, True):
            obj, reason = parse_prediction(*self.ask(text, guarded))
            if obj is None:
                log(f"predict.py: {'guarded' if guarded else 'free'} answer rejected: {reason}")
                continue
            valid.append((faults(checks(obj, text, "guarded" if guarded else "free", None)), obj))
            if not valid[-1][0]:
                break
        if not valid:
            raise Problem(f"the model gave no valid object for this message ({reason})")
        return min(valid, key=lambda found: found[0])[1]


def messages(args: argparse.Namespace):
    """Messages to parse: the argument, or lines of standard input."""
    if args.text is not None:
        yield args.text
        return
    if sys.stdin.isatty():
        log("one message a line, Ctrl-D ends")
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")


def main() -> None:
    args = parse_args()
    parser, failed = Parser(args), 0
    for text in messages(args):
        if args.raw:
            print(parser.ask(contract.clean_input(text), guarded=False)[0], flush=True)
            continue
        try:
            print(contract.serialize(parser.parse(text)), flush=True)
        except Problem as problem:
            if args.text is not None:
                raise
            failed += 1  # one bad line must not end a stream of good ones
            log(f"predict.py: {problem}")
    if failed:
        raise Problem(f"{failed} message{'s' * (failed > 1)} without an answer")


if __name__ == "__main__":
    run_main(main)
