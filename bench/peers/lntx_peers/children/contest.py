"""Measure one file of targets in a process of its own: python -m lntx_peers.children.contest STEM KEYS QUICK FOLDER.

What comes of it goes to study.json and targets.json in the folder.
"""

import sys
from pathlib import Path

from lntx import storage
from lntx.host import threads
from lntx.record import Study
from lntx.storage import targets as held
from lntx.targets import Scoreboard
from lntx.training import device as devices
from lntx_peers import targets


def main(stem: str, keys: tuple[str, ...], folder: Path, *, quick: bool) -> None:
    """Measure and write."""
    devices.limit_threads(threads.physical())
    found = targets.module(stem).play(keys, quick=quick)
    storage.write(Study(found.records, found.absences), folder / "study.json")
    held.write(Scoreboard(found.targets), folder / held.FILE)


if __name__ == "__main__":
    main(sys.argv[1], tuple(sys.argv[2].split(",")), Path(sys.argv[4]), quick=sys.argv[3] == "quick")
