"""How time and memory grow with the size of X, from 1e3 to 1e8 numbers: python -m lntx_peers.growth [-o FILE].

Each size is a fresh process, proved before it counts. A row says what it takes, the limit of this machine beside it, and, where
its share of the limit falls by more than half from that of both its neighbours, that it does: such a row needs a reason.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lntx.errors import LntxError
from lntx.report import units
from lntx_peers.children.starting import answer

_NUMBERS = (1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
_TASKS = (("fused", 0, 20), ("fused", 256, 5), ("spectral", 0, 900), ("composed", 256, 100))  # backend, batch, epochs
_FEATURES = (10, 100)
_FALLEN = 0.5


@dataclass(frozen=True, slots=True)
class Size:
    """One size of one task; share is of the limit, None where it wasn't measured."""

    samples: int
    features: int
    said: str
    share: float | None = None


def measured(backend: str, samples: int, features: int, rows: int, epochs: int) -> Size:
    """Measure one size."""
    try:
        found = answer("growth", backend, samples, features, rows, epochs)
    except LntxError as error:
        return Size(samples, features, f"| {error} | | | |")
    if not found["ok"]:
        return Size(samples, features, "| its weights are not those of the reference | | | |")
    share, added = found["limit_s"] / found["seconds"], found["added_bytes"]
    memory = "" if added is None else f"{max(0.0, added) / found['x_bytes']:.1%}"
    times = f"{units.seconds(found['seconds'])} | {units.seconds(found['limit_s'])}"
    return Size(samples, features, f"| {times} | {share:.0%} | {memory} |", share)


def fallen(sizes: Sequence[Size]) -> Iterator[bool]:
    """Tell of each whether its share of the limit is less than half of both its neighbours'; of the last, of the one before.

    Never of the first, which is the call's own cost.
    """
    for at, size in enumerate(sizes):
        beside = [one.share for one in (*sizes[max(at - 1, 0) : at], *sizes[at + 1 : at + 2]) if one.share is not None]
        yield at > 0 and size.share is not None and bool(beside) and size.share < _FALLEN * min(beside)


def lines(numbers: Sequence[float]) -> Iterator[str]:
    """Measure everything; yield a table in Markdown, line by line."""
    yield "| backend | batch | epochs | samples x features | time | limit | share | memory on top of X | |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|---|"
    for backend, rows, epochs in _TASKS:
        for features in _FEATURES:
            sizes = [measured(backend, int(count) // features, features, rows, epochs) for count in numbers]
            for size, fell in zip(sizes, fallen(sizes), strict=True):
                task = f"| {backend} | {rows or 'full'} | {epochs} | {size.samples:,} x {size.features} "
                yield f"{task}{size.said} {'falls off' if fell else ''} |"


def main() -> None:
    """Print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m lntx_peers.growth", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--out", type=Path, help="a Markdown file")
    parser.add_argument("--quick", action="store_true", help="up to 100,000 numbers, to see that it works")
    asked = parser.parse_args()
    table = []
    for line in lines(_NUMBERS[:3] if asked.quick else _NUMBERS):
        print(line, flush=True)  # noqa: T201
        table.append(line)
    if asked.out:
        asked.out.write_text("\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
