"""vLLM's worker on a CPU, with what costs most of a step beside the matrix products done otherwise.

vLLM 0.32 computes a norm on a CPU in seven passes of PyTorch, though its own build for CPUs holds a kernel that needs one; it lays a
grammar's mask over the logits bit by bit; and for the log-probabilities of the tokens that a step accepts it goes through the
logits of as many as could have been accepted, after compiling, in the middle of the first request, a count for nine seconds. The same
here in one pass, by vectors, and for the accepted alone; the results are the same up to the rounding of the norm.
`--worker-cls cpu_worker.Worker` loads this file into the engine. A version of vLLM in which something used or replaced here has another name
or other arguments ends at its start, with an error that says which.

Reads:  nothing
Writes: nothing
"""
import inspect

import numpy as np
import torch
from vllm import ir
from vllm.v1.core.sched.output import GrammarOutput, SchedulerOutput
from vllm.v1.outputs import LogprobsTensors
from vllm.v1.sample import rejection_sampler, sampler
from vllm.v1.spec_decode.metadata import SpecDecodeMetadata
from vllm.v1.worker import gpu_model_runner
from vllm.v1.worker.cpu_worker import CPUWorker
from vllm.v1.worker.gpu_input_batch import InputBatch

KERNELS = "cpu_c"   # name of the kernels in vLLM's table of implementations
LANES = 32          # numbers that the kernels take at a time; they refuse a width that is no multiple


# The next four have the names, types and defaults of vLLM's own, which it compares: an argument that is not used has to stay.

def norm_fits(x: torch.Tensor, weight: torch.Tensor | None, epsilon: float, variance_size: int | None = None) -> bool:
    """Whether the kernel computes this norm: over the whole width, rows one after the other, with a weight of the input's type."""
    return variance_size is None and weight is not None and weight.dtype == x.dtype and x.is_contiguous() and x.shape[-1] % LANES == 0


def add_norm_fits(x: torch.Tensor, x_residual: torch.Tensor, weight: torch.Tensor | None, epsilon: float, variance_size: int | None = None) -> bool:
    """The same for the norm of a sum."""
    return norm_fits(x, weight, epsilon, variance_size) and x_residual.is_contiguous() and x_residual.dtype == x.dtype


def rms_norm(x: torch.Tensor, weight: torch.Tensor | None, epsilon: float, variance_size: int | None = None) -> torch.Tensor:
    """Root-mean-square norm of the last dimension, times the weight."""
    out = torch.empty(x.shape, dtype=x.dtype)
    torch.ops._C.rms_norm(out, x, weight, epsilon)
    return out


def fused_add_rms_norm(x: torch.Tensor, x_residual: torch.Tensor, weight: torch.Tensor | None, epsilon: float,
                       variance_size: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """(norm of the sum, the sum), both written over the inputs."""
    torch.ops._C.fused_add_rms_norm(x, x_residual, weight, epsilon)
    return x, x_residual


def use_kernels() -> None:
    """Put the kernels before vLLM's PyTorch in its table; once a process."""
    if KERNELS not in ir.ops.rms_norm.impls:
        ir.ops.rms_norm.register_impl(KERNELS, supports_args=norm_fits)(rms_norm)
        ir.ops.fused_add_rms_norm.register_impl(KERNELS, supports_args=add_norm_fits, inplace=True)(fused_add_rms_norm)
    for op in (ir.ops.rms_norm, ir.ops.fused_add_rms_norm):
        op.set_default([KERNELS, "native"])


def forbidden(mask: np.ndarray, n_tokens: int) -> torch.Tensor:
    """(rows, n_tokens) of bool from a grammar's mask of (rows, words) int32, in which a set bit allows a token."""
    return torch.from_numpy(np.unpackbits(mask.view(np.uint8), axis=1, count=n_tokens, bitorder="little") == 0)


def apply_mask(scheduler_output: SchedulerOutput, grammar_output: GrammarOutput, input_batch: InputBatch, logits: torch.Tensor) -> None:
    """Set to minus infinity what the grammars of a step forbid; takes the place of vLLM's function and has its arguments.

    logits: (tokens a step, vocabulary); a request has a row for each of its guessed tokens and one more, in the order of
    input_batch.req_ids. The mask has the rows of the requests with a grammar alone, in the order of its own list.
    """
    guesses = scheduler_output.scheduled_spec_decode_tokens
    first, row = {}, 0
    for request in input_batch.req_ids:
        first[request] = row
        row += 1 + len(guesses.get(request, ()))
    rows, masked, row = [], [], 0
    for request in grammar_output.structured_output_request_ids:
        n = 1 + len(guesses.get(request, ()))
        if request in first:
            rows += range(first[request], first[request] + n)
            masked += range(row, row + n)
        row += n
    if rows:
        found = forbidden(np.ascontiguousarray(grammar_output.grammar_bitmask[masked]), logits.shape[1])
        if rows == list(range(len(logits))):
            logits.masked_fill_(found, float("-inf"))
        else:
            logits[rows] = logits[rows].masked_fill(found, float("-inf"))


def count_not_below(x: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """(rows): how many of a row of x (rows, n) are at least its value (rows, 1)."""
    return (x >= values).sum(-1)


def accepted_logprobs(self, max_num_logprobs: int, metadata: SpecDecodeMetadata, logits: torch.Tensor, target_logits: torch.Tensor, bonus_logits: torch.Tensor,
                      sampled_token_ids: torch.Tensor) -> LogprobsTensors:
    """Log-probabilities of the tokens that a step accepted; takes the place of RejectionSampler's method and has its arguments.

    logits: (tokens a step, vocabulary); sampled_token_ids: (requests, most tokens a step), with a placeholder behind the accepted.
    Returns a row for each place of sampled_token_ids; those of placeholders, which vLLM drops, are zero.
    """
    accepted = sampled_token_ids != rejection_sampler.PLACEHOLDER_TOKEN_ID
    ends = metadata.cu_num_sampled_tokens
    starts = torch.cat((torch.zeros_like(ends[:1]), ends[:-1]))
    rows = (starts[:, None] + torch.arange(sampled_token_ids.shape[1]))[accepted]
    found = self.sampler.gather_logprobs(self.sampler.compute_logprobs(logits[rows]), max_num_logprobs, sampled_token_ids[accepted].to(torch.int64))

    def spread(part: torch.Tensor) -> torch.Tensor:
        whole = part.new_zeros((accepted.numel(), *part.shape[1:]))
        whole[accepted.flatten()] = part
        return whole

    return LogprobsTensors(*(spread(part) for part in (found.logprob_token_ids, found.logprobs, found.selected_token_ranks)))


def arguments(function) -> list[str]:
    """Names of a function's arguments, of a compiled one too."""
    return list(inspect.signature(inspect.unwrap(function)).parameters)


REPLACED = ((gpu_model_runner, "apply_grammar_bitmask", apply_mask), (sampler, "batched_count_greater_than", count_not_below),
            (rejection_sampler.RejectionSampler, "_get_logprobs_tensors", accepted_logprobs))


class Worker(CPUWorker):
    """vLLM's worker with all of it. Log-probabilities are the server's default kind, those before temperature and penalties."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.model_config.logprobs_mode != "raw_logprobs":
            raise RuntimeError(f"cpu_worker.py knows raw_logprobs only, not {self.model_config.logprobs_mode}")
        if self.use_v2_model_runner:
            raise RuntimeError("cpu_worker.py replaces functions of vLLM's first model runner; VLLM_USE_V2_MODEL_RUNNER asks for the second")
        if missing := [name for name in ("rms_norm", "fused_add_rms_norm") if not hasattr(torch.ops._C, name)]:
            raise RuntimeError(f"this vLLM's build has no kernel {', '.join(missing)}, which cpu_worker.py uses")
        use_kernels()
        for owner, name, mine in REPLACED:
            own = getattr(owner, name, None)
            if own is not mine and (own is None or arguments(own) != arguments(mine)):
                raise RuntimeError(f"cpu_worker.py replaces {owner.__name__}.{name}, which this vLLM has not, or with other arguments")
            setattr(owner, name, mine)
