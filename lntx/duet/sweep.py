"""A sweep: one fresh pair of workers goes through all open benchmarks and the sentinels, in an order drawn anew."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from lntx.duet.clock import Clock
from lntx.duet.endings import Ending, said
from lntx.duet.environment import Environment
from lntx.duet.pace import SENTINEL
from lntx.duet.pairing import Failure, Pairing, cores, pairing
from lntx.result import Arm, Pair

FILES = "LNTX_DUET_FILES"
SENTINELS = {"sentinel: arithmetic": 0, "sentinel: memory": 1}
"""The controls, none of the project's code, and their numbers in the worker."""


@dataclass(slots=True)
class Swept:
    """What one pair of workers gave: a Pair for each benchmark and sentinel, failures in words, and seconds for each."""

    pairs: dict[str, Pair] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Sweeper:
    """Makes sweeps, and remembers how many calls of each benchmark make a batch. `files` are those of the benchmarks."""

    environment: Environment
    files: Mapping[str, str]
    rng: Random
    calls: dict[str, int] = field(default_factory=dict)

    def sweep(self, number: int, names: Sequence[str], watch: Callable[[str], None]) -> Swept:
        """Measure the benchmarks once more; watch hears the name of each that begins."""
        swept = Swept()
        only = {FILES: json.dumps(sorted({self.files[name] for name in names}))}
        with pairing(self.environment, number, self.rng, more=only) as (pair, _):
            pair.both("pinned", do="pin", cores=cores(number, self.environment.request.threads))
            order = self.rng.sample([*names, *SENTINELS], len(names) + len(SENTINELS))
            tests = [name for name in order if name not in SENTINELS]
            following = dict(zip(tests, [*tests[1:], None], strict=True))
            for name in order:
                watch(name)
                started = monotonic()
                if name in SENTINELS:
                    swept.pairs[name] = self._sentinel(pair, name, number)
                else:
                    self._benchmark(pair, name, following[name], number, swept)
                swept.seconds[name] = monotonic() - started
        return swept

    def _benchmark(self, pair: Pairing, name: str, following: str | None, number: int, swept: Swept) -> None:
        found: Pair | None = None
        endings: Mapping[Arm, Ending]
        try:
            pair.begin(name, following)
            found = self._timed(Clock(pair, {"do": "batch"}, self.environment.request.pace, self.rng), name, number)
            endings = pair.finish()
        except Failure as failure:
            endings = failure.endings
        if endings["head"]["outcome"] == "failed":
            swept.failures[name] = said("head", endings["head"])
        # where base failed, or a test was skipped, nothing is known, and head isn't to blame
        elif found and all(ending["outcome"] == "passed" for ending in endings.values()):
            swept.pairs[name] = found

    def _timed(self, clock: Clock, name: str, number: int) -> Pair:
        return self._settled(clock, name, number, clock.first())

    def _sentinel(self, pair: Pairing, name: str, number: int) -> Pair:
        clock = Clock(pair, {"do": "sentinel", "which": SENTINELS[name]}, SENTINEL, self.rng)
        return self._settled(clock, name, number, None)

    def _settled(self, clock: Clock, name: str, number: int, first: tuple[float, float] | None) -> Pair:
        """Warm up and measure, with as many calls a batch as the first pair found out."""
        if name not in self.calls:
            self.calls[name] = clock.calibrated()
        settled = clock.warm(self.calls[name])
        return Pair(number, clock.quads(self.calls[name]), first, settled)
