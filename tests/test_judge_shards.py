"""Shards of one study as one: what they must share, what must not come twice, and what is missing."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import anything, studies
from support.commandline import lntx_says

from lntx import report, storage
from lntx.errors import InputError
from lntx.judge import shards
from lntx.report.brief import brief
from lntx.report.figures import sides, trend
from lntx.report.findings import findings
from lntx.report.frames import frames
from lntx.storage.folders import runs

TWO = [
    {"lntx": {**studies.MACHINE["lntx"], **more}} for more in ({"cpu": "One", "cores": 2}, {"cpu": "Other", "cores": 8})
]


def whole():
    """A study that nobody dealt out, with its cells grouped by what is compared."""
    return studies.study()


def part(number, of=4, machine=None, **about):
    """Every of-th point of the study, with all its backends."""
    study = whole()
    points = list(dict.fromkeys(_point(one.cell) for one in (*study.records, *study.absences)))
    own = set(points[number - 1 :: of])
    return replace(
        study,
        records=tuple(one for one in study.records if _point(one.cell) in own),
        absences=tuple(one for one in study.absences if _point(one.cell) in own),
        machine=machine or TWO[number % 2],
        about={**study.about, "command": f"{study.about['command']} --shard {number}/{of}", "shard": f"{number}/{of}"}
        | about,
    )


def _point(cell):
    return replace(cell, backend="", device="").key


def merged(parts):
    return shards.merged(parts, [f"shard-{i}" for i in range(1, len(parts) + 1)])


def test_four_shards_on_two_machines_are_the_whole_and_each_cell_keeps_its_machine():
    found = merged([part(i) for i in (1, 2, 3, 4)])
    assert (found.missing, found.lost, len(found.studies)) == ((), "", 2)
    cells = [one.cell for study in found.studies for one in (*study.records, *study.absences)]
    assert sorted(one.key for one in cells) == sorted(one.cell.key for one in (*whole().records, *whole().absences))
    assert [study.machine for study in found.studies] == [TWO[1], TWO[0]]
    assert [study.about["shard"] for study in found.studies] == ["1/4, 3/4", "2/4, 4/4"]
    assert {study.about["command"] for study in found.studies} == {whole().about["command"]}


ONE, OTHER = part(1), part(2)


@given(st.sampled_from([*ONE.about, "lost", "missing shards", "merged"]), anything.values())
def test_a_shard_that_says_anything_of_itself_is_merged_or_refused(key, value):
    odd = replace(OTHER, about={**OTHER.about, key: value})
    with suppress(InputError):
        assert len(merged([ONE, odd]).studies) == 2


def test_shards_of_one_machine_are_one_study():
    found = merged([part(i, machine=TWO[0]) for i in (3, 1, 2, 4)])
    (study,) = found.studies
    assert study.about["shard"] == "1/4, 2/4, 3/4, 4/4"
    assert len(study.records) == len(whole().records)


def warnings(folder):
    """What a report of a folder warns of, on the page and on the terminal."""
    return "\n".join(map(str, brief([run.study for run in runs(folder / "study.json")[0]]).warnings))


def test_a_lost_shard_is_said_and_can_be_filled_in_later(tmp_path):
    for i in (1, 2, 4):
        storage.write(part(i), tmp_path / f"shard-{i}" / "study.json")
    said = lntx_says("merge", *(tmp_path / f"shard-{i}" for i in (1, 2, 4)), "-o", tmp_path / "some", "--json")
    assert (said.code, said.json["missing"], said.json["machines"]) == (0, [3], 2)
    assert "shard 3 of 4 is missing; measure it (lntx bench ... --shard 3/4), and merge again" in said.err
    assert "Shards are missing: 3/4" in warnings(tmp_path / "some")
    storage.write(part(3), tmp_path / "late.json")
    said = lntx_says("merge", tmp_path / "some", tmp_path / "late.json", "-o", tmp_path / "all", "--json")
    assert (said.code, said.err, said.json["missing"]) == (0, "", [])
    assert said.json["records"] == len(whole().records)
    assert "missing" not in warnings(tmp_path / "all")


def test_the_page_names_the_machines_and_compares_none_without_that_word(tmp_path):
    found = merged([part(i) for i in (1, 2, 3, 4)])
    rendered = report.render(found.studies, tmp_path)
    page = rendered.markdown.read_text()
    assert "This study was merged from 2 machines: " in page
    assert "One, 2 cores" in page
    assert "Other, 8 cores" in page
    assert "no cell in common" not in page
    labels = frames(found.studies).labels
    for finding in rendered.findings:
        both = all(label in str(finding) for label in labels)
        assert not both or "machine" in str(finding), finding


def test_whole_studies_of_several_machines_are_compared_with_that_word_alone():
    found = merged([replace(whole(), machine=machine) for machine in (*TWO, {"lntx": {"cpu": "Third", "cores": 4}})])
    tidy = frames(found.studies)
    across = [text for text in map(str, findings(tidy)) if "times as long as" in text and "in the middle" in text]
    assert across
    assert all(text.startswith("Across machines: ") for text in across)
    assert sides.frame(tidy).empty
    assert trend.frame(tidy).empty


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"commit": {"id": "f" * 16}}, "commit"),
        ({"profile": "smoke"}, "profile (regular and smoke)"),
        ({"lntx": "9"}, "version of lntx (0.1.0 and 9)"),
        ({"code": "b"}, "code of lntx (a and b)"),
        ({"command": "lntx bench --profile regular --backend eager --shard 2/4"}, "command"),
    ],
)
def test_shards_of_unlike_studies_are_refused_with_the_differences(changed, said):
    with pytest.raises(InputError) as refused:
        merged([part(1, code="a"), part(2, **{"code": "a"} | changed)])
    assert "shard-1 and shard-2 are no shards of one study; they differ in" in str(refused.value)
    assert said in str(refused.value)


def test_other_libraries_are_refused_and_another_build_of_the_same_is_not():
    machine = {"lntx": {**TWO[0]["lntx"], "torch": "2.6.0"}}
    with pytest.raises(InputError, match=r"version of torch \(2\.13\.0 and 2\.6\.0\)"):
        merged([part(1), part(2, machine=machine)])
    machine["lntx"]["torch"] = "2.13.0+cu130"
    assert len(merged([part(1), part(2, machine=machine)]).studies) == 2


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (lambda: [part(1), part(2), part(1)], "shard-1 and shard-3 are both shard 1/4; give each once"),
        (lambda: [part(1), part(2, of=3)], "shard-1 is a shard of 4 and shard-2 of 3"),
        (lambda: [part(1), replace(part(1), about=part(2).about)], "hold the same cells of one machine"),
        (lambda: [part(1), replace(part(2), machine={})], "shard-2 is no study of lntx's"),
        (lambda: [part(1), part(2, complete=False)], "shard-2 was stopped before its end"),
        (list, "there is no study to merge"),
    ],
)
def test_what_can_not_be_merged_is_refused_in_a_line(parts, said):
    with pytest.raises(InputError, match=said) as refused:
        merged(parts())
    assert "\n" not in str(refused.value)


def test_a_folder_without_a_study_is_named(tmp_path):
    said = lntx_says("merge", tmp_path, "-o", tmp_path / "out")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert f"{tmp_path} holds no study.json" in said.err
