"""`lntx predict`: what a saved model says of new inputs."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lntx.cli import options
from lntx.cli.terminal import say, show, show_json
from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.training.linear.model import LNTXModel

EXAMPLE = "lntx predict model.safetensors 1 1 1"


def command(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A model that lntx train --save wrote.")],
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="X...",
            help="One sample's values, or several samples', in turn: numbers and categories; or NAME=VALUE.",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="FILE",
            help="Rows to predict for: a table of any kind, or .npy where columns have no names.",
        ),
    ] = None,
    drop: options.Drop = None,
    fill: options.Fill = None,
    separator: options.Separator = None,
    decimal: options.Decimal = None,
    thousands: options.Thousands = None,
    header: options.Header = None,
    encoding: options.Encoding = None,
    keep_index: options.KeepIndex = False,
    sheet: options.Sheet = None,
    as_json: options.Json = False,
) -> None:
    """Predict with a saved model: one line of outputs for each sample.

    The model remembers how its own table was read; the options say it anew.
    """
    import torch

    import lntx

    if bool(values) == bool(data):
        raise InputError("predict needs either the features' values or --data FILE")
    reading = options.given(
        drop=drop,
        fill=fill,
        separator=separator,
        decimal=decimal,
        thousands=thousands,
        header=header,
        encoding=encoding,
        keep_index=keep_index,
        sheet=sheet,
    )
    if reading and not data:
        raise InputError(f"--{next(iter(reading)).replace('_', '-')} is for a table; give --data FILE, not values")
    loaded = lntx.load(model)
    digits = torch.finfo(loaded.weight.dtype).bits // 4 - 1  # 7 and 15: what float32 and float64 hold
    loaded = loaded.double()  # exact, and so are the table's numbers: float32 can't tell two times apart
    predictions = loaded(_inputs(loaded, values or [], data, reading)).tolist()
    if as_json:
        show_json({"predictions": predictions})
    else:
        show(*(" ".join(f"{value:.{digits}g}" for value in row) for row in predictions))


def _inputs(model: "LNTXModel", values: list[str], data: Path | None, reading: Mapping[str, Any]) -> Any:
    """Lay the inputs out as samples x features, in float64."""
    import torch

    from lntx.training.linear.data.prediction import inputs_from_table, inputs_from_words
    from lntx.training.linear.data.reading import Reading

    known = (model.in_features, model.features_named, model.coding)
    if option := next((value for value in values if value.startswith("--")), None):
        raise InputError(f"{option!r} is neither a value nor an option; see lntx predict --help")
    rows, notes = inputs_from_table(data, *known, Reading(**reading)) if data else inputs_from_words(values, *known)
    for note in notes:
        say(note)
    return torch.from_numpy(rows)
