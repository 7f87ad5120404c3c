"""`lntx predict`: what a saved model says of new inputs."""

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
        list[str] | None, typer.Argument(metavar="X...", help="One sample's features, or several samples', in turn.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="FILE", help="Rows to predict for: .csv, .parquet, .npz, or .npy without names."
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Predict with a saved model: one line of outputs for each sample."""
    import torch

    import lntx

    if bool(values) == bool(data):
        raise InputError("predict needs either the features' values or --data FILE")
    loaded = lntx.load(model)
    digits = torch.finfo(loaded.weight.dtype).bits // 4 - 1  # 7 and 15: what float32 and float64 hold
    loaded = loaded.double()  # exact, and so are the table's numbers: float32 can't tell two times apart
    predictions = loaded(_inputs(loaded, values or [], data)).tolist()
    if as_json:
        show_json({"predictions": predictions})
    else:
        show(*(" ".join(f"{value:.{digits}g}" for value in row) for row in predictions))


def _inputs(model: "LNTXModel", values: list[str], data: Path | None) -> Any:
    """Lay the inputs out as samples x features, in float64."""
    import torch

    from lntx.training.linear.data.files import headless
    from lntx.training.linear.data.tables import inputs_from_table

    features = model.in_features
    if data:
        rows = torch.from_numpy(inputs_from_table(data, features, model.features_named, dtype="float64"))
        if not model.features_named and headless(data):
            say(f"{data} has no header of names; its first row is taken for a sample")
        return rows
    inputs = torch.tensor([_number(value) for value in values], dtype=torch.float64)
    if len(values) % features:
        raise InputError(f"the model takes {features} features, not {len(values)}")
    if not inputs.isfinite().all():
        raise InputError("a feature is not a finite number")
    return inputs.reshape(-1, features)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{text!r} is neither a number nor an option; see lntx predict --help") from None
