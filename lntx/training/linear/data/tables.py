"""Problems from files: a table with its target column, or arrays, as NPY."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lntx.errors import InputError
from lntx.training import scalars
from lntx.training.linear.data import convention, formats
from lntx.training.linear.data import features as featured
from lntx.training.linear.data.coding import Coding
from lntx.training.linear.data.conversion import Array
from lntx.training.linear.data.features import Notes
from lntx.training.linear.data.formats.arrays import mapped
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.scaling import Scaling, moments, unsuited
from lntx.training.linear.data.table import Sought, shell
from lntx.training.linear.problem import Problem
from lntx.training.recipe import DType, precision

_WHOLE32 = 2**24  # whole numbers up to here are floats of their own in float32


def from_table(
    file: str | Path,
    target: str | Sequence[str],
    *,
    standardize: bool = False,
    dtype: DType = "float32",
    drop: str | Sequence[str] = (),
    fill: float | str | Sequence[str] | Mapping[str, float | str] = (),
    encode: str | Sequence[str] = (),
    separator: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    header: bool | None = None,
    encoding: str | None = None,
    keep_index: bool = False,
    sheet: str | None = None,
) -> Problem:
    """Read a problem from a table: target names its column (or columns), all others are features.

    The file's ending says what it is: text (.csv, .tsv, .txt, also packed: .csv.gz), .xlsx, .json, .jsonl, .parquet, .feather,
    or .npz (one array per column; arrays of two dimensions become columns NAME[0], NAME[1], ...). How a text is written
    (separator, decimal point, encoding, a header or none) is found where that is safe, and a warning says what was found; the
    options say it otherwise (`Reading` has their meanings). standardize trains on (value - mean) / deviation of each column,
    computed in float64, which lets one learning rate suit them all; `train` gives the weights back in the table's own units.

    Raises InputError, naming row and column where it can, for a table that is empty, lacks the target, or holds text,
    dates or gaps that no option covers; for a column that dtype can't hold; and where it would have to be standardised, for
    one that never changes but for rounding.
    """
    given: dict[str, Any] = {"drop": drop, "fill": fill, "encode": encode}  # as people give them
    reading = Reading(
        **given,
        separator=separator,
        decimal=decimal,
        thousands=thousands,
        header=header,
        encoding=encoding,
        keep_index=keep_index,
        sheet=sheet,
    )
    problem, notes = problem_from(file, target, reading, standardize=standardize, dtype=dtype)
    for note in notes:
        warnings.warn(note, stacklevel=2)
    return problem


def problem_from(
    file: str | Path, target: Any, reading: Reading, *, standardize: bool, dtype: DType
) -> tuple[Problem, Notes]:
    """Read a problem as `from_table` does, and what a user should know of how it was read."""
    path, dtype = scalars.path("file", file), precision(dtype)
    standardize = scalars.flag("standardize", standardize)
    asked = _targets(target)
    table = formats.read(path, reading, Sought([" ".join(name.split()) for name in (*asked, *reading.mentioned)]))
    targets = [featured.find(table, name) for name in asked]
    names = [name for name in table.columns if name not in targets]
    if wrong := [name for name in reading.encode if name in targets]:
        raise InputError(f"{path}: column {wrong[0]!r} is the target, and can't be encoded; give numbers in its place")
    for name in reading.mentioned:
        if name not in reading.drop:
            featured.find(table, name)
    if not names:
        hint = " (--keep-index keeps the one that tells the rows apart)" * any(
            "--keep-index" in note for note in table.notes
        )
        raise InputError(f"{path} has no column besides the target; a problem needs a feature{hint}")
    numeric = [name for name in (*names, *targets) if name not in reading.encode]
    table, how = convention.settled(table, numeric, reading)
    inputs, coded, said = featured.features(table, names, reading, how)
    outputs, more = featured.outputs(table, targets, reading, how)
    given = {name: value for name, value in reading.given().items() if name not in ("drop", "fill", "encode")}
    coding = Coding(tuple(coded), table.named, given, how.point if how.shown else "", table.index)
    scaling = _scaling(inputs, outputs, coding, targets, path) if standardize else None
    if scaling:
        inputs = (inputs - scaling.x_mean) / scaling.x_scale
        outputs = (outputs - scaling.y_mean) / scaling.y_scale
    cut = "" if scaling else _cut(inputs, coding.features, dtype) or _cut(outputs, targets, dtype)
    problem = Problem(
        featured.cast(inputs, coding.features, dtype, path),
        featured.cast(outputs, targets, dtype, path),
        name=_stem(path),
        features_named=coding.features,
        outputs_named=targets,
        named=table.named,
        scaling=scaling,
        coding=coding,
    )
    return problem, table.noting(*said, *more, *([cut] if cut else [])).told()


def problem_of(
    data: Path, targets: Sequence[str], reading: Reading, *, standardize: bool, dtype: DType | None = None
) -> tuple[Problem, Notes]:
    """Read a problem from a table, or from two .npy files, which dtype casts where it is given; and what a user should know."""
    if data.suffix.lower() != ".npy":
        return problem_from(data, targets, reading, standardize=standardize, dtype=dtype or "float32")
    if standardize:
        raise InputError(
            "a .npy file is used as it lies, without a copy; standardise it before, or leave --standardize away"
        )
    if words := reading.words():
        raise InputError(f"a .npy file is used as it lies, and {words[0]} is for tables; leave it away")
    if len(targets) != 1:
        raise InputError("the targets of a .npy file are one other .npy file: --target Y.npy")
    problem = from_npy(data, targets[0])
    if dtype is not None and problem.dtype != dtype:
        problem = Problem(problem.X.astype(dtype), problem.Y.astype(dtype), name=problem.name)
    wide = [name for name in (data, targets[0]) if mapped(Path(name)).dtype.itemsize > np.dtype(np.float64).itemsize]
    return problem, tuple(f"{name} has more digits than float64 holds, and is rounded" for name in wide)


def from_npy(inputs: str | Path, targets: str | Path) -> Problem:
    """Take a problem from two .npy files: X (samples x features) and Y (samples x outputs, or samples alone).

    The files are mapped, not read: they may be larger than the memory. float32 and float64 are taken as they lie;
    anything else is converted, in memory. Raises InputError for a file that isn't there, is damaged or holds no numbers,
    and as `Problem` does.
    """
    file, beside = scalars.path("inputs", inputs), scalars.path("targets", targets)
    X, Y = mapped(file), mapped(beside)
    try:
        return Problem(X, Y, name=file.stem)
    except InputError as error:
        raise InputError(f"{file} and {beside}: {error}") from error


def _targets(target: Any) -> list[str]:
    """List the target columns' names; InputError for none, for one that is no name, and for one given twice."""
    given = [target] if isinstance(target, (str, bytes, int)) or not isinstance(target, Iterable) else list(target)
    wrong = [name for name in given if isinstance(name, bool) or not isinstance(name, (str, int))]
    if wrong or not given:
        raise InputError(f"target must be a column's name, or a list of names, not {scalars.shown(target)}")
    names = [str(name) for name in given]  # pandas numbers columns that have no names
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"target names {twice[0]!r} twice; name each column once")
    return names


def _cut(values: Array, names: Sequence[str], dtype: DType) -> str:
    """Say which column's whole numbers lose digits in a dtype; nothing where none do."""
    if np.dtype(dtype) == np.float64:
        return ""
    for column, name in zip(values.T, names, strict=True):
        with np.errstate(over="ignore"):
            lost = (
                np.abs(column).max() > _WHOLE32
                and not (column % 1).any()
                and (column != column.astype(np.float32)).any()
            )
        if lost:
            return f"float32 drops digits of column {name!r}; --dtype float64 keeps them"
    return ""


def _scaling(inputs: Array, outputs: Array, coding: Coding, targets: Sequence[str], path: Path) -> Scaling:
    arrays = [*inputs.T, *outputs.T]
    owners = [column.name for column in coding.columns for _ in column.features]
    for i, (name, column) in enumerate(zip([*coding.features, *targets], arrays, strict=True)):
        if reason := unsuited(column):
            way = f" with --drop {shell(owners[i])}" if i < len(owners) and reason.endswith("drop it") else ""
            raise InputError(f"{path}: column {name!r} {reason}{way}")
    mean, scale = np.array([moments(column) for column in arrays]).T
    width = inputs.shape[1]
    return Scaling(mean[:width], scale[:width], mean[width:], scale[width:])


def _stem(path: Path) -> str:
    """Return a file's name without its endings: homes of homes.csv.gz."""
    plain = Path(path.name)
    while plain.suffix.lower() in formats.PACKED:
        plain = plain.with_suffix("")
    return plain.stem
