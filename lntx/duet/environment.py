"""What the workers run in: one interpreter for both arms, or one built for each; and the variables that they see."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lntx.duet.config import GateConfig
from lntx.duet.workspace import PLUGIN, Workspace
from lntx.errors import InputError
from lntx.host import compilers
from lntx.host.threads import VARIABLES
from lntx.result import ARMS, Arm

_BUILD_LIMIT_S = 1800.0
_NEEDED = "import pytest, pytest_benchmark; print(pytest.__version__, pytest_benchmark.__version__)"


@dataclass(frozen=True, slots=True)
class Environment:
    """How to start the workers of a gate of the repository at `root`: each arm's Python, and whether it was built for it."""

    config: GateConfig
    root: Path
    space: Workspace
    pythons: Mapping[Arm, str]
    built: bool

    def command(self, arm: Arm) -> list[str]:
        """The command line of an arm's worker."""
        return [self.pythons[arm], "-m", "pytest", "-p", PLUGIN, "-q", *asked(self.config)]

    def folder(self, arm: Arm) -> Path:
        """Where an arm's worker runs: the user's own place, below the arm's worktree."""
        return self.space.trees[arm] / self.config.where.resolve().relative_to(self.root.resolve())

    def variables(self, arm: Arm, seed: int) -> dict[str, str]:
        """What an arm's worker sees: the same as the other's but for its own paths; seed is Python's for hashes."""
        tree, cache = self.space.trees[arm], self.space.cache(arm)
        sources = (
            []
            if self.built
            else [str((tree / name).resolve()) for name in self.config.sources if (tree / name).is_dir()]
        )
        left = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_XDIST", "LNTX_DUET"))}
        left |= {name: str(self.config.threads) for name in VARIABLES}
        left |= compilers.inside(cache)
        inherited = [] if self.built else list(filter(None, [os.environ.get("PYTHONPATH")]))
        return left | {
            "PYTHONPATH": os.pathsep.join([str(self.space.plugin), *sources, *inherited]),
            "PYTHONHASHSEED": str(seed),
            "LNTX_DUET_TREE": str(tree),
            "LNTX_DUET_REPO": str(self.root),
            "LNTX_DUET_SOURCES": os.pathsep.join(sources),
            "LNTX_DUET_ASV": self.config.asv,
            **({"PYTHONSAFEPATH": "1"} if self.built else {}),
        }


def asked(config: GateConfig) -> list[str]:
    """Return pytest's arguments; an asv suite's folder is among them, unless they name files or folders of their own."""
    named = any((config.where / word.partition("::")[0]).exists() for word in config.arguments)
    return [*config.arguments, *([config.asv] if config.asv and not named else [])]


def environment(config: GateConfig, root: Path, space: Workspace) -> Environment:
    """Find or build what the workers run in; InputError where it can't run pytest-benchmark."""
    pythons: dict[Arm, str] = {}
    for arm in ARMS:
        pythons[arm] = _built(config, space, arm) if config.build else config.python or sys.executable
        _check(pythons[arm], f"the environment built for {arm}" if config.build else pythons[arm])
        if not config.build:
            return Environment(config, root, space, dict.fromkeys(ARMS, pythons[arm]), built=False)
    return Environment(config, root, space, pythons, built=True)


def _built(config: GateConfig, space: Workspace, arm: Arm) -> str:
    """Make an environment and run the user's command in it, in the arm's worktree."""
    place = space.folder / f"env-{arm}"
    _run([config.python or sys.executable, "-m", "venv", str(place)], space.trees[arm], dict(os.environ), arm)
    bins = place / "bin"
    left = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    seen = left | {"VIRTUAL_ENV": str(place), "PATH": f"{bins}{os.pathsep}{os.environ.get('PATH', '')}"}
    _run(["/bin/sh", "-c", config.build], space.trees[arm], seen, arm)
    return str(bins / "python")


def _run(command: list[str], folder: Path, seen: Mapping[str, str], arm: Arm) -> None:
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, env=seen, capture_output=True, text=True, check=False, timeout=_BUILD_LIMIT_S
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"building {arm} took longer than {_BUILD_LIMIT_S:g} s: {command[-1]}") from error
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise InputError(f"building {arm} failed ({command[-1]}): {(said or ['it says nothing'])[-1]}")


def _check(python: str, name: str) -> None:
    try:
        done = subprocess.run([python, "-c", _NEEDED], capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"{name} can't be run: {error}") from error
    if done.returncode:
        missing = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise InputError(f"{name} can't run pytest-benchmark: {missing}; install it there")
