"""What the workers run in: one interpreter for both arms, or one built for each; and the variables that they see."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lntx.duet.config import PLUGIN
from lntx.duet.sources import below_root, check_sources, sources
from lntx.errors import InputError
from lntx.host import compilers, lifetime
from lntx.host.descendants import VARIABLE as WITHIN
from lntx.host.output import last_lines, lines
from lntx.host.threads import VARIABLES
from lntx.host.variables import passed_on
from lntx.result import ARMS, Arm

if TYPE_CHECKING:
    from lntx.duet.config import GateConfig
    from lntx.duet.workspace import Workspace

_BUILD_LIMIT_S = 1800.0
WATCHING = {"LNTX_DUET_WATCH": "1"}
"""What a worker sees that is to watch what runs."""
_NEEDED = "import pytest, pytest_benchmark; print(pytest.__version__, pytest_benchmark.__version__)"


@dataclass(frozen=True, slots=True)
class Environment:
    """How to start the workers of a gate of the repository at `root`: each arm's Python, and whether it was built for it."""

    config: "GateConfig"
    root: Path
    space: "Workspace"
    pythons: Mapping[Arm, str]
    built: bool

    @property
    def guarded(self) -> bool:
        """Whether equal code means equal work, so that what is executed is of interest: not in environments built apart."""
        return self.config.guard and not self.built

    @property
    def watching(self) -> Mapping[str, str]:
        """What the workers of a survey see besides: to watch takes several times as long as the code, so only where it counts."""
        return WATCHING if self.guarded else {}

    def command(self, arm: Arm) -> list[str]:
        """The command line of an arm's worker."""
        return [self.pythons[arm], "-m", "pytest", "-p", PLUGIN, "-q", *self.config.arguments]

    def folder(self, arm: Arm) -> Path:
        """Where an arm's worker runs: the user's own place, below the arm's worktree."""
        return self.space.trees[arm] / below_root(self.config, self.root)

    def variables(self, arm: Arm, seed: int) -> dict[str, str]:
        """What an arm's worker sees: the same as the other's but for its own paths; seed is Python's for hashes."""
        tree, cache = self.space.trees[arm], self.space.cache(arm)
        places = [] if self.built else sources(self.config, self.root)
        found = [str((tree / place).resolve()) for place in places if (tree / place).is_dir()]
        seen = entered(Path(self.pythons[arm]).parent) if self.built else passed_on()
        left = {
            name: value for name, value in seen.items() if not name.startswith(("PYTEST_XDIST", "LNTX_DUET", "OLDPWD"))
        }
        left |= {name: str(self.config.threads) for name in VARIABLES}
        left |= compilers.inside(cache)
        inherited = list(filter(None, [seen.get("PYTHONPATH")]))
        return left | {
            "PYTHONPATH": os.pathsep.join([str(self.space.plugin), *found, *inherited]),
            "PYTHONHASHSEED": str(seed),
            WITHIN: str(self.space.folder),
            "PWD": str(self.folder(arm)),  # else it would name the user's own
            "LNTX_DUET_TREE": str(tree),
            "LNTX_DUET_REPO": str(self.root),
            "LNTX_DUET_SOURCES": os.pathsep.join(found),
            "LNTX_DUET_ASV": self.config.asv,
            **({"PYTHONSAFEPATH": "1"} if self.built else {}),
        }


def entered(bins: Path) -> dict[str, str]:
    """Return variables as they are in an environment that was entered: its programs come first, and nothing leads out of it."""
    left = {name: value for name, value in passed_on().items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    path = os.pathsep.join(filter(None, [str(bins), left.get("PATH")]))
    return left | {"VIRTUAL_ENV": str(bins.parent), "PATH": path}


def environment(config: "GateConfig", root: Path, space: "Workspace") -> Environment:
    """Find or build what the workers run in; InputError where it can't run pytest-benchmark, or a source folder isn't there."""
    python = _absolute(config.python) if config.python else sys.executable
    if config.build:
        return Environment(
            config, root, space, {arm: _built(config, root, python, space, arm) for arm in ARMS}, built=True
        )
    check_sources(config, root, space.trees["head"])
    advice = f"{python} -m pip install pytest-benchmark, or name one that has it with --python"
    _check(python, passed_on(), python, advice)
    return Environment(config, root, space, dict.fromkeys(ARMS, python), built=False)


def _absolute(python: str) -> str:
    """Find an interpreter as the shell would here: the workers run elsewhere. Links stay, as virtual environments are such."""
    if os.sep in python:
        return str(Path(python).expanduser().absolute())
    return shutil.which(python) or python


def _built(config: "GateConfig", root: Path, python: str, space: "Workspace", arm: Arm) -> str:
    """Make an environment and run the user's command in it: in the arm's worktree, in the folder that the gate runs in."""
    place, folder = space.folder / f"env-{arm}", space.trees[arm] / below_root(config, root)
    folder.mkdir(parents=True, exist_ok=True)  # base may not have it yet
    log, within, bins = space.folder / f"build-{arm}.log", {WITHIN: str(space.folder)}, place / "bin"
    _run([python, "-m", "venv", str(place)], folder, passed_on() | within, log, arm)
    _run(["/bin/sh", "-c", config.build], folder, entered(bins) | within, log, arm)
    built = str(bins / "python")
    _check(built, entered(bins), f"the environment built for {arm}", "let --build install pytest-benchmark, too")
    return built


def _run(command: Sequence[str], folder: Path, seen: Mapping[str, str], log: Path, arm: Arm) -> None:
    """Run a command to its end, in a session of its own, which ends with it; a server that it leaves holds up nobody."""
    with log.open("wb") as output:
        try:
            process = lifetime.start(
                command,
                cwd=folder,
                env=seen,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise InputError(f"building {arm} failed: {command[0]} can't be run: {error.strerror}") from error
    try:
        code = process.wait(_BUILD_LIMIT_S)
    except subprocess.TimeoutExpired as error:
        raise InputError(f"building {arm} took longer than {_BUILD_LIMIT_S:g} s: {command[-1]}") from error
    finally:
        lifetime.end(process)
    if code:
        raise InputError(f"building {arm} failed ({command[-1]}): {(last_lines(log) or ['it says nothing'])[-1]}")


def _check(python: str, seen: Mapping[str, str], name: str, advice: str) -> None:
    """Raise InputError for an interpreter without pytest-benchmark, and say what helps."""
    try:
        done = lifetime.run([python, "-c", _NEEDED], limit_s=120, env=seen, text=True, errors="replace")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"{name} can't be run: {error}") from error
    if done.returncode:
        missing = (lines(done.stderr) or ["it says nothing"])[-1]
        raise InputError(f"{name} can't run pytest-benchmark: {missing}; {advice}")
