"""A model of what ranks cost (a sum's latency and bandwidth, a rank's own part of a step) foretells measured runs within 25 %.

It is fitted to steps of several sizes, by as many processes at once as there are ranks, and held against steps whose sizes it
hasn't seen, in turns with those. Where a network is to be slower, each sum is held up: by the kernel (tc netem in a network
namespace) where it can, else by the rank's own sleep. From which batch on machines pay is foretold with the
steps of one rank alone.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lntx.errors import LntxError
from lntx.host import lifetime
from lntx.training.linear.ranks.cost import Costs, fitted
from lntx_machines import ranks
from lntx_machines.row import Row

ORDER, QUICK = 4, False
_WITHIN = 0.25
_DELAYS_S = (0.0, 0.001, 0.01)
_FEATURES = (10, 1_000)


def run(out: Path, *, quick: bool) -> Iterator[Row]:  # noqa: ARG001  (there is no short form)
    """Fit, foretell, measure."""
    kernel = _kernel_delays()
    yield Row(
        "how a network's delay is added",
        "",
        "by the kernel (netem)" if kernel else "by a sleep of each rank before a sum: netem isn't there",
    )
    alone = fitted(_timed(out, 1, 0.0, kernel=False)["steps"])
    for count in (2, 4):
        for delay in _DELAYS_S:
            found = _timed(out, count, delay, kernel=kernel)
            costs = fitted(found["steps"], count, alone)
            yield from _rows(costs, found["held"], delay)
            apart = Costs(count, costs.sums, alone.steps)
            said = ", ".join(
                f"{apart.pays_from(features) or 'no'} rows of {features} features" for features in _FEATURES
            )
            yield Row(
                f"{count} machines{_told(delay)}: the batch from which they pay",
                "",
                "not measured here",
                predicted=f"from {said}",
            )


def _rows(costs: Costs, held: Sequence[tuple[int, int, float]], delay: float) -> Iterator[Row]:
    sums = f"a sum takes {1e6 * costs.sums.start_s:.0f} us and {1e9 * costs.sums.each_s:.2f} ns a byte"
    yield Row(
        f"{costs.ranks} ranks{_told(delay)}: fitted",
        "",
        f"{sums}; a step {1e6 * costs.steps.start_s:.0f} us, {1e9 * costs.steps.row_s:.1f} ns a row and "
        f"{1e9 * costs.steps.number_s:.2f} ns a number",
    )
    for rows, features, took in held:
        told = costs.step_s(rows, features)
        off = told / took - 1
        what = f"{costs.ranks} ranks{_told(delay)}: a step of {rows:,} x {features}"
        measured = f"{1e6 * took:.0f} us ({off:+.0%})"
        yield Row(what, f"within {_WITHIN:.0%}", measured, ok=abs(off) <= _WITHIN, predicted=f"{1e6 * told:.0f} us")


def _told(delay: float) -> str:
    return f", {1e3 * delay:g} ms more a sum" if delay else ""


def _timed(out: Path, count: int, delay: float, *, kernel: bool) -> dict[str, list[Any]]:
    """Let ranks time themselves."""
    file = out / f"{count}-{delay:g}.json"
    module = ["lntx_machines.children.timing", str(file), "0" if kernel else str(delay)]
    command = ranks.command(module, count)
    if kernel and delay:  # each way half of it
        script = f'ip link set lo up && tc qdisc add dev lo root netem delay {500 * delay:g}ms && exec "$@"'
        command = ["unshare", "-n", "sh", "-c", script, "sh", *command]
    said = lifetime.run(command, limit_s=300, env=ranks.variables(), text=True)
    if said.returncode:
        raise LntxError(f"{count} ranks can't be timed: {said.stderr[-300:]}")
    found: dict[str, list[Any]] = json.loads(file.read_text())
    return found


def _kernel_delays() -> bool:
    """Whether this machine lets a namespace of its own have a slow network."""
    if not (shutil.which("unshare") and shutil.which("tc") and shutil.which("ip")):
        return False
    script = "ip link set lo up && tc qdisc add dev lo root netem delay 1ms"
    return lifetime.run(["unshare", "-n", "sh", "-c", script], limit_s=20).returncode == 0
