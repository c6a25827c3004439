"""An OpenAI-compatible server that answers every completion with the contract's example, and the gateway as a process
before it. A stand-in: it lets the tests of eval.py, bench_latency.py and serve.py see timeouts, deaths and broken answers
without a model. What a real server does is tested with a real one (test_servers.py)."""
import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

import contract
import gateway
import serve
import vllm_server
from common import ROOT

ANSWER = contract.serialize(contract.EXAMPLE_OUTPUT)
TIMEOUT_S = 3   # of the gateway under test


class ManyClients(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256    # 5 by default: of 128 clients that come together some would wait a second


class Handler(BaseHTTPRequestHandler):
    """What the stub says; its settings are those of the StubServer that server.stub is."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.send(self.server.stub.models)

    def do_POST(self):
        stub = self.server.stub
        if self.path == "/tokenize":
            self.send(json.dumps({"tokens": stub.vocabulary}).encode())
            return
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with stub.lock:
            stub.n_requests += 1
            number = stub.n_requests
        if stub.dies_after is not None and number > stub.dies_after:
            self.connection.close()
            return
        if number in stub.hangs_on:
            stub.released.wait(30)
            return
        if stub.fault:
            stub.fault(self, body)
        elif body.get("stream"):
            self.stream()
        else:
            self.answer(body)

    def answer(self, body):
        stub = self.server.stub
        text = stub.text if isinstance(stub.text, str) else stub.text(body)
        for stop in body.get("stop", []):      # kept in the text, as include_stop_str_in_output asks vLLM
            text = text[:text.find(stop) + len(stop)] if stop in text else text
        self.send(json.dumps({"choices": [{"text": text, "finish_reason": "stop", "logprobs": stub.logprobs}],
                              "usage": {"completion_tokens": 90}}).encode())

    def send(self, data: bytes, status: int = 200, **headers):
        self.send_response(status)
        for name, value in ({"Content_Length": str(len(data))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def stream(self):
        text = self.server.stub.text
        self.send_response(200)
        self.end_headers()
        pieces = [text[i:i + 40] for i in range(0, len(text), 40)]
        for i, piece in enumerate(pieces):
            time.sleep(0.005)
            finish = "stop" if i == len(pieces) - 1 else None
            self.event({"choices": [{"text": piece, "finish_reason": finish}]})
        self.event({"choices": [], "usage": {"completion_tokens": len(pieces)}})
        self.wfile.write(b"data: [DONE]\n\n")

    def event(self, obj):
        self.wfile.write(b"data: " + json.dumps(obj).encode() + b"\n\n")
        self.wfile.flush()


class StubServer:
    """Context manager; url is set inside. dies_after: answers given before it stops; hangs_on: 1-based numbers of
    requests that never get an answer; text: the answer, or what makes it of a request's body. What may be set later:
    fault takes (handler, body) in place of an answer; models is what /models says; logprobs go into every choice."""

    def __init__(self, text: str | Callable[[dict], str] = ANSWER, dies_after: int | None = None,
                 hangs_on: tuple[int, ...] = (), port: int = 0):
        self.text, self.dies_after, self.hangs_on, self.port = text, dies_after, hangs_on, port
        self.vocabulary = []    # its token ids of engine.VOCABULARY_PROBE; none: it does not tell
        self.fault, self.models, self.logprobs = None, b'{"data": [{"id": "stub"}]}', None
        self.n_requests, self.lock, self.released = 0, threading.Lock(), threading.Event()

    def __enter__(self):
        self.server = ManyClients(("127.0.0.1", self.port), Handler)
        self.server.stub = self
        self.server.handle_error = lambda *_: None      # clients that went away are what some tests are about
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class Process:
    """serve.py before an upstream, with a short timeout; url once it is alive."""

    def __init__(self, upstream: str, waiting: int = gateway.MAX_WAITING, log: Path | None = None, timeout_s: float = TIMEOUT_S):
        self.port = vllm_server.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        code = (f"import gateway; gateway.TIMEOUT_S = {timeout_s}; gateway.MAX_WAITING = {waiting}; gateway.READY_FOR_S = 0.2; "
                "import serve; serve.run_main(serve.main)")
        # A file, not a pipe: a full pipe would stop a gateway that has much to say.
        self.stderr = tempfile.NamedTemporaryFile("a")
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "--upstream", upstream, "--port", str(self.port), *(["--log", str(log)] if log else [])],
            cwd=ROOT, stderr=self.stderr, stdout=subprocess.DEVNULL)

    def __enter__(self):
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                httpx.get(self.url + "/healthz", timeout=1)
                self.client = httpx.Client(base_url=self.url, timeout=60)
                return self
            except httpx.TransportError:
                time.sleep(0.1)
        self.__exit__()
        raise AssertionError(self.said()[-2000:])

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def said(self) -> str:
        """What the process wrote to stderr."""
        return Path(self.stderr.name).read_text(errors="replace")

    def parse(self, text) -> httpx.Response:
        return self.client.post("/parse", json={"text": text})

    def counted(self, name: str, **labels: str) -> float:
        """A counter's value from /metrics, 0 before its first event."""
        inner = ",".join(f'{k}="{v}"' for k, v in labels.items())
        found = re.search(rf"^{name}_total{re.escape('{' + inner + '}')} (\S+)$", self.client.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def memory_kib(self) -> int:
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{self.process.pid}/status").read())[1])


def error_of(response: httpx.Response) -> str:
    """Type of an error answer, whose form and status are the interface's."""
    body = response.json()
    assert set(body) == {"error", "request_id"} and set(body["error"]) == {"type", "message", "advice"}, body
    assert response.status_code == serve.ERRORS[body["error"]["type"]][0]
    return body["error"]["type"]
