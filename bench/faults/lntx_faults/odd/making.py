"""Repositories of a user's: a small project with benchmarks, some of which run git and leave a daemon, in two commits."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CODE = "def total(n):\n    return sum(range(n))\n"
SUITE = """import subprocess
import sys

import subject


def git(*words):
    own = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *own, *words], check=False, capture_output=True)


def test_total(benchmark):
    assert benchmark(subject.total, 500) == 124750


def test_git_and_a_daemon(benchmark, tmp_path):
    for words in (
        ("commit", "-q", "--allow-empty", "-m", "in the arm"), ("tag", "-f", "by-a-benchmark"), ("stash",),
        ("branch", "-f", "by-a-benchmark"), ("config", "by.benchmark", "1"), ("worktree", "prune"), ("pack-refs", "--all"),
        ("reflog", "expire", "--expire=now", "--all"), ("gc", "-q", "--prune=now"), ("update-ref", "-d", "refs/heads/main"),
        ("init", "-q", str(tmp_path)),
    ):
        git(*words)
    (tmp_path / "new.txt").write_text("new")
    for words in (("add", "-A"), ("commit", "-qm", "a benchmark's own")):
        git("-C", str(tmp_path), *words)
    program = "import os, time\\nif os.fork(): os._exit(0)\\nos.setsid()\\nif os.fork(): os._exit(0)\\ntime.sleep(600)"
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    benchmark(int)
"""
HOOKS = (
    "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-checkout", "post-merge", "pre-rebase", "post-rewrite",
    "pre-push", "pre-auto-gc", "post-index-change", "reference-transaction", "fsmonitor-watchman", "push-to-checkout", "update",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A repository: where the gate runs in it, what of the user's is watched, and what is expected of the gate.

    `code` is the gate's exit code and `says` what stands in its line where it refuses; `base` the revision to compare with.
    `hooked` says whether a commit can be begun in it, so that a hook runs; `edited` whether edits can be judged.
    """

    where: Path
    watched: tuple[Path, ...]
    code: int = 0
    says: str = ""
    base: str = "HEAD~1"
    hooked: bool = True
    edited: bool = True
    variables: Mapping[str, str] = field(default_factory=dict)


def git(folder: Path, *words: str, check: bool = True, variables: Mapping[str, str] | None = None) -> str:
    """Ask git as the user would; its answer without the last line's end."""
    own = ["-c", "user.name=User", "-c", "user.email=user@example.org", "-c", "commit.gpgsign=false"]
    own += ["-c", "protocol.file.allow=always"]
    seen = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(  # noqa: S603  (a list of words, which no shell reads)
        ["git", "-C", str(folder), *own, *words],  # noqa: S607  (whichever git the user has)
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=check,
        env={**seen, **(variables or {})},
    )
    return done.stdout.removesuffix("\n")


def project(folder: Path, *words: str) -> Path:
    """Make a repository with two commits of equal code, a stash, a tag, a note and a branch; words go to `git init`."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main", *words)
    commit(folder, {"subject.py": CODE, "bench/test_it.py": SUITE, "pytest.ini": "[pytest]\n", "README.md": "One.\n"})
    git(folder, "tag", "-am", "first", "v1.0")
    commit(folder, {"README.md": "Two.\n"})
    git(folder, "notes", "add", "-m", "a note")
    git(folder, "branch", "other", "HEAD~1")
    (folder / "README.md").write_text("Three.\n")
    git(folder, "stash")
    return folder


def commit(folder: Path, files: Mapping[str, str], message: str = "change") -> None:
    """Write files and commit them."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)


def hook(folder: Path, name: str, text: str) -> None:
    """Write a hook."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)
