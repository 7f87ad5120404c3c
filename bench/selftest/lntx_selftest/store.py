"""What was measured, on disk: each run in a file of its own, so that runs accumulate and a killed self-test goes on.

`OUT/aa/0001.json` is the first A/A run, `OUT/aa/failures/0001.txt` what was said where a gate broke down.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lntx.errors import InputError
from lntx.result import GateResult
from lntx.storage import gate
from lntx.storage.disk import write_text

_ABOUT = "selftest.json"
_FAILURES = "failures"


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of a self-test; a kind of run is a folder in it."""

    folder: Path

    def claim(self, *, quick: bool) -> None:
        """Begin or go on; InputError where quick runs and whole ones would mix."""
        path = self.folder / _ABOUT
        if path.exists() and _read(path).get("quick") is not quick:
            raise InputError(
                f"{self.folder} holds runs of the other kind, quick or whole; choose another folder with -o"
            )
        write_text(path, json.dumps({"quick": quick}) + "\n")

    @property
    def quick(self) -> bool:
        """Whether these are trials that say nothing of the gate."""
        path = self.folder / _ABOUT
        return path.exists() and bool(_read(path).get("quick"))

    def keep(self, kind: str, found: GateResult | Mapping[str, Any]) -> None:
        """Add a run to those of its kind."""
        path = self.folder / kind / f"{self._last(kind) + 1:04}.json"
        if isinstance(found, GateResult):
            gate.write(found, path)
        else:
            write_text(path, json.dumps(found, separators=(",", ":"), allow_nan=False) + "\n")

    def fail(self, kind: str, message: str) -> None:
        """Keep what a run said that broke down: it must not vanish from the count."""
        number = len(self.failures(kind)) + 1
        write_text(self.folder / kind / _FAILURES / f"{number:04}.txt", message + "\n")

    def rulings(self, kind: str) -> list[GateResult]:
        """Read the gates of a kind."""
        return [_ruling(path, path.stat().st_mtime_ns) for path in self._paths(kind)]

    def documents(self, kind: str) -> list[dict[str, Any]]:
        """Read the other runs of a kind."""
        return [_read(path) for path in self._paths(kind)]

    def failures(self, kind: str) -> list[str]:
        """Read what the gates of a kind said that broke down."""
        paths = sorted((self.folder / kind / _FAILURES).glob("*.txt"))
        return [path.read_text(encoding="utf-8").strip() for path in paths]

    def count(self, kind: str) -> int:
        """Count the runs of a kind, without reading them."""
        return len(self._paths(kind))

    def kinds(self) -> Sequence[str]:
        """Name the kinds of which there is anything."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir()) if self.folder.is_dir() else []

    def seconds(self, kind: str) -> float | None:
        """Give the mean seconds of a run of a kind, as far as there are any."""
        found = [_seconds(path, path.stat().st_mtime_ns) for path in self._paths(kind)]
        return sum(found) / len(found) if found else None

    def _paths(self, kind: str) -> list[Path]:
        return sorted((self.folder / kind).glob("[0-9]*.json"))

    def _last(self, kind: str) -> int:
        return max((int(path.stem) for path in self._paths(kind)), default=0)


@cache
def _ruling(path: Path, _changed: int) -> GateResult:
    """Read a gate, once: several figures rest on each."""
    return gate.read(path)


@cache
def _seconds(path: Path, _changed: int) -> float:
    """Read what a run took, once: a session asks before each step."""
    return float(_read(path)["seconds"])


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path} is not whole JSON ({error}); delete it, and it is measured anew") from error
    return found
