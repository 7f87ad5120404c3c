"""What was run, on disk: `OUT/PROJECT/KIND/0001/run.json`, and beside it the gate's own gate.json, if it came so far."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lntx.errors import InputError
from lntx.result import GateResult
from lntx.storage import gate
from lntx.storage.disk import write_text

GATE = gate.FILE
_RUN = "run.json"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the gate: the command, its exit code, what it took in seconds, and what it said where it couldn't judge."""

    project: str
    kind: str
    command: str
    code: int
    seconds: float
    said: str = ""
    installed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of all runs."""

    folder: Path

    def next(self, project: str, kind: str) -> Path:
        """Name the folder of the next run of a kind."""
        return self.folder / project / kind / f"{max([0, *map(int, self._numbers(project, kind))]) + 1:04}"

    def keep(self, run: Run, place: Path) -> None:
        """Note that a run is over, in its folder."""
        write_text(place / _RUN, json.dumps(asdict(run), indent=1) + "\n")

    def runs(self, project: str, kind: str) -> list[tuple[Run, GateResult | None]]:
        """Read the runs of a kind, each with what its gate ruled, in their order."""
        places = [self.folder / project / kind / number for number in self._numbers(project, kind)]
        return [_read(place) for place in places]

    def _numbers(self, project: str, kind: str) -> list[str]:
        return sorted(path.parent.name for path in (self.folder / project / kind).glob(f"[0-9]*/{_RUN}"))


def _read(place: Path) -> tuple[Run, GateResult | None]:
    try:
        run = Run(**json.loads((place / _RUN).read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise InputError(f"{place / _RUN} isn't what lntx-foreign writes ({error}); delete {place}") from error
    return run, gate.read(place / GATE) if (place / GATE).is_file() else None
