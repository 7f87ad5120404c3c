"""A study's plan on disk: what was asked, under which conditions, and which cells there are; read strictly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import lntx
from lntx import storage
from lntx.constraints import SPARSE, PositiveInt
from lntx.errors import InputError, LntxError
from lntx.host.limits import Limits
from lntx.measure.plan import PROFILES
from lntx.measure.request import StudyRequest
from lntx.record import Cell
from lntx.storage.values import decoded, encoded, read
from lntx.training.linear.data.reading import Reading

NAME = "plan.json"
VERSION = "version of lntx"
"""The condition that says which lntx wrote a plan."""
MOST = 1e30
"""What no limit of a machine comes near, in SI units."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A study's request as JSON types, less its folder and whether it goes on with a study."""

    profile: str
    backends: tuple[str, ...]
    devices: tuple[str, ...]
    suites: tuple[str, ...]
    paths: tuple[str, ...]
    ways: tuple[str, ...]
    axis: str
    shard: tuple[PositiveInt, PositiveInt] | None
    data: str | None
    target: str | None
    standardize: bool
    reading: Mapping[str, Any]
    dtype: str | None

    @classmethod
    def of(cls, request: StudyRequest) -> "Asked":
        """Write a request down."""
        given = {one.name: getattr(request, one.name) for one in fields(cls)}
        given["data"] = str(request.data.resolve()) if request.data else None
        return cls(**{**given, "target": request.column, "reading": dict(request.reading)})

    def request(self, out: Path) -> StudyRequest:
        """Return the request that was written down, as one to go on with."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        given["data"] = Path(self.data) if self.data else None
        return StudyRequest(**given, out=out, resume=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a later process must know to go on with a study.

    started is when it began (ISO 8601), cells are those to be measured, by point, with a backend still to be filled in; left_out,
    limits and ways are those of `Discovery`. key tells this study's logs from those of one that lay in the folder before.
    """

    request: Asked
    conditions: Mapping[str, Any]
    started: str
    cells: Mapping[str, Cell]
    left_out: Mapping[str, str]
    limits: Mapping[str, Limits]
    ways: Mapping[str, Mapping[str, str]]
    key: str = field(default="", metadata=SPARSE)


def write(plan: Plan, folder: Path) -> None:
    """Write a plan, in place of an earlier one, whole or not at all."""
    storage.write_text(folder / NAME, json.dumps(encoded(plan), indent=1) + "\n")


def load(request: StudyRequest) -> Plan:
    """Read the plan of the study to go on with; InputError, naming the file, where there is none or it is damaged."""
    path = request.folder / NAME
    if not (path.exists() or path.is_symlink()):
        raise InputError(f"there is no study to go on with in {request.out}; leave --resume away")
    cure = f"remove {request.folder}, and begin anew without --resume"
    if not path.is_file():
        raise InputError(f"{path} is no file; {cure}")
    return read(path, _plan, "plan of a study", cure)


def _plan(document: Any) -> Plan:
    if not isinstance(document, dict) or not document.keys() >= {"request", "conditions"}:
        raise ValueError("it has no request and no conditions")
    try:
        plan = decoded(Plan, document, "the plan", whole=(Asked, Cell, Limits))
    except ValueError as error:
        raise ValueError(f"{_by_another(document['conditions'])}{error}") from error
    if not plan.cells:
        raise ValueError("it has no cells, so that there is nothing to go on with")
    if unknown := plan.ways.keys() - plan.cells.keys():
        raise ValueError(f"it has ways of {min(unknown)!r}, which is none of its cells")
    if plan.request.profile not in PROFILES:
        raise ValueError(f"no profile is called {plan.request.profile!r}")
    datetime.fromisoformat(plan.started)
    _check_reading(plan.request.reading)
    for device, limits in plan.limits.items():
        _check_limits(device, limits)
    return plan


def _by_another(conditions: Any) -> str:
    """Say which lntx wrote a plan, where it was another than this."""
    version = conditions.get(VERSION) if isinstance(conditions, dict) else None
    return f"lntx {str(version)[:20]} wrote it, this is lntx {lntx.__version__}; " * (
        version not in (None, lntx.__version__)
    )


def _check_reading(reading: Mapping[str, Any]) -> None:
    try:
        Reading(**reading)
    except (LntxError, TypeError, AttributeError) as error:
        raise ValueError(f"request.reading: {error}") from error


def _check_limits(device: str, limits: Limits) -> None:
    rates = [number for pairs in (limits.reading, limits.reading_alone) for pair in pairs for number in pair]
    known = [*rates, *limits.multiplying.values(), limits.threads]
    seconds = [limits.chain_s, limits.call_s, limits.fork_s, limits.eigen_s]
    whole = bool(limits.reading and limits.reading_alone) and all(0 < number <= MOST for number in known)
    if not (whole and all(0 <= number <= MOST for number in seconds)):
        raise ValueError(f"what {device} can do at most is beyond any machine, or missing")
