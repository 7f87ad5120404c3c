"""What a project wants of the gate, written down in its own repository and reviewed with the change: `lntx-gate.toml`.

It is held strictly: a key that is misspelt would otherwise be a limit that nobody keeps. Messages name the line.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from lntx.constraints import PositiveInt
from lntx.errors import InputError
from lntx.judge import acknowledgements, budgets, globs, margins
from lntx.judge.acknowledgements import FILE, Acknowledgement
from lntx.judge.budgets import Limit
from lntx.judge.margins import Margin
from lntx.result import Rules
from lntx.storage import sizes, toml_lines
from lntx.storage.values import decoded

T = TypeVar("T", Acknowledgement, Margin, Limit)
_HOLDS = "it may hold tables [[acknowledge]], [[margin]] and [[budget]], and one [gate]"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the command line says, where it says nothing: the table `[gate]`.

    `paths` go to pytest where nothing else does; `asv` is the folder of an asv suite.
    """

    source: tuple[str, ...] = ()
    build: str = ""
    threads: PositiveInt | None = None
    paths: tuple[str, ...] = ()
    asv: str = ""


@dataclass(frozen=True, slots=True)
class GateFile:
    """A project's file; `text` is what it was read from."""

    acknowledge: tuple[Acknowledgement, ...] = ()
    margin: tuple[Margin, ...] = ()
    budget: tuple[Limit, ...] = ()
    gate: Defaults = Defaults()
    text: str = field(default="", repr=False)

    def notes(self, names: Sequence[str]) -> Iterator[str]:
        """Say which tables mean none of the benchmarks there are."""
        tables: tuple[tuple[str, Sequence[Any]], ...] = (
            ("acknowledge", self.acknowledge), ("margin", self.margin), ("budget", self.budget),
        )  # fmt: skip
        idle = [
            (kind, i, one.benchmark)
            for kind, found in tables
            for i, one in enumerate(found)
            if globs.nameless(one.benchmark, names)
        ]
        if idle and names:
            told = [f"{glob!r} ([[{kind}]], line {toml_lines.line(self.text, kind, i)})" for kind, i, glob in idle]
            yield f"{FILE} means no benchmark of this run by {globs.listed(told)}; names are as {names[0]!r}"

    def doubled(self) -> Iterator[str]:
        """Say which tables acknowledge what another does."""
        seen: dict[tuple[str, str, bool], int] = {}
        for i, one in enumerate(self.acknowledge):
            first = seen.setdefault((one.benchmark, one.counter, one.missing), i)
            if first != i:
                lines = (toml_lines.line(self.text, "acknowledge", which) for which in (first, i))
                yield f"{FILE} acknowledges the same twice, in lines {' and '.join(map(str, lines))}: {one.benchmark!r}"


def read(path: Path, shown: str = "", rules: Rules | None = None) -> GateFile:
    """Read a file; an empty one where there is none. InputError, in one line that names it as `shown`, for one that is wrong.

    `rules` are the suite's, beside which its margins must make sense.
    """
    shown = shown or str(path)
    try:
        content = sizes.content(path, sizes.PARSED)
    except (FileNotFoundError, NotADirectoryError):
        return GateFile()
    except OSError as error:
        raise InputError(f"can't read {shown}: {error.strerror}") from error
    return parsed(content, shown, rules or Rules())


def parsed(content: bytes, shown: str, rules: Rules) -> GateFile:
    """Read a file's content, as `read` does."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{shown} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8") from error
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of too many digits is no TOMLDecodeError
        raise InputError(f"{shown} is not TOML: {error}") from error
    reader = _Reader(document, text, shown)
    reader.check_keys()
    return GateFile(
        reader.tables("acknowledge", Acknowledgement, acknowledgements.fault),
        reader.once("margin", reader.tables("margin", Margin, partial(margins.fault, rules=rules)), ("benchmark",)),
        reader.once("budget", reader.tables("budget", Limit, budgets.fault), ("benchmark", "time", "memory")),
        reader.defaults(),
        text,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """A file that is TOML, on its way to what it means."""

    document: Mapping[str, Any]
    text: str
    shown: str

    def check_keys(self) -> None:
        """Raise InputError for a table that isn't known."""
        for key in self.document:
            if key not in {part.name for part in fields(GateFile)} - {"text"}:
                raise self._wrong(key, 0, "", f"unknown key {key[:60]!r}; {_HOLDS}")

    def tables(self, kind: str, shape: type[T], fault: Callable[[T], str]) -> tuple[T, ...]:
        """Decode the tables of a kind, one after another."""
        given = self.document.get(kind, [])
        if not isinstance(given, list):
            raise self._wrong(kind, 0, "", f"{kind} isn't a list of tables; write each as [[{kind}]]")
        return tuple(self._table(kind, i, one, shape, fault) for i, one in enumerate(given))

    def _table(self, kind: str, index: int, given: Any, shape: type[T], fault: Callable[[T], str]) -> T:
        several: Any = tuple[shape, ...]  # type: ignore[valid-type]
        try:
            found: T = decoded(several, [given], "")[0]
        except ValueError as error:
            raise self._fault(kind, index, given, shape, str(error).removeprefix("[0]")) from error
        wrong = fault(found) if found.benchmark.strip() else "has an empty benchmark"
        if wrong:
            raise self._fault(kind, index, given, shape, wrong)
        return found

    def once(self, kind: str, found: tuple[T, ...], keys: Sequence[str]) -> tuple[T, ...]:
        """Return tables of which no two say something of the same; InputError for two that do."""
        seen: dict[tuple[str, str], int] = {}
        for i, one in enumerate(found):
            said = [key for key in keys[1:] if getattr(one, key) != ""] or [""]
            for key in said:
                first = seen.setdefault((one.benchmark, key), i)
                if first != i:
                    where = toml_lines.line(self.text, kind, first)
                    raise self._wrong(
                        kind, i, "benchmark", f"[[{kind}]] of {one.benchmark!r} stands in line {where} too"
                    )
        return found

    def defaults(self) -> Defaults:
        """Decode the table [gate]."""
        given = self.document.get("gate", {})
        if not isinstance(given, dict):
            raise self._wrong("gate", 0, "", "gate isn't a table; write it as [gate]")
        try:
            (found,) = decoded(tuple[Defaults, ...], [given], "")
        except ValueError as error:
            raise self._fault("gate", 0, given, Defaults, str(error).removeprefix("[0]")) from error
        texts_of = {"source": found.source, "build": (found.build,), "paths": found.paths, "asv": (found.asv,)}
        for name, texts in texts_of.items():
            if any("\0" in text for text in texts):
                raise self._fault(
                    "gate", 0, given, Defaults, f"{name}: holds a null character, as no path and no command does"
                )
        return found

    def _fault(self, kind: str, index: int, given: Any, shape: Any, wrong: str) -> InputError:
        """Make the error of a table, with the line of the key that is wrong where one is named."""
        wrong = wrong.removeprefix(".").lstrip(": ")
        key = next((name for name in (given if isinstance(given, dict) else ()) if _names(wrong, name)), "")
        table = f"[{kind}]" if kind == "gate" else f"[[{kind}]]"
        holds = ", ".join(part.name for part in fields(shape))
        return self._wrong(kind, index, key, f"{table} {wrong}; it may have {holds}")

    def _wrong(self, kind: str, index: int, key: str, wrong: str) -> InputError:
        line = toml_lines.line(self.text, kind, index, key)
        return InputError(f"{self.shown}{f', line {line}' if line else ''}: {wrong}")


def _names(wrong: str, key: str) -> bool:
    """Return whether a fault is that of a key: it begins with its name, or quotes it."""
    return wrong.startswith((f"{key}:", f"{key}[")) or repr(key) in wrong
