"""What pandas reads as a frame: Parquet, Feather, workbooks and JSON."""

import json
import math
import warnings
from collections import Counter
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lntx.errors import InputError
from lntx.storage import sizes
from lntx.training.linear.data import cells, sniffing
from lntx.training.linear.data.formats import declared, formulas, unpacking
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.table import Sought, Table, named, tidied

if TYPE_CHECKING:
    import pandas as pd

_WHOLE = 2.0**53  # numbers below keep their digits
_LOOK = 20  # rows that show whether a sheet holds anything


def arrow(path: Path, *, feather: bool) -> tuple[list[str], list[Any], tuple[str, ...]]:
    """Read Parquet or Feather: names, columns, and what is to be said; whole numbers stay whole beside gaps."""
    import pandas as pd  # noqa: PLC0415  (only tables need it)

    (declared.feather if feather else declared.parquet)(path)
    if not feather and (name := declared.twice(path)):
        raise InputError(f"{path} has two columns called {name!r}; give each a name of its own")
    read = pd.read_feather if feather else pd.read_parquet
    frame = read(path, dtype_backend="numpy_nullable")
    names = named([*frame.columns])
    kept = [name for name in frame.index.names if name is not None]
    columns = [frame.iloc[:, i] for i in range(len(names))]
    if not kept:
        return names, columns, ()
    note = f"its index {kept[0]!r} is no feature, and is left out (reset_index() before it is saved makes it a column)"
    return names, columns, (note,)


def workbook(path: Path, reading: Reading, sought: Sought, *, by_name: bool) -> Table:
    """Read a sheet of an Excel workbook, whose first row holds names or numbers."""
    import pandas as pd  # noqa: PLC0415

    try:
        import_module("openpyxl")  # asked for first: without it, what is in the file is of no matter
        declared.workbook(path)
        book = pd.ExcelFile(path, engine="openpyxl")
    except ImportError as error:
        raise InputError(f"reading {path} needs openpyxl; pip install 'lntx[excel]', or save it as CSV") from error
    with book, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and the like, which openpyxl passes over
        sheet = _sheet(path, book, reading)
        cellular = book.parse(sheet, header=None, dtype=object, keep_default_na=False, na_values=[""])
        uncomputed = formulas.unanswered(path, book.book[sheet]._worksheet_path)  # noqa: SLF001  (nothing else tells it)
    rows = cellular.to_numpy(object).tolist()
    top = next((i for i, row in enumerate(rows) if any(map(_there, row))), None)
    if top is None and uncomputed:
        raise InputError(_uncomputed(path, sheet, next(iter(uncomputed.values()))))
    if top is None:
        raise InputError(f"{path}: sheet {sheet!r} is empty")
    rows, columns = rows[top:], max(_width(row) for row in rows)
    rows = [row[:columns] for row in rows]
    header, note = reading.header, ""
    if header is None:
        top_row, *others = [[_text(value) for value in row] for row in rows[: _LOOK + 1]]
        header, note = sniffing.holds_names(path, top_row, others, sought.names, by_name=by_name)
    names = named(rows[0]) if header else [str(i) for i in range(columns)]
    for i, cell in sorted(uncomputed.items()):
        if not (i < columns and names[i] in reading.drop):
            raise InputError(_uncomputed(path, sheet, cell))
    body = rows[1:] if header else rows
    while body and not any(map(_there, body[-1])):
        body.pop()
    notes = [note] if note else []
    *above, last = ([_text(value) for value in row] for row in body) if body else [[]]
    if len(body) > 2 and (label := cells.total(last, above, sought.known(names))):  # noqa: PLR2004  (of one row there is no total)
        notes.append(f"row {top + len(body) + header} begins with {label!r}, and is left out as a total")
        body.pop()
    if not body:
        raise InputError(f"{path}: sheet {sheet!r} has no rows; a problem needs samples")
    series = [pd.Series([row[i] for row in body], dtype=object) for i in range(columns)]
    place = partial(_numbered, top + 1 + header)
    return tidied(Table(path, {}, named=header, place=place, notes=tuple(notes)), names, series, reading, sought)


def _uncomputed(path: Path, sheet: str, cell: str) -> str:
    return (
        f"{path}: sheet {sheet!r}, cell {cell} holds a formula without its result, and nothing is computed here; open and save "
        "the workbook in a spreadsheet program, or write values in place of formulas"
    )


def _sheet(path: Path, book: "pd.ExcelFile", reading: Reading) -> str:
    """Choose a sheet: the one that was asked for, or the only one that holds anything."""
    names = [str(name) for name in book.sheet_names]
    if reading.sheet is not None:
        if reading.sheet not in names:
            raise InputError(f"{path} has no sheet {reading.sheet!r}; it has {', '.join(names)}")
        return reading.sheet
    filled = names
    if len(names) > 1:
        filled = [name for name in names if not book.parse(name, header=None, nrows=_LOOK).dropna(how="all").empty]
    if len(filled) != 1:
        raise InputError(f"{path} has {len(names)} sheets, {', '.join(names)}; say which with --sheet")
    return filled[0]


def records(path: Path, *, lines: bool) -> tuple[list[str], list[Any]]:
    """Read JSON: a list of objects, an object of columns, or an object on each line; numbers keep their last digit."""
    import pandas as pd  # noqa: PLC0415

    with unpacking.opener(path)() as stream:
        content = stream.read()
    sizes.check(path, sizes.PARSED * len(content))
    text = content.decode("utf-8-sig")
    if lines:
        rows = [_object(path, line, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    else:
        rows = _object(path, text, None)
    _check_gaps(path, rows)
    _check_parts(path, rows)
    if isinstance(rows, dict) and {"data", "columns"} <= rows.keys():  # pandas' orient="split"
        frame = pd.DataFrame(rows["data"], columns=rows["columns"], dtype=object)
    elif isinstance(rows, dict) and rows and all(isinstance(column, (list, dict)) for column in rows.values()):
        frame = pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in rows.items()})
    elif isinstance(rows, list) and all(isinstance(row, (dict, list)) for row in rows):
        frame = pd.DataFrame(rows, dtype=object)
    else:
        raise InputError(
            f"{path} is JSON, but no table; give a list of objects, one for each row, or an object with a list for each column"
        )
    return named([*frame.columns]), [frame.iloc[:, i] for i in range(frame.shape[1])]


def _check_gaps(path: Path, rows: Any) -> None:
    """Raise InputError where few values would be spread over a table that is too large: rows with keys of their own each."""
    parts = list(rows.values()) if isinstance(rows, dict) else rows if isinstance(rows, list) else []
    keys: set[str] = set()
    for part in parts:
        if isinstance(part, dict):
            keys.update(part)
    longest = max((len(part) for part in parts if isinstance(part, list)), default=0)
    sizes.check(path, 8 * len(parts) * max(len(keys), longest), path.stat().st_size)


def _check_parts(path: Path, rows: Any) -> None:
    """Raise InputError for rows, or columns, that are lists of other lengths than the first, or lists here and objects there.

    Nobody says which value such a list lacks. In objects, which name their values, a missing one is a gap.
    """
    split = isinstance(rows, dict) and {"data", "columns"} <= rows.keys()
    parts = rows["data"] if split else rows
    of_columns = isinstance(parts, dict)
    every = parts.items() if isinstance(parts, dict) else enumerate(parts, 1) if isinstance(parts, list) else ()
    found = [(f"column {name!r}" if of_columns else f"row {name}", part) for name, part in every]
    lists = [(name, part) for name, part in found if isinstance(part, list)]
    if lists and (other := next((name for name, part in found if isinstance(part, dict)), None)):
        raise InputError(
            f"{path}: {lists[0][0]} is a list and {other} an object; write all as lists, or all as objects"
        )
    if split and lists and isinstance(rows["columns"], list):
        lists.insert(0, ("the list of columns", rows["columns"]))
    for name, part in lists:
        if len(part) != (due := len(lists[0][1])):
            raise InputError(
                f"{path}: {lists[0][0]} has {due} values and {name} {len(part)}; they must be as many (null is a gap)"
            )


def _object(path: Path, text: str, line: int | None) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_float=_float)
    except _Twice as error:
        where = f": line {line}" if line else ""
        raise InputError(
            f"{path}{where} has {error.args[0]!r} twice in one object; only one of both would be read"
        ) from None
    except (ValueError, RecursionError) as error:
        where = f": line {line}" if line else ""
        raise InputError(f"{path}{where} is not whole JSON ({error})") from error


class _Twice(Exception):
    """A key stands twice in an object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice(Counter(key for key, _ in pairs).most_common(1)[0][0])
    return found


def _float(text: str) -> Any:
    """Read a number with a point or an exponent; where float64 would make another of it, as what keeps its digits."""
    value = float(text)
    if value and abs(value) < _WHOLE:
        return value
    return value if (meant := cells.lost(text, value)) is None else meant


def _numbered(before: int, row: int) -> str:
    return f"row {row + before}"


def _there(value: Any) -> bool:
    return not (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or (isinstance(value, str) and not value.strip())
    )


def _width(row: Sequence[Any]) -> int:
    return max((i + 1 for i, value in enumerate(row) if _there(value)), default=0)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if _there(value) and not isinstance(value, bool) else ""
