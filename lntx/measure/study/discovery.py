"""What there is to measure: one process makes every problem and says which cell it is, and probes the machine's limits."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

from lntx.errors import InputError, LntxError
from lntx.host import temporary
from lntx.measure.request import StudyRequest
from lntx.measure.study import launch
from lntx.measure.study.state import Discovery
from lntx.record import Cell

_KIND = "discovery"
_LOOK_S = 0.05
_LIMIT_S = 600.0  # problems of the large profile take a while to make


def discover(request: StudyRequest) -> Discovery:
    """Count the cells of the request's shard, and probe the devices.

    Nothing in the study's folder is touched. Raises LntxError when nothing is left to measure, and InputError for a suite that
    can't be read.
    """
    with temporary.folder(_KIND) as folder:
        events = _events(request, folder)
    left_out = {event["point"]: event["reason"] for event in events if event["event"] == "left out"}
    cells = {event["point"]: Cell(**event["cell"]) for event in events if event["event"] == "cell"}
    if not cells:
        why = "; ".join(dict.fromkeys(left_out.values())) or "no test of the suites measures anything"
        raise LntxError(f"there is nothing to measure: {why}")
    ways = {event["point"]: event["ways"] for event in events if event["event"] == "cell" and event.get("ways")}
    limits = {event["device"]: event["limits"] for event in events if event["event"] == "limits"}
    part = _part(cells, request.shard)
    return Discovery(part, left_out, limits, {point: ways[point] for point in part if point in ways})


def clear() -> None:
    """Clear what killed drivers left as they counted cells."""
    with suppress(InputError):  # there is no place for what is temporary
        temporary.clear(_KIND, temporary.place())


def _events(request: StudyRequest, folder: Path) -> list[dict[str, Any]]:
    log = folder / "discovery.jsonl"
    work = replace(launch.common(request), discovering=True, log=str(log.resolve()), folder=str(folder.resolve()))
    with launch.working(work, request.given(), log, folder) as process:
        while process.running and process.silent_s < _LIMIT_S:
            sleep(_LOOK_S)
    events = list(process.news())
    unreadable = [event for event in events if event["event"] == "unreadable"]
    if unreadable:
        more = f" (and {len(unreadable) - 1} more)" if len(unreadable) > 1 else ""
        where, why = unreadable[0]["point"], unreadable[0]["reason"]
        raise InputError(f"{where} can't be measured: {why}{more}" if where else f"{why}{more}")
    if process.code is None:
        raise LntxError(f"counting the cells took longer than {_LIMIT_S:g} s and was stopped")
    if process.code not in (0, 5):
        said = process.out.words
        raise LntxError(f"the suites can't be read: {process.exit_message()}" + (f"; {said}" if said else ""))
    return events


def _part(cells: dict[str, Cell], shard: tuple[int, int] | None) -> dict[str, Cell]:
    """Take a shard of the points: every n-th, in the order of the suites."""
    if shard is None:
        return cells
    which, parts = shard
    if parts > len(cells):
        raise LntxError(f"{len(cells)} points can't be dealt out to {parts} shards; use fewer")
    return dict(list(cells.items())[which - 1 :: parts])
