"""Cold starts (T9): fresh processes, from the start of Python to its end."""

import json
import statistics
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

import lntx
from lntx.errors import LntxError
from lntx.report import units
from lntx.targets import Target
from lntx.training.fit import Fit
from lntx.training.linear.parity import agreement
from lntx_peers.children.starting import started
from lntx_peers.contest.contest import Outcome
from lntx_peers.contest.turns import Call, Patience, turns

KEYS = ("T9",)

_PYTHON, _TORCH, _NUMBA = "python", "import torch", "import numba"
_CACHED, _COLD = "fused, kernels cached", "fused, nothing cached"
_KNOWN, _UNKNOWN = "auto, the machine known", "auto, nothing known"
_ON_TOP_S = {_CACHED: 0.3, _COLD: None, _KNOWN: 0.5, _UNKNOWN: 0.8}
"""What is wanted on top of importing torch: where nothing is known, `auto` probes the machine once, for 0.3 s at most."""
_EMPTY = (_COLD, _UNKNOWN)
_HELP, _IMPORT = "lntx --help", "import lntx"
_HELP_S, _IMPORT_S = 0.3, 0.1


def play(_keys: Sequence[str], *, quick: bool) -> Outcome:
    """Start each process in turn, once a round."""
    with TemporaryDirectory(prefix="lntx-cold-") as folder:
        tutorial = _Tutorial(Path(folder))
        try:
            for name in (_CACHED, _KNOWN):  # fills the caches that they then find
                tutorial.train(name)
            times = turns(_calls(tutorial), Patience(1 if quick else 5, 0.0))
        except LntxError as error:
            return Outcome(tuple(_targets({}, str(error))))
        return Outcome(tuple(_targets(times, tutorial.wrong())))


def _calls(tutorial: "_Tutorial") -> dict[str, Call]:
    script = Path(sys.executable).with_name("lntx")
    lntx_help = [str(script)] if script.exists() else [sys.executable, "-P", "-m", "lntx"]
    imports = {_PYTHON: "pass", _TORCH: _TORCH, _NUMBA: _NUMBA, _IMPORT: _IMPORT}
    calls: dict[str, Call] = {
        name: partial(started, [sys.executable, "-P", "-c", code]) for name, code in imports.items()
    }
    calls[_HELP] = partial(started, [*lntx_help, "--help"])
    return calls | {name: partial(tutorial.train, name) for name in _ON_TOP_S}


class _Tutorial:
    """The whole training in a fresh process, with all caches filled or empty; what it printed is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.caches = folder, 0
        self.said: dict[str, Any] = {}

    def train(self, name: str) -> None:
        """Train, each time from an empty cache of its own where nothing is to be cached."""
        if name in _EMPTY:
            self.caches += 1
        cache = self.folder / (str(self.caches) if name in _EMPTY else "filled")
        backend = name.partition(",")[0]
        command = [sys.executable, "-P", "-m", "lntx_peers.children.tutorial", backend]
        places = {"NUMBA_CACHE_DIR": str(cache / "numba"), "XDG_CACHE_HOME": str(cache)}
        self.said[name] = json.loads(started(command, places))

    def wrong(self) -> str:
        """Say whose weights are not the reference's; empty where all agree."""
        fits = {
            name: Fit(torch.tensor(said["weights"]), torch.tensor(said["bias"])) for name, said in self.said.items()
        }
        off = [name for name, fit in fits.items() if not agreement(lntx.tutorial(), lntx.Recipe(), fit).ok]
        return f"the weights of {units.listing(off)} are not those of the reference" if off else ""


def _targets(times: dict[str, tuple[float, ...]], reason: str) -> list[Target]:
    """Take importing torch off the trainings, round by round; the others are whole processes."""
    usable = bool(times) and not reason
    rows: list[tuple[str, str, str, float | None]] = [
        (name, "the tutorial in a fresh process", "on top of importing torch", most) for name, most in _ON_TOP_S.items()
    ]
    rows += [(_HELP, "the command line in a fresh process", "from start to end", _HELP_S)]
    rows += [(_IMPORT, "Python and one import", "from start to end", _IMPORT_S)]
    return [
        Target(
            key="T9",
            task=task,
            contestant=name,
            measure=measure,
            unit="s",
            sense="at most",
            wanted=wanted,
            values=_values(name, times) if usable else (),
            limit=_limit(times) if usable else "",
            reason=reason,
        )
        for name, task, measure, wanted in rows
    ]


def _values(name: str, times: dict[str, tuple[float, ...]]) -> tuple[float, ...]:
    if name not in _ON_TOP_S:
        return times[name]
    return tuple(whole - torch_s for whole, torch_s in zip(times[name], times[_TORCH], strict=True))


def _limit(times: dict[str, tuple[float, ...]]) -> str:
    """Say what the parts take that lntx has no hand in."""
    parts = [f"{name} {units.seconds(statistics.median(times[name]))}" for name in (_PYTHON, _TORCH, _NUMBA)]
    return f"whole processes take: {units.listing(parts)}"
