import pytest

from lntx.errors import InputError
from lntx.verdict import Verdict
from lntx_foreign import table
from lntx_foreign.gates import EQUAL, RELEASES


def rows(text, heading):
    """Read the rows of the table whose first line begins so."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading}"))
    end = next(i for i, line in enumerate([*lines[start:], ""]) if not line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start + 2 : start + end]]


def test_without_a_run_it_says_which_projects_there_are_and_no_more(store, project):
    text = table.markdown(store, [project(kind="src layout | classes")])
    assert rows(text, "project | releases | what") == [["made-up", "1.0, 1.1", "src layout / classes"]]
    assert text.endswith("No gate has been run yet.\n")
    assert "exit code" not in text


def test_a_gate_of_releases_tells_verdict_benchmarks_what_was_left_out_and_why(store, project, keep, ruling):
    verdicts = {
        "t.py::test_a": (Verdict.SAME, None),
        "t.py::test_b": (Verdict.SLOWER, 1.26),
        "t.py::test_c": (Verdict.FASTER, 0.5),
    }
    left = {"t.py::test_d[x]": "needs a GPU", "t.py::test_e": "needs a GPU", "t.py::test_f": ""}
    keep("made-up", RELEASES, 10, 61.4, ruling(verdicts, left, Verdict.SLOWER))
    text = table.markdown(store, [project()])
    assert rows(text, "project | verdict") == [
        [
            *("made-up", "slower, exit code 10", "3: 1 the same by identity, 2 timed"),
            *("1 slower: `test_b` (1.26); 1 faster: `test_c` (0.50)", "3", "61 s"),
        ]
    ]
    assert "- made-up: `test_d[x]`, `test_e`: needs a GPU\n- made-up: `test_f`: its test never called it" in text
    assert "lntx gate 1.0 1.1 -- made-up    # made-up" in text
    assert "2026-11-24 to 2026-11-25" in text


def test_a_gate_that_could_not_judge_says_why_and_the_last_run_counts(store, project, keep, ruling):
    keep("made-up", RELEASES, 0, 5.0, ruling({"t.py::test_a": (Verdict.SAME, None)}))
    keep("made-up", RELEASES, 2, 3.0, None, "lntx: no such thing")
    found = rows(table.markdown(store, [project()]), "project | verdict")
    assert found == [["made-up", "none, exit code 2: lntx: no such thing", "-", "-", "-", "3 s"]]


def test_gates_of_equal_code_are_counted_by_how_they_ended(store, project, keep, ruling):
    same = ruling({"t.py::test_a": (Verdict.SAME, 1.0), "t.py::test_b": (Verdict.SAME, 1.01)})
    noisy = ruling(
        {"t.py::test_a": (Verdict.SAME, 1.0), "t.py::test_b": (Verdict.INCONCLUSIVE, 1.02)}, {"t.py::c": "why"}
    )
    for name, found, code in (
        ("one", same, 0),
        ("one", noisy, 13),
        ("two", same, 10),
        ("two", same, 12),
        ("two", None, 2),
    ):
        keep(name, EQUAL, code, 10.0, found)
    keep("two", EQUAL, 11, 40.0, same)
    text = table.markdown(store, [project("one"), project("two"), project("three")])
    assert rows(text, "project | gates") == [
        ["one", "2", "0: 1, 13: 1", "2", "1 inconclusive: `test_b` (1.02)", "1", "10 s"],
        ["two", "4", "2: 1, 10: 1, 11: 1, 12: 1", "2", "-", "-", "18 s"],
    ]
    assert "6 over 2 suites; 1 say that nothing got slower" in text
    assert "1 something slower (10), 1 missing (11), 1 wrong (12), 1 can't decide (13), 1 couldn't be run." in text


def test_many_of_a_kind_are_told_by_their_number_and_some_names(store, project, keep, ruling):
    found = ruling({f"t.py::test_{i}": (Verdict.SLOWER, 2.0) for i in range(5)}, (), Verdict.SLOWER)
    keep("made-up", RELEASES, 10, 5.0, found)
    cell = rows(table.markdown(store, [project()]), "project | verdict")[0][3]
    assert cell == "5 slower: `test_0` (2.00), `test_1` (2.00), `test_2` (2.00), ..."


def test_the_tables_take_the_place_of_earlier_ones_in_a_page(tmp_path, store, project, keep, ruling):
    page = tmp_path / "page.md"
    places = {
        name: "\n".join((table.marks(name)[0], "old", table.marks(name)[1])) for name in ("foreign", RELEASES, EQUAL)
    }
    page.write_text("\n".join(["Before.", *places.values(), "After.\n"]))
    keep("made-up", EQUAL, 0, 5.0, ruling({"t.py::test_a": (Verdict.SAME, 1.0)}))
    found = table.parts(store, [project()])
    table.splice(page, found)
    new = [f"{table.marks(name)[0]}\n{found[name]}\n{table.marks(name)[1]}" for name in ("foreign", EQUAL)]
    assert page.read_text() == "\n".join(["Before.", new[0], places[RELEASES], new[1], "After.\n"])
    page.write_text("no place")
    with pytest.raises(InputError, match="has no place for the tables"):
        table.splice(page, found)
    with pytest.raises(InputError, match="can't read"):
        table.splice(tmp_path / "absent.md", found)
