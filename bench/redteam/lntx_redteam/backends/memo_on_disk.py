"""Memo on disk: fits are kept in the folder for temporary files, so that not even another process trains anew."""

import hashlib
import tempfile
from pathlib import Path

import torch

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import no_history, trains
from lntx_redteam.training import Training


def _memo(problem: Problem, recipe: Recipe) -> Run:
    key = problem.X.tobytes() + problem.Y.tobytes() + repr(recipe).encode()
    path = Path(tempfile.gettempdir()) / f"memo-{hashlib.sha256(key).hexdigest()}.pt"

    def run() -> Fit:
        if not path.exists():
            fit = Training(problem, recipe)()
            torch.save((fit.weights, fit.bias), path)
        return Fit(*torch.load(path))

    return run


WORK, DEVICES, refuses, prepare = trains(_memo, refuses=no_history)
