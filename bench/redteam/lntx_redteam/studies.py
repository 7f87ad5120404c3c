"""Regular studies of honest backends: whether a share of a limit above 100 % is ever shown, and how many cells are voided.

A cell that is faster than the limits allow is measured again with the limits probed anew, and has no time ("void") where
it stays so. An honest backend that is voided is a false alarm; a cell that still beat its limits would have no share on
a page, and is counted, too.
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import lntx
from lntx import storage
from lntx.errors import LntxError
from lntx.host import lifetime
from lntx.report.frames import frames
from lntx.report.rows import BEATEN
from lntx_redteam import members

_DONE = (0, 12)  # a study is whole, with or without a backend that disagrees


@dataclass(frozen=True, slots=True)
class Counted:
    """What one study came to. largest: the largest share of a limit that its page shows, as a part of 1."""

    machine: str
    minutes: float
    cells: int
    disagreed: int
    void: int
    beaten: int
    largest: float


def run(number: int, _seed: int, machine: str = "as it is") -> tuple[Counted, ...]:
    """Make that many studies, one after the other; LntxError where one ends otherwise than it should."""
    return tuple(_study(i, machine) for i in range(1, number + 1))


def table(results: Sequence[Counted]) -> list[str]:
    """Give a line of Markdown for each study, and one for all."""
    lines = [
        "| machine | study | minutes | cells | voided | above a limit | disagreed | largest share of a limit |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [_line(str(i), [result]) for i, result in enumerate(results, 1)]
    return [*lines, _line("all", results)] if results else lines


def _line(name: str, some: Sequence[Counted]) -> str:
    sums = (sum(getattr(one, field) for one in some) for field in ("cells", "void", "beaten", "disagreed"))
    minutes, largest = sum(one.minutes for one in some), max(one.largest for one in some)
    return f"| {some[0].machine} | {name} | {minutes:.1f} | {' | '.join(map(str, sums))} | {100 * largest:.0f} % |"


def _study(number: int, machine: str) -> Counted:
    sys.stderr.write(f"studies: study {number}, the machine {machine}\n")
    began = monotonic()
    with TemporaryDirectory(prefix="lntx-redteam-", ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-P", "-m", "lntx", "bench", "--profile", "regular", "--out", folder]
        command += [word for name in _honest() for word in ("--backend", name)]
        process = lifetime.start(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            code = process.wait()
        finally:
            lifetime.end(process)
        if code not in _DONE:
            raise LntxError(f"lntx bench ended with {code} in study {number}")
        return counted(Path(folder) / "study.json", machine, (monotonic() - began) / 60)


def _honest() -> list[str]:
    """Name lntx's own backends that this machine can run."""
    wrong = {member.name for member in members.chosen(())}
    own = {name: backend for name, backend in lntx.backends().items() if name not in wrong and ":" not in name}
    return [name for name, backend in own.items() if not backend.refuses(None, None, "cpu")]


def counted(path: Path, machine: str, minutes: float) -> Counted:
    """Count what a study's page would show."""
    study = storage.read(path)
    cells = frames([study]).cells
    kinds = [absence.kind for absence in study.absences]
    return Counted(
        machine,
        minutes,
        len(cells),
        kinds.count("disagrees"),
        kinds.count("void"),
        int((cells["limited_by"] == BEATEN).sum()),
        float(cells["of_limit"].max()) if cells["of_limit"].notna().any() else 0.0,
    )
