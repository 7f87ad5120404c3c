"""Kinds of training that people have, and ways that are wrong where nobody looks: each is right, or found."""

import copy
import math
import random

import numpy as np
import pytest
import torch
from support import loops
from torch import nn

import lntx
from lntx.training.loop.derived import compiled, compiled_step, cudagraph

STEPS = 10


def seeded(make):
    """A start of a network that `make` returns, or of a network and what trains it."""

    def start():
        torch.manual_seed(0)
        made = make()
        return made if isinstance(made, tuple) else (made, torch.optim.AdamW(made.parameters(), lr=1e-2))

    return start


class Tied(nn.Module):
    """Weights that stand in two places, and a table of complex numbers."""

    def __init__(self):
        super().__init__()
        self.embed, self.out = nn.Embedding(7, 4), nn.Linear(4, 7, bias=False)
        self.out.weight = self.embed.weight
        turns = torch.polar(torch.ones(5, 2), torch.outer(torch.arange(5.0), torch.tensor([1.0, 0.1])))
        self.register_buffer("turns", turns, persistent=False)

    def forward(self, ids):
        x = self.embed(ids)
        turned = torch.view_as_complex(x.unflatten(-1, (2, 2)).contiguous()) * self.turns[: ids.shape[1]]
        return self.out(torch.view_as_real(turned).flatten(-2))


class Pair(nn.Module):
    """A model that returns two things."""

    def __init__(self):
        super().__init__()
        self.body, self.a, self.b = nn.Linear(5, 6), nn.Linear(6, 1), nn.Linear(6, 1)

    def forward(self, x):
        hidden = torch.tanh(self.body(x))
        return self.a(hidden), self.b(hidden)


def ids():
    torch.manual_seed(1)
    return [torch.randint(0, 7, (3, 5)) for _ in range(3)]


def language(model, optimizer):
    def step(batch):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(batch).flatten(0, 1), batch.roll(-1, 1).flatten()).backward()
        optimizer.step()

    return step


def both(model, optimizer):
    def step(x, y):
        optimizer.zero_grad()
        one, two = model(x)
        (nn.functional.mse_loss(one, y) + (two**2).mean()).backward()
        optimizer.step()

    return step


def sparse():
    embed = nn.EmbeddingBag(7, 4, sparse=True)
    return embed, torch.optim.SparseAdam(embed.parameters(), lr=1e-2)


def bags(model, optimizer):
    def step(batch):
        optimizer.zero_grad()
        (model(batch) - 1).square().mean().backward()
        optimizer.step()

    return step


def lbfgs():
    model = nn.Linear(5, 1)
    return model, torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=3)


def closed(model, optimizer):
    def step(x, y):
        def closure():
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            return loss

        return optimizer.step(closure)

    return step


class Rivals(nn.Module):
    """Two networks, each with an optimizer of its own."""

    def __init__(self):
        super().__init__()
        self.maker, self.judge = nn.Linear(5, 5), nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))


def rivals():
    model = Rivals()
    rates = (("maker", 1e-2), ("judge", 2e-2))
    return model, *(torch.optim.Adam(getattr(model, name).parameters(), lr=lr) for name, lr in rates)


def contest(model, making, judging):
    def step(x, y):
        judging.zero_grad()
        (model.judge(model.maker(x).detach()) - y).square().mean().backward()
        judging.step()
        making.zero_grad()
        model.judge(model.maker(x)).square().mean().backward()
        making.step()

    return step


def accumulated(model, optimizer):
    """Gradients of two halves, clipped."""

    def step(x, y):
        optimizer.zero_grad()
        for part, target in zip(x.chunk(2), y.chunk(2), strict=True):
            (nn.functional.mse_loss(model(part), target) / 2).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()

    return step


def grouped():
    model = nn.Sequential(nn.Linear(5, 8), nn.SiLU(), nn.Linear(8, 1)).to(torch.float64)
    groups = [{"params": model[0].parameters(), "lr": 1e-3}, {"params": model[2].parameters(), "weight_decay": 0.1}]
    return model, torch.optim.AdamW(groups, lr=1e-2)


def doubles():
    return [tuple(each.double() for each in batch) for batch in loops.batches()]


def arrays():
    memory = np.empty((8, 5), np.float32)
    for i in range(3):
        memory[:] = np.sin(np.arange(40.0) + i).reshape(8, 5)
        yield {"x": memory, "y": (memory.sum(1, keepdims=True), "a text")}


def from_arrays(model, optimizer):
    step = loops.eager(model, optimizer)
    return lambda batch: step(torch.from_numpy(batch["x"]), torch.from_numpy(batch["y"][0]))


def plain():
    return nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))


def shaken(model, optimizer):
    """Data augmented by NumPy's and Python's own random numbers."""
    step = loops.eager(model, optimizer)

    def augmented(x, y):
        step(x * np.random.uniform(0.9, 1.1), y + random.uniform(-0.1, 0.1))  # noqa: NPY002  (the global one is what is meant)

    return augmented


KINDS = {
    "tied weights, complex buffers": (Tied, ids, language),
    "two outputs": (Pair, loops.batches, both),
    "sparse gradients": (sparse, ids, bags),
    "a closure": (lbfgs, loops.batches, closed),
    "two optimizers": (rivals, loops.batches, contest),
    "accumulated and clipped": (plain, loops.batches, accumulated),
    "groups in float64": (grouped, doubles, loops.eager),
    "arrays in nested batches": (plain, arrays, from_arrays),
    "one batch": (plain, lambda: loops.batches()[:1], loops.eager),
    "random numbers of NumPy's and Python's": (plain, loops.batches, shaken),
}


def flawed(first):
    """The first way with the first tensor off after each step."""

    def flawed(model, *others):
        step = first(model, *others)

        def off(*batch):
            step(*batch)
            with torch.no_grad():
                next(model.parameters()).mul_(1 + 1e-4)

        return off

    return flawed


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_of_training_agrees_with_itself_and_a_fault_in_it_is_found(name):
    make, batches, first = KINDS[name]
    made = loops.loop(flawed(first), start=seeded(make), batches=batches, first=first)
    found = made.verify(steps=STEPS)
    assert found.ok, found.note
    assert any(tensor.proved for tensor in found.tensors)
    assert not made.verify("flawed", steps=STEPS).ok


def test_arrays_that_share_their_memory_are_apart_and_take_the_training_s_dtype():
    made = loops.loop(start=seeded(plain), batches=arrays, first=from_arrays)
    first, second, _ = (batch[0]["x"] for batch in made.subject.batches.each)
    assert not np.array_equal(first, second)
    (wide, *_) = made.at(dtype="float64").prepare(steps=1).batches.each
    assert wide[0]["x"].dtype == np.float64
    assert wide[0]["y"][1] == "a text"


class Since:
    """Counts a model's steps since it was started over, as somebody can who looks at what the last step left."""

    def __init__(self, model):
        self.model, self.left, self.steps = model, None, 0

    def begin(self):
        """Return the number of the step that begins."""
        now = next(self.model.parameters()).detach()
        self.steps = self.steps + 1 if self.left is not None and torch.equal(now, self.left) else 0
        return self.steps

    def end(self):
        self.left = next(self.model.parameters()).detach().clone()


def remembering(model, optimizer):
    """It trains in its first call alone."""
    step, known, since = loops.eager(model, optimizer), {}, Since(model)

    def recalled(x, y):
        number = since.begin()
        if number not in known:
            step(x, y)
            known[number] = copy.deepcopy(model.state_dict())
        model.load_state_dict(known[number])
        since.end()

    return recalled


def gradients(model, optimizer):
    """It computes each step's gradients in its first call alone."""
    known, since = {}, Since(model)

    def recalled(x, y):
        number = since.begin()
        optimizer.zero_grad()
        if number not in known:
            torch.nn.functional.mse_loss(model(x), y).backward()
            known[number] = [p.grad.clone() for p in model.parameters()]
        for p, gradient in zip(model.parameters(), known[number], strict=True):
            p.grad = gradient.clone()
        optimizer.step()
        since.end()

    return recalled


def prepared(model, optimizer):
    """It trains while it prepares, on batches that it makes for itself."""
    step, ends = loops.eager(model, optimizer), []
    for x, y in [*loops.batches()] * 3:
        step(x, y)
        ends.append(copy.deepcopy(model.state_dict()))
    since = Since(model)

    def copied(*_):
        model.load_state_dict(ends[since.begin()])
        since.end()

    return copied


def lazy(model, optimizer):
    """It trains in its first call alone, and then leaves the weights where they were."""
    step, count = loops.eager(model, optimizer), [0]

    def idle(x, y):
        count[0] += 1
        if count[0] <= STEPS:
            step(x, y)

    return idle


def rate(model, optimizer):
    """It lowers the rate as it goes, and forgets to say so."""
    step = loops.eager(model, optimizer)

    def slower(x, y):
        optimizer.param_groups[0]["lr"] *= 0.999
        step(x, y)

    return slower


CHEATS = {
    "remembering": (remembering, "doesn't follow a start that is a little aside"),
    "gradients": (gradients, "doesn't follow a start that is a little aside"),
    "prepared": (prepared, "doesn't follow a start that is a little aside"),
    "lazy": (lazy, "a later call gives other weights than its first"),
    "rate": (rate, "other than in the first way"),
}


@pytest.mark.parametrize("name", CHEATS)
def test_a_way_that_does_not_do_the_work_is_found_in_timed_calls_and_when_it_is_verified(name):
    way, words = CHEATS[name]
    made = loops.loop(way, start=seeded(plain))
    found = made.verify(name, steps=STEPS)
    assert not found.ok
    assert words in found.note
    assert math.isfinite(found.tolerance)
    run = made.prepare(name, steps=STEPS)
    run.varies = True
    with run.series():
        for _ in range(5):
            run.before()
            run()
        run.keep()
    assert len(run.kept) + len(run.elsewhere) == 5
    assert run.elsewhere
    assert not made.agreement(run, thorough=False).ok


def test_calls_that_start_aside_end_elsewhere_in_each_dtype_alike():
    made = loops.loop(start=seeded(plain))
    ends = [made.at(dtype=dtype).prepare(steps=1).origin.aside for dtype in ("float32", "float64")]
    assert ends[0].keys() == ends[1].keys()
    assert all(torch.equal(ends[0][name].double(), ends[1][name]) for name in ends[0])
    run = made.prepare(steps=STEPS)
    assert not any(torch.equal(run.origin.first[name], value) for name, value in run.origin.aside.items())
    assert made.agreement(run).ok


def test_a_first_way_that_is_another_each_time_has_no_proof():
    draw = torch.Generator().manual_seed(3)

    def noisy(model, optimizer):
        step = loops.eager(model, optimizer)
        return lambda x, y: step(x + 1e-3 * torch.rand(x.shape, generator=draw, dtype=torch.float32), y)

    with pytest.raises(lntx.Unprovable, match="when it is trained again from the same start"):
        loops.loop(start=seeded(plain), first=noisy).verify(steps=STEPS)


def test_what_is_compiled_for_each_batch_anew_is_refused(monkeypatch):
    monkeypatch.setattr("lntx.host.compilers.refuses", lambda _device: None)

    def many():
        return [(torch.ones(rows, 5), torch.ones(rows, 1)) for rows in range(1, 20)]

    def numbered():
        return list(enumerate(x for x, _ in loops.batches()))

    for way in (compiled, compiled_step):
        assert "have 19 shapes" in way.refuses(loops.loop(batches=many).subject.ground("cpu"))
        assert way.refuses(loops.loop().subject.ground("cpu")) is None
    words = "the batches hold numbers or texts that differ"
    assert compiled_step.refuses(loops.loop(batches=numbered).subject.ground("cpu")).startswith(words)
    assert cudagraph.refuses(loops.loop(batches=numbered).subject.ground("cuda")).startswith(words)
    assert cudagraph.refuses(loops.loop().subject.ground("cuda")) is None
