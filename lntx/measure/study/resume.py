"""How a study begins or goes on: its plan replaces an earlier study's on disk, or a stopped one's state is opened again."""

import hashlib
import json
import secrets
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lntx
from lntx.errors import InputError
from lntx.fingerprint import unequal
from lntx.host import machine, source
from lntx.host.limits import Limits
from lntx.measure import plan, suites
from lntx.measure.request import StudyRequest
from lntx.measure.study import journal, plan_file
from lntx.measure.study.plan_file import Asked, Plan
from lntx.measure.study.state import Discovery, StudyState
from lntx.storage import sizes
from lntx.storage.values import encoded
from lntx.training.backends import files, runnable

_LONGEST = 300  # characters of a condition that are shown: a file may hold any text


def new(request: StudyRequest, found: Discovery) -> StudyState:
    """Begin a state in place of an earlier study, and note on disk what a later process must know to go on with it.

    The plan is replaced first: where that fails, the earlier study is as it was; and where this process ends next, what is left
    of the earlier one bears another key.
    """
    state = StudyState(request, found, datetime.now(UTC).isoformat(timespec="seconds"), secrets.token_hex(8))
    limits = {device: Limits.of(limits) for device, limits in found.limits.items()}
    note = Plan(
        Asked.of(request),
        conditions(request),
        state.started,
        found.cells,
        found.left_out,
        limits,
        found.ways,
        state.key,
    )
    check_place(request)  # again: counting takes a while, and what follows deletes
    plan_file.write(note, state.folder)
    for path in state.folder.iterdir():
        if path.name != plan_file.NAME:
            _remove(path)
    state.path.unlink(missing_ok=True)
    return state


def clear(folder: Path) -> None:
    """Remove what a study's processes keep for each other while it lasts: what they have compiled, and computed."""
    for path in (folder / "caches", folder / "references", folder / "company", *folder.glob("table-*")):
        _remove(path)


def _remove(path: Path) -> None:
    """Remove a file or a folder of an earlier study's; what can't be removed is passed over later."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def check_place(request: StudyRequest) -> None:
    """Raise InputError where a new study would replace what isn't an earlier one."""
    folder, study = request.folder, request.out / "study.json"
    planned = _json(folder / plan_file.NAME)
    if folder.is_symlink() or (
        folder.exists() and not {"conditions", "cells"} <= planned.keys() and not _empty(folder)
    ):
        raise InputError(f"{folder} holds no plan of lntx's; move it away, or choose another folder with -o")
    if (study.exists() or study.is_symlink()) and not isinstance(_json(study).get("lntx"), dict):
        raise InputError(f"{study} was not written by lntx; move it away, or choose another folder with -o")


def settled(request: StudyRequest) -> StudyRequest:
    """Take from the plan of the study to go on with what the request leaves open; InputError where the two part."""
    planned = plan_file.load(request).request.request(request.out)
    usual, begun = (asked(one) for one in (StudyRequest(out=request.out), planned))
    for name, value in asked(request).items():
        if value not in (usual[name], begun[name]):
            raise InputError(
                f"the study in {request.out} was begun with another {name}: {begun[name]}, not {value}; "
                "give --resume and -o alone, or begin anew in another folder"
            )
    return planned


def resumed(request: StudyRequest) -> StudyState:
    """Open the state of a study that was stopped.

    InputError for one that was begun under other conditions, and for a plan or a log that is damaged, naming the file.
    """
    note = plan_file.load(request)
    if parted := unequal(note.conditions, conditions(request)):
        raise InputError(
            f"can't go on with the study in {request.out}, it was begun with another {parted[0][:_LONGEST]} now; "
            "begin anew, without --resume, or in another folder"
        )
    limits = {device: limits.plain() for device, limits in note.limits.items()}
    ways = {point: dict(labels) for point, labels in note.ways.items()}
    clear(request.folder)  # compilers run what they find: in a study of somebody else's it would be that one's program
    counted = Discovery(dict(note.cells), dict(note.left_out), limits, ways)
    found = StudyState(request, counted, note.started, note.key)
    journal.recall(found)
    about = _json(found.path).get("lntx", {})
    if found.path.is_file() and (not isinstance(about, dict) or _started(about) != note.started):
        found.path.unlink()  # of an earlier study, whose driver was killed as it was about to remove it
    return found


def _started(about: dict[str, Any]) -> object:
    story = about.get("about")
    return story.get("started") if isinstance(story, dict) else None


def _json(path: Path) -> dict[str, Any]:
    """Read a file's object; empty where there is none, also for a pipe and for what is larger than the memory."""
    try:
        found = json.loads(sizes.content(path, sizes.PARSED)) if path.is_file() else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def asked(request: StudyRequest) -> dict[str, Any]:
    """Turn a request into JSON values, less the folder and whether it goes on with a study."""
    return encoded(Asked.of(request))


def conditions(request: StudyRequest) -> dict[str, Any]:
    """List the conditions of this moment, as flat JSON values."""
    here = {
        "list of backends": [list(place) for place in _places(request)],
        "content of the table": "".join(map(_hash, request.files)) or None,
        plan_file.VERSION: lntx.__version__,
        "commit of lntx": source.commit().get("id"),
        "code of lntx": source.code(suites.own_folder()),
        "code of the suites": "".join(map(_hash, request.code())) or None,
        "code of the backends": "".join(_hash(Path(file)) for file in files()) or None,
    }
    budgets: dict[str, Any] = encoded(plan.profile(request.profile))  # as JSON has them, which knows no tuples
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
