"""Which batch size makes which way to train a small convolution pay?

Two convolutions with batch norm under SGD with momentum, on scikit-learn's digits: 8 x 8 pixels, ten classes.
"""

import pytest
import torch
from torch import nn

import lntx

datasets = pytest.importorskip("sklearn.datasets", reason="the digits come with scikit-learn, which is not installed")
AXIS = lntx.Axis("batch_size", smoke=(), regular=(32,), large=(8, 32, 128))
COLD = ("wide", "large")  # the profiles in which its cold start is measured beside those of all other suites


def start():
    """Return the network and its optimizer."""
    torch.manual_seed(0)
    layers = [nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.GELU(), nn.Conv2d(8, 16, 3, stride=2), nn.GELU()]
    model = nn.Sequential(*layers, nn.Flatten(), nn.Linear(144, 10))
    return model, torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)


def batches(batch_size=32):
    """Return 1024 of the digits in batches."""
    digits = datasets.load_digits()
    images = torch.tensor(digits.images[:1024] / 16, dtype=torch.float32).unsqueeze(1)
    return list(zip(images.split(batch_size), torch.tensor(digits.target[:1024]).split(batch_size), strict=True))


loop = lntx.Loop(start, batches, epochs=20, name="convolution")


@loop.way
def eager(model, optimizer):
    """The step as one writes it."""

    def step(images, labels):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()

    return step


def test_first(measure):
    """Prepare it, and train its first epoch, before anything else is done."""
    measure.first(loop)


def test_convolution(measure, batch_size):
    """Train it in batches of a size."""
    measure(loop, batch_size=batch_size)
