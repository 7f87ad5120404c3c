"""Other people's files on the command line: what is said of them, and what is never said."""

import csv
import json
import re

import pytest
from support import foreign
from support.commandline import lntx_says

STEM = "suites/wire/test_protocol_negotiation.py::TestNegotiationOfManyVersions::test_agrees_on_the_best_version_of_all[peer="
BAD = foreign.entry("t.py::test_blink", stats={"data": [0.0, 0.0, 1e-7]})


@pytest.fixture
def written(tmp_path):
    def write(name, *entries, **more):
        return foreign.written(tmp_path / name, foreign.document(*entries, **more))

    return write


def verdicts(said):
    return {one["name"]: one["verdict"] for one in said.json["benchmarks"]}


def rows(folder, name="figure-foreign"):
    with (folder / "frames" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def texts(folder):
    return [
        text
        for path in folder.glob("figures/*.svg")
        for text in re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8"))
    ]


def test_long_names_that_part_at_their_end_stay_apart_everywhere(written, tmp_path):
    names = {f"{STEM}2.{i}]": 10.0**-i for i in range(1, 7)}
    base = written("base.json", *(foreign.entry(name, center) for name, center in names.items()))
    slow = f"{STEM}2.4]"
    head = written(
        "head.json",
        *(foreign.entry(n, c * (3 if n == slow else 1), seed=1) for n, c in names.items()),
        day="2026-05-02",
        commit="b" * 40,
    )
    assert {
        name for name, verdict in verdicts(lntx_says("compare", base, head, "--json")).items() if verdict != "same"
    } == {slow}
    assert lntx_says("report", base, "-o", tmp_path / "one").code == 0
    found = rows(tmp_path / "one")
    assert {row["name"] for row in found} == set(names)
    assert [float(row["median_s"]) for row in found] == pytest.approx(sorted(names.values(), reverse=True), rel=0.02)
    said = lntx_says("report", base, head, "-o", tmp_path / "two", "--json")
    assert any("2.4] 3.0" in finding["detail"] for finding in said.json["findings"])
    for folder in ("one", "two"):
        labels = [text for text in texts(tmp_path / folder) if "peer=2." in text]
        assert {int(label.rpartition("peer=2.")[2][0]) for label in labels} == set(range(1, 7))


def test_a_slowdown_that_the_minima_don_t_show_is_none_in_files_without_rounds(written):
    def stated(median, least):
        return {"median": median, "min": least, "rounds": 30, "mean": median, "q1": median, "q3": median}

    base = written("b.json", *(foreign.entry(f"t::{n}", stats=stated(1e-3, 8e-4)) for n in ("calm", "loud", "slow")))
    head = written(
        "h.json",
        foreign.entry("t::calm", stats=stated(1.01e-3, 8e-4)),
        foreign.entry("t::loud", stats=stated(1.4e-3, 8e-4)),
        foreign.entry("t::slow", stats=stated(1.4e-3, 1.12e-3)),
        day="2026-05-02",
    )
    said = lntx_says("compare", base, head, "--json")
    assert said.code == 10
    assert verdicts(said) == {"t::calm": "same", "t::loud": "inconclusive", "t::slow": "slower"}
    assert not any("minima 1.4" in one["reason"] for one in said.json["benchmarks"] if one["name"] == "t::loud")
    assert any("no raw rounds" in note for note in said.json["notes"])


def test_a_bad_benchmark_is_named_in_every_output_and_the_others_are_judged(written, tmp_path):
    base = written(
        "b.json",
        foreign.entry("t.py::test_sum", 1e-3),
        BAD,
        foreign.entry("t.py::test_nan", stats={"data": [float("nan")]}),
    )
    head = written(
        "h.json", foreign.entry("t.py::test_sum", 2e-3), BAD, foreign.entry("t.py::test_nan"), day="2026-05-02"
    )
    said = lntx_says("compare", base, head)
    assert said.code == 10
    assert "damaged" not in said.out + said.err
    first = said.out.splitlines()[0]
    assert first == "verdict: slower; left out, as neither file has a time of them: t.py::test_blink"
    assert "quicker than the clock's tick" in said.out
    document = lntx_says("compare", base, head, "--json").json
    assert [one["name"] for one in document["left_out"]] == ["t.py::test_blink"]
    assert {one["name"]: one["verdict"] for one in document["benchmarks"]} == {
        "t.py::test_sum": "slower",
        "t.py::test_nan": "inconclusive",
    }

    said = lntx_says("report", base, "-o", tmp_path / "r")
    assert said.code == 0
    for text in (
        said.out,
        *(
            (tmp_path / "r" / name).read_text(encoding="utf-8")
            for name in ("report.md", "report.html", "frames/unusable.csv")
        ),
    ):
        for name in ("test_blink", "test_nan"):
            assert name in text.replace("\\_", "_")
        assert "the clock&#39;s tick" in text or "the clock's tick" in text
    assert {one["name"] for one in lntx_says("report", base, "-o", tmp_path / "r", "--json").json["left_out"]} == {
        "t.py::test_blink",
        "t.py::test_nan",
    }
    assert [row["name"] for row in rows(tmp_path / "r")] == ["t.py::test_sum"]


def test_one_that_only_one_file_has_a_time_of_is_no_pass(written):
    fine = [foreign.entry("t::a"), foreign.entry("t::b")]
    base, head = (
        written("b.json", *fine),
        written("h.json", foreign.entry("t::a", seed=1), foreign.entry("t::b", stats=None), day="2026-05-02"),
    )
    for pair in ((base, head), (head, base)):
        said = lntx_says("compare", *pair, "--json")
        assert said.code == 13
        assert verdicts(said) == {"t::a": "same", "t::b": "inconclusive"}


def test_nothing_but_bad_benchmarks_is_one_line(written, tmp_path):
    base, head = written("b.json", BAD), written("h.json", foreign.entry("t.py::test_blink"), day="2026-05-02")
    for pair in ((base, head), (head, base)):
        said = lntx_says("compare", *pair)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert "t.py::test_blink" in said.err
    said = lntx_says("report", base, "-o", tmp_path / "r")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "t.py::test_blink" in said.err
    assert not (tmp_path / "r").exists()


def test_files_with_nothing_in_common_say_what_each_has(written):
    base = written("b.json", *(foreign.entry(f"tests/t.py::test_{i}") for i in range(5)))
    for names, advice in ((["u.py::test_9"], "of the same suite"), (["sub/tests/t.py::test_1"], "--rootdir")):
        said = lntx_says("compare", base, written("h.json", *map(foreign.entry, names)))
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "tests/t.py::test_0" in said.err
        assert "and 2 more" in said.err
        assert names[0] in said.err
        assert advice in said.err


@pytest.mark.parametrize("command", ["compare", "report"])
def test_another_tool_s_file_is_one_line_and_nothing_is_written(written, tmp_path, command):
    other = tmp_path / "asv.json"
    other.write_text(json.dumps({"commit_hash": "a", "results": {}}))
    rest = [written("h.json", foreign.entry("t::a"))] if command == "compare" else ["-o", tmp_path / "r"]
    said = lntx_says(command, other, *rest)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "asv.json" in said.err
    assert "asv compare" in said.err
    assert not (tmp_path / "r").exists()


def nights(folder, count, step=None, **more):
    """As many nights of one machine in pytest-benchmark's own folder, the times of one benchmark doubled from a night on."""
    for i in range(count):
        slow = 2 if step is not None and i >= step else 1
        entries = [
            foreign.entry("t.py::test_load", 1e-3 * slow, seed=i, keep=False),
            foreign.entry("t.py::test_save", 5e-3, seed=i, keep=False),
        ]
        machine = {
            **foreign.MACHINE,
            "cpu": {**foreign.MACHINE["cpu"], "hz_actual": [2_400_000_000 + i, 0]},
            "node": f"runner-{i}",
        }
        day = f"2026-{1 + i // 28:02}-{1 + i % 28:02}"
        document = foreign.document(*entries, day=day, commit=f"{i:040x}", machine=machine, **more)
        foreign.written(folder / ".benchmarks" / "Linux-CPython-3.13-64bit" / f"{i + 1:04}_night.json", document)
    return folder / ".benchmarks"


def test_a_folder_of_nights_is_a_trend_with_days_and_commits(tmp_path):
    folder = nights(tmp_path, 40, step=30)
    (folder / "Linux-CPython-3.13-64bit" / "notes.json").write_text('{"a": 1}')
    said = lntx_says("report", folder, "-o", tmp_path / "r")
    assert said.code == 0
    assert "Over 40 runs, times reach a new level: test_load at 2026-02-03 00000000" in said.out
    assert re.search(r"\(2\.0\d* times the level before\)", " ".join(said.out.split()))
    assert "notes.json" in said.out
    assert len(rows(tmp_path / "r", "runs")) == 40
    line = [row for row in rows(tmp_path / "r", "figure-nightly") if row["name"] == "t.py::test_load"]
    assert [row["turn"] for row in line if row["change"] == "True"] == ["31"]


def test_a_folder_alone_compares_its_last_two_runs(tmp_path):
    folder = nights(tmp_path, 8, step=7)
    said = lntx_says("compare", folder, "--json")
    assert said.code == 10
    assert verdicts(said) == {"t.py::test_load": "slower", "t.py::test_save": "same"}
    assert "0007_night.json" in said.err
    assert "0008_night.json" in said.err


def test_a_folder_and_a_file_compare_the_newest_run_before_it(tmp_path, written):
    folder = nights(tmp_path, 5)
    third = folder / "Linux-CPython-3.13-64bit" / "0003_night.json"
    assert "0002_night.json" in lntx_says("compare", folder, third).err
    head = written(
        "h.json",
        foreign.entry("t.py::test_load", 5e-3),
        foreign.entry("t.py::test_save", 5e-3, seed=9),
        day="2026-12-01",
    )
    said = lntx_says("compare", folder, head)
    assert said.code == 10
    assert "0005_night.json" in said.err
    assert lntx_says("compare", head, folder).err.count("0005_night.json") == 1


def test_of_unlike_machines_in_a_folder_the_last_two_of_one_are_compared(tmp_path):
    folder = nights(tmp_path, 3)
    other = {**foreign.MACHINE, "cpu": {"brand_raw": "Another", "count": 4}}
    entry = foreign.entry("t.py::test_load", 9e-3)
    foreign.written(folder / "Darwin" / "0004_night.json", foreign.document(entry, day="2026-01-02", machine=other))
    said = lntx_says("compare", folder)
    assert said.code == 0
    assert "0002_night.json" in said.err


@pytest.mark.parametrize("command", ["compare", "report"])
def test_a_folder_without_runs_is_one_line(tmp_path, command):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "package.json").write_text('{"name": "x"}')
    said = lntx_says(command, tmp_path / "empty")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "holds no results" in said.err
    assert not (tmp_path / "empty" / "report").exists()


def test_one_run_alone_has_nothing_to_be_compared_with(written):
    said = lntx_says("compare", written("only.json", foreign.entry("t::a")))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "one run alone" in said.err


def test_a_file_of_several_runs_is_a_trend_and_compares_its_last_two(tmp_path):
    documents = [
        foreign.document(foreign.entry("t::a", c, seed=i), day=f"2026-05-0{i}", commit=str(i) * 40)
        for i, c in ((1, 1e-3), (2, 1e-3), (3, 4e-3))
    ]
    path = foreign.written(tmp_path / "all.jsonl", *documents)
    assert lntx_says("compare", path).code == 10
    assert lntx_says("report", path, "-o", tmp_path / "r").code == 0
    assert len(rows(tmp_path / "r", "figure-nightly")) == 3


def test_the_action_s_history_is_a_trend_of_means_and_never_judged(tmp_path):
    runs = [[("t::a", 1000.0 / (2 if i > 8 else 1), "iter/sec"), ("t::size", 3, "KiB")] for i in range(14)]
    path = tmp_path / "data.js"
    path.write_text(f"window.BENCHMARK_DATA = {json.dumps(foreign.action(*runs))}")
    said = lntx_says("report", path, "-o", tmp_path / "r")
    assert said.code == 0
    assert "a new level: a at 2026" in said.out
    assert "KiB" in said.out
    assert "a mean and no median" in said.out
    assert rows(tmp_path / "r")[0]["median_s"] == ""
    said = lntx_says("compare", path, "--json")
    assert said.code == 13
    assert "a mean follows every outlier" in said.json["benchmarks"][0]["reason"]


def test_codspeed_s_files_are_compared_by_what_they_state(tmp_path):
    base = foreign.written(
        tmp_path / "b.json", foreign.codspeed(("t.py::test_a", 2000.0, 10), ("t.py::test_b", 50.0, 1))
    )
    head = foreign.written(
        tmp_path / "h.json", foreign.codspeed(("t.py::test_a", 2900.0, 10), ("t.py::test_b", 51.0, 1))
    )
    said = lntx_says("compare", base, head, "--json")
    assert verdicts(said) == {"t.py::test_a": "slower", "t.py::test_b": "same"}


def test_two_runs_of_one_commit_stay_two(written, tmp_path):
    base, head = (
        written("b.json", foreign.entry("t::a", 1e-3)),
        written("h.json", foreign.entry("t::a", 3e-3), day="2026-05-02"),
    )
    said = lntx_says("report", base, head, "-o", tmp_path / "r")
    assert "2026-05-02 aaaaaaaaa takes 3.0" in said.out


def test_parts_of_one_run_are_taken_together(written, tmp_path):
    parts = [written(f"{i}.json", foreign.entry(f"t::part_{i}"), day=f"2026-05-01T0{i}:00:00") for i in range(3)]
    said = lntx_says("report", *parts, "-o", tmp_path / "r")
    assert "3 benchmarks that lntx did not measure" in said.out


def test_a_coarse_clock_s_equal_numbers_are_no_copy_unless_nothing_tells_them_apart(written):
    data = {"data": [0.015625] * 5}
    base = written("b.json", foreign.entry("t::a", stats=data))
    assert lntx_says("compare", base, written("h.json", foreign.entry("t::a", stats=data), day="2026-05-02")).code == 0
    copied = lntx_says("compare", base, written("c.json", foreign.entry("t::a", stats=data)))
    assert copied.code == 2
    assert "the same measurements" in copied.err


def test_control_characters_of_a_name_never_reach_the_terminal(written):
    name = "t.py::test_x[\x1b[31m\nred\u202e]"
    said = lntx_says(
        "compare",
        written("b.json", foreign.entry(name)),
        written("h.json", foreign.entry(name, seed=1), day="2026-05-02"),
    )
    assert "\x1b" not in said.out
    assert r"test_x[\x1b[31m\nred\u202e]" in said.out
