"""`lntx doctor`: what would spoil measurements here, what to do about it, and how small a difference this machine can show."""

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lntx.cli import options
from lntx.cli.progress import bar
from lntx.cli.terminal import show, show_json
from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.doctor.equal_code import Measured
    from lntx.doctor.finding import Finding

EXAMPLE = "lntx doctor --seconds 10"
FOUND = 14
"""The exit code where something would spoil measurements; notes alone are 0."""
_MARKS = {"warning": "!", "note": "-"}
_MINUTE = 60.0
_MOST_S = 3600.0


def command(
    seconds: Annotated[
        float, typer.Option("--seconds", metavar="S", help="How long to measure equal code; 0 leaves it out.")
    ] = _MINUTE,
    results: Annotated[
        Path,
        typer.Option("--results", metavar="DIR", help="A folder of results whose stopped study is looked at, too."),
    ] = Path("results"),
    as_json: options.Json = False,
) -> int:
    """Look for what would spoil measurements on this machine, and say what to do about each; nothing is changed.

    Then measure equal code against itself, for a minute, and say how small a difference this machine can show. Exit codes: 0
    nothing spoils measurements (notes are only to be known), 14 something does, 2 it can't be looked at.
    """
    from lntx.doctor.examination import examined
    from lntx.doctor.machine import Machine

    if not 0 <= seconds <= _MOST_S:
        raise InputError(f"--seconds must be from 0 to {_MOST_S:g}, not {seconds:g}")
    found = examined(Machine(results=results))
    if not as_json:
        _show(found)
    measured, busy = _measured(seconds) if seconds else (None, None)
    if busy:
        found += (busy,)
    if as_json:
        show_json(_document(found, measured))
    else:
        _show_measured(measured, busy, seconds)
    spoilt = any(one.kind == "warning" for one in found) or bool(
        measured and any(one.differs for one in measured.controls)
    )
    return FOUND if spoilt else 0


def _measured(seconds: float) -> "tuple[Measured | None, Finding | None]":
    """Measure equal code; where another process measures already, nothing, and what it is."""
    from lntx.doctor import equal_code
    from lntx.doctor.finding import Finding
    from lntx.host import locks

    with ExitStack() as held:
        try:
            held.enter_context(locks.machine("lntx doctor", Path.cwd()))
        except InputError as error:
            says, _, advice = str(error).rpartition(": ")
            return None, Finding("warning", says or str(error), advice or "wait until it is done", "lock")
        with bar("seconds of equal code", round(seconds)) as update:
            return equal_code.measured(seconds, lambda spent: update(min(round(spent), round(seconds)))), None


def _show(found: "tuple[Finding, ...]") -> None:
    for one in found:
        show(f"{_MARKS[one.kind]} {one.check}: {one.says}", f"    {one.advice}")
    if not any(one.kind == "warning" for one in found):
        show("nothing was found that would spoil measurements")


def _show_measured(measured: "Measured | None", busy: "Finding | None", seconds: float) -> None:
    if busy:
        _show((busy,))
    if measured is None:
        show("equal code was not measured" + ("" if busy else f" (--seconds {seconds:g})"))
        return
    show("", f"equal code, {measured.pairs} pairs of processes in {measured.seconds:.0f} s:")
    for one in measured.controls:
        show(
            f"  {one.name}: {_percent(one.ratio - 1)} apart (95 %: {_percent(one.low - 1)} to {_percent(one.high - 1)})"
            f"; {_slowdown(one.shows)} or more shows"
        )
    if apart := [one.name for one in measured.controls if one.differs]:
        show(f"! equal code looks unequal here ({', '.join(apart)}): something favours one of two processes")
    show(
        f"so a gate that takes as long for a benchmark shows {_slowdown(measured.shows)} in nine of ten cases; "
        "smaller ones need more pairs, or a quieter machine"
    )


def _slowdown(fraction: float) -> str:
    """Say how much slower; of what takes twice as long, how many times."""
    return f"a slowdown of {100 * fraction:.2g} %" if fraction < 1 else f"what takes {1 + fraction:.2g} times as long"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:+.2f} %"


def _document(found: "tuple[Finding, ...]", measured: "Measured | None") -> dict[str, Any]:
    from lntx.host.installation import described

    return {
        "findings": [asdict(one) for one in found],
        "measured": {**asdict(measured), "shows": measured.shows} if measured else None,
        "about": described(),
    }
