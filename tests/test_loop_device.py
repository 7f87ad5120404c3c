"""Numbers whose gradient is zero but for rounding: a device whose kernels round by more moves them further, and nothing else."""

import pytest
import torch
from support import loops
from torch import nn

import lntx
from lntx.training.loop import agreement, spread
from lntx.training.loop.spreads import Spreads, widened

STOPS = (1, 10, 40)
KEYS = slice(8, 16)  # of an attention's bias: queries, keys, values


def attention():
    torch.manual_seed(0)
    block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, activation="gelu", batch_first=True)
    model = nn.Sequential(nn.Linear(5, 8), nn.Unflatten(0, (2, 4)), block, nn.Flatten(0, 1), nn.Linear(8, 1))
    return model, torch.optim.AdamW(model.parameters(), lr=1e-3)


def of_keys(model):
    return model[2].self_attn.in_proj_bias, KEYS


def before_batch_norm(model):
    return model[0].bias, slice(None)


CASES = {"a part of a tensor": (attention, of_keys), "a whole tensor": (loops.start, before_batch_norm)}


def small(model, optimizer):
    """Gradients so small that what the CPU rounds them by is nothing beside Adam's eps."""

    def step(x, y):
        optimizer.zero_grad()
        (1e-3 * nn.functional.mse_loss(model(x), y)).backward()
        optimizer.step()

    return step


def off(where, noise=0.0, push=0.0):
    """A way whose kernel gives those gradients, which are zero, some noise, or a push in one direction."""

    def way(model, optimizer):
        bias, part = where(model)

        def step(x, y):
            optimizer.zero_grad()
            (1e-3 * nn.functional.mse_loss(model(x), y)).backward()
            at = torch.arange(bias[part].numel())
            bias.grad[part] += noise * torch.sin(1e9 * (bias.detach()[part] + x.sum()) + at) + push
            optimizer.step()

        return step

    return way


@pytest.fixture(params=list(CASES))
def case(request):
    """A loop's start, and where its gradient is zero."""
    return CASES[request.param]


def trained(start, way):
    """A training of some steps of a way, in float32 on the CPU, as if on a device of its own."""
    made = loops.loop(way, start=start, first=small)
    return made.prepare(way.__name__, steps=STOPS[-1])


def held(expected, training):
    return [one.ok for one in agreement.hold(expected, training.trace(STOPS))]


def test_what_a_device_rounds_by_is_allowed_to_those_numbers_alone(case):
    start, where = case
    first = loops.loop(start=start, first=small)
    expected = spread.measured(lambda dtype: first.at(dtype=dtype).prepare(steps=STOPS[-1]), "float32", STOPS)
    noisy = trained(start, off(where, noise=1e-8))
    assert not all(held(expected, noisy))
    there = widened(expected, noisy)
    assert all(held(there, noisy))
    assert not all(held(there, trained(start, off(where, push=1.0))))  # further than any rounding of that device
    for one, other in zip(expected.points, there.points, strict=True):
        assert (one.spread, one.tensors) == (other.spread, other.tensors)

    def faster(model, optimizer):
        for group in optimizer.param_groups:
            group["lr"] *= 1.001
        return off(where, noise=1e-8)(model, optimizer)

    assert not all(held(there, trained(start, faster)))


def test_a_device_is_asked_once():
    first = loops.loop()
    asked = []

    def prepare(dtype, device, steps):
        asked.append((dtype, device))
        return first.at(dtype=dtype).prepare(steps=steps)

    spreads = Spreads(prepare, lambda: False, lambda _what, measure: measure())
    found = [spreads.of("float32", (1, 10), device) for device in ("cpu", "cuda", "cuda", "cpu")]
    assert asked.count(("float32", "cuda")) == asked.count(("float64", "cpu")) == 1
    assert found[0] is found[3]
    assert found[1] is found[2]
    assert [bool(one.points[0].loose) for one in found] == [False, True, True, False]


def test_a_first_way_that_cannot_be_on_a_device_is_no_hindrance_there():
    first = loops.loop()

    def prepare(dtype, device, steps):
        if device == "cuda":
            raise lntx.InputError("not there")
        return first.at(dtype=dtype).prepare(steps=steps)

    spreads = Spreads(prepare, lambda: False, lambda _what, measure: measure())
    assert spreads.of("float32", (1,), "cuda") is spreads.of("float32", (1,), "cpu")


def test_a_device_of_fewer_digits_allows_nothing():
    first = loops.loop()
    expected = spread.measured(lambda dtype: first.at(dtype=dtype).prepare(steps=10), "float32", (1, 10))

    def coarse(model, optimizer):
        def step(x, y):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x), y * (1 + 1e-3)).backward()
            optimizer.step()

        return step

    assert widened(expected, loops.loop(coarse).prepare("coarse", steps=10)) is expected
    assert widened(expected, first.prepare(steps=10)).points[0].loose


def test_where_random_numbers_are_drawn_all_is_measured_on_the_device():
    first, places = loops.loop(), set()

    def prepare(dtype, device, steps):
        places.add(device)
        return first.at(dtype=dtype).prepare(steps=steps)

    spreads = Spreads(prepare, lambda: True, lambda _what, measure: measure())
    assert not spreads.of("float32", (1,), "cuda").points[0].loose
    assert places == {"cuda"}
