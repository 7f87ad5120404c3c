"""How well the ways of a loop agree, tensor by tensor."""

from collections.abc import Iterator

import pandas as pd

from lntx.report import units
from lntx.report.analysis.loops import Loop, loops
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 51
TOPIC = "Whether to trust this"
_NAMED = 4


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each loop whose tensors were held."""
    for loop in loops(frames):
        tensors = _of(loop, frames.tensors)
        held = tensors[tensors["proved"].astype(bool)]
        if len(held):
            yield _finding(loop, tensors, held)


def _of(loop: Loop, tensors: pd.DataFrame) -> pd.DataFrame:
    for name in ("study", "suite", "problem", "device", "dtype"):
        tensors = tensors[tensors[name] == loop.cells[name].iloc[0]]
    return tensors


def _finding(loop: Loop, tensors: pd.DataFrame, held: pd.DataFrame) -> Finding:
    worst = each(
        held.sort_values("share", kind="stable").drop_duplicates("backend", keep="last").sort_values("backend")
    )
    good = [row.share for row in worst if row.ok]
    words = [f"{row.backend} {units.used(row.share)} ({row.tensor})" for row in worst]
    wrong = [word for row, word in zip(worst, words, strict=True) if not row.ok]
    whose = "those of the other ways" if wrong else f"the weights of {loop.name}'s ways"
    text = f"rounding explains how {whose} differ, which use up at most {units.used(max(good))} of that" if good else ""
    if wrong:
        further = f"of {loop.name}'s ways {units.some(wrong, _NAMED)} are further off than rounding explains"
        text = f"{further}; {text}" if text else further
    text = units.sentence(text)
    unproved = sorted(set(tensors[~tensors["proved"].astype(bool)]["tensor"]))
    named = unproved[:_NAMED] + ([f"{len(unproved) - _NAMED} more"] if len(unproved) > _NAMED else [])
    left = (
        f" Rounding alone moves {units.listing(named)} about as far as training does: of that nothing is proved."
        if named
        else ""
    )
    detail = f"Of each way the tensor that comes nearest to it: {units.listing(words)}.{left}"
    return Finding(text, detail, loop.picture("loop_tensors"))
