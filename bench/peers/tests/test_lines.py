from hypothesis import given
from hypothesis import strategies as st

from lntx.report.units import TIMES
from lntx.targets import Scoreboard, Target
from lntx_peers import lines, tried

targets = st.builds(
    Target,
    key=st.sampled_from(["T1", "T10"]),
    task=st.text(max_size=120),
    contestant=st.text(max_size=40),
    measure=st.text(max_size=120),
    unit=st.sampled_from(["times", "s", "share"]),
    sense=st.sampled_from(["at least", "at most"]),
    wanted=st.none() | st.floats(1e-9, 1e6),
    values=st.lists(st.floats(1e-9, 1e6), max_size=3).map(tuple),
    limit=st.text(max_size=300),
    reason=st.text(max_size=300),
)


@given(found=st.lists(targets, max_size=3))
def test_no_line_is_wider_than_a_terminal(found):
    assert all(len(line) <= lines.WIDTH for line in lines.of(Scoreboard(tuple(found))))


def test_a_line_has_verdict_median_spread_what_is_wanted_and_of_whom():
    fast = Target(
        "T5", "batches", "fused", "as fast as jax", "times", "at least", 5.0, (5.0, 6.0, 7.0), limit="jax 9 ms"
    )
    shown = Target("T5", "batches", "fused", "as fast as eager", "times", "at least", None, (40.0,))
    slow = Target("T13", "the tutorial", "fused", "as fast as vw", "times", "at least", 1.0, reason="it needs vw")
    said = list(lines.of(Scoreboard((fast, shown, slow))))
    assert said[1] == "T5  batches"
    assert " ".join(said[2].split()) == f"met 6.00{TIMES} ± 8 % ≥ 5.00{TIMES} fused, as fast as jax"
    assert " ".join(said[3].split()) == f"shown 40.0{TIMES} ± 0 % fused, as fast as eager"
    assert " ".join(said[5].split()) == f"not measured ≥ 1.00{TIMES} fused, as fast as vw"
    assert "1 of 2 targets met, 0 missed, 1 not measured" in " ".join(said)
    assert said[-1].strip() == "it needs vw."


def test_what_was_tried_is_told_of_what_is_missed_alone():
    missed = Target("T4", "a step", "fused", "share", "share", "at least", 0.9, (0.8,))
    assert "tiles of narrow X" in tried.told(missed).tried
    assert tried.told(Target("T4", "a step", "fused", "share", "share", "at least", 0.9, (0.95,))).tried == ""
    assert tried.told(Target("T1", "t", "untried", "m", "times", "at least", 1.0, (0.5,))).tried == ""
