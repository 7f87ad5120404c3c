"""Options that several commands share, and what their texts mean."""

from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any

import typer

from lntx.errors import InputError

Backends = Annotated[
    list[str] | None,
    typer.Option(
        "--backend",
        metavar="NAME",
        help="A backend, or NAME:* for it and its variants; again for more. All, if left out.",
    ),
]
Devices = Annotated[
    list[str] | None, typer.Option("--device", metavar="DEVICE", help="cpu, cuda or cuda:N; again for more.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]
AllowInconclusive = Annotated[
    bool, typer.Option("--allow-inconclusive", help="Exit with 0 instead of 13 where nothing could be decided.")
]
Out = Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder to write to.")]
TABLE = "A table: .csv, .tsv, .xlsx, .json, .parquet, .npz, ..."
Data = Annotated[Path | None, typer.Option("--data", metavar="FILE", help=f"{TABLE} (docs/tables.md), or X as .npy.")]
Dtype = Annotated[
    str | None, typer.Option("--dtype", metavar="float32|float64", help="What the table is read and trained in.")
]
Standardize = Annotated[
    bool, typer.Option("--standardize", help="Train on (value - mean) / deviation; weights come in the table's units.")
]
_READING = "How a table is read (found in the file where that is safe)"


def _reading(text: str, *flags: str, metavar: str | None = None) -> Any:
    return typer.Option(*flags, help=text, metavar=metavar, rich_help_panel=_READING)


Drop = Annotated[list[str] | None, _reading("Leave a column out; again for more.", "--drop", metavar="COL")]
Fill = Annotated[
    list[str] | None,
    _reading("Fill gaps: mean, median or a number; COL=mean for one column.", "--fill", metavar="[COL=]HOW"),
]
Encode = Annotated[
    list[str] | None, _reading("A column of 0 and 1 for each value of COL; again for more.", "--encode", metavar="COL")
]
Separator = Annotated[
    str | None, _reading("Between columns: one character, tab or space.", "--separator", metavar="CHAR")
]
Decimal = Annotated[str | None, _reading("The decimal point: . or ,", "--decimal", metavar="CHAR")]
Thousands = Annotated[str | None, _reading("Between thousands: , . ' or space", "--thousands", metavar="CHAR")]
Header = Annotated[
    bool | None,
    _reading("The first row holds names, or is a sample: columns are 0, 1, ... then.", "--header/--no-header"),
]
Encoding = Annotated[str | None, _reading("Of a text file, such as cp1252.", "--encoding", metavar="NAME")]
KeepIndex = Annotated[
    bool, _reading("Take a column that only counts the rows, such as pandas' index, for a feature.", "--keep-index")
]
Sheet = Annotated[str | None, _reading("The sheet of a workbook.", "--sheet", metavar="NAME")]


_LOOP = "A training loop of your own"


def _loop(text: str, *flags: str, metavar: str | None = None) -> Any:
    return typer.Option(*flags, help=text, metavar=metavar, rich_help_panel=_LOOP)


LoopFile = Annotated[
    str | None,
    typer.Argument(
        metavar="[FILE.py]", help="A file with a training loop of your own, or FILE.py:NAME (lntx new writes one)."
    ),
]
Way = Annotated[str, _loop("One of its ways; the first, if left out.", "--way", metavar="NAME")]
Ways = Annotated[list[str] | None, _loop("One of its ways; again for more. All, if left out.", "--way", metavar="NAME")]
AxisValue = Annotated[
    list[str] | None, _loop("Another value of a parameter of start or batches.", "--axis", metavar="NAME=VALUE")
]
LoopDtype = Annotated[str | None, _loop("What to compute in.", "--dtype", metavar="float32|float64|bfloat16")]
LoopSteps = Annotated[int, _loop("Steps to hold it for; 100, if left out.", "--steps", metavar="N")]


def for_a_loop(context: typer.Context, *taken: str) -> None:
    """Raise InputError for an option that was given and isn't among those that a loop takes: it says the rest itself."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if name not in taken and source is not None and source.name == "COMMANDLINE":
            raise InputError(
                f"{_word(context, name)} is for the linear model; a loop's file says that itself, in start or batches"
            )


def for_the_linear_model(**values: Any) -> None:
    """Raise InputError for an option of a loop's that was given without a file."""
    for name, value in values.items():
        if value:
            raise InputError(f"--{name} is for a loop of your own; name its file, as ranking.py")


def _word(context: typer.Context, name: str) -> str:
    """Return an option as it is written."""
    return next((option.opts[0] for option in context.command.params if option.name == name), name)


def given(**values: Any) -> dict[str, Any]:
    """Return the options of a table that were given, as JSON types; --no-header is header False."""
    return {name: value for name, value in values.items() if value or (name == "header" and value is False)}


def batch_size(text: str) -> int | None:
    """Read a number of samples, or `full` for all of them."""
    if text == "full":
        return None
    try:
        return int(text)
    except ValueError:
        raise InputError(f"--batch-size must be a whole number or full, not {text!r}") from None


def learning_rate(text: str) -> float | None:
    """Read a number, or `auto` for one that is found for the data."""
    if text == "auto":
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--lr must be a number or auto, not {text!r}") from None


def shard(text: str | None) -> tuple[int, int] | None:
    """Read `1/4` as the first of four parts."""
    if text is None:
        return None
    part, slash, parts = text.partition("/")
    if not (slash and part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise InputError(f"--shard must be like 1/4, the first of four parts, not {text!r}")
    return int(part), int(parts)


def writable_folder(path: Path) -> Path:
    """Raise InputError, before anything is computed, for a folder that can't be written; nothing is created."""
    whole = path.absolute()
    place = next(place for place in (whole, *whole.parents) if place.exists())
    if not place.is_dir():
        raise InputError(f"can't write to {path}: {place} is a file, not a folder")
    try:
        with TemporaryFile(dir=place):  # permissions alone don't tell: a superuser has them everywhere
            return path
    except OSError as error:
        raise InputError(f"can't write to {path}: {place}: {error.strerror}; choose another folder") from error


def writable_file(path: Path) -> Path:
    """Raise InputError, before anything is computed, for a file that can't be written; nothing is created."""
    if path.is_dir():
        raise InputError(f"can't write {path}: it is a folder; name a file in it")
    writable_folder(path.absolute().parent)
    return path
