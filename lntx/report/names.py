"""Names of benchmarks as people are shown them: in one line, short, and never two alike.

A name is an id that somebody else's project made: of any length and any characters. What it is for is to tell benchmarks apart,
so a label says the test and its parameters, less of the folders, the file and the class than is needed, and where it must be cut,
what sets it apart stays. Computing always goes by the whole name.
"""

import os
from collections.abc import Iterable, Sequence

from lntx.escaping import printable
from lntx.escaping import shortened as middle

LINE = 60
"""Characters of a name in a sentence."""
_LEAST = 8  # characters that show where two names part


def distinct(texts: Iterable[str]) -> dict[str, str]:
    """Write each name whole, in one line, no two alike."""
    return _unlike({text: printable(text) for text in dict.fromkeys(texts)})


def labels(texts: Iterable[str], limit: int = LINE) -> dict[str, str]:
    """Give each name a label of its own, of about so many characters at most."""
    whole = distinct(texts)
    brief = _brief(list(whole.values()))
    cut = shortened(brief.values(), limit)
    return _unlike({text: printable(cut[brief[name]]) for text, name in whole.items()})


def shortened(texts: Iterable[str], limit: int) -> dict[str, str]:
    """Cut texts longer than a limit in their middle; of those that would be alike, show the places where they part."""
    found = {text: middle(text, limit) for text in dict.fromkeys(texts)}
    alike: dict[str, list[str]] = {}
    for text, label in found.items():
        alike.setdefault(label, []).append(text)
    for group in alike.values():
        if len(group) > 1:
            found |= _parted(group, limit)
    return found


def _parted(group: Sequence[str], limit: int) -> dict[str, str]:
    """Cut texts that begin and end alike: what they share at both ends in its middle, the rest by itself."""
    start = os.path.commonprefix(group)  # noqa: RUF071  (letter by letter is meant)
    end = os.path.commonprefix([text[len(start) :][::-1] for text in group])[::-1]  # noqa: RUF071
    inner = {text: text[len(start) : len(text) - len(end)] for text in group}
    short = shortened(inner.values(), max(limit // 2, _LEAST))
    before, after = middle(start, max(limit // 3, 3)), middle(end, max(limit // 4, 3))
    return {text: f"{before}{short[inner[text]]}{after}" for text in group}


def _brief(names: Sequence[str]) -> dict[str, str]:
    """Leave away what stands before a test's name, as far as names stay apart."""
    parts = {name: _parts(name) for name in names}
    taken = dict.fromkeys(names, 1)
    while True:
        found = {name: "".join(parts[name][-taken[name] :]) for name in names}
        alike: dict[str, list[str]] = {}
        for name, label in found.items():
            alike.setdefault(label, []).append(name)
        short = [name for group in alike.values() if len(group) > 1 for name in group if taken[name] < len(parts[name])]
        if not short:
            return found
        for name in short:
            taken[name] += 1


def _parts(name: str) -> list[str]:
    """Part a test's id into its folders, file, classes, and the test with its parameters, in which anything may stand."""
    head, bracket, rest = parted(name)
    file, *inside = head.split("::")
    if not inside:
        return [name]
    folders = file.split("/")
    return [
        *(f"{part}/" for part in folders[:-1]),
        *(f"{part}::" for part in (folders[-1], *inside[:-1])),
        f"{inside[-1]}{bracket}{rest}",
    ]


def parted(name: str) -> tuple[str, str, str]:
    """Part an id at the bracket of its parameters, not at one in a folder's name: the test, the bracket, and the rest."""
    file = name.find("::")
    at = name.find("[", file if ".py" in name[: max(file, 0)] else 0)
    return (name, "", "") if at < 0 else (name[:at], "[", name[at + 1 :])


def _unlike(labels: dict[str, str]) -> dict[str, str]:
    """Number what is still alike."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for text, label in labels.items():
        new, turn = label, 1
        while new in taken:
            turn += 1
            new = f"{label} ({turn})"
        taken.add(new)
        found[text] = new
    return found
