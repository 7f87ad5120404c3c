"""The deterministic channel: counters that don't vary from run to run. Any increase fails, unless somebody wrote down why."""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from lntx.errors import InputError
from lntx.storage.fitting import fitted
from lntx.verdict import Count, Judged, Surveyed

FILE = "lntx-gate.toml"
"""The file in head's root that acknowledges increases."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An increase that is meant: of the benchmarks that a glob names, one counter may rise to `most`; `why` is a sentence."""

    benchmark: str
    counter: str
    most: float
    why: str

    def covers(self, name: str, count: Count) -> bool:
        """Tell whether this allows a benchmark's count; brackets of parameters in a name are taken literally too."""
        named = name == self.benchmark or fnmatchcase(name, self.benchmark)
        return named and count.name == self.counter and count.head <= self.most


@dataclass(frozen=True, slots=True)
class _Document:
    acknowledge: tuple[Acknowledgement, ...] = ()


def acknowledgements(path: Path) -> tuple[Acknowledgement, ...]:
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
        found = fitted(_Document, document, "the file").acknowledge
        _check(found)
    except ValueError as error:
        raise InputError(
            f"{path} is wrong: {error}; a table [[acknowledge]] has benchmark, counter, most and why"
        ) from error
    return found


def _check(found: Sequence[Acknowledgement]) -> None:
    """Raise ValueError for a table that allows everything, or doesn't say why."""
    for i, one in enumerate(found):
        if not math.isfinite(one.most):
            raise ValueError(f"acknowledge[{i}].most is not finite")
        if not one.why.strip():
            raise ValueError(f"acknowledge[{i}] doesn't say why")


def judge(surveyed: Surveyed, acknowledged: Sequence[Acknowledgement]) -> Judged | None:
    """Give `slower` for counters that rose without leave; None where there are none."""
    rose = [count for count in surveyed.counts if count.head > count.base]
    left = [count for count in rose if not any(one.covers(surveyed.name, count) for one in acknowledged)]
    if not left:
        return None
    return Judged(surveyed.name, "slower", "counters", "; ".join(map(_said, left)))


def _said(count: Count) -> str:
    return f"{count.name} rose from {count.base:g} to {count.head:g}"
