"""The survey's first look: both arms at once, each benchmark run once in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from random import Random
from typing import TYPE_CHECKING, Any

from lntx.duet import asv, naming
from lntx.duet.draft import FURTHER, GONE, Collected, Draft, Problem
from lntx.duet.endings import Doubt, Ending, exhausted, judged, outcome
from lntx.duet.naming import Tests, tests
from lntx.duet.pair import Failure, WorkerPair, lone_worker
from lntx.duet.sharing import counts_of, identical, read_unseen, same_code, unseen
from lntx.errors import InputError
from lntx.result import ARMS, Arm, Count, Surveyed

if TYPE_CHECKING:
    from lntx.duet.environment import Environment

NESTED = "it runs a pytest of its own over benchmarks, which can't be given their turns"
_MOVED = "the ids of {} differ from process to process or place to place; its tests are told apart by their order"

_PROSE = {".md", ".rst"}


@dataclass(slots=True)
class FirstLook:
    """Fills a draft."""

    environment: "Environment"
    draft: Draft
    rng: Random
    watch: Callable[[str], None]

    def run(self, pair: WorkerPair, collected: Collected) -> None:
        """Run all that both arms have in both, and the rest in the one that has it.

        InputError for arms that don't hold what they should, or hold no benchmarks. A draft whose arms couldn't collect their
        files has a problem afterwards, and nothing was run.
        """
        draft = self.draft
        draft.problem = problem(collected, draft.changed)
        if draft.problem:
            return
        self.take(collected)
        draft.begun = True
        self.go_on(pair, collected)

    def go_on(self, pair: WorkerPair, collected: Collected) -> None:
        """Run what is open yet."""
        draft = self.draft
        shared = [name for name in draft.open() if len(draft.arms(name)) == len(ARMS)]
        following = dict(zip(shared, [*shared[1:], None], strict=False))  # so that fixtures live on from test to test
        for name in shared:
            self._both(pair, name, following[name])
        for name in draft.open():
            self._one(pair, draft.arms(name)[0], name, collected)
        draft.hear_apart(pair.both("apart", do="apart", changed=list(draft.changed)))

    def take(self, collected: Collected) -> None:
        """Take what was collected, and find out which test of one arm is which of the other; InputError for none at all."""
        draft = self.draft
        draft.rootdir = collected["head"].get("rootdir", "")
        draft.there = {arm: tests(collected[arm]) for arm in ARMS}
        skipped = {str(one["id"]): one["message"] for arm in ARMS for one in collected[arm].get("skipped", ())}
        draft.deselected = int(collected["head"].get("deselected", 0))
        if not draft.names() and not skipped:
            raise nothing_found(self.environment, draft)
        self._pair_names()
        files = {one.file for one in draft.everything().values()}
        whole = {name: why for name, why in skipped.items() if name.partition("::")[0] not in files}
        draft.leave_out({name: f"it is skipped as a whole: {why}" for name, why in whole.items()})
        draft.leave_out({name: NESTED for name, one in draft.everything().items() if one.kind == "nested"})

    def _pair_names(self) -> None:
        """Name tests by their places where their ids differ between processes, and say so."""
        draft, there = self.draft, self.draft.there
        shared = there["base"].keys() & there["head"].keys()
        if not all(there[arm].keys() - shared for arm in ARMS):
            return
        functions = naming.unlike(there)
        moved = naming.located(there, functions, self.environment.space.trees)
        if all(PurePosixPath(name).suffix in _PROSE for name in draft.changed):
            moved = functions  # nothing that was changed can have renamed them
        left = {name for name, one in there["head"].items() if name not in shared and one.function not in moved}
        if left:
            again = self._again("head")
            moved |= naming.moving(there["head"], again, functions - moved)
            draft.leave_out(dict.fromkeys(self._unstable(left - again.keys(), moved), naming.UNSTABLE))
        countable = naming.countable(there, moved)
        draft.there = {arm: naming.placed(there[arm], moved, shared) for arm in ARMS}
        draft.own = naming.placed(draft.own, moved, shared)
        draft.said += [_MOVED.format(function) for function in sorted(countable)]
        uncounted = [name for name, one in draft.everything().items() if one.function in moved - countable]
        draft.leave_out({name: naming.UNSTABLE for name in uncounted if name not in shared})

    def _unstable(self, names: set[str], moved: set[str]) -> set[str]:
        """Of the names that another process of head doesn't have, those without parameters, and base's of the same files."""
        there = self.draft.there
        found = {name for name in names if there["head"][name].function not in moved}
        files = {there["head"][name].file for name in found}
        gone = there["base"].keys() - there["head"].keys()
        return found | {name for name in gone if there["base"][name].file in files}

    def _again(self, arm: Arm) -> Tests:
        """Collect once more, in another process."""
        with lone_worker(self.environment, arm, self.rng.randrange(2**32), {}) as (_, collected):
            return tests(collected)

    def _both(self, pair: WorkerPair, name: str, following: str | None) -> None:
        """Run a benchmark in both arms at once, and let what it does be watched and counted."""
        self._begin(name)
        traced: dict[Arm, Mapping[str, Any]] | None = None
        counts: tuple[Count, ...] = ()
        endings: Mapping[Arm, Ending]
        try:
            pair.begin(name, following)
            for _ in range(2):  # what is compiled or cached at first is so then
                pair.step("batch", do="batch", iterations=1)
            if self.environment.config.counters:
                counts = counts_of({arm: one["counters"] for arm, one in pair.both("counts", do="count").items()})
            if self.environment.guarded:
                traced = {arm: one["code"] for arm, one in pair.both("traced", do="trace").items()}
            endings = pair.finish()
        except Failure as failure:
            endings = failure.endings
        found = judged(name, endings)
        if any(exhausted(code) for code in (traced or {}).values()):
            self.draft.doubts[name] = Doubt("it bears few calls")
        elif found.base == found.head == "passed":
            same = traced is not None and identical(traced, self.draft.changed)
            why = unseen(read_unseen(traced, self.draft.changed)) if traced and not same and same_code(traced) else ""
            self.draft.add([Surveyed(name, "passed", "passed", why, same, counts)])
        elif found.base == found.head == "skipped":
            self._unused(name, found, endings)
        else:
            self.draft.doubts[name] = Doubt(found.message or "its test called it in one arm only")
        self._further(name, endings)

    def _one(self, pair: WorkerPair, arm: Arm, name: str, collected: Collected) -> None:
        """Run a benchmark that the other arm hasn't got: whether it passes matters all the same."""
        self._begin(name)
        worker = pair.arms[arm]
        worker.at = name
        heard = worker.ask("ready", "done", do="run", test=name, next=None)
        ending = heard if heard["event"] == "done" else worker.ask("done", do="release")
        found = judged(name, {arm: ending})
        if outcome(ending) == "failed":
            self.draft.doubts[name] = Doubt(found.message)
        elif outcome(ending) == "skipped" and self.draft.candidate(name).kind == "suspect" and not ending.get("made"):
            self.draft.dropped.add(name)
        elif arm == "base":
            self.draft.add([Surveyed(name, found.base, "absent", GONE)])
        else:
            self.draft.add([Surveyed(name, "absent", found.head, found.message or _inability(collected["base"]))])
        self._further(name, {arm: ending})

    def _begin(self, name: str) -> None:
        self.draft.at = name
        self.watch(name)

    def _unused(self, name: str, found: Surveyed, endings: Mapping[Arm, Ending]) -> None:
        """Tell a benchmark that no arm called from a test that is none: one that was suspected, and made no fixture."""
        idle = all(
            one["outcome"] == "passed" and not one.get("made") and not one.get("refused") for one in endings.values()
        )
        if idle and self.draft.candidate(name).kind == "suspect":
            self.draft.dropped.add(name)
        else:
            self.draft.add([found])

    def _further(self, name: str, endings: Mapping[Arm, Ending]) -> None:
        """Name the benchmarks of a test that come after its first."""
        if more := max(int(one.get("more", 0)) for one in endings.values()):
            why = f"a test's first benchmark is judged, and this one has {more} more"
            self.draft.add([Surveyed(name + FURTHER, "skipped", "skipped", why)])


def nothing_found(environment: "Environment", draft: Draft) -> InputError:
    """Return the error of a suite without benchmarks, with what helps where some are deselected, or are asv's."""
    config, tree = environment.config, environment.space.trees["head"]
    asked = " ".join(config.arguments) or "nothing further"
    hint = "" if config.asv else asv.hint(tree, environment.folder("head"))
    if draft.deselected:
        hint = (
            f"; {draft.deselected:,} that do are deselected, by -m, -k or --deselect (in the suite's addopts, too): choose them "
            "behind --, as by -m benchmark"
        )
    return InputError(f"pytest, told {asked}, finds no test that uses the benchmark fixture in base or head{hint}")


def problem(collected: Collected, changed: Sequence[str]) -> Problem | None:
    """Return what can't be collected, None where all can: head's files, and base's but for those that are head's.

    InputError for an arm that imports what isn't its own.
    """
    for arm in ARMS:
        if outside := collected[arm]["outside"]:
            raise InputError(
                f"{arm} imports {outside[0]} instead of its own worktree's, so the change would not be measured; "
                "say with --source where the code lies, or with --build how to install it"
            )
    found: dict[str, Problem] = {}
    for arm in ARMS[::-1]:
        for error in collected[arm]["errors"]:
            name = str(error["id"])
            file = name.partition("::")[0]
            if name in found:
                found[name] = replace(found[name], arms="base and head")
            elif arm == "head" or not any(path.endswith(file) for path in changed):
                found[name] = Problem(name, arm, error["message"])
    return next(iter(found.values()), None)


def _inability(collected: Mapping[str, Any]) -> str:
    """Return why base can't run head's benchmarks, if it said so."""
    errors = [error["message"] for error in collected["errors"]]
    why = collected.get("lost") or (errors[0] if errors else "")
    return f"head's version of it can't be run there: {why}" if why else ""
