"""A small study in a process of its own, that can be killed: of processes that train nothing, or of real ones.

The driver is a fork of this process, which has loaded torch already; all of its own processes are started as ever.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import NoReturn
from unittest import mock

import psutil

from lntx import storage
from lntx.errors import LntxError
from lntx.measure import plan, process, task
from lntx.measure.process import Process
from lntx.measure.request import StudyRequest
from lntx.measure.study import launch
from lntx.measure.study.driver import drive
from lntx.measure.suites import Suites
from lntx.record import Study
from lntx.storage.disk import write_text
from lntx.training.backends import runnable
from lntx_faults import left
from lntx_faults.killed import ledger, worker
from lntx_faults.trial import environment

BACKENDS = ("numpy", "manual")
REPLICATES = 2
CELLS = 3
_LOOK_S = 0.002
_PASSING = ("started", "ended", "seconds", "limits", "commit")


@dataclass(frozen=True, slots=True)
class Small:
    """A study in a folder `out`, with a folder for what is temporary beside it; real: of lntx's own processes."""

    home: Path
    real: bool = False

    @property
    def out(self) -> Path:
        """The study's folder."""
        return self.home / "study"

    @property
    def ledger(self) -> Path:
        """Where its processes note what they have brought to the disk."""
        return self.home / "ledger"

    @property
    def said(self) -> Path:
        """What its drivers said."""
        return self.home / "said"

    @property
    def temporary(self) -> Path:
        """The folder for what is temporary."""
        return self.home / "tmp"

    def prepare(self) -> None:
        """Begin with empty folders; what takes long is loaded here, once for all forks."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.temporary.mkdir(parents=True)
        (self.temporary / "made-up.json").write_text(str(CELLS), encoding="ascii")
        runnable(BACKENDS, ("cpu",))

    def start(self) -> int:
        """Start a driver, which goes on with the study where there is one, and return its process."""
        resume = (self.out / ".lntx-study" / "plan.json").exists()
        child = os.fork()
        if child == 0:
            self._become_driver(resume=resume)
        return child

    def _become_driver(self, *, resume: bool) -> NoReturn:
        """Be a driver, and end as the command would."""
        code = 70
        try:
            os.setsid()
            words = os.open(self.said, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.dup2(words, 1)
            os.dup2(words, 2)
            sys.stdout = sys.stderr = open(2, "w", closefd=False, encoding="utf-8")  # noqa: SIM115  (whatever stood in for it)
            more = {"TMPDIR": str(self.temporary), "LNTX_LOCKS": str(self.home), ledger.VARIABLE: str(self.ledger)}
            with environment(**more), driven(real=self.real):
                ledger.keep()
                profile = "smoke" if self.real else "regular"
                suites = ("tutorial", "first_call") if self.real else ()
                drive(
                    StudyRequest(out=self.out, profile=profile, backends=BACKENDS, suites=suites, resume=resume),
                    lambda _: None,
                )
            code = 0
        except LntxError as error:
            sys.stderr.write(f"lntx: {error}\n")
            code = error.exit_code
        except BaseException as error:  # noqa: BLE001  (a traceback is what is looked for)
            sys.stderr.write(f"Traceback: {error!r}\n")
        finally:
            sys.stderr.flush()
            os._exit(code)

    def members(self) -> list[psutil.Process]:
        """List the processes of this study but for its driver: workers, and what belongs to them."""
        return left.processes(self.home)

    def gone(self, within_s: float) -> bool:
        """Wait until no process of this study is left; whether that came to be."""
        until = monotonic() + within_s
        while self.members():
            if monotonic() > until:
                return False
            sleep(0.05)
        return True

    def study(self) -> Study:
        """Read what came of it, less what differs from time to time."""
        return steady(storage.read(self.out / "study.json"))


def ended(driver: int, within_s: float) -> int | None:
    """Wait for a driver to end, and return its exit code, or less the signal; None where it goes on."""
    until = monotonic() + within_s
    while monotonic() < until:
        found, status = os.waitpid(driver, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        sleep(_LOOK_S)
    return None


def steady(study: Study) -> Study:
    """Return a study without the times of day, and what depends on the moment."""
    about = {name: value for name, value in study.about.items() if name not in _PASSING}
    return replace(study, about=about)


def cells(study: Study) -> list[tuple[object, ...]]:
    """List what a study has of each cell, but for times: where two are equal, so are their pages but for these."""
    measured = [
        (
            one.name,
            one.cell,
            one.label,
            one.work,
            len(one.rounds),
            len(one.prepare_s),
            bool(one.agreement and one.agreement.ok),
        )
        for one in study.records
    ]
    return [*measured, *((one.cell, one.kind, one.reason) for one in study.absences)]


@contextmanager
def driven(*, real: bool, replicates: int = REPLICATES) -> Iterator[None]:
    """Let a study's budgets be tiny, and its processes train nothing, if they aren't to be real."""
    tiny = replace(plan.PROFILES["smoke"], run_s=0.01, rounds_s=0.002, checks_s=0.05, limit_s=120)
    profiles = {"smoke": replace(tiny, replicates=1), "regular": replace(tiny, name="regular", replicates=replicates)}
    with mock.patch.dict(plan.PROFILES, profiles):
        if real:
            yield
            return
        with mock.patch.object(launch, "start", _start):
            yield


def _start(work: task.Task, _given: Suites, log: Path, folder: Path) -> Process:
    """Start a process that trains nothing, as `launch.start` does a real one."""
    order = log.with_suffix(".json")
    write_text(order, task.dumps(work))
    return process.start([str(worker.__file__), str(order)], log, env=process.environment((), folder), folder=folder)
