"""How long does an epoch of this loop take, each way to run it, and from which epoch on does a slow start pay?

The suite of `lntx bench FILE.py`: the plugin spreads its tests over the files' loops, the values of their axis, and their ways.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lntx.measure.measuring import Measure


def test_first(measure: "Measure", loop: Any, values: Mapping[str, Any]) -> None:
    """Prepare the loop and train its first epoch; with the first of the values, where some are varied."""
    measure.first(loop, **values)


def test_epoch(measure: "Measure", loop: Any, values: Mapping[str, Any]) -> None:
    """Train the loop, with the values of its parameters that are varied."""
    measure(loop, **values)
