"""What was done, on disk: `OUT/PART/0001/done.json`, a folder for each step, so that the same command goes on another day."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lntx.errors import InputError
from lntx.host import temporary
from lntx.storage.disk import write_text
from lntx_faults.row import Done, Row

_DONE = "done.json"


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of all that was done."""

    folder: Path

    def next(self, part: str) -> Path:
        """Make the folder of a part's next step; what a step left there that was never over is removed."""
        place = self.folder / part / f"{max([0, *map(int, self._numbers(part))]) + 1:04}"
        temporary.remove(place)
        place.mkdir(parents=True)
        return place

    def keep(self, done: Done, place: Path) -> None:
        """Note that a step is over, in its folder."""
        write_text(place / _DONE, json.dumps(asdict(done), indent=1) + "\n")

    def done(self, part: str) -> Sequence[Done]:
        """Read what came of each step of a part, where it was done again what came of it last."""
        found = [_read(self.folder / part / number / _DONE) for number in self._numbers(part)]
        return list({one.step: one for one in found}.values())

    def _numbers(self, part: str) -> list[str]:
        return sorted(path.parent.name for path in (self.folder / part).glob(f"[0-9]*/{_DONE}"))


def _read(path: Path) -> Done:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = [Row(**{**row, "failures": tuple(row["failures"])}) for row in document["rows"]]
        return Done(**{**document, "rows": tuple(rows)})
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path} isn't what lntx-faults writes ({error}); delete {path.parent}") from error
