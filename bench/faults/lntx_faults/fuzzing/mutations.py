"""Ways to damage a whole input: as a document, as bytes, and as text."""

import gzip
import json
import struct
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

_TEXTS = (
    "", " ", "\ud800", "\x00", "\x1b[31m", "=1+1", "::error::x", "<script>alert(1)</script>", "a\nb\r\nc", "\u202eabc", "\u017f",
    "x" * 5000, "../../x", "NaN", "1e999", "-0", "2026-01-01T00:00:00", "2026-13-45", "9999-12-31T23:59:59.999999+14:00",
    "0001-01-01", "y", "::", "[", "%s{0}",
)  # fmt: skip
_NUMBERS = (
    0, -1, 1, 2, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 10**40, 10**400, -(10**400), 0.0, -0.0, 5e-324, 1e-300, 1e-9, 0.5, 1e15,
    1e300, 1.7e308, float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
_DEEP = 3000  # levels: more than Python's parsers go down
_CHUNK = 64
_WORDS = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**40, 2**63 - 1, 2**64 - 1)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from(_NUMBERS)
    | st.integers()
    | st.floats()
    | st.sampled_from(_TEXTS)
    | st.text(st.characters(), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_TEXTS) | st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=6,
)
_OPERATIONS = (*["alike"] * 14, "set", "set", "delete", "double", "double", "rename", "swap", "swap", "nest", "empty")
edits = st.lists(
    st.tuples(st.sampled_from(_OPERATIONS), st.integers(0, 2**20), st.integers(0, 2**20), values),
    min_size=1,
    max_size=4,
)
cuts = st.lists(
    st.tuples(
        st.sampled_from(("flip", "set", "word", "insert", "delete", "repeat", "cut", "swap")),
        st.integers(0, 2**24),
        st.integers(0, 2**24),
        st.binary(max_size=8),
    ),
    min_size=1,
    max_size=5,
)
wrappings = st.sampled_from(("", "", "", "", "", "utf-16", "bom", "gzip", "cut", "twice", "deep", "bytes"))


def document(whole: Any, changes: Sequence[tuple[str, int, int, Any]]) -> Any:
    """Change a document of JSON types in a few places."""
    found = deepcopy(whole)
    for change in changes:
        found = _changed(found, *change)
    return found


def _changed(found: Any, how: str, where: int, other: int, value: Any) -> Any:
    places = list(_places(found))
    if not places:
        return value
    holder, key = places[where % len(places)]
    if how == "delete":
        del holder[key]
    elif how == "double" and isinstance(holder, list):
        holder.insert(key, deepcopy(holder[key]))
    elif how == "rename" and isinstance(holder, dict):
        holder[str(value)[:40]] = holder.pop(key)
    elif how == "swap":
        there, name = places[other % len(places)]
        holder[key] = deepcopy(there[name])
    elif how == "nest":
        holder[key] = [holder[key]] if other % 2 else {"a": holder[key]}
    elif how == "alike":
        holder[key] = _alike(holder[key], other)
    elif how == "empty":
        holder[key] = type(holder[key])() if isinstance(holder[key], list | dict | str) else None
    else:
        holder[key] = value
    return found


def _alike(value: Any, which: int) -> Any:
    """Return another value of the same kind: what a reader takes, and what comes after it has to live with."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return _TEXTS[which % len(_TEXTS)]
    if isinstance(value, int | float):
        kind = int if isinstance(value, int) else (int, float)
        numbers = [number for number in _NUMBERS if isinstance(number, kind)]
        return (
            numbers[which % len(numbers)]
            if which % 3
            else value * (1 + which % 7) / 4
            if isinstance(value, float)
            else which % 9
        )
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place in a document, as what holds it and the key there."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield value, key
            yield from _places(item)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield value, i
            yield from _places(item)


def written(found: Any, wrapping: str, changes: Sequence[tuple[str, int, int, bytes]]) -> bytes:
    """Write a document as JSON, in one of the ways by which files come about or are damaged."""
    if wrapping == "deep":
        return (json.dumps(found)[:-1] + ', "deep": ' + "[" * _DEEP).encode("utf-8", "surrogatepass")
    text = json.dumps(found)
    if wrapping == "utf-16":
        return text.encode("utf-16")
    if wrapping == "gzip":
        return gzip.compress(text.encode())
    content = text.encode()
    if wrapping in ("cut", "bytes"):
        return damaged(content, changes)
    return {"bom": b"\xef\xbb\xbf" + content, "twice": content + b"\n" + content}.get(wrapping, content)


def damaged(content: bytes, changes: Sequence[tuple[str, int, int, bytes]]) -> bytes:
    """Change a few bytes of a file."""
    found = bytearray(content)
    for how, where, other, more in changes:
        at = where % (len(found) + 1)
        end = at + other % _CHUNK
        if how == "flip" and at < len(found):
            found[at] ^= 1 << other % 8
        elif how == "set":
            found[at : at + len(more)] = more
        elif how == "word":
            size = (1, 2, 4, 8)[other % 4]
            word = _WORDS[other // 4 % len(_WORDS)] % 2 ** (8 * size)
            found[at : at + size] = struct.pack({1: "B", 2: "<H", 4: "<I", 8: "<Q"}[size], word)
        elif how == "insert":
            found[at:at] = more
        elif how == "delete":
            del found[at:end]
        elif how == "repeat":
            found[at:at] = found[at:end] * (other % 5)
        elif how == "cut":
            del found[at:]
        elif how == "swap" and found:
            there = other % len(found)
            found[at : at + 4] = found[there : there + 4]
    return bytes(found)


def text(parts: Sequence[str]) -> st.SearchStrategy[str]:
    """Make text of parts that mean something to a reader, and of anything else."""
    piece = (
        st.sampled_from(tuple(parts))
        | st.sampled_from(_TEXTS)
        | st.text(st.characters(), max_size=5)
        | st.floats().map(str)
    )
    return st.lists(piece, max_size=30).map("".join)
