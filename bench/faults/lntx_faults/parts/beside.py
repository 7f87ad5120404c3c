"""Of two that would measure at once, on a machine or into a folder, the second says who runs, and disturbs nothing.

A gate or a study is begun, then another with the same folder or the same machine's lock. The second must end with exit code 2 and
one line that names the first; the first must end as if it had been alone. On one folder the two have locks of a machine each, as
two machines would that share a disk.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from time import monotonic, sleep

from lntx.host import locks
from lntx_faults import left, shell
from lntx_faults.odd.making import project
from lntx_faults.row import Row, Step

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
        words = (*_COMMANDS[self.kind], "-o", self.out, *_PYTEST[self.kind])
        return subprocess.Popen(  # noqa: S603  (a list of words, which no shell reads)
            shell.command(*words),
            cwd=self.repository,
            env=shell.variables(self.machine),
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


def steps(count: int) -> dict[str, Step]:
    """Let so many pairs meet, of each kind in turn."""
    pairs = list(product(("gate", "study"), ("gate", "study"), ("machine", "folder")))
    chosen = [(number // len(pairs), *pairs[number % len(pairs)]) for number in range(count)]
    return {
        f"a {second} beside a {first}, on one {where}, {turn + 1}": partial(_row, first, second, where)
        for turn, first, second, where in chosen
    }


def _row(first: str, second: str, where: str, out: Path) -> Row:
    return Row(f"a {second} beside a {first}, on one {where}", 1, tuple(_met(out, first, second, where)))


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
        yield f"the second ended with {late.returncode}: {last}"
    if where == "machine" and (other / "out").exists():
        yield "the second left its folder"
    told = early.communicate(timeout=_LIMIT_S)
    if early.returncode or not (begun.out / _MADE[first]).is_file():
        yield f"the first ended with {early.returncode}: {(told[1].splitlines() or [''])[-1]}"
    yield from (f"a process is left: {one.cmdline()}" for one in left.processes(folder))
