"""Fits what was read into dataclasses: JSON says of a value what it is, never what it should have been.

Each part of a file is fitted before anything computes with it: a file that somebody edited or cut ends in one line, not
deep inside a figure.
"""

import reprlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import EnumType
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
MOST = 2**63
"""Whole numbers stay below this, as every table of the report needs them to."""


def fitted(shape: type[T], value: Any, place: str) -> T:
    """Fit a mapping into a dataclass; ValueError, naming the place, where a field is missing or of another type.

    Keys that the outermost shape doesn't know are passed over, as other tools and versions add their own.
    """
    return cast("T", _dataclass(shape, value, place))


def fit(hint: Any, value: Any, place: str) -> Any:
    """Give the value, lists as tuples, if it is of the type; ValueError if not."""
    kind = get_origin(hint) or hint
    if kind is Any:
        return value
    if is_dataclass(kind):
        unknown = set(_known(Mapping, value, place)) - {field.name for field in fields(kind)}
        if unknown:
            raise ValueError(f"{place} has an unknown field {reprlib.repr(min(unknown))}")
        return _dataclass(kind, value, place)
    if isinstance(kind, EnumType):
        return kind(_chosen(list(kind), value, place))
    return _FITS[kind](hint, value, place)


def _dataclass(shape: Any, value: Any, place: str) -> Any:
    given, hints = _known(Mapping, value, place), get_type_hints(shape)
    for field in fields(shape):
        if field.name not in given and field.default is MISSING:
            raise ValueError(f"{place} has no field {field.name!r}")
    names = [field.name for field in fields(shape) if field.name in given]
    return shape(**{name: fit(hints[name], given[name], f"{place}.{name}") for name in names})


def _known(kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"{place} is {reprlib.repr(value)}, not {_WORDS[kind]}")  # noqa: TRY004  (a file's fault)
    return value


def _number(hint: Any, value: Any, place: str) -> Any:
    """Fit a number; a whole one is a count in every shape here, so from 1. True and False are none."""
    right = isinstance(value, int) and not isinstance(value, bool) and -MOST < value < MOST
    right = right and value >= 1 if hint is int else right or isinstance(value, float)
    if not right:
        raise ValueError(f"{place} is {reprlib.repr(value)}, not {_WORDS[hint]}")
    return value


def _literal(hint: Any, value: Any, place: str) -> Any:
    return _chosen(get_args(hint), value, place)


def _chosen(known: Sequence[str], value: Any, place: str) -> Any:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{place} is {reprlib.repr(value)}, not one of {', '.join(known)}")
    return value


def _optional(hint: Any, value: Any, place: str) -> Any:
    inner = next(part for part in get_args(hint) if part is not NoneType)
    return None if value is None else fit(inner, value, place)


def _tuple(hint: Any, value: Any, place: str) -> Any:
    items = _known(list, value, place)
    return tuple(fit(get_args(hint)[0], item, f"{place}[{i}]") for i, item in enumerate(items))


def _mapping(hint: Any, value: Any, place: str) -> Any:
    given = _known(Mapping, value, place)
    return {key: fit(get_args(hint)[1], item, f"{place}[{reprlib.repr(key)}]") for key, item in given.items()}


_WORDS: dict[Any, str] = {
    Mapping: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a count from 1",
    float: "a number",
}
_FITS: dict[Any, Callable[[Any, Any, str], Any]] = {
    str: _known,
    bool: _known,
    int: _number,
    float: _number,
    Literal: _literal,
    UnionType: _optional,
    tuple: _tuple,
    Mapping: _mapping,
}
