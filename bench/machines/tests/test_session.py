"""The session: every part says what it promises, what comes of it is kept and told, and what fails is a failure."""

import types

import pytest

from lntx.errors import InputError
from lntx_machines import cli, session, table
from lntx_machines.row import Outcome, Row

ROWS = (
    Row("one thing", "as it was", "as it was", ok=True),
    Row("another", "within 25 %", "9 us", ok=False, predicted="5 us"),
    Row("not here", "", "no netem"),
)


def outcome(rows=ROWS, part="made_up"):
    return Outcome(part, "A promise.", 1, rows, 3.0, "2026-01-02", "a machine", "0123456789ab")


@pytest.mark.parametrize("name", list(session.every()))
def test_each_part_says_what_it_promises_and_where_it_stands(name):
    part = session.every()[name]
    assert part.__doc__.partition("\n")[0].endswith(".")
    assert isinstance(part.ORDER, int)
    assert isinstance(part.QUICK, bool)


def test_parts_are_chosen_by_name_or_by_whether_they_can_be_short():
    assert list(session.chosen((), quick=False)) == list(session.every())
    assert all(part.QUICK for part in session.chosen((), quick=True).values())
    assert list(session.chosen(["gates"], quick=False)) == ["gates"]
    with pytest.raises(InputError, match="there is no part 'nothing'"):
        session.chosen(["nothing"], quick=False)


def test_what_a_part_finds_is_kept_and_what_stops_it_is_a_failure(tmp_path, monkeypatch):
    def run(_out, *, quick):
        yield Row("short" if quick else "long", "", "done", ok=True)
        raise ZeroDivisionError("oops")

    part = types.SimpleNamespace(__doc__="A promise.\nMore.", ORDER=9, QUICK=True, run=run)
    monkeypatch.setattr(session, "every", lambda: {"made_up": part})
    (found,) = session.play({"made_up": part}, tmp_path, lambda _: None, quick=False)
    assert [row.what for row in found.rows] == ["long", "the part itself"]
    assert found.failures == ["made_up: the part itself: ZeroDivisionError: oops"]
    assert list(session.kept(tmp_path)) == [found]
    session.play({"made_up": part}, tmp_path / "quick", lambda _: None, quick=True)
    assert list(session.kept(tmp_path / "quick")) == []
    (tmp_path / "made_up.json").write_text("[]")
    with pytest.raises(InputError, match="isn't what lntx-machines writes"):
        list(session.kept(tmp_path))


def test_the_table_has_what_was_foretold_apart_from_what_was_measured():
    lines = table.markdown([outcome()]).splitlines()
    assert "| what | wanted | predicted | measured | holds |" in lines
    assert "| another | within 25 % | 5 us | 9 us | **no** |" in lines
    assert "| not here | - | - | no netem | - |" in lines
    plain = table.markdown([outcome(ROWS[:1])]).splitlines()
    assert "| one thing | as it was | as it was | yes |" in plain


def test_a_promise_that_does_not_hold_is_an_exit_code(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(session, "play", lambda *_, **__: [outcome()])
    assert cli.run(["--out", str(tmp_path), "--quick"]) == 12
    assert "another: 9 us" in capsys.readouterr().err
    assert cli.run(["--out", str(tmp_path), "--quick", "--write", "page.md"]) == 2
