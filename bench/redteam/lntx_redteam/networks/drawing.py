"""Networks drawn at random, small, of every kind of layer that people train, with an optimizer and batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

Batch = tuple[Tensor, Tensor]
Loss = Callable[[nn.Module, Tensor, Tensor], Tensor]

KINDS = (
    "ReLU",
    "GELU",
    "tanh",
    "layer norm",
    "batch norm",
    "convolution",
    "convolution, batch norm",
    "attention",
    "embedding",
)
OPTIMIZERS = ("SGD", "SGD, momentum", "Adam", "AdamW")
WITHIN = frozenset({"batch norm", "convolution, batch norm"})
"""Kinds whose samples of a batch know of each other: a batch in two parts is another training."""

_CLASSES, _WORDS = 5, 40


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network to be trained: how it is made, its optimizer, and an epoch of batches."""

    kind: str
    optimizer: str
    seed: int
    start: Callable[[], tuple[nn.Module, torch.optim.Optimizer]]
    batches: list[Batch]

    @property
    def loss(self) -> Loss:
        """Cross-entropy of classes, or the mean squared error."""
        return _classified if self.batches[0][1].dtype == torch.int64 else _squared


def drawn(seed: int) -> Network:
    """Draw one of any kind, with any optimizer."""
    random = np.random.default_rng(seed)
    kind, optimizer = str(random.choice(KINDS)), str(random.choice(OPTIMIZERS))
    width, depth = int(random.choice([4, 8, 16])), int(random.integers(1, 3))
    rate = float(10 ** random.uniform(-3.5, -1.7)) * (5 if optimizer.startswith("SGD") else 1)
    decay = float(random.choice([0.0, 1e-4, 1e-2]))
    classes = bool(random.integers(2))

    def start() -> tuple[nn.Module, torch.optim.Optimizer]:
        torch.manual_seed(seed)
        model = model_of(kind, width, depth, _CLASSES if classes else 1)
        return model, optimizer_of(optimizer, model.parameters(), rate, decay)

    rows = int(random.choice([4, 8, 16]))
    samples = rows * int(random.integers(2, 6)) - int(random.integers(2))  # often with a smaller last batch
    return Network(kind, optimizer, seed, start, batches_of(kind, samples, rows, random, classes=classes))


def optimizer_of(name: str, parameters: Any, rate: float, decay: float) -> torch.optim.Optimizer:
    """Make an optimizer by its name (`OPTIMIZERS`)."""
    if name.startswith("SGD"):
        return torch.optim.SGD(parameters, lr=rate, momentum=0.9 if "," in name else 0.0, weight_decay=decay)
    kinds: dict[str, type[torch.optim.Adam]] = {"Adam": torch.optim.Adam, "AdamW": torch.optim.AdamW}
    return kinds[name](parameters, lr=rate, weight_decay=decay)


def model_of(kind: str, width: int, depth: int, outputs: int) -> nn.Module:
    """Make a network of a kind (`KINDS`)."""
    if kind.startswith("convolution"):
        return nn.Sequential(
            *_convolutions(width, depth, normed="batch" in kind), nn.Flatten(), nn.Linear(width * 9, outputs)
        )
    if kind in {"attention", "embedding"}:
        return Sequences(width, outputs, attends=kind == "attention")
    layers: list[nn.Module] = []
    for i in range(depth):
        layers.append(nn.Linear(8 if i == 0 else width, width))
        layers += [nn.LayerNorm(width)] * (kind == "layer norm") + [nn.BatchNorm1d(width)] * (kind == "batch norm")
        layers.append({"ReLU": nn.ReLU, "batch norm": nn.ReLU, "tanh": nn.Tanh}.get(kind, nn.GELU)())
    return nn.Sequential(*layers, nn.Linear(width, outputs))


def _convolutions(width: int, depth: int, *, normed: bool) -> Iterator[nn.Module]:
    for i in range(depth):
        yield nn.Conv2d(1 if i == 0 else width, width, 3, padding=1)
        if normed:
            yield nn.BatchNorm2d(width)
        yield nn.ReLU()
    yield nn.MaxPool2d(2)


class Sequences(nn.Module):
    """Words embedded, with or without an attention over them, averaged, and read out."""

    def __init__(self, width: int, outputs: int, *, attends: bool) -> None:
        super().__init__()
        self.words = nn.Embedding(_WORDS, width)
        self.attention = nn.MultiheadAttention(width, 2, batch_first=True) if attends else None
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, outputs)

    def forward(self, words: Tensor) -> Any:
        """Read whole numbers (samples x length)."""
        x = self.words(words)
        if self.attention is not None:
            x = x + self.attention(x, x, x, need_weights=False)[0]
        return self.head(self.norm(x).mean(1))


def batches_of(kind: str, samples: int, rows: int, random: np.random.Generator, *, classes: bool) -> list[Batch]:
    """Draw samples that a network of a kind takes, with classes or numbers as targets, in batches of so many rows."""
    if kind in {"attention", "embedding"}:
        inputs = torch.from_numpy(random.integers(0, _WORDS, (samples, 6)))
    else:
        shape = (samples, 1, 6, 6) if kind.startswith("convolution") else (samples, 8)
        inputs = torch.from_numpy(random.standard_normal(shape).astype(np.float32))
    if classes:
        targets = torch.from_numpy(random.integers(0, _CLASSES, samples))
    else:
        targets = torch.from_numpy(random.standard_normal((samples, 1)).astype(np.float32))
    parts = zip(inputs.split(rows), targets.split(rows), strict=True)
    return [(x, y) for x, y in parts if len(x) > 1]  # batch norm takes no single sample


def _classified(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return nn.functional.cross_entropy(model(x), y)


def _squared(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return nn.functional.mse_loss(model(x), y)
