import pytest
import torch
from support import loops
from torch import nn

STEPS = 5
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.01),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True),
    "dampened": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, dampening=0.5),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, amsgrad=True),
    "tensor-lr": lambda p: torch.optim.Adam(p, lr=torch.tensor(0.01), foreach=False),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01),
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.01),
    "nadam": lambda p: torch.optim.NAdam(p, lr=0.01),
    "radam": lambda p: torch.optim.RAdam(p, lr=0.01),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.9, centered=True),
    "rprop": lambda p: torch.optim.Rprop(p, lr=0.01),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.01, initial_accumulator_value=0.1),
    "adadelta": torch.optim.Adadelta,
    "asgd": lambda p: torch.optim.ASGD(p, lr=0.01, t0=2),
    "adafactor": lambda p: torch.optim.Adafactor(p, lr=0.01),
    "own": lambda p: Own(p, {"lr": 0.01}),
}


class Own(torch.optim.Optimizer):
    """Somebody's optimizer, whose state isn't zeros at first."""

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state.setdefault("scale", torch.ones(()))
                p.sub_(group["lr"] * state["scale"] * p.grad)
                state["scale"] *= 0.9


def ends(run, times=2):
    """What calls leave, each from the start."""
    with run.series():
        for _ in range(times):
            run.before()
            run()
        run.keep()
    run.check()
    return run.kept


def same(one, two):
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_second_call_is_the_first_again_bit_for_bit(name):
    def start():
        model, _ = loops.start()
        return model, OPTIMIZERS[name](model.parameters())

    run = loops.loop(start=start).prepare(steps=STEPS)
    first, second = ends(run)
    assert same(first, second)
    assert not same(first, run.origin.first)
    fresh = loops.loop(start=start).prepare(steps=STEPS)
    assert same(first, ends(fresh, 1)[0])


def test_what_a_way_captured_keeps_its_memory():
    run = loops.loop().prepare(steps=STEPS)
    optimizer, model = run.made.optimizer, run.made.model
    run()
    held = [value for state in optimizer.state.values() for value in state.values()]
    places = [tensor.data_ptr() for tensor in (*model.parameters(), *model.buffers(), *held)]
    run.before()
    again = [value for state in optimizer.state.values() for value in state.values()]
    assert places == [tensor.data_ptr() for tensor in (*model.parameters(), *model.buffers(), *again)]
    assert all(not value.any() for value in again)


def test_warming_up_in_prepare_leaves_no_trace():
    def warmed(model, optimizer):
        step = loops.eager(model, optimizer)
        step(torch.ones(8, 5), torch.ones(8, 1))
        return step

    made = loops.loop(warmed)
    plain, warm = (ends(made.prepare(way, steps=STEPS), 1)[0] for way in ("eager", "warmed"))
    assert same(plain, warm)


def test_an_optimizer_of_a_ways_own_and_its_scheduler_start_over():
    def own(model, _optimizer):
        optimizer = torch.optim.NAdam(model.parameters(), lr=0.01)
        scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)
        step = loops.eager(model, optimizer)
        step(torch.ones(8, 5), torch.ones(8, 1))

        def scheduled(x, y):
            step(x, y)
            scheduler.step()

        return scheduled

    run = loops.loop(own).prepare("own", steps=STEPS)
    first, second = ends(run)
    assert same(first, second)


def test_a_scheduler_of_start_starts_over_and_its_warming_up_is_no_setting():
    def start():
        model, optimizer = loops.start()
        return model, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)

    def first(model, optimizer, scheduler):
        step = loops.eager(model, optimizer)

        def scheduled(x, y):
            step(x, y)
            scheduler.step()

        return scheduled

    def warmed(model, optimizer, scheduler):
        step = first(model, optimizer, scheduler)
        step(torch.ones(8, 5), torch.ones(8, 1))
        return step

    made = loops.loop(warmed, start=start, first=first)
    one, two = ends(made.prepare("first", steps=STEPS))
    assert same(one, two)
    assert same(one, ends(made.prepare("warmed", steps=STEPS), 1)[0])


def test_modes_gradients_and_random_numbers_start_over():
    class Noisy(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.last = nn.Linear(5, 8), nn.Linear(8, 1)

        def forward(self, x):
            return self.last(nn.functional.dropout(self.first(x), 0.5, self.training))

    def start():
        torch.manual_seed(0)
        model = Noisy()
        return model, torch.optim.SGD(model.parameters(), lr=0.1)

    def sloppy(model, optimizer):
        def step(x, y):
            nn.functional.mse_loss(model(x), y).backward()  # gradients add up
            optimizer.step()
            model.eval()

        return step

    run = loops.loop(start=start, first=sloppy).prepare(steps=STEPS)
    first, second = ends(run)
    assert same(first, second)
    run.before()
    assert run.made.model.training
    assert all(p.grad is None for p in run.made.model.parameters())


def test_a_loop_in_double_is_double_throughout():
    run = loops.loop().at(dtype="float64").prepare(steps=STEPS)
    (end,) = ends(run, 1)
    floats = [tensor for tensor in end.values() if tensor.is_floating_point()]
    assert {tensor.dtype for tensor in floats} == {torch.float64}
    assert torch.get_default_dtype() == torch.float32
