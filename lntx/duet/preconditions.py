"""What must hold before two commits can be compared."""

import errno
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from lntx.duet.repository import Repository
from lntx.duet.request import Request
from lntx.errors import InputError, LntxError
from lntx.result import Arm


def same_requirements(request: Request, repository: Repository, commits: Mapping[Arm, str]) -> None:
    """Raise InputError where one environment can't be right for both arms."""
    if request.build or request.one_environment:
        return
    if differ := repository.redeclared(commits["base"], commits["head"]):
        raise InputError(
            f"base and head declare different packages ({', '.join(differ)}); give --build COMMAND to install each arm into "
            "an environment of its own, or --one-environment to measure both in this one"
        )


@contextmanager
def room() -> Iterator[None]:
    """Say in a line that the disk is full, whoever meets it."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise LntxError(
            f"no room on disk for the gate's worktrees in {tempfile.gettempdir()}; free some, or set TMPDIR"
        ) from error
