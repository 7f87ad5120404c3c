"""Benchmarks of one name in one file: tests of two packages that a script put together, never processes of one benchmark.

Each gets a name of its own, the same in all files that are seen together: by what else tells them apart (a group, parameters, a
word of the project's own), which holds whatever their order. Where nothing else does, their order in the file is all there is,
and the name says so: "(1 of 2)".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lntx.record import Record, Study, Unusable

_COUNTED = {"turn", "of"}
_NAMED = 3  # names in a sentence
_ORDER = "taken for different benchmarks, in their order, as nothing else tells them apart"
_Item = Record | Unusable


@dataclass(frozen=True, slots=True)
class Told:
    """Studies whose benchmarks have names of their own.

    `notes` say in a sentence each which names stood several times. `by_order` holds the new names that rest on the order in a
    file alone, by the old name; those of `unequal` can't be paired, as not all files have as many.
    """

    studies: tuple[Study, ...]
    notes: tuple[str, ...] = ()
    by_order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unequal: Mapping[str, str] = field(default_factory=dict)


def told_apart(studies: Sequence[Study]) -> Told:
    """Give each benchmark that lntx didn't run a name of its own, where one stands several times in a file."""
    named = [_named(study) for study in studies]
    doubled = dict.fromkeys(name for items in named for name, found in items.items() if "of" in found[0].traits)
    if not doubled:
        return Told(tuple(studies))
    taken = {name for items in named for name in items}
    groups = [_Group(name, [items[name] for items in named if name in items], taken) for name in doubled]
    names = {group.name: group for group in groups}
    return Told(
        studies=tuple(_renamed(study, names) for study in studies),
        notes=tuple(_notes(groups)),
        by_order={group.name: group.ordered for group in groups if not group.key and len(group.counts) == 1},
        unequal={
            new: f"{group.name} stands {_times(group.counts)} in a file, and nothing but their order tells them apart"
            for group in groups
            if not group.key and len(group.counts) > 1
            for new in group.all
        },
    )


def _named(study: Study) -> dict[str, list[_Item]]:
    found: dict[str, list[_Item]] = {}
    for item in _items(study):
        found.setdefault(item.name, []).append(item)
    return found


def _items(study: Study) -> Iterator[_Item]:
    yield from (record for record in study.records if record.cell is None)
    yield from study.unusable


def _key(parts: Sequence[Sequence[_Item]]) -> tuple[str, ...]:
    """Find the traits that tell benchmarks of one name apart in every file, and that all files share; empty for none."""
    known = (name for part in parts for item in part for name in item.traits if name not in _COUNTED)
    traits = tuple(dict.fromkeys(known))
    return next((choice for choice in (*((name,) for name in traits), traits) if choice and _tells(choice, parts)), ())


def _tells(choice: tuple[str, ...], parts: Sequence[Sequence[_Item]]) -> bool:
    values = [[tuple(item.traits.get(name, "") for name in choice) for item in part] for part in parts]
    largest: list[tuple[str, ...]] = max(values, key=len)
    return all(len(set(part)) == len(part) and set(largest).intersection(part) for part in values)


class _Group:
    """The benchmarks of one name in all files, and the new names that they are given: none that another benchmark has."""

    def __init__(self, name: str, parts: Sequence[Sequence[_Item]], taken: set[str]) -> None:
        self.name, self.key = name, _key(parts)
        self.counts = sorted({len(part) for part in parts})
        self._taken, self._given = taken, dict[str, str]()
        self.all = tuple(dict.fromkeys(self.of(item) for part in parts for item in part))
        largest: Sequence[_Item] = max(parts, key=len)
        turns = sorted(largest, key=lambda item: int(item.traits.get("turn", 1)))
        self.ordered = tuple(self.of(item) for item in turns)

    @property
    def how(self) -> str:
        """Say how often the name stands in a file, and what tells its benchmarks apart."""
        by = f"told apart by {' and '.join(self.key)}" if self.key else _ORDER
        return f"{_times(self.counts)} in a file: {by}"

    def of(self, item: _Item) -> str:
        """Return an item's new name."""
        said = ", ".join(f"{trait} {item.traits[trait]}" for trait in self.key if trait in item.traits)
        if not self.key:
            said = f"{item.traits['turn']} of {item.traits['of']}" if "of" in item.traits else ""
        text = f"{self.name} ({said})" if said else self.name
        if text not in self._given:
            self._given[text] = self._unused(text) if said else text
        return self._given[text]

    def _unused(self, text: str) -> str:
        while text in self._taken:
            text += "'"
        self._taken.add(text)
        return text


def _notes(groups: Sequence[_Group]) -> Iterator[str]:
    """Say the same of many names once."""
    alike: dict[str, list[str]] = {}
    for group in groups:
        alike.setdefault(group.how, []).append(group.name)
    for how, names in alike.items():
        rest = len(names) - _NAMED
        shown = ", ".join(names[:_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
        yield f"the name{'s' if len(names) > 1 else ''} {shown} stand{'' if len(names) > 1 else 's'} {how}"


def _renamed(study: Study, groups: Mapping[str, _Group]) -> Study:
    def new(one: Any) -> Any:
        return replace(one, name=groups[one.name].of(one)) if one.name in groups else one

    records = tuple(one if one.cell else new(one) for one in study.records)
    return replace(study, records=records, unusable=tuple(map(new, study.unusable)))


def _times(counts: Sequence[int]) -> str:
    words = {1: "once", 2: "twice"}
    return " or ".join(words.get(count, f"{count} times") for count in counts)
