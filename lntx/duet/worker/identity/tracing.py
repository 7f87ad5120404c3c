"""The fingerprint of the project's code that a benchmark may execute: equal ones in base and head, equal code.

It is wider than what was seen to run, never narrower: what can't be followed counts as a change. It doesn't see a
function that is looked up under a name put together while running, unless it was called while it was watched, nor a file
that compiled code opens, or that is only asked for, under such a name; `unseen` says where that may be.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..timing import dynamo_frames  # noqa: TID252  (the worker is loaded under another name than lntx.duet.worker)
from . import unseen
from .project import Project
from .reach import Reach
from .sources import Source, Unit
from .watch import Seen, Watch

_PASSING = {"__pycache__", ".pytest_cache"}
_EXTENSIONS = (".so", ".pyd", ".dylib")
_CODE_AND_PROSE = (".py", ".pyi", ".md", ".rst")


class Guard:
    """Watches a worker and its tests, and says which code each may execute."""

    def __init__(self, tree: str) -> None:
        """Begin to watch."""
        self.project = Project(tree)
        self.watch = Watch(self.project)
        self._sources: dict[str, Source] = {}
        self._files = {name: path for name, path in self.project.files().items() if not name.endswith(_CODE_AND_PROSE)}
        self._links = self.project.links()  # os.readlink tells nobody of itself
        self._contents: dict[tuple[str, int, int], str] = {}
        self._early = set(self._named(self._modules()))  # loaded before: nobody saw what of them ran

    @contextmanager
    def test(self) -> Iterator[None]:
        """Watch one test."""
        with self.watch.window(Seen()):
            yield

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Watch what several tests share, a module's fixture for instance: it counts for all."""
        with self.watch.window(self.watch.shared):
            yield

    def fingerprint(self, settings: Any) -> dict[str, Any]:
        """Return what the test that is watched now may execute; settings are pytest's own, which count as well."""
        seen = (self.watch.shared, self.watch.now)
        with self.watch.rest():
            return self._fingerprint(seen, settings)

    def _fingerprint(self, seen: tuple[Seen, ...], settings: Any) -> dict[str, Any]:
        sources, files = self._loaded(seen)
        reach = Reach(self.project, sources.values(), self._roots())
        reach.run(*self._executed(seen, sources), self._early)
        if self._compiled(files):
            reach.everything()
        return {
            "modules": reach.skeletons(),
            "functions": {key: unit.digest for key, unit in sorted(reach.reached.items())},
            "files": {name: self._content(path) for name, path in sorted({**self._spelled(reach), **files}.items())}
            | {"pytest's settings": repr(settings), "links": repr(self._links)},
            "untraceable": self._untraceable(),
            "unseen": [f"{name} may open files" for name in unseen.libraries()]
            + [f"{name} was loaded before the watch began" for name in sorted(self._early)],
        }

    def unknown(self, reason: str) -> dict[str, Any]:
        """Return a fingerprint that is equal to none."""
        return {"modules": {}, "functions": {}, "files": {}, "untraceable": [reason], "unseen": []}

    def _loaded(self, seen: tuple[Seen, ...]) -> tuple[dict[str, Source], dict[str, str]]:
        """List the project's Python files that are loaded or were executed, and the other files that were read."""
        run = [path for part in seen for path in part.lines]
        loaded = self._named(path for path in [*self._modules(), *run] if Path(path).is_file())
        python = {name: path for name, path in loaded.items() if name.endswith(".py")}
        read = {
            name: path for name, path in self._named(self.watch.files).items() if not _PASSING & set(Path(name).parts)
        }
        for below in self.watch.below:
            read |= {name: path for name, path in self._files.items() if f"/{name}".endswith(f"/{below}")}
        others = {name: path for name, path in {**loaded, **read}.items() if name not in python}
        return {name: self._source(name, path) for name, path in python.items()}, others

    def _modules(self) -> list[str]:
        files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        return [path for path in files if isinstance(path, str)]

    def _named(self, paths: Any) -> dict[str, str]:
        """Name those that are the project's."""
        return {name: path for path in set(paths) if (name := self.project.name(path)) and not Path(path).is_dir()}

    def _source(self, name: str, path: str) -> Source:
        if name not in self._sources:
            self._sources[name] = Source(name, Path(os.path.realpath(path)))
        return self._sources[name]

    def _spelled(self, reach: Reach) -> dict[str, str]:
        """List the files whose names stand in the code: it may ask for their size, or whether they are there, and open none."""
        spelled = {text for source in reach.sources.values() for text in source.strings}
        return {name: path for name, path in self._files.items() if name.rpartition("/")[2] in spelled}

    def _content(self, path: str) -> str:
        """Digest a file, once for as long as it stays as it is."""
        try:
            found = Path(path).stat()
            key = path, found.st_size, found.st_mtime_ns
            if key not in self._contents:
                self._contents[key] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        except OSError as error:
            return f"{error.strerror}"
        return self._contents[key]

    def _executed(self, seen: tuple[Seen, ...], sources: dict[str, Source]) -> tuple[set[Unit], dict[str, set[int]]]:
        units: set[Unit] = set()
        lines: dict[str, set[int]] = {}
        for part in seen:
            for path, numbers in part.lines.items():
                lines.setdefault(self.project.name(path) or path, set()).update(numbers)
            for code in part.codes.values():
                source = sources.get(self.project.name(code.co_filename) or "")
                unit = source.unit(code.co_firstlineno) if source and code.co_name != "<module>" else None
                units |= {unit} if unit else set()
        return units, lines

    def _compiled(self, files: dict[str, str]) -> bool:
        """Return whether code may run that can't be watched: its sources are whatever is loaded."""
        return (
            "numba" in sys.modules
            or dynamo_frames() > 0
            or any(source.compiles for source in self._sources.values())
            or any(name.endswith(_EXTENSIONS) for name in files)
        )

    def _roots(self) -> list[Path]:
        return [self.project.tree, *(Path(path) for path in sys.path if self.project.name(f"{path}{os.sep}x"))]

    def _untraceable(self) -> list[str]:
        taken = ["something else traced the code"] if self.watch.lost() else []
        lines = {**self.watch.shared.lines, **self.watch.now.lines}
        made = [f"{path} was executed, and is no file" for path in sorted(lines) if not Path(path).is_file()]
        spawned = ["multiprocessing made a process"] if _spawned() else []
        return sorted(self.watch.started) + spawned + self.project.strangers() + taken + made


def _spawned() -> bool:
    """Return whether multiprocessing has made a process: where it spawns them, Python tells no audit hook."""
    counter = getattr(sys.modules.get("multiprocessing.process"), "_process_counter", None)
    return counter is not None and repr(counter) != "count(1)"
