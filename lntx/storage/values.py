"""Between JSON and the frozen values themselves: msgspec decodes, and what it would let pass is refused here.

JSON says of a value what it is, never what it should have been. Each part of a file is decoded before anything computes with
it: a file that somebody edited or cut ends in one line, not deep inside a figure.
"""

import json
import re
import reprlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from lntx.constraints import SPARSE, PositiveInt
from lntx.errors import InputError
from lntx.storage import sizes

T = TypeVar("T")
_ENDLESS = re.compile(rf"Expected `float` [<>]= -?{re.escape(str(sys.float_info.max))}")
_NOTHING: tuple[Any, ...] = (None, "", (), {})
_LONGEST = 200  # characters of a fault that are shown: a file may hold any text


class OtherVersion(ValueError):
    """A file that another version of lntx wrote, and what to do."""

    def __init__(self, found: object, version: int) -> None:
        """Name both versions of the file's schema."""
        super().__init__(
            f"was written with schema {reprlib.repr(found)} of lntx, this lntx reads {version}; "
            "use the version that wrote it"
        )


class OtherKind(ValueError):
    """A whole file that holds nothing to go by: another tool's, or none of results."""


@dataclass(frozen=True, slots=True)
class _Versioned:
    schema: PositiveInt


def read(path: Path, make: Callable[[Any], T], what: str, cure: str) -> T:
    """Return what `make` makes of a file of JSON; InputError, naming the file and the cure, where that is a ValueError."""
    try:
        document = json.loads(sizes.content(path, sizes.PARSED).decode("utf-8"))
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not whole JSON ({error}); {cure}") from error
    return made(path, make, document, what, cure)


def made(path: Path, make: Callable[[Any], T], document: Any, what: str, cure: str) -> T:
    """Return what `make` makes of a document that stands in a file; InputError as `read` raises it."""
    try:
        return _made(make, document)
    except OtherVersion as error:
        raise InputError(f"{path} {error}, or {cure}") from error
    except OtherKind as error:
        raise InputError(f"{path} is not a {what}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not a {what}, or is damaged: {error}; {cure}") from error


def _made(make: Callable[[Any], T], document: Any) -> T:
    try:
        return make(document)
    except UnicodeEncodeError:  # half a surrogate pair, perhaps in a key that nobody here asks for
        return make(_spelled(document))


def _spelled(value: Any) -> Any:
    """Spell out what has no UTF-8, in names and texts: msgspec compares in it."""
    if isinstance(value, dict):
        return {_spelled(key): _spelled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_spelled(item) for item in value]
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def schema(document: Any, version: int) -> Mapping[str, Any]:
    """Return the object that a file holds; OtherVersion for one of another version."""
    found = converted(_Versioned, document, "the file").schema
    if found != version:
        raise OtherVersion(found, version)
    return cast("Mapping[str, Any]", document)


def encoded(value: Any) -> dict[str, Any]:
    """Return a frozen value as JSON types, less the fields that say nothing and are written only where they do."""
    given = ((field, getattr(value, field.name)) for field in fields(value))
    return {field.name: _encoded(item) for field, item in given if field.metadata != SPARSE or item not in _NOTHING}


def _encoded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _encoded(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_encoded(item) for item in value]
    return encoded(value) if is_dataclass(value) else value


def decoded(shape: type[T], value: Any, place: str, whole: tuple[type, ...] = ()) -> T:
    """Return the value of a shape, of JSON types; ValueError, in one line that names the place, for anything else.

    Keys that the outermost shape doesn't know are passed over, as other tools and versions add their own; further inside they
    are refused. Of the classes that are `whole` each field must be there, whatever its default, but for those that are
    written only where they say something.
    """
    made = converted(shape, value, place)
    _compare(made, value, place, whole, inside=False)
    return made


def converted(shape: type[T], value: Any, place: str) -> T:
    """Return the value of a shape that is another tool's, so that unknown keys are passed over everywhere."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        fault, _, where = str(error).rpartition(" - at `")
        shown = _ENDLESS.sub("Expected a finite number", repr(fault or where)[1:-1])[:_LONGEST]
        raise ValueError(f"{place}{where.strip('$`') if fault else ''}: {shown}") from error


def _compare(made: Any, value: Any, place: str, whole: tuple[type, ...], *, inside: bool = True) -> None:
    """Raise ValueError for fields that the values don't know, or lack."""
    if made is value:
        return
    if is_dataclass(made):
        for name in _compare_names(made, value, place, whole, inside=inside):
            _compare(getattr(made, name), value[name], f"{place}.{name}", whole)
    elif isinstance(made, tuple):
        for i, (item, given) in enumerate(zip(made, value, strict=True)):
            _compare(item, given, f"{place}[{i}]", whole)
    elif isinstance(made, Mapping):
        for key, item in made.items():
            _compare(item, value[key], f"{place}[{reprlib.repr(key)}]", whole)


@cache
def _names(shape: type) -> tuple[frozenset[str], frozenset[str]]:
    """List the fields that a class has, and those that are always written."""
    found = fields(shape)
    return (
        frozenset(field.name for field in found),
        frozenset(field.name for field in found if field.metadata != SPARSE),
    )


def _compare_names(
    made: Any, value: Mapping[str, Any], place: str, whole: tuple[type, ...], *, inside: bool
) -> list[str]:
    shape: Any = type(made)
    due, needed = _names(shape)
    if inside and (unknown := value.keys() - due):
        raise ValueError(f"{place} has an unknown field {reprlib.repr(min(unknown))}")
    if isinstance(made, whole) and (missing := needed - value.keys()):
        raise ValueError(f"{place} has no field {min(missing)!r}")
    return [name for name in value if name in due]
