"""The survey: before anything is timed, which benchmarks each arm has, whether they pass, what they execute, what they count."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from random import Random
from typing import Any

from lntx.duet.checkout import overlay
from lntx.duet.environment import Environment
from lntx.duet.pair import Failure, WorkerPair, worker_pair
from lntx.duet.process import WorkerLost
from lntx.duet.repository import Repository
from lntx.duet.sharing import identical, laid_over
from lntx.errors import InputError
from lntx.result import ARMS, Arm, Count, Ended, Surveyed

SURVEY = {"LNTX_DUET_SURVEY": "1"}
Collected = Mapping[Arm, Mapping[str, Any]]
Ending = Mapping[str, Any]
"""What a worker says at the end of a test."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the survey found: each benchmark, and the file it is in."""

    surveyed: tuple[Surveyed, ...]
    files: Mapping[str, str]

    def notes(self) -> Iterator[str]:
        """Say of each benchmark that neither arm could run why it is left out."""
        for one in self.surveyed:
            if one.base == one.head == "skipped":
                yield f"{one.name} is left out: {one.message or 'its test never called it'}"


@dataclass(slots=True)
class Surveyor:
    """Makes the survey of two commits."""

    environment: Environment
    repository: Repository
    commits: Mapping[Arm, str]
    rng: Random
    watch: Callable[[str], None]

    def survey(self) -> Survey:
        """Collect in both arms, lay head's benchmark files over base, and run every benchmark once.

        InputError for a suite that has no benchmarks, that can't be imported, or that imports anything but its own arm.
        """
        changed = self.repository.changed(self.commits["base"], self.commits["head"])
        with self._pair() as (pair, collected):
            own = _tests(collected["base"])
            laid = laid_over(changed, self._below_root(collected["head"]))
            if not laid:
                if lost := collected["base"].get("lost"):
                    raise WorkerLost(lost)
                return self._of(pair, collected, own, changed)
        overlay(self.environment.space.trees["base"], self.commits["head"], laid)
        back, found = self._laid(own, changed)
        idle = [one.name for one in found.surveyed if one.name in own and one.base == one.head == "skipped"]
        return self._silenced(found, idle, [name for name in laid if name not in back]) if idle else found

    def _pair(self) -> AbstractContextManager[tuple[WorkerPair, Collected]]:
        """Start the workers of a survey; base may be unable to."""
        return worker_pair(self.environment, 0, self.rng, more=SURVEY, dispensable="base")

    def _laid(self, own: Mapping[str, str], changed: Sequence[str]) -> tuple[list[str], Survey]:
        """Survey with head's files in base; those that it can't import, and has a version of, are put back, and named."""
        with self._pair() as (pair, collected):
            broken = {str(error["id"]).partition("::")[0] for error in collected["base"]["errors"]} & set(own.values())
            if not broken:
                return [], self._of(pair, collected, own, changed)
        back = [name for name in changed if any(name == file or name.endswith(f"/{file}") for file in broken)]
        overlay(self.environment.space.trees["base"], self.commits["base"], back)
        with self._pair() as (pair, collected):
            return back, self._of(pair, collected, own, changed)

    def _silenced(self, found: Survey, idle: Sequence[str], laid: Sequence[str]) -> Survey:
        """Find out which benchmarks ran in base until head's file made them idle: nothing else tells that they are gone."""
        tree = self.environment.space.trees["base"]
        overlay(tree, self.commits["base"], laid)
        with worker_pair(self.environment, 0, self.rng, more=SURVEY) as (pair, _):
            ran = {name for name in idle if outcome(self._single(pair, "base", name)) == "passed"}
        overlay(tree, self.commits["head"], laid)
        surveyed = (replace(one, base="passed") if one.name in ran else one for one in found.surveyed)
        return replace(found, surveyed=tuple(surveyed))

    def _below_root(self, collected: Mapping[str, Any]) -> list[str]:
        """Name the files of head's benchmarks as the repository does; pytest's root may be a folder of it."""
        root, tree = PurePosixPath(collected["rootdir"]), self.environment.space.trees["head"]
        if not root.is_relative_to(tree):
            raise InputError(
                f"pytest's root is {root}, outside the worktree; give the repository a pytest.ini or pyproject.toml"
            )
        root = root.relative_to(tree)
        return [str(root / file) for file in _tests(collected).values()]

    def _of(self, pair: WorkerPair, collected: Collected, own: Mapping[str, str], changed: Sequence[str]) -> Survey:
        there = {arm: _tests(collected[arm]) for arm in ARMS}
        _check(collected, changed)
        names = list(dict.fromkeys([*there["head"], *there["base"], *own]))
        if not names:
            asked = " ".join(self.environment.config.arguments) or "nothing further"
            raise InputError(f"pytest, told {asked}, finds no test that uses the benchmark fixture in base or head")
        shared = [name for name in names if name in there["base"] and name in there["head"]]
        following = dict(zip(shared, [*shared[1:], None], strict=False))  # so that fixtures live on from test to test
        found = {name: self._both(pair, name, following[name], changed) for name in shared}
        for name in (name for name in there["head"] if name not in there["base"]):
            found[name] = self._head_only(pair, name, collected)
        for name in names:
            found.setdefault(name, Surveyed(name, "passed", "absent", "head has no benchmark of this name"))
        return Survey(tuple(found[name] for name in names), {**own, **there["base"], **there["head"]})

    def _both(self, pair: WorkerPair, name: str, following: str | None, changed: Sequence[str]) -> Surveyed:
        self.watch(name)
        once = False
        try:
            once = any(calls(ready) == 1 for ready in pair.begin(name, following).values())
            for _ in range(2):  # what is compiled or cached at first is so then
                pair.step("batch", do="batch", iterations=1)
            counts = _counts(pair.both("counts", do="count")) if self.environment.config.counters else ()
            same = self._guard and identical(_traced(pair), changed)
            endings = pair.finish()
        except Failure as failure:
            return self._once(pair, name) if once else failed(name, failure.endings)
        if any(outcome(ending) != "passed" for ending in endings.values()):
            return failed(name, endings)
        return Surveyed(name, "passed", "passed", "", same, counts)

    def _once(self, pair: WorkerPair, name: str) -> Surveyed:
        """Run a benchmark again that may not bear to be called twice, and call it once."""
        try:
            pair.begin(name, None)
            pair.step("batch", do="batch", iterations=1)
            endings = pair.finish()
        except Failure as failure:
            return failed(name, failure.endings)
        if any(outcome(ending) != "passed" for ending in endings.values()):
            return failed(name, endings)
        return Surveyed(name, "skipped", "skipped", "it can be called only once, so there are no turns to take")

    @property
    def _guard(self) -> bool:
        """Whether equal code means equal work: not in environments that were built apart."""
        return self.environment.config.guard and not self.environment.built

    def _head_only(self, pair: WorkerPair, name: str, collected: Collected) -> Surveyed:
        """Run a benchmark that base hasn't in head alone: whether it passes matters all the same."""
        ending = self._single(pair, "head", name)
        ended = outcome(ending)
        why = describe("head", ending) if ended != "passed" else ""
        return Surveyed(name, "absent", ended, why or _inability(collected["base"]))

    def _single(self, pair: WorkerPair, arm: Arm, name: str) -> Ending:
        """Run a test in one arm, to its end."""
        self.watch(name)
        worker = pair.arms[arm]
        worker.at = name
        heard = worker.ask("ready", "done", do="run", test=name, next=None)
        return heard if heard["event"] == "done" else worker.ask("done", do="release")


def _inability(collected: Mapping[str, Any]) -> str:
    """Return why base can't run head's benchmarks, if it said so."""
    errors = [error["message"] for error in collected["errors"]]
    why = collected.get("lost") or (errors[0] if errors else "")
    return f"head's version of it can't be run there: {why}" if why else ""


def _check(collected: Collected, changed: Sequence[str]) -> None:
    """Raise InputError for arms that don't hold what they should."""
    for arm in ARMS:
        if outside := collected[arm]["outside"]:
            raise InputError(
                f"{arm} imports {outside[0]} instead of its own worktree's, so the change would not be measured; "
                "say with --source where the code lies, or with --build how to install it"
            )
        for error in collected[arm]["errors"]:
            file = str(error["id"]).partition("::")[0]
            if arm == "head" or not any(name.endswith(file) for name in changed):
                raise InputError(f"{error['id']} can't be collected in {arm}: {error['message']}")


def _tests(collected: Mapping[str, Any]) -> dict[str, str]:
    return {test["id"]: test["file"] for test in collected["tests"]}


def _traced(pair: WorkerPair) -> dict[Arm, Mapping[str, Any]]:
    return {arm: answer["code"] for arm, answer in pair.both("traced", do="trace").items()}


def _counts(answers: Mapping[Arm, Mapping[str, Any]]) -> tuple[Count, ...]:
    base, head = (answers[arm]["counters"] for arm in ARMS)
    return tuple(Count(name, base[name], head[name]) for name in base if name in head)


def outcome(ending: Ending) -> Ended:
    """Return how a benchmark ended: one that wasn't called, or that is refused, is skipped, however its test ended."""
    if ending.get("refused"):
        return "skipped"
    if ending["outcome"] == "passed" and not ending.get("used"):
        return "skipped"
    found: Ended = ending["outcome"]
    return found


def calls(ready: Mapping[str, Any]) -> int | None:
    """How many calls a benchmark's author has foreseen, where no setup makes each of them possible; None for any number."""
    if ready["mode"] != "pedantic" or ready["setup"]:
        return None
    return int((ready["warmup_rounds"] + ready["rounds"]) * ready["iterations"])


def failed(name: str, endings: Mapping[Arm, Ending]) -> Surveyed:
    """Say of a benchmark that didn't pass in both arms how it ended in each."""
    outcomes = {arm: outcome(endings[arm]) for arm in ARMS}
    reasons = [endings[arm].get("refused") or describe(arm, endings[arm]) for arm in ARMS if outcomes[arm] != "passed"]
    return Surveyed(name, outcomes["base"], outcomes["head"], "; ".join(dict.fromkeys(reasons)))


def describe(arm: Arm, ending: Ending) -> str:
    """Return how a test ended in an arm."""
    return f"{ending['outcome']} in {arm}" + (f": {ending['message']}" if ending.get("message") else "")
