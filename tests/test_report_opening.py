"""What a page says before anything else: the answer, the ladder, the cards; and the same on a terminal."""

import dataclasses

import pytest
from support import loop_studies, studies
from support.words import words_before_a_picture
from test_cli_gate_report import printed

from lntx import report
from lntx.cli import brief_view
from lntx.record import Study
from lntx.report import study_page, units
from lntx.report.analysis.choosers import without_echoes
from lntx.report.brief import brief
from lntx.report.document import Cards, Finding, Findings, Folded
from lntx.report.figures import features, ladder
from lntx.report.findings import findings
from lntx.report.frames import frames
from lntx.report.opening import opening


def opened(*given):
    tidy = frames(given)
    return opening(tidy, findings(tidy))


def of(*records):
    return Study(tuple(records), (), studies.MACHINE, studies.ABOUT)


def timed(name, factor=1.0, work="steps", **place):
    return dataclasses.replace(studies.record(studies.cell(backend=name, **place), factor=factor), work=work)


def test_the_answer_says_what_to_take_how_fast_and_whether_the_weights_are_the_same():
    said = opened(studies.study()).answer
    assert said.startswith("Take numpy: it trains the tutorial in 6")
    assert said.endswith(" times as fast as eager (whose time is extrapolated), with the same weights.")


def test_of_two_that_cant_be_told_apart_both_are_named():
    one = timed("numpy")
    turned = dataclasses.replace(timed("twin"), rounds=(one.rounds[1], one.rounds[2], one.rounds[0]))
    assert opened(of(timed("eager"), one, turned)).answer.startswith("Take numpy or twin: ")


def test_where_nothing_is_faster_eager_is_kept():
    said = opened(of(timed("eager"), timed("slow", 1e3))).answer
    assert said.startswith("Keep eager: it trains the tutorial in ")
    assert said.endswith("no other that does every step is faster, with the same weights.")


def test_algebra_is_no_answer_where_steps_were_done_but_stands_on_its_card():
    given = opened(of(timed("eager"), timed("numpy"), timed("map", 1e-3, "algebra")))
    assert given.answer.startswith("Doing every step, take numpy: ")
    assert given.cards[0].sentences[0].startswith("Doing every step: numpy, ")
    assert "; by algebra, without doing each step: map, " in given.cards[0].sentences[0]
    slow = opened(of(timed("eager"), timed("numpy"), timed("map", 1e3, "algebra")))
    assert slow.answer.startswith("Take numpy: ")


def test_without_a_proof_nothing_is_said_of_weights():
    bare = [dataclasses.replace(timed(name), agreement=None) for name in ("eager", "numpy")]
    assert "weights" not in opened(of(*bare)).answer


def test_without_the_tutorial_the_largest_training_answers():
    cells = [studies.cell("samples", name, n, 10, n, 100) for name in ("eager", "numpy") for n in (100, 1000)]
    assert f"trains 1,000 {units.TIMES} 10 in full batches in " in opened(of(*map(studies.record, cells))).answer


def test_a_slow_start_is_told_with_the_epochs_below_which_another_is_done_sooner(monkeypatch):
    monkeypatch.setattr(studies, "STEP_S", studies.STEP_S | {"compiled": 1e-6})
    never = opened(studies.study()).cards[1]
    assert "From cold, compiled takes 4.1" in never.sentences[0]
    assert "fewer than 7,600 epochs numpy is done sooner (extrapolated)" in never.sentences[0]


def test_it_is_said_where_another_of_its_kind_is_faster():
    """NumPy's step is the fastest where data are small, and its arithmetic the slowest of all."""
    never = opened(studies.study()).cards[1]
    assert any(
        "trainings measured with it another that does every step is surely faster" in text for text in never.sentences
    )


def test_trust_says_what_was_proved_and_what_was_multiplied_up_and_warnings_come_first():
    trust = opened(studies.study()).cards[-1]
    assert trust.alarm
    assert trust.sentences[0].startswith("off disagrees")
    assert any("the weights agree with it" in text for text in trust.sentences)
    assert "Extrapolated from fewer epochs: compiled and eager." in trust.sentences
    assert not opened(studies.study(absences=())).cards[-1].alarm


@pytest.mark.parametrize("given", [(), (Study(()),), (studies.study(records=()),), (studies.foreign(),)])
def test_any_study_opens_with_a_sentence(given):
    assert opened(*given).answer


def test_several_studies_open_with_what_changed():
    assert "times as long as" in opened(studies.study(), studies.other()).answer


LONG = "a-backend-with-an-uncommonly-long"  # a longer one would be off, by what the made-up study makes of names
STUDIES = {
    "ours": (studies.study(),),
    "long names": (of(*studies.records((LONG, f"{LONG}2", "eager"))),),
    "a loop": (loop_studies.study((16, 64, 256)),),
    "two": (studies.study(), studies.other()),
    "foreign": (studies.foreign(tuple(f"tests/test_{'x' * 200}.py::test_{i}" for i in range(5))),),
}


@pytest.mark.parametrize("name", STUDIES)
def test_at_most_sixty_words_stand_before_the_first_picture(name, tmp_path):
    assert words_before_a_picture(report.render(STUDIES[name], tmp_path).page) <= 60


@pytest.mark.parametrize("name", STUDIES)
def test_on_a_terminal_the_answer_is_first_the_table_fits_and_a_sentence_is_from_each_card(name):
    short = brief(STUDIES[name])
    lines = printed(*brief_view.view(short)).splitlines()
    assert lines[0] == short.answer
    table = lines[2 : lines.index("", 2)] if short.table else []
    assert all(len(line.rstrip()) <= 80 for line in table)
    assert len(short.sentences) <= len(short.cards)
    assert all(text.split(": ")[0] in {card.title for card in short.cards} for text in short.sentences)
    assert sum(len(line.split()) for line in lines) < 250


def test_the_ladder_has_cold_starts_and_the_limit():
    limit = {"limit_waiting_s": 0.25 * studies.record(studies.cell(backend="numpy")).seconds}
    quick = dataclasses.replace(timed("numpy"), counters=limit)
    rows = ladder.frame(frames([studies.study(records=(*studies.records(("eager", "compiled")), quick))])).set_index(
        "series"
    )
    assert rows["limit_s"]["numpy"] == pytest.approx(0.25 * rows["whole_s"]["numpy"], rel=0.05)
    assert rows["cold_s"]["compiled"] == pytest.approx(
        studies.PREPARE_S["compiled"] + rows["whole_s"]["compiled"], rel=0.05
    )
    assert rows["cold_s"].isna()["numpy"]


def choosing(factors, taken="numpy"):
    cells = [studies.cell("features", "numpy", 1000, d, 100, 100) for d in (1, 8, 64)]
    for cell, factor in zip(cells, factors, strict=True):
        yield (best := studies.record(cell))
        chosen = dataclasses.replace(best, cell=dataclasses.replace(cell, backend="auto"), weighed={taken: 1.0})
        yield dataclasses.replace(chosen, rounds=tuple((factor * seconds[0],) for seconds in best.rounds))


def test_the_chooser_is_drawn_only_where_its_time_is_its_own():
    tidy = frames([of(*choosing((1.0, 1.04, 2.0)))])
    own = without_echoes(tidy)
    assert own[own["backend"] == "auto"]["features"].tolist() == [64]
    drawn = features.frame(tidy)
    assert drawn[drawn["backend"] == "auto"]["size"].tolist() == [64]
    assert len(drawn[drawn["backend"] == "numpy"]) == 3


def test_a_chooser_that_took_what_nobody_measured_is_drawn():
    tidy = frames([of(*choosing((1.0, 1.0, 1.0), taken="elsewhere"))])
    assert (without_echoes(tidy)["backend"] == "auto").sum() == 3


def beside(share):
    return [dataclasses.replace(timed(name), counters={"others_share": share}) for name in ("eager", "numpy")]


def test_a_busy_machine_is_a_warning_on_the_card_and_on_the_terminal_and_a_quiet_one_is_none():
    trust = opened(of(*beside(0.4))).cards[-1]
    assert trust.alarm
    assert any("other processes took 40% of the processors" in text for text in trust.sentences)
    shown = " ".join(printed(*brief_view.view(brief([of(*beside(0.4))]))).split())
    assert "! While times were taken, other processes took 40%" in shown
    assert "Measure again when it is quiet" in shown
    quiet = brief([of(*beside(0.01))])
    assert not [text for text in map(str, quiet.warnings) if "processors" in text]
    assert any("other processes took 1.0% of the processors" in text for text in quiet.cards[-1].sentences)


def test_warnings_of_a_card_are_in_full_at_a_click_and_one_that_no_card_tells_is_open():
    tidy = frames([of(*beside(0.4))])
    found = findings(tidy)
    more = [Finding(f"Warning {i}", f"Detail {i}", kind="warning") for i in range(3)]
    for given, folded in ((found, True), ([*more, *found], True), ([], False)):
        blocks = study_page.page([of(*beside(0.4))], tidy, given, ()).opening
        (cards,) = [block for block in blocks if isinstance(block, Cards)] or [Cards(())]
        told = {text for card in cards.cards for text in card.sentences}
        open_ones = [one for block in blocks if isinstance(block, Findings) for one in block.findings]
        hidden = [one for block in blocks if isinstance(block, Folded) for one in block.blocks[0].findings]
        assert bool(hidden) == folded
        assert all(one.text in told for one in hidden)
        assert not any(one.text in told for one in open_ones)
        assert {one.text for one in given if one.kind == "warning"} == {one.text for one in (*open_ones, *hidden)}


def test_without_an_interval_nothing_is_surely_faster():
    single = [dataclasses.replace(one, rounds=one.rounds[:1]) for one in studies.records()]
    never = opened(of(*single)).cards[1]
    assert any("is faster, at a first look" in text for text in never.sentences)
    assert not [text for text in never.sentences if "surely" in text]


def test_of_a_study_that_is_not_finished_the_answer_holds_so_far():
    for records in (studies.records(), [timed("eager"), timed("slow", 1e3)], [timed("numpy")]):
        whole = of(*records)
        part = dataclasses.replace(whole, about={**whole.about, "complete": False, "left": 2})
        assert opened(part).answer.startswith("So far, ")
        assert "far" not in opened(whole).answer


def test_what_a_chooser_took_for_the_fastest_by_algebra_is_told_beside_it():
    fast = timed("map", 1e-3, "algebra")
    auto = dataclasses.replace(fast, cell=studies.cell(backend="auto"), weighed={"map": 0.1, "numpy": 0.2})
    quicker = dataclasses.replace(auto, rounds=tuple(tuple(s / 2 for s in took) for took in fast.rounds))
    assert "(auto took it too: " in opened(of(timed("eager"), timed("numpy"), fast, quicker)).cards[0].sentences[0]
    assert "auto" not in opened(of(timed("eager"), timed("numpy"), fast, auto)).cards[0].sentences[0]


def test_a_machine_is_busy_by_the_cells_that_could_tell():
    told, *untold = [timed(name) for name in ("eager", "numpy", "manual")]
    loud = dataclasses.replace(told, counters={"others_share": 0.4})
    assert [one for one in brief([of(loud, *untold)]).warnings if "processors" in one.text]
