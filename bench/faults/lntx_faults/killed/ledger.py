"""What a machine that stops forgets: all that was written to files since they were last brought to the disk.

A process that writes notes each `os.fsync` in a ledger, a file of its own. From that, files are made what a disk might hold when
the power fails at this moment: behind what was synced, some of the rest is missing, or zeros, or the whole file is.
"""

import os
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

VARIABLE = "LNTX_FAULTS_LEDGER"
"""Names the ledger to whatever is to keep one."""


def keep() -> None:
    """Note each sync of this process from now on, where the variable names a ledger."""
    path = os.environ.get(VARIABLE)
    if not path:
        return
    real = os.fsync
    ledger = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def noted(fd: Any) -> None:
        real(fd)
        about = os.fstat(fd)
        os.write(ledger, f"{about.st_ino} {about.st_size}\n".encode())

    os.fsync = noted


def forget(folder: Path, path: Path, rng: Random) -> None:
    """Make the files of a folder what the disk might hold of them."""
    synced: dict[int, int] = {}
    with suppress(FileNotFoundError):
        for line in path.read_text(encoding="ascii").splitlines():
            inode, _, size = line.partition(" ")
            synced[int(inode)] = int(size or 0)
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            about = file.stat()
            _forget(file, synced.get(about.st_ino), about.st_size, rng)


def _forget(file: Path, synced: int | None, size: int, rng: Random) -> None:
    if synced is None and rng.random() < 1 / 2:
        file.unlink()
        return
    kept = rng.randint(min(synced or 0, size), size)
    if kept == size:
        return
    os.truncate(file, kept)
    if rng.random() < 1 / 3:
        os.truncate(file, size)  # zeros
