import pytest
from made import UNITS, noisy, ruling, stream

from lntx.errors import InputError
from lntx_selftest.cli import run
from lntx_selftest.figures import table
from lntx_selftest.short_form import shortened
from lntx_selftest.subject.commits import slowed
from lntx_selftest.subject.repository import texts

SAME = dict.fromkeys(UNITS, "same")


def row(text, measure):
    (line,) = (line for line in text.splitlines() if line.startswith(f"| {measure}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_with_nothing_measured_nothing_is_claimed(store):
    text = table.markdown(store)
    assert row(text, "A/A suites with a false alarm |")[2:] == ["nothing measured yet", "not measured"]
    assert row(text, "smallest slowdown")[3] == "not measured"
    assert "No gate has been run yet" in text
    assert " yes " not in text


def test_false_alarms_are_counted_by_suite(store):
    for verdicts in (SAME, {**SAME, UNITS[0]: "slower"}):
        store.keep("aa", ruling(verdicts))
    text = table.markdown(store)
    assert row(text, "A/A suites with a false alarm |")[2:] == ["1 of 2 (50 %; 1.26 % to 98.7 %)", "no"]
    assert row(text, "an A/A benchmark takes")[2] == "5.0 s, 4.0 pairs"
    assert "2026-01-02" in text


def test_a_slowdown_that_was_found_too_slowly_misses_its_target(store):
    verdicts = {name: "slower" if name in slowed(texts()["work.py"], "odd") else "same" for name in UNITS}
    store.keep("plus10", ruling(verdicts, head="plus10-odd", seconds=48.0))
    store.keep("plus5", ruling(verdicts, head="plus5-odd", seconds=480.0))
    text = table.markdown(store)
    assert row(text, "10 % slowdown")[2:] == [
        "6 of 6 (100 %; 54.1 % to 100 %); 4.0 s a benchmark on average, 4.0 s at most",
        "so far",
    ]
    assert row(text, "5 % slowdown")[3] == "no"
    assert row(text, "unchanged benchmarks called slower")[2].startswith("0 of 12 ")


@pytest.mark.parametrize("short", [False, True])
def test_misses_are_traced_to_their_benchmarks(store, short):
    streams = (stream(UNITS[0], [0.0, 0.02, 0.0, 0.02]), stream(UNITS[1], [0.0, 0.2, 0.0, 0.2]))
    found = ruling({**SAME, UNITS[1]: "inconclusive"}, streams=streams)
    store.keep("aa", shortened(found) if short else found)
    store.keep("plus5", ruling(SAME, head="plus5-odd"))
    text = table.markdown(store)
    assert row(text, "left inconclusive in A/A")[2] == f"{UNITS[1]} 1"
    assert row(text, "standard deviation of pairs")[2] == f"{UNITS[0]} 1.2 %, {UNITS[1]} 11.5 %"
    assert not short or not any(one.streams for one in store.rulings("aa"))
    assert row(text, "a pair of one A/A benchmark")[2] == "1.2 s, 0.5 s"
    missed = row(text, "slowdowns of 5 % not found")[2]
    assert sorted(missed.split(", ")) == sorted(f"{name} 1" for name in slowed(texts()["work.py"], "odd"))


def test_counters_that_differ_miss_their_target(store):
    store.keep("counts", {"comparisons": 1000, "differences": [], "seconds": 1.0})
    assert row(table.markdown(store), "counters of equal code")[3] == "yes"
    store.keep("counts", {"comparisons": 10, "differences": ["x"], "seconds": 1.0})
    assert row(table.markdown(store), "counters of equal code")[3] == "no"


def test_a_gate_that_broke_down_is_told(store):
    store.keep("aa", ruling(SAME))
    store.fail("aa", "the worker died")
    assert row(table.markdown(store), "runs of all kinds that broke down")[2].startswith("1 of 2 ")


def test_the_gate_is_held_against_the_best_of_the_others(store):
    for seed in range(2):
        store.keep("full", ruling(SAME, streams=noisy(0.004, seed)))
        store.keep("aa", ruling(SAME))
    base = dict.fromkeys(UNITS, 1.0)
    for number, ratio in enumerate((1.1, 0.92, 1.04, 0.95)):
        head = {name: ratio + 0.001 * number * place for place, name in enumerate(UNITS)}
        store.keep("rival-pyperf", {"seconds": 60.0, "base": {"mean": base}, "head": {"mean": head}})
    text = table.markdown(store)
    assert row(text, "smallest slowdown")[3] == "yes"
    assert row(text, "pyperf, mean")[1:3] == ["5.0", "4"]
    assert row(text, "lntx gate, 4 pairs for each")[1] == "5.0, by its pairs"
    assert row(text, "10 % |")[1] == "100 %"
    assert "asv: " in text


def test_the_table_takes_its_place_in_a_page_and_nothing_else_changes(tmp_path):
    page = tmp_path / "gate.md"
    page.write_text("# Gate\n\n<!-- selftest -->\nold\n<!-- /selftest -->\n\nrest\n")
    table.splice(page, "new\n")
    assert page.read_text() == "# Gate\n\n<!-- selftest -->\nnew\n<!-- /selftest -->\n\nrest\n"


@pytest.mark.parametrize("text", ["no markers", "<!-- /selftest --> <!-- selftest -->", "<!-- selftest -->"])
def test_a_page_without_a_place_for_it_is_refused(tmp_path, text):
    page = tmp_path / "gate.md"
    page.write_text(text)
    with pytest.raises(InputError, match="no place for the table"):
        table.splice(page, "new")
    assert page.read_text() == text


NOTHING = [f"--{name}=0" for name in ("aa", "full", "slow", "mutants", "docs", "counts", "rivals")]


def test_the_command_writes_what_is_there(store, capsys):
    store.claim(quick=False)
    store.keep("aa", ruling(SAME))
    assert run([*NOTHING, "-o", str(store.folder)]) == 0
    assert "0 of 1 (0 %" in capsys.readouterr().out
    assert "0 of 1 (0 %" in (store.folder / "table.md").read_text()


def test_a_users_mistakes_are_told_in_a_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert run([*NOTHING, "-o", str(tmp_path / "file")]) == 2
    assert run(["--aa", "many"]) == 2
    assert run(["--quick", "--write", "page.md", "-o", str(tmp_path / "out")]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 3
    assert "is a file, not a folder" in lines[0]


def test_a_refused_command_writes_no_table(store):
    store.claim(quick=True)
    assert run([*NOTHING, "-o", str(store.folder)]) == 2
    assert not (store.folder / "table.md").exists()


def test_where_nothing_was_measured_the_table_says_so(store):
    assert run(["--minutes", "0", "-o", str(store.folder)]) == 0
    assert "No gate has been run yet" in (store.folder / "table.md").read_text()


@pytest.mark.parametrize(("means", "answer"), [("counters", "yes"), ("time", "no")])
def test_a_mutant_must_be_found_by_counters_each_time(store, means, answer):
    verdicts = {"doubled": "slower", "shifted": "same"}
    store.keep("mutant-clone", ruling(verdicts, head="mutant-clone", means=means))
    assert row(table.markdown(store), "mutant: clone")[3] == answer


def test_quick_runs_say_that_they_say_nothing(store):
    store.claim(quick=True)
    assert table.markdown(store).startswith("**A quick trial")
