import pytest
import torch
from support import loops
from torch import nn

import lntx
from lntx.training import shelf
from lntx.training.loop import spread, spreads
from lntx.training.loop.agreement import checkpoints


def reordered(model, optimizer):
    """Samples from the last to the first."""
    step = loops.eager(model, optimizer)
    return lambda x, y: step(x.flip(0), y.flip(0))


def lr_off(model, optimizer):
    for group in optimizer.param_groups:
        group["lr"] *= 1.001
    return loops.eager(model, optimizer)


def frozen(model, optimizer):
    model[3].bias.requires_grad_(False)
    return loops.eager(model, optimizer)


def in_eval(model, optimizer):
    model.eval()
    return loops.eager(model, optimizer)


def added(model, optimizer):
    def step(x, y):
        nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()

    return step


def beta(model, optimizer):
    for group in optimizer.param_groups:
        group["betas"] = (0.9, 0.998)
    return loops.eager(model, optimizer)


def shortened(model, optimizer):
    step = loops.eager(model, optimizer)

    def cast(x, y):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            step(x, y)

    return cast


def idle(_model, _optimizer):
    return lambda *_: None


WRONG = (lr_off, frozen, in_eval, added, beta, shortened, idle)


@pytest.fixture(scope="module")
def made():
    """One loop for all, whose spread is measured once."""
    return loops.loop(reordered, *WRONG)


@pytest.mark.parametrize("way", ["eager", "reordered", "foreach", "fused"])
def test_an_honest_way_agrees_tensor_by_tensor(made, way):
    found = made.verify(way, steps=30)
    assert found.ok, found.note
    assert [point.epoch for point in found.checkpoints] == [0.25, 2.5, 7.5]
    names = {tensor.name for tensor in found.tensors}
    assert names == {*dict(loops.start()[0].state_dict())}
    assert {t.name for t in found.tensors if not t.proved} == {"0.bias"}  # batch norm takes away what it adds
    assert "nothing is proved of 0.bias" in found.note


@pytest.mark.parametrize("way", [way.__name__ for way in WRONG])
def test_a_planted_fault_is_found(made, way):
    found = made.verify(way, steps=30)
    assert not found.ok
    assert "other than in the first way" in found.note


def test_a_fault_in_a_small_tensor_does_not_drown_in_a_large_one(made):
    found = made.verify("frozen", steps=30)
    assert not next(tensor for tensor in found.tensors if tensor.name == "3.bias").ok
    assert found.note.startswith("after step 1 3.bias")


def test_whole_numbers_are_due_exactly(made):
    found = made.verify("in_eval", steps=30)
    assert not next(tensor for tensor in found.tensors if tensor.name == "1.num_batches_tracked").ok


def test_a_frozen_layer_is_due_exactly():
    def start():
        model, _ = loops.start()
        model[0].requires_grad_(False)
        return model, torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)

    def moved(model, optimizer):
        step = loops.eager(model, optimizer)

        def also(x, y):
            step(x, y)
            with torch.no_grad():
                model[0].weight.mul_(1 - 1e-6)

        return also

    found = loops.loop(moved, start=start).verify("moved", steps=10)
    assert not found.ok
    assert "0.weight" in found.note
    assert loops.loop(start=start).verify(steps=10).ok


def test_state_that_a_way_keeps_for_itself_is_found_by_the_second_call():
    def counting(model, optimizer):
        step, seen = loops.eager(model, optimizer), []

        def once(x, y):
            seen.append(1)
            if len(seen) <= 10:
                step(x, y)

        return once

    found = loops.loop(counting).verify("counting", steps=10)
    assert not found.ok
    assert "a later call gives other weights" in found.note


def test_dropout_that_draws_otherwise_is_said():
    def start():
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(5, 8), nn.Dropout(0.5), nn.Linear(8, 1))
        return model, torch.optim.SGD(model.parameters(), lr=0.1)

    def others(model, optimizer):
        step = loops.eager(model, optimizer)

        def drawn(x, y):
            torch.rand(1)
            step(x, y)

        return drawn

    made = loops.loop(others, reordered, start=start)
    assert made.verify(steps=10).ok
    found = made.verify("others", steps=10)
    assert not found.ok
    assert "draw random numbers" in found.note


def test_bfloat16_has_a_spread_of_its_own():
    def low(model, optimizer):
        return shortened(model, optimizer)

    made = loops.loop()
    made.way(low, dtype="bfloat16")
    assert made.verify("low", steps=10).ok
    assert not loops.loop(low).verify("low", steps=10).ok
    assert made.at(dtype="bfloat16").verify(steps=10).ok


def test_a_training_that_spreads_is_held_at_its_earlier_checkpoints():
    def start():
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(5, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
        return model, torch.optim.SGD(model.parameters(), lr=4.0)

    found = loops.loop(reordered, start=start).verify("reordered", steps=100)
    assert found.ok, found.note
    assert "proved up to step" in found.note


def test_a_training_that_does_not_move_proves_nothing():
    def start():
        model, _ = loops.start()
        return model, torch.optim.SGD(model.parameters(), lr=1e-12)

    with pytest.raises(lntx.Unprovable, match="--dtype float64"):
        loops.loop(start=start).verify(steps=10)


def test_a_training_that_diverges_in_double_too_is_said():
    def start():
        model, _ = loops.start()
        return model, torch.optim.SGD(model.parameters(), lr=float("inf"))

    with pytest.raises(lntx.Diverged, match="smaller lr"):
        loops.loop(start=start).verify(steps=10)


def test_a_first_way_that_takes_no_double_is_said():
    def narrow(model, optimizer):
        weights = torch.ones(8, 1, dtype=torch.float32)

        def step(x, y):
            optimizer.zero_grad()
            (weights.t() @ (model(x) - y)).sum().backward()
            optimizer.step()

        return step

    with pytest.raises(lntx.Unprovable, match="can't be trained in float64"):
        loops.loop(first=narrow).verify(steps=10)


def test_checkpoints():
    assert checkpoints(1) == (1,)
    assert checkpoints(32) == (1, 10, 32)
    assert checkpoints(1000) == (1, 10, 100, 1000)


def test_a_later_process_reads_the_spread_of_the_same_training_alone(tmp_path, monkeypatch):
    first, second = (loops.loop(reordered) for _ in range(2))
    other = loops.loop(reordered, start=started_elsewhere)
    measured = []
    monkeypatch.setattr(spreads, "measured", lambda *arguments: measured.append(1) or spread.measured(*arguments))
    with shelf.within(tmp_path):
        one, two = (made.verify("reordered", steps=10) for made in (first, second))
        assert one.tensors == two.tensors
        assert one.note == two.note
        assert len(measured) == 1
        assert other.verify(steps=10).ok
        assert second.at(dtype="float64").verify(steps=10).ok
    assert len(measured) == 3


def test_a_process_that_does_not_write_leaves_nothing_for_others(tmp_path):
    with shelf.within(tmp_path, writes=False):
        assert loops.loop().verify(steps=1)
    assert not list(tmp_path.iterdir())


def started_elsewhere():
    torch.manual_seed(3)
    model, _ = loops.start()
    with torch.no_grad():
        model[0].weight.mul_(0.5)
    return model, torch.optim.Adam(model.parameters(), lr=1e-2)
