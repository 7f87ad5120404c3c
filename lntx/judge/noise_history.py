"""The memory of noise: how much pairs of the same code differed in earlier gates, by CPU model and benchmark.

A small JSON file that a user may cache in CI. It holds variances of pair scores alone, no times: what a benchmark took on
another day is of no use, but how well pairs repeat is much the same on the same kind of machine.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lntx.errors import InputError
from lntx.judge.prior import Prior
from lntx.judge.scores import scores
from lntx.result import Stream
from lntx.storage import values
from lntx.storage.disk import write_text
from lntx.storage.values import decoded, encoded, schema

SCHEMA = 1
_WEIGHT = 4.0  # degrees of freedom that are believed at most: noise changes from day to day
_KEPT = 64.0  # and that are kept: older gates fade
_BENCHMARKS, _CPUS = 1000, 20  # the ones seen last are kept


@dataclass(frozen=True, slots=True)
class History:
    """Noise by CPU model and benchmark, those seen last at the end."""

    cpus: Mapping[str, Mapping[str, Prior]] = field(default_factory=dict)

    def known(self, cpu: str, names: Iterable[str]) -> Mapping[str, Prior]:
        """Return what is known of benchmarks on a CPU model; each counts at most as four more pairs would."""
        held = self.cpus.get(cpu, {})
        found = {name: held[name] for name in names if name in held}
        return {name: Prior(prior.variance, min(prior.dof, _WEIGHT)) for name, prior in found.items()}

    def added(self, cpu: str, streams: Mapping[str, Stream] | Sequence[Stream]) -> "History":
        """Add streams in which both arms ran the same code."""
        given = streams.values() if isinstance(streams, Mapping) else streams
        held = dict(self.cpus.get(cpu, {}))
        for stream in given:
            found = scores(stream).values
            if len(found) > 1:
                held[stream.name] = _joined(held.pop(stream.name, None), float(np.var(found, ddof=1)), len(found) - 1)
        others = {name: noise for name, noise in self.cpus.items() if name != cpu}
        return History(dict([*others.items(), (cpu, dict(list(held.items())[-_BENCHMARKS:]))][-_CPUS:]))


def read(path: Path) -> History:
    """Read a history; an empty one where there is no file. InputError, in one line, for one that is damaged."""
    try:
        return values.read(path, _history, "history of noise", "delete it, and a new one begins")
    except InputError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return History()
        raise


def _history(document: Any) -> History:
    return decoded(History, schema(document, SCHEMA), "the file", whole=(History,))


def write(history: History, path: Path) -> None:
    """Write a history, whole or not at all."""
    write_text(path, json.dumps({"schema": SCHEMA, **encoded(history)}, indent=1, allow_nan=False) + "\n")


def _joined(old: Prior | None, variance: float, dof: float) -> Prior:
    """Pool variances by their degrees of freedom; what is old loses weight once there is enough."""
    if old is None:
        return Prior(variance, min(dof, _KEPT))
    weight = min(old.dof, max(_KEPT - dof, 0.0))
    total = weight + dof
    return Prior((weight * old.variance + dof * variance) / total, min(total, _KEPT))
