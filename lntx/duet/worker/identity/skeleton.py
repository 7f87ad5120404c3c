"""What of a Python file runs when it is imported, and where its functions stand in that.

A plain `def` runs nothing, but it binds its name, before or after whatever else does, and code that looks through a class or a
module meets its functions in their order. So functions leave their names in their places: in a class and inside any other
statement always, at the top level where a benchmark may reach them, or where their name occurs in what runs at import. All
do where the file gives or takes names by other means than by writing them out. A function that nothing names leaves no trace.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ANYWHERE = {"globals", "exec"}
_AT_IMPORT = {"vars", "locals", "dir", "eval"}
"""By these a file may bind its functions' names, or meet them in their order, and not write them out."""


class Skeleton:
    """A module's statements as digests, and between them the names of its plain functions; some of these always count."""

    def __init__(self, tree: ast.Module) -> None:
        """Take a tree apart, of which only what runs at import is left then."""
        body: list[Any] = tree.body
        places = [node.name if isinstance(node, FUNCTIONS) and _plain(node) else "" for node in body]
        told = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
        free = _free(tree)
        tree.body = [_Skeleton().visit(node) for place, node in zip(places, body) if not place]  # noqa: B905  (Python 3.9)
        named = {name for node in tree.body for name in _names(node)} | told
        free = free or not _AT_IMPORT.isdisjoint(named)
        times = Counter(places)
        self._kept = {name for name in times if free or times[name] > 1 or name in named}
        left = iter(tree.body)
        self._texts = [(name, name or digest(next(left))) for name in places]

    def digest(self, reached: AbstractSet[str] = frozenset()) -> str:
        """Digest it with those functions in their places that may be reached."""
        shown = (
            f"def {name}" if name else text
            for name, text in self._texts
            if not name or name in self._kept or name in reached
        )
        return hashlib.sha256("\n".join(shown).encode()).hexdigest()


class Opaque(Skeleton):
    """A file that can't be taken apart: all of its text counts."""

    def __init__(self, text: bytes) -> None:
        """Digest it."""
        self._kept: set[str] = set()
        self._texts = [("", hashlib.sha256(text).hexdigest())]


def digest(node: ast.AST) -> str:
    """Digest a syntax tree."""
    return hashlib.sha256(ast.dump(node).encode()).hexdigest()


class _Skeleton(ast.NodeTransformer):
    """Takes functions' bodies out; of plain functions it leaves the name, as a statement that no parser makes."""

    def visit_FunctionDef(self, node: Any) -> Any:
        if _plain(node):
            return ast.Name(node.name, ast.Load())
        return type(node)(**{**dict(ast.iter_fields(node)), "body": []})

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815


def _plain(node: Any) -> bool:
    """Return whether a function's definition calls and computes nothing."""
    defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    return not node.decorator_list and all(isinstance(default, ast.Constant) for default in defaults)


def _names(tree: ast.AST) -> Iterator[str]:
    """Yield whatever may be a name that a tree binds or uses: strings count, as names may be looked up by them."""
    for node in ast.walk(tree):
        for _, value in ast.iter_fields(node):
            if isinstance(value, str):
                yield value


def _free(tree: ast.Module) -> bool:
    """Return whether a file may bind names, or look through them, that aren't written out."""
    return any(
        (isinstance(node, ast.Name) and node.id in _ANYWHERE)
        or (isinstance(node, ast.Attribute) and node.attr == "modules" and "sys" in set(_names(node.value)))
        or (isinstance(node, ast.ImportFrom) and node.names[0].name == "*")
        for node in ast.walk(tree)
    )
