"""What draws: names of matplotlib and seaborn, for all that draws to take from here.

An install may lack both (they come with `lntx[figures]`). Then `DRAWS` is False, the names stand for nothing, and pages show
the numbers of each picture in its place: what makes a picture's frame and its words needs neither.
"""

from typing import TYPE_CHECKING

try:
    import matplotlib as mpl
    import seaborn as sns
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis, XAxis
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Rectangle
    from matplotlib.textpath import text_to_path
    from matplotlib.ticker import FixedLocator, Formatter, FuncFormatter, MaxNLocator, NullLocator
except ImportError:
    DRAWS = False
    if not TYPE_CHECKING:
        mpl = sns = date2num = text_to_path = None
        Axes = Axis = XAxis = Figure = FontProperties = Rectangle = object
        AutoDateLocator = ConciseDateFormatter = FixedLocator = Formatter = FuncFormatter = MaxNLocator = (
            NullLocator
        ) = object
else:
    DRAWS = True

MISSING = (
    "pictures are not drawn, and the page has their numbers instead: they need matplotlib and seaborn, which are not installed"
    " here: pip install 'lntx[figures]', or '.[figures]' in a clone of lntx"
)

__all__ = [
    "DRAWS",
    "MISSING",
    "AutoDateLocator",
    "Axes",
    "Axis",
    "ConciseDateFormatter",
    "Figure",
    "FixedLocator",
    "FontProperties",
    "Formatter",
    "FuncFormatter",
    "MaxNLocator",
    "NullLocator",
    "Rectangle",
    "XAxis",
    "date2num",
    "mpl",
    "new_figure",
    "sns",
    "text_to_path",
]


def new_figure(size_in: tuple[float, float]) -> Figure:
    """Make a figure of pyplot's, so many inches wide and high: one that a notebook shows by itself."""
    from matplotlib import pyplot as plt  # noqa: PLC0415  (what writes pages needs no window, nor a list of open figures)

    return plt.figure(figsize=size_in)
