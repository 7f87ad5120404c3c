"""torch.compile as every way uses it: one graph for one shape, nothing run eagerly behind one's back."""

import types
from collections.abc import Callable
from typing import Any

import torch


def compiled(function: Callable[..., Any], *, native: bool = False) -> Callable[..., Any]:
    """Compile a function that is one graph; what can't be one is an error, when it is first called.

    native: let C++ call the generated kernels, not Python. A call of ten small steps takes half the time then. It asserts nothing
    of symbols' values then: which one an assertion's message names depends on how this process hashes, so that half of all
    processes found no kernel in the caches that another had left there, and compiled for two seconds.
    """
    options: dict[str, Any] | None = {"cpp_wrapper": True, "scalar_asserts": False} if native else None
    return torch.compile(_own_code(function), dynamic=False, fullgraph=True, options=options)


def _own_code(function: Callable[..., Any]) -> Callable[..., Any]:
    """Copy a function with a code object of its own.

    Dynamo keeps graphs by code object. Shared, a second shape would be compiled with dynamic sizes, and after a few
    shapes dynamo would give up and run eagerly, silently.
    """
    code = function.__code__.replace(co_name=function.__name__)
    return types.FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
