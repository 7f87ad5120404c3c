"""Small git repositories for the tests of the gate."""

import os
import subprocess


def git(folder, *words, check=True, env=None):
    """Ask git; its answer without the last line's end."""
    settings = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", "-C", str(folder), *settings, *words], capture_output=True, text=True, check=check,
        env={**os.environ, **(env or {})},
    )  # fmt: skip
    return done.stdout.strip()


def repository(folder, *commits):
    """Make a repository with a commit for each mapping of files to texts; None removes a file."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    for number, files in enumerate(commits):
        commit(folder, files, f"commit {number}")
    return folder


def commit(folder, files, message="change"):
    """Commit changes to files; None removes one."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink() if text is None else path.write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)


def contents(folder):
    """All that lies in a folder, git's own included: kinds, modes and bytes, by path."""
    return {str(path.relative_to(folder)): _content(path) for path in sorted(folder.rglob("*"))}


def _content(path):
    if path.is_symlink():
        return "link", str(path.readlink())
    return ("folder",) if path.is_dir() else ("file", path.stat().st_mode, path.read_bytes())
