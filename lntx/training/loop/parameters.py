"""The axes of a loop: the parameters of its `start` and its `batches`, each with a default, and values as text."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from lntx.errors import InputError

_TAKEN = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def defaults(name: str, function: Callable[..., Any]) -> dict[str, Any]:
    """Return a function's parameters with their defaults; InputError, naming the function, for one without."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # a callable that doesn't say: it is called as it is
        return {}
    for parameter in parameters:
        if parameter.kind not in _TAKEN or parameter.default is parameter.empty:
            raise InputError(
                f"{name}({parameter}): each parameter of {name} needs a default, which is its value where no other is asked for"
            )
    return {parameter.name: parameter.default for parameter in parameters}


def joined(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    """Join those of start and batches; InputError where one name has two defaults."""
    for name in one.keys() & two.keys():
        if one[name] != two[name]:
            raise InputError(
                f"{name} is {one[name]!r} for start and {two[name]!r} for batches; give it one default in both"
            )
    return {**one, **two}


def parsed(axes: Mapping[str, Any], text: str) -> tuple[str, tuple[Any, ...]]:
    """Read `width=64,256` as the name of an axis and its values, of its default's type; InputError for what is none."""
    name, equals, values = text.partition("=")
    name = name.strip()
    if not equals or not values.strip():
        raise InputError(f"--axis must be like width=64,256, not {text!r}")
    check(axes, [name])
    return name, tuple(_value(name, axes[name], value.strip()) for value in values.split(","))


def one(axes: Mapping[str, Any], text: str) -> tuple[str, Any]:
    """Read `width=64` as the name of an axis and its value; InputError for what is none, or several."""
    name, values = parsed(axes, text)
    if len(values) > 1:
        raise InputError(f"--axis {text}: one value here; lntx bench takes several")
    return name, values[0]


def check(axes: Mapping[str, Any], names: Any) -> None:
    """Raise InputError for a name that is no axis."""
    for name in names:
        if name not in axes:
            known = f"there are: {', '.join(axes)}" if axes else "start and batches have no parameter"
            raise InputError(f"the loop has no axis {name!r}; {known}")


def _value(name: str, default: Any, text: str) -> Any:
    kind = type(default)
    if kind is bool:
        if text.lower() not in {"true", "false"}:
            raise InputError(f"{name} is True or False, not {text!r}")
        return text.lower() == "true"
    if kind not in {int, float}:
        return text
    try:
        return kind(text)
    except ValueError:
        raise InputError(f"{name} is {'a whole number' if kind is int else 'a number'}, not {text!r}") from None
