"""The gateway: a small HTTP service before vLLM that answers with a checked object or a typed error, never with half of one.

    python serve.py                                    # starts vLLM with the shipped model, then listens on 8080
    python serve.py --upstream http://127.0.0.1:8000   # before a server that is there already
    python serve.py --log answers.jsonl                # keeps redacted answers for flywheel.py
    curl -s localhost:8080/parse -d '{"text": "kal 2 baje meeting rakh do"}' -H 'content-type: application/json'

POST /parse {"text"} -> {"output", "checks", "timings", "request_id"}; POST /parse/batch {"texts"} -> {"results"}, in
order, each an answer or an error of its own. /healthz: the process lives; /readyz: the engine gave a valid answer just now;
/metrics: Prometheus; /: a page for people; /docs: the interface. The gateway owns prompt, schema and limits: a client
sends text and nothing else. A free answer that is no valid object is asked for once more with guarded decoding.

--log appends a line for each message that the model was asked about, in flywheel.py's format, after redact.py. An answer
never waits for it: a line that cannot be written is counted in /metrics and lost. The file is opened for each line, so it
may be moved away at any time, and only its owner can read it.

Reads:  the model, serve_page.html; with --log what redact.py reads
Writes: nothing, or the log
"""
import argparse
import asyncio
import contextlib
import errno
import json
import math
import os
import queue
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import regex

import contract
from common import ROOT, Problem, log, run_main

PORT = 8080
TIMEOUT_S = 30.0          # of one message, both attempts together: three times the slowest answer at 32 on two cores
MAX_WAITING = 128         # requests inside; four times what the engine runs at once, more would only time out
MAX_BATCH = 32            # texts of one batch: what the engine runs at once
MAX_BODY_BYTES = 512 * 1024   # a batch of the longest texts, four bytes a character and escaped
READY_FOR_S = 5.0         # a proof of readiness is this fresh; probes come every few seconds
PROBE = "kal 2 baje Rahul ke saath meeting rakh do"
MAX_SAID_CHARS = 200      # of an error's message; it may quote the client
LOG_WAITING = 1000        # lines not written yet: three seconds of redaction, a few MB
LOG_CLOSE_S = 5.0         # for the lines that wait when the process ends
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
JSON_STRING = regex.compile(r'"(?:[^"\\]|\\.)*+"(?P<key>\s*:)?')


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
    prompt: str
    client: object = None
    model: str | None = None
    model_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def open(self) -> None:
        import httpx
        limits = httpx.Limits(max_connections=MAX_WAITING + 8)
        self.client = httpx.AsyncClient(base_url=self.url, limits=limits, timeout=httpx.Timeout(TIMEOUT_S, connect=3.0))

    async def served_model(self) -> str:
        """Name under which the server holds the model; asked once it answers."""
        import httpx
        async with self.model_lock:     # the first messages share one question
            if self.model is None:
                try:
                    got = await self.client.get("/models")
                    self.model = got.raise_for_status().json()["data"][0]["id"]
                except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError, RecursionError) as err:
                    raise ServiceError("engine_unavailable", f"the engine does not answer ({type(err).__name__})") from None
            return self.model

    def body(self, text: str, guarded: bool) -> dict:
        """Request of one attempt: prompt, budget, and with guarded the message's schema. Milliseconds of pure Python.
        Raises ServiceError for a text that fills the context: three tokens a character where the script is a rare one."""
        from vllm_server import SERVING
        n = len(contract.message_ids(self.tokenizer, text))
        body = {"prompt": contract.prompt_ids(self.tokenizer, text, self.prompt), "max_tokens": contract.max_new_tokens(n),
                "temperature": 0, "logprobs": 0}
        if len(body["prompt"]) + body["max_tokens"] > SERVING["max_model_len"]:
            raise ServiceError("too_long", f"the text has {n} tokens, more than the model can read and answer")
        if guarded:
            import guarded as grammar
            body["structured_outputs"] = {"json": grammar.message_schema(text)}
        return body

    async def ask(self, text: str, guarded: bool) -> tuple[str, str, float | None]:
        """(raw, finish, mean log-probability) of one attempt. Raises ServiceError for an engine that is not there."""
        import httpx
        body = await asyncio.to_thread(self.body, text, guarded)
        body["model"] = await self.served_model()
        try:
            got = await self.client.post("/completions", json=body)
        except httpx.TimeoutException:
            raise ServiceError("timeout", f"no answer within {TIMEOUT_S:g} s") from None
        except httpx.HTTPError as err:
            raise ServiceError("engine_unavailable", f"the engine went away ({type(err).__name__})") from None
        if got.status_code != 200:
            self.model = None       # a server that was started anew may hold it under another name
            raise ServiceError("engine_unavailable", f"the engine answered {got.status_code}")
        try:
            choice = got.json()["choices"][0]
            return sayable(choice["text"]), str(choice["finish_reason"]), mean_logprob(choice)
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
            raise ServiceError("engine_unavailable", "the engine's answer is not in its own format") from None


def mean_logprob(choice: dict) -> float | None:
    """Mean log-probability of an answer's tokens; None where the engine gave none, or one that is none (NaN)."""
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


def refused_row(request_id: str, text: str) -> dict:
    """The log's line of a message without a valid answer. What the engine said is not kept: in half an object personal data
    cannot be told from the rest."""
    return {"id": request_id, "input": contract.clean_input(text), "raw": None, "output": None, "mean_logprob": None,
            "decoding": None, "checks": None}


def redacted(row: dict) -> dict:
    """A log's line without personal data: what is personal in one of its texts is taken out of all of them."""
    from flywheel import hide
    output, raw = row["output"], row["raw"] or ""
    said = [json.loads(m.group()) for m in JSON_STRING.finditer(raw) if not m["key"]]
    texts = [row["input"], *said, *([output["normalized_text"], *output["slots"].values()] if output else [])]
    hidden = iter(hide(texts))
    out = row | {"input": next(hidden)}
    if row["raw"]:
        clean = iter([(old, next(hidden)) for old in said])

        def kept(literal: regex.Match) -> str:
            if literal["key"]:
                return literal.group()
            old, new = next(clean)
            return literal.group() if old == new else json.dumps(new, ensure_ascii=False)
        out["raw"] = JSON_STRING.sub(kept, raw)
    if output:
        out["output"] = output | {"normalized_text": next(hidden), "slots": {k: next(hidden) for k in output["slots"]}}
    return out


def append(path: Path, line: bytes) -> None:
    """One line more, on a line of its own even behind half a line. Raises OSError; the file is its owner's alone."""
    with open(path, "a+b", buffering=0, opener=lambda name, flags: os.open(name, flags, 0o600)) as handle:
        if handle.seek(0, os.SEEK_END):
            handle.seek(-1, os.SEEK_END)
            line = line if handle.read(1) == b"\n" else b"\n" + line
        if handle.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


class AnswerLog:
    """Redacts and appends lines in a thread of its own. What cannot be written is counted, never raised and never waited for."""

    def __init__(self, path: Path, counted):
        self.path, self.counted, self.rows = path, counted, queue.Queue(LOG_WAITING)
        self.thread = threading.Thread(target=self.run, daemon=True)

    def put(self, row: dict) -> None:
        try:
            self.rows.put_nowait(row)
        except queue.Full:
            self.counted.labels("no_room").inc()

    def run(self) -> None:
        while (row := self.rows.get()) is not None:
            try:
                append(self.path, json.dumps(redacted(row), ensure_ascii=False).encode() + b"\n")
                outcome = "written"
            except OSError:
                outcome = "not_written"
            except Exception:   # a fault of the redaction may cost one line: not the log, and never a line unredacted
                outcome = "not_redacted"
            self.counted.labels(outcome).inc()

    def close(self) -> None:
        """Write what waits, for LOG_CLOSE_S at most."""
        with contextlib.suppress(queue.Full):
            self.rows.put(None, timeout=LOG_CLOSE_S)
        self.thread.join(LOG_CLOSE_S)


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
        output, decoding, logprob, raw = trivial(text), "none", None, None
        if output is None:
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    output, decoding, logprob, raw = await self.attempts(text)
            except TimeoutError:
                raise ServiceError("timeout", f"no answer within {TIMEOUT_S:g} s") from None
        answered = time.perf_counter()
        self.service_s += 0.1 * (answered - started - self.service_s)
        found = await asyncio.to_thread(checks, output, text, decoding, logprob)
        done = time.perf_counter()
        return Answer(text, output, decoding, logprob, raw, found, {
            "engine_ms": round(1000 * (answered - started), 1), "checks_ms": round(1000 * (done - answered), 1),
            "total_ms": round(1000 * (done - started), 1)})

    async def attempts(self, text: str) -> tuple[dict, str, float | None, str]:
        """Free, then once guarded: (object, decoding, mean log-probability, raw). Raises ServiceError "no_valid_answer" when
        neither gives an object of the contract."""
        import scoring
        reason = None
        for decoding in ("free", "guarded"):
            raw, finish, logprob = await self.upstream.ask(text, decoding == "guarded")
            output, reason = scoring.parse_prediction(raw, finish)
            if output is not None and (said := json.dumps(output, ensure_ascii=False)) != sayable(said):
                output, reason = None, "half of a surrogate pair"
            if output is not None:
                return output, decoding, logprob, raw
            self.meters.rejected.labels(decoding).inc()
        raise ServiceError("no_valid_answer", f"the model gave no valid object ({reason})")

    async def ready(self) -> None:
        """Return when the engine gave a valid object within READY_FOR_S. Raises ServiceError otherwise."""
        async with self.ready_lock:     # probes that arrive together share one generation
            if time.monotonic() - self.ready_at > READY_FOR_S:
                await self.parse(PROBE)
                self.ready_at = time.monotonic()


class Meters:
    """Prometheus metrics, in a registry of their own so that two apps in one process do not meet."""

    def __init__(self):
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
        self.registry = CollectorRegistry()
        self.requests = Counter("hinglish_requests", "messages by outcome", ["outcome"], registry=self.registry)
        self.rejected = Counter("hinglish_rejected_answers", "engine answers that were no valid object", ["decoding"], registry=self.registry)
        self.violations = Counter("hinglish_script_violations", "violations in answers given", ["kind"], registry=self.registry)
        self.waiting = Gauge("hinglish_messages_waiting", "messages inside the gateway", registry=self.registry)
        self.seconds = Histogram("hinglish_answer_seconds", "time to an answer", registry=self.registry,
                                 buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30))
        self.logged = Counter("hinglish_log_lines", "lines of the log by outcome", ["outcome"], registry=self.registry)

    def answered(self, answer: Answer) -> None:
        self.requests.labels("ok").inc()
        self.seconds.observe(answer.timings["total_ms"] / 1000)
        for violation in answer.checks["script"]["violations"]:
            self.violations.labels(violation["kind"]).inc()


def answer_schema() -> dict:
    """JSON schema of an answer, for the interface's own description."""
    number = {"type": "number", "minimum": 0}
    fields = {"output": {k: v for k, v in contract.json_schema().items() if k != "$schema"}, "checks": {"type": "object"},
              "timings": {"type": "object", "required": ["engine_ms", "checks_ms", "total_ms"],
                          "properties": {"engine_ms": number, "checks_ms": number, "total_ms": number}},
              "request_id": {"type": "string"}}
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def make_app(upstream: Upstream, log_file: Path | None = None):
    """The FastAPI application before an upstream; nothing is asked of it until a request comes."""
    from fastapi import FastAPI, Request
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import HTMLResponse, JSONResponse, Response
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
    from pydantic import BaseModel, ConfigDict, Field
    from starlette.exceptions import HTTPException

    class ParseRequest(BaseModel):
        """One message; the longest accepted has contract.MAX_INPUT_CHARS characters."""
        model_config = ConfigDict(extra="forbid", strict=True)
        text: str = Field(description=f"a message, at most {contract.MAX_INPUT_CHARS} characters")

    class BatchRequest(BaseModel):
        """Several messages; each is answered by itself."""
        model_config = ConfigDict(extra="forbid", strict=True)
        texts: list[str] = Field(min_length=1, max_length=MAX_BATCH)

    class ErrorAnswer(BaseModel):
        """What every error looks like."""
        error: dict
        request_id: str

    gateway = Gateway(upstream, Meters())
    answers = AnswerLog(log_file, gateway.meters.logged) if log_file else None

    @contextlib.asynccontextmanager
    async def lifespan(app):
        await upstream.open()
        await asyncio.to_thread(upstream.body, PROBE, True)     # the lexicon loads now, not at the first message
        if answers:
            await asyncio.to_thread(redacted, refused_row("", PROBE))   # and the redaction's word lists
            answers.thread.start()
        yield
        await upstream.client.aclose()
        if answers:
            await asyncio.to_thread(answers.close)

    app = FastAPI(title="Hinglish to strict JSON", version=contract.CONTRACT_VERSION, lifespan=lifespan)
    app.state.gateway, app.state.answers = gateway, answers
    errors = {status: {"model": ErrorAnswer} for status, _ in ERRORS.values()}
    one_answer = answer_schema()
    several = {"type": "object", "properties": {"results": {"type": "array", "items": {"anyOf": [
        one_answer, {"$ref": "#/components/schemas/ErrorAnswer"}]}}}, "required": ["results"]}

    def documented(schema: dict) -> dict:
        return errors | {200: {"description": "the answer", "content": {"application/json": {"schema": schema}}}}

    def failed(err: ServiceError, request_id: str) -> JSONResponse:
        gateway.meters.requests.labels(err.kind).inc()
        headers = {"Retry-After": str(err.retry_after_s)} if err.retry_after_s else {}
        return JSONResponse(err.body(request_id), ERRORS[err.kind][0], headers | {"X-Request-Id": request_id})

    async def one(text: str, request_id: str) -> dict:
        try:
            answer = await gateway.parse(text)
        except ServiceError as err:
            if answers and err.kind == "no_valid_answer":
                answers.put(refused_row(request_id, text))
            raise
        gateway.meters.answered(answer)
        if answers and answer.raw is not None:
            answers.put(answer.row(request_id))
        return answer.body(request_id)

    @app.middleware("http")
    async def bounded(request: Request, call_next):
        size = request.headers.get("content-length")
        if request.method == "POST" and not (size and size.isdecimal() and int(size) <= MAX_BODY_BYTES):
            what = "the request needs a Content-Length" if not size else f"a body has at most {MAX_BODY_BYTES} bytes"
            return failed(ServiceError("too_long", what), uuid.uuid4().hex)
        return await call_next(request)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, err: RequestValidationError):
        first = err.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        return failed(ServiceError("invalid_request", f"{where or 'body'}: {first['msg']}"), uuid.uuid4().hex)

    @app.exception_handler(HTTPException)
    async def routing(request: Request, err: HTTPException):
        kind = {404: "not_found", 405: "method_not_allowed"}.get(err.status_code, "invalid_request")
        answer = failed(ServiceError(kind, str(err.detail)), uuid.uuid4().hex)
        answer.headers.update(err.headers or {})    # Allow
        return answer

    @app.exception_handler(Exception)
    async def unexpected(request: Request, err: Exception):
        """Typed too; Starlette raises the error again afterwards, so that its traceback is on stderr."""
        request_id = uuid.uuid4().hex
        log(f"serve.py: request {request_id}: {type(err).__name__}")
        return failed(ServiceError("internal", f"an unexpected fault ({type(err).__name__})"), request_id)

    @app.post("/parse", responses=documented(one_answer))
    async def parse(request: ParseRequest):
        request_id = uuid.uuid4().hex
        try:
            with gateway.admitted():
                return JSONResponse(await one(request.text, request_id), headers={"X-Request-Id": request_id})
        except ServiceError as err:
            return failed(err, request_id)

    @app.post("/parse/batch", responses=documented(several))
    async def batch(request: BatchRequest):
        async def each(text: str) -> dict:
            request_id = uuid.uuid4().hex
            try:
                return await one(text, request_id)
            except ServiceError as err:
                gateway.meters.requests.labels(err.kind).inc()
                return err.body(request_id)
        try:
            with gateway.admitted(len(request.texts)):
                return {"results": await asyncio.gather(*map(each, request.texts))}
        except ServiceError as err:
            return failed(err, uuid.uuid4().hex)

    @app.get("/healthz")
    async def healthz():
        return {"status": "alive"}

    @app.get("/readyz", responses={503: {"model": ErrorAnswer}})
    async def readyz():
        try:
            await gateway.ready()
        except ServiceError as err:
            return JSONResponse(err.body(uuid.uuid4().hex), 503)
        return {"status": "ready", "model": upstream.model}

    @app.get("/metrics", response_class=Response)
    async def metrics():
        return Response(generate_latest(gateway.meters.registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/", response_class=HTMLResponse)
    async def page():
        html = (ROOT / "serve_page.html").read_text(encoding="utf-8")
        return HTMLResponse(html.replace('id="notice" hidden', 'id="notice"') if answers else html)

    return app


def listen(app, host: str, port: int) -> None:
    """Serve until interrupted. Raises Problem where the port is taken."""
    import uvicorn
    import vllm_server
    if not vllm_server.port_is_free(port):
        raise Problem(f"port {port} is in use")
    log(f"serve.py: http://{host}:{port}")
    uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=int(TIMEOUT_S))


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve /parse before vLLM.", allow_abbrev=False)
    parser.add_argument("--upstream", help="URL of an OpenAI-compatible server (default: start vLLM here)")
    parser.add_argument("--model", help="adapter folder, merged folder, short name or hub id (default: the shipped one)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--log", type=Path, metavar="FILE", help="append redacted answers for flywheel.py (default: no log)")
    args = parser.parse_args()
    if args.log:
        append(args.log, b"")    # a file that cannot be written is said now, not counted later
    import engine
    import vllm_server
    engine.quiet_transformers()
    model = args.model or engine.default_model()
    checkpoint = engine.resolve(model)
    tokenizer, prompt = engine.load_tokenizer(checkpoint.base), engine.default_prompt(model, checkpoint)
    with contextlib.ExitStack() as stack:
        url = args.upstream
        if url is None:
            log("serve.py: starting vLLM (a minute or two on a CPU)")
            url = stack.enter_context(vllm_server.serve(vllm_server.served_folder(checkpoint), ROOT / "outputs" / "serve" / "vllm.log")).url
        url = url.rstrip("/")
        upstream = Upstream(url if url.endswith("/v1") else url + "/v1", tokenizer, prompt)
        listen(make_app(upstream, args.log), args.host, args.port)


if __name__ == "__main__":
    run_main(main)
