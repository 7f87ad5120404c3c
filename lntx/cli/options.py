"""Options that several commands share, and what their texts mean."""

from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated

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
Data = Annotated[Path | None, typer.Option("--data", metavar="FILE", help="A table: .csv, .parquet or .npz.")]
Standardize = Annotated[
    bool, typer.Option("--standardize", help="Train on (value - mean) / deviation; weights come in the table's units.")
]


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
