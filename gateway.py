"""What the service does with one message: admission, a free and then a guarded attempt at an OpenAI-compatible server, checks.

    from gateway import Gateway, ServiceError, Upstream

Reads:  contract.py, guarded.py, script_rules.py; the server
Writes: nothing
"""
import asyncio
import contextlib
import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import contract
from common import Problem

TIMEOUT_S = 30.0          # of one message, both attempts together; on two cores at 32 under way 19 of 20 answers take less than two thirds
MAX_WAITING = 128         # requests inside; four times what the engine runs at once, more would only time out
READY_FOR_S = 5.0         # a proof of readiness is this fresh; probes come every few seconds
CONNECT_S = 10.0         # nothing was sent yet: the engine is not there, or the machine has no moment left for either side
PROBE = "kal 2 baje Rahul ke saath meeting rakh do"
MAX_SAID_CHARS = 200      # of an error's message; it may quote the client
ERRORS = {                # type -> (status, what a client may do)
    "invalid_request": (422, "send one JSON object with the fields of the interface"),
    "too_long": (413, "shorten the text"),
    "overloaded": (429, "wait as Retry-After says and send it again"),
    "engine_unavailable": (503, "send it again later"),
    "timeout": (504, "send it again, or shorten the text"),
    "no_valid_answer": (502, "the model found no valid object; do not retry the same text"),
    "not_found": (404, "see /docs"), "method_not_allowed": (405, "see /docs"),
    "internal": (500, "a fault of the gateway: report it with its request_id"),
}


def sayable(text: str) -> str:
    """The text with a question mark for each half of a surrogate pair, which UTF-8 cannot say."""
    return text.encode("utf-8", "replace").decode("utf-8")


class ServiceError(Exception):
    """A typed error of the interface."""

    def __init__(self, kind: str, message: str, retry_after_s: int | None = None):
        super().__init__(message)
        self.kind, self.message, self.retry_after_s = kind, sayable(message)[:MAX_SAID_CHARS], retry_after_s

    def body(self, request_id: str) -> dict:
        return {"error": {"type": self.kind, "message": self.message, "advice": ERRORS[self.kind][1]}, "request_id": request_id}


@dataclass
class Upstream:
    """An OpenAI-compatible server, asked with the token ids of contract.prompt_ids."""
    url: str
    tokenizer: object
    folder: Path             # the tokenizer's; the server may hold the same one cut
    prompt: str
    client: object = None
    model: str | None = None
    writer: object = None    # the tokenizer that the server has; until it was asked, the one at hand
    model_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def open(self) -> None:
        import httpx
        self.writer = self.tokenizer
        limits = httpx.Limits(max_connections=MAX_WAITING + 8)
        self.client = httpx.AsyncClient(base_url=self.url, limits=limits, timeout=httpx.Timeout(TIMEOUT_S, connect=CONNECT_S))

    async def served_model(self) -> str:
        """Name under which the server holds the model; asked once it answers."""
        import httpx
        async with self.model_lock:     # the first messages share one question
            if self.model is None:
                try:
                    got = await self.client.get("/models")
                    model = got.raise_for_status().json()["data"][0]["id"]
                except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError, RecursionError) as err:
                    raise ServiceError("engine_unavailable", f"the engine does not answer ({type(err).__name__})") from None
                await self.settle_vocabulary(model)
                self.model = model
            return self.model

    async def settle_vocabulary(self, model: str) -> None:
        """Take the tokenizer that the server has. Raises ServiceError where it is neither the one at hand nor its cut one."""
        import httpx
        import engine
        try:
            got = await self.client.post(**engine.vocabulary_question(self.url, model))
            self.writer = await asyncio.to_thread(engine.tokenizer_of_server, engine.vocabulary_ids(got), self.tokenizer, self.folder)
        except httpx.HTTPError as err:
            raise ServiceError("engine_unavailable", f"the engine does not say how it writes a text ({type(err).__name__})") from None
        except Problem as err:
            raise ServiceError("engine_unavailable", str(err)) from None

    def body(self, text: str, guarded: bool) -> dict:
        """Request of one attempt: prompt, budget, and with guarded the message's grammar. Milliseconds of pure Python.
        Raises ServiceError for a text that fills the context: three tokens a character where the script is a rare one."""
        from vllm_server import SERVING, SHIPPED_REQUEST
        n = len(contract.message_ids(self.writer, text))
        body = {"prompt": contract.prompt_ids(self.writer, text, self.prompt), "max_tokens": contract.max_new_tokens(n),
                "temperature": 0, **SHIPPED_REQUEST}
        if len(body["prompt"]) + body["max_tokens"] > SERVING["max_model_len"]:
            raise ServiceError("too_long", f"the text has {n} tokens, more than the model can read and answer")
        if guarded:
            import guarded as grammar
            body["structured_outputs"] = {"grammar": grammar.message_grammar(text)}
        return body

    async def ask(self, text: str, guarded: bool) -> tuple[str, str, float | None]:
        """(raw, finish, mean log-probability) of one attempt. Raises ServiceError for an engine that is not there."""
        import httpx
        model = await self.served_model()
        body = await asyncio.to_thread(self.body, text, guarded)
        body["model"] = model
        try:
            got = await self.client.post("/completions", json=body)
        except (httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout):
            raise ServiceError("timeout", f"no answer within {TIMEOUT_S:g} s") from None
        except httpx.HTTPError as err:
            self.model = None       # a server that is started anew may hold another model, under another name
            raise ServiceError("engine_unavailable", f"the engine went away ({type(err).__name__})") from None
        if got.status_code in (400, 422):     # the message's own: a grammar, or a length, that the engine refuses
            raise ServiceError("no_valid_answer", f"the engine refuses the request ({got.status_code})")
        if got.status_code != 200:
            self.model = None
            raise ServiceError("engine_unavailable", f"the engine answered {got.status_code}")
        try:
            choice = got.json()["choices"][0]
            return sayable(choice["text"]), str(choice["finish_reason"]), mean_logprob(choice)
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
            raise ServiceError("engine_unavailable", "the engine's answer is not in its own format") from None


def mean_logprob(choice: dict) -> float | None:
    """Mean log-probability of an answer's tokens, without those that contract.fill writes (eval.py's mean has them, so it lies
    nearer to 0); None where the engine gave none, or one that is none (NaN)."""
    found = [p for p in (choice.get("logprobs") or {}).get("token_logprobs") or [] if p is not None]
    mean = math.fsum(found) / len(found) if found else math.nan
    return min(0.0, mean) if math.isfinite(mean) else None


def checks(output: dict, text: str, decoding: str, mean_logprob: float | None) -> dict:
    """What was verified about an answer: schema, script, nothing lost, and the model's own confidence."""
    import script_rules
    verdict = script_rules.check(output["normalized_text"], text)
    spans = contract.span_errors(output)
    return {"schema": True, "spans": {"ok": not spans, "errors": spans},
            "script": {"compliant": verdict["compliant"],
                       "violations": [{"text": t["text"], "kind": t["violation"]} for t in verdict["tokens"] if t["violation"]]},
            "lossless": {"ok": not verdict["lost"] and not verdict["invented"], "lost": verdict["lost"], "invented": verdict["invented"]},
            "confidence": None if mean_logprob is None else math.exp(mean_logprob), "decoding": decoding,
            "tokens": [[t["text"], t["start"], t["end"], t["lang"], t["violation"]] for t in verdict["tokens"]]}


def faults(found: dict) -> int:
    """How much is wrong in an answer's checks: words in the wrong script, words lost or made up, slot values that are no span of the text."""
    return sum(map(len, (found["script"]["violations"], found["lossless"]["lost"], found["lossless"]["invented"], found["spans"]["errors"])))


class Attempt(NamedTuple):
    """A valid object and its checks; raw is None where the engine was not asked."""
    output: dict
    decoding: str
    mean_logprob: float | None
    raw: str | None
    checks: dict
    checks_s: float

    def faults(self) -> int:
        return faults(self.checks)


async def checked(output: dict, text: str, decoding: str, mean_logprob: float | None, raw: str | None) -> Attempt:
    """The attempt with its checks, which take milliseconds of pure Python."""
    started = time.perf_counter()
    found = await asyncio.to_thread(checks, output, text, decoding, mean_logprob)
    return Attempt(output, decoding, mean_logprob, raw, found, time.perf_counter() - started)


@dataclass(frozen=True)
class Answer:
    """What became of one message; raw is the engine's own text, None where it was not asked."""
    text: str
    output: dict
    decoding: str
    mean_logprob: float | None
    raw: str | None
    checks: dict
    timings: dict

    def body(self, request_id: str) -> dict:
        return {"output": self.output, "checks": self.checks, "timings": self.timings, "request_id": request_id}

    def row(self, request_id: str) -> dict:
        """The log's line, not redacted; of the checks only numbers."""
        c = self.checks
        return {"id": request_id, "input": self.text, "raw": self.raw, "output": self.output, "mean_logprob": self.mean_logprob,
                "decoding": self.decoding, "checks": {
                    "script_compliant": c["script"]["compliant"], "n_violations": len(c["script"]["violations"]),
                    "n_lost": len(c["lossless"]["lost"]), "n_invented": len(c["lossless"]["invented"]),
                    "n_span_errors": len(c["spans"]["errors"])}}


@dataclass
class Gateway:
    """Admission, two attempts, checks. One instance a process."""
    upstream: Upstream
    meters: object
    waiting: int = 0
    service_s: float = 2.0      # moving mean of an answer, for Retry-After
    ready_at: float = -math.inf
    ready_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @contextlib.contextmanager
    def admitted(self, n: int = 1):
        """Room for n messages. Raises ServiceError "overloaded" at once where there is none."""
        if self.waiting + n > MAX_WAITING:
            import vllm_server
            wait = self.waiting * self.service_s / vllm_server.SERVING["max_num_seqs"]
            raise ServiceError("overloaded", f"{self.waiting} messages are being answered", max(1, math.ceil(wait)))
        self.waiting += n
        self.meters.waiting.set(self.waiting)
        try:
            yield
        finally:
            self.waiting -= n
            self.meters.waiting.set(self.waiting)

    async def parse(self, text: str) -> Answer:
        """The answer to one message. Raises ServiceError."""
        from predict import trivial
        started = time.perf_counter()
        text = contract.clean_input(text)
        if len(text) > contract.MAX_INPUT_CHARS:
            raise ServiceError("too_long", f"the text has {len(text)} characters, {contract.MAX_INPUT_CHARS} are accepted")
        valid: list[Attempt] = []
        if (output := trivial(text)) is not None:
            valid.append(await checked(output, text, "none", None, None))
        else:
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    await self.attempts(text, valid)
            except TimeoutError:
                if not valid:
                    raise ServiceError("timeout", f"no answer within {TIMEOUT_S:g} s") from None
        best = min(valid, key=Attempt.faults)     # of equals the first, the free one
        total_s, checks_s = time.perf_counter() - started, sum(attempt.checks_s for attempt in valid)
        self.service_s += 0.1 * (total_s - self.service_s)
        return Answer(text, best.output, best.decoding, best.mean_logprob, best.raw, best.checks, {
            "engine_ms": round(1000 * (total_s - checks_s), 1), "checks_ms": round(1000 * checks_s, 1), "total_ms": round(1000 * total_s, 1)})

    async def attempts(self, text: str, valid: list[Attempt]) -> None:
        """Free, then once guarded where that was no object of the contract or fails a check; what is an object is added to valid.
        Raises ServiceError "no_valid_answer" when neither is one; an engine that fails the second time costs no answer."""
        import scoring
        reason = None
        for decoding in ("free", "guarded"):
            try:
                raw, finish, logprob = await self.upstream.ask(text, decoding == "guarded")
            except ServiceError:
                if valid:
                    return
                raise
            output, reason = scoring.parse_prediction(contract.fill(raw), finish)
            if output is not None and (said := json.dumps(output, ensure_ascii=False)) != sayable(said):
                output, reason = None, "half of a surrogate pair"
            if output is None:
                self.meters.rejected.labels(decoding).inc()
                continue
            valid.append(await checked(output, text, decoding, logprob, raw))
            if not valid[-1].faults():
                return
            self.meters.faulty.labels(decoding).inc()
        if not valid:
            raise ServiceError("no_valid_answer", f"the model gave no valid object ({reason})")

    async def ready(self) -> None:
        """Return when the engine gave a valid object within READY_FOR_S. Raises ServiceError otherwise."""
        async with self.ready_lock:     # probes that arrive together share one generation
            if time.monotonic() - self.ready_at > READY_FOR_S:
                await self.parse(PROBE)
                self.ready_at = time.monotonic()
