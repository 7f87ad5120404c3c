"""What a piece of code names: what it may call, were it to take a path that it didn't take while it was watched."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_DEFERRED = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Mention:
    """A name, the line that it stands on, and how: bare or as an attribute.

    `called` says that it is called there; `sure` that it is whenever the line is executed at all. `of` is the bare name whose
    attribute it is, if it is one's.
    """

    name: str
    line: int
    bare: bool
    called: bool
    sure: bool
    of: str = ""


def mentions(node: ast.AST) -> list[Mention]:
    """List what is named anywhere in a node; strings count, as attributes may be looked up by them."""
    return list(_walk(node, called=False, sure=True))


def imports(node: ast.AST) -> list[Any]:
    """List the import statements anywhere in a node."""
    return [found for found in ast.walk(node) if isinstance(found, (ast.Import, ast.ImportFrom))]


def strings(node: ast.AST) -> list[str]:
    """List the strings anywhere in a node."""
    return [found.value for found in ast.walk(node) if isinstance(found, ast.Constant) and isinstance(found.value, str)]


def heads(node: ast.AST) -> Iterator[str]:
    """Yield the names that a decorator begins with: b and a of `@a.b(...)`."""
    while isinstance(node, (ast.Call, ast.Attribute)):
        if isinstance(node, ast.Attribute):
            yield node.attr
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id


def _walk(node: ast.AST, *, called: bool, sure: bool) -> Iterator[Mention]:
    if isinstance(node, ast.Name):
        yield Mention(node.id, node.lineno, bare=True, called=called, sure=sure)
    elif isinstance(node, ast.Attribute):
        of = node.value.id if isinstance(node.value, ast.Name) else ""
        yield Mention(node.attr, node.end_lineno or node.lineno, bare=False, called=called, sure=sure, of=of)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        yield Mention(node.value, node.lineno, bare=False, called=False, sure=sure)
    doubtful = set(map(id, _doubtful(node)))
    for child in ast.iter_child_nodes(node):
        if not _given(node, child):
            is_called = isinstance(node, ast.Call) and child is node.func
            yield from _walk(child, called=is_called, sure=sure and id(child) not in doubtful)


def _doubtful(node: ast.AST) -> list[ast.AST]:
    """List the parts of a node that may stay unexecuted though its line is executed."""
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.BoolOp):
        return list(node.values[1:])
    if isinstance(node, ast.Compare):
        return list(node.comparators[1:])
    if isinstance(node, (ast.IfExp, ast.Assert)):
        return [child for child in children if child is not node.test]
    if isinstance(node, _DEFERRED):
        return children
    return [child for child in children if isinstance(child, ast.stmt) and child.lineno == getattr(node, "lineno", 0)]


def _given(node: ast.AST, child: ast.AST) -> bool:
    """Return whether it is a decorator of pytest's own: it names values for a test, which calls those it is given."""
    if child not in getattr(node, "decorator_list", ()):
        return False
    return "pytest" in heads(child)
