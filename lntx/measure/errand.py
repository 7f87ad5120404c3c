"""What one pytest process is to do: which cells, under which profile, and what it must know of those before it."""

import atexit
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from lntx.measure.plan import PROFILES, Profile

CACHES = ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR", "NUMBA_CACHE_DIR")
"""Where compilers keep what they made, each a variable of the environment that is read when something is compiled."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One process's work. The defaults are those of a plain `pytest bench`.

    points are the suites' tests with their value on the axis, None for all; census asks for the cells alone, nothing is
    measured; thorough asks for checkpoints and counters, which are needed once for a study; timed_epochs are those that
    an earlier process chose, by point; folder is the study's own, None where there is none; parent is the process to
    stop after; limits are what each device can do at most (`lntx.limits.Limits` as JSON types), as far as that is known.
    """

    profile: Profile = PROFILES["smoke"]
    backends: tuple[str, ...] = ()
    devices: tuple[str, ...] = ("cpu",)
    points: tuple[str, ...] | None = None
    census: bool = False
    thorough: bool = True
    timed_epochs: Mapping[str, int] = field(default_factory=dict)
    journal: str | None = None
    folder: str | None = None
    data: str | None = None
    target: str | None = None
    standardize: bool = True
    parent: int | None = None
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def orphaned(self) -> bool:
        """Whether the process that waits for the results is gone."""
        return self.parent is not None and os.getppid() != self.parent


def dumps(errand: Errand) -> str:
    """Write an errand as JSON."""
    return json.dumps(asdict(errand))


def loads(text: str) -> Errand:
    """Read an errand that `dumps` wrote."""
    values: dict[str, Any] = json.loads(text)
    for name in ("backends", "devices", "points"):
        values[name] = None if values[name] is None else tuple(values[name])
    return Errand(**{**values, "profile": Profile(**values["profile"])})


@contextmanager
def empty_caches(folder: str | None) -> Iterator[None]:
    """Let compilers start from nothing, in a new folder inside this one, and go back to their usual one afterwards.

    The new folder stays as long as the process: what was loaded from it may be looked up again.
    """
    before = {name: os.environ.get(name) for name in CACHES}
    home = Path(folder) / "caches" if folder else None
    if home:
        home.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(prefix="lntx-cold-", dir=home))
    atexit.register(rmtree, fresh, ignore_errors=True)
    os.environ.update({name: str(fresh / name.lower()) for name in CACHES})
    loaded = set(sys.modules)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _recall_numba(set(sys.modules) - loaded)


def _recall_numba(modules: Iterable[str]) -> None:
    """Point the kernels of these modules to numba's usual cache: it looks at the environment once, when it is loaded."""
    numba: Any = sys.modules.get("numba")
    if numba is None:
        return
    from numba.core.caching import NullCache  # noqa: PLC0415  (only where somebody else has loaded it)
    from numba.core.dispatcher import Dispatcher  # noqa: PLC0415

    numba.config.reload_config()
    values: Iterator[Any] = (value for name in modules for value in list(vars(sys.modules[name]).values()))
    kernels: Iterator[Any] = (value for value in values if isinstance(value, Dispatcher))
    for kernel in kernels:
        if not isinstance(kernel._cache, NullCache):  # noqa: SLF001  (it has no other name)
            kernel.enable_caching()
