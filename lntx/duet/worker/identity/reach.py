"""Which functions a benchmark may reach: those that it was seen to execute, and those that they name on other paths.

Where a line was executed that calls a function by its bare name, or as a module's, and the call was seen, what was seen is
what it means. A method is another one of that name where the next object is of another class, and everything else that a
reached function names may be called some other time, so each function of that name counts. So do the special methods of each
class that is in use, and functions that the project's own decorators may have put into tables.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from .mentions import Mention, heads, imports, strings
from .project import Project
from .sources import Source, Unit


class Reach:
    """All sources that are loaded, and what can be reached in them."""

    def __init__(self, project: Project, sources: Iterable[Source], roots: Iterable[Path]) -> None:
        """Begin with nothing reached. Modules that aren't loaded yet are looked for in the roots."""
        self.project, self.roots = project, list(roots)
        self.sources: dict[str, Source] = {}
        self.reached: dict[str, Unit] = {}
        self._namers: dict[str, list[Source]] = {}
        self._stack: list[Unit] = []
        self._living: set[tuple[str, str]] = set()
        self._valued: set[tuple[str, str]] = set()
        for source in sources:
            self._add(source)

    def everything(self) -> None:
        """Reach all functions."""
        self._push([unit for source in self.sources.values() for unit in source.units])
        self._follow({}, frozenset())

    def run(self, executed: Iterable[Unit], lines: dict[str, set[int]], unwatched: Iterable[str] = ()) -> None:
        """Reach what was executed, on lines by source, and whatever else it may call; of unwatched sources, all of it."""
        found = set(executed)
        whole = {name: self.sources[name] for name in unwatched if name in self.sources}
        for source in list(self.sources.values()):
            self._passed(source)
        self._push([*found, *self._registered(), *(unit for source in whole.values() for unit in source.units)])
        self._follow({name: seen for name, seen in lines.items() if name not in whole}, frozenset(found))

    def skeletons(self) -> dict[str, str]:
        """Digest what runs when the sources are imported, and where what is reached stands in that."""
        placed: dict[str, set[str]] = {}
        for unit in self.reached.values():
            placed.setdefault(unit.source.name, set()).add(unit.name)
        return {name: found.skeleton.digest(placed.get(name, set())) for name, found in sorted(self.sources.items())}

    def _add(self, source: Source) -> None:
        self.sources[source.name] = source
        for name in {*source.named, *source.classes, *source.assigned}:
            self._namers.setdefault(name, []).append(source)

    def _push(self, units: Iterable[Unit]) -> None:
        for unit in units:
            if unit.key not in self.reached:
                self.reached[unit.key] = unit
                self._stack.append(unit)

    def _registered(self) -> Iterator[Unit]:
        """Yield what has no name that anything calls: a module's special functions, and what is decorated by the project."""
        functions = {unit.name for source in self.sources.values() for unit in source.units}
        for unit in [unit for source in self.sources.values() for unit in source.units]:
            decorators = {name for node in unit.node.decorator_list for name in heads(node)}
            local = "pytest" not in decorators and not decorators.isdisjoint(functions)
            if local or (unit.special and not unit.owner):
                yield unit

    def _follow(self, lines: dict[str, set[int]], executed: frozenset[Unit]) -> None:
        while self._stack:
            unit = self._stack.pop()
            self._imports(unit.source, unit.node)
            if unit.owner:
                self._live(unit.source, unit.owner)
            for mention in unit.mentions:
                self._name(unit.source, mention, lines.get(unit.source.name, set()), executed)

    def _name(self, source: Source, mention: Mention, lines: set[int], executed: frozenset[Unit]) -> None:
        """Follow one name."""
        name = source.imported.get(mention.name, mention.name) if mention.bare else mention.name
        local = mention.bare and mention.name not in source.imported and "*" not in source.imported
        there = [source] if local else self._namers.get(name, [])  # a bare name is its own file's, if it isn't imported
        for other in there:
            self._live(other, name)
        units = [unit for other in there for unit in other.named.get(name, ()) if not (mention.bare and unit.owner)]
        seen = mention.called and mention.sure and mention.line in lines and not executed.isdisjoint(units)
        if seen and (mention.bare or mention.of in self._imported_modules(source)):
            units = [unit for unit in units if unit.node.decorator_list]  # whose results may be cached
        else:
            self._values(there, name)
        self._push(units)

    def _passed(self, source: Source) -> None:
        """Follow what is put into tables and classes when a source is imported: it may be called from there."""
        for mention in source.passed:
            self._name(source, mention, set(), frozenset())

    def _imported_modules(self, source: Source) -> set[str]:
        """List the names that mean modules, and nothing else, all over a file."""
        if source.modules is None:
            bound = set(_bindings(source, self.roots))
            others = {name for name, sure in bound if not sure} | source.bound
            source.modules = {name for name, _ in bound} - others
        return source.modules

    def _values(self, sources: list[Source], name: str) -> None:
        """Follow what is assigned to a name at the top level, as to a table of functions."""
        for source in sources:
            if (source.name, name) not in self._valued:
                self._valued.add((source.name, name))
                for value in source.assigned.get(name, ()):
                    self._name(source, value, set(), frozenset())

    def _live(self, source: Source, name: str) -> None:
        """Reach a class's special methods, and those of its bases."""
        bases = source.classes.get(name)
        if bases is None or (source.name, name) in self._living:
            return
        self._living.add((source.name, name))
        self._push(unit for unit in source.units if unit.owner == name and unit.special)
        for base in bases:
            self._name(source, base, set(), frozenset())

    def _imports(self, source: Source, node: ast.AST) -> None:
        """Take in whole what a function may import and hasn't yet."""
        wanted = [name for found in imports(node) for name in _modules(found, source)]
        wanted += [(None, text) for text in strings(node) if text.replace(".", "").replace("_", "").isalnum()]
        for folder, dotted in wanted:
            for path in _paths(folder, dotted, self.roots):
                name = self.project.name(str(path)) if path.is_file() else None
                if name and name not in self.sources:
                    self._add(added := Source(name, path))
                    self._push(added.units)
                    self._passed(added)
                    self._imports(added, added.tree)


def _modules(node: ast.Import | ast.ImportFrom, source: Source) -> list[tuple[Path | None, str]]:
    """List the dotted names that an import statement may load, and the folder that they are relative to, if any."""
    if isinstance(node, ast.Import):
        return [(None, alias.name) for alias in node.names]
    folder = source.path.parents[node.level - 1] if node.level else None
    return [(folder, ".".join(filter(None, (node.module, alias.name)))) for alias in node.names]


def _bindings(source: Source, roots: list[Path]) -> Iterator[tuple[str, bool]]:
    """Yield the names that a file's imports bind, and whether each surely is a module there."""
    for node in source.imports:
        for alias, (folder, dotted) in zip(node.names, _modules(node, source)):  # noqa: B905  (Python 3.9)
            places = [root.joinpath(*dotted.split(".")) for root in ([folder] if folder else roots)]
            files = [file for place in places for file in (place.with_suffix(".py"), place / "__init__.py")]
            sure = isinstance(node, ast.Import) or any(path.is_file() for path in files)
            yield alias.asname or alias.name.partition(".")[0], sure


def _paths(folder: Path | None, dotted: str, roots: list[Path]) -> Iterator[Path]:
    """Yield the files that importing a dotted name may run, packages on the way included."""
    parts = dotted.split(".")
    for root in [folder] if folder else roots:
        for depth in range(1, len(parts) + 1):
            path = root.joinpath(*parts[:depth])
            yield from (path.with_suffix(".py"), path / "__init__.py")
