"""Triton kernels: small trainings in one launch, larger steps with X read once by the whole GPU."""

import os
from importlib.util import find_spec

import numpy as np
import torch
from torch import Tensor

from lntx.training import toolchain
from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.device import current
from lntx.training.fit import Fit
from lntx.training.graphs import Repeated
from lntx.training.history import History
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe

WORK = "steps"
DEVICES = ("cuda", "cpu")

SMALL = 2**16
"""Numbers in a batch, padded columns included, up to which one program takes it alone: a multiprocessor reads that much
from its caches in about the time that the two kernels of a step on the whole GPU need to start and to end."""
AT_ONCE = 2**22
"""Samples that one launch goes through, epoch after epoch: a second or so, after which an interrupt is heard, and for
shuffled ones 32 MB of their numbers."""

_WIDEST = 2**12  # columns of a tile: a row of X, with its 1, stays in one program's registers
_TILE_BYTES = 2**15  # of X in a tile: 64 registers a thread of 4 warps, and enough to ask for at a time
_TALLEST = 512  # rows of a tile: with few columns, the rows' addresses take more registers than X does
_GROUPED = 512  # numbers of the sums that a program keeps in float64, for as many outputs as that allows
_REPLAYED = 100  # steps in a graph, whose launch costs the host what a few kernels do
_REGISTERS = 128  # of a thread, at most, in the kernel that reads X: the tiles of all shapes fit, none is spilled
_PLACES = 16  # warps that so many registers leave room for on a multiprocessor; one more program would run by itself


def refuses(problem: Problem | None, recipe: Recipe | None, device: str) -> str | None:
    """Refuse the CPU, but for Triton's interpreter, and rows too wide for registers."""
    if not find_spec("triton"):
        return f"it needs {toolchain.lacks()}"
    if device.startswith("cuda"):
        if _interpreting():
            return "TRITON_INTERPRET is set, which keeps its kernels off the GPU; unset it, or use --device cpu"
        if lacking := toolchain.lacks():
            return f"it needs {lacking}"
    elif not _interpreting():
        return "its kernels need a GPU; to prove them on the CPU, slowly, set TRITON_INTERPRET=1 in the environment"
    if problem and recipe and problem.features >= _WIDEST:
        return f"it takes up to {_WIDEST - 1} features, a row held in registers; use the backend manual or spectral"
    return None


def _interpreting() -> bool:
    """Whether Triton was told to interpret its kernels, in the words that it takes for yes."""
    return os.environ.get("TRITON_INTERPRET", "").lower() in {"1", "true", "yes", "on", "y"}


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples, compile, and where steps are launched one by one, capture them."""
    batches = Batches(problem, recipe, device)
    columns = 1 << problem.features.bit_length()  # the least power of 2 that has room for a row and its 1
    with current(device):
        alone = batches.rows * columns <= SMALL
        training = (_Program if alone else _Grid)(batches, recipe, columns, device)

    def run() -> Fit:
        with current(device):
            training.reset()
            history = History(recipe)
            for epochs in recipe.segments():
                training.advance(epochs)
                history.keep(epochs.stop, training.weights, training.bias)
            return history.fit(training.weights, training.bias)

    return run


class _Training:
    """The state on the device, and what both ways to train have in common.

    theta and velocity are outputs x (features + 1), the bias last; constants are lr, momentum, weight decay, 1 -
    dampening, and the factors of the loss in a whole batch and in the last of an epoch.
    """

    def __init__(self, batches: Batches, recipe: Recipe, columns: int) -> None:
        self.batches, self.recipe = batches, recipe
        self.samples, self.rows = len(batches.X), batches.rows
        self.outputs, self.columns = batches.Y.shape[1], columns
        self.X, self.Y = batches.X.contiguous(), batches.Y.contiguous()
        self.theta = self.X.new_zeros(self.outputs, self.X.shape[1] + 1)
        self.velocity = torch.zeros_like(self.theta)
        self.weights, self.bias = self.theta[:, :-1], self.theta[:, -1]
        factors = [2 / (rows * self.outputs) for rows in (self.rows, self.samples % self.rows or self.rows)]
        numbers = [recipe.lr, recipe.momentum, recipe.weight_decay, 1 - recipe.dampening, *factors]
        self.constants = torch.tensor(numbers, dtype=self.theta.dtype, device=self.theta.device)
        self.tile = self._rows(_TILE_BYTES)
        self.shape = {"FEATURES": self.X.shape[1], "OUTPUTS": self.outputs, "COLS": columns}
        self.update = {"MOMENTUM": recipe.momentum != 0, "NESTEROV": recipe.nesterov}

    def _rows(self, tile_bytes: int) -> int:
        """Choose a tile's rows: a power of 2, no more than a batch needs."""
        room = tile_bytes // (self.columns * self.theta.element_size())
        return min(max(1, room), _TALLEST, 1 << (self.rows - 1).bit_length())

    def reset(self) -> None:
        """Begin with the initial weights and empty buffers."""
        for value, start in zip((self.weights, self.bias), self.batches.start(), strict=True):
            value.copy_(start)
        self.velocity.zero_()

    def orders(self, epochs: range) -> Tensor | None:
        """Draw the orders of some epochs, one behind the other; None for the order of the data."""
        drawn = [order for epoch in epochs if (order := self.recipe.order(epoch, self.samples)) is not None]
        return torch.from_numpy(np.concatenate(drawn)).to(self.theta.device) if drawn else None


class _Program(_Training):
    """All epochs, or as many as an interrupt may wait for, in one launch."""

    def __init__(self, batches: Batches, recipe: Recipe, columns: int, _device: str) -> None:
        super().__init__(batches, recipe, columns)
        self._launch(range(1), laps=0)  # compiles

    def advance(self, epochs: range) -> None:
        """Take the steps of some epochs."""
        at_once = max(1, AT_ONCE // self.samples)
        for start in range(epochs.start, epochs.stop, at_once):
            some = range(start, min(start + at_once, epochs.stop))
            self._launch(some, len(some))

    def _launch(self, epochs: range, laps: int) -> None:
        from lntx.training.kernels.gpu import program  # noqa: PLC0415  (triton is optional)

        program.train[(self.outputs,)](
            self.theta,
            self.velocity,
            self.X,
            self.Y,
            self.orders(epochs),
            self.constants,
            self.samples,
            self.rows,
            laps,
            int(epochs.start == 0),
            **self.shape,
            **self.update,
            ROWS=self.tile,
            WHOLE=self.rows <= self.tile,
            num_warps=_warps(self.tile * self.columns // 512, 1),
        )


class _Grid(_Training):
    """Each step by two kernels on the whole GPU, many steps in one graph."""

    def __init__(self, batches: Batches, recipe: Recipe, columns: int, device: str) -> None:
        super().__init__(batches, recipe, columns)
        self.steps = -(-self.samples // self.rows)  # of an epoch
        self.group = min(max(1, _GROUPED // columns), 1 << (self.outputs - 1).bit_length())
        self.tile = self._rows(_TILE_BYTES // (2 if self.group > 1 else 1) // (self.theta.element_size() // 4))
        self.warps = _warps(columns // 256, 4)
        cores, cache = _chip(device)
        self.programs = min(-(-self.rows // self.tile), cores * _PLACES // self.warps)
        self.evict = "evict_first" if self.X.nbytes > cache else ""
        self.clock = torch.zeros(2, dtype=torch.int64, device=device)
        self.partial = self.theta.new_empty(self.programs, self.outputs, columns, dtype=torch.float64)
        self.order = self.orders(range(1))
        longest = 1 if self.order is not None else min(recipe.epochs, recipe.log_every or recipe.epochs)
        self._take = Repeated(self._step, min(_REPLAYED, longest * self.steps), device)

    def reset(self) -> None:
        """Begin at step 0."""
        super().reset()
        self.clock.zero_()

    def advance(self, epochs: range) -> None:
        """Take the steps of some epochs."""
        if self.order is None:
            self._take(len(epochs) * self.steps)
            return
        for epoch in epochs:
            order = self.orders(range(epoch, epoch + 1))
            assert order is not None  # noqa: S101  (the first epoch had one)
            self.order.copy_(order)
            self._take(self.steps)

    def _step(self) -> None:
        from lntx.training.kernels.gpu import grid  # noqa: PLC0415  (triton is optional)

        grid.gather[(self.programs, -(-self.outputs // self.group))](
            self.partial,
            self.clock,
            self.theta,
            self.X,
            self.Y,
            self.order,
            self.samples,
            self.rows,
            self.steps,
            **self.shape,
            GROUP=self.group,
            ROWS=self.tile,
            EVICT=self.evict,
            num_warps=self.warps,
            maxnreg=_REGISTERS,
        )
        width = min(8, self.columns)
        lines = min(1024, 1 << (self.programs - 1).bit_length())
        grid.move[(self.columns // width, self.outputs)](
            self.theta,
            self.velocity,
            self.clock,
            self.partial,
            self.constants,
            self.programs,
            self.steps,
            **self.shape,
            **self.update,
            LINES=lines,
            WIDTH=width,
            num_warps=_warps(lines * width // 1024, 1),
        )


def _warps(wanted: int, least: int) -> int:
    """Round to a power of 2 that a program may have: 32 warps are 1024 threads, the most there can be."""
    return max(least, min(32, 1 << (max(1, wanted) - 1).bit_length()))


def _chip(device: str) -> tuple[int, int]:
    """Count a GPU's multiprocessors, and the bytes of its L2 cache; the interpreter has none, and is given one."""
    if not device.startswith("cuda"):
        return 1, 0
    about = torch.cuda.get_device_properties(device)
    return about.multi_processor_count, about.L2_cache_size
