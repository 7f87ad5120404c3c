"""Commands whose help shows no type for a flag: it takes no value, and `--json <bool>` says that it does."""

from typing import Any

from typer.core import TyperCommand, TyperGroup


class Command(TyperCommand):
    """A command whose flags have no type in its help."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options as ever, but for what a flag is said to take."""
        return _bare(super().get_params(ctx))


class Group(TyperGroup):
    """The commands together, likewise."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options as ever, but for what a flag is said to take."""
        return _bare(super().get_params(ctx))


def _bare(params: list[Any]) -> list[Any]:
    for param in params:
        if getattr(param, "is_flag", False) and param.metavar is None:
            param.metavar = ""
    return params
