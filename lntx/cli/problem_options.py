"""Which problem the options of `lntx train` ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lntx.cli.terminal import say
from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.training.linear.problem import Problem

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "the tutorial's problem": ("as_published", "one_weight"),
    "a synthetic problem": ("samples", "features", "outputs", "noise"),
    "a table": ("data", "target", "standardize", "reading"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemOptions:
    """The options that choose a problem, as given; those left out are None, empty or False. reading says how a table is read."""

    as_published: bool = False
    one_weight: bool = False
    samples: int | None = None
    features: int | None = None
    outputs: int | None = None
    noise: float | None = None
    data: Path | None = None
    target: tuple[str, ...] = ()
    standardize: bool = False
    reading: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    dtype: str | None = None

    def __post_init__(self) -> None:
        """Refuse options that contradict each other."""
        asked = {kind: given for kind in _GROUPS if (given := self._given(kind))}
        if len(asked) > 1:
            (one, first), (other, second), *_ = asked.items()
            raise InputError(f"{first[0]} asks for {one} and {second[0]} for {other}; choose one")
        if asked.get("a table") and not (self.data and self.target):
            missing = "--target COL" if self.data else "--data FILE"
            raise InputError(f"{asked['a table'][0]} needs {missing} too")

    def problem(self) -> "Problem":
        """Make or read the problem, and say how a table was read; the tutorial's, if nothing else is asked for."""
        import lntx

        dtype: Any = self.dtype or "float32"
        if self.data:
            return self._table(self.data)
        if self._given("a synthetic problem"):
            sizes = {name: getattr(self, name) for name in _GROUPS["a synthetic problem"]}
            given = {name: value for name, value in sizes.items() if value is not None}
            return lntx.synthetic(**given, seed=self.seed, dtype=dtype)
        return lntx.tutorial(as_published=self.as_published, one_weight=self.one_weight, seed=self.seed)

    def _table(self, data: Path) -> "Problem":
        from lntx.training.linear.data.reading import Reading
        from lntx.training.linear.data.tables import problem_of
        from lntx.training.recipe import precision

        arrays = data.suffix.lower() == ".npy"  # they lie as they are, and the recipe has the dtype
        dtype = None if arrays or self.dtype is None else precision(self.dtype)
        problem, notes = problem_of(
            data, self.target, Reading(**self.reading), standardize=self.standardize, dtype=dtype
        )
        for note in notes:
            say(note)
        return problem

    def _given(self, kind: str) -> list[str]:
        """List the options of a kind that were given, as they are written."""
        values = {name: getattr(self, name) for name in _GROUPS[kind] if name != "reading"}
        given = [name for name, value in values.items() if not _left_out(value)]
        if "reading" in _GROUPS[kind]:
            given += [f"{'no-' * (value is False)}{name}" for name, value in self.reading.items()]
        return [f"--{name.replace('_', '-')}" for name in given]


def _left_out(value: Any) -> bool:
    return value is None or value is False or value == ()  # 0 was given, and is for the problem to refuse
