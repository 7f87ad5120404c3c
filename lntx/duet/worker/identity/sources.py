"""A Python file, taken apart: what runs when it is imported, and its functions, each with a digest and what it names.

Digests are of syntax trees without docstrings, so neither comments nor layout count. A function is one that stands at the
top level or in a class; what is defined inside it is part of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .mentions import Mention, imports, mentions, strings
from .skeleton import FUNCTIONS, Opaque, Skeleton, digest

_COMPILES = re.compile(rb"\bjit\s*\.\s*script\b|\bimport\s.*\bscript\b|\bimport\s+triton\b|\bfrom\s+triton\b")


@dataclass(eq=False)
class Unit:
    """A function: `owner` is the class around it, if any; it stands on the lines first to last."""

    source: Source
    key: str
    name: str
    owner: str
    first: int
    last: int
    digest: str
    node: Any = field(repr=False)
    mentions: list[Mention] = field(repr=False)

    @property
    def special(self) -> bool:
        """Return whether it is called by the language rather than by its name."""
        return self.name.startswith("__") and self.name.endswith("__")


class Source:
    """A file's parts. `skeleton` is what runs at import; one that is no Python, or nests too deeply, is all skeleton."""

    def __init__(self, name: str, path: Path) -> None:
        """Read and parse it."""
        self.name, self.path = name, path
        text = path.read_bytes()
        self.compiles = bool(_COMPILES.search(text))  # functions, from their sources
        self.units: list[Unit] = []
        self.named: dict[str, list[Unit]] = {}
        self.classes: dict[str, list[Mention]] = {}
        self.assigned: dict[str, list[Mention]] = {}
        self.imported: dict[str, str] = {}
        self.passed: list[Mention] = []  # at import, to whatever may keep it: a table, a registry, a class
        self.imports: list[Any] = []
        self.bound: set[str] = set()
        self.strings: set[str] = set()  # the last part of each, were it a path
        self.modules: set[str] | None = None  # names that mean modules, once they were looked for
        self.skeleton: Skeleton
        try:
            self._read(ast.parse(text))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self.tree = ast.Module([], [])
            for found in (
                self.units,
                self.named,
                self.classes,
                self.assigned,
                self.imported,
                self.imports,
                self.passed,
                self.bound,
                self.strings,
            ):
                found.clear()
            self.skeleton = Opaque(text)

    def _read(self, tree: ast.Module) -> None:
        self.tree = tree
        _undocumented(tree)
        self.strings = {re.split(r"[/\\]", text)[-1] for text in strings(tree)}
        self._take(tree.body, "", "")
        self._name(tree)
        self.skeleton = Skeleton(tree)

    def unit(self, line: int) -> Unit | None:
        """Find the function that a line belongs to."""
        return next((unit for unit in self.units if unit.first <= line <= unit.last), None)

    def _take(self, body: list[Any], prefix: str, owner: str) -> None:
        """Note the functions and classes of a body, and of all that is nested in it, but for functions."""
        for node in body:
            if isinstance(node, FUNCTIONS):
                unit = self._unit(node, prefix + node.name, owner)
                self.units.append(unit)
                self.named.setdefault(unit.name, []).append(unit)
            elif isinstance(node, ast.ClassDef):
                above = [*node.bases, *(keyword.value for keyword in node.keywords)]  # a metaclass is a keyword
                self.classes[node.name] = [mention for base in above for mention in mentions(base)]
                self._take(node.body, f"{prefix}{node.name}.", node.name)
            else:
                if not _plainly_assigned(node) or body is not self.tree.body:
                    self.passed += [found for found in _values(node) if not (found.called and found.sure)]
                self._take(list(inner(node)), prefix, owner)

    def _unit(self, node: Any, path: str, owner: str) -> Unit:
        key = f"{self.name}:{path}"
        again = sum(unit.key.partition("#")[0] == key for unit in self.units)
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        found = mentions(node)
        return Unit(
            self,
            f"{key}#{again + 1}" if again else key,
            node.name,
            owner,
            first,
            node.end_lineno,
            digest(node),
            node,
            found,
        )

    def _name(self, tree: ast.Module) -> None:
        """Note what names mean at the top level: what is assigned to them, and what they are imported as."""
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            value = getattr(node, "value", None)
            for target in targets:
                if isinstance(target, ast.Name) and value is not None:
                    self.assigned.setdefault(target.id, []).extend(mentions(value))
        self.imports = imports(tree)
        self.imported = {alias.asname or alias.name: alias.name for node in self.imports for alias in node.names}
        self.bound = set(_bound(tree))


def inner(node: ast.AST) -> Iterator[Any]:
    """Yield the statements inside a compound statement, and those inside its handlers and cases."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        else:
            body = getattr(child, "body", ())
            yield from body if isinstance(body, list) else ()


def _plainly_assigned(node: ast.stmt) -> bool:
    """Return whether it gives a name a value, which counts once the name is used."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and all(
        isinstance(one, ast.Name) for one in targets
    )


def _values(node: ast.stmt) -> list[Mention]:
    """List what a statement names, but for targets, annotations and the statements in it."""
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        dunder = any(isinstance(one, ast.Name) and one.id.startswith("__") for one in getattr(node, "targets", ()))
        return mentions(node.value) if node.value is not None and not dunder else []  # not the names in __slots__
    parts = [child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.expr, ast.withitem))]
    return [found for part in parts for found in mentions(part)]


def _bound(tree: ast.AST) -> Iterator[str]:
    """Yield the names that anything but an import binds, wherever."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.ExceptHandler)) and node.name:
            yield node.name


def _undocumented(tree: ast.AST) -> None:
    """Take docstrings out."""
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS))
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:]
