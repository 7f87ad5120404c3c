"""Cells of schema 1, which knew linear models alone, as those of today: what they leave unsaid follows from suite and sizes."""

from collections.abc import Mapping
from typing import Any

from lntx.constraints import LARGEST
from lntx.record import LINEAR

_AXES = {
    "features": ("features", "features"),
    "samples": ("samples", "samples"),
    "batches": ("batch_size", "batch_size"),
    "predict": ("rows", "samples"),
    "threads": ("threads", "threads"),
}
"""The axis of each suite that there was, and the size that was its value; `shapes` had two."""


def upgraded(cell: Any) -> Any:
    """Return a cell of schema 1, as JSON, with the fields that are new; what is no cell is returned as it is."""
    if not isinstance(cell, Mapping):
        return cell
    features, outputs, samples = (cell.get(name) for name in ("features", "outputs", "samples"))
    found: dict[str, Any] = {"model": LINEAR, "optimizer": "SGD"}
    if isinstance(features, int) and isinstance(outputs, int) and 0 < (count := (features + 1) * outputs) <= LARGEST:
        found["parameters"] = count
    suite = cell.get("suite")
    if suite == "shapes":
        found |= {"axis": "shape", "value": f"{samples}x{features}"}
    elif isinstance(suite, str) and suite in _AXES:
        axis, size = _AXES[suite]
        whole = suite == "batches" and cell.get("batch_size") == samples
        found |= {"axis": axis, "value": "full" if whole else cell.get(size, "")}
    return {**found, **cell}
