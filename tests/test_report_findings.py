import dataclasses
import re

import pytest
from support import studies

from lntx.record import Study
from lntx.report.analysis.breakeven import pays_from, starts
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
    assert text.startswith("Doing every step, numpy")
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


def of_variants(monkeypatch, **costs):
    """A study of compiled's variants, each with seconds to prepare and of a step."""
    names = {f"compiled:{name}": cost for name, cost in costs.items()} | {"compiled": (10.0, 2e-4)}
    monkeypatch.setattr(studies, "PREPARE_S", studies.PREPARE_S | {name: cost[0] for name, cost in names.items()})
    monkeypatch.setattr(studies, "STEP_S", studies.STEP_S | {name: cost[1] for name, cost in names.items()})
    return Study(tuple(studies.records((*names, "eager", "manual"))))


def test_of_several_variants_the_one_to_take_is_said_cold_and_steady(monkeypatch):
    study = of_variants(monkeypatch, scan=(5.0, 2e-6), module=(1.0, 4e-4))
    text = line(texts(study), "Of 3 variants of compiled")
    assert "compiled:module starts soonest, compiled:scan has the fastest epoch" in text
    epoch = float(re.search(r"ahead from epoch ([\d,]+) on", text).group(1).replace(",", ""))
    assert epoch == pytest.approx((5 - 1) / (100 * (4e-4 - 2e-6)), rel=0.1)
    assert "extrapolated" in text
    assert re.search(r"Along batches compiled:scan is fastest at every batch size", text)
    assert all(f"{name} " in text for name in ("compiled", "compiled:scan", "compiled:module"))
    assert "manual" not in text


def test_a_variant_ahead_in_both_is_said_to_be(monkeypatch):
    study = of_variants(monkeypatch, scan=(1.0, 2e-6), module=(5.0, 4e-4))
    assert "compiled:scan both starts soonest and has the fastest epoch" in line(texts(study), "3 variants of compiled")


def test_each_variant_s_start_is_set_against_eager_and_manual(monkeypatch):
    study = of_variants(monkeypatch, scan=(5.0, 2e-6), module=(9.0, 5e-4), step=(4.0, 1e-4))
    parts = line(texts(study), "On the tutorial, slow starts pay against eager:").split("Against manual:")
    assert len(parts) == 2
    for part in parts:
        assert "compiled:module never" in part
        assert re.search(r"compiled:scan from epoch [\d,]+", part)


def test_a_backend_without_variants_has_no_finding_about_them():
    assert not [text for text in texts(studies.study()) if "variants of" in text]


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


def timed(**seconds):
    """One study along features, a time for each of two backends at each size; three processes that differ a little."""
    sizes = [4**i for i in range(len(seconds["a"]))]
    for name, times in seconds.items():
        for features, time in zip(sizes, times, strict=True):
            place = studies.cell("features", name, 1000, features, 100, 100)
            wobble = (1, 1.1, 0.9) if name == "a" else (1.1, 0.9, 1)
            rounds = tuple((factor * time,) for factor in wobble)
            yield dataclasses.replace(studies.record(place), rounds=rounds)


def test_two_that_can_t_be_told_apart_are_one_region_whichever_is_ahead():
    text = line(texts(Study(tuple(timed(a=(1, 1.05, 1, 9), b=(1.05, 1, 1.05, 1))))), "Along features")
    assert "a and b can't be told apart up to 16 and b is fastest at 64" in text
    assert "cross near" not in text  # where they aren't told apart, no crossing is known


def test_a_lead_that_changes_often_is_counted():
    study = Study(tuple(timed(a=(1, 9, 1, 9, 1, 9), b=(9, 1, 9, 1, 9, 9.1))))
    text = line(texts(study), "Along features")
    assert "of 6 sizes from 1 to 1,024 features, a is fastest at 3, b is fastest at 2 and " in text
    assert "the two fastest can't be told apart at 1" in text


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


def limited(record, **floors):
    return dataclasses.replace(record, counters={f"limit_{name}_s": seconds for name, seconds in floors.items()})


def test_the_nearest_to_the_machines_limit_is_named_with_what_limits_it():
    slow, quick = (studies.record(studies.cell(backend=name)) for name in ("manual", "numpy"))
    found = studies.study(
        records=(
            limited(slow, reading=slow.seconds * 1e-4, waiting=slow.seconds * 0.01),
            limited(quick, reading=quick.seconds * 1e-4, waiting=quick.seconds * 0.25),
        )
    )
    text = line(texts(found), "this machine's limit")
    assert "numpy comes nearest" in text
    assert "25% in tutorial" in text
    assert "waiting for the one before" in text


def test_what_others_took_meanwhile_is_told_and_of_wide_intervals_too():
    quiet, *_, loud = studies.study().records
    wide = ((1.0,), (1.0,), (20.0,))
    beside = [
        dataclasses.replace(quiet, counters={"others_share": 0.01}),
        dataclasses.replace(loud, counters={"others_share": 0.4}, rounds=wide),
    ]
    found = texts(Study(tuple(beside)))
    assert "more than 10% in 1 of 2 cells" in line(found, "other processes took")
    assert "40% at most" in line(found, "other processes took")
    assert "Others were at work beside 1 of them" in line(found, "1 of 2 times with an interval is too uncertain")
    assert not [
        text for text in texts(studies.study()) if "other processes took" in text
    ]  # where nothing is known of it


def test_limits_are_told_of_steps_alone():
    record = studies.record(studies.cell(backend="numpy"))
    algebra = dataclasses.replace(limited(record, reading=record.seconds / 2), work="algebra")
    assert not [text for text in texts(studies.study(records=(algebra,))) if "this machine's limit" in text]


def test_the_choosers_cells_are_counted_and_those_far_off_are_named():
    cells = [studies.cell(backend="numpy", samples=samples) for samples in (100, 200, 400)]
    best = [studies.record(cell) for cell in cells]
    chosen = [
        dataclasses.replace(
            record, cell=dataclasses.replace(record.cell, backend="auto"), rounds=((record.seconds * factor,),)
        )
        for record, factor in zip(best, (1.0, 1.2, 2.0), strict=True)
    ]
    text = line(texts(studies.study(records=(*best, *chosen))), "auto is within")
    assert "in 2 of 3 cells" in text
    assert "2.0 times in tutorial, 400" in text


def test_what_is_slower_than_the_textbook_loop_is_told():
    """NumPy has the fastest step of all, and the slowest arithmetic: where data are large it falls behind."""
    text = line(texts(studies.study()), "Not everything is faster than eager")
    assert "numpy takes up to" in text
    assert "100,000" in text


def test_what_starts_slowly_and_stays_slow_is_told(monkeypatch):
    monkeypatch.setattr(studies, "STEP_S", studies.STEP_S | {"compiled": 9e-5})
    text = line(texts(studies.study()), "A slow start doesn't always buy a fast step")
    assert "against manual, once warm, compiled takes up to" in text
    monkeypatch.setattr(studies, "STEP_S", studies.STEP_S | {"compiled": 1e-6})
    monkeypatch.setattr(studies, "PER_NUMBER_S", studies.PER_NUMBER_S | {"compiled": 1e-11})
    assert not [text for text in texts(studies.study()) if "slow start doesn't always" in text]


def test_what_is_so_in_all_studies_is_said_once_and_what_is_not_with_the_study():
    found = texts(studies.study(), studies.other())
    along = [text for text in found if "Along samples" in text]
    assert len(along) == 1
    assert "So in both studies; of torch 2.13.0: " in along[0]
    fastest = [text for text in found if "trains the tutorial fastest" in text]
    assert [text.partition(":")[0] for text in fastest] == ["torch 2.13.0", "torch 2.12.0"]
    assert not [text for text in found if "· torch" in text]


def test_at_a_single_size_a_region_is_at_it():
    sizes = {"eager": (1, 16), "numpy": (1, 16)}
    cells = [studies.cell("batches", name, 4096, 16, size, 50) for name, both in sizes.items() for size in both]
    records = [
        studies.record(cell, factor=200 if (cell.backend, cell.batch_size) == ("numpy", 16) else 1) for cell in cells
    ]
    text = line(texts(Study(tuple(records))), "Along batch size")
    assert text.startswith("Along batch size, doing every step, numpy is fastest at 1 and eager is fastest at 16.")


def test_what_a_backend_changed_of_its_process_is_said():
    assert not any("changes" in text for text in texts(studies.study()))
    places = [studies.cell("features", "own", 1000, size, 100, 100) for size in (1, 10)]
    made = [dataclasses.replace(studies.record(place), changed=("the locale", "torch's threads")) for place in places]
    text = line(texts(studies.study(records=(*studies.records(), *made))), "own changes")
    assert "the locale and torch's threads in 2 cells" in text


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (
            {"complete": False, "left": 19},
            "This study isn't finished: 19 measurements of its plan are still to be made.",
        ),
        (
            {"complete": False, "left": 1, "lost": 1},
            (
                "This study isn't finished: 1 measurement of its plan is still to be made and 1 cell had its process killed "
                "from outside."
            ),
        ),
        ({"complete": False}, "This study isn't finished."),
        ({"complete": False, "left": "x", "lost": -3}, "This study isn't finished."),
        ({"complete": False, "missing shards": "2/4"}, ""),
        ({"complete": True}, ""),
    ],
)
def test_a_study_that_isnt_finished_warns_of_what_it_lacks(about, said):
    study = studies.study()
    found = findings(frames([dataclasses.replace(study, about={**study.about, **about})]))
    warnings = [finding for finding in found if "isn't finished" in finding.text]
    assert [finding.text for finding in warnings] == [said] * bool(said)
    assert all(finding.kind == "warning" and "--resume" in finding.detail for finding in warnings)


@pytest.mark.parametrize(
    ("power", "words"), [(-0.2, "doesn't grow for"), (0.0, "doesn't grow for"), (0.5, "grows slowest for")]
)
@pytest.mark.parametrize("processes", [1, 3])
def test_only_an_exponent_above_zero_is_growth_and_one_process_is_a_first_look(power, words, processes):
    def line_of(name, power):
        for samples in (100, 1000, 10_000):
            made = studies.record(studies.cell("samples", name, samples, 10, samples, 100), processes)
            yield dataclasses.replace(
                made, rounds=tuple((w * 1e-3 * samples**power,) for w in (1.0, 1.01, 1.02)[:processes])
            )

    said = [one.text for one in findings(frames([Study((*line_of("eager", power), *line_of("numpy", 1.0)))]))]
    text = next(text for text in said if "exponent" in text)
    assert f"{words} eager" in text
    assert text.endswith("fastest for numpy (1.00).")
    assert ("at a first look" in text) == (processes == 1)
