"""How a table's columns became features: kept with a model, so that another table's become the same."""

import json
from dataclasses import dataclass, field
from typing import Any

from lntx.constraints import SPARSE
from lntx.errors import InputError
from lntx.storage.values import decoded, encoded

_VERSION = 2  # 2: index, and flags of a column


class Later(ValueError):
    """A coding that a later lntx wrote."""


@dataclass(frozen=True, slots=True)
class ColumnCoding:
    """One column: its name, the unit that its cells bear, what fills its gaps, and its categories where it is encoded.

    flags: whether its cells said yes or no; None where they may have (0 and 1), and where nobody knows.
    """

    name: str
    unit: str = ""
    fill: float | None = None
    categories: tuple[str, ...] | None = None
    flags: bool | None = field(default=None, metadata=SPARSE)

    @property
    def features(self) -> tuple[str, ...]:
        """The features that it becomes: itself, or one of 0 and 1 for each category; "" is a gap."""
        return (self.name,) if self.categories is None else tuple(f"{self.name}={word}" for word in self.categories)


@dataclass(frozen=True, slots=True)
class Coding:
    """The columns in the order of the features, and how their table was read.

    named says whether columns are found by name, else by place. reading are the options that were given; point is the decimal
    point of the table's text, empty where nothing showed it. index says whether a first column that only told the rows apart was
    left out.
    """

    columns: tuple[ColumnCoding, ...]
    named: bool = True
    reading: dict[str, Any] = field(default_factory=dict)
    point: str = ""
    index: bool = field(default=False, metadata=SPARSE)
    version: int = _VERSION

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the features."""
        return tuple(name for column in self.columns for name in column.features)


def fitting(coding: Any, features: int) -> Coding | None:
    """Take the coding of as many features as there are; InputError for anything else."""
    if coding is None:
        return None
    if not isinstance(coding, Coding) or len(coding.features) != features:
        raise InputError(f"coding must be a Coding of {features} features, as from_table makes it")
    return coding


def dumps(coding: Coding) -> str:
    """Write a coding as JSON."""
    return json.dumps(encoded(coding))


def loads(text: str, features: int) -> Coding:
    """Read a coding of so many features that `dumps` wrote; ValueError for anything else, Later for one of a later version."""
    found = json.loads(text)
    if isinstance(found, dict) and isinstance(found.get("version"), int) and found["version"] > _VERSION:
        raise Later(f"its columns were coded by a later lntx (version {found['version']}, this one reads {_VERSION})")
    coding = decoded(Coding, found, "its coding of columns", whole=(Coding, ColumnCoding))
    if len(coding.features) != features:
        raise ValueError(f"its coding of columns is of {len(coding.features)} features, and it has {features}")
    return coding
