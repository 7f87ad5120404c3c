"""Wherever a command is started, it ends in what it is for, or in one line that says what it lacks.

Each command is started as from a shell: with limits on files, with streams that are full, closed or know few letters, without a
home, without a working directory, where nothing can be cached. These are the system's own faults, for its children, too.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from lntx_faults import shell
from lntx_faults.row import Row, Step
from lntx_faults.scenarios import SCENARIOS, Scenario

UNIT = "starts in odd surroundings"
COUNT = 1
"""How often each command is started in each."""
QUICK = 0

_LIMIT_S = 300
_CODES = {0, 2, 10, 11, 12, 13}
_CACHES = ("NUMBA_CACHE_DIR", "TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR", "MPLCONFIGDIR", "XDG_CACHE_HOME")
_NOWHERE = "/nowhere/at/all"
_ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii:strict"}


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What a process is started in: variables ({here} is its own folder), what its streams are, what is done before it begins.

    must_fail: what it prints can't be had, so that it can't end well.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    stdout: str = ""
    stderr: str = ""
    before: Callable[[], object] | None = None
    unset: tuple[str, ...] = ()
    must_fail: bool = False


def _limit(which: int, value: int) -> Callable[[], object]:
    def limited() -> None:
        with suppress(ValueError):  # a limit that is lower already
            resource.setrlimit(which, (value, value))

    return limited


def _without_folder() -> None:
    place = Path.cwd() / "gone"
    place.mkdir()
    os.chdir(place)
    place.rmdir()


_ALL: Mapping[str, _Surroundings] = {
    "no file may be larger than 0 bytes": _Surroundings(before=_limit(resource.RLIMIT_FSIZE, 0)),
    "no file may be larger than 1 KiB": _Surroundings(before=_limit(resource.RLIMIT_FSIZE, 1024)),
    "no file may be larger than 30 KiB": _Surroundings(before=_limit(resource.RLIMIT_FSIZE, 30 * 1024)),
    "10 open files": _Surroundings(before=_limit(resource.RLIMIT_NOFILE, 10)),
    "20 open files": _Surroundings(before=_limit(resource.RLIMIT_NOFILE, 20)),
    "32 open files": _Surroundings(before=_limit(resource.RLIMIT_NOFILE, 32)),
    "stdout full": _Surroundings(stdout="FULL", must_fail=True),
    "stdout closed": _Surroundings(stdout="CLOSED"),
    "stdout a pipe that nobody reads": _Surroundings(stdout="PIPE", must_fail=True),
    "stderr full": _Surroundings(stderr="FULL"),
    "stderr closed": _Surroundings(stderr="CLOSED"),
    "stdout and stderr full": _Surroundings(stdout="FULL", stderr="FULL", must_fail=True),
    "streams of ASCII": _Surroundings(_ASCII),
    "no working directory": _Surroundings(before=_without_folder),
    "no home": _Surroundings({"HOME": _NOWHERE, "XDG_CACHE_HOME": _NOWHERE, "XDG_CONFIG_HOME": _NOWHERE}),
    "no variables of a home": _Surroundings(unset=("HOME", "USER", "LOGNAME", "XDG_CACHE_HOME")),
    "no temporary folder where TMPDIR says": _Surroundings({"TMPDIR": _NOWHERE}),
    "TMPDIR a device": _Surroundings({"TMPDIR": "/dev/null"}),
    "caches that can't be written": _Surroundings(dict.fromkeys(_CACHES, "/dev/null/cache")),
    "a terminal of one column": _Surroundings({"COLUMNS": "1", "LINES": "1", "TERM": "dumb"}),
    "a umask that leaves no rights": _Surroundings(before=lambda: os.umask(0o777)),
    "a summary in no folder": _Surroundings({"GITHUB_STEP_SUMMARY": f"{_NOWHERE}/step.md"}),
    "a summary that is full": _Surroundings({"GITHUB_STEP_SUMMARY": "/dev/full"}),
    "a summary that is a folder": _Surroundings({"GITHUB_STEP_SUMMARY": "{here}"}),
    "nothing on the path": _Surroundings({"PATH": _NOWHERE}),
}


def steps(count: int) -> dict[str, Step]:
    """Start each command in each of the surroundings, so many times."""
    return {f"{name}, {turn + 1}": partial(_row, name) for turn in range(count) for name in _ALL}


def _row(name: str, out: Path) -> Row:
    """Start each command that is itself from a shell in one of the surroundings."""
    tries = [(one, _fault(one, _ALL[name], out / "work")) for one in SCENARIOS if one.from_a_shell]
    return Row(name, len(tries), tuple(f"{one.name}: {fault}" for one, fault in tries if fault))


def _fault(scenario: Scenario, around: _Surroundings, work: Path) -> str | None:
    shutil.rmtree(work, ignore_errors=True)
    folder, temporary = work / "here", work / "tmp"
    for place in (folder, temporary):
        place.mkdir(parents=True)
    scenario.lay(folder)
    more = {name: value.format(here=folder) for name, value in around.variables.items()}
    known = shell.variables(work, **({"TMPDIR": str(temporary)} | more))
    seen = {name: value for name, value in known.items() if name not in around.unset}
    (work / "stdout").touch()
    (work / "stderr").touch()
    with _stream(around.stdout, work / "stdout") as stdout, _stream(around.stderr, work / "stderr") as stderr:
        closed = [number for number, kind in ((1, around.stdout), (2, around.stderr)) if kind == "CLOSED"]
        try:
            done = subprocess.run(  # noqa: S603  (a list of words, which no shell reads)
                shell.command(*scenario.arguments),
                cwd=folder,
                env=seen,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                check=False,
                timeout=_LIMIT_S,
                preexec_fn=lambda: _begin(around, closed),
            )
        except subprocess.TimeoutExpired:
            return f"longer than {_LIMIT_S} s"
    said = "".join((work / name).read_text(encoding="utf-8", errors="replace") for name in ("stdout", "stderr"))
    return _wrong(done.returncode, said, around)


def _begin(around: _Surroundings, closed: Sequence[int]) -> None:
    for number in closed:
        os.close(number)
    if around.before:
        around.before()


def _stream(kind: str, file: Path) -> IO[bytes]:
    """Open what a stream of the process leads to."""
    if kind == "FULL":
        return open("/dev/full", "wb")  # noqa: PTH123  (the caller closes it)
    if kind == "PIPE":
        reader, writer = os.pipe()
        os.close(reader)
        return os.fdopen(writer, "wb")
    return file.open("wb")


def _wrong(code: int, said: str, around: _Surroundings) -> str | None:
    if "Traceback (most recent call last)" in said or "Exception ignored" in said:
        return "traceback: " + (said.strip().splitlines() or [""])[-1][:200]
    if code not in _CODES:
        return f"exit code {code}: " + (said.strip().splitlines() or [""])[-1][:200]
    if around.must_fail and code == 0:
        return "exit code 0, though nothing could be printed"
    return None
