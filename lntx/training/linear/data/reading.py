"""How a table is to be read, as a user says it: which columns, what to do with gaps and categories, how a file is written."""

import codecs
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from lntx.errors import InputError
from lntx.training import scalars

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " ", "whitespace": " "}
_POINTS = {"point": ".", "dot": ".", "comma": ","}
_GROUPS = {"comma": ",", "point": ".", "dot": ".", "space": " ", "apostrophe": "'"}
_WAYS = ("mean", "median")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The options of a table. Whatever is left out is found in the file, where that is safe.

    drop: columns that are left out. fill: what stands in place of a gap: mean, median or a number for all features, and
    COLUMN=mean and the like for one column; as text, also a mapping from columns. encode: columns of categories, each of which
    becomes a column of 0 and 1. separator: one character between columns, or "space" for any white space. decimal: "." or ",".
    thousands: the character between groups of digits. header: whether the first row holds names. encoding: that of a text file.
    keep_index: whether a column that only counts the rows, as pandas writes its index, is a feature. sheet: of a workbook.
    Raises InputError, naming the option, for a value that means nothing.
    """

    drop: tuple[str, ...] = ()
    fill: tuple[str, ...] = ()
    encode: tuple[str, ...] = ()
    separator: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    header: bool | None = None
    encoding: str | None = None
    keep_index: bool = False
    sheet: str | None = None

    def __post_init__(self) -> None:
        """Take names for characters, a column for a list of one; refuse what means nothing."""
        put = {
            "drop": _columns("drop", self.drop),
            "encode": _columns("encode", self.encode),
            "fill": _fillings(self.fill),
            "separator": _character("separator", self.separator, SEPARATORS),
            "decimal": _character("decimal", self.decimal, _POINTS, among=".,"),
            "thousands": _character("thousands", self.thousands, _GROUPS, among=",. '\u2019_\u00a0\u202f"),
            "header": self.header if self.header is None else scalars.flag("header", self.header),
            "encoding": _encoding(self.encoding),
            "keep_index": scalars.flag("keep_index", self.keep_index),
            "sheet": None if self.sheet is None else scalars.text("sheet", self.sheet),
        }
        for name, value in put.items():
            object.__setattr__(self, name, value)
        if self.decimal is not None and self.decimal == self.thousands:
            raise InputError(f"decimal and thousands are both {self.decimal!r}; a number can't be read so")
        if both := [name for name in self.encode if name in self.drop]:
            raise InputError(f"column {both[0]!r} is to be dropped and to be encoded; choose one")

    @property
    def point(self) -> str | None:
        """The decimal point that follows from what was given: thousands of one kind leave the other."""
        other = {",": ".", ".": ","}.get(self.thousands or "")
        return self.decimal or other

    def filling(self, column: str, *, target: bool = False) -> float | str | None:
        """Return what fills a column's gaps: mean, median, a number, or None; a target's are filled where it is named alone."""
        ways = dict(_parted(text) for text in self.fill)
        way = ways.get(column, None if target else ways.get(""))
        return way if way is None or way in _WAYS else float(way)

    @property
    def mentioned(self) -> tuple[str, ...]:
        """The columns that are named in any of the options."""
        return (*self.drop, *self.encode, *(name for name, _ in map(_parted, self.fill) if name))

    def given(self) -> dict[str, Any]:
        """Return what differs from the defaults, as JSON types."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value not in (None, (), False) or (name == "header" and value is False)
        }

    def words(self) -> list[str]:
        """Return the command line's words for it."""
        found: list[str] = []
        for name, value in self.given().items():
            if name == "header":
                found.append("--header" if value else "--no-header")
            elif name == "keep_index":
                found.append("--keep-index")
            else:
                for one in value if isinstance(value, list) else [value]:
                    found += [f"--{name}", one]
        return found

    def after(self, earlier: Mapping[str, Any]) -> Self:
        """Return this reading with what an earlier one said of files of its kind, where this one says nothing.

        decimal and thousands are not among it: another file's cells count more than they (`convention.kept`).
        """
        names = ("separator", "header", "encoding", "keep_index", "sheet")
        kept = {name: earlier[name] for name in names if name in earlier}
        return replace(self, **{**kept, **self.given()})


def _columns(option: str, given: Any) -> tuple[str, ...]:
    """List columns' names; one alone, or a number that pandas would give, is a list of one."""
    names = [given] if isinstance(given, (str, bytes, int)) or not isinstance(given, Iterable) else list(given)
    if any(isinstance(name, bool) or not isinstance(name, (str, int)) for name in names):
        raise InputError(f"{option} must be a column's name, or a list of names, not {scalars.shown(given)}")
    return tuple(dict.fromkeys(" ".join(str(name).split()) for name in names))


def _fillings(given: Any) -> tuple[str, ...]:
    """Take fillings as text; InputError for one that is neither mean nor median nor a finite number."""
    if given is None:
        return ()
    if isinstance(given, Mapping):
        given = [f"{column}={way}" for column, way in given.items()]
    ways = [given] if isinstance(given, (str, bytes)) or not isinstance(given, Iterable) else list(given)
    texts = tuple(str(way) for way in ways)
    for text in texts:
        _, way = _parted(text)
        if way not in _WAYS and not _finite(way):
            raise InputError(
                f"fill must be mean, median or a number, or COLUMN= and one of them, not {scalars.shown(text)}"
            )
    names = [_parted(text)[0] for text in texts]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"fill is given twice for {repr(twice[0]) if twice[0] else 'all columns'}; give it once")
    return texts


def _parted(text: str) -> tuple[str, str]:
    """Part `COLUMN=way`; the column is empty where it is for all."""
    name, _, way = text.rpartition("=")
    return " ".join(name.split()), way.strip()


def _finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _character(option: str, given: Any, named: Mapping[str, str], among: str = "") -> str | None:
    """Take one character, by itself or by its name."""
    if given is None:
        return None
    found = named.get(given, given) if isinstance(given, str) else None
    if found is None or len(found) != 1 or found in '"\r\n' or (among and found not in among):
        known = ", ".join(word for word in named if word.isalpha())
        raise InputError(f"{option} must be one character, or one of {known}, not {scalars.shown(given)}")
    return "'" if found == "\u2019" else found


def _encoding(given: Any) -> str | None:
    if given is None:
        return None
    try:
        return codecs.lookup(scalars.text("encoding", given)).name
    except LookupError:
        raise InputError(
            f"encoding must be one that Python knows, such as utf-8, cp1252 or utf-16, not {given!r}"
        ) from None
