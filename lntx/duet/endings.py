"""How tests ended, and what that says of their benchmarks."""

from collections.abc import Mapping
from typing import Any

from lntx.result import ARMS, Arm, Ended, Surveyed

Ending = Mapping[str, Any]
"""A worker's last word on a test."""


def state(ending: Ending) -> Ended:
    """Say how a benchmark ended: one that wasn't called, or that is refused, is skipped, however its test ended."""
    if ending.get("refused"):
        return "skipped"
    if ending["outcome"] == "passed" and not ending.get("used"):
        return "skipped"
    found: Ended = ending["outcome"]
    return found


def calls(ready: Mapping[str, Any]) -> int | None:
    """How many calls a benchmark's author has foreseen, where no setup makes each of them possible; None for any number."""
    if ready["mode"] != "pedantic" or ready["setup"]:
        return None
    return int((ready["warmup_rounds"] + ready["rounds"]) * ready["iterations"])


def failed(name: str, endings: Mapping[Arm, Ending]) -> Surveyed:
    """Say of a benchmark that didn't pass in both arms how it ended in each."""
    states = {arm: state(endings[arm]) for arm in ARMS}
    told = [endings[arm].get("refused") or said(arm, endings[arm]) for arm in ARMS if states[arm] != "passed"]
    return Surveyed(name, states["base"], states["head"], "; ".join(dict.fromkeys(told)))


def said(arm: Arm, ending: Ending) -> str:
    """Say how a test ended in an arm."""
    return f"{ending['outcome']} in {arm}" + (f": {ending['message']}" if ending.get("message") else "")
