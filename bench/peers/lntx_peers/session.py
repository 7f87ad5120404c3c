"""One session: each file of targets in a process of its own, and all that came of them written to one folder."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import lntx
from lntx import storage
from lntx.errors import LntxError
from lntx.host import machine, source
from lntx.record import Absence, Record, Study
from lntx.storage import targets as held
from lntx.targets import Scoreboard, Target
from lntx_peers import targets, tried
from lntx_peers.children import starting

Watch = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Session:
    """What is to be measured: targets by name, all for none named, and where the results go."""

    keys: tuple[str, ...]
    out: Path
    quick: bool = False

    def play(self, say: Callable[[str], None], watch: Watch = lambda *_: None) -> tuple[Scoreboard, Study]:
        """Measure, write study.json and targets.json, and give both; say hears of each file that begins or fails.

        watch hears how many files are done, of how many, and which is at work.

        Raises InputError for an unknown target or a folder that can't be written, LntxError where nothing was measured.
        """
        chosen, begun = targets.chosen(self.keys), _now()
        found: list[Target] = []
        records: list[Record] = []
        absences: list[Absence] = []
        failed: list[str] = []
        for done, (stem, keys) in enumerate(chosen.items()):
            watch(done, len(chosen), stem)
            say(f"{', '.join(keys)}: {(targets.module(stem).__doc__ or stem).splitlines()[0]}")
            try:
                board, study = self._part(stem, keys)
            except LntxError as error:
                failed.append(f"{', '.join(keys)}: {error}")
                say(failed[-1])
                continue
            found += board.targets
            records += study.records
            absences += study.absences
        if not found:
            raise LntxError(f"nothing was measured: {'; '.join(failed)}")
        return self._written(found, Study(tuple(records), tuple(absences)), self._about(begun, failed))

    def _part(self, stem: str, keys: tuple[str, ...]) -> tuple[Scoreboard, Study]:
        with TemporaryDirectory(prefix="lntx-peers-") as name:
            folder = Path(name)
            mode = "quick" if self.quick else "whole"
            command = [sys.executable, "-P", "-m", "lntx_peers.children.contest", stem, ",".join(keys), mode, name]
            starting.started(command)
            return held.read(folder / held.FILE), storage.read(folder / "study.json")

    def _about(self, begun: str, failed: list[str]) -> dict[str, object]:
        return {
            "command": " ".join(["lntx-peers", *self.keys, *(["--quick"] if self.quick else [])]),
            "profile": "peers",
            "lntx": lntx.__version__,
            "started": begun,
            "ended": _now(),
            "processes": 1,
            "mode": "quick, for trying it out: sizes are small, the targets don't apply" if self.quick else "",
            "left_out": "; ".join(failed),
            "commit": source.commit(),
        }

    def _written(self, found: list[Target], study: Study, about: dict[str, object]) -> tuple[Scoreboard, Study]:
        info = machine.machine_info()
        told = tuple(sorted(map(tried.told, found), key=lambda target: int(target.key[1:])))
        board, whole = Scoreboard(told, info, about), Study(study.records, study.absences, info, about)
        storage.write(whole, self.out / "study.json")
        held.write(board, self.out / held.FILE)
        return board, whole


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
