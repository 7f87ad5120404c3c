"""The page on backends: where it has the mark, it gets a part for each backend of lntx's, made of the backend itself."""

import inspect
from importlib import import_module
from itertools import groupby
from types import ModuleType
from typing import Any

from lntx.training import backends

MARK = "<!-- backends -->"
_CLASSES = {
    "steps": "Those that do every step",
    "algebra": "Those that go by algebra",
    "solution": "Those that solve for the optimum",
}


def setup(app: Any) -> dict[str, bool]:
    """Let each page that is read have its mark replaced."""
    app.connect("source-read", _replaced)
    return {"parallel_read_safe": True}


def _replaced(_app: Any, _page: str, source: list[str]) -> None:
    if MARK in source[0]:
        source[0] = source[0].replace(MARK, described())


def described() -> str:
    """Write all backends in Markdown, by work class: name, label, devices, variants, and what their docstring says besides."""
    found = backends.included()
    own = sorted((name for name in found if ":" not in name), key=lambda name: list(_CLASSES).index(found[name].work))
    lines = []
    for work, names in groupby(own, lambda name: found[name].work):
        lines += [f"## {_CLASSES[work]}", ""]
        for name in names:
            one, file = found[name], name.replace("-", "_")
            module = import_module(f"{backends.__name__}.{file}")
            lines += [f"### {name}", "", f"*{one.label}.* On {' and '.join(map(_device, one.devices))}.", ""]
            lines += [_body(module), ""]
            lines += [f"- `{other}`: {found[other].label}" for other in found if other.startswith(f"{name}:")]
            lines += ["", f"[Its source](../lntx/training/backends/{file}.py).", ""]
    return "\n".join(lines)


def _body(module: ModuleType) -> str:
    """Return a docstring without its first line, which is the label."""
    return inspect.cleandoc(module.__doc__ or "").partition("\n")[2].strip()


def _device(name: str) -> str:
    return {"cpu": "the CPU", "cuda": "CUDA"}.get(name, name)
