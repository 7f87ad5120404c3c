"""Four small layers, of which a commit makes one do more, at no cost that a clock could see."""

import torch


def doubled(x):
    return x * 2


def shifted(x):
    return (x + 1).sum()


def mixed(x):
    return x @ x.T


def _waved(x):
    y = x.cos()
    return y + 1


waved = torch.compile(_waved, backend="eager")
