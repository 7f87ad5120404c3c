"""How the kernels are launched: all epochs at once, or step by step on the whole GPU."""

import torch

from lntx.training.batches import Batches
from lntx.training.graphs import Repeated
from lntx.training.linear.kernels.gpu import grid, program, state
from lntx.training.recipe import Recipe

AT_ONCE = 2**22
"""Samples that one launch goes through, epoch after epoch: a second or so, after which an interrupt is heard, and for
shuffled ones 32 MB of their numbers."""
GROUPED = 512
"""Numbers of the sums that a program keeps in float64, for as many outputs as that allows."""

_REPLAYED = 100  # steps in a graph, whose launch costs the host what a few kernels do
_REGISTERS = 128  # of a thread, at most, in the kernel that reads X: the tiles of all shapes fit, none is spilled
_PLACES = 16  # warps that so many registers leave room for on a multiprocessor; one more program would run by itself


class Program(state.State):
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


class Grid(state.State):
    """Each step by two kernels on the whole GPU, many steps in one graph."""

    def __init__(self, batches: Batches, recipe: Recipe, columns: int, device: str) -> None:
        super().__init__(batches, recipe, columns)
        self.steps = -(-self.samples // self.rows)  # of an epoch
        self.group = min(max(1, GROUPED // columns), 1 << (self.outputs - 1).bit_length())
        self.tile = self.rows_of(state.TILE_BYTES // (2 if self.group > 1 else 1) // (self.theta.element_size() // 4))
        self.warps = _warps(columns // 256, 4)
        cores, cache = _chip(device)
        self.programs = min(-(-self.rows // self.tile), cores * _PLACES // self.warps)
        self.evict = "evict_first" if self.X.nbytes > cache else ""
        self.clock = torch.zeros(2, dtype=torch.int64, device=device)
        self.partial = self.theta.new_empty(self.programs, self.outputs, columns, dtype=torch.float64)
        self.order = self.orders(range(1))
        longest = 1 if self.order is not None else recipe.log_every or _REPLAYED
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
