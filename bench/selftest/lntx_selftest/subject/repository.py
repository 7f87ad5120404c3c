"""The subject on disk: a git repository in a temporary folder, gone when nobody needs it any more."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lntx.errors import InputError, LntxError
from lntx_selftest.subject.commits import commits

FILES = Path(__file__).parent / "files"
_AUTHOR = ("-c", "user.name=lntx-selftest", "-c", "user.email=selftest@lntx.invalid", "-c", "commit.gpgsign=false")


def texts() -> dict[str, str]:
    """Read the subject's files, as base has them."""
    paths = [path for path in FILES.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {str(path.relative_to(FILES)): path.read_text(encoding="utf-8") for path in sorted(paths)}


@contextmanager
def subject() -> Iterator[Path]:
    """Make the repository, with its commits' tags; LntxError, in git's words, where that fails."""
    with TemporaryDirectory(prefix="lntx-selftest-") as name:
        root, files = Path(name), texts()
        _git(root, "init", "-q", "-b", "main")
        _commit(root, "base", files)
        for tag, changed in commits(files).items():
            _git(root, "checkout", "-q", "--detach", "base")
            _commit(root, tag, changed)
        _git(root, "checkout", "-q", "base")
        yield root


def _commit(root: Path, tag: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    _git(root, "add", "--all")
    _git(root, *_AUTHOR, "commit", "-q", "--no-verify", "-m", tag)
    _git(root, "tag", tag)


def _git(root: Path, *arguments: str) -> None:
    seen = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603  (a list of words, which no shell reads)
            ["git", *arguments],  # noqa: S607  (whichever git the user has)
            cwd=root,
            env=seen,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise InputError("the self-test needs git, which isn't on the path; install it") from error
    if done.returncode:
        raise LntxError(f"git {arguments[0]} fails: {(done.stderr.strip().splitlines() or ['it says nothing'])[-1]}")
