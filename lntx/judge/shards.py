"""Shards of one study, measured wherever there was room, as one: alike in all but the machine, each cell once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lntx.errors import InputError
from lntx.fingerprint import fingerprint
from lntx.record import Study

SHARD, MERGED, LOST = "shard", "merged", "missing shards"
"""What a study's `about` calls the parts of the whole that it holds ("1/4", or "1/4, 3/4"), what it was put together from, and
the parts that nobody measured."""
_PART = re.compile(r"([1-9]\d*)/([1-9]\d*)")
_OPTION = re.compile(r" --shard \S+")
_PINS = ("python", "torch", "numpy", "numba", "triton", "cuda")
_MOST = 3  # cells that a line names


@dataclass(frozen=True, slots=True)
class Merged:
    """A study for each machine, and the numbers of the shards that are missing of so many."""

    studies: tuple[Study, ...]
    missing: tuple[int, ...] = ()
    of: int = 1

    @property
    def lost(self) -> str:
        """Say which shards are missing, and how they are filled in; empty where none is."""
        if not self.missing:
            return ""
        several = len(self.missing) > 1
        numbers = ", ".join(map(str, self.missing))
        return (
            f"shard{'s' * several} {numbers} of {self.of} {'are' if several else 'is'} missing; measure "
            f"{'them' if several else 'it'} (lntx bench ... --shard {self.missing[0]}/{self.of}), and merge again"
        )


def merged(studies: Sequence[Study], names: Sequence[str]) -> Merged:
    """Merge studies, called so in messages: those of one machine into one, each of another machine beside it.

    Raises InputError where they aren't of one study (another commit, other libraries, another profile or request), where a shard
    is given twice, and where two hold the same cell of one machine.
    """
    if not studies:
        raise InputError("there is no study to merge")
    for study, name in zip(studies, names, strict=True):
        if not (study.about.get("lntx") and fingerprint(study.machine)):
            raise InputError(
                f"{name} is no study of lntx's; lntx merge joins what lntx bench wrote, lntx report shows all others"
            )
        if not (_complete(study.about) or study.about.get("lost")):
            raise InputError(
                f"{name} was stopped before its end; go on with it (lntx bench --resume -o ITS-FOLDER) before it is merged"
            )
    _check_alike(studies, names)
    held, of = _shards(studies, names)
    _check_cells(studies, names)
    groups: dict[str, list[Study]] = {}
    for study in studies:
        groups.setdefault(_machine(study), []).append(study)
    missing = tuple(number for number in range(1, of + 1) if number not in held) if held else ()
    whole = f"{len(studies)} studies of {len(groups)} machine{'s' * (len(groups) > 1)}"
    return Merged(tuple(_joined(group, whole, missing, of) for group in groups.values()), missing, of)


def parts(study: Study) -> list[tuple[int, int]]:
    """Return which shards a study holds, and of how many; none where it is the whole."""
    return [(int(number), int(of)) for number, of in _PART.findall(str(study.about.get(SHARD) or ""))]


def _machine(study: Study) -> str:
    return repr(sorted((fingerprint(study.machine) or {}).items()))


def _complete(about: Mapping[str, Any]) -> bool:
    """Whether all was measured of what a study is about; what was merged may lack shards, and nothing else."""
    return bool(about.get("complete", True) or (about.get(LOST) and not about.get("lost")))


def _commit(study: Study) -> Any:
    commit = study.about.get("commit")
    return commit.get("id") if isinstance(commit, Mapping) else None


def _pin(name: str) -> Callable[[Study], Any]:
    def of(study: Study) -> Any:
        found = (fingerprint(study.machine) or {}).get(name)
        return found and str(found).partition("+")[0]  # torch's builds for a CPU and for CUDA are one version

    return of


_ALIKE: tuple[tuple[str, Callable[[Study], Any]], ...] = (
    ("commit", _commit),
    ("code of lntx", lambda study: study.about.get("code")),
    ("version of lntx", lambda study: study.about.get("lntx")),
    *((f"version of {name}", _pin(name)) for name in _PINS),
    ("profile", lambda study: study.about.get("profile")),
    ("command", lambda study: _OPTION.sub("", str(study.about.get("command") or "")) or None),
)
"""What must be the same in all shards, where both say it."""


def _check_alike(studies: Sequence[Study], names: Sequence[str]) -> None:
    for study, name in zip(studies[1:], names[1:], strict=True):
        found = ((what, of(studies[0]), of(study)) for what, of in _ALIKE)
        differs = [
            f"{what} ({one} and {other})" for what, one, other in found if None not in (one, other) and one != other
        ]
        if differs:
            raise InputError(f"{names[0]} and {name} are no shards of one study; they differ in {', '.join(differs)}")


def _shards(studies: Sequence[Study], names: Sequence[str]) -> tuple[dict[int, str], int]:
    """Return which shard came from where, and of how many they are; InputError for one that is given twice, or of others."""
    held: dict[int, str] = {}
    whole: tuple[int, str] | None = None
    for study, name in zip(studies, names, strict=True):
        for number, of in parts(study):
            if whole and whole[0] != of:
                raise InputError(
                    f"{whole[1]} is a shard of {whole[0]} and {name} of {of}; they are no shards of one study"
                )
            whole = (of, name)
            if number in held:
                raise InputError(f"{held[number]} and {name} are both shard {number}/{of}; give each once")
            held[number] = name
    return held, whole[0] if whole else 1


def _check_cells(studies: Sequence[Study], names: Sequence[str]) -> None:
    """Raise InputError where two hold the same cell of one machine: nobody knows which counts."""
    seen: dict[tuple[str, str], str] = {}
    for study, name in zip(studies, names, strict=True):
        place = _machine(study)
        own = {one.cell.key for one in study.records if one.cell} | {gap.cell.key for gap in study.absences}
        both = sorted(key for key in own if (place, key) in seen)
        if both:
            more = f" and {len(both) - _MOST:,} more" if len(both) > _MOST else ""
            raise InputError(
                f"{seen[place, both[0]]} and {name} hold the same cells of one machine: {', '.join(both[:_MOST])}{more}; give "
                "one of them, or show both with lntx report"
            )
        seen |= {(place, key): name for key in own}


def _joined(group: Sequence[Study], whole: str, missing: Sequence[int], of: int) -> Study:
    """Put the studies of one machine together, in the order of their shards."""
    ordered = sorted(group, key=parts)
    abouts = [study.about for study in ordered]
    shards = ", ".join(f"{number}/{of}" for study in ordered for number, of in parts(study))
    about = {
        **abouts[0],
        "command": _OPTION.sub("", str(abouts[0].get("command") or "")),
        "started": min(str(about.get("started") or "") for about in abouts),
        "ended": max(str(about.get("ended") or "") for about in abouts),
        "complete": not missing and all(map(_complete, abouts)),
        "left_out": "; ".join(dict.fromkeys(filter(None, (str(about.get("left_out") or "") for about in abouts)))),
        MERGED: whole,
        **({SHARD: shards} if shards else {}),
        LOST: ", ".join(f"{number}/{of}" for number in missing),
    }
    return replace(
        ordered[0],
        records=tuple(record for study in ordered for record in study.records),
        absences=tuple(gap for study in ordered for gap in study.absences),
        about=about,
    )
