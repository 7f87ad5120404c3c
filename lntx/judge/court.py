"""The court: follows a gate from look to look, and closes each benchmark as soon as something may be said of it."""

from collections.abc import Mapping, Sequence

import numpy as np

from lntx.judge import sequence
from lntx.judge.judgement import explain
from lntx.judge.prior import Prior, fitted, joined, upper_quartile
from lntx.judge.scores import FIRST_CALL, Scores, firsts, scores
from lntx.judge.sequence import Estimates
from lntx.result import BenchmarkResult, Rules, Stream


class SequentialTest:
    """Decides benchmarks by name. `known` is what A/A data of earlier gates say of their variances.

    Raises InputError for rules that can't be kept.
    """

    def __init__(self, rules: Rules, names: Sequence[str], known: Mapping[str, Prior] | None = None) -> None:
        sequence.check(rules)
        self.rules = rules
        self.names = tuple(dict.fromkeys(names))
        self.known = dict(known or {})
        self.decided: dict[str, BenchmarkResult] = {}

    def look(self, streams: Mapping[str, Stream]) -> dict[str, BenchmarkResult]:
        """Give what is newly decided after a look's number of pairs; at the cap, all that was left.

        Between the looks nothing is decided, as nothing was paid for that. Streams of benchmarks that were decided before
        must still be there: the others learn from them.
        """
        pairs = max((pair.number for stream in streams.values() for pair in stream.pairs), default=0)
        if pairs not in self.rules.looks and pairs < self.rules.cap:
            return {}
        return self._judge(streams, closing=pairs >= self.rules.cap)

    def close(self, streams: Mapping[str, Stream]) -> dict[str, BenchmarkResult]:
        """Give all that was left as inconclusive, with what can be said of it, as where a gate is interrupted."""
        return self._judge(streams, closing=True, deciding=False)

    def firsts(self, streams: Mapping[str, Stream]) -> dict[str, BenchmarkResult]:
        """Judge the first calls where they are a matter of their own, by the benchmark's name with `[first call]` added.

        To be asked once, when all is measured. They learn from each other, not from later calls.
        """
        found = self._firsts(streams)
        estimates = estimated(list(found.values()), [None] * len(found))
        outcomes = sequence.decided(estimates, self.rules, self._tests(streams), last=True)
        return {
            name: explain(name, found[name], estimates.at(i), int(outcomes[i]), self.rules, self._tests(streams))
            for i, name in enumerate(found)
        }

    def _judge(
        self, streams: Mapping[str, Stream], *, closing: bool, deciding: bool = True
    ) -> dict[str, BenchmarkResult]:
        found = [scores(streams.get(name, Stream(name))) for name in self.names]
        estimates = estimated(found, [self.known.get(name) for name in self.names])
        tests = self._tests(streams)
        outcomes = sequence.decided(estimates, self.rules, tests, last=closing) * deciding
        new = {
            name: explain(name, found[i], estimates.at(i), int(outcomes[i]), self.rules, tests)
            for i, name in enumerate(self.names)
            if name not in self.decided and (closing or outcomes[i] != sequence.OPEN)
        }
        self.decided |= new
        return new

    def _tests(self, streams: Mapping[str, Stream]) -> int:
        """Count what may raise an alarm: the benchmarks, and the first calls that the first pair showed to matter."""
        return len(self.names) + len(self._firsts(streams))

    def _firsts(self, streams: Mapping[str, Stream]) -> dict[str, Scores]:
        found = {name: firsts(streams[name]) for name in self.names if name in streams}
        return {name + FIRST_CALL: scored for name, scored in found.items() if scored is not None}


def estimated(found: Sequence[Scores], known: Sequence[Prior | None]) -> Estimates:
    """Estimate each from its scores, with the variance that all of them, and what is known of each, make likely."""
    values = [np.array(scored.values) for scored in found]
    counts = np.array([len(value) for value in values], float)
    centers = np.array([value.mean() if len(value) else 0.0 for value in values])
    variances = np.array([value.var(ddof=1) if len(value) > 1 else 0.0 for value in values])
    prior, dofs = joined(*fitted(variances, np.maximum(counts - 1, 0)), known)
    return sequence.estimates(centers, variances, counts, prior, dofs, upper_quartile(variances))
