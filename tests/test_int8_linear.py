"""The int8 stand-ins for frozen layers: close to the float layers forward and backward, exact in evaluation."""
import pytest
import torch
from torch import nn

import int8_linear
from int8_linear import Int8Linear, LossHead

ROWS, WIDTH, OUT = 40, 64, 96


@pytest.fixture
def layer():
    torch.manual_seed(3)
    return nn.Linear(WIDTH, OUT).requires_grad_(False)


def relative_error(found, wanted):
    return ((found - wanted).norm() / wanted.norm()).item()


def test_forward_and_input_gradient_stay_within_two_percent(layer):
    x = torch.randn(ROWS, WIDTH, requires_grad=True)
    weights = torch.randn(ROWS, OUT)
    exact = layer(x)
    exact_grad, = torch.autograd.grad((exact * weights).sum(), x)
    near = Int8Linear(layer).train()(x)
    near_grad, = torch.autograd.grad((near * weights).sum(), x)
    assert relative_error(near, exact) < 0.02 and relative_error(near_grad, exact_grad) < 0.02


def test_evaluation_is_the_float_layer_itself(layer):
    x = torch.randn(2, 5, WIDTH)
    assert torch.equal(Int8Linear(layer).eval()(x), layer(x))


def test_a_row_of_zeros_gives_the_bias_and_no_nan(layer):
    out = Int8Linear(layer).train()(torch.zeros(3, WIDTH))
    assert torch.allclose(out, layer.bias.expand(3, OUT))


def test_one_row_with_an_outlier_does_not_disturb_the_others(layer):
    x = torch.randn(ROWS, WIDTH)
    alone = Int8Linear(layer).train()(x)
    x[0] *= 1000
    assert torch.equal(Int8Linear(layer).train()(x)[1:], alone[1:])


@pytest.mark.parametrize("rows", [1, int8_linear.LOSS_CHUNK, 2 * int8_linear.LOSS_CHUNK + 5])
def test_the_heads_loss_and_gradient_are_those_of_cross_entropy(rows):
    torch.manual_seed(4)
    head = nn.Linear(WIDTH, 500, bias=False).requires_grad_(False)
    hidden, targets = torch.randn(rows, WIDTH, requires_grad=True), torch.randint(0, 500, (rows,))
    exact = nn.functional.cross_entropy(head(hidden), targets, reduction="sum")
    exact_grad, = torch.autograd.grad(exact, hidden)
    near = LossHead(head).train().loss(hidden, targets)
    near_grad, = torch.autograd.grad(near, hidden)
    assert near.item() == pytest.approx(exact.item(), rel=0.005) and relative_error(near_grad, exact_grad) < 0.02


def test_the_head_hands_hidden_states_on_in_training_and_logits_in_evaluation():
    head = LossHead(nn.Linear(WIDTH, 10, bias=False))
    x = torch.randn(3, WIDTH)
    assert head.train()(x) is x and head.eval()(x).shape == (3, 10)
