"""The survey: before anything is timed, which benchmarks each arm has, whether they pass, what they execute, what they count."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from random import Random
from typing import Any

from lntx.duet import compiled
from lntx.duet.advice import help_for
from lntx.duet.alone import Allowance
from lntx.duet.base_files import BaseFiles
from lntx.duet.checkout import overlay
from lntx.duet.draft import Collected, Draft
from lntx.duet.environment import Environment
from lntx.duet.first_look import FirstLook, nothing_found
from lntx.duet.naming import tests
from lntx.duet.pair import WorkerPair, worker_pair
from lntx.duet.process import WorkerLost
from lntx.duet.repository import Repository
from lntx.duet.second_look import SecondLook
from lntx.duet.sharing import beside, hindering, kept, laid_over
from lntx.errors import InputError
from lntx.result import Arm, Surveyed

_NAMED = 3
_RESUMED = 2  # each time may cost what a step of a worker may take, if an arm waits for the other


@dataclass(frozen=True, slots=True)
class Survey:
    """What the survey found: each benchmark, and the file it is in; `allowed` are those that bear so many calls in a process.

    `said` are sentences on the suite as a whole; `unmeasured` names files that benchmarks may run elsewhere, and no arm ran.
    """

    surveyed: tuple[Surveyed, ...]
    files: Mapping[str, str]
    allowed: Mapping[str, Allowance] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()

    def notes(self) -> Iterator[str]:
        """Say what a reader must know, and of each benchmark that neither arm could run why it is left out."""
        yield from self.said
        for why, names in self._for_files().items():
            yield (
                f"{_listed(names)} {'is' if len(names) == 1 else 'are'} timed all the same: {why} "
                "(what .gitignore names is no change)"
            )
        for one in self.surveyed:
            if one.base == one.head == "skipped":
                yield f"{one.name} is left out: {one.message or 'its test never called it'}"

    def _for_files(self) -> dict[str, list[str]]:
        """Name what is timed for files that may be read unseen, by what is said of these."""
        found: dict[str, list[str]] = {}
        for one in self.surveyed:
            if one.base == one.head == "passed" and one.message:
                found.setdefault(one.message, []).append(one.name)
        return found

    def without(self, left: Mapping[str, str]) -> "Survey":
        """Leave benchmarks out, with a reason for each, that proved impossible to time."""
        rows = (
            Surveyed(one.name, "skipped", "skipped", left[one.name]) if one.name in left else one
            for one in self.surveyed
        )
        return replace(self, surveyed=tuple(rows))


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

        InputError for a suite that has no benchmarks, that can't be imported, that imports anything but its own arm, or of which
        nothing runs in either arm.
        """
        changed = self.repository.changed(self.commits["base"], self.commits["head"])
        draft = Draft(changed)
        with self._pair(draft) as (pair, collected):
            draft.own = tests(collected["base"])
            draft.whole = not (collected["base"]["errors"] or "lost" in collected["base"])
            files = self._below_root(collected["head"])
            laid = laid_over(changed, files)
            if not laid:
                if lost := collected["base"].get("lost"):
                    raise WorkerLost(lost)
                self._look(draft).run(pair, collected)
        if not laid:
            return self._done(draft)
        overlay(self.environment.space.trees["base"], self.commits["head"], laid)
        back = self._laid(draft, laid)
        still = [name for name in laid if name not in back]
        draft.said += filter(None, (beside(still, files), kept(back)))
        self._resume(draft)
        self._base_files(draft, still).silenced()
        return self._done(draft, still)

    @contextmanager
    def _pair(self, draft: Draft) -> Iterator[tuple[WorkerPair, Collected]]:
        """Start the workers of a survey; base may be unable to. Where one is lost amid the tests, that is noted."""
        started = False
        try:
            more = self.environment.watching
            with worker_pair(self.environment, 0, self.rng, more=more, dispensable="base") as found:
                started = True
                yield found
        except WorkerLost as lost:
            if not draft.begun or not started:
                advised = help_for(str(lost), self.environment.pythons["head"], "")
                raise WorkerLost("; ".join(filter(None, (str(lost), advised)))) from None
            draft.lose(str(lost))

    def _resume(self, draft: Draft) -> None:
        """Go on behind a test at which a worker was lost; what is left the third time is in doubt."""
        for _ in range(_RESUMED):
            if draft.lost and draft.open():
                draft.lost = ""
                try:
                    with self._pair(draft) as (pair, collected):
                        self._look(draft).go_on(pair, collected)
                except WorkerLost as lost:  # while it started, this time
                    draft.lost = str(lost)
        if draft.lost:
            draft.doubt_the_rest(draft.lost)

    def _base_files(self, draft: Draft, laid: Sequence[str]) -> BaseFiles:
        return BaseFiles(self.environment, self.commits, self.rng, self.watch, draft, laid)

    def _look(self, draft: Draft) -> FirstLook:
        return FirstLook(self.environment, draft, self.rng, self.watch)

    def _laid(self, draft: Draft, laid: Sequence[str]) -> list[str]:
        """Survey with head's files in base; those that keep it from what it can collect itself are put back, and named."""
        back: list[str] = []
        while True:
            more: list[str] = []
            with self._pair(draft) as (pair, collected):
                more = hindering(draft.own, collected, [name for name in laid if name not in back])
                if not more:
                    self._look(draft).run(pair, collected)
            if not more:
                return back
            overlay(self.environment.space.trees["base"], self.commits["base"], more)
            back += more

    def _done(self, draft: Draft, laid: Sequence[str] = ()) -> Survey:
        """Look again at what is in doubt; InputError where nothing is left that either arm can run."""
        self._resume(draft)
        look = SecondLook(self.environment, self.repository, draft, self.rng, self.watch)
        look.run()
        self._base_files(draft, laid).judge(look)
        rows = draft.listed()
        if not rows:
            raise nothing_found(self.environment, draft)
        if look.common and not any("passed" in {one.base, one.head} for one in rows):
            raise InputError(look.common_error())
        files = {name: one.file for name, one in draft.everything().items()}
        lacking = compiled.unmeasured(draft.apart, draft.changed)
        return Survey(rows, files, look.allowed, (*draft.said, *compiled.notes(lacking)), tuple(lacking))

    def _below_root(self, collected: Mapping[str, Any]) -> list[str]:
        """Name the files of head's benchmarks as the repository does; pytest's root may be a folder of it."""
        root, tree = PurePosixPath(collected["rootdir"]), self.environment.space.trees["head"]
        if not root.is_relative_to(tree):
            raise InputError(
                f"pytest's root is {root}, outside the worktree; give the repository a pytest.ini or pyproject.toml"
            )
        root = root.relative_to(tree)
        return [str(root / one.file) for one in tests(collected).values() if not one.inside]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
