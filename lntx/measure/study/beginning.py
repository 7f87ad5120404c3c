"""How a study begins: its plan replaces an earlier study's on disk, or a stopped one's book is opened again."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lntx import storage
from lntx.errors import InputError
from lntx.measure.study import conditions
from lntx.measure.study.book import Book, Job
from lntx.measure.study.census import Census
from lntx.measure.study.journal import Journal, outcome
from lntx.measure.study.request import Request
from lntx.record import Cell, differences, plain


def new(request: Request, census: Census) -> Book:
    """Begin a book in place of an earlier study, and note on disk what a later process must know to go on with it."""
    book = Book(request, census, datetime.now(UTC).isoformat(timespec="seconds"))
    note = {
        "request": conditions.asked(request),
        "conditions": conditions.now(request),
        "started": book.started,
        "cells": {point: plain(cell) for point, cell in census.cells.items()},
        "left_out": census.left_out,
        "limits": census.limits,
    }
    check_place(request)  # again: counting takes a while, and what follows deletes
    shutil.rmtree(book.folder, ignore_errors=True)
    book.path.unlink(missing_ok=True)
    storage.write_text(book.folder / "plan.json", json.dumps(note, indent=1) + "\n")
    return book


def check_place(request: Request) -> None:
    """Raise InputError where a new study would replace what isn't an earlier one."""
    folder, study = request.folder, request.out / "study.json"
    plan = _json(folder / "plan.json")
    if folder.is_symlink() or (folder.exists() and not {"conditions", "cells"} <= plan.keys() and not _empty(folder)):
        raise InputError(f"{folder} holds no plan of lntx's; move it away, or choose another folder with -o")
    if (study.exists() or study.is_symlink()) and not isinstance(_json(study).get("lntx"), dict):
        raise InputError(f"{study} was not written by lntx; move it away, or choose another folder with -o")


def settled(request: Request) -> Request:
    """Take from the plan of the study to go on with what the request leaves open; InputError where the two part."""
    note = _note(request)
    try:
        planned = conditions.request(note["request"], request.out)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(request, error) from error
    usual, begun = (conditions.asked(one) for one in (Request(out=request.out), planned))
    for name, value in conditions.asked(request).items():
        if value not in (usual[name], begun[name]):
            raise InputError(
                f"the study in {request.out} was begun with another {name}: {begun[name]}, not {value}; "
                "give --resume and -o alone, or begin anew in another folder"
            )
    return planned


def resumed(request: Request) -> Book:
    """Open the book of a study that was stopped; InputError for one that was begun under other conditions."""
    note = _note(request)
    try:
        cells = {point: Cell(**cell) for point, cell in note["cells"].items()}
        found = Book(request, Census(cells, note["left_out"], note["limits"]), note["started"])
        parted = differences(note["conditions"], conditions.now(request))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(request, error) from error
    if parted:
        raise InputError(
            f"can't go on with the study in {request.out}, it was begun with another {parted[0]} now; "
            "begin anew, without --resume, or in another folder"
        )
    for journal in sorted(found.folder.glob("*.jsonl")):
        _recall(found, Journal(journal))
    return found


def _note(request: Request) -> dict[str, Any]:
    path = request.folder / "plan.json"
    if not path.exists():
        raise InputError(f"there is no study to go on with in {request.out}; leave --resume away")
    if note := _json(path):
        return note
    raise _damaged(request, "not whole JSON")


def _damaged(request: Request, why: object) -> InputError:
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


def _recall(book: Book, journal: Journal) -> None:
    job = None
    for event in journal.read():
        if event["event"] == "job":
            job = Job(**event["job"])
        elif event["event"] == "end" and job:
            book.enter(job, event["point"], outcome(event))
