import itertools
import warnings
from collections import UserDict

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_model
from support import loops
from torch import nn

import lntx
from lntx.training.backends import find
from lntx.training.linear.model import initial
from lntx.training.linear.trainable import LinearTraining
from lntx.training.loop.parameters import parsed
from lntx.training.trainable import Facts


def start_with(**changed):
    """A start whose model, optimizer or further parts are made by these."""

    def start():
        model, optimizer = loops.start()
        parts = {
            "model": model,
            "optimizer": optimizer,
            **{key: make(model, optimizer) for key, make in changed.items()},
        }
        return tuple(parts.values())

    return start


def nan(model, _optimizer):
    with torch.no_grad():
        model[3].weight[0, 2] = torch.nan
    return model


def _plain(model):
    return model, torch.optim.SGD(model.parameters(), lr=0.1)


def _lazy():
    with warnings.catch_warnings(action="ignore"):
        return nn.LazyLinear(1)


def _rated(number):
    torch.manual_seed(0)
    model = nn.Linear(5, 1)
    return model, torch.optim.SGD(model.parameters(), lr=0.1 + number)


def _raise():
    raise ValueError("planted")


SHARED = nn.Linear(5, 1)
DRAWN = itertools.count()
STARTS = {
    "gave int": lambda: 3,
    "gave Sequential, where a torch.nn.Module and its optimizer are due": lambda: (loops.start()[0],),
    "3.weight has numbers that are not finite": start_with(model=nan),
    "0.weight differs from call to call": lambda: _plain(nn.Sequential(nn.Linear(5, 1))),
    "gives the same model at each call": lambda: _plain(SHARED),
    "settings differ from call to call": lambda: _rated(next(DRAWN)),
    "model without parameters": lambda: (nn.Tanh(), torch.optim.SGD([torch.ones(1, requires_grad=True)])),
    "trains a tensor that is not the model's": start_with(
        optimizer=lambda *_: torch.optim.SGD([torch.ones(1, requires_grad=True)])
    ),
    "the parameters are float16": start_with(model=lambda model, _: model.half()),
    "which can't be started over": start_with(other=lambda *_: object()),
    "gave a Linear behind model and optimizer": start_with(other=lambda *_: nn.Linear(1, 1)),
    "has no shape yet": lambda: _plain(_lazy()),
    "start() failed: ValueError: planted (test_loop.py, line": _raise,
}


@pytest.mark.parametrize("words", STARTS)
def test_a_start_that_can_not_be_is_said_in_a_line(words):
    made = loops.loop(start=STARTS[words])
    with pytest.raises(lntx.InputError) as caught:
        made.check()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


COUNTED = itertools.count()
ONCE = (torch.ones(2) for _ in range(3))


class Held:
    """Somebody's batch."""

    def __init__(self, x):
        self.x = x


BATCHES = {
    "gave 'NoneType'": lambda: None,
    "gave 'Tensor'": lambda: torch.ones(3),
    "gave no batch": lambda: iter(()),
    "seems endless": lambda: itertools.repeat(1),
    "another tensor [1] in batch 2": lambda: [
        (torch.ones(2), torch.full((2,), float(i == 2 and next(COUNTED)))) for i in range(3)
    ],
    "another tensor [0]['ids'] in batch 0": lambda: [{"ids": torch.randn(2)}],
    "batches the first time": lambda: [torch.ones(2)] * (1 + next(COUNTED)),
    "batches() failed: ValueError: planted (test_loop.py, line": _raise,
    "called a second time, batches() gave no batch": lambda: ONCE,
    "a batch with a Held, whose tensors can't be copied": lambda: [Held(torch.ones(2))],
    "a batch with a UserDict, whose tensors can't be copied": lambda: [(UserDict(x=torch.ones(2)),)],
}


@pytest.mark.parametrize("words", BATCHES)
def test_batches_that_can_not_be_are_said_in_a_line(words, monkeypatch):
    monkeypatch.setattr("lntx.training.loop.batches._MOST", 100)
    with pytest.raises(lntx.InputError) as caught:
        loops.loop(batches=BATCHES[words]).check()
    assert words in str(caught.value)


def test_a_source_that_fills_the_same_memory_again_gives_batches_of_their_own():
    def batches():
        x = torch.empty(2)
        for i in range(3):
            yield x.fill_(i)

    made = loops.loop(batches=batches)
    assert [batch[0][0].item() for batch in made.subject.batches.each] == [0, 1, 2]


def _reshaped(model, _optimizer):
    def step(*_):
        model[3].bias.data = torch.zeros(2)

    return step


def _replaced(model, _optimizer):
    def step(*_):
        model[3].bias = nn.Parameter(torch.zeros(1))

    return step


def _moved(model, _optimizer):
    model.to("meta")
    return lambda *_: None


def _halved(model, _optimizer):
    model.double()
    return lambda *_: None


def _more(model, _optimizer):
    model.register_buffer("more", torch.zeros(1))
    return lambda *_: None


def _failing(model, _optimizer):
    return lambda x, _y: model(x[:, :2])


WAYS = {
    "gave nothing, where its step is due": lambda *_: None,
    "gave a value of type int, where its step is due": lambda *_: 3,
    "changes the shape of 3.bias": _reshaped,
    "replaces 3.bias": _replaced,
    "leaves 0.weight on meta": _moved,
    "changes the dtype of": _halved,
    "more came": _more,
    "way planted failed: RuntimeError: mat1 and mat2": _failing,
    "(test_loop.py, line": _failing,
    "way planted failed: TypeError": lambda: None,
}


@pytest.mark.parametrize("words", WAYS)
def test_a_way_that_can_not_be_is_said_in_a_line(words):
    made = loops.loop()
    made.way(WAYS[words], name="planted")
    with pytest.raises(lntx.InputError) as caught:
        made.verify("planted", steps=3)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_way_that_writes_into_its_batches_disagrees():
    def writing(model, optimizer):
        step = loops.eager(model, optimizer)

        def wrote(x, y):
            step(x, y)
            y.add_(1e-4)

        return wrote

    made = loops.loop(writing)
    run = made.prepare("writing", steps=3)
    run()
    with pytest.raises(lntx.Disagreement, match=r"wrote into batch 0\[1\]"):
        run.check()


def _sized(rows):
    return [torch.ones(rows)]


def _one(n=1):
    return n


def _two(n=2):
    return n


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: lntx.Loop(3, loops.batches), "start must be a function"),
        (lambda: lntx.Loop(loops.start, _sized), "batches(rows): each parameter of batches needs a default"),
        (lambda: lntx.Loop(_one, _two), "n is 1 for start and 2 for batches"),
        (lambda: lntx.Loop(loops.start, loops.batches, epochs=0), "epochs must be"),
        (lambda: lntx.Loop(loops.start, loops.batches).check(), "has no way"),
        (lambda: loops.loop(loops.eager), "two ways are called eager"),
        (lambda: loops.loop().check("egaer"), "did you mean eager?"),
        (lambda: loops.loop().at(width=3), "no axis 'width'; start and batches have no parameter"),
        (lambda: loops.loop().at(dtype="float16"), "dtype must be one of"),
        (lambda: loops.loop().check(device="tpu"), "device must be cpu"),
        (lambda: loops.loop().way(3), "a way must be a function"),
    ],
)
def test_a_loop_that_can_not_be_is_said_in_a_line(make, words):
    with pytest.raises(lntx.InputError) as caught:
        make()
    assert words in str(caught.value)


def test_a_way_that_can_not_be_here_says_why():
    made = loops.loop()
    for name in ("cudagraph",):
        with pytest.raises(lntx.Refused, match="a CUDA graph needs a CUDA device"):
            made.check(name)

    def start():
        model, _ = loops.start()
        return model, torch.optim.Adadelta(model.parameters(), foreach=True)

    made = loops.loop(start=start)
    assert "no implementation that is called fused" in made.refuses("fused", "cpu")
    assert "takes it already" in made.refuses("foreach", "cpu")


def test_parameters_of_start_and_batches_are_axes():
    seen = []

    def start(width=8):
        torch.manual_seed(0)
        model = nn.Linear(5, width)
        seen.append(width)
        return model, torch.optim.SGD(model.parameters(), lr=0.1)

    def batches(rows=4, flip=False):
        torch.manual_seed(1)
        x = torch.randn(rows, 5)
        return [(x.flip(0) if flip else x, torch.zeros(rows, 1))]

    made = loops.loop(start=start, batches=batches)
    assert made.axes == {"width": 8, "rows": 4, "flip": False}
    wide = made.at(width=3).at(rows=2)
    assert wide.facts() == Facts("Linear", "SGD", 18, 2, 5, 1, 2, 1, 10, {"width": 3, "rows": 2, "flip": False})
    assert made.facts().parameters == 48
    assert set(seen) == {3, 8}
    assert parsed(made.axes, "width=64,256") == ("width", (64, 256))
    assert parsed(made.axes, "flip=true") == ("flip", (True,))
    for text, words in (
        ("width", "like width=64"),
        ("width=a", "whole number"),
        ("flip=1", "True or False"),
        ("w=1", "no axis"),
    ):
        with pytest.raises(lntx.InputError, match=words):
            parsed(made.axes, text)


@given(st.integers(0, 9), st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans()))
def test_a_value_is_read_as_it_was_written(default, value):
    assert parsed({"a": type(value)(default)}, f"a={value}") == ("a", (value,))


def test_a_batch_is_what_a_step_takes():
    def first(model, optimizer):
        def step(batch):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(batch["x"]), batch["y"]).backward()
            optimizer.step()

        return step

    def batches():
        return [dict(zip("xy", batch, strict=True)) for batch in loops.batches()]

    made = loops.loop(first=first, batches=batches)
    assert made.verify(steps=4).ok
    assert made.at(dtype="float64").prepare(steps=1).batches.each[0][0]["x"].dtype == torch.float64


def test_what_follows_an_epoch_is_called_at_its_end():
    called = []

    def first(*_):
        return lambda *_: called.append("step"), lambda: called.append("epoch")

    made = loops.loop(first=first)
    made.prepare(steps=5)()
    assert called == ["step"] * 4 + ["epoch", "step"]
    called.clear()
    made.prepare(steps=5).trace((5,))
    assert called == ["step"] * 4 + ["epoch", "step"]


def test_training_gives_losses_a_metric_and_weights(tmp_path):
    made = lntx.Loop(loops.start, loops.batches, metric=lambda model: sum(p.sum() for p in model.parameters()))
    made.way(loops.eager)
    heard = []
    fit = made.train(epochs=3, progress=heard.append)
    assert heard == [1, 2, 3]
    assert len(fit.losses) == 3
    assert fit.losses[0] > fit.losses[2]
    assert fit.metric == pytest.approx(sum(p.detach().sum().item() for p in fit.model.parameters()))
    fit.save(tmp_path / "model.safetensors")
    other, _ = loops.start()
    load_model(other, tmp_path / "model.safetensors")
    assert all(torch.equal(value, fit.tensors[name]) for name, value in other.state_dict().items())


def test_what_is_no_loss_or_no_metric():
    def silent(model, optimizer):
        step = loops.eager(model, optimizer)
        return lambda x, y: [step(x, y)]

    assert loops.loop(first=silent).train(epochs=1).losses == ()
    made = lntx.Loop(loops.start, loops.batches, metric=lambda _: "good")
    made.way(loops.eager)
    with pytest.raises(lntx.InputError, match="one number is due"):
        made.train(epochs=1)


# The tutorial, written as a loop: the same weights and verdicts as those of the built-in problem.
PROBLEM, EPOCHS = lntx.tutorial(), 1
RECIPE = lntx.Recipe(lr=5e-4, epochs=EPOCHS, batch_size=1)


def tutorial():
    """The tutorial's training as a loop."""

    def start():
        model = nn.Linear(3, 1)
        with torch.no_grad():
            for parameter, value in zip(model.parameters(), initial(3, 1, RECIPE.seed, torch.float32), strict=True):
                parameter.copy_(value)
        return model, torch.optim.SGD(model.parameters(), lr=RECIPE.lr)

    def batches():
        X, Y = (torch.from_numpy(array) for array in (PROBLEM.X.copy(), PROBLEM.Y.copy()))
        return list(zip(X.split(1), Y.split(1), strict=True))

    def off(model, optimizer):
        optimizer.param_groups[0]["lr"] *= 1.001
        return loops.eager(model, optimizer)

    return loops.loop(off, by_hand, start=start, batches=batches)


def by_hand(model, optimizer):
    """A gradient by hand."""

    @torch.no_grad()
    def step(x, y):
        residual = model(x) - y
        lr = optimizer.param_groups[0]["lr"]
        model.bias.sub_(lr * 2 * residual.sum(0))
        model.weight.sub_(lr * 2 * residual.t() @ x)

    return step


def test_the_tutorial_as_a_loop_has_the_weights_and_verdicts_of_the_built_in_problem():
    made, linear = tutorial(), LinearTraining(PROBLEM, RECIPE)
    backend = linear.prepare("eager", "cpu", EPOCHS)
    fit = backend()
    run = made.prepare("eager", epochs=EPOCHS)
    (end,) = _ends(run)
    assert torch.equal(end["weight"], fit.weights)
    assert torch.equal(end["bias"], fit.bias)
    assert made.facts() == Facts("Linear", "SGD", 4, 100, 3, 1, 1, 100, 10)
    assert linear.facts() == Facts("LNTXModel", "SGD", 4, 100, 3, 1, 1, 100, EPOCHS)
    assert made.agreement(run).ok
    assert made.verify("by_hand", steps=30).ok
    assert not made.verify("off", steps=30).ok
    with backend.series():
        backend.before()
        backend()
        backend.keep()
    backend.check()
    assert linear.agreement(backend).ok
    assert linear.refuses("numpy", "cuda") is not None
    assert find("eager").label == linear.labels["eager"]


def _ends(run):
    with run.series():
        run.before()
        run()
        run.keep()
    run.check()
    return run.kept


def test_a_training_takes_its_steps_epoch_after_epoch_and_no_more():
    taken = []

    def batches():
        return [torch.full((1,), float(i)) for i in range(3)]

    made = loops.loop(first=lambda *_: lambda x: taken.append(int(x)), batches=batches)
    made.prepare(steps=7)()
    assert taken == [0, 1, 2, 0, 1, 2, 0]
