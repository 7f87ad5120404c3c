"""The short form: each member in a process forked from one that has loaded lntx, through its Python interface."""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from multiprocessing.context import BaseContext
from pathlib import Path
from tempfile import TemporaryDirectory

from lntx.host import probes, threads
from lntx_redteam.finding import Finding, Row
from lntx_redteam.members import Member
from lntx_redteam.trial import Limits, tried

_LIMIT_S = 180.0  # seconds until a member is stopped; most take one or two
_AT_ONCE = 2
_STAGES = ("verify", "train", "bench")
_DONE = "done"  # a file: an exit code of 0 may be the member's own


def played(members: Sequence[Member], say: Callable[[str], None]) -> Iterator[Row]:
    """Try members, several at once, and yield what came of each.

    Those that end their process, or that another one alone finds, are left out, and said: only commands that start processes of
    their own survive the ones, and judge the others apart.
    """
    if left := [one.name for one in members if one.ends]:
        say(f"the short form leaves {len(left)} out, which end their process: {', '.join(left)}")
    if left := [one.name for one in members if one.apart]:
        say(f"the short form leaves {len(left)} out, found by another process than its own: {', '.join(left)}")
    os.environ.update(dict.fromkeys(threads.VARIABLES, "1"))
    limits = probes.measured("cpu", 1).plain()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lntx_redteam.trial"])
    with TemporaryDirectory(prefix="lntx-redteam-") as folder, ThreadPoolExecutor(_AT_ONCE) as pool:
        there = [one for one in members if not (one.ends or one.apart)]
        yield from pool.map(lambda one: _tried_twice(context, one, limits, Path(folder)), there)


def _tried_twice(context: BaseContext, member: Member, limits: Limits, folder: Path) -> Row:
    """Let one that was missed try again: some draw when to be wrong, and others are found by times, which others disturb."""
    row = _played(context, member, limits, folder)
    return _played(context, member, limits, folder / "again") if row.verdict == "missed" else row


def _played(context: BaseContext, member: Member, limits: Limits, folder: Path) -> Row:
    """Let a process try one member, and read what it wrote; it is stopped when it takes too long."""
    place = folder / member.name
    place.mkdir(parents=True)
    process = context.Process(target=_tries, args=(member, limits, place))  # type: ignore[attr-defined]
    process.start()
    process.join(_LIMIT_S)
    hung = process.is_alive()
    process.kill()
    process.join()
    findings = {path.stem: _read(path, member, place / "said") for path in sorted(place.glob("*.json"))}
    if (place / _DONE).exists():
        return Row(member, findings)
    how = (
        "it had to be stopped: it went on for ever" if hung else f"its process ended with exit code {process.exitcode}"
    )
    stage = next((stage for stage in _STAGES if stage not in findings), _STAGES[-1])
    return Row(member, {**findings, stage: Finding("broke", how)})


def _read(path: Path, member: Member, said: Path) -> Finding:
    """Read a finding; where a member is to be told of, whatever line does so."""
    finding = Finding(**json.loads(path.read_text(encoding="utf-8")))
    lines = said.read_text(encoding="utf-8", errors="replace").splitlines() if member.told else []
    told = [line for line in lines if member.told.lower() in line.lower()]
    return Finding("found", told[0]) if told and finding.outcome != "found" else finding


def _tries(member: Member, limits: Limits, place: Path) -> None:
    """Try until something finds the member; a control or one out of reach goes through everything."""
    os.chdir(place)
    with (place / "said").open("w", encoding="utf-8") as stream:
        os.dup2(stream.fileno(), sys.stderr.fileno())
    for stage in _STAGES:
        finding = tried(stage, member.name, limits)
        (place / f"{stage}.json").write_text(json.dumps(asdict(finding)), encoding="utf-8")
        if finding.outcome == "found":
            break
    (place / _DONE).touch()
