"""Frozen linear layers in int8, forward and backward, for LoRA training on CPUs whose int8 units outrun their floats.

    import int8_linear; n = int8_linear.quantize_base(peft_model)

A LoRA layer needs of its frozen weight W only x Wᵀ and, for the layers below, g W. Both are taken as int8 products with
int32 sums: activations and gradients with one scale a row (token), weights with one scale an output row for the first and
an input column for the second, as in SwitchBack (Wortsman et al. 2023, arXiv 2304.13013), which left the weight gradient
in high precision; here the base has none and the adapter stays in fp32. The adapter learns on a base with rounding noise
and is served on the exact one: train.py's validation loss is taken without it.

The loss is taken the same way: the vocabulary is 151,936 wide, so logits are made for LOSS_CHUNK answer tokens at a time,
in int8, and their gradient is handed down at once, in fp32, instead of being kept for the backward pass.

Reads:  nothing
Writes: nothing
"""
import torch
from torch import nn

LOSS_CHUNK = 64     # answer tokens: 39 MB of logits at a time
MIN_SCALE = 1e-12   # an all-zero row (padding's gradient) has scale 0


def quantize_rows(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """x (rows, n) fp32 -> int8 (rows, n) and scales (rows, 1): x ≈ int8 * scale."""
    scale = x.abs().amax(dim=1, keepdim=True).div_(127).clamp_(min=MIN_SCALE)
    return x.div(scale).round_().to(torch.int8), scale


class _FrozenProduct(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, forward_w, forward_scale, backward_w, backward_scale):
        ctx.save_for_backward(backward_w, backward_scale)
        rows, scale = quantize_rows(x)
        return torch._int_mm(rows, forward_w).float().mul_(scale).mul_(forward_scale)

    @staticmethod
    def backward(ctx, grad):
        backward_w, backward_scale = ctx.saved_tensors
        rows, scale = quantize_rows(grad)
        return torch._int_mm(rows, backward_w).float().mul_(scale).mul_(backward_scale), None, None, None, None


class Int8Linear(nn.Module):
    """Stand-in for a frozen nn.Linear; exact (the float layer) in evaluation mode."""

    def __init__(self, layer: nn.Linear):
        super().__init__()
        self.exact = layer
        self.in_features, self.out_features = layer.in_features, layer.out_features
        w = layer.weight.detach().float()
        by_output, output_scale = quantize_rows(w)                      # (out, in), (out, 1)
        by_input, input_scale = quantize_rows(w.t().contiguous())       # (in, out), (in, 1)
        for name, tensor in (("forward_w", by_output.t().contiguous()), ("forward_scale", output_scale.t().contiguous()),
                             ("backward_w", by_input.t().contiguous()), ("backward_scale", input_scale.t().contiguous())):
            self.register_buffer(name, tensor, persistent=False)

    @property
    def weight(self):
        return self.exact.weight

    @property
    def bias(self):
        return self.exact.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return self.exact(x)
        y = _FrozenProduct.apply(x.reshape(-1, self.in_features), self.forward_w, self.forward_scale,
                                 self.backward_w, self.backward_scale)
        if self.bias is not None:
            y = y + self.bias
        return y.view(*x.shape[:-1], self.out_features)


class _HeadLoss(torch.autograd.Function):
    """Sum of the cross-entropies of hidden (n, d) against targets (n,) under a frozen head."""

    @staticmethod
    def forward(ctx, hidden, targets, head):
        grad, loss = torch.empty_like(hidden), hidden.new_zeros(())
        for start in range(0, len(hidden), LOSS_CHUNK):
            part = slice(start, start + LOSS_CHUNK)
            rows, scale = quantize_rows(hidden[part])
            logits = torch._int_mm(rows, head.forward_w).float().mul_(scale).mul_(head.forward_scale)
            at_target = (torch.arange(len(logits)), targets[part])
            target_logits = logits[at_target]
            top = logits.amax(dim=1, keepdim=True)
            total = logits.sub_(top).exp_().sum(dim=1, keepdim=True)
            loss += (total.log() + top).sum() - target_logits.sum()
            logits.div_(total)
            logits[at_target] -= 1
            grad[part] = logits @ head.exact.weight
        ctx.save_for_backward(grad)
        return loss

    @staticmethod
    def backward(ctx, grad_output):
        return ctx.saved_tensors[0] * grad_output, None, None


class LossHead(nn.Module):
    """Stand-in for a frozen lm_head: hands the hidden states on in training, for loss(); exact logits in evaluation."""

    def __init__(self, layer: nn.Linear):
        super().__init__()
        self.exact = layer
        rows, scale = quantize_rows(layer.weight.detach())
        self.register_buffer("forward_w", rows.t().contiguous(), persistent=False)
        self.register_buffer("forward_scale", scale.t().contiguous(), persistent=False)

    @property
    def weight(self):
        return self.exact.weight

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden if self.training else self.exact(hidden)

    def loss(self, hidden: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Summed cross-entropy of hidden states (n, d) and target ids (n,)."""
        return _HeadLoss.apply(hidden, targets, self)


def quantize_base(model: nn.Module) -> int:
    """Put an Int8Linear below every LoRA layer of a PEFT model and a LossHead on its base; returns how many layers."""
    from peft.tuners.lora import Linear
    layers = [m for m in model.modules() if isinstance(m, Linear) and isinstance(m.base_layer, nn.Linear)]
    for layer in layers:
        layer.base_layer = Int8Linear(layer.base_layer)
    causal = model.get_base_model()
    causal.lm_head = LossHead(causal.lm_head)
    return len(layers)
