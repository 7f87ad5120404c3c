"""The report: records in, one page out, with its findings, pictures, tables and the frames behind them.

    rendered = lntx.report.render([lntx.storage.read(path)], Path("report"))

Records become tidy frames, frames become findings and pictures, and these a page. Nothing here measures anything, and
nothing needs torch. What draws is loaded when it is first used. `lntx.report.gate` does the same for a gate.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lntx.report.document import Finding
    from lntx.report.rendering import Rendered, render

__all__ = ["Finding", "Rendered", "render"]

_HOMES = {"Finding": "lntx.report.document", "Rendered": "lntx.report.rendering", "render": "lntx.report.rendering"}


def __getattr__(name: str) -> Any:
    """Fetch a public name from its module, on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'lntx.report' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
