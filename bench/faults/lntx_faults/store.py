"""What was done, on disk: `OUT/PART.jsonl`, a line for each step, so that the same command goes on another day.

Beside it lie the folders `OUT/PART/0001` in which steps work, numbered as the lines are; only those of failed steps stay.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lntx.errors import InputError
from lntx.host import temporary
from lntx.storage import disk
from lntx_faults.row import Done, Row


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of all that was done."""

    folder: Path

    def next(self, part: str) -> Path:
        """Make the folder of a part's next step; what a step left there that was never over is removed."""
        place = self.folder / part / f"{len(self._lines(part)) + 1:04}"
        temporary.remove(place)
        place.mkdir(parents=True)
        return place

    def keep(self, done: Done) -> None:
        """Note that a step is over."""
        self.folder.mkdir(parents=True, exist_ok=True)
        disk.append(self._file(done.part), json.dumps(asdict(done)) + "\n")

    def done(self, part: str) -> Sequence[Done]:
        """Read what came of each step of a part, where it was done again what came of it last."""
        found = [_read(line, f"{self._file(part)}, line {at}") for at, line in enumerate(self._lines(part), 1)]
        return list({one.step: one for one in found}.values())

    def _lines(self, part: str) -> Sequence[bytes]:
        path = self._file(part)
        return path.read_bytes().splitlines() if path.is_file() else ()

    def _file(self, part: str) -> Path:
        return self.folder / f"{part}.jsonl"


def _read(line: bytes, place: str) -> Done:
    try:
        document = json.loads(line)
        rows = [Row(**{**row, "failures": tuple(row["failures"])}) for row in document["rows"]]
        return Done(**{**document, "rows": tuple(rows)})
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{place} isn't what lntx-faults writes ({error}); delete that line") from error
