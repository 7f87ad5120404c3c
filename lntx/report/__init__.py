"""The report: records in, one page out, with its findings, pictures, tables and the frames behind them.

    rendered = lntx.report.render([lntx.storage.read(path)], Path("report"))

Records become tidy frames, frames become findings and pictures, and these a page. Nothing here measures anything, and
nothing needs torch.
"""

from lntx.report.findings import Finding
from lntx.report.rendering import Rendered, render

__all__ = ["Finding", "Rendered", "render"]
