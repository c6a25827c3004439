"""Run a checkpoint: resolve what --model names, and turn messages into raw answers.

Two engines with one method, used by predict.py, eval.py and the tests: transformers in this process, and any
OpenAI-compatible server (the benchmark's and the service's vLLM among them). Both send the token ids of
contract.prompt_ids and decode greedily, so that answers do not depend on who serves.

Reads:  models/, outputs/<run>/ (adapters)
Writes: outputs/<run>/merged/ when a merged copy is asked for
"""
import concurrent.futures
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import contract
from common import ROOT, Problem, sha256_file
from fetch_model import DEFAULT_MODEL, SOURCES, base_model, read_source

SHIPPED_ADAPTER = ROOT / "outputs" / "adapter"  # the trained adapter that the repo ships, once there is one
BASE_NAMES = tuple(SOURCES)
DEFAULT_BATCH, CUDA_BATCH = 8, 64  # rows at once: a killed run loses at most one batch; other sizes were not timed
REQUEST_TIMEOUT_S = 300.0  # one answer on a busy two-core server; a dead server shows at once


@dataclass(frozen=True)
class Checkpoint:
    """What --model resolved to. digest names the weights: base, or base and adapter."""
    name: str
    base: Path
    adapter: Path | None
    digest: str


@dataclass(frozen=True)
class Answer:
    """One raw model output. finish is stop, length or error; times in seconds."""
    raw: str
    finish: str
    prompt_tokens: int
    completion_tokens: int
    mean_logprob: float | None
    error: str | None = None

    def row(self) -> dict:
        return asdict(self)


def default_model() -> str:
    """The shipped adapter where the repo has one, the base model otherwise."""
    return str(SHIPPED_ADAPTER) if (SHIPPED_ADAPTER / "adapter_config.json").exists() else DEFAULT_MODEL


def is_url(model: str) -> bool:
    return model.startswith(("http://", "https://"))


def resolve(model: str) -> Checkpoint:
    """Adapter folder, merged folder, short name or hub id -> Checkpoint. Raises Problem with the reason otherwise."""
    folder = Path(model)
    if (folder / "adapter_config.json").exists():
        return _resolve_adapter(folder)
    base = base_model(model)
    return Checkpoint(base.name, base, None, weights_digest(base))


def _resolve_adapter(folder: Path) -> Checkpoint:
    weights = folder / "adapter_model.safetensors"
    if not weights.exists():
        raise Problem(f"{folder} has no adapter_model.safetensors")
    try:
        config = json.loads((folder / "adapter_config.json").read_text())
    except ValueError as err:
        raise Problem(f"{folder}/adapter_config.json is not JSON ({err})") from None
    name = config.get("base_model_name_or_path")
    if not name:
        raise Problem(f"{folder}/adapter_config.json names no base model")
    base = base_model(name)
    trained_on, here = training_run(folder).get("base_weights_sha256"), weights_digest(base)
    if trained_on and trained_on != here:
        raise Problem(f"{folder} was trained on a base with weights {trained_on[:12]}, {base} has {here[:12]}")
    digest = hashlib.sha256((here + sha256_file(weights)).encode()).hexdigest()
    return Checkpoint(folder.name, base, folder, digest)


def training_run(folder: Path | None) -> dict:
    """run.json of an adapter folder; {} where there is none."""
    try:
        return json.loads((folder / "run.json").read_text()) if folder else {}
    except (OSError, ValueError):
        return {}


def default_prompt(model: str, checkpoint: Checkpoint | None) -> str:
    """The prompt version a checkpoint was trained on; for others long for a base model, the default for the rest."""
    trained = training_run(checkpoint.adapter if checkpoint else None).get("prompt")
    return trained or ("long" if model in BASE_NAMES else contract.DEFAULT_PROMPT)


def weights_digest(folder: Path) -> str:
    """SHA-256 of a model folder's weights, from source.json where the folder has one."""
    known = read_source(folder).get("weights_sha256")
    if known:
        return known
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    return hashlib.sha256("".join(sha256_file(f) for f in files).encode()).hexdigest()


def load_tokenizer(folder: Path):
    """Tokenizer of a model folder; raises Problem where it cannot be read or has no ChatML stop token."""
    from transformers import AutoTokenizer
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as err:
        raise Problem(f"{folder}: the tokenizer cannot be loaded ({_first_line(err)})") from None
    if tokenizer.convert_tokens_to_ids(contract.STOP_TOKEN) in (None, tokenizer.unk_token_id):
        raise Problem(f"{folder}: the tokenizer has no {contract.STOP_TOKEN}, so this is not a Qwen-style chat model")
    tokenizer.padding_side = "left"
    return tokenizer


# What a server's vocabulary is known by: a cut one writes the Chinese word otherwise, and the stop token's id is its size.
VOCABULARY_PROBE = "kal 2 बजे WhatsApp 🙏 中文" + contract.STOP_TOKEN
NO_SUCH_ROUTE = (404, 405, 501)


def vocabulary_question(url: str, model: str) -> dict:
    """Arguments of an HTTP client's post that asks a server at .../v1 how it writes VOCABULARY_PROBE."""
    return {"url": url.removesuffix("/v1") + "/tokenize", "json": {"model": model, "prompt": VOCABULARY_PROBE, "add_special_tokens": False}}


def vocabulary_ids(got) -> list[int] | None:
    """Token ids of VOCABULARY_PROBE from a server's answer to /tokenize; None from one that has no such thing. Raises
    httpx.HTTPError for a server that fails."""
    if got.status_code in NO_SUCH_ROUTE:
        return None
    try:
        return got.raise_for_status().json()["tokens"] or None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def tokenizer_of_server(ids: list[int] | None, tokenizer, folder: Path):
    """The tokenizer that writes VOCABULARY_PROBE with the ids that a server gave: the one at hand, else its cut one; no ids
    (a server that does not tell): the one at hand. Raises Problem where neither fits, since its answers would be noise."""
    import cut_vocabulary

    def fits(candidate) -> bool:
        return contract.own_ids(candidate, VOCABULARY_PROBE) == ids
    if not ids or fits(tokenizer):
        return tokenizer
    if fits(cut := cut_vocabulary.load(folder)):
        return cut
    raise Problem(f"the server's model has another vocabulary than {folder}: name the tokenizer of the model it serves")


def load_weights(checkpoint: Checkpoint):
    """Model in bf16 on CUDA where there is one, else on the CPU; adapters are merged in memory for speed."""
    import torch
    from transformers import AutoModelForCausalLM
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        model = AutoModelForCausalLM.from_pretrained(checkpoint.base, dtype=torch.bfloat16, local_files_only=True)
    except (OSError, ValueError, KeyError) as err:
        raise Problem(f"{checkpoint.base}: the weights cannot be loaded ({_first_line(err)})") from None
    if checkpoint.adapter:
        model = load_adapter(model, checkpoint.adapter).merge_and_unload()
    return model.to(device).eval()


def load_adapter(model, folder: Path):
    """Base model with the adapter on it; raises Problem where the adapter was made for another architecture."""
    from peft import PeftModel
    try:
        return PeftModel.from_pretrained(model, folder)
    except (RuntimeError, ValueError, OSError) as err:
        raise Problem(f"{folder} does not fit the base model ({_first_line(err)})") from None


def _first_line(err: Exception) -> str:
    return (str(err).strip().splitlines() or [type(err).__name__])[0][:200]


def merge(checkpoint: Checkpoint, out: Path) -> Path:
    """Write base + adapter as one bf16 folder (weights, tokenizer, configuration). Whole or absent; kept for reuse.

    The sums are taken in bf16, as load_weights takes them: merged and in-memory answers can be compared.
    """
    if read_source(out).get("checkpoint") == checkpoint.digest:
        return out
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        load_weights(checkpoint).save_pretrained(part)
        for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json"):
            if (checkpoint.base / name).exists():
                shutil.copy(checkpoint.base / name, part / name)
        contract.write_atomic(part / "source.json", json.dumps({
            "merged_from": checkpoint.name, "checkpoint": checkpoint.digest,
            "weights_sha256": weights_digest(part)}, indent=1) + "\n")
        shutil.rmtree(out, ignore_errors=True)
        os.replace(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return out


def servable_folder(checkpoint: Checkpoint) -> Path:
    """A folder any server can load: the base itself, or the merged copy beside the adapter."""
    return checkpoint.base if checkpoint.adapter is None else merge(checkpoint, checkpoint.adapter / "merged")


class TransformersEngine:
    """Greedy decoding in this process, in batches of similar length."""

    def __init__(self, checkpoint: Checkpoint, prompt: str = contract.DEFAULT_PROMPT, guarded: bool = False):
        self.prompt, self.guarded = prompt, guarded
        self.tokenizer = load_tokenizer(checkpoint.base)
        self.model = load_weights(checkpoint)
        self._grammar = None

    def answers(self, texts: list[str], batch: int | None = None) -> Iterator[tuple[int, Answer]]:
        """(index, Answer) for every text, longest first, batch by batch; None: as many at once as the device takes well."""
        batch = batch or (CUDA_BATCH if self.model.device.type == "cuda" else DEFAULT_BATCH)
        lengths = [len(contract.message_ids(self.tokenizer, t)) for t in texts]
        order = sorted(range(len(texts)), key=lambda i: -lengths[i])
        for start in range(0, len(order), batch):
            indices = order[start:start + batch]
            yield from zip(indices, self._generate([texts[i] for i in indices], [lengths[i] for i in indices]))

    def _generate(self, texts: list[str], lengths: list[int]) -> list[Answer]:
        import torch
        from transformers import LogitsProcessorList
        prompts = [contract.prompt_ids(self.tokenizer, t, self.prompt) for t in texts]
        batch = self.tokenizer.pad({"input_ids": prompts}, return_tensors="pt").to(self.model.device)
        budgets = [contract.max_new_tokens(n) for n in lengths]
        recorder = _LogprobRecorder()
        processors = [recorder] if not self.guarded else [self._grammar_processor(texts), recorder]
        stop = self.tokenizer.convert_tokens_to_ids(contract.STOP_TOKEN)
        try:
            with torch.inference_mode():
                out = self.model.generate(**batch, max_new_tokens=max(budgets), do_sample=False, eos_token_id=stop,
                                          pad_token_id=self.tokenizer.pad_token_id,
                                          logits_processor=LogitsProcessorList(processors))
        except torch.cuda.OutOfMemoryError:
            raise Problem(f"the GPU ran out of memory with {len(texts)} messages at once; use a smaller --batch") from None
        new = out[:, batch["input_ids"].shape[1]:].tolist()
        return [self._answer(ids, budget, len(prompt), recorder.row(i), stop)
                for i, (ids, budget, prompt) in enumerate(zip(new, budgets, prompts))]

    def _answer(self, ids: list[int], budget: int, n_prompt: int, logprobs: list[float], stop: int) -> Answer:
        end = ids.index(stop) if stop in ids else len(ids)
        stopped = stop in ids and end < budget
        kept = ids[:end] if stopped else ids[:budget]
        n_scored = len(kept) + stopped
        mean = sum(logprobs[:n_scored]) / n_scored if n_scored else None
        return Answer(self.tokenizer.decode(kept, skip_special_tokens=False, clean_up_tokenization_spaces=False),
                      "stop" if stopped else "length", n_prompt, n_scored, mean)

    def _grammar_processor(self, texts: list[str]):
        from guarded import GrammarProcessor, MessageGrammar
        if self._grammar is None:
            self._grammar = MessageGrammar(self.tokenizer, self.model.config.vocab_size)
        return GrammarProcessor(self._grammar, texts)


class _LogprobRecorder:
    """Logits processor that changes nothing and keeps the log-probability of each greedy choice."""

    def __init__(self):
        self.steps = []

    def __call__(self, input_ids, scores):
        self.steps.append((scores.max(dim=-1).values - scores.float().logsumexp(dim=-1)).tolist())
        return scores

    def row(self, i: int) -> list[float]:
        return [step[i] for step in self.steps]


class ServerEngine:
    """An OpenAI-compatible server, asked through /v1/completions with token ids, several requests at a time."""

    def __init__(self, url: str, tokenizer_folder: Path | None = None, prompt: str = contract.DEFAULT_PROMPT,
                 guarded: bool = False, concurrency: int = 16, timeout_s: float = REQUEST_TIMEOUT_S,
                 model: str | None = None):
        import httpx
        self.url, self.prompt, self.guarded, self.concurrency = url.rstrip("/"), prompt, guarded, concurrency
        if not self.url.endswith("/v1"):
            self.url += "/v1"
        self.client = httpx.Client(timeout=httpx.Timeout(timeout_s, connect=10.0),
                                   limits=httpx.Limits(max_connections=concurrency))
        self.model = model or self._served_model()
        folder = tokenizer_folder or base_model()
        self.tokenizer = tokenizer_of_server(self._probe_ids(), load_tokenizer(folder), folder)

    def _served_model(self) -> str:
        import httpx
        try:
            got = self.client.get(self.url + "/models")
            got.raise_for_status()
            return got.json()["data"][0]["id"]
        except (httpx.HTTPError, ValueError, KeyError, IndexError) as err:
            raise Problem(f"{self.url} is not an OpenAI-compatible server that answers ({_first_line(err)})") from None

    def _probe_ids(self) -> list[int] | None:
        """The server's own token ids of VOCABULARY_PROBE; None where it does not tell."""
        import httpx
        try:
            return vocabulary_ids(self.client.post(**vocabulary_question(self.url, self.model)))
        except httpx.HTTPError as err:
            raise Problem(f"{self.url} does not say how it writes a text ({_first_line(err)})") from None

    def answers(self, texts: list[str], batch: int = 0) -> Iterator[tuple[int, Answer]]:
        """(index, Answer) as they come. A timeout is an Answer with finish "error"; a dead server raises Problem."""
        pool = concurrent.futures.ThreadPoolExecutor(self.concurrency)
        waiting = {pool.submit(self._ask, text): i for i, text in enumerate(texts)}
        failure = None
        try:
            for done in concurrent.futures.as_completed(waiting):
                if done.cancelled():
                    continue
                if done.exception() is None:
                    yield waiting[done], done.result()
                elif failure is None:  # answers already on their way are still taken before it is raised
                    failure = done.exception()
                    for future in waiting:
                        future.cancel()
        finally:
            # Not waiting: on Ctrl-C a request may still run for minutes; it ends with the server or the process.
            pool.shutdown(wait=False, cancel_futures=True)
        if failure is not None:
            raise failure

    def _ask(self, text: str) -> Answer:
        import httpx
        ids = contract.prompt_ids(self.tokenizer, text, self.prompt)
        budget = contract.max_new_tokens(len(contract.message_ids(self.tokenizer, text)))
        body = {"model": self.model, "prompt": ids, "max_tokens": budget, "temperature": 0, "logprobs": 0}
        if self.guarded:
            import guarded
            body["structured_outputs"] = {"grammar": guarded.message_grammar(text)}
        try:
            got = self.client.post(self.url + "/completions", json=body)
        except httpx.TimeoutException:
            return Answer("", "error", len(ids), 0, None, "timeout")
        except httpx.TransportError as err:
            raise Problem(f"{self.url} stopped answering ({_first_line(err)})") from None
        if got.status_code >= 400:
            if got.status_code >= 500:
                raise Problem(f"{self.url} answered {got.status_code}: {got.text[:200]}")
            return Answer("", "error", len(ids), 0, None, f"HTTP {got.status_code}: {got.text[:200]}")
        return _completion_answer(got.json(), len(ids))


def _completion_answer(body: dict, n_prompt: int) -> Answer:
    choice = body["choices"][0]
    logprobs = [p for p in (choice.get("logprobs") or {}).get("token_logprobs") or [] if p is not None]
    return Answer(choice["text"], choice["finish_reason"] or "error", n_prompt,
                  body.get("usage", {}).get("completion_tokens", 0),
                  sum(logprobs) / len(logprobs) if logprobs else None)


def quiet_transformers() -> None:
    """No progress bars and advice from the libraries on stderr: the stages print their own progress."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import logging as python_logging

    from datasets import disable_progress_bars
    from transformers.utils import logging
    disable_progress_bars()
    python_logging.getLogger("bitsandbytes").setLevel(python_logging.ERROR)  # optional CPU kernels it misses
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if not sys.warnoptions:
        import warnings
        warnings.simplefilter("ignore")
