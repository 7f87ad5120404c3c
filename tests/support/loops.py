"""Loops as tests need them: a small network that any of its parts can be planted in, as objects and as files."""

import textwrap

import torch
from torch import nn

import lntx


def start():
    """A network with batch norm and dropout left out: two layers, Adam."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 1))
    return model, torch.optim.Adam(model.parameters(), lr=1e-2)


def batches():
    """Four batches of eight samples."""
    torch.manual_seed(1)
    return [(torch.randn(8, 5), torch.randn(8, 1)) for _ in range(4)]


def eager(model, optimizer, *_):
    """Eager, as everybody writes it."""

    def step(x, y):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return step


def loop(*ways, start=start, batches=batches, first=eager):
    """A loop of these parts; the first way is eager, if no other is given."""
    made = lntx.Loop(start, batches, name="planted")
    made.way(first)
    for way in ways:
        made.way(way)
    return made


FILE = '''
"""A planted file."""
import lntx, torch
from torch import nn

def start(width=8):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, width), nn.Tanh(), nn.Linear(width, 1))
    return model, torch.optim.Adam(model.parameters(), lr=1e-2)

def batches(rows=8):
    torch.manual_seed(1)
    return [(torch.randn(rows, 5), torch.randn(rows, 1)) for _ in range(4)]

loop = lntx.Loop(start, batches, epochs=2)

@loop.way
def eager(model, optimizer):
    """Eager, as I wrote it."""
    def step(x, y):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        return loss
    return step
'''

FASTER = '''
@loop.way
def faster(model, optimizer):
    """With another learning rate."""
    for group in optimizer.param_groups:
        group["lr"] *= 1.001
    return eager(model, optimizer)
'''


def written(folder, *more, text=FILE, name="planted.py"):
    """Write a file of a loop, with more behind it, and return its path."""
    path = folder / name
    path.write_text(text + "".join(textwrap.dedent(part) for part in more), encoding="utf-8")
    return path
