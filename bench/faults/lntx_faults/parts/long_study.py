"""A study may have as many cells as it likes: its driver's memory, open files, processes and temporary files don't grow.

The driver is this process, and its processes train nothing. It is looked at as each of them begins its first cell.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from lntx import storage
from lntx.measure.request import StudyRequest
from lntx.measure.study.driver import drive
from lntx.measure.study.progress import Progress
from lntx_faults.growth import Growth
from lntx_faults.killed.studies import BACKENDS, driven
from lntx_faults.row import Row
from lntx_faults.trial import environment

UNIT = "cells"
COUNT = 2000
QUICK = 0

_POINTS = 25  # of one process


def run(out: Path, count: int) -> Iterator[Row]:
    """Make a study of about so many cells."""
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
    if left := [one.name for one in temporary.glob("lntx-*")]:
        failures.append(f"{left[0]} is left in the temporary folder")
    yield Row("`lntx bench`, in one go", done, tuple(failures), words)
