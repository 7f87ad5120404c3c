"""What came of each part, on disk: `OUT/PART.json`, so that parts may run on different days."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from lntx.errors import InputError
from lntx.storage.disk import write_text
from lntx_faults.row import Outcome, Row


def keep(outcome: Outcome, out: Path) -> None:
    """Write a part's outcome, in the place of the earlier one."""
    write_text(_file(out, outcome.part), json.dumps(asdict(outcome), indent=1) + "\n")


def kept(out: Path, parts: Sequence[str]) -> Iterator[Outcome]:
    """Yield the outcomes that there are, in the order of the parts; InputError for a file that is none."""
    for part in parts:
        path = _file(out, part)
        if path.is_file():
            yield _read(path)


def _file(out: Path, part: str) -> Path:
    return out / f"{part}.json"


def _read(path: Path) -> Outcome:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = [Row(**{**row, "failures": tuple(row["failures"])}) for row in document["rows"]]
        return Outcome(**{**document, "rows": tuple(rows)})
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path} isn't what lntx-faults writes ({error}); delete it") from error
