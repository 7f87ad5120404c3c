"""What base says with its own benchmark files, where head's, which lie over them, may be the reason for what is seen.

Head's files in both arms let a change of the code show, and hide a change of the files: a test that they break fails alike in
both, and one that they silence is silent in both. Base with the files that it has itself tells these from what failed before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from lntx.duet.checkout import overlay
from lntx.duet.draft import Draft
from lntx.duet.endings import outcome
from lntx.duet.pair import lone_worker
from lntx.duet.process import WorkerLost
from lntx.duet.second_look import SecondLook
from lntx.result import Arm, Ended, Surveyed

if TYPE_CHECKING:
    from lntx.duet.environment import Environment

UNABLE = "base runs its own version of it, and can't run head's, so there is nothing to compare"
_BROKEN = "failed in head: {}; base {} it with its own {}, so the change broke it"
_NEW = "failed in head: {}; base hasn't got it, so the change brought it"
_ENDED: Mapping[Ended, str] = {"passed": "passes", "skipped": "skips"}
_NAMED = 3


@dataclass(frozen=True, slots=True)
class BaseFiles:
    """Runs benchmarks in base with its own version of `laid`, the files that are head's in both arms; fills a draft."""

    environment: "Environment"
    commits: Mapping[Arm, str]
    rng: Random
    watch: Callable[[str], None]
    draft: Draft
    laid: Sequence[str]

    def silenced(self) -> None:
        """Find out which benchmarks ran in base until head's files made them idle, or took them away: nothing else tells it."""
        for name, ended in self._ended(self.draft.idle()).items():
            if ended == "passed":
                self.draft.ran_in_base(name)

    def judge(self, look: SecondLook) -> None:
        """Settle what base can't run as head's files have it, and what fails alike in both arms with them.

        The first isn't new, nor comparable. The second is a wrong result of the change, where base's own files have it pass.
        """
        if not self.laid:
            return  # both arms have the same files as base, or none that matter
        rows = self.draft.rows
        unable = [name for name, one in rows.items() if one.head == "passed" != one.base and name in self.draft.own]
        failing = [name for name in look.alike if name in self.draft.own]
        ended = self._ended([*unable, *failing])
        ran = [name for name in unable if ended.get(name) == "passed"]
        self.draft.leave_out({name: "; ".join(filter(None, (UNABLE, rows[name].message))) for name in ran})
        for name in failing:
            self._blame(look, name, ended.get(name))
        for name in look.alike.keys() - set(failing):
            self._brought(look, name)

    def _blame(self, look: SecondLook, name: str, ended: Ended | None) -> None:
        """Call it wrong where base's own files have it pass, or skip a benchmark; a mere suspect that is skipped is none."""
        if ended == "passed" or (ended == "skipped" and name in look.common):
            why = _BROKEN.format(look.alike[name], _ENDED[ended], self._files)
            look.blame(Surveyed(name, ended, "failed", why))

    def _brought(self, look: SecondLook, name: str) -> None:
        """Call a failing test wrong that the change brings, unless it is the environment that lacks something for it."""
        if not self.draft.whole or look.lacks_something(name):
            look.unsure(name)
        elif name in look.common:
            look.blame(Surveyed(name, "absent", "failed", _NEW.format(look.alike[name])))

    @property
    def _files(self) -> str:
        more = len(self.laid) - _NAMED
        return ", ".join(self.laid[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")

    def _ended(self, names: Sequence[str]) -> dict[str, Ended]:
        """Run benchmarks with base's own files, and say how each ended; one at which its worker is lost isn't among them."""
        left, found = list(names), dict[str, Ended]()
        if not left:
            return {}
        tree = self.environment.space.trees["base"]
        overlay(tree, self.commits["base"], self.laid)
        while left:
            before = len(left)
            try:
                with lone_worker(self.environment, "base", self.rng.randrange(2**32), {}) as (worker, _):
                    while left:
                        worker.at = name = left.pop(0)
                        self.watch(name)
                        ending = worker.ask("done", do="run", test=name, next=None, plainly=True)
                        found |= {} if ending.get("absent") else {name: outcome(ending)}
            except WorkerLost:
                if len(left) == before:  # it can't even start
                    break
        overlay(tree, self.commits["head"], self.laid)
        return found
