"""One command, run in this process on a folder: what it said, and what became of the files; and whether that is as promised."""

import io
import os
import signal
import stat
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lntx.cli
from lntx_faults import shell

LIMIT_S = 300
"""What a command may take; a longer one hangs."""

_UNORDERED, _LENGTH = ".safetensors", 8  # a header of a length, in which entries stand in any order
Content = tuple[Any, ...]
_REFUSED = 2


@dataclass(frozen=True, slots=True)
class Said:
    """An exit code, what stood on stdout and stderr, and the traceback of what escaped; code is None then."""

    code: int | None
    out: str
    err: str
    escaped: str = ""

    @property
    def lines(self) -> list[str]:
        """The lines on stderr."""
        return self.err.splitlines()


class Hung(BaseException):
    """A command took too long; no handler of errors may take it for one."""


def run(arguments: Sequence[object], folder: Path, temporary: Path, **variables: str) -> Said:
    """Run lntx in a folder, with a folder for what is temporary."""
    out, err, code, escaped = io.StringIO(), io.StringIO(), None, ""
    with ExitStack() as stack:
        for context in (redirect_stdout(out), redirect_stderr(err), chdir(folder), _limited(LIMIT_S)):
            stack.enter_context(context)
        stack.enter_context(_alone(shell.variables(temporary, TMPDIR=str(temporary), **variables)))
        try:
            code = lntx.cli.run([str(word) for word in arguments])
        except Exception:  # noqa: BLE001  (a traceback is what is looked for)
            escaped = traceback.format_exc()
        except Hung:
            escaped = f"it hung: longer than {LIMIT_S} s"
    return Said(code, out.getvalue(), err.getvalue(), escaped)


def environment(**variables: str) -> AbstractContextManager[None]:
    """Set variables, and where temporary files go, for a while."""
    return _alone(dict(os.environ) | variables)


@contextmanager
def _alone(variables: Mapping[str, str]) -> Iterator[None]:
    """Let these be all variables that there are, for a while."""
    before, place = dict(os.environ), tempfile.tempdir
    os.environ.clear()
    os.environ.update(variables)
    tempfile.tempdir = variables.get("TMPDIR", place)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        tempfile.tempdir = place


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def contents(folder: Path) -> dict[str, Content]:
    """List all that lies in a folder, but for what git keeps there for itself: kinds, and of files their bytes, by path."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    return {name: _content(path) for name, path in found.items() if not name.startswith(".git/")}


def _content(path: Path) -> Content:
    about = path.lstat()
    if stat.S_ISLNK(about.st_mode):
        return "link", str(path.readlink())
    if stat.S_ISDIR(about.st_mode):
        return ("folder",)
    if not stat.S_ISREG(about.st_mode):
        return "other", stat.S_IFMT(about.st_mode)
    content = path.read_bytes()
    return "file", bytes(sorted(content)) if path.suffix == _UNORDERED and content[_LENGTH:][:1] == b"{" else content


def wrong(said: Said, usual: Said, most: int = 1) -> str | None:
    """Say what is wrong with what a command said, that had to fail, in so many lines at most, or to do as usual."""
    if said.escaped:
        return f"traceback: {said.escaped.splitlines()[-1]}"
    if said.code not in {usual.code, _REFUSED}:
        return f"exit code {said.code}, not {usual.code} or {_REFUSED}"
    if said.code != usual.code and not said.lines:
        return "it fails without a word"
    odd = [line for line in said.lines if not line.startswith("lntx: ")]
    if odd:
        return f"it says {odd[0]!r}"
    if len(said.lines) > len(usual.lines) + most:
        return f"it says {len(said.lines)} lines: {said.err!r}"
    return None


def lost(
    before: Mapping[str, Content], after: Mapping[str, Content], usual: Mapping[str, Content], said: Said, same: bool
) -> str | None:
    """Say what was lost, or left half done: each file is as it was, or as it is usually written; same: all must be so.

    A file may be missing that is usually written, where the command says so by name.
    """
    for name in sorted({*before, *after, *usual}):
        there, was, should = after.get(name), before.get(name), usual.get(name)
        if there == should:
            continue
        if there != was:
            return f"{name} is {_shown(there)}, which was {_shown(was)} and should be {_shown(should)}"
        if same and Path(name).name not in said.err and not _above(name, said.err):
            return f"exit code {said.code}, but {name} is {_shown(there)}, not {_shown(should)}"
    return None


def _above(name: str, text: str) -> bool:
    """Whether a text tells of a folder that a file is in."""
    return any(f"{folder}" in text for folder in Path(name).parts[:-1])


def _shown(content: Content | None) -> str:
    if content is None:
        return "not there"
    return f"a file of {len(content[1])} bytes" if content[0] == "file" else " ".join(map(str, content))
