"""A study may have as many cells as it likes: its driver's memory, open files, processes and temporary files don't grow.

The driver is this process, and its processes train nothing. It is looked at as each of them begins its first cell.
"""

import json
from functools import partial
from pathlib import Path

from lntx import storage
from lntx.measure.request import StudyRequest
from lntx.measure.study.driver import drive
from lntx.measure.study.progress import Progress
from lntx_faults import left
from lntx_faults.growth import Growth
from lntx_faults.killed.studies import BACKENDS, driven
from lntx_faults.row import Row, Step
from lntx_faults.trial import environment

UNIT = "cells"
COUNT = 2000
QUICK = 0

_POINTS = 25  # of one process


def steps(count: int) -> dict[str, Step]:
    """Make a study of about so many cells."""
    return {f"{count} cells": partial(_study, count)}


def _study(count: int, out: Path) -> Row:
    temporary = out / "tmp"
    temporary.mkdir(parents=True)
    (temporary / "made-up.json").write_text(json.dumps(_POINTS), encoding="ascii")
    growth, done = Growth(temporary), 0

    def watch(now: Progress) -> None:
        nonlocal done
        done = max(done, now.done)
        if now.event.startswith("begun") and not now.done % _POINTS:
            growth.look(now.done)

    replicates = max(1, count // _POINTS // len(BACKENDS))
    with environment(TMPDIR=str(temporary), LNTX_LOCKS=str(out)), driven(real=False, replicates=replicates):
        path = drive(StudyRequest(out=out / "study", profile="regular", backends=BACKENDS), watch)
    failures, words = growth.judged()
    study = storage.read(path)
    if any(len(record.rounds) != replicates for record in study.records) or study.absences:
        failures.append("not every cell has its times")
    failures += [f"{path.name} is left in the temporary folder" for path in left.folders(temporary)]
    failures += [f"a process is left: {one.cmdline()}" for one in left.processes(out)]
    return Row("`lntx bench`, in one go", done, tuple(failures), words)
