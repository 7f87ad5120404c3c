"""The page of a loop: what to do comes first, and every other part of a page takes a loop as it takes a linear model."""

import re
from dataclasses import replace

import pytest
from support import loop_studies, studies
from support.words import words_before_a_picture

from lntx.record import LINEAR, Study, TensorAgreement
from lntx.report import rendering, study_page
from lntx.report.analysis.loops import choice, loops
from lntx.report.brief import brief
from lntx.report.figures import agreement, loop_tensors, pictures
from lntx.report.findings import findings
from lntx.report.frames import frames


def found(*given):
    return findings(frames(given))


def texts(*given):
    return [finding.text for finding in found(*given)]


def pictured(*given):
    return {picture.name: picture for picture in pictures(frames(given))}


def test_the_first_sentence_says_what_to_do_from_when_on_and_whether_it_is_the_same_training():
    first = found(loop_studies.study())[0]
    assert first.text == "Compile the step: 2.0 times as fast as eager from epoch 900 on; the weights agree."
    assert "Next is compiled: compiled:step is 1.50 times as fast" in first.detail
    assert "Before the first epoch, from cold: " in first.detail
    assert first.figure == "loop_ladder-ranking"


def test_a_start_that_never_pays_within_the_training_is_told_of():
    long = [replace(one, cell=replace(one.cell, epochs=100)) for one in loop_studies.records()]
    said = texts(replace(loop_studies.study(), records=tuple(long)))[0]
    assert said.startswith("Keep eager for 100 epochs: to compile the step is ")
    assert said.endswith(", but only from epoch 900 on; the weights agree.")


def test_without_intervals_it_is_a_first_look():
    single = [replace(one, rounds=one.rounds[:1]) for one in loop_studies.records()]
    assert ", at a first look, from " in texts(replace(loop_studies.study(), records=tuple(single)))[0]
    assert "first look" not in texts(loop_studies.study())[0]


def test_where_nothing_is_faster_the_first_way_is_kept():
    few = Study(tuple(loop_studies.records(ways=("eager", "foreach"))), (), studies.MACHINE, studies.ABOUT)
    slow = [replace(one, rounds=tuple((2 * s[0],) for s in one.rounds)) if one.cell.backend == "foreach" else one
            for one in few.records]  # fmt: skip
    said = texts(replace(few, records=tuple(slow)))[0]
    assert said == "Keep eager: no other way is faster for sure; the weights agree."


def test_weights_that_disagree_stand_in_the_first_sentence_too():
    said = texts(loop_studies.study(absences=(loop_studies.disagreeing(),)))
    assert said[0].endswith("the weights of bf16 are not those of eager.")
    assert said[1].startswith("bf16 disagrees with the reference")


def test_without_a_cold_start_nothing_is_said_of_epochs():
    warm = [one for one in loop_studies.records() if one.cell.phase == "run"]
    said = texts(replace(loop_studies.study(), records=tuple(warm)))[0]
    assert said == "Compile the step: 2.0 times as fast as eager once it is warm; the weights agree."


def test_along_an_axis_the_answer_holds_for_a_stretch_and_exponents_take_the_axis_from_the_record():
    said = texts(loop_studies.study((16, 64, 256)))
    assert said[0] == (
        "From width 16 to 256, compile the step: 2.0 times as fast as eager from epoch 900 on at width 16, 300 at width 256; "
        "the weights agree."
    )
    assert "Along width, doing every step, compiled:step is fastest at every width from 16 to 256." in said
    assert any(text.startswith("With width from 16 to 256, time per epoch grows") for text in said)


@pytest.mark.parametrize("values", [("relu", "gelu"), (0, 0.1)])
def test_any_values_of_an_axis_make_a_page(values, tmp_path):
    rendered = rendering.render([loop_studies.study(values)], tmp_path)
    assert "the weights agree" in rendered.markdown.read_text()


def test_python_s_share_of_a_step_and_the_tensors_are_told():
    said = texts(loop_studies.study())
    python = "In a step of ranking (eager), Python takes 45% of the time: "
    assert f"{python}faster kernels save none of that, a step that is compiled as a whole may." in said
    tensors = next(one for one in found(loop_studies.study()) if one.text.startswith("Rounding explains"))
    assert "at most 30.0%" in tensors.text
    assert "Rounding alone moves 2.bias" in tensors.detail


def test_of_ways_that_disagree_the_page_doesn_t_say_that_rounding_explains_them():
    (said,) = [
        one for one in found(loop_studies.study(absences=[loop_studies.disagreeing()])) if one.source == "loop_tensors"
    ]
    assert said.text.startswith("Of ranking's ways ")
    assert " are further off than rounding explains; rounding explains how those of the other ways differ" in said.text


def test_of_a_step_on_a_gpu_it_is_told_how_long_that_waits():
    gpu = [replace(one, cell=replace(one.cell, device="cuda")) for one in loop_studies.records()]
    study = replace(loop_studies.study(), records=tuple(gpu))
    assert any(
        text.startswith("In a step of ranking (eager), the GPU waits for the host 45% of the time: ")
        for text in texts(study)
    )
    assert "eager 45% waiting and " in pictured(study)["loop_shares-ranking"].alt


def test_names_begin_a_sentence_as_they_are_written():
    named = [replace(one, cell=replace(one.cell, problem="mlp")) for one in loop_studies.records()]
    two = [
        *named,
        *(replace(one, cell=replace(one.cell, suite="other", problem="rank")) for one in loop_studies.records()),
    ]
    said = texts(replace(loop_studies.study(), records=tuple(two)))
    assert any(text.startswith("mlp on cpu, float32: ") for text in said)
    wrong = replace(loop_studies.disagreeing(), agreement=loop_studies.agreement(1e3), reason="2.bias is off by 0.01")
    named = [TensorAgreement("bias", 100, 0.01, 1e-5)]
    alike = replace(wrong, reason="bias is off by 0.01", agreement=replace(wrong.agreement, tensors=tuple(named)))
    for absence in (wrong, alike):
        told = found(loop_studies.study(absences=(absence,)))
        assert any(one.detail.startswith(f"{absence.reason}.") for one in told)


@pytest.mark.parametrize("processes", [1, 3])
@pytest.mark.parametrize("epochs", [1, 10, 1000, 100_000])
@pytest.mark.parametrize("values", [("",), (64, 256)])
def test_no_sentence_has_a_sign_twice(processes, epochs, values):
    records = [
        replace(one, cell=replace(one.cell, epochs=epochs)) for one in loop_studies.records(values, processes=processes)
    ]
    made = replace(loop_studies.study(), records=tuple(records))
    said = [f"{one.text} {one.detail}" for one in found(made)]
    said += [text for card in brief([made]).cards for text in card.sentences]
    assert not [text for text in said if re.search(r"[,;:.]\s*[,;:.](?!\d)|\s\s|\s[,;.]", text)]
    looks = [text for text in said if "at a first look" in text]
    assert bool(looks) == (processes == 1)


def test_slow_starts_are_told_beside_their_picture():
    (one,) = [one for one in found(loop_studies.study()) if one.topic == "What starting costs"]
    assert (
        one.text
        == "Of ranking, slow starts pay against eager: compiled:step from epoch 900 and compiled from epoch 1,200."
    )
    assert one.figure == "loops-ranking"


def test_one_process_alone_says_when_a_start_pays_at_a_first_look_and_several_that_differ_perhaps():
    single = Study(tuple(loop_studies.records(processes=1)), (), studies.MACHINE, studies.ABOUT)
    said = next(text for text in texts(single) if "slow starts pay" in text)
    assert said.startswith("Of ranking, slow starts pay against eager, at a first look: compiled:step from epoch ")
    mixed = [
        replace(one, rounds=(one.rounds[0], tuple(2 * s for s in one.rounds[1]), one.rounds[2]))
        if one.cell.backend == "compiled" and one.cell.phase == "run"
        else one
        for one in loop_studies.records()
    ]
    said = next(
        text for text in texts(Study(tuple(mixed), (), studies.MACHINE, studies.ABOUT)) if "slow starts" in text
    )
    assert "compiled:step from epoch 900" in said
    assert "compiled perhaps from epoch " in said


def test_the_pictures_of_a_loop():
    names = pictured(loop_studies.study())
    assert {
        "loop_ladder-ranking",
        "loops-ranking",
        "loop_tensors-ranking",
        "loop_shares-ranking",
        "loop_memory-ranking",
    } <= names.keys()
    assert not names.keys() & {"first_call", "memory", "roofline"}
    frame = names["loops-ranking"].frame.set_index("series")
    assert frame["pays_from_epoch"]["compiled:step"] == pytest.approx(898, abs=2)
    assert frame["start_s"]["compiled"] == pytest.approx(6.0, rel=0.05)
    assert {"other-ranking"} == pictured(loop_studies.study((16, 64))).keys() & {"other-ranking"}


def test_a_page_of_a_loop_opens_with_what_to_do_its_ways_and_when_not(tmp_path):
    rendered = rendering.render([loop_studies.study()], tmp_path)
    text = rendered.markdown.read_text()
    assert text.startswith("# Compile the step: 2.0 times as fast as eager from epoch 900 on; the weights agree.\n")
    assert "lntx report: training ranking" in rendered.page.read_text(encoding="utf-8")
    take, never, trust = rendered.brief.cards
    assert take.sentences == ("compiled:step: 10.1 ms an epoch instead of 20.2 ms, once warm.",)
    assert "for fewer than 900 epochs keep eager" in never.sentences[0]
    assert "the weights agree" in trust.sentences[0]
    assert rendered.brief.table.headings[:2] == ("backend", "time")
    assert words_before_a_picture(rendered.page) <= 60


def test_a_study_of_both_kinds_shows_both():
    both = replace(studies.study(), records=(*studies.study().records, *loop_studies.records()))
    said = texts(both)
    assert said[0].startswith("ranking on cpu, float32: compile the step: 2.0 times as fast as eager from epoch 900 on")
    assert any("trains the tutorial" in text for text in said)
    assert not any("ranking" in text for text in said if "eager's slow start" in text)


def test_the_page_of_a_study_of_both_kinds_takes_neither_for_the_other():
    single = loop_studies.records(processes=1, ways=("eager", "compiled:step", "fused"))
    both = replace(studies.study(), records=(*studies.study().records, *single))
    made = frames([both])
    page = study_page.page([both], made, findings(made), ())
    assert page.title.startswith("Take numpy: it trains the tutorial in ")
    backends = made.cells[made.cells["model"] == LINEAR]["backend"].nunique()
    assert f"{len(made.cells)} timed cells of {backends} backends and 3 ways" in page.opening[-1].text
    parts = {section.title: section for section in page.sections}
    ways = {fact.name: fact.value for fact in parts["Ways"].blocks[0].facts}
    assert ways == {way: f"{way}, as it is" for way in ("compiled:step", "eager", "fused")}
    labels = {fact.name: fact.value for fact in parts["Backends"].blocks[0].facts}
    assert labels["eager"] != ways["eager"]
    assert (agreement.frame(made)["features"] > 0).all()
    assert set(loop_tensors.frame(made)["backend"]) == ways.keys()
    assert any("1 to 3 processes a cell" in text for text in texts(both))


def test_ratios_are_taken_to_the_first_way_whatever_it_is_called():
    renamed = {"eager": "plain"}
    records = [
        replace(one, baseline="plain", cell=replace(one.cell, backend=renamed.get(one.cell.backend, one.cell.backend)))
        for one in loop_studies.records()
    ]
    study = replace(loop_studies.study(), records=tuple(records))
    made = frames([study])
    assert texts(study)[0] == "Compile the step: 2.0 times as fast as plain from epoch 900 on; the weights agree."
    assert made.cells.set_index(["backend", "phase"])["speedup"]["compiled:step", "run"] == pytest.approx(2.0)
    (loop,) = loops(made)
    assert choice(made, loop, "").best.backend == "compiled:step"


def test_two_loops_are_told_apart_by_name():
    other = [replace(one, cell=replace(one.cell, problem="other", suite="other")) for one in loop_studies.records()]
    study = replace(loop_studies.study(), records=(*loop_studies.records(), *other))
    first, second, *_ = texts(study)
    assert first.startswith("ranking on cpu, float32: compile the step")
    assert second.startswith("other on cpu, float32: compile the step")


def part_of(study, **about):
    return replace(study, about={**study.about, "complete": False, "left": 4, **about})


@pytest.mark.parametrize("ways", [("eager", "foreach"), ("eager", "compiled:step"), ("eager",)])
def test_of_a_study_that_is_not_finished_the_answer_holds_so_far(ways):
    whole = Study(tuple(loop_studies.records(ways=ways)), (), studies.MACHINE, studies.ABOUT)
    first = next(text for text in texts(part_of(whole)) if "eager" in text and "isn't finished" not in text)
    assert first.startswith("So far, ")
    assert "far" not in texts(whole)[0]


def test_what_goes_on_with_a_study_is_named_with_its_folder():
    known, unknown = (
        brief([part_of(loop_studies.study(), **at)]).warnings[0].detail for at in ({"folder": "my b"}, {})
    )
    assert known.endswith("lntx bench --resume -o 'my b' goes on.")
    assert unknown.endswith("lntx bench --resume -o ITS-FOLDER goes on.")


def slowed(way, factor, processes=3, phases=("run", "first")):
    for one in loop_studies.records(processes=processes, ways=("eager", way)):
        slow = one.cell.backend == way and one.cell.phase in phases
        yield replace(one, rounds=tuple(tuple(factor * s for s in took) for took in one.rounds)) if slow else one


@pytest.mark.parametrize("processes", [1, 3])
def test_where_no_slow_start_pays_that_is_what_is_said(processes):
    study = replace(loop_studies.study(), records=tuple(slowed("compiled", 2.0, processes, ("run",))))
    said = next(text for text in texts(study) if "slow start" in text)
    look = ", at a first look," * (processes == 1)
    assert said == f"Of ranking, no slow start pays{look} against eager: compiled is no faster once warm."
    kept = texts(study)[0] if processes > 1 else next(text for text in texts(study) if text.startswith("Keep"))
    assert ("for sure" in kept, "at a first look" in kept) == (processes > 1, processes == 1)


def test_a_start_that_noise_would_have_below_zero_has_no_time():
    study = replace(loop_studies.study(), records=tuple(slowed("compiled:step", 1e-4, phases=("first",))))
    said = " ".join(f"{one.text} {one.detail}" for one in found(study))
    assert "compiled:step too little to tell" in said
    assert not re.search(r"\b0 n?s\b", said)


@pytest.mark.parametrize(("share", "words"), [(0.01, "only faster computing helps"), (0.4, "compiled as a whole may")])
def test_how_much_of_a_step_is_python_is_told_by_its_size_and_is_no_reason_against_a_way(share, words):
    shares = {**loop_studies.SHARES, "share_python": share}
    records = [replace(one, counters={**one.counters, **shares}) for one in loop_studies.records()]
    study = replace(loop_studies.study(), records=tuple(records))
    assert any(words in text for text in texts(study) if text.startswith("In a step of ranking"))
    assert not [text for card in brief([study]).cards for text in card.sentences if "Python" in text]


def test_a_loop_at_one_value_of_its_axis_is_drawn_once_and_one_along_it_as_a_line():
    assert not [name for name in pictured(loop_studies.study((64,))) if name.startswith("other")]
    assert [name for name in pictured(loop_studies.study((64, 256))) if name.startswith("other")]
