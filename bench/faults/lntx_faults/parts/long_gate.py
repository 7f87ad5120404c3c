"""A gate may run as long as it likes: its memory, its open files, its processes and its temporary files don't grow with it.

One gate looks at what it has measured once, at the end, and so goes on to the last pair. Its own process is looked at as each
pair begins, and the pairs of the first quarter, without the first few, are held against those of the last.
"""

import sys
from contextlib import chdir
from functools import partial
from pathlib import Path

from lntx.duet.config import GateConfig
from lntx.duet.gate import gate
from lntx.result import GateResult, Progress, Rules
from lntx_faults import left
from lntx_faults.growth import Growth
from lntx_faults.row import Row, Step
from lntx_faults.scenarios import repository
from lntx_faults.trial import environment

UNIT = "pairs"
COUNT = 200
QUICK = 0


def steps(count: int) -> dict[str, Step]:
    """Run a gate of so many pairs."""
    return {f"{count} pairs": partial(_gate, count)}


def _kept(result: GateResult) -> float:
    """Return the MiB of all times that were measured, which a gate needs to its end."""
    batches = [batch for one in result.streams for pair in one.pairs for quad in pair.quads for batch in quad.batches]
    return (
        sum(sys.getsizeof(batch) + sys.getsizeof(batch.seconds) + sys.getsizeof(batch.stolen) for batch in batches)
        / 2**20
    )


def _gate(count: int, out: Path) -> Row:
    folder, temporary = out / "repository", out / "tmp"
    for place in (folder, temporary):
        place.mkdir(parents=True)
    repository(folder)
    growth = Growth(temporary)

    def watch(now: Progress) -> None:
        if now.stage == "pairs":
            growth.look(now.pair)

    rules = Rules(margin=0.0, tolerated=1e-6, looks=(count,))
    request = GateConfig(where=folder, base="HEAD", head="HEAD", rules=rules, guard=False)
    with environment(TMPDIR=str(temporary), LNTX_LOCKS=str(out)), chdir(folder):
        result = gate(request, watch)
    failures, words = growth.judged(_kept(result))
    if len(growth.seen) != count:
        failures.append(f"{len(growth.seen)} of {count} pairs were measured: {'; '.join(result.notes)}")
    failures += [f"{path.name} is left in the temporary folder" for path in left.folders(temporary)]
    failures += [f"a process is left: {one.cmdline()}" for one in left.processes(out)]
    return Row("`lntx gate`, undecided to the end", len(growth.seen), tuple(failures), words)
