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

_OF_VALUES = ("fill", "decimal", "thousands")
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
    if not data and (wrong := next((name for name in reading if name not in _OF_VALUES), None)):
        raise InputError(f"--{wrong.replace('_', '-')} is for a table; give --data FILE, not values")
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

    from lntx.training.linear.data.prediction import inputs_from_table
    from lntx.training.linear.data.reading import Reading
    from lntx.training.linear.data.words import inputs_from_words

    known = (model.in_features, model.features_named, model.coding)
    if option := next((value for value in values if _an_option(value, model)), None):
        raise InputError(f"{option!r} is neither a value nor an option; see lntx predict --help")
    if len(values) == 1 and Path(values[0]).is_file():
        raise InputError(f"{values[0]} is a file: --data {values[0]} predicts for its rows")
    options = Reading(**reading)
    rows, notes = inputs_from_table(data, *known, options) if data else inputs_from_words(values, *known, options)
    for note in notes:
        say(note)
    return torch.from_numpy(rows)


def _an_option(value: str, model: "LNTXModel") -> bool:
    """Whether a value must be an option that there isn't: none of the model's columns or categories is called so."""
    columns = model.coding.columns if model.coding else ()
    names = [*model.features_named, *(column.name for column in columns)]
    words = [word for column in columns for word in column.categories or ()]
    return (
        value.startswith("--")
        and bool(value.strip("-"))
        and not any(value.startswith(f"{name}=") for name in names)
        and value not in words
    )
