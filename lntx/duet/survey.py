"""The survey: before anything is timed, which benchmarks each arm has, whether they pass, what they execute, what they count."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from random import Random
from typing import Any

from lntx.duet.arm import WorkerLost
from lntx.duet.environment import Environment
from lntx.duet.pairing import Failure, Pairing, pairing
from lntx.duet.repository import Repository, overlay
from lntx.duet.sweep import said
from lntx.errors import InputError
from lntx.verdict import ARMS, Arm, Count, Ended, Surveyed

SURVEY = {"LNTX_DUET_SURVEY": "1"}
_SUITE = re.compile(r"(.*_)?(bench|perf)\w*|tests?|testing")  # folders that hold no code to be judged

Collected = Mapping[Arm, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Survey:
    """What the survey found: each benchmark, the file it is in, and what was noticed."""

    surveyed: tuple[Surveyed, ...]
    files: Mapping[str, str]
    notes: tuple[str, ...] = ()


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
        with pairing(self.environment, 0, self.rng, more=SURVEY, dispensable="base") as (pair, collected):
            own = _tests(collected["base"])
            laid = laid_over(changed, self._below_root(collected["head"]))
            if not laid:
                if lost := collected["base"].get("lost"):
                    raise WorkerLost(lost)
                return self._of(pair, collected, own, changed)
        overlay(self.environment.space.trees["base"], self.commits["head"], laid)
        with pairing(self.environment, 0, self.rng, more=SURVEY, dispensable="base") as (pair, collected):
            return self._of(pair, collected, own, changed)

    def _below_root(self, collected: Mapping[str, Any]) -> list[str]:
        """Name the files of head's benchmarks as the repository does; pytest's root may be a folder of it."""
        root = PurePosixPath(collected["rootdir"]).relative_to(self.environment.space.trees["head"])
        return [str(root / file) for file in _tests(collected).values()]

    def _of(self, pair: Pairing, collected: Collected, own: Mapping[str, str], changed: Sequence[str]) -> Survey:
        there = {arm: _tests(collected[arm]) for arm in ARMS}
        _check(collected, changed)
        names = list(dict.fromkeys([*there["head"], *there["base"], *own]))
        if not names:
            asked = " ".join(self.environment.request.arguments) or "nothing further"
            raise InputError(f"pytest, told {asked}, finds no test that uses the benchmark fixture in base or head")
        shared = [name for name in names if name in there["base"] and name in there["head"]]
        found = {name: self._both(pair, name, changed) for name in shared}
        for name in (name for name in there["head"] if name not in there["base"]):
            found[name] = self._alone(pair, name, collected)
        for name in names:
            found.setdefault(name, Surveyed(name, "passed", "absent", "head has no benchmark of this name"))
        return Survey(tuple(found[name] for name in names), {**own, **there["base"], **there["head"]})

    def _both(self, pair: Pairing, name: str, changed: Sequence[str]) -> Surveyed:
        self.watch(name)
        try:
            pair.begin(name, None)
            for _ in range(2):  # what is compiled or cached at first is so then
                heard = pair.both("batch", "done", do="batch", iterations=1)
                _ended_early(pair, heard)
            counts = _counts(pair.both("counts", do="count")) if self.environment.request.counters else ()
            same = self._guard and identical(_traced(pair), changed)
            endings = pair.finish()
        except Failure as failure:
            return _failed(name, failure.endings)
        if any(_state(ending) != "passed" for ending in endings.values()):
            return _failed(name, endings)
        return Surveyed(name, "passed", "passed", "", same, counts)

    @property
    def _guard(self) -> bool:
        """Whether equal code means equal work: not in environments that were built apart."""
        return self.environment.request.guard and not self.environment.built

    def _alone(self, pair: Pairing, name: str, collected: Collected) -> Surveyed:
        """Run a benchmark that base hasn't in head alone: whether it passes matters all the same."""
        self.watch(name)
        arm = pair.arms["head"]
        arm.at = name
        heard = arm.ask("ready", "done", do="run", test=name, next=None)
        ending = heard if heard["event"] == "done" else arm.ask("done", do="release")
        state, why = _state(ending), said("head", ending) if _state(ending) != "passed" else ""
        return Surveyed(name, "absent", state, why or _inability(collected["base"]))


def laid_over(changed: Sequence[str], files: Iterable[str]) -> list[str]:
    """Choose, of the changed files, those of the benchmarks, which are to be head's in both arms, and never the project's code.

    They are the benchmarks' own files, whatever lies beside them in folders of tests or benchmarks, and each conftest.py
    above them.
    """
    own = {PurePosixPath(file) for file in files}
    above = {parent / "conftest.py" for file in own for parent in file.parents}
    suites = {folder for file in own for folder in file.parents if _SUITE.fullmatch(folder.name)}
    paths = (PurePosixPath(name) for name in changed)
    return [str(path) for path in paths if path in own | above or any(suite in path.parents for suite in suites)]


def identical(traced: Mapping[Arm, Mapping[str, Any]], changed: Sequence[str]) -> bool:
    """Whether two arms executed the same: equal code and data, and nothing that can't be traced and was changed."""
    base, head = (traced[arm] for arm in ARMS)
    parts = ("modules", "functions", "files")
    if any(base[part] != head[part] for part in parts):
        return False
    return not changed or not (base["untraceable"] or head["untraceable"])


def _inability(collected: Mapping[str, Any]) -> str:
    """Say why base can't run head's benchmarks, if it said so."""
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


def _ended_early(pair: Pairing, heard: Mapping[Arm, Mapping[str, Any]]) -> None:
    if any(message["event"] == "done" for message in heard.values()):
        raise Failure(
            {arm: m if m["event"] == "done" else pair.arms[arm].ask("done", do="release") for arm, m in heard.items()}
        )


def _traced(pair: Pairing) -> dict[Arm, Mapping[str, Any]]:
    return {arm: answer["code"] for arm, answer in pair.both("traced", do="trace").items()}


def _counts(answers: Mapping[Arm, Mapping[str, Any]]) -> tuple[Count, ...]:
    base, head = (answers[arm]["counters"] for arm in ARMS)
    return tuple(Count(name, base[name], head[name]) for name in base if name in head)


def _failed(name: str, endings: Mapping[Arm, Mapping[str, Any]]) -> Surveyed:
    states = {arm: _state(endings[arm]) for arm in ARMS}
    told = [said(arm, endings[arm]) for arm in ARMS if states[arm] != "passed"]
    return Surveyed(name, states["base"], states["head"], "; ".join(dict.fromkeys(told)))


def _state(ending: Mapping[str, Any]) -> Ended:
    if ending.get("refused"):
        return "skipped"
    if ending["outcome"] == "passed" and not ending.get("used"):
        return "skipped"
    found: Ended = ending["outcome"]
    return found
