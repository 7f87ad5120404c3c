"""Parts are found by their files, run in folders of their own, and what came of them is kept and shown."""

import types

import pytest

from lntx.errors import InputError
from lntx_faults import cli, session, store, table
from lntx_faults.row import Row


def module(rows, error=None):
    """Make a part's file."""

    def run(out, count):
        (out / "trace").write_text(str(count))
        yield from rows
        if error:
            raise error

    return types.SimpleNamespace(__doc__="Nothing is lost.", UNIT="tries", COUNT=5, QUICK=0, run=run)


def test_every_part_promises_something_and_says_what_it_counts():
    parts = session.every()
    assert {"writes", "fuzz"} <= {part.name for part in parts}
    for part in parts:
        assert part.promise.endswith((".", "lost", ":")), part
        assert part.unit
        assert part.count >= part.quick >= 0


def test_an_unknown_part_is_refused_with_those_that_there_are():
    with pytest.raises(InputError, match=r"no part 'wrties'; there are .*writes"):
        session.chosen(["wrties"])


def test_what_came_of_a_part_is_kept_and_comes_back(tmp_path, monkeypatch, part):
    monkeypatch.setattr(session, "_module", lambda _: module([Row("a", 3), Row("b", 2, ("seed 4: lost",), "x")]))
    said = []
    (found,) = session.play([part()], tmp_path, said.append, 0, quick=False)
    assert found.tried == 5
    assert found.failures == ["b: seed 4: lost"]
    assert list(store.kept(tmp_path, ["made_up", "another"])) == [found]
    assert (tmp_path / "made_up" / "trace").read_text() == "5"
    assert "made_up" in said[0]


def test_a_part_that_fails_itself_is_a_failure_and_costs_no_other(tmp_path, monkeypatch, part):
    files = {"one": module([Row("a", 1)], ValueError("no such thing")), "two": module([Row("b", 1)])}
    monkeypatch.setattr(session, "_module", files.get)
    first, second = session.play([part("one"), part("two")], tmp_path, print, 1, quick=False)
    assert first.failures == ["the part itself: ValueError: no such thing"]
    assert not second.failures


def test_the_short_form_leaves_parts_out_that_cant_be_short(tmp_path, part):
    said = []
    assert session.play([part(quick=0)], tmp_path, said.append, 0, quick=True) == []
    assert "not in the short form" in said[0]


def test_the_table_says_what_was_done_and_what_broke(part, outcome):
    rows = Row("kill | of a driver", 1200), Row("another", 5, tuple(f"seed {i}: lost" for i in range(9)), "0.1 s each")
    text = table.markdown([outcome("made_up", *rows)], [part()])
    assert text.startswith("1,205 tries: 9 broken promises.")
    assert "### Nothing is lost." in text
    assert "2026-01-02; a machine; commit 0123456789ab." in text
    assert "| kill / of a driver | 1,200 | - | - |" in text
    assert "**9**: seed 0: lost; seed 1: lost; seed 2: lost; and 6 more | 0.1 s each |" in text
    assert table.markdown([], [part()]) == "Nothing has been tried yet.\n"


def test_the_command_writes_the_table_and_fails_where_a_promise_broke(tmp_path, monkeypatch, part, capsys):
    monkeypatch.setattr(session, "every", lambda: [part()])
    monkeypatch.setattr(session, "_module", lambda _: module([Row("a", 3, ("seed 1: lost",))]))
    page = tmp_path / "page.md"
    page.write_text("# Page\n<!-- faults -->\n<!-- /faults -->\nend\n")
    assert cli.run(["--out", str(tmp_path / "out"), "--write", str(page)]) == 12
    assert "a: seed 1: lost" in capsys.readouterr().err
    assert "5 tries" not in page.read_text()
    assert "3 tries: 1 broken promises." in page.read_text()
    assert page.read_text().endswith("<!-- /faults -->\nend\n")
    assert (tmp_path / "out" / "table.md").read_text() in page.read_text()
    monkeypatch.setattr(session, "_module", lambda _: module([Row("a", 3)]))
    assert cli.run(["--out", str(tmp_path / "out"), "--times", "7"]) == 0
    assert (tmp_path / "out" / "made_up" / "trace").read_text() == "7"


def test_the_short_form_has_no_place_in_a_page(tmp_path, capsys):
    assert cli.run(["--quick", "--write", str(tmp_path / "page.md"), "--out", str(tmp_path)]) == 2
    assert "--quick" in capsys.readouterr().err
