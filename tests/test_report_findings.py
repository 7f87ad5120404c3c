import dataclasses
import re

import pytest
import studies

from lntx.record import Study
from lntx.report.breakeven import pays_from, starts
from lntx.report.findings import findings
from lntx.report.frames import frames


def texts(*found):
    return [str(finding) for finding in findings(frames(found))]


def line(found, words):
    return next(text for text in found if words in text)


def test_sizes_that_vary_together_have_no_exponent():
    shapes = ((5_000_000, 10), (500_000, 100), (50_000, 1000))
    cells = [studies.cell("step", name, n, d, n) for name in ("eager", "manual") for n, d in shapes]
    found = texts(Study(tuple(map(studies.record, cells))))
    assert not [text for text in found if "exponent" in text]
    assert len([text for text in found if "is fastest" in text]) == len(shapes)


def test_the_tutorial_names_the_fastest_and_its_ratio_to_eager():
    text = line(texts(studies.study()), "trains the tutorial fastest")
    ratio = float(re.search(r"([\d.]+) times as fast as eager", text).group(1))
    assert text.startswith("numpy")
    assert "as eager (extrapolated)." in text
    assert ratio == pytest.approx(studies.STEP_S["eager"] / studies.STEP_S["numpy"], rel=0.05)
    assert "Extrapolated: " in text
    assert "eager from 20 of 1,000 epochs" in text


def test_a_time_scaled_up_is_never_told_without_the_word():
    scaled = [t for t in texts(studies.study()) if "20 of 1,000" in t]
    assert scaled
    assert all("xtrapolated" in text for text in scaled)


def test_compiling_pays_where_the_lines_cross():
    found = {start.backend: start for start in starts(frames([studies.study()]))}
    crossing = pays_from(found["compiled"], found["eager"])
    steps = 100 * (studies.STEP_S["eager"] - studies.STEP_S["compiled"])
    assert crossing.center == pytest.approx(studies.PREPARE_S["compiled"] / steps, rel=0.1)
    assert crossing.low < crossing.center < crossing.high


def test_compiling_that_never_pays_is_said_to_never_pay():
    assert "compiled's slow start pays from epoch" in line(texts(studies.study()), "compiled's")
    assert "never pays against manual" in line(texts(studies.study()), "compiled's")


def test_the_crossover_lies_between_the_sizes_where_the_lead_changes():
    text = line(texts(studies.study()), "Along features")
    size = float(re.search(r"cross near ([\d,]+) features \(interpolated\)", text).group(1).replace(",", ""))
    assert 64 < size < 512


def test_an_exponent_is_that_of_the_times():
    sizes = (100, 1000, 10_000)
    places = [studies.cell("samples", "manual", n, 10, n, 100) for n in sizes]
    records = [
        dataclasses.replace(studies.record(p), rounds=((1e-6 * n**0.7,), (1.1e-6 * n**0.7,)))
        for p, n in zip(places, sizes, strict=True)
    ]
    text = line(texts(Study(tuple(records))), "grows with exponent")
    assert "exponent 0.70" in text
    assert "0.700 to 0.700" in text


def test_a_backend_that_disagrees_comes_first_and_without_a_time():
    first = findings(frames([studies.study()]))[0]
    assert first.kind == "warning"
    assert first.text.startswith("off disagrees")
    assert not re.search(r"\d (s|ms|µs|ns)\b", str(first))


def test_a_study_given_twice_is_warned_of_and_counts_once():
    found = findings(frames([studies.study(), studies.study()]))
    warnings = [str(finding) for finding in found if finding.kind == "warning"]
    assert "One study was left out" in line(warnings, "left out")
    assert [f for f in found if "left out" not in f.text] == list(findings(frames([studies.study()])))


def test_what_is_missing_is_said_with_its_reason():
    found = texts(studies.study())
    assert "There is no CUDA device here" in line(found, "triton refused")
    assert "ran out of time" in line(found, "slow ran")


def test_one_process_is_said_to_give_no_interval():
    found = texts(studies.study(records=tuple(studies.records(processes=1)), absences=()))
    assert "no ratio here has an interval" in found[0]
    assert not any("nan" in text for text in found)


def test_equal_times_are_not_told_apart():
    places = [studies.cell("features", name, 1000, d, 100, 100) for name in ("a", "b") for d in (1, 10)]
    same = [dataclasses.replace(studies.record(p), rounds=((1.0,), (1.1,), (0.9,))) for p in places]
    other = [dataclasses.replace(r, rounds=((1.05,), (0.97,), (1.0,))) if r.cell.backend == "b" else r for r in same]
    text = line(texts(Study(tuple(other))), "Along features")
    assert "can't be told apart" in text
    assert "is fastest" not in text


def test_algebra_and_steps_are_never_set_against_each_other_untagged():
    quick = [
        dataclasses.replace(
            studies.record(studies.cell(backend="spectral")), work="algebra", rounds=((1e-4,), (1.1e-4,))
        ),
        *studies.study().records,
    ]
    found = texts(studies.study(records=tuple(quick)))
    tutorial = [text for text in found if "trains the tutorial" in text]
    assert len(tutorial) == 2
    for text in found:
        if "spectral" in text and "eager" in text:
            assert "algebra" in text


@pytest.mark.parametrize("found", [[], [Study(())], [studies.study(records=())], [studies.foreign()]])
def test_partial_studies_say_so(found):
    assert findings(frames(found))


def test_training_without_agreement_is_warned_of():
    record = dataclasses.replace(studies.record(studies.cell()), agreement=None)
    assert any("without proof" in text for text in texts(Study((record,))))
