"""How a study begins: its cells are counted and noted on disk, or a stopped one's book is opened again."""

import json
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import lntx
from lntx import storage
from lntx.errors import InputError
from lntx.measure import machine, plan
from lntx.measure.study.book import Book, Job, work_folder
from lntx.measure.study.journal import Journal, outcome
from lntx.measure.study.request import Request
from lntx.record import Cell, plain


def new(request: Request, cells: dict[str, Cell], left_out: dict[str, str]) -> Book:
    """Begin a book, and note on disk what a later process must know to go on with it."""
    book = Book(request, cells, left_out, datetime.now(UTC).isoformat(timespec="seconds"))
    note = {
        "conditions": _conditions(request),
        "started": book.started,
        "cells": {point: plain(cell) for point, cell in cells.items()},
        "left_out": left_out,
    }
    storage.write_text(book.folder / "plan.json", json.dumps(note, indent=1) + "\n")
    return book


def clear(request: Request) -> None:
    """Drop what an earlier study left in the folder, its file too: its times aren't this study's."""
    shutil.rmtree(work_folder(request), ignore_errors=True)
    (request.out / "study.json").unlink(missing_ok=True)
    work_folder(request).mkdir(parents=True)


def resumed(request: Request) -> Book:
    """Open the book of a study that was stopped; InputError for none, or one of other conditions."""
    path = work_folder(request) / "plan.json"
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        cells = {point: Cell(**cell) for point, cell in note["cells"].items()}
        found = Book(request, cells, note["left_out"], note["started"])
        parted = machine.differences(note["conditions"], _conditions(request))
    except FileNotFoundError:
        raise InputError(f"there is no study to go on with in {request.out}; leave --resume away") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is damaged ({error}); begin anew, without --resume") from error
    if parted:
        raise InputError(
            f"can't go on with the study in {request.out}, it was begun with another {parted[0]} now; "
            "begin anew, without --resume, or in another folder"
        )
    for journal in sorted(found.folder.glob("*.jsonl")):
        _recall(found, Journal(journal))
    return found


def _recall(book: Book, journal: Journal) -> None:
    job = None
    for event in journal.read():
        if event["event"] == "job":
            job = Job(**event["job"])
        elif event["event"] == "end" and job:
            book.outcomes.setdefault(job, {})[event["point"]] = outcome(event)


def _conditions(request: Request) -> dict[str, Any]:
    """List what must not change within a study, as flat JSON values."""
    asked = {
        "backends": [list(place) for place in request.places],
        "suites": list(request.suites),
        "shard": request.shard and list(request.shard),
        "data": str(request.data.resolve()) if request.data else None,
        "target": request.target,
        "standardize": request.standardize,
        "version of lntx": lntx.__version__,
    }
    profile = {
        f"profile's {name}" if name != "name" else "profile": v
        for name, v in asdict(plan.profile(request.profile)).items()
    }
    return {**profile, **asked, **machine.fingerprint()}
