"""A look at what passed in the survey and not in a pair: alone in each arm, and where that isn't enough, with the whole suite.

A pair collects the files of open benchmarks alone, which saves most of its time in a large suite. But a test may need what
another file's import does (it fills a registry, registers a plugin), and a hook of the project may look at all that is collected.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lntx.duet.alone import Alone, Tried
from lntx.duet.endings import Doubt, outcome
from lntx.duet.pair import only
from lntx.duet.process import WorkerLost
from lntx.result import ARMS, Arm, Surveyed

if TYPE_CHECKING:
    from lntx.duet.environment import Environment

LONELY = "it passed in the whole suite, and {} without the other tests: {}"


@dataclass(frozen=True, slots=True)
class Seen:
    """How benchmarks went in each arm; `needy` are those that pass in both with the whole suite collected, and not without."""

    tried: Mapping[Arm, Mapping[str, Tried]]
    needy: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ThirdLook:
    """Looks; `files` are those of the benchmarks."""

    environment: "Environment"
    files: Mapping[str, str]
    seed: int
    watch: Callable[[str], None]

    def seen(self, doubts: Mapping[str, Doubt], *, whole: bool) -> Seen:
        """Try each, whole: with all that the survey collected; else with that only where its own files don't do."""
        if whole:
            return Seen(self._tried(doubts, whole=True))
        tried = self._in_part(doubts)
        failing = {name: doubt for name, doubt in doubts.items() if not passes(name, tried)}
        if not failing:
            return Seen(tried)
        again = self._tried(failing, whole=True)
        kept = {arm: {name: one for name, one in tried[arm].items() if name not in failing} for arm in ARMS}
        needy = frozenset(name for name in failing if passes(name, again))
        return Seen({arm: {**kept[arm], **again[arm]} for arm in ARMS}, needy)

    def _in_part(self, doubts: Mapping[str, Doubt]) -> dict[Arm, dict[str, Tried]]:
        """Try each; nothing is known of any where a worker is lost, which may be for what it hasn't collected."""
        try:
            return self._tried(doubts, whole=False)
        except WorkerLost:
            return {arm: {} for arm in ARMS}

    def _tried(self, doubts: Mapping[str, Doubt], *, whole: bool) -> dict[Arm, dict[str, Tried]]:
        more = {} if whole else only(self.files[name] for name in doubts)
        alone = Alone(self.environment, self.seed, self.watch, surveyed=False, only=more)
        return {arm: alone.tried(arm, doubts) for arm in ARMS}


def passes(name: str, tried: Mapping[Arm, Mapping[str, Tried]]) -> bool:
    """Return whether a benchmark is there and passes in both arms, as pytest-benchmark runs it."""
    return all(name in tried[arm] and outcome(tried[arm][name].plain) == "passed" for arm in ARMS)


def lonely(found: Surveyed) -> str:
    """Say why a benchmark is left out that doesn't pass in base either, once the tests before it haven't run."""
    how = "fails" if "failed" in {found.base, found.head} else "is skipped"
    return LONELY.format(how, found.message or "its test never called it")
