"""How a test ended, as a worker says it, and what that means for its benchmark."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lntx.result import ARMS, Arm, Ended, Surveyed

Ending = Mapping[str, Any]
"""What a worker says at the end of a test."""

_PASSING = re.compile(r"/\S*/(?:base|head)\b|0x[0-9a-fA-F]+|[0-9a-f]{8,}|\d+")  # what differs between two processes


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a benchmark is looked at again, and after how many calls in a process it failed; idle: its test made none."""

    why: str
    calls: int = 0
    idle: bool = False


def outcome(ending: Ending) -> Ended:
    """Return how a benchmark ended: one that wasn't called, or that is refused, is skipped, however its test ended."""
    if ending.get("refused"):
        return "skipped"
    if ending["outcome"] == "passed" and not ending.get("used"):
        return "skipped"
    found: Ended = ending["outcome"]
    return found


def exhausted(code: Mapping[str, Any] | None) -> bool:
    """Return whether a benchmark bore no more calls when what it executes was to be seen."""
    return code is not None and bool(code.get("exhausted"))


def describe(arm: Arm, ending: Ending) -> str:
    """Return how a test ended in an arm."""
    return f"{ending['outcome']} in {arm}" + (f": {ending['message']}" if ending.get("message") else "")


def judged(name: str, endings: Mapping[Arm, Ending]) -> Surveyed:
    """Say of a benchmark how it ended in each arm that has it, and why where it didn't pass."""
    outcomes: dict[Arm, Ended] = {arm: outcome(endings[arm]) if arm in endings else "absent" for arm in ARMS}
    reasons = [reason(arm, endings[arm]) for arm in endings if outcomes[arm] != "passed"]
    return Surveyed(name, outcomes["base"], outcomes["head"], "; ".join(dict.fromkeys(filter(None, reasons))))


def reason(arm: Arm, ending: Ending) -> str:
    """Return why a benchmark didn't pass in an arm; empty where its test passed, and never called it."""
    refused: str = ending.get("refused") or ""
    return refused or (describe(arm, ending) if ending["outcome"] != "passed" else "")


def alike(endings: Mapping[Arm, Ending]) -> bool:
    """Return whether a test failed in both arms, and in the same words but for paths, addresses and numbers."""
    said = {_PASSING.sub("#", str(ending.get("message"))) for ending in endings.values()}
    return len(endings) == len(ARMS) and len(said) == 1 and all(outcome(one) == "failed" for one in endings.values())
