"""How much of a loop's step is Python; on a GPU, how long that waits for the host."""

import math
from collections.abc import Iterator
from typing import Any

from lntx.report import units
from lntx.report.analysis.loops import Loop, loops, worded
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 52
TOPIC = "How near the machine's limit"
_NOTABLE = 0.1
"""The share of a step from which on it is worth a step that is compiled or captured."""
_WORDS = {
    (True, True): "the GPU waits for the host {}: faster kernels save none of that, a CUDA graph may",
    (True, False): "the GPU waits for the host {}: a CUDA graph can save hardly more than that",
    (False, True): "Python takes {}: faster kernels save none of that, a step that is compiled as a whole may",
    (False, False): "Python takes {}: a step without it saves hardly more than that, so only faster computing helps",
}
"""What is said of the share that Python takes, or on a GPU the waiting for it: whether on a GPU, whether it is notable."""


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each loop whose steps were profiled."""
    for loop in loops(frames):
        known = [cell for value in loop.points for cell in loop.at(value) if not math.isnan(cell.share_python)]
        base = [cell for cell in known if cell.backend == loop.baseline]
        if base:
            yield _finding(loop, base, each(loop.steady[loop.steady["cell"].isin([cell.cell for cell in known])]))


def _finding(loop: Loop, base: list[Any], known: list[Any]) -> Finding:
    ends = [base[0], base[-1]] if len(base) > 1 else base
    whole = (" of the time", "")
    said = [
        f"{cell.share_python:.0%}{what}{f' at {worded(loop, cell.value)}' if loop.axis else ''}"
        for cell, what in zip(ends, whole, strict=False)
    ]
    notable = max(cell.share_python for cell in ends) >= _NOTABLE
    text = f"In a step of {loop.name} ({loop.baseline}), {_WORDS[loop.on_gpu, notable].format(units.listing(said))}."
    once = {cell.backend: cell for cell in reversed(known)}
    words = [f"{name} {_parts(cell)}" for name, cell in sorted(once.items())]
    told = "Waiting and computing" if loop.on_gpu else "Python, computing and the optimizer"
    where = f" at {worded(loop, ends[0].value)}" if loop.axis else ""
    detail = f"Of a run under torch's profiler, which slows short operations most. {told}{where}: {'; '.join(words)}."
    return Finding(text, detail, loop.picture("loop_shares"))


def _parts(cell: Any) -> str:
    parts = (cell.share_python, cell.share_kernels, cell.share_optimizer)
    return ", ".join(f"{part:.0%}" for part in parts if not math.isnan(part))
