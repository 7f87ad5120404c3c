"""What changed from the first study to the last, in the middle and most of all."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from lntx.judge.comparison import MARGIN
from lntx.report import units
from lntx.report.analysis.comparison import between, comparison
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 3
TOPIC = "What changed"
TOGETHER = True
_COMPUTER = {"cpu", "gpu", "architecture"}
"""The facts by which a machine is known; a node's name isn't one, which is new each night in a cloud."""
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
        computers = _computers(frames)
        across = frames.machines or computers.get(first) != computers.get(last)
        yield replace(told, text=f"Across machines: {told.text}") if across else told
        if across and not frames.machines:
            yield from _apart(frames, computers)


def _computers(frames: Frames) -> dict[str, str]:
    """Say on what each of three studies or more was made, where they part; of two, their names say it."""
    facts = [fact for fact in frames.differences if fact.fact in _COMPUTER]
    if len(frames.labels) <= 2 or not facts:  # noqa: PLR2004
        return {}
    said = zip(*(fact.said for fact in facts), strict=True)
    return {
        label: ", ".join(value or f"{fact.fact} unknown" for fact, value in zip(facts, values, strict=True))
        for label, values in zip(frames.labels, said, strict=True)
    }


def _apart(frames: Frames, computers: dict[str, str]) -> Iterator[Finding]:
    """Warn that the last study and the first are of unlike machines; hold the last of each machine against its own first."""
    (first, _), *_, (last, _) = frames.order
    own: dict[str, list[str]] = {}
    for label, _ in frames.order:
        own.setdefault(computers[label], []).append(label)
    words = []
    for computer, labels in own.items():
        found = between(frames, labels[0], labels[-1]) if len(labels) > 1 else pd.DataFrame()
        if not found.empty:
            middle = units.digits(float(found["ratio"].median()))
            words.append(f"On {computer}, {labels[-1]} takes {middle} times as long as {labels[0]}, in the middle.")
    more = len(words) - _NAMED
    shown = [*words[:_NAMED], *([f"{units.plural(more, 'more machine')} had several studies."] if more > 0 else [])]
    text = f"{last} ({computers[last]}) and {first} ({computers[first]}) are of unlike machines."
    yield Finding(" ".join([text, *shown]), "What parts them may be the machine's.", kind="warning")


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
