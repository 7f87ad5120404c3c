import inspect
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch._subclasses.fake_tensor import FakeTensorMode

import lntx
from lntx.errors import Diverged, InputError
from lntx.training.fit import Fit, Seconds, Snapshot
from lntx.training.returned_fit import returned, unfinished

PROBLEM = lntx.synthetic(20, 3, 2)
RECIPE = lntx.Recipe(lr=0.1, epochs=10, log_every=3)
W = torch.arange(6.0).reshape(2, 3) / 7
B = torch.tensor([0.5, -0.25])
SNAPSHOTS = (Snapshot(3, W + 1, B), Snapshot(6, W + 2, B), Snapshot(9, W + 3, B))


class Odd(torch.Tensor):
    """A stranger's subclass, which owes nobody anything."""


def fit(weights=W, bias=B, snapshots=()):
    return Fit(weights, bias, snapshots)


def fitted(value, problem=PROBLEM, recipe=RECIPE):
    found = returned(value, problem, recipe)
    dtype = getattr(torch, recipe.dtype or problem.dtype)
    for each in (found, *found.snapshots):
        for tensor, shape in ((each.weights, (problem.outputs, problem.features)), (each.bias, (problem.outputs,))):
            assert type(tensor) is torch.Tensor
            assert (tensor.dtype, tuple(tensor.shape), tensor.layout) == (dtype, shape, torch.strided)
            assert tensor.device.type == "cpu"
            assert tensor.is_contiguous()
            assert not any((tensor.requires_grad, tensor.is_inference(), tensor.is_neg()))
            tensor.numpy()
    return found


def infer():
    with torch.inference_mode():
        return W * 1


TAKEN = {
    "NumPy": W.numpy(),
    "NumPy, reversed twice": W.numpy()[::-1][::1].copy()[::-1],
    "NumPy, big-endian": W.numpy().astype(">f4"),
    "NumPy, by columns": np.asfortranarray(W.numpy()),
    "NumPy, read-only": np.broadcast_to(W.numpy(), (2, 3)),
    "NumPy, a matrix": W.numpy().view(np.matrix),
    "NumPy, wider than any of torch's": W.numpy().astype(np.longdouble),
    "a parameter": torch.nn.Parameter(W.clone()),
    "what requires a gradient": (W.clone().requires_grad_() * 1),
    "float64": W.double(),
    "not contiguous": W.T.contiguous().T,
    "spread out": torch.zeros(4, 6).index_put_((torch.arange(2)[:, None] * 2, torch.arange(3) * 2), W)[::2, ::2],
    "a negative view": torch.complex(W, -W).conj().imag,
    "made in inference mode": infer(),
    "a subclass": W.as_subclass(Odd),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_can_mean_one_thing_only_is_taken(name):
    assert torch.equal(fitted(fit(TAKEN[name])).weights, W)


def test_what_is_right_already_is_not_copied():
    assert fitted(fit()).weights is W


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_weights_on_a_cuda_device_are_fetched():
    assert torch.equal(fitted(fit(W.cuda())).weights, W)


SHAPE = "its training gave weights of shape {}, where (2, 3) is due (outputs x features)"
REFUSED = {
    "transposed": (W.T, SHAPE.format("(3, 2)")),
    "flat": (W.flatten(), SHAPE.format("(6,)")),
    "one number": (np.float32(1), SHAPE.format("()")),
    "one output short": (W[:1], SHAPE.format("(1, 3)")),
    "empty": (torch.empty(0), SHAPE.format("(0,)")),
    "sparse": (W.to_sparse(), "that are sparse_coo, where a dense tensor is due"),
    "sparse rows": (W.to_sparse_csr, "that are sparse_csr, where a dense tensor is due"),
    "quantised": (lambda: torch.quantize_per_tensor(W, 0.1, 0, torch.qint8), "quantised"),
    "nested": (lambda: torch.nested.nested_tensor([W[0], W[1]], layout=torch.jagged), "nested"),
    "meta": (W.to("meta"), "hold no numbers (meta)"),
    "complex": (W.to(torch.complex64), "in complex64 (complex), where float32 is due"),
    "complex NumPy": (W.numpy() + 1j, "in complex64 (complex), where float32 is due"),
    "bfloat16": (W.bfloat16(), "in bfloat16 (narrower), where float32 is due"),
    "float16": (W.numpy().astype(np.float16), "in float16 (narrower), where float32 is due"),
    "whole numbers": (W.long(), "in int64 (no real numbers), where float32 is due"),
    "truths": (W > 0, "in bool (no real numbers), where float32 is due"),
    "a masked array": (np.ma.masked_less(W.numpy(), 0.5), "a masked array"),
    "objects": (W.numpy().astype(object), "can't be read"),
    "words": (np.array([["a"] * 3] * 2), "can't be read"),
    "None": (None, "nothing (None), where a tensor is due"),
    "a list": (W.tolist(), "a list, where a tensor is due"),
    "a module": (torch.nn.Linear(3, 2), "a Linear, where a tensor is due"),
}


@pytest.mark.filterwarnings("ignore")  # torch calls some of these prototypes
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_fit_is_said_with_what_was_due(name):
    value, said = REFUSED[name]
    value = value() if inspect.isroutine(value) else value
    for fitting in (fit(value), fit(snapshots=(Snapshot(3, value, B),))):
        with pytest.raises(InputError, match=re.escape(said).replace("weights", "weights( after epoch 3)?")) as error:
            returned(fitting, PROBLEM, RECIPE)
        assert "\n" not in str(error.value)


def test_what_holds_no_numbers_is_found_though_it_says_that_it_lies_on_the_cpu():
    with FakeTensorMode() as mode:
        fake = mode.from_tensor(W)
    with pytest.raises(InputError, match="no numbers"):
        returned(fit(fake), PROBLEM, RECIPE)


@pytest.mark.parametrize("bias", [torch.zeros(2, 1), torch.zeros(3), torch.tensor(0.0), torch.zeros(1, 2)])
def test_a_bias_of_another_shape_is_refused(bias):
    with pytest.raises(InputError, match=re.escape(f"bias of shape {tuple(bias.shape)}, where (2,) is due (outputs)")):
        returned(fit(bias=bias), PROBLEM, RECIPE)


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "nothing (None)"), ((W, B), "a tuple"), (W, "a Tensor"), ({"weights": W}, "a dict"), (0, "an int")],
)
def test_what_is_not_a_fit_at_all_is_named(value, said):
    with pytest.raises(InputError, match=re.escape(f"its training gave {said}, where a Fit is due")):
        returned(value, PROBLEM, RECIPE)


def test_a_float64_training_takes_no_float32():
    recipe = RECIPE.but(dtype="float64")
    with pytest.raises(InputError, match=r"in float32 \(narrower\), where float64 is due"):
        returned(fit(), PROBLEM, recipe)
    assert torch.equal(fitted(fit(W.double(), B.double()), recipe=recipe).weights, W.double())


@given(
    shape=st.lists(st.integers(0, 4), max_size=3).map(tuple),
    dtype=st.sampled_from([np.float32, np.float64, np.float16, np.int32, np.complex64, np.bool_]),
)
def test_any_array_is_taken_as_it_stands_or_refused(shape, dtype):
    values = np.ones(shape, dtype)
    if shape == (2, 3) and dtype in (np.float32, np.float64):
        assert fitted(fit(values)).weights.eq(1).all()
    else:
        with pytest.raises(InputError, match="its training gave weights"):
            returned(fit(values), PROBLEM, RECIPE)


def test_snapshots_are_taken_where_the_recipe_logs():
    found = fitted(fit(snapshots=[replace(kept, weights=kept.weights.numpy()) for kept in SNAPSHOTS]))
    assert [kept.epoch for kept in found.snapshots] == [3, 6, 9]
    assert torch.equal(found.snapshots[1].weights, W + 2)
    assert fitted(fit(snapshots=SNAPSHOTS[1:2])).snapshots[0].epoch == 6, "a backend keeps what it can"


@pytest.mark.parametrize("epoch", [0, 1, 4, 10, 12, -3, 3.0, True, "3"])
def test_a_snapshot_at_another_epoch_is_refused(epoch):
    with pytest.raises(InputError, match=re.escape(f"a snapshot after epoch {epoch!r}, where each 3 epochs")):
        returned(fit(snapshots=(Snapshot(epoch, W, B),)), PROBLEM, RECIPE)


def test_snapshots_that_nobody_asked_for_are_refused():
    with pytest.raises(InputError, match="none at all"):
        returned(fit(snapshots=SNAPSHOTS), PROBLEM, RECIPE.but(log_every=0))


@pytest.mark.parametrize("order", [(2, 1), (0, 0), (0, 2, 1)])
def test_snapshots_in_another_order_are_refused(order):
    with pytest.raises(InputError, match="another order"):
        returned(fit(snapshots=[SNAPSHOTS[i] for i in order]), PROBLEM, RECIPE)


@pytest.mark.parametrize("snapshots", [None, 3, (W,), ((3, W, B),)])
def test_snapshots_that_are_none_are_refused(snapshots):
    with pytest.raises(InputError, match="a sequence of Snapshot is due"):
        returned(fit(snapshots=snapshots), PROBLEM, RECIPE)


def test_nothing_besides_weights_and_snapshots_is_believed():
    cheat = replace(
        fit(), trained=fit(W + 1), seconds=Seconds(run=1e-9), losses=torch.zeros(2), features_named=("a", "b", "c")
    )
    found = fitted(cheat)
    assert found.trained is None
    assert found.seconds == Seconds()
    assert len(found.losses) == 0
    assert found.features_named == ()


@pytest.mark.parametrize("spoilt", [torch.nan, torch.inf, -torch.inf])
def test_weights_that_are_not_finite_are_the_backends_fault_where_the_training_is_stable(spoilt):
    weights = W.clone()
    weights[1, 2] = spoilt
    for found, epoch in ((fit(weights), 10), (fit(snapshots=(Snapshot(6, weights, B),)), 6)):
        error = unfinished(found, PROBLEM, RECIPE)
        assert isinstance(error, InputError)
        assert f"its weights are not finite after epoch {epoch}" in str(error)
        assert "learning rate" in str(error)


def test_weights_that_are_not_finite_are_the_learning_rates_fault_where_it_diverges():
    problem, recipe = lntx.synthetic(20, 3, 2), lntx.Recipe(lr=50.0, epochs=1000, batch_size=None)
    error = unfinished(fit(W * torch.nan), problem, recipe)
    assert isinstance(error, Diverged)
    assert "largest stable learning rate" in str(error)


def test_a_finite_fit_is_nobodys_fault():
    assert unfinished(fit(snapshots=SNAPSHOTS), PROBLEM, RECIPE) is None
