"""What sets studies apart that were not made alike: their machines, their libraries, their commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lntx.fingerprint import facts, fingerprint
from lntx.record import Study
from lntx.report import units
from lntx.report.names import shortened

_FIRST = ("gpu", "cpu", "threads", "torch", "python", "numpy", "os")
"""What tells two environments apart best comes first."""
_PLAIN = {
    "cpu": "cpu", "python": "python", "os": "system", "release": "release", "architecture": "architecture", "machine": "node",
}  # fmt: skip
"""What other projects' files tell, under the names that it has here."""
_LENGTH = 40
_MOST = 2  # facts in a label
_DAYS = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S.%f")


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that isn't the same everywhere, with its value in each study, in their order."""

    fact: str
    said: tuple[str, ...]


def commit(study: Study) -> str:
    """Return the commit of a study in short, with a plus for uncommitted changes; empty where none is known."""
    found = study.about.get("commit")
    if not isinstance(found, Mapping) or not found.get("id"):
        return ""
    return units.clean(str(found["id"])[:9], _LENGTH) + ("+" if found.get("dirty") else "")


def differences(studies: Sequence[Study]) -> list[Difference]:
    """List the facts in which studies part, those that tell most first."""
    each = [_facts(study) for study in studies]
    names = dict.fromkeys(name for told in each for name in told)
    ordered = [*(name for name in _FIRST if name in names), *(name for name in names if name not in _FIRST)]
    found = (Difference(name, _short([told.get(name, "") for told in each])) for name in ordered)
    return [difference for difference in found if len(set(difference.said)) > 1]


def _short(values: Sequence[str]) -> tuple[str, ...]:
    """Cut long values so that those which differ still do."""
    short = shortened(values, _LENGTH)
    return tuple(short[value] for value in values)


def labels(studies: Sequence[Study]) -> list[str]:
    """Name studies by as few differences as tell them all apart; by their turn where no two facts do.

    Runs of somebody else's suite are named by their days where they are more than two, or nothing else tells them apart.
    """
    dated = [] if any(fingerprint(study.machine) for study in studies) else _dated(studies)
    if dated and len(studies) > _MOST:
        return dated
    chosen: list[Difference] = []
    for difference in differences(studies):
        before = len({*zip(*(found.said for found in chosen), strict=True)}) if chosen else 1
        after = len({*zip(*(found.said for found in (*chosen, difference)), strict=True)})
        if after > before:
            chosen.append(difference)
        if after == len(studies) or len(chosen) == _MOST:
            break
    named = [", ".join(_said(found.fact, found.said[i]) for found in chosen) for i in range(len(studies))]
    unlike = len(set(named)) == len(named)
    if dated and not unlike:
        return dated
    return [name if unlike else f"{name or 'study'} ({i})" for i, name in enumerate(named, 1)]


def _dated(studies: Sequence[Study]) -> list[str]:
    """Name studies by the day, or the time of day where that takes it, and the commit; none where a day isn't known."""
    try:
        days = [datetime.fromisoformat(str(study.about.get("ended"))) for study in studies]
    except ValueError:
        return []
    commits = [commit(study) for study in studies]
    for form in _DAYS:
        words = [
            f"{day.strftime(form)}{f' {known}' if known else ''}" for day, known in zip(days, commits, strict=True)
        ]
        if len(set(words)) == len(words):
            return words
    return []


def _said(fact: str, value: str) -> str:
    if fact in {"cpu", "gpu"}:
        return value or {"cpu": "cpu unknown", "gpu": "no GPU"}[fact]
    return f"{value} threads" if fact == "threads" else f"{fact} {value or 'unknown'}"


def _facts(study: Study) -> dict[str, str]:
    """Take the plain facts of a fingerprint, or what pytest-benchmark says of a machine, and the commit."""
    told = {
        units.clean(key, _LENGTH).replace("_", " "): _value(value)
        for key, value in facts(study.machine, _PLAIN).items()
        if _flat(value)
    }
    own = {
        "commit": commit(study),
        "lntx": _value(study.about.get("lntx") or ""),
        "profile": _value(study.about.get("profile") or ""),
    }
    return told | {name: value for name, value in own.items() if value}


def _flat(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _value(value: object) -> str:
    return "" if value is None else units.clean(value)
