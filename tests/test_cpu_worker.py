"""What cpu_worker.py replaces in vLLM says the same as vLLM's own; whole answers of a server with it are in test_servers.py."""
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("vllm")
if torch.cuda.is_available():
    pytest.skip("the worker is for CPUs", allow_module_level=True)

import cpu_worker  # noqa: E402
from vllm import ir  # noqa: E402
from vllm.v1.sample import rejection_sampler  # noqa: E402
from vllm.v1.sample.sampler import Sampler  # noqa: E402
from vllm.v1.structured_output.utils import apply_grammar_bitmask  # noqa: E402

VOCABULARY = 1003   # no multiple of 32
REPLACED = cpu_worker.REPLACED
ORIGINAL = rejection_sampler.RejectionSampler._get_logprobs_tensors     # before a worker replaces it


@pytest.mark.parametrize("rows", [1, 7, 64])
def test_norms_are_vllms_up_to_rounding(rows):
    torch.manual_seed(0)
    x, residual, weight = torch.randn(rows, 896).bfloat16(), torch.randn(rows, 896).bfloat16(), torch.rand(896).bfloat16()
    for op, mine, inputs in ((ir.ops.rms_norm, cpu_worker.rms_norm, (x,)), (ir.ops.fused_add_rms_norm, cpu_worker.fused_add_rms_norm, (x, residual))):
        want = op.impls["native"].impl_fn(*(part.clone() for part in inputs), weight, 1e-6)
        got = mine(*(part.clone() for part in inputs), weight, 1e-6)
        for a, b in zip(want if isinstance(want, tuple) else (want,), got if isinstance(got, tuple) else (got,)):
            assert (a.float() - b.float()).abs().max() <= 2 ** -6 * a.float().abs().max()


def test_the_kernels_are_first_in_vllms_table_and_leave_the_rest_to_it():
    cpu_worker.use_kernels()
    cpu_worker.use_kernels()    # a second worker in one process
    assert ir.ops.rms_norm.get_priority() == [cpu_worker.KERNELS, "native"]
    x, weight = torch.randn(3, 64), torch.rand(64)
    apart, narrow = torch.randn(3, 128)[:, :64], torch.randn(3, 40)
    for others in ((x, None, 1e-6), (x, weight.bfloat16(), 1e-6), (x, weight, 1e-6, 32), (apart, weight, 1e-6), (narrow, torch.rand(40), 1e-6)):
        assert ir.ops.rms_norm.dispatch(*others).provider == "native"
        assert ir.ops.fused_add_rms_norm.dispatch(others[0], torch.randn(others[0].shape), *others[1:]).provider == "native"
    assert ir.ops.fused_add_rms_norm.dispatch(x, apart, weight, 1e-6).provider == "native"
    assert ir.ops.fused_add_rms_norm.dispatch(x, x, weight, 1e-6).provider == cpu_worker.KERNELS
    assert ir.ops.rms_norm.dispatch(x, weight, 1e-6).provider == cpu_worker.KERNELS


# Requests of a step in the batch's order, their guesses, those with a grammar in the grammar's order.
STEPS = [(["a"], {}, ["a"]), (["a", "b", "c"], {"a": [1, 2], "c": [3]}, ["c", "a"]), (["a", "b"], {"b": [5, 6, 7]}, ["b", "a"]),
         (["a", "b"], {}, ["gone", "b"]), (["a"], {"gone": [1, 2]}, ["gone"])]


@pytest.mark.parametrize("requests, guesses, guarded", STEPS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_mask_forbids_what_vllms_does(requests, guesses, guarded, dtype):
    rng = np.random.default_rng(0)
    n_rows = sum(1 + len(guesses.get(r, ())) for r in requests)
    mask = rng.integers(-2 ** 31, 2 ** 31, (sum(1 + len(guesses.get(r, ())) for r in guarded), -(-VOCABULARY // 32)), dtype=np.int32)
    logits = torch.from_numpy(rng.standard_normal((n_rows, VOCABULARY))).to(dtype)
    step = (SimpleNamespace(scheduled_spec_decode_tokens=guesses), SimpleNamespace(grammar_bitmask=mask, structured_output_request_ids=guarded),
            SimpleNamespace(req_ids=requests))
    want, got = logits.clone(), logits.clone()
    apply_grammar_bitmask(*step, want)
    cpu_worker.apply_mask(*step, got)
    assert torch.equal(want, got)
    assert (got == float("-inf")).any() == any(r in requests for r in guarded)


@pytest.mark.parametrize("n_logprobs", [0, 3])
def test_log_probabilities_of_accepted_tokens_are_vllms(n_logprobs, monkeypatch):
    torch.manual_seed(1)
    hole = rejection_sampler.PLACEHOLDER_TOKEN_ID
    sampled = torch.tensor([[4, 9, hole, hole], [7, hole, hole, hole], [1, 2, 3, 1000]])
    logits = torch.randn(3 + 1 + 4, VOCABULARY).bfloat16()      # two guesses, none, three
    ends, bonus = torch.tensor([3, 4, 8]), torch.tensor([2, 3, 7])
    targets = torch.tensor([0, 1, 4, 5, 6])
    metadata = SimpleNamespace(cu_num_sampled_tokens=ends, bonus_logits_indices=bonus, target_logits_indices=targets)
    monkeypatch.setattr(cpu_worker.sampler, "batched_count_greater_than", cpu_worker.count_not_below)
    itself = SimpleNamespace(sampler=Sampler(), is_logits_logprobs_mode=False)
    arguments = (n_logprobs, metadata, logits, logits[targets].float(), logits[bonus].float(), sampled)
    theirs = ORIGINAL(itself, *arguments)
    mine = cpu_worker.accepted_logprobs(itself, *arguments)
    kept = (sampled != hole).flatten()
    for a, b in zip(theirs[:3], mine[:3]):
        assert a.shape == b.shape and torch.equal(a[kept], b[kept]) and not b[~kept].any()


def test_a_vllm_without_what_is_replaced_is_told_so(monkeypatch):
    def started(**changes):
        def begin(self):
            self.model_config, self.use_v2_model_runner = SimpleNamespace(logprobs_mode=changes.get("mode", "raw_logprobs")), changes.get("second", False)
        monkeypatch.setattr(cpu_worker.CPUWorker, "__init__", begin)
        monkeypatch.setattr(cpu_worker, "REPLACED", changes.get("replaced", ()))
        return cpu_worker.Worker()

    started()
    for changes, said in (({"replaced": ((cpu_worker.sampler, "no_such_function", max),)}, "no_such_function"),
                          ({"replaced": ((cpu_worker.sampler, "batched_count_greater_than", lambda x: x),)}, "other arguments"),
                          ({"mode": "processed_logits"}, "processed_logits"), ({"second": True}, "V2_MODEL_RUNNER")):
        with pytest.raises(RuntimeError, match=said):
            started(**changes)
    for owner, name, mine in REPLACED:
        assert cpu_worker.arguments(getattr(owner, name)) == cpu_worker.arguments(mine), name
