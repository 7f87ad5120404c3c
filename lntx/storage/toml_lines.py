"""Where the tables of a TOML file stand: tomllib gives values without their lines, and people look for faults by line."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any


def line(text: str, table: str, index: int = 0, key: str = "") -> int | None:
    """Return the line, from 1, of the index-th `[[table]]` of a valid file, or of the one `[table]`; with `key`, of that in it.

    Without a `[[table]]` or `[table]`, as for a table that is written inline, it is the line on which its name is given a
    value; None where there is no such either. A key that isn't found has its table's line.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    starts = [*_headers(lines), (len(lines), None)]
    own = [i for i, (_, header) in enumerate(starts) if header in ({table: [{}]}, {table: {}})]
    if index >= len(own):
        return _assigned(lines, table, 0, starts[0][0])
    begin, end = starts[own[index]][0], starts[own[index] + 1][0]
    return (_assigned(lines, key, begin, end) if key else None) or begin + 1


def _headers(lines: Sequence[str]) -> Iterator[tuple[int, Any]]:
    """Yield the number, from 0, of each line that begins a table, and what it is alone."""
    last = 0
    for number, row in enumerate(lines):
        if row.lstrip().startswith("["):
            header = _parsed(row)
            if header is not None and _whole(lines[last:number]):
                last = number
                yield number, header


def _assigned(lines: Sequence[str], key: str, begin: int, end: int) -> int | None:
    """Return the line, from 1, on which a key is given a value, of those from a table's beginning up to its end."""
    name = re.escape(key)
    given = re.compile(rf"""\s*({name}|"{name}"|'{name}')\s*[=.]""")
    return next((i + 1 for i in range(begin, end) if given.match(lines[i]) and _whole(lines[begin:i])), None)


def _whole(lines: Sequence[str]) -> bool:
    """Whether lines from a table's beginning on are whole: what follows is then inside no text or list that goes over lines."""
    return _parsed("\n".join(lines)) is not None


def _parsed(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):  # a number of too many digits is no TOMLDecodeError
        return None
