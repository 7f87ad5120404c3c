"""Counters that don't vary from run to run: any increase fails, unless somebody acknowledged it, and wrote down why.

The file in which they write that down also says which benchmarks are gone on purpose.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from lntx.constraints import Number
from lntx.errors import InputError
from lntx.result import BenchmarkResult, Count, Surveyed
from lntx.storage.values import decoded
from lntx.verdict import Verdict

FILE = "lntx-gate.toml"
"""The file in head's root that acknowledges increases, and benchmarks that went missing."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What is meant, of the benchmarks that a glob names: one counter may rise to `most`, or they are `missing`.

    `why` is a sentence.
    """

    benchmark: str
    counter: str = ""
    most: Number | None = None
    why: str = ""
    missing: bool = False

    def names(self, name: str) -> bool:
        """Return whether a benchmark is meant; brackets of parameters in a name are taken literally too."""
        return name == self.benchmark or fnmatchcase(name, self.benchmark)

    def covers(self, name: str, count: Count) -> bool:
        """Return whether this allows a benchmark's count."""
        return self.most is not None and self.names(name) and count.name == self.counter and count.head <= self.most


def read(path: Path) -> tuple[Acknowledgement, ...]:
    """Read what was acknowledged; nothing where there is no such file. InputError, in one line, for one that is wrong."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path} is not TOML: {error}") from error
    unknown = sorted(set(document) - {"acknowledge"})
    if unknown:
        raise InputError(f"{path} has an unknown key {unknown[0]!r}; it may hold tables [[acknowledge]] alone")
    try:
        found = decoded(tuple[Acknowledgement, ...], document.get("acknowledge", []), "acknowledge")
        _check(found)
    except ValueError as error:
        raise InputError(
            f"{path} is wrong: {error}; a table [[acknowledge]] has benchmark, counter, most and why, or benchmark, "
            "missing = true and why"
        ) from error
    return found


def _check(found: Sequence[Acknowledgement]) -> None:
    """Raise ValueError for a table that allows everything, or doesn't say why."""
    for i, one in enumerate(found):
        if one.missing == bool(one.counter):
            raise ValueError(f"acknowledge[{i}] needs either a counter or missing = true")
        if one.missing != (one.most is None):
            raise ValueError(f"acknowledge[{i}] needs {'no' if one.missing else 'a'} most")
        if not one.why.strip():
            raise ValueError(f"acknowledge[{i}] doesn't say why")


def removed(surveyed: Surveyed, acknowledged: Sequence[Acknowledgement]) -> Acknowledgement | None:
    """Find the acknowledgement of a benchmark that base ran and head hasn't got; None where there is none, or no need."""
    if surveyed.base not in {"passed", "failed"} or surveyed.head in {"passed", "failed"}:
        return None
    return next((one for one in acknowledged if one.missing and one.names(surveyed.name)), None)


def notes(surveyed: Sequence[Surveyed], acknowledged: Sequence[Acknowledgement]) -> list[str]:
    """Say of each benchmark that was removed on purpose why it was."""
    found = ((one.name, removed(one, acknowledged)) for one in surveyed)
    return [f"{name} is gone on purpose, says {FILE}: {leave.why}" for name, leave in found if leave]


def unacknowledged(surveyed: Surveyed, acknowledged: Sequence[Acknowledgement]) -> BenchmarkResult | None:
    """Return `slower` for counters that rose without leave; None where there are none."""
    rose = [count for count in surveyed.counts if count.head > count.base]
    left = [count for count in rose if not any(one.covers(surveyed.name, count) for one in acknowledged)]
    if not left:
        return None
    return BenchmarkResult(surveyed.name, Verdict.SLOWER, "counters", "; ".join(map(_rise, left)))


def _rise(count: Count) -> str:
    return f"{count.name} rose from {count.base:g} to {count.head:g}"
