"""Findings: plain sentences computed from the records, each with the numbers that carry it.

A file here answers one question, and is found by its stem. It has `PLACE` (its place among the findings) and
`find(frames)`, which yields findings or, where the records don't answer its question, nothing.
"""

import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from lntx.report.frames import Frames

Kind = Literal["warning", "result", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, the numbers and conditions behind it, and the stem of the figure that shows it."""

    text: str
    detail: str = ""
    figure: str = ""
    kind: Kind = "result"

    def __str__(self) -> str:
        """Join both parts as one text."""
        return f"{self.text} {self.detail}".rstrip()


def findings(frames: Frames) -> tuple[Finding, ...]:
    """Compute all findings, warnings first."""
    modules = [import_module(f"{__name__}.{item.name}") for item in pkgutil.iter_modules(__path__)]
    ordered = sorted((module for module in modules if hasattr(module, "find")), key=lambda module: module.PLACE)
    found = [finding for module in ordered for finding in module.find(frames)]
    return tuple(sorted(found, key=lambda finding: ("warning", "result", "note").index(finding.kind)))
