"""What the first way keeps from one training to the next, and what a proof needs to be whole."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support import loops
from torch import nn

import lntx
from lntx.errors import Disagreement, InputError, Unprovable
from lntx.training.loop import batches as batches_of
from lntx.training.loop.again import out_of_step

STEPS = 12


def plain():
    """A network that rounding moves little."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
    return model, torch.optim.SGD(model.parameters(), lr=0.05)


def every(period, act=lambda optimizer: (optimizer.step(), optimizer.zero_grad())):
    """Return a way that accumulates gradients, and counts its steps itself."""

    def accumulating(model, optimizer):
        count = [0]

        def step(x, y):
            count[0] += 1
            nn.functional.mse_loss(model(x), y).backward()
            if count[0] % period == 0:
                act(optimizer)

        return step

    return accumulating


@given(st.integers(1, 3000), st.data())
def test_so_many_steps_more_are_out_of_step_with_whatever_acts_each_few(steps, data):
    period = data.draw(st.integers(2, max(2, steps)))
    assert out_of_step(steps) >= 1
    assert (steps + out_of_step(steps)) % period or steps < period


@settings(max_examples=10)
@given(st.data())
def test_a_count_of_steps_that_goes_on_is_said_of_the_first_way_whatever_its_period(data):
    steps = data.draw(st.integers(4, 14))
    made = loops.loop(start=plain, first=every(data.draw(st.integers(2, steps))))
    with pytest.raises(Unprovable, match="such as a count of its steps, or draws, is not started over"):
        made.verify(steps=steps)


@pytest.mark.parametrize("period", [2, 3, 4, 6, 12])
def test_a_count_of_steps_that_goes_on_is_said_of_another_way(period):
    class Count:
        steps = 0

        def state_dict(self):
            return {"steps": self.steps}

        def load_state_dict(self, state):
            self.steps = state["steps"]

    def right(model, optimizer, count):
        def step(x, y):
            count.steps += 1
            nn.functional.mse_loss(model(x), y).backward()
            if count.steps % period == 0:
                optimizer.step()
                optimizer.zero_grad()

        return step

    def own(model, optimizer, _count):
        return every(period)(model, optimizer)

    made = loops.loop(own, start=lambda: (*plain(), Count()), first=right)
    assert made.verify(steps=STEPS).ok
    found = made.verify("own", steps=STEPS)
    assert not found.ok
    assert "a later call gives other weights than its first" in found.note


class Average:
    """Weights that are averaged as they are trained."""

    def __init__(self, model):
        self.kept = {name: p.detach().clone() for name, p in model.named_parameters()}

    def update(self, model, decay=0.9):
        for name, p in model.named_parameters():
            self.kept[name] = (decay * self.kept[name] + (1 - decay) * p.detach()).to(p.dtype)

    def state_dict(self):
        return {"kept": self.kept}

    def load_state_dict(self, state):
        self.kept = {name: tensor.clone() for name, tensor in state["kept"].items()}


def averaged():
    model, optimizer = plain()
    return model, optimizer, Average(model)


def averaging(decay):
    def way(model, optimizer, average):
        step = loops.eager(model, optimizer)

        def averaged_step(x, y):
            step(x, y)
            average.update(model, decay)

        return averaged_step

    return way


def test_what_start_keeps_beside_the_model_is_held():
    ways = {"as_well": averaging(0.9), "slower": averaging(0.91), "never": lambda m, o, _: loops.eager(m, o)}
    made = lntx.Loop(averaged, loops.batches)
    for name, way in {"first": averaging(0.9), **ways}.items():
        made.way(way, name=name)
    assert [made.verify(name, steps=STEPS).ok for name in ways] == [True, False, False]
    found = made.verify("never", steps=STEPS)
    assert "Average['kept']" in found.note
    assert any(tensor.name == "Average['kept']['0.weight']" for tensor in found.tensors)


def counting(least, wrong=0):
    """Return a way that keeps the least loss so far, and counts what is above zero, which rounding may change."""

    def way(model, optimizer):
        step = loops.eager(model, optimizer)

        def watched(x, y):
            loss = step(x, y)
            model.least.copy_(least(model.least, loss.detach()))
            model.above += (model(x) > 0).sum() + wrong

        return watched

    return way


def watched():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
    model.register_buffer("least", torch.tensor(math.inf))
    model.register_buffer("above", torch.tensor(0))
    return model, torch.optim.SGD(model.parameters(), lr=0.05)


def test_a_buffer_may_begin_at_infinity_and_counts_are_held():
    made = lntx.Loop(watched, loops.batches)
    ways = {
        "first": counting(torch.minimum),
        "rubbish": counting(lambda one, _: one),
        "more": counting(torch.minimum, 1),
    }
    for name, way in ways.items():
        made.way(way, name=name)
    assert [made.verify(name, steps=STEPS).ok for name in ways] == [True, False, False]


def test_a_count_that_rounding_moves_is_held_by_how_far():
    def start():
        torch.manual_seed(0)
        model = nn.Linear(5, 1)
        model.register_buffer("digits", torch.zeros(64, dtype=torch.int64))
        return model, torch.optim.SGD(model.parameters(), lr=0.05)

    def way(factor):
        def counted(model, optimizer):
            step = loops.eager(model, optimizer)

            def watching(x, y):
                step(x, y)
                with torch.no_grad():
                    last = model.weight.float().flatten()[:1] * 2.0 ** torch.arange(64) * factor
                    model.digits += (last.frac().abs() > 0.5).long()  # the last of them are noise

            return watching

        return counted

    made = lntx.Loop(start, loops.batches)
    for name, factor in {"first": 1.0, "again": 1.0}.items():
        made.way(way(factor), name=name)
    assert all(made.verify(name, steps=STEPS).ok for name in ("first", "again"))


@pytest.mark.parametrize("at", [3, 7])
def test_what_fails_in_its_own_dtype_as_well_is_not_said_of_float64(at):
    def failing(model, optimizer):
        step, taken = loops.eager(model, optimizer), []

        def short(x, y):
            taken.append(1)
            if len(taken) % STEPS == at:
                raise ValueError("no more steps")
            return step(x, y)

        return short

    with pytest.raises(InputError) as refused:
        loops.loop(start=plain, first=failing).verify(steps=STEPS)
    assert "way failing failed: ValueError: no more steps" in str(refused.value)
    assert "float64" not in str(refused.value)
    assert "holds it that far" in str(refused.value)


def test_a_first_way_that_writes_into_its_batches_is_told_so():
    def writing(model, optimizer):
        step = loops.eager(model, optimizer)
        return lambda x, y: step(x.sub_(0.1), y)

    with pytest.raises(Disagreement, match=r"way writing wrote into batch 0\[0\]"):
        loops.loop(start=plain, first=writing).verify(steps=STEPS)


def test_a_gradient_that_is_left_on_a_batch_is_named():
    def adversarial(model, optimizer):
        step = loops.eager(model, optimizer)

        def attacked(x, y):
            nn.functional.mse_loss(model(x.requires_grad_()), y).backward()
            step(x.detach() + 0.1 * x.grad.sign(), y)

        return attacked

    with pytest.raises(InputError, match=r"asks for a gradient of batch 0\[0\] itself"):
        loops.loop(start=plain, first=adversarial).verify(steps=STEPS)


@pytest.mark.parametrize(
    ("batch", "said"),
    [
        ({"x": torch.ones(8, 5)}, "1 here"),
        ((torch.ones(8, 5),), "1 here"),
        ((torch.ones(8, 5), torch.ones(8, 1), torch.ones(1)), "3 here"),
        (torch.ones(8, 5).to_sparse(), "a sparse_coo tensor"),
    ],
)
def test_a_batch_that_no_step_takes_is_said_before_any(batch, said):
    with pytest.raises(InputError, match=said):
        loops.loop(start=plain, batches=lambda: [batch]).verify(steps=STEPS)


def test_an_epoch_without_end_is_told_before_the_memory_is(monkeypatch):
    monkeypatch.setattr(batches_of, "free_gib", lambda: 2.0**-10)

    def endless():
        while True:
            yield torch.ones(64, 64), torch.ones(64, 1)

    with pytest.raises(InputError, match="let it end with an epoch, if it never does"):
        _ = loops.loop(start=plain, batches=endless).subject


def test_data_are_made_by_one_thread_and_trained_by_all():
    seen = []

    def noting():
        seen.append(torch.get_num_threads())
        return loops.batches()

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        _ = loops.loop(start=plain, batches=noting).subject
        assert (set(seen), torch.get_num_threads()) == ({1}, 2)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("epoch", "held"), [(4, 100), (99, 100), (100, 101), (120, 121), (300, 301), (301, 100)])
def test_what_follows_an_epoch_is_seen_where_epochs_are_short(epoch, held):
    def with_scheduler(closing):
        def way(model, optimizer, scheduler):
            step = loops.eager(model, optimizer)
            return (step, scheduler.step) if closing else step

        return way

    def start():
        model, optimizer = plain()
        return model, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.1)

    made = lntx.Loop(start, lambda: loops.batches() * (epoch // 4) + loops.batches()[: epoch % 4])
    made.way(with_scheduler(closing=True), name="first")
    made.way(with_scheduler(closing=False), name="left_out")
    assert made.held() == held
    if held == 121:
        assert not made.verify("left_out").ok
    other = lntx.Loop(start, made._functions[1])
    other.way(with_scheduler(closing=False), name="first")
    assert other.held() == 100
