"""At which width does compiling a small network's training pay?

Two layers under Adam on made data, in batches of 32: the narrower, the more of a step is Python.
"""

import torch
from torch import nn

import lntx

AXIS = lntx.Axis("width", smoke=(64,), large=(16, 64, 256, 1024))


def start(width=64):
    """Return the network and its optimizer."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(20, width), nn.Tanh(), nn.Linear(width, 1))
    return model, torch.optim.Adam(model.parameters(), lr=1e-3)


def batches():
    """Return twenty batches of made data."""
    x = torch.randn(640, 20, generator=torch.Generator().manual_seed(1))
    return list(zip(x.split(32), torch.sin(x.sum(1, keepdim=True)).split(32), strict=True))


loop = lntx.Loop(start, batches, epochs=100, name="mlp")


@loop.way
def eager(model, optimizer):
    """The step as one writes it."""

    def step(x, y):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()

    return step


def test_first(measure):
    """Prepare it, and train its first epoch, before anything else is done."""
    measure.first(loop)


def test_mlp(measure, width):
    """Train it at a width."""
    measure(loop, width=width)
