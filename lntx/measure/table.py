"""The table that suites may take: the user's own, or scikit-learn's diabetes data; read once in a study."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from lntx.errors import InputError
from lntx.measure.task import Task
from lntx.storage.disk import write_text
from lntx.training import shelf
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.tables import from_table, problem_of
from lntx.training.linear.problem import Problem
from lntx.training.recipe import precision

_SHARED = 2**28  # bytes of a table's arrays, up to which a study's processes share them


def table_of(task: Task, folder: Path) -> Problem:
    """Read a task's table, or the diabetes data, written to a folder first; InputError where neither is at hand."""
    place = task.table()
    return _shared(place, lambda: _read(task, folder)) if place else _read(task, folder)


def _read(task: Task, folder: Path) -> Problem:
    if task.data is None:
        return from_table(_diabetes(Path(task.folder or folder)), "target", standardize=True)
    if task.target is None:
        raise InputError("a table needs the name of its target column; give --target")
    reading, dtype = Reading(**task.reading), None if task.dtype is None else precision(task.dtype)
    return problem_of(Path(task.data), [task.target], reading, standardize=task.standardize, dtype=dtype)[0]


def _shared(place: Path, read: Callable[[], Problem]) -> Problem:
    """Return the problem whose arrays an earlier process of the study left in a folder, or read it and leave them there."""
    inputs, targets, note = (shelf.load(place / f"{name}.npy") for name in ("X", "Y", "name"))
    if inputs is not None and targets is not None and note is not None:
        return Problem(inputs, targets, name=str(note))
    problem = read()
    if problem.mapped or problem.nbytes() > _SHARED:
        return problem
    for name, array in (("X", problem.X), ("Y", problem.Y), ("name", np.array(problem.name))):
        shelf.keep(place / f"{name}.npy", array)
    return problem


def _diabetes(folder: Path) -> Path:
    path = folder / "diabetes.csv"
    if path.exists():
        return path
    try:
        from sklearn.datasets import load_diabetes  # noqa: PLC0415  (a peer, not a need)
    except ImportError as error:
        raise InputError(
            "the diabetes data comes with scikit-learn, which is not installed; "
            "pip install scikit-learn, or give a table of your own with --data and --target"
        ) from error
    data = load_diabetes(as_frame=True, scaled=False)
    write_text(path, data.frame.to_csv(index=False))
    return path
