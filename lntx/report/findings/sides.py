"""What changed from the first study to the last, in the middle and most of all."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from lntx.judge.comparison import MARGIN
from lntx.report import units
from lntx.report.analysis.comparison import comparison
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 3
TOPIC = "What changed"
TOGETHER = True
_NAMED = 3  # backends or benchmarks that a sentence lists at each end


def find(frames: Frames) -> Iterator[Finding]:
    """Hold the last study against the first; a warning where they share nothing."""
    if len(frames.labels) < 2:  # noqa: PLR2004
        return
    found = comparison(frames)
    if frames.machines and found.empty:  # shards of one study: nothing is to be set side by side
        return
    (first, _), *_, (last, _) = frames.order
    if found.empty:
        text = f"{last} and {first} have no cell in common, so nothing can be set side by side."
        yield Finding(text, "Measure both with the same profile and suites.", kind="warning")
    else:
        labels = frames.benchmarks()
        told = _finding(found.assign(name=[labels.get(name, name) for name in found["name"]]), last, first)
        yield replace(told, text=f"Across machines: {told.text}") if frames.machines else told


def _finding(part: pd.DataFrame, label: str, first: str) -> Finding:
    middle = float(part["ratio"].median())
    low, high = (units.digits(float(part["ratio"].quantile(q))) for q in (0.25, 0.75))
    what = units.plural(len(part), "cell" if part["backend"].any() else "benchmark")
    text = f"{label} takes {units.digits(middle)} times as long as {first}, in the middle of {what}"
    text += f" (half of them {low} to {high}). {_most(part)}"
    return Finding(text, " ".join(_details(part)), "sides")


def _most(part: pd.DataFrame) -> str:
    """Name what changed most, which a middle hides."""
    margin = units.share(MARGIN)
    ranked = part.assign(far=part["ratio"].map(math.log).abs()).sort_values("far", ascending=False, kind="stable")
    changed = ranked[ranked["far"] > math.log1p(MARGIN)]
    if changed.empty:
        return f"None changed by more than {margin}."
    first = [f"{_place(row)} {units.digits(row.ratio)}{units.TIMES}" for row in each(changed.head(_NAMED))]
    named = "" if len(changed) == len(first) else "most of all "
    return f"{len(changed):,} changed by more than {margin}: {named}{units.listing(first)}."


def _place(row: Any) -> str:
    if not row.backend:
        return units.clean(row.name)
    cold = "first call, " if row.phase == "first" else ""
    return f"{units.clean(row.backend)} ({cold}{row.suite}, {row.samples:,} {units.TIMES} {row.features:,})"


def _details(part: pd.DataFrame) -> Iterator[str]:
    sure = part[part["apart"].astype(bool)]
    slower, faster = int((sure["ratio"] > 1).sum()), int((sure["ratio"] < 1).sum())
    if part["low"].notna().any():
        yield f"By more than their intervals, {slower:,} got slower and {faster:,} faster."
    by = "backend" if part["backend"].any() else "name"
    middles = part.groupby(by)["ratio"].median().sort_values(kind="stable")
    if len(middles) > 1:
        ends = middles if len(middles) <= 2 * _NAMED else pd.concat([middles.head(_NAMED), middles.tail(_NAMED)])
        words = [f"{units.clean(name)} {units.digits(float(ratio))}" for name, ratio in ends.items()]
        yield f"By {'backend' if by == 'backend' else 'benchmark'}, the least first: {units.listing(words)}."
    yield "The studies weren't measured in turns: what drifted between them is in no interval. lntx gate measures in turns."
