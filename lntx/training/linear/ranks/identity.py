"""What ranks must agree on before they train together: lntx's code, torch, the recipe, and the data, told by hashes."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import torch

from lntx.host import source
from lntx.training.linear.problem import Array, Problem
from lntx.training.linear.ranks.snapshots import wanted
from lntx.training.recipe import Recipe

_WORDS = {
    "ranks": "number of ranks (WORLD_SIZE)",
    "code": "code of lntx",
    "snapshots": "question of snapshots (--snapshots)",
}
_LOOKED_AT = 512  # rows of a mapped file, evenly spread: all of it may be more than a rank is to read


def facts(problem: Problem, recipe: Recipe, backend: str) -> dict[str, str]:
    """Return what this process is about to do, each thing in a few words."""
    commit = source.commit()
    edited = " with edits" if commit.get("dirty") else ""
    return {
        "commit of lntx": f"{commit['id'][:12]}{edited}" if commit else "none",
        "code": source.code(),
        "torch": torch.__version__,
        "backend": backend,
        **{f"recipe's {name}": str(value) for name, value in asdict(recipe).items() if name != "log_every"},
        "data": data(problem),
        "snapshots": "wanted" if wanted() else "not wanted",
    }


def training(problem: Problem, recipe: Recipe, backend: str) -> str:
    """Hash a training: what a snapshot must be of, to be gone on from."""
    told = json.dumps([backend, asdict(recipe), data(problem)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def data(problem: Problem) -> str:
    """Describe a problem's arrays: their sizes, dtype and a checksum, of a mapped file that of some rows."""
    size = f"{problem.samples} x {problem.features} to {problem.outputs} in {problem.dtype}"
    return f"{size}, {_checksum(problem.X):08x}{_checksum(problem.Y):08x}"


def _checksum(array: Array) -> int:
    if isinstance(array, np.memmap):
        array = array[np.unique(np.linspace(0, len(array) - 1, _LOOKED_AT).astype(np.int64))]
    return zlib.crc32(np.ascontiguousarray(array).data)


def packed(facts: Mapping[str, str]) -> str:
    """Write facts for a store."""
    return json.dumps(dict(facts))


def unpacked(text: bytes) -> dict[str, str]:
    """Read what another rank wrote."""
    found: dict[str, str] = json.loads(text)
    return found


def difference(one: Mapping[str, str], other: Mapping[str, str], rank: int) -> str:
    """Say what a rank is about to do otherwise than rank 0; nothing where that is the same."""
    for name in {**one, **other}:
        if one.get(name) != other.get(name):
            what, ours, theirs = _WORDS.get(name, name), one.get(name, "none"), other.get(name, "none")
            return f"ranks 0 and {rank} differ in the {what}: {ours} and {theirs}; start all alike"
    return ""
