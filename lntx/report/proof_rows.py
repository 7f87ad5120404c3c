"""What a proof found, as rows of plain values, and the columns of their frames."""

import math
from typing import Any

from lntx.record import Absence, Record
from lntx.report.columns import named, place

CHECKPOINTS = ["study", "suite", "backend", "device", "dtype", "samples"]
CHECKPOINTS += ["features", "epoch", "error", "tolerance", "ok", "loss"]

TENSORS = ["study", "suite", "problem", "backend", "device", "dtype", "axis", "value", "tensor", "steps"]
TENSORS += ["error", "tolerance", "share", "proved", "ok"]


def of_checkpoints(label: str, item: Record | Absence) -> list[dict[str, Any]]:
    """Make one row for each comparison with the reference."""
    if item.cell is None or item.agreement is None:
        return []
    where = {name: value for name, value in place(item.cell).items() if name in CHECKPOINTS}
    return [
        {
            "study": label,
            **where,
            "epoch": point.epoch,
            "error": point.error,
            "tolerance": point.tolerance,
            "ok": point.ok,
            "loss": math.nan if point.loss is None else point.loss,
        }
        for point in item.agreement.checkpoints
    ]


def of_tensors(label: str, item: Record | Absence) -> list[dict[str, Any]]:
    """Make one row for each tensor of a loop's model: how well it agrees, at its worst."""
    if item.cell is None or item.agreement is None:
        return []
    where = {name: value for name, value in place(item.cell).items() if name in TENSORS}
    return [
        {
            "study": label,
            **where,
            "tensor": named(tensor.name),
            "steps": tensor.steps,
            "error": tensor.error,
            "tolerance": tensor.tolerance,
            "share": tensor.share,
            "proved": tensor.proved,
            "ok": tensor.ok,
        }
        for tensor in item.agreement.tensors
    ]
