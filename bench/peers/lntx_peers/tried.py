"""What was tried to meet each target that is missed, in one place: the table says it beside what was measured."""

from dataclasses import replace

from lntx.targets import Target

_TRIED = {
    ("T4", "fused"): (
        "a second pass over each sample in cache leaves the memory idle in part; asking for it ahead, in both passes, "
        "four samples abreast, doubled the share; smaller parts of wide rows, one pass' worth of requests at once, and tiles "
        "of narrow X brought little or nothing"
    ),
    ("T8", "fused"): "narrow X taken sample by sample, as wide X is: one core read it at half the rate or less",
    ("T13", "spectral"): (
        "a solution is one pass to X'X and a system of equations, and so is a training by eigenvectors; what it does besides is "
        "to find them, and to keep digits that a solver may lose"
    ),
}
"""By target and backend, whatever its work class."""


def told(target: Target) -> Target:
    """Add to a target that is missed what was tried."""
    if target.verdict != "missed":
        return target
    return replace(target, tried=_TRIED.get((target.key, target.contestant.partition(" ")[0]), ""))
