"""What helps where a benchmark can't run at all: what is missing, and which option or command brings it."""

import ast
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from lntx.duet.git import git
from lntx.storage import sizes

_ELSEWHERE = "install it in {python}, or name an environment that has it with --python"
_COMMITTED = "what is generated, compiled or ignored is in no commit, and so not in the arms' worktrees"
_ABSENT = re.compile(r"No such file or directory: '([^']+)'")
_MODULE = re.compile(r"No module named '?([\w.]+)|cannot import name '(\w+)' from '?([\w.]+)")
_HELP = (
    (
        _MODULE,
        f"{_ELSEWHERE}; if it is the project's own, --source says where it lies, and --build how each arm is made: {_COMMITTED}",
    ),
    (
        re.compile(r"fixture '\w+' not found"),
        f"a conftest.py or a pytest plugin must give it: {_ELSEWHERE} or --build",
    ),
    (
        re.compile(r"async def functions are not natively supported"),
        f"a pytest plugin for async tests is missing: {_ELSEWHERE} or --build",
    ),
    (
        re.compile(
            r"unrecognized arguments|Missing required plugins|Error importing plugin|unknown hook|no such option"
        ),
        f"a pytest plugin that the suite's settings ask for is missing: {_ELSEWHERE} or --build",
    ),
    (
        re.compile(r"shared object file|Library not loaded|image not found|[Ll]ibrary \S+ not found"),
        "a system library is missing on this machine: install it, or build each arm with --build",
    ),
    (
        re.compile(r"FileNotFoundError|No such file"),
        f"{_COMMITTED}: commit it, or make it with --build",
    ),
)
_ELSE = "mend it, or leave the test out (-- --deselect NAME)"


def help_for(message: str, python: str, default: str = _ELSE) -> str:
    """Return what to do about an error that isn't the change's fault; `python` runs the arms."""
    return next((text for pattern, text in _HELP if pattern.search(message)), default).format(python=python)


def untracked(root: Path) -> list[str]:
    """List what git doesn't track, ignored or not; of folders with nothing tracked, the folder."""
    found = git(root, "ls-files", "--others", "--directory", "--no-empty-directory", "-z").names
    return [path.rstrip("/") for path in found]


def lacking(root: Path, tree: Path, others: Sequence[str], file: str, message: str) -> str:
    """Say which files, that a test's message or its own file names, are in the user's checkout and in no commit; or nothing.

    `root` is the user's checkout, `others` what git doesn't track there, `tree` an arm's worktree, `file` the test's, from there.
    """
    found = list(dict.fromkeys((*_absent(root, tree, message), *_untracked(others, tree, file, message))))[:3]
    if not found:
        return ""
    verb = "is" if len(found) == 1 else "are"
    return f"{', '.join(found)} {verb} in your checkout, but in no commit, and so not in the arms' worktrees"


def _absent(root: Path, tree: Path, message: str) -> Iterator[str]:
    """Yield the paths that a message says are missing, if the user's checkout has them."""
    for path in map(Path, _ABSENT.findall(message)):
        for arm in (tree, tree.with_name("base"), tree.with_name("head")):
            if path.is_relative_to(arm) and os.path.exists(root / path.relative_to(arm)):  # noqa: PTH110  (no error for any name)
                yield path.relative_to(arm).as_posix()


def _untracked(others: Sequence[str], tree: Path, file: str, message: str) -> Iterator[str]:
    """Yield what git doesn't track and the arm hasn't got, if a test's file names it, or a message misses it as a module."""
    named = _words(tree / file)
    modules = ["/".join(filter(None, groups)).replace(".", "/") for groups in _MODULE.findall(message)]
    for path in others:
        entry = PurePosixPath(path)
        known = entry.name in named and not entry.name.startswith((".", "__")) and _beside(entry, PurePosixPath(file))
        # a name that begins with a dot, as .pytest_cache, has nothing before it, and is no module
        stem = (entry.parent / entry.name.partition(".")[0]).as_posix()
        missed = not entry.name.startswith(".") and any(
            f"/{stem}".endswith(f"/{module}") or f"/{module}/".startswith(f"/{entry.name}/") for module in modules
        )
        if (known or missed) and not os.path.exists(tree / path):  # noqa: PTH110  (no error for any name)
            yield path


def _beside(entry: PurePosixPath, file: PurePosixPath) -> bool:
    """Return whether a path lies in the folder of a file, or in one above it."""
    return entry.parent in file.parents or file.parent in entry.parents


def _words(path: Path) -> set[str]:
    """List the parts of paths among a file's strings."""
    try:
        nodes = ast.walk(ast.parse(sizes.content(path).decode("utf-8", "replace")))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    strings = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {part for text in strings for part in PurePosixPath(text).parts}
