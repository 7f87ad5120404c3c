"""Ahead in a thread: while nobody waits, a thread trains already for the next call."""

from concurrent.futures import ThreadPoolExecutor

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _ahead(problem: Problem, recipe: Recipe) -> Run:
    honest, pool = Training(problem, recipe), ThreadPoolExecutor(1)
    following = pool.submit(honest)

    def run() -> Fit:
        nonlocal following
        ready, following = following.result(), pool.submit(honest)
        return ready

    return run


WORK, DEVICES, refuses, prepare = trains(_ahead)
