"""A loop under DistributedDataParallel: the same training where batches can be dealt out, a sentence where they can't."""

import pytest
import torch
from support import loops
from torch import nn

import lntx


def start():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
    return model, torch.optim.AdamW(model.parameters(), lr=1e-2)


def with_momentum():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 8), nn.LayerNorm(8), nn.GELU(), nn.Linear(8, 1))
    return model, torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.9, weight_decay=1e-3)


def with_dropout():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 8), nn.Dropout(0.5), nn.Linear(8, 1))
    return model, torch.optim.SGD(model.parameters(), lr=1e-2)


def with_scheduler():
    model, optimizer = start()
    return model, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 1)


@pytest.mark.parametrize("ranks", [2, 4])
@pytest.mark.parametrize("start", [start, with_momentum])
def test_ranks_train_what_one_does(start, ranks, monkeypatch):
    monkeypatch.setenv("LNTX_RANKS", str(ranks))
    agreement = loops.loop(start=start).verify("ddp", steps=10)
    assert agreement.ok, agreement


def test_it_starts_over_as_often_as_it_is_called(monkeypatch):
    monkeypatch.setenv("LNTX_RANKS", "2")
    run = loops.loop(start=start).prepare("ddp", steps=5)
    for _ in range(3):
        run.before()
        run()
    run.keep()
    first, *others = run.kept
    for other in others:
        assert all(torch.equal(first[name], other[name]) for name in first)


def sum_instead_of_mean(model, optimizer):
    """A loss that isn't a mean over the batch: averaging ranks' gradients is not its gradient."""

    def step(x, y):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), y, reduction="sum").backward()
        optimizer.step()

    return step


def test_a_loss_that_ranks_can_not_average_is_found_out(monkeypatch):
    monkeypatch.setenv("LNTX_RANKS", "2")
    assert not loops.loop(start=with_momentum, first=sum_instead_of_mean).verify("ddp", steps=10).ok


def odd():
    torch.manual_seed(1)
    return [(torch.randn(rows, 5), torch.randn(rows, 1)) for rows in (8, 7)]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"start": loops.start}, "takes statistics of a batch"),
        ({"batches": odd}, "not every batch can be dealt out evenly to 2 ranks"),
        ({"start": with_scheduler}, "scheduler"),
    ],
)
def test_what_can_not_be_dealt_out_is_refused_in_a_sentence(parts, said, monkeypatch):
    monkeypatch.setenv("LNTX_RANKS", "2")
    made = loops.loop(**{"start": start} | parts)
    assert said in made.refuses("ddp", "cpu")
    with pytest.raises(lntx.Refused):
        made.verify("ddp", steps=2)


def test_what_draws_random_numbers_is_refused(monkeypatch):
    monkeypatch.setenv("LNTX_RANKS", "2")
    with pytest.raises(lntx.InputError, match="draws random numbers"):
        loops.loop(start=with_dropout).verify("ddp", steps=2)


def test_nobody_gets_ranks_unasked(monkeypatch):
    monkeypatch.delenv("LNTX_RANKS", raising=False)
    assert "LNTX_RANKS=2 starts two" in loops.loop(start=start).refuses("ddp", "cpu")
