"""Gates joined over several runners: the runner is a random effect, so an offset that stays with it raises no alarm."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import anything, gates

from lntx.errors import InputError
from lntx.judge import decision, joining, simulation
from lntx.judge.group_sequential import SLOWER
from lntx.judge.replay import replay
from lntx.judge.scores import scores, units
from lntx.result import Count, GateResult, Rules, Stream
from lntx.storage import gate as stored
from lntx.verdict import Verdict

RULES = joining.rules(Rules(), 4)
PAIRS = RULES.cap
NAMES = [f"b{i}" for i in range(12)]


def part(number, of=4, slow=0.0, offset=0.0, seed=0, surveyed=None, **about):
    """What one runner measured: each benchmark with the runner's own offset (a deviation)."""
    rng = np.random.default_rng((seed, number))
    streams = [
        gates.stream(name, np.log1p(slow) + rng.normal(0, offset) + rng.normal(0, 0.01, PAIRS)) for name in NAMES
    ]
    streams += [gates.stream(f"s{i}", rng.normal(0, 0.004, PAIRS), sentinel=True) for i in range(2)]
    known = surveyed or gates.surveyed(NAMES)
    by_name = {one.name: one for one in streams}
    verdict, benchmarks, controls = decision.decide(known, {}, by_name, RULES)
    told = {
        "base": {"commit": "a" * 40, "revision": "main"},
        "head": {"commit": "b" * 40, "revision": "HEAD"},
        "lntx": "1",
        "threads": 1,
        "arguments": [],
        "interrupted": False,
        "started": f"2026-01-01T00:0{number}:00+00:00",
        "ended": "2026-01-01T01:00:00+00:00",
        "part": {"number": number, "of": of},
    }
    return GateResult(
        verdict,
        benchmarks,
        RULES,
        controls,
        known,
        tuple(streams),
        10.0 * number,
        (),
        {"cpu": f"CPU {number}"},
        told | about,
    )


def join(parts):
    return joining.join(parts, [f"part-{i}.json" for i in range(1, len(parts) + 1)])


def test_each_part_measures_its_share_and_decides_nothing_by_time():
    assert RULES.looks == (6,)
    assert joining.rules(Rules(), 5).looks == (5,)
    assert joining.rules(Rules(), 100).looks == (2,)
    assert {one.verdict for one in part(1, slow=0.5).benchmarks} == {Verdict.INCONCLUSIVE}


def test_equal_code_is_the_same_and_a_slowdown_is_found():
    assert join([part(i) for i in (1, 2, 3, 4)]).verdict is Verdict.SAME
    slow = join([part(i, slow=0.05) for i in (1, 2, 3, 4)])
    assert {one.verdict for one in slow.benchmarks} == {Verdict.SLOWER}
    assert {one.pairs for one in slow.benchmarks} == {24}
    assert sum(one.low < 1.05 < one.high for one in slow.benchmarks) >= 9


def test_offsets_of_runners_raise_no_alarm_where_a_runner_alone_does():
    parts = [part(i, offset=0.02) for i in (1, 2, 3, 4)]
    assert join(parts).verdict in {Verdict.SAME, Verdict.INCONCLUSIVE}
    alone = [replay(replace(one, rules=Rules(looks=(4, 6)))) for one in parts]
    assert any(Verdict.SLOWER in {found.verdict for found in one.benchmarks} for one in alone)


def test_a_joined_gate_is_judged_again_from_its_file_as_it_was(tmp_path):
    found = join([part(i, slow=0.04, offset=0.02) for i in (1, 2, 3, 4)])
    stored.write(found, tmp_path / "gate.json")
    read = stored.read(tmp_path / "gate.json")
    assert read == found
    assert replay(read).benchmarks == found.benchmarks


@given(st.lists(st.lists(st.floats(-1, 1), min_size=1, max_size=5), min_size=2, max_size=4))
def test_a_runners_mean_is_one_number_however_many_pairs_it_has(values):
    pairs = [
        replace(pair, runner=runner) for runner, own in enumerate(values, 1) for pair in gates.stream("b", own).pairs
    ]
    found = units(Stream("b", tuple(pairs)))
    assert found.values == pytest.approx([np.mean(own) for own in values])
    assert (found.runners, found.pairs) == (len(values), len(pairs))


def test_a_gate_of_one_piece_is_scored_by_pairs_and_a_single_runner_of_a_joined_one_is_not():
    stream = gates.stream("b", [0.1, 0.2, 0.3])
    assert units(stream) == scores(stream)
    single = replace(stream, pairs=tuple(replace(pair, runner=3) for pair in stream.pairs))
    assert units(single).values == pytest.approx([0.2])


def test_the_parts_say_what_they_are_of_and_a_lost_one_is_told():
    found = join([part(i) for i in (1, 2, 4)])
    assert "part 3 of 4 is missing" in found.notes[0]
    assert found.about["parts"] == "3 of 4"
    assert [line.split(":")[0] for line in found.about["runners"]] == ["part 1", "part 2", "part 4"]
    assert "part" not in found.about
    assert found.seconds == 40
    assert found.about["started"] == "2026-01-01T00:01:00+00:00"


def test_what_no_arm_ran_on_any_runner_is_kept():
    told = [{"unmeasured": ["a.so"]}, {}, {"unmeasured": ["b.so", "a.so"]}, {"unmeasured": 1}]
    found = join([part(number, **about) for number, about in enumerate(told, 1)])
    assert found.about["unmeasured"] == ["a.so", "b.so"]
    assert "unmeasured" not in join([part(number) for number in (1, 2, 3, 4)]).about


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"base": {"commit": "c" * 40}}, "the commit of base is"),
        ({"head": {"commit": "c" * 40}}, "the commit of head is"),
        ({"lntx": "2"}, "the version of lntx is 1 and 2"),
        ({"threads": 2}, "the number of threads is 1 and 2"),
        ({"arguments": ["-k", "x"]}, "the pytest arguments is"),
        ({"part": {"number": 2, "of": 5}}, "the number of parts is 4 and 5"),
        ({"part": {"number": 1, "of": 4}}, "are both part 1; give each once"),
        ({"part": None}, "part-2.json is no part of a gate"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused(changed, said):
    with pytest.raises(InputError, match=said) as refused:
        join([part(1), part(2, **changed)])
    assert "\n" not in str(refused.value)
    assert "part-2.json" in str(refused.value)


def test_parts_by_other_rules_are_refused_and_so_is_one_alone():
    with pytest.raises(InputError, match="the rules is"):
        join([part(1), replace(part(2), rules=replace(RULES, margin=0.001))])
    with pytest.raises(InputError, match=r"part-1\.json alone can't be joined"):
        join([part(1)])


def test_what_fails_on_one_runner_fails_and_a_counter_that_varies_between_runners_counts_for_nothing():
    failed = gates.surveyed(NAMES[1:]) + gates.surveyed(NAMES[:1], head="failed", message="it broke")
    found = join([part(1), part(2), part(3, surveyed=failed)])
    assert found.verdict is Verdict.DISAGREES
    (wrong,) = [one for one in found.benchmarks if one.verdict is Verdict.DISAGREES]
    assert (wrong.name, wrong.reason) == ("b0", "it broke")
    rose = gates.surveyed(NAMES, counts=(Count("operations", 10, 11), Count("allocations", 5, 5)))
    other = gates.surveyed(NAMES, counts=(Count("operations", 10, 12), Count("allocations", 5, 5)))
    assert join([part(1, surveyed=rose), part(2, surveyed=rose)]).verdict is Verdict.SLOWER
    mixed = join([part(1, surveyed=rose), part(2, surveyed=other)])
    assert mixed.verdict is not Verdict.SLOWER
    assert {count.name for one in mixed.surveyed for count in one.counts} == {"allocations"}


ONE, TWO = part(1), part(2)


@given(
    st.sampled_from(["base", "head", "lntx", "threads", "arguments", "interrupted", "started", "part"]),
    anything.values(),
)
def test_a_part_that_says_anything_of_itself_is_joined_or_refused(key, value):
    odd = replace(TWO, about={**TWO.about, key: value})
    with suppress(InputError):
        assert join([ONE, odd]).about["parts"] == "2 of 4"


SUITES = 300


@pytest.mark.parametrize("kind", simulation.NOISES)
@pytest.mark.parametrize("runners", [2, 4])
def test_runners_with_offsets_of_2_percent_raise_no_more_alarms_than_the_rules_allow(runners, kind):
    pairs = joining.rules(Rules(), runners).cap
    values = simulation.offset(np.random.default_rng(1), "normal", 3 * SUITES, 12, runners, pairs, 0.02, kind)
    assert simulation.joined_trial(values, Rules()).suites(SLOWER) <= Rules().alarms
    alone = simulation.offset(np.random.default_rng(1), "normal", SUITES, 12, 1, Rules().cap, 0.02, kind)[:, :, 0]
    assert simulation.trial(alone, Rules()).suites(SLOWER) > 0.3


def test_four_runners_with_normal_offsets_raise_none_in_300_suites():
    values = simulation.offset(np.random.default_rng(0), "normal", SUITES, 12, 4, PAIRS, 0.02)
    assert simulation.joined_trial(values, Rules()).suites(SLOWER) == 0
    assert simulation.joined_trial(values, Rules()).coverage(0.0) > 0.93


def test_more_runners_find_what_offsets_hide_from_four():
    def found(runners):
        pairs = joining.rules(Rules(), runners).cap
        values = simulation.offset(np.random.default_rng(1), "normal", SUITES, 12, runners, pairs, 0.02)
        return simulation.joined_trial(values + np.log1p(0.05), Rules()).share(SLOWER)

    assert found(4) < found(8) < found(12)
    assert found(12) >= 0.97


def test_four_quiet_runners_find_5_percent_within_the_pairs_that_one_takes():
    truth = np.log1p(0.05)
    joined = simulation.offset(np.random.default_rng(1), "normal", SUITES, 12, 4, PAIRS, 0.0) + truth
    single = simulation.normal(np.random.default_rng(1), (SUITES, 12, Rules().cap)) + truth
    assert simulation.joined_trial(joined, Rules()).share(SLOWER) >= 0.99
    assert simulation.trial(single, Rules()).pairs.mean() >= PAIRS
