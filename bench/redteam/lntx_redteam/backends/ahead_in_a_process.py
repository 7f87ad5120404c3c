"""Ahead in a process: prepare forks a process that trains, and the call hands out what it wrote."""

import os
import pickle
import warnings

import torch

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import no_history, trains
from lntx_redteam.training import Training


def _forked(problem: Problem, recipe: Recipe) -> Run:
    honest = Training(problem, recipe)
    source, sink = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, of which the child uses none
        child = os.fork()
    if child == 0:
        fit = honest()
        os.write(sink, pickle.dumps((fit.weights.numpy(), fit.bias.numpy())))
        os._exit(0)
    os.close(sink)
    kept: list[Fit] = []

    def run() -> Fit:
        if not kept:
            with os.fdopen(source, "rb") as stream:
                weights, bias = pickle.load(stream)
            os.waitpid(child, 0)
            kept.append(Fit(torch.from_numpy(weights), torch.from_numpy(bias)))
        return kept[0]

    return run


WORK, DEVICES, refuses, prepare = trains(_forked, refuses=no_history)
