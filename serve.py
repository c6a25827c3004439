"""The gateway: a small HTTP service before vLLM that answers with a checked object or a typed error, never with half of one.

    python serve.py                                    # starts vLLM with the shipped model, then listens on 8080
    python serve.py --upstream http://127.0.0.1:8000   # before a server that is there already
    python serve.py --log answers.jsonl                # keeps redacted answers for flywheel.py
    curl -s localhost:8080/parse -d '{"text": "kal 2 baje meeting rakh do"}' -H 'content-type: application/json'

POST /parse {"text"} -> {"output", "checks", "timings", "request_id"}; POST /parse/batch {"texts"} -> {"results"}, in
order, each an answer or an error of its own. /healthz: the process lives; /readyz: the engine gave a valid answer just now;
/metrics: Prometheus; /: a page for people; /docs: the interface. The gateway owns prompt, schema and limits: a client
sends text and nothing else. A free answer that is no valid object, or one whose script, spans or words fail a check, is asked for once
more with guarded decoding; the one with fewer faults goes out, and what still fails stands in its checks.

--log appends a redacted line for each message that the model was asked about (answer_log.py). What becomes of a message,
with its limits and typed errors, is in gateway.py; here are the routes.

Reads:  the model, serve_page.html; with --log what redact.py reads
Writes: nothing, or the log
"""
import argparse
import asyncio
import contextlib
import uuid
from functools import cache
from pathlib import Path

import contract
from answer_log import AnswerLog, append, redacted, refused_row
from common import ROOT, Problem, log, run_main
from gateway import ERRORS, PROBE, TIMEOUT_S, Answer, Gateway, ServiceError, Upstream

PORT = 8080
MAX_BATCH = 32            # texts of one batch: what the engine runs at once
MAX_BODY_BYTES = 512 * 1024   # a batch of the longest texts, four bytes a character and escaped


class Meters:
    """Prometheus metrics, in a registry of their own so that two apps in one process do not meet."""

    def __init__(self):
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
        self.registry = CollectorRegistry()
        self.requests = Counter("hinglish_requests", "messages by outcome", ["outcome"], registry=self.registry)
        self.rejected = Counter("hinglish_rejected_answers", "engine answers that were no valid object", ["decoding"], registry=self.registry)
        self.faulty = Counter("hinglish_faulty_answers", "valid objects that failed a check", ["decoding"], registry=self.registry)
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


class Service:
    """What the routes share: the gateway, its meters, the log where there is one."""

    def __init__(self, upstream: Upstream, log_file: Path | None):
        self.gateway = Gateway(upstream, Meters())
        self.answers = AnswerLog(log_file, self.gateway.meters.logged) if log_file else None

    @contextlib.asynccontextmanager
    async def lifespan(self, app):
        """Opens the connection and loads word lists before the first message, closes connection and log after the last."""
        upstream = self.gateway.upstream
        await upstream.open()
        await asyncio.to_thread(upstream.body, PROBE, True)     # the lexicon loads now, not at the first message
        if self.answers:
            await asyncio.to_thread(redacted, refused_row("", PROBE))   # and the redaction's word lists
            self.answers.thread.start()
        yield
        await upstream.client.aclose()
        if self.answers:
            await asyncio.to_thread(self.answers.close)

    async def one(self, text: str, request_id: str) -> dict:
        """Body of one answer, counted and logged. Raises ServiceError."""
        try:
            answer = await self.gateway.parse(text)
        except ServiceError as err:
            if self.answers and err.kind == "no_valid_answer":
                self.answers.put(refused_row(request_id, text))
            raise
        self.gateway.meters.answered(answer)
        if self.answers and answer.raw is not None:
            self.answers.put(answer.row(request_id))
        return answer.body(request_id)

    async def one_of_many(self, text: str) -> dict:
        """Body of one answer of a batch, or of its error."""
        request_id = uuid.uuid4().hex
        try:
            return await self.one(text, request_id)
        except ServiceError as err:
            self.gateway.meters.requests.labels(err.kind).inc()
            return err.body(request_id)

    def failed(self, err: ServiceError, request_id: str | None = None):
        """The response to an error, counted."""
        from fastapi.responses import JSONResponse
        request_id = request_id or uuid.uuid4().hex
        self.gateway.meters.requests.labels(err.kind).inc()
        headers = {"Retry-After": str(err.retry_after_s)} if err.retry_after_s else {}
        return JSONResponse(err.body(request_id), ERRORS[err.kind][0], headers | {"X-Request-Id": request_id})


def make_app(upstream: Upstream, log_file: Path | None = None):
    """The FastAPI application before an upstream; nothing is asked of it until a request comes."""
    from fastapi import FastAPI
    service = Service(upstream, log_file)
    app = FastAPI(title="Hinglish to strict JSON", version=contract.CONTRACT_VERSION, lifespan=service.lifespan)
    app.state.gateway, app.state.answers = service.gateway, service.answers
    add_errors(app, service)
    add_parsing(app, service)
    add_watching(app, service)
    return app


def add_errors(app, service: Service) -> None:
    """Bodies are bounded, and every error is a typed one."""
    from fastapi import Request
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    @app.middleware("http")
    async def bounded(request: Request, call_next):
        size = request.headers.get("content-length")
        if request.method == "POST" and not (size and size.isdecimal() and int(size) <= MAX_BODY_BYTES):
            what = "the request needs a Content-Length" if not size else f"a body has at most {MAX_BODY_BYTES} bytes"
            return service.failed(ServiceError("too_long", what))
        return await call_next(request)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, err: RequestValidationError):
        first = err.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        return service.failed(ServiceError("invalid_request", f"{where or 'body'}: {first['msg']}"))

    @app.exception_handler(HTTPException)
    async def routing(request: Request, err: HTTPException):
        kind = {404: "not_found", 405: "method_not_allowed"}.get(err.status_code, "invalid_request")
        answer = service.failed(ServiceError(kind, str(err.detail)))
        answer.headers.update(err.headers or {})    # Allow
        return answer

    @app.exception_handler(Exception)
    async def unexpected(request: Request, err: Exception):
        """Typed too; Starlette raises the error again afterwards, so that its traceback is on stderr."""
        request_id = uuid.uuid4().hex
        log(f"serve.py: request {request_id}: {type(err).__name__}")
        return service.failed(ServiceError("internal", f"an unexpected fault ({type(err).__name__})"), request_id)


def add_parsing(app, service: Service) -> None:
    """POST /parse and /parse/batch."""
    from fastapi.responses import JSONResponse
    from pydantic import BaseModel, ConfigDict, Field

    class ParseRequest(BaseModel):
        """One message; the longest accepted has contract.MAX_INPUT_CHARS characters."""
        model_config = ConfigDict(extra="forbid", strict=True)
        text: str = Field(description=f"a message, at most {contract.MAX_INPUT_CHARS} characters")

    class BatchRequest(BaseModel):
        """Several messages; each is answered by itself."""
        model_config = ConfigDict(extra="forbid", strict=True)
        texts: list[str] = Field(min_length=1, max_length=MAX_BATCH)

    one_answer, errors = answer_schema(), {status: {"model": error_model()} for status, _ in ERRORS.values()}
    several = {"type": "object", "properties": {"results": {"type": "array", "items": {"anyOf": [
        one_answer, {"$ref": "#/components/schemas/ErrorAnswer"}]}}}, "required": ["results"]}

    def documented(schema: dict) -> dict:
        return errors | {200: {"description": "the answer", "content": {"application/json": {"schema": schema}}}}

    @app.post("/parse", responses=documented(one_answer))
    async def parse(request: ParseRequest):
        request_id = uuid.uuid4().hex
        try:
            with service.gateway.admitted():
                return JSONResponse(await service.one(request.text, request_id), headers={"X-Request-Id": request_id})
        except ServiceError as err:
            return service.failed(err, request_id)

    @app.post("/parse/batch", responses=documented(several))
    async def batch(request: BatchRequest):
        try:
            with service.gateway.admitted(len(request.texts)):
                return {"results": await asyncio.gather(*map(service.one_of_many, request.texts))}
        except ServiceError as err:
            return service.failed(err)


@cache
def error_model():
    """What every error looks like, as a pydantic model."""
    from pydantic import create_model
    return create_model("ErrorAnswer", error=(dict, ...), request_id=(str, ...), __doc__="What every error looks like.")


def add_watching(app, service: Service) -> None:
    """Life, readiness, metrics and the page for people."""
    from fastapi.responses import HTMLResponse, JSONResponse, Response
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    @app.get("/healthz")
    async def healthz():
        return {"status": "alive"}

    @app.get("/readyz", responses={503: {"model": error_model()}})
    async def readyz():
        try:
            await service.gateway.ready()
        except ServiceError as err:
            return JSONResponse(err.body(uuid.uuid4().hex), 503)
        return {"status": "ready", "model": service.gateway.upstream.model}

    @app.get("/metrics", response_class=Response)
    async def metrics():
        return Response(generate_latest(service.gateway.meters.registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/", response_class=HTMLResponse)
    async def page():
        html = (ROOT / "serve_page.html").read_text(encoding="utf-8")
        return HTMLResponse(html.replace('id="notice" hidden', 'id="notice"') if service.answers else html)


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
    folder, prompt = checkpoint.base, engine.default_prompt(model, checkpoint)
    with contextlib.ExitStack() as stack:
        url = args.upstream
        if url is None:
            log("serve.py: starting vLLM (a minute or two on a CPU)")
            folder = vllm_server.served_folder(checkpoint)
            url = stack.enter_context(vllm_server.serve(folder, ROOT / "outputs" / "serve" / "vllm.log")).url
        url = url.rstrip("/")
        upstream = Upstream(url if url.endswith("/v1") else url + "/v1", engine.load_tokenizer(folder), folder, prompt)
        listen(make_app(upstream, args.log), args.host, args.port)


if __name__ == "__main__":
    run_main(main)
