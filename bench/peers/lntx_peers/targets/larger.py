"""A file larger than the memory that may be taken (T10): training from it against reading it, both from the disk."""

import statistics
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from lntx.errors import LntxError
from lntx.report import units
from lntx.targets import Target
from lntx_peers.children.starting import answer
from lntx_peers.contest.contest import Outcome
from lntx_peers.contest.turns import ratios

KEYS = ("T10",)

_FEATURES = {"fused": 10, "spectral (algebra)": 100}
_MOST = 1.3  # times the time of reading
_BLOCK = 2**16  # samples written at once


def play(_keys: Sequence[str], *, quick: bool) -> Outcome:
    """Write each file, train one epoch of full batch from it in a fresh process, and throw it away."""
    size, rounds = (2**27, 2) if quick else (2**31, 9)
    return Outcome(tuple(_target(contestant, size, rounds) for contestant in _FEATURES))


def _target(contestant: str, size: int, rounds: int) -> Target:
    features, found, reason = _FEATURES[contestant], {}, ""
    samples = size // (4 * features)
    with TemporaryDirectory(prefix="lntx-larger-") as name:
        X, Y = Path(name, "X.npy"), Path(name, "Y.npy")
        try:
            _write(X, Y, samples, features)
            found = answer("mapped", contestant.partition(" ")[0], X, Y, rounds)
            reason = "" if found["ok"] else "its weights are not those of the reference"
        except OSError as error:
            reason = f"a file of {units.digits(size / 1e9)} GB can't be written to {name}: {error.strerror}"
        except LntxError as error:
            reason = str(error)
    return Target(
        key="T10",
        task=f"{samples:,} x {features} from a file, one epoch of full batch",
        contestant=contestant,
        measure="the time of reading the file",
        unit="times",
        sense="at most",
        wanted=_MOST,
        values=() if reason else ratios(found["training"], found["reading"]),
        limit="" if reason else _limit(size, found),
        reason=reason,
    )


def _limit(size: int, found: Any) -> str:
    """Say how fast the file is read and trained from, and what memory was allowed."""
    read, trained = (size / statistics.median(found[part]) / 1e9 for part in ("reading", "training"))
    return (
        f"the disk gives {units.digits(read)} GB/s to one who reads block by block, and trains at {units.digits(trained)} "
        f"GB/s; {units.digits(found['limit_bytes'] / 1e6)} MB may be taken for a file of {units.digits(size / 1e6)} MB"
    )


def _write(X: Path, Y: Path, samples: int, features: int) -> None:
    """Write the problem block by block; its inputs are repeated, as only their number matters."""
    draws = np.random.default_rng(0).standard_normal((_BLOCK, features), np.float32)
    truth = np.linspace(1, 2, features, dtype=np.float32)
    inputs = np.lib.format.open_memmap(X, "w+", np.float32, (samples, features))
    for start in range(0, samples, _BLOCK):
        block = inputs[start : start + _BLOCK]
        block[:] = draws[: len(block)]
    inputs.flush()
    np.save(Y, np.resize(draws @ truth, samples))
