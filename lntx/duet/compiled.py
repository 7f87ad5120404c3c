"""Changes that the arms don't run though they are their own: code that must be compiled, and what is installed in its place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from lntx.duet.worker.identity.project import SUITES
from lntx.errors import InputError
from lntx.result import Arm

Told = Mapping[Arm, Mapping[str, Any]]
"""What the workers say of what is loaded."""

_SOURCES = re.compile(
    r"\.(c|cc|cpp|cxx|h|hh|hpp|hxx|pyx|pxd|pxi|rs|f|for|f77|f90|f95|f03|f08|cuh?|mm|s|asm|zig)", re.IGNORECASE
)
"""Endings of what is compiled to extension modules."""
_NAMED = 3
BUILD = "--build COMMAND makes it in each arm"


def sources(changed: Iterable[str]) -> list[str]:
    """Choose the files from which what the benchmarks run may be compiled; tests, docs and examples have some of their own."""
    paths = (PurePosixPath(name) for name in changed)
    return [str(path) for path in paths if _SOURCES.fullmatch(path.suffix) and SUITES.isdisjoint(path.parts[:-1])]


def check(told: Told, changed: Sequence[str]) -> None:
    """Raise InputError where both arms run something in the place of what was changed."""
    for arm, one in told.items():
        if one["copies"]:
            raise InputError(
                f"{arm} imports {one['copies'][0]}, which is installed, in the place of a file that changed, so the change would "
                "not be measured; say with --source where the code lies, or with --build how to install it"
            )
        found = [name for name in sources(changed) if name not in one["read"]]
        if found and one["compiled"]:
            raise InputError(
                f"{arm} imports {one['compiled'][0]}, which was compiled before, and {some(found)} changed, so the change "
                f"would not be measured; {BUILD}"
            )
        if found and one["missed"]:
            raise InputError(
                f"{arm} runs without {one['missed'][0]}, which is compiled, here and in no commit, and {some(found)} changed, so "
                f"the change would not be measured; {BUILD}"
            )


def unmeasured(told: Iterable[Mapping[str, Any]], changed: Sequence[str]) -> list[str]:
    """List what benchmarks may run elsewhere and the arms didn't: compiled files, and changed sources of such."""
    answers = list(told)
    missed = {str(name) for one in answers for name in one["missed"]}
    read = {str(name) for one in answers for name in one["read"]}
    builds = any(one["builds"] for one in answers) or not answers
    return [*sorted(missed), *(name for name in sources(changed) if not builds and name not in read)]


def notes(names: Sequence[str]) -> Iterator[str]:
    """Say what the arms didn't run."""
    changed, missed = sources(names), [name for name in names if name not in sources(names)]
    if missed:
        instead = "compiled, and in no commit, so what stands in its place was measured"
        yield f"both arms ran without {some(missed)}: {instead}; {BUILD}"
    if changed:
        yield f"{some(changed)} changed, and no arm has compiled it, so what that costs wasn't measured; {BUILD}"


def some(names: Sequence[str]) -> str:
    """Name some files."""
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
