"""Benchmarks that are held to limits of their own: which slowdown is never called one, and which is agreed to be missed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lntx.constraints import Number
from lntx.judge import globs
from lntx.judge.acknowledgements import FILE
from lntx.result import Rules

Margins = Mapping[str, tuple[float, float]]
"""The margin and what is tolerated, fractions, of the benchmarks where they aren't the suite's."""
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Margin:
    """A table of the project's own file: percent for the benchmarks that a glob names; what is left out is the suite's."""

    benchmark: str
    margin: Number | None = None
    tolerated: Number | None = None
    why: str = ""

    def rules(self, rules: Rules) -> Rules:
        """Return a suite's rules as they hold for these benchmarks."""
        margin, tolerated = (
            own if given is None else given / _PERCENT
            for given, own in ((self.margin, rules.margin), (self.tolerated, rules.tolerated))
        )
        return replace(rules, margin=margin, tolerated=tolerated)


def fault(one: Margin, rules: Rules) -> str:
    """Return in words what is wrong with a table in a suite of these rules; empty for a right one."""
    if one.margin is None and one.tolerated is None:
        return "needs a margin, or tolerated, in percent"
    own = one.rules(rules)
    if 0 <= own.margin < own.tolerated < 1:
        return ""
    left = (
        ""
        if None not in {one.margin, one.tolerated}
        else f" ({'tolerated' if one.tolerated is None else 'margin'} is the suite's)"
    )
    return (
        f"has margin {_percent(own.margin)} and tolerated {_percent(own.tolerated)}{left}; they are percent, "
        "0 <= margin < tolerated < 100"
    )


def own(tables: Sequence[Margin], names: Iterable[str], rules: Rules) -> dict[str, tuple[float, float]]:
    """Return the limits of the benchmarks where they differ from the suite's; the last table that means one counts."""
    found = {}
    for name in names:
        if table := globs.last(tables, name):
            held = table.rules(rules)
            if (held.margin, held.tolerated) != (rules.margin, rules.tolerated):
                found[name] = held.margin, held.tolerated
    return found


def notes(margins: Margins) -> Iterator[str]:
    """Say which benchmarks have which limits of their own."""
    alike: dict[tuple[float, float], list[str]] = {}
    for name, limits in margins.items():
        alike.setdefault(limits, []).append(name)
    for limits, names in alike.items():
        yield f"limits of their own, says {FILE} ({said(*limits)}): {globs.listed(names)}"


def said(margin: float, tolerated: float) -> str:
    """Say limits in words."""
    return f"margin {_percent(margin)}, tolerated {_percent(tolerated)}"


def _percent(fraction: float) -> str:
    return f"{_PERCENT * fraction:.4g} %"
