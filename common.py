"""What several stages need and none owns: errors for people, JSONL in and out, provenance, intervals.

Reads:  whatever a stage passes in
Writes: nothing by itself
"""
import errno
import hashlib
import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# Cores of this process when it began: with OMP_PROC_BIND its main thread is on one of them once torch is loaded.
AFFINITY = frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset(range(os.cpu_count() or 1))
Z_95 = 1.959963984540054  # two-sided 95 % normal quantile


class Problem(Exception):
    """Something the person at the keyboard can act on; its text is the one sentence they see."""


def run_main(main: Callable[[], None]) -> None:
    """Run a stage: a Problem, a full disk or a missing file is one sentence on stderr and exit code 1 or 2.

    Everything unexpected keeps its traceback: hiding a bug helps nobody. SIGTERM unwinds with exit code 143, as an
    exception would: a server that the stage started is ended, not left behind.
    """
    name = Path(sys.argv[0]).name
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main()
    except Problem as err:
        sys.exit(f"{name}: {err}")
    except KeyboardInterrupt:
        print(f"\n{name}: interrupted; what was finished is kept, run the same command to go on", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # no second error at shutdown
        sys.exit(141)
    except OSError as err:
        if disk_full(err):
            sys.exit(f"{name}: the disk is full ({err.filename or 'while writing'}); nothing half-written was kept")
        if err.errno in (errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOTDIR, errno.EROFS) and err.filename:
            sys.exit(f"{name}: {err.filename}: {err.strerror}")
        raise


def disk_full(err: BaseException) -> bool:
    """Whether an error means that the disk is full; safetensors and torch.save have words of their own for it."""
    if isinstance(err, OSError):
        return err.errno == errno.ENOSPC
    return "os error 28" in str(err) or "inline_container.cc" in str(err)


def log(message: str) -> None:
    """Progress for people: stderr, at once."""
    print(message, file=sys.stderr, flush=True)


def read_jsonl(path: Path | str, required: tuple[str, ...] = ()) -> list[dict]:
    """Rows of a JSONL file; blank lines are skipped.

    Raises Problem naming file, line and reason for a line that is not UTF-8 JSON, not an object, lacks a required
    string key, or repeats an id; and for a file without rows.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as err:
        raise Problem(f"{path}: {err.strerror}") from None
    rows, seen = [], {}
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        row = _parse_row(path, number, line, required)
        if "id" in row:
            if row["id"] in seen:
                raise Problem(f"{path}, line {number}: id {row['id']!r} stands on line {seen[row['id']]} already")
            seen[row["id"]] = number
        rows.append(row)
    if not rows:
        raise Problem(f"{path}: no rows")
    return rows


def _parse_row(path: Path, number: int, line: bytes, required: tuple[str, ...]) -> dict:
    try:
        row = json.loads(line.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as err:
        raise Problem(f"{path}, line {number}: not JSON ({err})") from None
    if not isinstance(row, dict):
        raise Problem(f"{path}, line {number}: a JSON {type(row).__name__}, not an object")
    for key in required:
        if not isinstance(row.get(key), str):
            raise Problem(f"{path}, line {number}: {key!r} is missing or not a string")
    return row


def iter_complete_rows(path: Path) -> Iterator[dict]:
    """Rows of a JSONL file that a killed run may have left half-written: a broken last line is dropped."""
    if not path.exists():
        return
    for line in path.read_bytes().split(b"\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row


def sha256_file(path: Path | str) -> str:
    """Hex SHA-256 of a file's bytes."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def versions(*packages: str) -> dict[str, str | None]:
    """Installed versions by distribution name; None where a package is not installed."""
    from importlib import metadata
    found = {}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = None
    return found


def git_commit() -> str | None:
    """Short commit of the tree, '+' behind it where tracked files differ. Outside a checkout HINGLISH_COMMIT, where a copy of the
    tree is told what it was made of, else None."""
    told = os.environ.get("HINGLISH_COMMIT")
    try:
        head = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"],
                              capture_output=True, text=True, timeout=20)
        if head.returncode:
            return told
        dirty = subprocess.run(["git", "-C", str(ROOT), "diff", "--quiet", "HEAD", "--", "*.py"],
                               capture_output=True, timeout=20)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return told
    return head.stdout.strip() + ("+" if dirty.returncode else "")


def hardware() -> dict:
    """The machine in a few words: processor, cores, memory in GiB, GPUs."""
    cpu = next((line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
               "unknown processor")
    kib = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), None)
    gpus = []
    torch = sys.modules.get("torch")  # only where a stage has paid for the import already
    if torch is not None and torch.cuda.is_available():
        gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    return {"cpu": cpu, "cores": len(AFFINITY),
            "memory_gib": round(kib / 2**20, 1) if kib else None, "gpus": gpus}


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def wilson(successes: int, n: int) -> tuple[float, float] | None:
    """95 % Wilson score interval of a rate (Wilson 1927); None for n = 0."""
    if n == 0:
        return None
    p = successes / n
    centre = p + Z_95**2 / (2 * n)
    spread = Z_95 * math.sqrt(p * (1 - p) / n + Z_95**2 / (4 * n * n))
    scale = 1 + Z_95**2 / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
