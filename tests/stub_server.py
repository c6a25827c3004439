"""An OpenAI-compatible server that answers every completion with the contract's example. A stand-in: it lets the tests
of eval.py and bench_latency.py see timeouts, deaths and broken streams without a model. What a real server does is tested
with a real one (test_servers.py)."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import contract

ANSWER = contract.serialize(contract.EXAMPLE_OUTPUT)


class StubServer:
    """Context manager; url is set inside. dies_after: answers given before it stops; hangs_on: 1-based numbers of
    requests that never get an answer; text: the answer."""

    def __init__(self, text: str = ANSWER, dies_after: int | None = None, hangs_on: tuple[int, ...] = ()):
        self.text, self.dies_after, self.hangs_on = text, dies_after, hangs_on
        self.n_requests, self.lock, self.released = 0, threading.Lock(), threading.Event()

    def __enter__(self):
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                self.reply({"data": [{"id": "stub"}]})

            def do_POST(self):
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
                if body.get("stream"):
                    self.stream()
                else:
                    self.reply({"choices": [{"text": stub.text, "finish_reason": "stop", "logprobs": None}],
                                "usage": {"completion_tokens": 90}})

            def reply(self, obj):
                data = json.dumps(obj).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def stream(self):
                self.send_response(200)
                self.end_headers()
                pieces = [stub.text[i:i + 40] for i in range(0, len(stub.text), 40)]
                for i, piece in enumerate(pieces):
                    time.sleep(0.005)
                    finish = "stop" if i == len(pieces) - 1 else None
                    self.event({"choices": [{"text": piece, "finish_reason": finish}]})
                self.event({"choices": [], "usage": {"completion_tokens": len(pieces)}})
                self.wfile.write(b"data: [DONE]\n\n")

            def event(self, obj):
                self.wfile.write(b"data: " + json.dumps(obj).encode() + b"\n\n")
                self.wfile.flush()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
