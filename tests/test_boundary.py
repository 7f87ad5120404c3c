"""What a backend's call costs ends when its numbers are there, whatever it gives back."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lntx
from lntx.training.backends import find
from lntx.training.boundary import NoFit, prepared
from lntx.training.fit import Fit, Snapshot
from lntx.training.returned_fit import is_held

PROBLEM, RECIPE = lntx.synthetic(20, 3), lntx.Recipe(lr=0.1, epochs=4, batch_size=None, log_every=2)
NUMPY = find("numpy")


@dataclass
class Promise:
    """An array that is computed when somebody looks at it, by whatever protocol."""

    make: Any
    read: list[float]

    def __array__(self, dtype=None, copy=None):
        self.read.append(1.0)
        return self.make().numpy()


class Lazy(torch.Tensor):
    """A tensor that does what it must when it is used."""

    read: Any

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        for one in args:
            if isinstance(one, cls) and "read" in vars(one):
                one.read.append(1.0)
        return super().__torch_function__(func, types, args, kwargs or {})


def lazy(make, read):
    found = make().clone().as_subclass(Lazy)
    found.read = read
    return found


@dataclass
class Late(list):
    """Snapshots that are made when they are listed."""

    kept: Any
    read: list[float]

    def __len__(self):
        return len(self.kept)

    def __getitem__(self, place):
        return self.kept[place]

    def __iter__(self):
        self.read.append(1.0)
        return iter(self.kept)


def promised(part, made, read):
    """Give a fit of which one part is a promise."""
    fit = made()
    if part == "snapshots":
        return replace(fit, snapshots=Late(fit.snapshots, read))
    if part == "a snapshot":
        first, *rest = fit.snapshots
        return replace(fit, snapshots=(replace(first, bias=Promise(lambda: first.bias, read)), *rest))
    name, kind = part.split(", ")
    make = (lambda: getattr(fit, name)) if kind == "array" else None
    return replace(fit, **{name: Promise(make, read) if make else lazy(lambda: getattr(fit, name), read)})


PARTS = ["weights, array", "bias, array", "weights, tensor", "bias, tensor", "snapshots", "a snapshot"]


@pytest.mark.parametrize("part", PARTS)
def test_a_promise_is_kept_in_the_time_of_the_call(part):
    read = []

    def prepare(problem, recipe, device):
        honest = NUMPY.prepare(problem, recipe, device)
        return lambda: promised(part, honest, read)

    training = prepared(replace(NUMPY, prepare=prepare), PROBLEM, RECIPE, "cpu")
    fit = training()
    assert read, "it would be computed outside of what is timed"
    assert is_held(fit)
    once = len(read)
    training.keep()
    assert len(read) == once


def test_what_begins_to_train_when_it_is_read_gets_the_start_of_that_call():
    def prepare(problem, recipe, device):
        honest = NUMPY.prepare(problem, recipe, device)
        return lambda: Fit(Promise(lambda: honest().weights, []), Promise(lambda: honest().bias, []))

    late, held = (prepared(one, PROBLEM, RECIPE, "cpu") for one in (replace(NUMPY, prepare=prepare), NUMPY))
    late.renew()
    held._start = late._start
    held.lent.targets.scale(late.lent.targets.factor)
    assert torch.equal(late().weights, held().weights)


@given(st.sampled_from(["weights", "bias"]), st.sampled_from([None, "text", 1.0, [1.0]]))
def test_what_is_no_fit_is_refused_by_the_call(part, value):
    def prepare(problem, recipe, device):
        honest = NUMPY.prepare(problem, recipe, device)
        return lambda: replace(honest(), **{part: value})

    with pytest.raises(NoFit, match=part):
        prepared(replace(NUMPY, prepare=prepare), PROBLEM, RECIPE, "cpu")()


def test_what_lies_in_memory_is_handed_on_as_it_is():
    fit = Fit(torch.zeros(1, 3), torch.zeros(1), (Snapshot(2, torch.zeros(1, 3), torch.zeros(1)),))
    for kept in (fit, replace(fit, weights=torch.zeros(1, 3).numpy())):
        training = prepared(replace(NUMPY, prepare=lambda *_, one=kept: lambda: one), PROBLEM, RECIPE, "cpu")
        assert training() is kept
