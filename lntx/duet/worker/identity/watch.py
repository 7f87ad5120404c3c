"""Watching what runs: which of the project's code, line by line, which of its files are read, and what is started.

Python 3.12 and later tell of each line once (sys.monitoring); before, a trace function is called for every line of the
project's, and given to all that `_thread` itself is told to start. Both see all threads of Python's, and neither sees
compiled code.
"""

from __future__ import annotations

import _thread
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

from .project import Project

_NAME = "lntx"
_TOOL = 4  # of sys.monitoring's, one that no kind of tool has claimed
_STARTS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
)
_READS = {"open", "ctypes.dlopen", "sqlite3.connect", "os.link", "os.symlink", "os.rename"}
"""Of a file that gets a second name, whoever opens it is seen under that one alone."""
_OPENERS = {"fopen", "fopen64", "freopen", "open", "open64", "openat"}  # C's own
_HARMLESS = (
    "platform",
    "ctypes.util",
    "uuid",
    "pytest_benchmark.",
    "torch._inductor",
    "torch.utils._triton",
    "triton.",
)
_MACHINERY = {"subprocess", "os", "multiprocessing", "concurrent", "threading", "contextlib"}
_RESTORING = {"threading", "doctest", "pytest_benchmark"}  # packages that put back what they take
_READERS = {"iniconfig", "tomllib", "tomli", "pathlib", "codecs"}


_OWN = __name__.partition(".")[0]


class Seen:
    """What was executed in some stretch of time: code objects, and lines by file."""

    def __init__(self) -> None:
        """Begin with nothing; code objects are told apart by identity, as equal ones may lie in different files."""
        self.codes: dict[int, CodeType] = {}
        self.lines: dict[str, set[int]] = {}
        self.traced_by_others = False

    def line(self, code: CodeType, number: int) -> None:
        """Note a line."""
        self.codes[id(code)] = code
        self.lines.setdefault(code.co_filename, set()).add(number)


class Watch:
    """Watches from its making on. `shared` holds what no test alone is to account for; `now` is what is being filled."""

    def __init__(self, project: Project) -> None:
        """Begin."""
        self.project = project
        self.shared = self.now = Seen()
        self.files: set[str] = set()
        self.below: set[str] = set()  # paths from a folder that isn't known
        self.started: set[str] = set()
        self._resting = False
        self._local = self._line
        sys.addaudithook(self._audit)
        if sys.version_info >= (3, 12):
            self._monitor()
        else:
            self._trace = self._call
            threading.settrace(self._trace)
            sys.settrace(self._trace)
            self._start_new_thread = _thread.start_new_thread
            _thread.start_new_thread = self._start_traced

    @contextmanager
    def window(self, seen: Seen) -> Iterator[None]:
        """Fill something else for a while."""
        before, self.now = self.now, seen
        self._again()
        try:
            yield
        finally:
            self.now = before
            self._again()

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Take no notice of what is opened for a while: it is this worker's own doing."""
        self._resting = True
        try:
            yield
        finally:
            self._resting = False

    def stop(self) -> None:
        """Watch no more."""
        if sys.version_info >= (3, 12):
            sys.monitoring.free_tool_id(_TOOL)
        else:
            sys.settrace(None)
            threading.settrace(None)
            _thread.start_new_thread = self._start_new_thread

    def lost(self) -> bool:
        """Return whether something else has taken this watch's place."""
        if sys.version_info >= (3, 12):
            return sys.monitoring.get_tool(_TOOL) != _NAME
        return sys.gettrace() is not self._trace or self.now.traced_by_others or self.shared.traced_by_others

    if sys.version_info >= (3, 12):

        def _monitor(self) -> None:
            monitoring = sys.monitoring
            monitoring.use_tool_id(_TOOL, _NAME)
            monitoring.register_callback(_TOOL, monitoring.events.PY_START, self._start)
            monitoring.register_callback(_TOOL, monitoring.events.LINE, self._once)
            monitoring.set_events(_TOOL, monitoring.events.PY_START)

        def _start(self, code: CodeType, _offset: int) -> Any:
            if self.project.name(code.co_filename):
                self.now.line(code, code.co_firstlineno)
                sys.monitoring.set_local_events(_TOOL, code, sys.monitoring.events.LINE)
            return sys.monitoring.DISABLE

        def _once(self, code: CodeType, number: int) -> Any:
            self.now.line(code, number)
            return sys.monitoring.DISABLE

    def _again(self) -> None:
        """Be told once more of lines that were told of before."""
        if sys.version_info >= (3, 12):
            sys.monitoring.restart_events()

    def _start_traced(self, function: Any, *arguments: Any) -> int:
        """Start a thread that is watched: threading's own are, by the trace function that it was given."""

        def run(*given: Any, **named: Any) -> None:
            sys.settrace(self._trace)
            function(*given, **named)

        return self._start_new_thread(run, *arguments)

    def _call(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        if not self.project.name(frame.f_code.co_filename):
            return None
        self.now.line(frame.f_code, frame.f_lineno)
        return self._local

    def _line(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            self.now.line(frame.f_code, frame.f_lineno)
        return self._local

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _READS and not self._resting:
            self._read(event, arguments)
        elif event in _STARTS and not _harmless(sys._getframe(1)):  # noqa: SLF001  (as documented)
            what = arguments[1] if event == "subprocess.Popen" else arguments[:1]
            self.started.add(f"a process was started: {event} {what!r}"[:200])
        elif event == "ctypes.dlsym" and arguments[1] in _OPENERS:
            self.started.add(f"{arguments[1]} was asked of a C library, and may open files")
        elif event == "sys.settrace" and _root(sys._getframe(1)) not in {*_RESTORING, _OWN}:  # noqa: SLF001
            self.now.traced_by_others = True  # it may have put this watch's back by the end

    def _read(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note a file that is opened, unless to be written only."""
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE == os.O_WRONLY:
            return
        if isinstance(arguments[0], (str, bytes, os.PathLike)) and not _configuring(sys._getframe(2)):  # noqa: SLF001
            path = os.fsdecode(arguments[0])
            self.files.add(os.path.abspath(path))  # noqa: PTH100  (Path would follow no "..")
            if event == "open" and arguments[1] is None and not os.path.isabs(path):  # noqa: PTH117
                self.below.add(
                    os.path.normpath(path)
                )  # os.open's, of a folder's descriptor perhaps, which no event tells


def _root(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__")).partition(".")[0]


def _harmless(frame: FrameType | None) -> bool:
    """Return whether it is a library's own work that starts a process: it runs nothing of the project's."""
    return _caller(frame, _MACHINERY).startswith(_HARMLESS)


def _configuring(frame: FrameType | None) -> bool:
    """Return whether it is pytest that reads its settings: those are told apart from the rest of their file elsewhere."""
    return _caller(frame, _READERS) == "_pytest.config.findpaths"


def _caller(frame: FrameType | None, passing: set[str]) -> str:
    """Name the module whose code is at work, behind that of some packages of the standard library."""
    while frame and str(frame.f_globals.get("__name__")).split(".")[0] in passing:
        frame = frame.f_back
    return str(frame.f_globals.get("__name__")) if frame else ""
