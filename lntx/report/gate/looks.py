"""How verdicts look: a colour and a marker for each, the same on every picture, and a style for a terminal."""

from collections.abc import Mapping
from types import MappingProxyType

from lntx.report.drawing.style import ALARM, MUTED, PALETTE, Look
from lntx.result import Verdict

LOOKS: Mapping[Verdict, Look] = MappingProxyType({
    "slower": Look(ALARM, ">"),
    "faster": Look(PALETTE[2], "<"),
    "same": Look(PALETTE[0], "o"),
    "inconclusive": Look(PALETTE[4], "D", filled=False),
    "contaminated": Look(PALETTE[5], "X"),
    "disagrees": Look(PALETTE[3], "P"),
    "missing": Look(PALETTE[3], "s", filled=False),
    "new": Look(MUTED, "s"),
})  # fmt: skip
