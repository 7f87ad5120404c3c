"""What the two arms share: the benchmarks' own files, which are head's in both, and code that is the same."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from lntx.duet.naming import Tests
from lntx.result import ARMS, Arm, Count

_SUITE = re.compile(r"(.*[_-])?(bench(es|marks?|marking|ing)?|perf(ormance)?)([_-].*)?|tests?|testing")
"""Names of folders that hold no code to be judged; not those of packages such as perfplot or benchlib."""
_PROSE = {".md", ".rst", ".txt"}
_NAMED = 5
_READ = {
    "",
    ".py",
    ".pyi",
    ".md",
    ".rst",
    ".txt",
    ".toml",
    ".cfg",
    ".ini",
    ".yml",
    ".yaml",
    ".json",
    ".html",
    ".css",
    ".svg",
}
"""Endings of files that Python itself opens, if anybody does; others a compiled library may read unseen."""
_PLAIN = {".py", ".pyi", ".md", ".rst", ".toml", ".cfg", ".ini"}
"""Endings of files that no compiled library reads as data."""
_STRAY = {".log", ".out", ".err", ".tmp", ".bak", ".orig", ".rej", ".swp", ".pid", ".patch", ".diff"}
"""Endings of what lies about in a repository's root, and no library opens unseen there: a terminal's log, an editor's copy."""
_ABOUT = {"license", "licence", "copying", "notice", "authors", "makefile", "dockerfile", "codeowners"}


def laid_over(changed: Sequence[str], files: Iterable[str]) -> list[str]:
    """Choose, of the changed files, those of the benchmarks, which are to be head's in both arms, and never the project's code.

    They are the benchmarks' own files, whatever lies beside them in folders of tests or benchmarks, and each conftest.py
    above them.
    """
    own = {PurePosixPath(file) for file in files}
    above = {parent / "conftest.py" for file in own for parent in file.parents}
    suites = {next((folder for folder in file.parents if _holds_a_suite(folder)), file) for file in own}
    paths = (PurePosixPath(name) for name in changed)
    return [str(path) for path in paths if path in own | above or any(suite in path.parents for suite in suites)]


def _holds_a_suite(folder: PurePosixPath) -> bool:
    """Return whether a folder is one of tests or benchmarks by its name; what lies in `src` is a package."""
    return bool(_SUITE.fullmatch(folder.name)) and folder.parent.name != "src"


def beside(laid: Sequence[str], files: Iterable[str]) -> str:
    """Say which changed files beside the benchmarks' own, `files`, are head's in both arms; empty for none."""
    own = {*files}
    found = [name for name in laid if name not in own and PurePosixPath(name).suffix not in _PROSE]
    if not found:
        return ""
    several = len(found) > 1
    names = ", ".join(found[:_NAMED]) + (f" and {len(found) - _NAMED} more" if len(found) > _NAMED else "")
    return (
        f"{names} changed, and {'are' if several else 'is'} head's in both arms, as {'files' if several else 'a file'} of the "
        f"benchmarks: what that costs isn't measured"
    )


def hindering(own: Tests, collected: Mapping[Arm, Mapping[str, Any]], laid: Sequence[str]) -> list[str]:
    """Choose, of head's files in base, what to put back next, since base can't collect with them what it can by itself, `own`.

    First the tests' files that it can't import, then each conftest.py, then whatever else lies beside the tests, then the rest:
    as little as will do, for what is put back is another benchmark, not another code.
    """
    base, head = (collected[arm] for arm in ARMS)
    files = {one.file for one in own.values()}
    broken = {str(error["id"]).partition("::")[0] for error in base["errors"]} & files
    there, theirs = ({str(one["id"]) for one in arm["tests"]} for arm in (base, head))
    hindered = broken or ("lost" in base and own) or (own.keys() & theirs) - there
    if not hindered:
        return []
    ours = files | {str(one["file"]) for one in head["tests"]}
    choices = (
        [name for name in laid if _among(name, broken)],
        [name for name in laid if PurePosixPath(name).name == "conftest.py"],
        [name for name in laid if not _among(name, ours)],
        [*laid],
    )
    return next(filter(None, choices), [])


def kept(back: Sequence[str]) -> str:
    """Say which changed files of the benchmarks each arm has its own version of; empty for none."""
    if not back:
        return ""
    names = ", ".join(back[:_NAMED]) + (f" and {len(back) - _NAMED} more" if len(back) > _NAMED else "")
    return f"{names} changed, and base can't run its benchmarks with head's version: each arm has its own"


def _among(name: str, files: Iterable[str]) -> bool:
    """Return whether a path in the repository is one of some files, named as below pytest's root."""
    return any(name == file or name.endswith(f"/{file}") for file in files)


def identical(traced: Mapping[Arm, Mapping[str, Any]], changed: Sequence[str]) -> bool:
    """Whether two arms executed the same: equal code and data, and nothing that can't be traced and was changed."""
    if not changed:
        return True
    return same_code(traced) and not read_unseen(traced, changed)


def same_code(traced: Mapping[Arm, Mapping[str, Any]]) -> bool:
    """Whether two arms executed equal code, and read equal data, as far as that was seen, and all of it could be traced."""
    base, head = (traced[arm] for arm in ARMS)
    if base["untraceable"] or head["untraceable"]:
        return False
    return all(base[part] == head[part] for part in ("modules", "functions", "files"))


def read_unseen(traced: Mapping[Arm, Mapping[str, Any]], changed: Sequence[str]) -> list[str]:
    """Choose the changed files that a compiled library may read without anybody's seeing it."""
    wary = any(traced[arm]["unseen"] for arm in ARMS)
    return [name for name in changed if _read_unseen(PurePosixPath(name), wary=wary)]


def unseen(names: Sequence[str]) -> str:
    """Say that benchmarks whose code is the same are timed for files that may be read unseen."""
    told = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return f"the code is the same in both arms, but {told} changed, which a compiled library may read unseen"


def _read_unseen(path: PurePosixPath, *, wary: bool) -> bool:
    """Whether a file may be read and the guard not see it; wary where something is loaded that opens files by itself."""
    if len(path.parts) == 1 and (path.suffix in _STRAY or path.name.endswith("~")):
        return False
    if not wary:
        return path.suffix not in _READ
    about = any(part.startswith(".") for part in path.parts) or path.name.lower() in _ABOUT
    return path.suffix not in _PLAIN and not (about and path.suffix in _READ)


def counts_of(counted: Mapping[Arm, Mapping[str, float]]) -> tuple[Count, ...]:
    """Put the counters that both arms have side by side."""
    base, head = (counted[arm] for arm in ARMS)
    return tuple(Count(name, base[name], head[name]) for name in base if name in head)
