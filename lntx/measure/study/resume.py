"""How a study begins or goes on: its plan replaces an earlier study's on disk, or a stopped one's state is opened again."""

import hashlib
import json
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lntx
from lntx import storage
from lntx.errors import InputError
from lntx.fingerprint import unequal
from lntx.host import machine, source
from lntx.measure import plan, suites
from lntx.measure.events import StudyLog, outcome
from lntx.measure.request import StudyRequest
from lntx.measure.study.state import Discovery, Job, StudyState
from lntx.record import Cell
from lntx.storage.values import decoded, encoded
from lntx.training.backends import files, runnable


def new(request: StudyRequest, found: Discovery) -> StudyState:
    """Begin a state in place of an earlier study, and note on disk what a later process must know to go on with it."""
    state = StudyState(request, found, datetime.now(UTC).isoformat(timespec="seconds"))
    note = {
        "request": asked(request),
        "conditions": conditions(request),
        "started": state.started,
        "cells": {point: encoded(cell) for point, cell in found.cells.items()},
        "left_out": found.left_out,
        "ways": found.ways,
        "limits": found.limits,
    }
    check_place(request)  # again: counting takes a while, and what follows deletes
    shutil.rmtree(state.folder, ignore_errors=True)
    state.path.unlink(missing_ok=True)
    storage.write_text(state.folder / "plan.json", json.dumps(note, indent=1) + "\n")
    return state


def check_place(request: StudyRequest) -> None:
    """Raise InputError where a new study would replace what isn't an earlier one."""
    folder, study = request.folder, request.out / "study.json"
    planned = _json(folder / "plan.json")
    if folder.is_symlink() or (
        folder.exists() and not {"conditions", "cells"} <= planned.keys() and not _empty(folder)
    ):
        raise InputError(f"{folder} holds no plan of lntx's; move it away, or choose another folder with -o")
    if (study.exists() or study.is_symlink()) and not isinstance(_json(study).get("lntx"), dict):
        raise InputError(f"{study} was not written by lntx; move it away, or choose another folder with -o")


def settled(request: StudyRequest) -> StudyRequest:
    """Take from the plan of the study to go on with what the request leaves open; InputError where the two part."""
    note = _note(request)
    try:
        planned = _planned(note["request"], request.out)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(request, error) from error
    usual, begun = (asked(one) for one in (StudyRequest(out=request.out), planned))
    for name, value in asked(request).items():
        if value not in (usual[name], begun[name]):
            raise InputError(
                f"the study in {request.out} was begun with another {name}: {begun[name]}, not {value}; "
                "give --resume and -o alone, or begin anew in another folder"
            )
    return planned


def resumed(request: StudyRequest) -> StudyState:
    """Open the state of a study that was stopped; InputError for one that was begun under other conditions."""
    note = _note(request)
    try:
        cells = decoded(dict[str, Cell], note["cells"], "cells")
        counted = Discovery(cells, note["left_out"], note["limits"], note.get("ways", {}))
        found = StudyState(request, counted, note["started"])
        parted = unequal(note["conditions"], conditions(request))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(request, error) from error
    if parted:
        raise InputError(
            f"can't go on with the study in {request.out}, it was begun with another {parted[0]} now; "
            "begin anew, without --resume, or in another folder"
        )
    for log in sorted(found.folder.glob("*.jsonl")):
        _recall(found, StudyLog(log))
    return found


def _note(request: StudyRequest) -> dict[str, Any]:
    path = request.folder / "plan.json"
    if not path.exists():
        raise InputError(f"there is no study to go on with in {request.out}; leave --resume away")
    if note := _json(path):
        return note
    raise _damaged(request, "not whole JSON")


def _damaged(request: StudyRequest, why: object) -> InputError:
    folder = request.folder
    return InputError(f"{folder / 'plan.json'} is damaged ({why}); remove {folder}, and begin anew without --resume")


def _json(path: Path) -> dict[str, Any]:
    """Read a file's object; empty where there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _recall(state: StudyState, log: StudyLog) -> None:
    job = None
    for event in log.read():
        if event["event"] == "job":
            job = Job(**event["job"])
        elif event["event"] == "end" and job:
            state.enter(job, event["point"], outcome(event))


def asked(request: StudyRequest) -> dict[str, Any]:
    """Turn a request into JSON values, less the folder and whether it goes on with a study."""
    values = {name: value for name, value in asdict(request).items() if name not in {"out", "resume"}}
    values["data"] = str(request.data.resolve()) if request.data else None
    values["target"] = request.column
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _planned(values: dict[str, Any], out: Path) -> StudyRequest:
    """Make the request that `asked` wrote down, as one to go on with."""
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    given["data"] = Path(given["data"]) if given["data"] else None
    return StudyRequest(**given, out=out, resume=True)


def conditions(request: StudyRequest) -> dict[str, Any]:
    """List the conditions of this moment, as flat JSON values."""
    here = {
        "list of backends": [list(place) for place in _places(request)],
        "content of the table": "".join(map(_hash, request.files)) or None,
        "version of lntx": lntx.__version__,
        "commit of lntx": source.commit().get("id"),
        "code of lntx": source.code(suites.own_folder()),
        "code of the suites": "".join(map(_hash, request.code())) or None,
        "code of the backends": "".join(_hash(Path(file)) for file in files()) or None,
    }
    budgets = asdict(plan.profile(request.profile))
    return {
        **asked(request),
        **here,
        **{f"profile's {name}": value for name, value in budgets.items()},
        **machine.fingerprint(),
    }


def _places(request: StudyRequest) -> list[tuple[str, str]]:
    return [] if request.loops_alone else runnable(request.backends, request.devices)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:  # which may be larger than the memory
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]
