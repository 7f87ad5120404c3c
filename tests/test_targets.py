"""Targets pass from measuring to the report as records do."""

import json
import math
import os
import subprocess
import sys
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.commandline import lntx_says

from lntx import report, storage
from lntx.errors import InputError
from lntx.record import Study
from lntx.report.targets import median, remarks, wish
from lntx.storage import targets as held
from lntx.targets import Scoreboard, Target

values = st.lists(st.floats(1e-9, 1e9), max_size=9).map(tuple)
targets = st.builds(
    Target,
    key=st.sampled_from(["T1", "T9"]),
    task=st.text(max_size=10),
    contestant=st.text(max_size=10),
    measure=st.text(max_size=10),
    unit=st.sampled_from(["times", "s", "share"]),
    sense=st.sampled_from(["at least", "at most"]),
    wanted=st.floats(1e-3, 1e6),
    values=values,
    limit=st.text(max_size=10),
)
MET = Target("T2", "the tutorial", "fused", "as fast as jax", "times", "at least", 1.0, (1.1, 1.2, 1.3))
MISSED = Target(
    "T3", "full batch", "spectral (algebra)", "the time of X'X", "times", "at most", 1.5, (1.6, 1.8), limit="X'X: 3 ms"
)
ABSENT = Target("T8", "full batch", "fused", "memory", "share", "at most", 0.01, reason="jax: not installed")
BOARD = Scoreboard((MET, MISSED, ABSENT), {"lntx": {"cpu": "Example CPU 3000"}}, {"mode": "quick"})


@given(target=targets)
def test_median_quartiles_and_verdict_say_what_the_rounds_say(target):
    if not target.values:
        assert (target.median, target.quartiles, target.verdict) == (None, None, "not measured")
        return
    low, high = target.quartiles
    assert min(target.values) <= low <= target.median <= high <= max(target.values)
    better = target.median >= target.wanted if target.sense == "at least" else target.median <= target.wanted
    assert target.verdict == ("met" if better else "missed")


@given(target=targets)
def test_what_is_missed_is_written_otherwise_than_what_is_wanted(target):
    wanted, said = wish(target)[2:], median(target)
    assert said != wanted if target.verdict == "missed" else bool(said) == bool(target.values)


@pytest.mark.parametrize(("value", "said"), [(0.01000001, "1.000001 %"), (0.010049, "1.005 %"), (0.0101, "1.01 %")])
def test_as_many_digits_as_tell_a_missed_target_from_a_met_one(value, said):
    near = replace(ABSENT, values=(value,), reason="")
    assert (median(near), wish(near)) == (said, "≤ 1.00 %")
    assert median(replace(near, values=(0.01,))) == "1.00 %"


@given(found=st.lists(targets, max_size=4))
def test_a_scoreboard_comes_back_as_it_was_written(tmp_path_factory, found):
    path = tmp_path_factory.mktemp("targets") / held.FILE
    board = Scoreboard(tuple(found), {"cpu": "x"}, {"mode": ""})
    held.write(board, path)
    assert held.read(path) == board


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema": 2}, "schema 2"),
        ({"targets": 3}, "targets: Expected `array`"),
        ({"targets": [{"key": "T1"}]}, "missing required field `task`"),
        ({"targets": [json.loads(json.dumps(asdict(MET))) | {"colour": 1}]}, "unknown field 'colour'"),
        ({"machine": None}, "machine: Expected `object`"),
    ],
)
def test_a_damaged_file_is_refused_in_one_line_that_names_it(tmp_path, change, says):
    path = tmp_path / held.FILE
    held.write(BOARD, path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError, match=says) as caught:
        held.read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "[" * 1_000_000, '{"schema": 1}'])
def test_what_is_no_file_of_targets_is_refused(tmp_path, text):
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(InputError, match=r"t\.json is not (a file of targets|whole JSON)"):
        held.read(tmp_path / "t.json")


def test_a_number_that_is_not_finite_is_damage(tmp_path):
    path = tmp_path / held.FILE
    held.write(BOARD, path)
    path.write_text(path.read_text().replace("1.1", "NaN", 1))
    with pytest.raises(InputError, match=r"targets\[0\]\.values\[0\]: Expected a finite number"):
        held.read(path)
    with pytest.raises(ValueError, match="JSON"):
        held.write(Scoreboard((Target("T1", "", "", "", "s", "at most", math.nan),)), path)


def test_lntx_report_shows_the_targets_that_lie_beside_a_study(tmp_path):
    storage.write(Study(()), tmp_path / "study.json")
    held.write(BOARD, tmp_path / held.FILE)
    said = lntx_says("report", tmp_path)
    assert said.code == 0
    for name in ("report.md", "report.html"):
        text = (tmp_path / "report" / name).read_text(encoding="utf-8")
        for words in (
            "Example CPU 3000",
            "1 of 3 targets met, 1 missed, 1 not measured",
            "1.20",
            "X'X: 3 ms",
            "jax: not",
        ):
            assert words in text.replace("&#39;", "'"), (name, words)
    assert "T3,full batch" in (tmp_path / "report" / "frames" / "targets.csv").read_text()


def test_what_is_known_of_several_targets_is_said_once():
    others = (replace(MISSED, measure="as fast as eager"), replace(MISSED, limit="another"))
    (first, why), (second, _) = remarks(Scoreboard((MISSED, *others, MET)))
    assert first == "T3 missed: spectral (algebra), the time of X'X and as fast as eager, full batch"
    assert why == "X'X: 3 ms."
    assert "eager" not in second


def test_without_targets_nothing_is_said_of_them(tmp_path):
    rendered = report.render([Study(())], tmp_path)
    assert "Targets" not in rendered.page.read_text(encoding="utf-8")
    assert not (tmp_path / "frames" / "targets.csv").exists()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "</bdi><b>", "a|b\n# c", "\u202eabc\x00"])
def test_hostile_names_are_shown_as_text(name, tmp_path):
    target = Target("T1", name, name, name, "times", "at least", 1.0, (0.5,), scaled=name, limit=name)
    board = Scoreboard((target,), {"lntx": {"cpu": name}}, {"mode": name})
    rendered = report.render([Study(())], tmp_path, [board])
    assert "<script" not in rendered.page.read_text(encoding="utf-8")
    assert "<b>" not in rendered.page.read_text(encoding="utf-8")
    lines = rendered.markdown.read_text(encoding="utf-8").splitlines()
    assert "# c" not in lines
    assert "<script" not in "".join(lines)


def test_reading_targets_loads_neither_torch_nor_numpy(tmp_path):
    held.write(BOARD, tmp_path / held.FILE)
    code = (
        "import sys, pathlib; from lntx.storage import targets; "
        f"targets.read(pathlib.Path({str(tmp_path / held.FILE)!r})); "
        "assert not {'torch', 'numpy', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=dict(os.environ))
