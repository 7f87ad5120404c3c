"""Which problem the options of `lntx train` ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.training.linear.problem import Problem

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "the tutorial's problem": ("as_published", "one_weight"),
    "a synthetic problem": ("samples", "features", "outputs", "noise"),
    "a table": ("data", "target", "standardize"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemOptions:
    """The options that choose a problem, as given; those left out are None, empty or False."""

    as_published: bool = False
    one_weight: bool = False
    samples: int | None = None
    features: int | None = None
    outputs: int | None = None
    noise: float | None = None
    data: Path | None = None
    target: tuple[str, ...] = ()
    standardize: bool = False
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
        """Make or read the problem; the tutorial's, if nothing else is asked for."""
        import lntx

        dtype: Any = self.dtype or "float32"
        if self.data and self.data.suffix.lower() == ".npy":
            return self._arrays(self.data)
        if self.data:
            return lntx.from_table(self.data, self.target, standardize=self.standardize, dtype=dtype)
        if self._given("a synthetic problem"):
            sizes = {name: getattr(self, name) for name in _GROUPS["a synthetic problem"]}
            given = {name: value for name, value in sizes.items() if value is not None}
            return lntx.synthetic(**given, seed=self.seed, dtype=dtype)
        return lntx.tutorial(as_published=self.as_published, one_weight=self.one_weight, seed=self.seed)

    def _arrays(self, data: Path) -> "Problem":
        import lntx

        if self.standardize:
            raise InputError(
                "a .npy file is used as it lies, without a copy; standardise it before, or leave --standardize away"
            )
        if len(self.target) != 1:
            raise InputError("the targets of a .npy file are one other .npy file: --target Y.npy")
        return lntx.from_npy(data, self.target[0])

    def _given(self, kind: str) -> list[str]:
        """List the options of a kind that were given, as they are written."""
        values = {name: getattr(self, name) for name in _GROUPS[kind]}
        return [f"--{name.replace('_', '-')}" for name, value in values.items() if not _left_out(value)]


def _left_out(value: Any) -> bool:
    return value is None or value is False or value == ()  # 0 was given, and is for the problem to refuse
