"""The service's log: one redacted line an answer, in flywheel.py's format, written by a thread of its own.

    from answer_log import AnswerLog, refused_row

An answer never waits for the log: a line that cannot be written is counted and lost. The file is opened for each line, so
it may be moved away at any time, and only its owner can read it.

Reads:  what redact.py reads
Writes: the log
"""
import contextlib
import errno
import json
import os
import queue
import threading
from pathlib import Path

import regex

import contract
from common import log

LOG_WAITING = 1000        # lines not written yet: three seconds of redaction, a few MB
LOG_CLOSE_S = 5.0         # for the lines that wait when the process ends
# What a text may do to the redaction. Anything else ends the log's thread; what comes after is counted as not written.
REDACTION_FAULTS = (ValueError, TypeError, LookupError, AttributeError, RuntimeError, TimeoutError, StopIteration, regex.error)
JSON_STRING = regex.compile(r'"(?:[^"\\]|\\.)*+"(?P<key>\s*:)?')


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
        if self.thread.ident and not self.thread.is_alive():
            self.counted.labels("not_written").inc()
            return
        try:
            self.rows.put_nowait(row)
        except queue.Full:
            self.counted.labels("no_room").inc()

    def run(self) -> None:
        while (row := self.rows.get()) is not None:
            self.counted.labels(self.write(row)).inc()

    def write(self, row: dict) -> str:
        """Redact and append one line: "written", "not_redacted" or "not_written"."""
        try:
            line = json.dumps(redacted(row), ensure_ascii=False).encode() + b"\n"
        except REDACTION_FAULTS as err:    # costs this line, not the log, and no line goes out unredacted
            log(f"answer_log.py: a line could not be redacted ({type(err).__name__})")
            return "not_redacted"
        try:
            append(self.path, line)
        except OSError as err:
            log(f"answer_log.py: a line could not be written ({err.strerror})")
            return "not_written"
        return "written"

    def close(self) -> None:
        """Write what waits, for LOG_CLOSE_S at most."""
        with contextlib.suppress(queue.Full):
            self.rows.put(None, timeout=LOG_CLOSE_S)
        self.thread.join(LOG_CLOSE_S)
