"""What each commit of the subject changes, as replacements in a file's text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Texts = Mapping[str, str]

PERCENTS = (3, 5, 10)
"""The slowdowns that are planted, in percent."""
HALVES = ("even", "odd")
_UNITS = re.compile(r"^def (\w+)\(units=100\):$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One thing more that is done: in the benchmark `name` of the second file, `old` becomes `new`."""

    name: str
    old: str
    new: str


MUTANTS = {
    "clone": Mutant("doubled", "return x * 2", "return x.clone() * 2"),
    "operation": Mutant("shifted", "return (x + 1).sum()", "return (x + 1).relu().sum()"),
    "upcast": Mutant("mixed", "return x @ x.T", "return x @ x.double().float().T"),
    "break": Mutant("waved", "    y = x.cos()\n", "    y = x.cos()\n    torch._dynamo.graph_break()\n"),
}


def names(work: str) -> list[str]:
    """Name the benchmarks in a text of work.py."""
    return _UNITS.findall(work)


def slowed(work: str, half: str) -> list[str]:
    """Name the benchmarks that a half holds."""
    return names(work)[HALVES.index(half) :: 2]


def commits(texts: Texts) -> dict[str, dict[str, str]]:
    """Give each tag the files that it changes, and their new texts."""
    found = {"equal": {"README.md": texts["README.md"] + "\nThe code is as it was.\n"}}
    for percent in PERCENTS:
        for half in HALVES:
            found[f"plus{percent}-{half}"] = {"work.py": _more(texts["work.py"], percent, half)}
    for name, mutant in MUTANTS.items():
        found[f"mutant-{name}"] = {"layers.py": _once(texts["layers.py"], mutant.old, mutant.new)}
    return found


def _more(work: str, percent: int, half: str) -> str:
    chosen = slowed(work, half)

    def units(found: re.Match[str]) -> str:
        return f"def {found[1]}(units={100 + percent}):" if found[1] in chosen else found[0]

    return _UNITS.sub(units, work)


def _once(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"{old!r} is not in the text once")
    return text.replace(old, new)
