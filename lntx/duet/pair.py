"""Two arms in lock-step: both are at the same test at the same time, and only one of them works while the clock runs."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from lntx.duet.process import WorkerLost, WorkerProcess
from lntx.result import ARMS, Arm, Batch

if TYPE_CHECKING:
    from lntx.duet.environment import Environment

CORES = "LNTX_DUET_CORES"
FILES = "LNTX_DUET_FILES"


@dataclass(frozen=True, slots=True)
class Failure(Exception):
    """A test that ended before its benchmark was done with, and how it ended in each arm."""

    endings: Mapping[Arm, Mapping[str, Any]]


@dataclass(slots=True)
class WorkerPair:
    """A fresh pair of workers."""

    arms: Mapping[Arm, WorkerProcess]

    def tell(self, **message: Any) -> None:
        """Tell both the same."""
        for arm in self.arms.values():
            arm.say(**message)

    def hear(self, *expected: str) -> dict[Arm, dict[str, Any]]:
        """Hear both."""
        return {name: arm.hear(*expected) for name, arm in self.arms.items()}

    def both(self, *expected: str, **message: Any) -> dict[Arm, dict[str, Any]]:
        """Tell both the same, so that they work at the same time, and hear both."""
        self.tell(**message)
        return self.hear(*expected)

    def step(self, expected: str, **message: Any) -> dict[Arm, dict[str, Any]]:
        """Tell both the same within a test, and hear both; Failure where the test has ended in one of them."""
        heard = self.both(expected, "done", **message)
        if any(answer["event"] == "done" for answer in heard.values()):
            raise Failure(
                {name: answer if answer["event"] == "done" else self._released(name) for name, answer in heard.items()}
            )
        return heard

    def begin(self, test: str, following: str | None) -> dict[Arm, dict[str, Any]]:
        """Bring both to the test's benchmark, and hear what it is; Failure where one of them doesn't get there."""
        for arm in self.arms.values():
            arm.at = test
        return self.step("ready", do="run", test=test, next=following)

    def finish(self, *, exact: bool = False) -> dict[Arm, dict[str, Any]]:
        """Let both go on behind their benchmark to the test's end; how it ended. Exact: with as many calls as it promised."""
        return self.both("done", do="release", exact=exact)

    def batch(self, name: Arm, what: Mapping[str, Any], iterations: int) -> tuple[Batch, int]:
        """Let one arm do a batch while the other waits; what it took, and the count of what it has compiled so far."""
        heard = self.arms[name].ask("batch", "done", **what, iterations=iterations)
        if heard["event"] == "done":
            others = {arm: self._released(arm) for arm in self.arms if arm != name}
            raise Failure({name: heard, **others})
        taken = Batch(heard["seconds"], heard["iterations"], heard.get("stolen", 0.0), heard.get("switches", 0))
        return taken, heard.get("compiles", 0)

    def _released(self, name: Arm) -> dict[str, Any]:
        return self.arms[name].ask("done", do="release")


@contextmanager
def worker_pair(
    environment: "Environment",
    number: int,
    rng: Random,
    *,
    more: Mapping[str, str] | None = None,
    dispensable: Arm | None = None,
) -> Iterator[tuple[WorkerPair, dict[Arm, dict[str, Any]]]]:
    """Start a pair of workers and give it with what each has collected; nothing is left behind.

    While they start, each has a core of its own. Pairs of odd numbers start base first, others head.
    An arm that is dispensable may fail to start: it has collected nothing then, the error, and has no part in the pair.
    """
    seed = rng.randrange(2**32)
    started: dict[Arm, WorkerProcess] = {}
    with environment.space.working():
        try:
            for name in ARMS if number % 2 else ARMS[::-1]:  # whoever is first is first in all that follows
                own = {CORES: json.dumps(cores(number + len(started), environment.config.threads))}
                started[name] = start(environment, name, seed, {**(more or {}), **own})
            collected = {name: _collected(arm, dispensable) for name, arm in started.items()}
            pair = WorkerPair({name: arm for name, arm in started.items() if "lost" not in collected[name]})
            yield pair, collected
            pair.tell(do="end")
            for arm in pair.arms.values():
                arm.wait()
        finally:
            for arm in started.values():
                arm.kill()


@contextmanager
def lone_worker(
    environment: "Environment", name: Arm, seed: int, more: Mapping[str, str]
) -> Iterator[tuple[WorkerProcess, dict[str, Any]]]:
    """Start the worker of one arm, the other at rest, and give it with what it has collected; nothing is left behind."""
    own = {CORES: json.dumps(cores(0, environment.config.threads))}
    with environment.space.working():
        worker = start(environment, name, seed, {**more, **own})
        try:
            yield worker, worker.hear("collected")
            worker.say(do="end")
            worker.wait()
        finally:
            worker.kill()


def only(files: Iterable[str]) -> dict[str, str]:
    """Return what tells a worker to collect these files alone."""
    return {FILES: json.dumps(sorted(set(files)))}


def cores(number: int, threads: int) -> list[int]:
    """Choose the cores on which a pair works: others for each pair, as no two are quite alike."""
    if not hasattr(os, "sched_getaffinity"):
        return []
    there = sorted(os.sched_getaffinity(0))
    return sorted({there[(number * threads + i) % len(there)] for i in range(threads)})


def _collected(arm: WorkerProcess, dispensable: Arm | None) -> dict[str, Any]:
    try:
        return arm.hear("collected")
    except WorkerLost as lost:
        if arm.name != dispensable:
            raise
        arm.kill()
        return {"tests": [], "errors": [], "outside": [], "lost": str(lost)}


def start(environment: "Environment", name: Arm, seed: int, more: Mapping[str, str] | None = None) -> WorkerProcess:
    """Start the worker of one arm."""
    folder = environment.folder(name)
    folder.mkdir(parents=True, exist_ok=True)  # base may not have the user's own yet; head's benchmarks are laid there
    return WorkerProcess.start(
        name,
        environment.command(name),
        folder,
        {**environment.variables(name, seed), **(more or {})},
        environment.space.log(name),
        environment.config.limit_s,
    )
