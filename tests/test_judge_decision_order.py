"""The order of verdicts, over all that may be found of a benchmark at once: what is worse always shows."""

from dataclasses import dataclass, replace

from hypothesis import example, given
from hypothesis import strategies as st
from support import gates

from lntx.judge import decision
from lntx.judge.acknowledgements import Acknowledgement
from lntx.judge.counts import PEAK, TOLD
from lntx.judge.scores import FIRST_CALL
from lntx.result import BenchmarkResult, Budget, Count, Rules, Surveyed
from lntx.verdict import Verdict

RULES = Rules()
MIB = 2**20
COUNTS = {
    "same": (Count("FLOPs", 5, 5), Count("graph breaks", 2, 1)),
    "some bytes": (Count(PEAK, MIB, MIB + 1000),),
    "rose": (Count("FLOPs", 5, 6),),
    "memory rose": (Count(PEAK, MIB, 2 * MIB),),
    "compiled now": (Count("compiled graphs", 0, 1), Count("generated kernels", 0, 3)),
    "compiled now, and more work": (Count("compiled graphs", 0, 1), Count("FLOPs", 5, 6)),
    "in torch now": (Count("dispatcher operations", 0, 7), Count("allocations", 0, 2)),
}
BLAMED = {"rose", "memory rose", "compiled now, and more work"}
ENDED = ("passed", "failed", "skipped", "absent")
TIMES = ("slower", "faster", "same", "inconclusive")


@dataclass(frozen=True)
class Case:
    """What was found of one benchmark; budgets are what came of them."""

    base: str = "passed"
    head: str = "passed"
    identical: bool = False
    counts: str = "same"
    acknowledged: bool = False
    time: str = "same"
    first: str = ""
    fails: bool = False
    clock: str = "within"
    memory: str = "within"

    def rule(self, spoilt):
        """What the rules say of it, told another way than the judge does: verdict and means, None for one that is left out."""
        ran = {"passed", "failed"}
        timed = self.base == self.head == "passed" and not self.identical
        if self.head == "failed" or (self.fails and timed):
            return "disagrees", "results"
        if self.head != "passed":
            return ("missing", "coverage") if self.base in ran else None
        if self.base != "passed":
            found = "new", "coverage"
        elif self.identical:
            found = "same", "identity"
        else:
            found = self._by_counters_or_time(spoilt)
        if self.memory == "over" and found != ("slower", "counters"):
            return "over-budget", "counters"
        if self.clock == "over" and found[0] not in {"slower", "contaminated"}:
            return "over-budget", "time"
        return found

    def _by_counters_or_time(self, spoilt):
        proved = self.time == "faster" and not spoilt
        if self.counts in BLAMED and not self.acknowledged and not proved:
            return "slower", "counters"
        return ("contaminated" if spoilt else self.time), "time"


cases = st.builds(
    Case, st.sampled_from(ENDED), st.sampled_from(ENDED), st.booleans(), st.sampled_from(list(COUNTS)), st.booleans(),
    st.sampled_from(TIMES), st.sampled_from(["", "slower", "faster"]), st.booleans(),
    st.sampled_from(["within", "over", "undecided", "unknown"]), st.sampled_from(["within", "over", "undecided", "unknown"]),
)  # fmt: skip
passing = cases.map(lambda case: replace(case, base="passed", head="passed", fails=False, identical=False))


def decided(found, spoilt=False):
    surveyed = [
        Surveyed(f"b{i}", one.base, one.head, identical=one.identical, counts=COUNTS[one.counts])
        for i, one in enumerate(found)
    ]
    leave = [
        Acknowledgement(f"b{i}", count.name, count.head, "meant")
        for i, one in enumerate(found)
        for count in COUNTS[one.counts]
        if one.acknowledged
    ]
    names = decision.timed_names(surveyed)
    timed = {
        f"b{i}": BenchmarkResult(f"b{i}", Verdict(one.time), "time", "as timed", 1.0, 0.9, 1.1, 8)
        for i, one in enumerate(found)
        if f"b{i}" in names
    }
    timed |= {
        f"b{i}{FIRST_CALL}": BenchmarkResult(f"b{i}{FIRST_CALL}", Verdict(one.first), "time", "at first", 7.0, pairs=8)
        for i, one in enumerate(found)
        if one.first and f"b{i}" in names
    }
    held = [
        Budget(f"b{i}", measure, 1.0, outcome, None if outcome == "unknown" else 2.0)
        for i, one in enumerate(found)
        for measure, outcome in (("time", one.clock), ("memory", one.memory))
    ]
    if spoilt:  # as `budgeted` has it
        held = [replace(one, outcome="unknown") if one.measure == "time" else one for one in held]
    failures = {f"b{i}": "assert x" for i, one in enumerate(found) if one.fails and f"b{i}" in names}
    streams = {name: one for name, one in gates.suite(sentinel=0.05 if spoilt else 0.0).items() if one.sentinel}
    return decision.decide(surveyed, timed, streams, RULES, leave, failures, held=held)


@given(st.lists(cases, min_size=1, max_size=4), st.booleans())
@example([Case(counts="compiled now", time="faster", first="slower")], False)
@example([Case(counts="memory rose", time="faster")], True)
def test_every_combination_has_the_verdict_of_its_worst_part(found, spoilt):
    suite, judged, _ = decided(found, spoilt)
    by = {one.name: (one.verdict, one.means) for one in judged if not one.name.endswith(FIRST_CALL)}
    rules = {f"b{i}": _without_clock(one, spoilt).rule(spoilt) for i, one in enumerate(found)}
    assert by == {name: rule for name, rule in rules.items() if rule is not None}
    gravest = max((one.verdict for one in judged), key=lambda one: one.severity, default=Verdict.INCONCLUSIVE)
    new = judged and all(one.verdict is Verdict.NEW for one in judged)
    assert suite == (Verdict.NEW if new else gravest if gravest is not Verdict.NEW else Verdict.SAME)


def _without_clock(case, spoilt):
    return replace(case, clock="unknown") if spoilt else case


@given(st.lists(passing, min_size=1, max_size=4))
def test_what_fails_by_counters_never_got_faster(found):
    _, judged, _ = decided(found)
    for i, one in enumerate(found):
        (mine,) = [other for other in judged if other.name == f"b{i}"]
        assert not (mine.verdict == "slower" and mine.means == "counters" and one.time == "faster")
        rises = one.counts in BLAMED | {"compiled now", "in torch now"} and not one.acknowledged
        assert ("rose from" in mine.reason) == rises, mine
        first = one.first == "slower" and one.time == "faster" and one.counts.startswith("compiled now")
        told = TOLD in mine.reason and mine.verdict != "slower"
        assert told == (
            first or (rises and (one.time == "faster" or one.counts not in BLAMED) and mine.verdict != "slower")
        )


@given(st.lists(passing, min_size=1, max_size=4))
def test_time_fails_nothing_where_it_is_only_reported(found):
    _, judged, _ = decided(found)
    worst = decision.untimed(judged)
    expected = any(one.means == "counters" for one in judged)
    assert (worst.exit_code == 10) == expected


@given(st.lists(cases, min_size=1, max_size=4), st.booleans())
def test_a_speed_up_is_never_proved_beside_something_worse(found, spoilt):
    suite, judged, _ = decided(found, spoilt)
    if decision.faster_proved(judged):
        assert not spoilt
        assert any(one.verdict == "faster" for one in judged)
        assert suite in {"faster", "inconclusive"}


def test_the_first_call_of_what_compiles_now_is_the_price_of_a_faster_one():
    suite, judged, _ = decided([Case(counts="compiled now", time="faster", first="slower")])
    assert (suite, [one.name for one in judged]) == ("faster", ["b0"])
    (note,) = decision.told(judged)
    assert note.startswith("b0: compiled graphs rose from 0 to 1, generated kernels rose from 0 to 3, its first call")
    assert note.endswith(f"that is {TOLD}")
    assert list(decision.told([replace(judged[0], reason="as timed")])) == []
    for other in (Case(counts="compiled now", first="slower"), Case(time="faster", first="slower")):
        assert decided([other])[0] == "slower"
