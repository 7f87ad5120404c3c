"""The memory of noise: how much pairs of the same code differed in earlier gates, by CPU model and benchmark.

A small JSON file that a user may cache in CI. It holds variances of pair scores alone, no times: what a benchmark took on
another day is of no use, but how well pairs repeat is much the same on the same kind of machine.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from lntx.errors import InputError
from lntx.judge.prior import Prior
from lntx.judge.scores import scores
from lntx.result import Stream
from lntx.storage.disk import write_text
from lntx.storage.fitting import fitted

SCHEMA = 1
_WEIGHT = 4.0  # degrees of freedom that are believed at most: noise changes from day to day
_KEPT = 64.0  # and that are kept: older gates fade
_BENCHMARKS, _CPUS = 1000, 20  # the ones seen last are kept


@dataclass(frozen=True, slots=True)
class History:
    """Noise by CPU model and benchmark, those seen last at the end."""

    cpus: Mapping[str, Mapping[str, Prior]] = field(default_factory=dict)

    def known(self, cpu: str, names: Iterable[str]) -> Mapping[str, Prior]:
        """Give what is known of benchmarks on a CPU model; each counts at most as four more pairs would."""
        held = self.cpus.get(cpu, {})
        found = {name: held[name] for name in names if name in held}
        return {name: Prior(prior.variance, min(prior.dof, _WEIGHT)) for name, prior in found.items()}

    def added(self, cpu: str, streams: Mapping[str, Stream] | Sequence[Stream]) -> "History":
        """Add streams in which both arms ran the same code."""
        given = streams.values() if isinstance(streams, Mapping) else streams
        held = dict(self.cpus.get(cpu, {}))
        for stream in given:
            values = scores(stream).values
            if len(values) > 1:
                held[stream.name] = _joined(held.pop(stream.name, None), float(np.var(values, ddof=1)), len(values) - 1)
        others = {name: noise for name, noise in self.cpus.items() if name != cpu}
        return History(dict([*others.items(), (cpu, dict(list(held.items())[-_BENCHMARKS:]))][-_CPUS:]))


@dataclass(frozen=True, slots=True)
class _Document:
    schema: int
    cpus: Mapping[str, Mapping[str, Prior]]


def read(path: Path) -> History:
    """Read a history; an empty one where there is no file. InputError, in one line, for one that is damaged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return History()
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not whole JSON ({error}); delete it, and a new history begins") from error
    try:
        found = fitted(_Document, document, "the file")
        _check(found)
    except ValueError as error:
        raise InputError(
            f"{path} is no history of noise, or damaged: {error}; delete it, and a new one begins"
        ) from error
    return History(found.cpus)


def write(history: History, path: Path) -> None:
    """Write a history, whole or not at all."""
    cpus = {cpu: {name: asdict(prior) for name, prior in held.items()} for cpu, held in history.cpus.items()}
    write_text(path, json.dumps({"schema": SCHEMA, "cpus": cpus}, indent=1, allow_nan=False) + "\n")


def _joined(old: Prior | None, variance: float, dof: float) -> Prior:
    """Pool variances by their degrees of freedom; what is old loses weight once there is enough."""
    if old is None:
        return Prior(variance, min(dof, _KEPT))
    weight = min(old.dof, max(_KEPT - dof, 0.0))
    total = weight + dof
    return Prior((weight * old.variance + dof * variance) / total, min(total, _KEPT))


def _check(found: _Document) -> None:
    if found.schema != SCHEMA:
        raise ValueError(f"it was written with schema {found.schema}, this lntx reads {SCHEMA}")
    for cpu, held in found.cpus.items():
        for name, prior in held.items():
            if not (0 <= prior.variance < math.inf and 0 < prior.dof < math.inf):
                raise ValueError(f"the noise of {name!r} on {cpu!r} is not a positive number")
