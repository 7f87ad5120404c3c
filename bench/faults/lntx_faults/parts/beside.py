"""Of two that would measure at once, on a machine or into a folder, the second says who runs, and disturbs nothing.

A gate or a study is begun, then another with the same folder or the same machine's lock. The second must end with exit code 2 and
one line that names the first; the first must end as if it had been alone. On one folder the two have locks of a machine each, as
two machines would that share a disk.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from time import monotonic, sleep

from lntx.host import locks
from lntx_faults.odd.making import project
from lntx_faults.row import Row

UNIT = "pairs"
COUNT = 8
QUICK = 0
_LIMIT_S = 600.0
_COMMANDS = {
    "gate": ("gate", "HEAD~1", "HEAD", "--pairs", "4", "--report-timing", "--allow-inconclusive"),
    "study": ("bench", "--profile", "smoke", "--backend", "numpy", "--suite", "tutorial"),
}
_PYTEST = {"gate": ("--", "bench", "-p", "no:randomly", "-p", "no:cacheprovider"), "study": ()}
_MADE = {"gate": "gate.json", "study": "study.json"}


@dataclass(frozen=True, slots=True)
class _Begun:
    """What measures: a gate or a study, its folder, and that of its machine's lock."""

    kind: str
    out: Path
    machine: Path
    repository: Path

    def start(self) -> subprocess.Popen[str]:
        """Start it."""
        command = [sys.executable, "-P", "-m", "lntx", *_COMMANDS[self.kind], "-o", str(self.out), *_PYTEST[self.kind]]
        left = {
            name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTEST_", "GITHUB_"))
        }
        return subprocess.Popen(  # noqa: S603  (a list of words, which no shell reads)
            command,
            cwd=self.repository,
            env={**left, locks.VARIABLE: str(self.machine)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def holds(self) -> bool:
        """Whether it has its locks."""
        files = (self.machine / locks.MACHINE, self.out / locks.NAME)
        return all(path.is_file() and path.stat().st_size for path in files)


def run(out: Path, count: int) -> Iterator[Row]:
    """Let so many pairs meet, of each kind in turn."""
    pairs = list(product(("gate", "study"), ("gate", "study"), ("machine", "folder")))
    for number, (first, second, where) in enumerate(pairs[:count]):
        turns = range(number, count, len(pairs))
        failures = [failure for turn in turns for failure in _met(out / f"{turn:02}", first, second, where)]
        yield Row(f"a {second} beside a {first}, on one {where}", len(turns), tuple(failures))


def _met(folder: Path, first: str, second: str, where: str) -> Iterator[str]:
    """Let two meet, and say what went wrong."""
    repository = project(folder / "repo")
    one, other = (folder / name for name in ("one", "other"))
    for path in (one / "locks", other / "locks"):
        path.mkdir(parents=True)
    begun = _Begun(first, one / "out", one / "locks", repository)
    places = (one / "out", other / "locks") if where == "folder" else (other / "out", one / "locks")
    early = begun.start()
    until = monotonic() + _LIMIT_S
    while not begun.holds and early.poll() is None and monotonic() < until:
        sleep(0.01)
    late = _Begun(second, *places, repository).start()
    said = late.communicate(timeout=_LIMIT_S)
    last = (said[1].splitlines() or [""])[-1]
    if late.returncode != 2 or said[0] or f"process {early.pid}," not in last:  # noqa: PLR2004
        yield f"{folder.name}: the second ended with {late.returncode}: {last}"
    if where == "machine" and (other / "out").exists():
        yield f"{folder.name}: the second left its folder"
    told = early.communicate(timeout=_LIMIT_S)
    if early.returncode or not (begun.out / _MADE[first]).is_file():
        yield f"{folder.name}: the first ended with {early.returncode}: {(told[1].splitlines() or [''])[-1]}"
