"""Train from a file that the process may not hold: python -m lntx_peers.children.mapped BACKEND X.npy Y.npy ROUNDS.

Before each turn the file's pages are dropped from the system's cache, as they would be of a file larger than the memory:
what is timed comes from the disk. Checks of the data and of the recipe aren't timed, here as anywhere.
"""

import json
import mmap
import os
import resource
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

import lntx
from lntx.host import threads
from lntx.measure.cell import proof
from lntx.training import device as devices
from lntx.training.backends import find
from lntx.training.backends.interface import Backend
from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem

_SHARE = 4  # of X, the memory that may be taken on top of what is held
_LEAST = 64 * 2**20  # bytes that a process may take at any size: stacks of threads, buffers
_BLOCK = 4 * 2**20  # bytes read at once
_FEW = 30_000  # samples that compile and warm up
_RECIPE = lntx.Recipe(lr=1e-3, epochs=1, batch_size=None)


def main(name: str, inputs: Path, targets: Path, rounds: int) -> None:
    """Print the seconds of reading the file and of training from it, a number each round, and the agreement."""
    devices.limit_threads(threads.physical())
    backend, problem = find(name), lntx.from_npy(inputs, targets)
    backend.prepare(Problem(np.array(problem.X[:_FEW]), np.array(problem.Y[:_FEW])), _RECIPE, "cpu")()  # compiles
    limit = _limited(problem.X.nbytes)
    reading, training = [], []
    for _ in range(rounds):
        _drop(problem, inputs)
        reading.append(_seconds(partial(_read, inputs)))
        _drop(problem, inputs)
        training.append(_seconds(partial(_train, backend, problem)))
    held = proof.prove(backend, problem, _RECIPE, "cpu", _train(backend, problem))
    found = {"reading": reading, "training": training, "limit_bytes": limit, "ok": held.ok}
    print(json.dumps(found))  # noqa: T201


def _limited(size: int) -> int:
    """Let the process allocate so much more, and return it in bytes; a file that is mapped to be read doesn't count."""
    more = max(_LEAST, size // _SHARE)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    held = 1024 * int(next(line for line in status.splitlines() if line.startswith("VmData")).split()[1])
    resource.setrlimit(resource.RLIMIT_DATA, (held + more,) * 2)
    return more


def _train(backend: Backend, problem: Problem) -> Fit:
    return backend.prepare(problem, _RECIPE, "cpu")()


def _drop(problem: Problem, inputs: Path) -> None:
    """Let nothing of the file stay in memory: neither in the process's map nor in the system's cache."""
    assert isinstance(problem.X.base, mmap.mmap)
    problem.X.base.madvise(mmap.MADV_DONTNEED)
    with inputs.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _seconds(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


def _read(path: Path) -> None:
    """Read the file from its beginning to its end, in blocks, and keep nothing."""
    block = bytearray(_BLOCK)
    with path.open("rb", buffering=0) as file:
        while file.readinto(block):
            pass


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
