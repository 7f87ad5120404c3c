"""Options that several commands share, and what their texts mean."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from lntx.errors import InputError

Backends = Annotated[
    list[str] | None,
    typer.Option(
        "--backend",
        metavar="NAME|FILE.py",
        help="A backend, NAME:* for it and its variants, or a file of your own; again for more. All, if left out.",
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
StudyDtype = Annotated[
    str | None,
    typer.Option(
        "--dtype", metavar="float32|float64|bfloat16", help="What to compute in; bfloat16 is for loops alone."
    ),
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


def _loop(text: str, *flags: str, metavar: str | None = None, show_default: bool = True) -> Any:
    return typer.Option(*flags, help=text, metavar=metavar, rich_help_panel=_LOOP, show_default=show_default)


LoopFile = Annotated[
    str | None,
    typer.Argument(
        metavar="FILE.py", help="A file with a training loop of your own, or FILE.py:NAME (lntx new writes one)."
    ),
]
Way = Annotated[str, _loop("One of its ways; the first, if left out.", "--way", metavar="NAME")]
Ways = Annotated[list[str] | None, _loop("One of its ways; again for more. All, if left out.", "--way", metavar="NAME")]
AxisValue = Annotated[
    list[str] | None, _loop("Another value of a parameter of start or batches.", "--axis", metavar="NAME=VALUE")
]
LoopDtype = Annotated[str | None, _loop("What to compute in.", "--dtype", metavar="float32|float64|bfloat16")]
LoopSteps = Annotated[int, _loop("Steps to hold it for; 100, if left out.", "--steps", metavar="N", show_default=False)]


_ITSELF = "a loop's file says that itself, in start or batches; --axis NAME=VALUE sets another value of one of their parameters"
_INSTEAD = {
    "backend": "--way NAME takes one of a loop's ways",
    "log_every": "a loop shows the mean of what its steps return, epoch by epoch",
} | dict.fromkeys(("snapshots", "snapshot_every"), "of a loop --save keeps what it ends with")
"""What to ask of a loop in the place of an option that it doesn't take."""


def for_a_loop(context: typer.Context, *taken: str) -> None:
    """Raise InputError for an argument that is no loop's file, and for an option that a loop doesn't take: its file says it."""
    from lntx.training.loop.file import names_loop

    file = str(context.params["file"])
    if not names_loop(file):
        raise InputError(f"{file} is no file of Python; a loop of your own is FILE.py, or FILE.py:NAME")
    for name in context.params:
        source = context.get_parameter_source(name)
        if name not in taken and source is not None and source.name == "COMMANDLINE":
            raise InputError(f"{_word(context, name)} is for the linear model; {_INSTEAD.get(name, _ITSELF)}")


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


def backends(names: Sequence[str] | None) -> tuple[str, ...]:
    """Take backends' names, and files by their whole path: they are found from any folder; InputError for two of one name."""
    from lntx.training.user_files import named

    found: dict[str, Path] = {}
    whole = []
    for name in names or ():
        given = named(name)
        if given and found.setdefault(given.file.stem, given.file) != given.file:
            raise InputError(f"two files are called {given.file.name}; give one of them another name")
        whole.append(f"{given.file}{f':{given.name}' if given.name else ''}" if given else name)
    return tuple(whole)


def axis(text: str | None) -> str:
    """Take `width=64,256`, a parameter's name and its values, which are read when the loop is there; empty for none."""
    if text is None:
        return ""
    name, equals, rest = text.partition("=")
    if not (equals and name.strip().isidentifier() and all(word.strip() for word in rest.split(","))):
        raise InputError(f"--axis must be like width=64,256, a parameter of the loop and its values, not {text!r}")
    return text


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


def writable_folder(path: Path, *own: str) -> Path:
    """Raise InputError, before anything is computed, for a folder that can't be written; nothing is created.

    own are what will be written there under names that the user didn't choose, folders with a slash: none may be a symbolic link.
    """
    from lntx.storage import places

    places.check_folder(path, *own)
    return path


def writable_file(path: Path) -> Path:
    """Raise InputError, before anything is computed, for a file that can't be written; nothing is created."""
    from lntx.storage import places

    places.check_file(path)
    return path


def open_to_more(path: Path, variable: str) -> None:
    """Raise InputError, before anything is computed, where nothing can be added to a file that a variable names.

    Nothing is written, and a file that isn't there isn't made.
    """
    flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody reads is not waited for
    try:
        if path.exists():
            os.close(os.open(path, flags))
        elif not path.parent.is_dir():
            raise InputError(f"can't write {path}, which {variable} names: its folder isn't there; mend or unset that")
        else:
            writable_folder(path.parent)
    except OSError as error:
        raise InputError(f"can't write {path}, which {variable} names: {error.strerror}; mend or unset that") from error
