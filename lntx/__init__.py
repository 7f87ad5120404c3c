"""lntx trains a model in many ways, a loop of one's own or a linear one, proves that they agree, and measures what each costs.

It judges other projects' benchmarks too (`lntx gate`, `compare`, `report`), and for that needs no torch. Training does, and
comes with `pip install 'lntx[train]'`; without it, the names that take it raise MissingExtra, which says so.

    problem = lntx.tutorial()
    recipe = lntx.Recipe(lr=5e-4, epochs=1000, batch_size=1)
    fit = lntx.train(problem, recipe, backend="manual")

Importing lntx loads neither torch nor numpy: each name of the public face is fetched when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lntx.extras import explained

if TYPE_CHECKING:
    from lntx.errors import Disagreement, Diverged, InputError, LntxError, MissingExtra, Refused, Unprovable
    from lntx.measure.plan import Axis
    from lntx.record import Agreement, Study
    from lntx.storage.folders import read_study
    from lntx.training.backends import backends
    from lntx.training.fit import Fit
    from lntx.training.linear.data.tables import from_npy, from_table
    from lntx.training.linear.model import LNTXModel, load
    from lntx.training.linear.parity import verify
    from lntx.training.linear.problem import Problem, synthetic, tutorial
    from lntx.training.loop.loop import Loop
    from lntx.training.recipe import Recipe
    from lntx.training.trainer import prepare, train

__version__ = "0.1.0"

_HOMES = {
    "lntx.errors": ("Disagreement", "Diverged", "InputError", "LntxError", "MissingExtra", "Refused", "Unprovable"),
    "lntx.measure.plan": ("Axis",),
    "lntx.record": ("Agreement", "Study"),
    "lntx.storage.folders": ("read_study",),
    "lntx.training.backends": ("backends",),
    "lntx.training.fit": ("Fit",),
    "lntx.training.linear.model": ("LNTXModel", "load"),
    "lntx.training.linear.parity": ("verify",),
    "lntx.training.linear.problem": ("Problem", "synthetic", "tutorial"),
    "lntx.training.loop.loop": ("Loop",),
    "lntx.training.recipe": ("Recipe",),
    "lntx.training.linear.data.tables": ("from_npy", "from_table"),
    "lntx.training.trainer": ("prepare", "train"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

_MODULES = ("sklearn",)
"""Parts of the public face that are modules of their own."""

__all__ = [
    "Agreement",
    "Axis",
    "Disagreement",
    "Diverged",
    "Fit",
    "InputError",
    "LNTXModel",
    "LntxError",
    "Loop",
    "MissingExtra",
    "Problem",
    "Recipe",
    "Refused",
    "Study",
    "Unprovable",
    "backends",
    "from_npy",
    "from_table",
    "load",
    "prepare",
    "read_study",
    "synthetic",
    "train",
    "tutorial",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Fetch a public name from its module, on first use; MissingExtra where what it needs isn't installed."""
    if name in _MODULES:
        return import_module(f"lntx.{name}")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'lntx' has no attribute {name!r}")
    try:
        home = import_module(_HOME_OF[name])
    except ImportError as error:
        raise explained(f"lntx.{name}", error) from error.__cause__
    value = globals()[name] = getattr(home, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
