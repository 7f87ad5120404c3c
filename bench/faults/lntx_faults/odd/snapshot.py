"""What is a user's, to the byte: files, folders and links, git's own included."""

import hashlib
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

Snapshot = Mapping[str, str]


def snapshot(places: Sequence[Path]) -> Snapshot:
    """Describe files, and all that lies in folders: kinds, modes, where links lead, and a hash of what files hold, by path."""
    return {str(path): _told(path) for place in places for path in (place, *sorted(place.rglob("*")))}


def differences(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Say what is gone, new or changed."""
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield f"{name} is {'new' if name not in before else 'gone' if name not in after else 'changed'}"


def _told(path: Path) -> str:
    about = path.lstat()
    kind = stat.filemode(about.st_mode)
    if path.is_symlink():
        return f"{kind} {path.readlink()}"
    return f"{kind} {hashlib.sha256(path.read_bytes()).hexdigest()}" if path.is_file() else kind
