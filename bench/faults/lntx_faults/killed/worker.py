"""A study's process that trains nothing: it counts cells, or gives them times that are made up, and always the same.

python worker.py ORDER.json, the order that a process of a study's gets. It tells of all as a real one does.
"""

import json
import sys
import zlib
from pathlib import Path
from time import sleep

from lntx.host import lifetime
from lntx.measure import task
from lntx.measure.events import StudyLog
from lntx.record import Agreement, Cell, Checkpoint, Record
from lntx.storage.values import decoded

CELL_S = 0.02
_SETTINGS = "made-up.json"


def main(order: Path) -> None:
    """Do what an order says."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from lntx_faults.killed import ledger  # noqa: PLC0415  (it is found from here on)

    ledger.keep()
    work = task.loads(order.read_text(encoding="utf-8"))
    assert work.log
    assert work.folder
    assert work.parent
    lifetime.follow(work.parent)
    log = StudyLog(Path(work.log))
    if work.discovering:
        for point, cell in cells(json.loads((order.parent.parent / _SETTINGS).read_text(encoding="ascii"))):
            log.cell(point, cell)
        return
    planned = json.loads((Path(work.folder) / "plan.json").read_text(encoding="utf-8"))["cells"]
    replicate = int(log.path.name.partition("-")[0])
    for point in work.points or ():
        cell = decoded(Cell, planned[point], point)
        log.begin(point)
        sleep(CELL_S)
        log.end(point, record(point, cell, work.backends[0], replicate))


def cells(count: int) -> list[tuple[str, Cell]]:
    """Make up so many points."""
    made = [
        Cell("samples", "made up", "any", "cpu", "float32", 1, turn + 1, 3, 1, 1, 10, "run") for turn in range(count)
    ]
    return [(f"test_samples.py::test_samples[{cell.samples}]", cell) for cell in made]


def record(point: str, cell: Cell, backend: str, replicate: int) -> Record:
    """Make up what came of a cell: for the same one always the same."""
    seconds = 1e-3 + zlib.crc32(f"{point} {backend} {replicate}".encode()) * 1e-13
    own = Cell(**{name: getattr(cell, name) for name in Cell.__slots__} | {"backend": backend})
    return Record(
        f"bench/{point.removesuffix(']')}-{backend}]",
        ((seconds, 1.01 * seconds, 1.02 * seconds),),
        own,
        backend,
        "steps",
        10,
        (1e-3,),
        Agreement((Checkpoint(10, 1e-7, 1e-5),), "steps"),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
