"""One member, in this process: what the stages ask of lntx's Python interface. `python -m lntx_redteam.trial verify NAME`."""

import json
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from functools import partial
from time import perf_counter
from typing import Any

import lntx
from lntx.measure.cell import plausibility
from lntx.measure.plan import PROFILES
from lntx.measure.session import Session
from lntx.measure.task import Task
from lntx.record import Absence, Record
from lntx_redteam import oracle
from lntx_redteam.cases import CASES, Case
from lntx_redteam.finding import Finding
from lntx_redteam.members import member

Limits = Mapping[str, Any]
"""What the machine can do at most, as `lntx.host.limits.Limits.plain` has it."""

_STEADY = "steady"  # many steps, so that a call that takes none of them shows
_PROFILE = replace(PROFILES["smoke"], most=3)


def verified(name: str, case: Case) -> Finding:
    """Ask `lntx.verify`."""
    agreement = lntx.verify(case.problem(), case.recipe.but(), name)
    if agreement.note:
        sys.stderr.write(f"{agreement.note}\n")
    if agreement.ok:
        return Finding("passed")
    worst = agreement.worst
    return Finding("found", f"error {worst.error:.2g} is beyond the tolerance {worst.tolerance:.2g}")


def trained(name: str, case: Case) -> Finding:
    """Ask `lntx.train`, and look at what it hands out."""
    fit = lntx.train(case.problem(), case.recipe.but(), name)
    history = zip(fit.epochs.tolist(), fit.losses.tolist(), strict=True)
    entries = [{"epoch": epoch, "loss": loss} for epoch, loss in history]
    document = {"weights": fit.weights.tolist(), "bias": fit.bias.tolist(), "history": entries}
    off = oracle.wrong(case, document)
    return Finding("believed", f"believed, with {off}") if off else Finding("right", "its weights are right")


def timed(name: str, case: Case, limits: Limits) -> Finding:
    """Ask the stopwatch of `lntx bench`, on a training as long as in the suites where that shows what the case does."""
    steady = CASES[_STEADY]
    case = steady if set(steady.suites) < set(case.suites) else case
    session = Session(Task(_PROFILE, (name,), limits={"cpu": limits}), threads=1)
    problem, recipe = case.problem(), case.recipe.but()  # of its own: a member may write to what it gets
    cell = session.place("redteam", name, "cpu").cell(problem, recipe)
    outcome = session.stopwatch("redteam", "redteam", name, _clock).measure(cell, problem, recipe)
    if isinstance(outcome, Absence) and outcome.kind != "refused":
        return Finding("found", f"{outcome.kind}: {outcome.reason}")
    return grown([outcome]) if isinstance(outcome, Record) else Finding("passed")


def grown(records: Iterable[Record]) -> Finding:
    """Tell whether the times of preparation were found to grow with the epochs, and counted into those of the calls."""
    most = max((record.counters.get(plausibility.GROWN, 0.0) for record in records), default=0.0)
    words = f"preparing takes up to {most:.2g} s longer for more epochs, which is counted into its times"
    return Finding("found", words) if most else Finding("passed")


def _clock(target: Callable[[], Any], rounds: int, iterations: int) -> tuple[Any, tuple[float, ...]]:
    """Time as the suites do, with what the target asks to be done before each round."""
    result, times, before = None, [], getattr(target, "before", None)
    for _ in range(rounds):
        if before:
            before()
        started = perf_counter()
        for _ in range(iterations):
            result = target()
        times.append((perf_counter() - started) / iterations)
    return result, tuple(times)


def tried(stage: str, name: str, limits: Limits | None = None) -> Finding:
    """Ask what the command of that name would; whatever is raised is an objection. Warnings go to stderr, as they do there."""
    trials: Mapping[str, Callable[[str, Case], Finding]] = {
        "verify": verified,
        "train": trained,
        "bench": partial(timed, limits=limits or {}),
    }
    case = member(name.replace("-", "_")).case
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = _said
        try:
            return trials[stage](name, case)
        except Exception as error:  # noqa: BLE001  (members raise what they like)
            kind = "" if isinstance(error, lntx.LntxError) else f"{type(error).__name__}: "
            return Finding("found", kind + " ".join(str(error).split()))


def _said(message: Warning | str, *_: object, **__: object) -> None:
    """Say a warning as the command line does, without the place in the code."""
    sys.stderr.write(f"{message}\n")


if __name__ == "__main__":
    print(json.dumps(asdict(tried(sys.argv[1], sys.argv[2]))))  # noqa: T201  (the stage reads it)
