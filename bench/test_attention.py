"""At which length of a sequence does compiling an attention block pay?

One transformer layer (GELU, layer norm, no dropout) under AdamW, which predicts the next of made numbers: a noisy wave.
"""

import torch
from torch import nn

import lntx

AXIS = lntx.Axis("length", smoke=(), regular=(64,), large=(16, 64, 256))
COLD = ("wide", "large")  # the profiles in which its cold start is measured beside those of all other suites


def start():
    """Return the block between two layers, and its optimizer."""
    torch.manual_seed(0)
    block = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, activation="gelu", batch_first=True)
    model = nn.Sequential(nn.Linear(1, 32), block, nn.Linear(32, 1))
    return model, torch.optim.AdamW(model.parameters(), lr=1e-3)


def batches(length=64):
    """Return eight batches of eight waves, and what follows each number."""
    draw = torch.Generator().manual_seed(1)
    phases = 6.28 * torch.rand(64, 1, generator=draw) + 0.3 * torch.arange(length + 1)
    waves = (torch.sin(phases) + 0.1 * torch.randn(64, length + 1, generator=draw)).unsqueeze(-1)
    return [(part[:, :-1], part[:, 1:]) for part in waves.split(8)]


loop = lntx.Loop(start, batches, epochs=100, name="attention")


@loop.way
def eager(model, optimizer):
    """The step as one writes it."""

    def step(waves, following):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(waves), following).backward()
        optimizer.step()

    return step


def test_first(measure):
    """Prepare it, and train its first epoch, before anything else is done."""
    measure.first(loop)


def test_attention(measure, length):
    """Train it on sequences of a length."""
    measure(loop, length=length)
