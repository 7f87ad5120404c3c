"""Parts are found by their files, and done step by step; what came of each is kept, and not done again where it held."""

import json

import pytest

from lntx.errors import InputError
from lntx_faults import cli, session
from lntx_faults.row import Row


def test_every_part_promises_something_and_says_what_it_counts():
    parts = session.every()
    assert {"writes", "fuzz", "kills"} <= {part.name for part in parts}
    for part in parts:
        assert part.promise.endswith((".", "lost", ":")), part
        assert part.unit
        assert part.count >= part.quick >= 0


@pytest.mark.parametrize("part", session.every(), ids=lambda part: part.name)
def test_a_part_s_steps_are_always_the_same_and_of_fewer_there_are_no_more(part):
    steps = part.steps(part.count)
    assert steps.keys() == part.steps(part.count).keys()
    if part.quick:
        assert 0 < len(part.steps(part.quick)) <= len(steps)


@pytest.mark.parametrize("name", ["kills", "repositories", "beside"])
def test_more_of_what_is_counted_one_by_one_goes_on_with_what_there_was(name):
    (part,) = session.chosen([name])
    few, many = part.steps(part.count // 2), part.steps(part.count)
    assert (len(few), len(many)) == (part.count // 2, part.count)
    assert few.keys() < many.keys()


def test_an_unknown_part_is_refused_with_those_that_there_are():
    with pytest.raises(InputError, match=r"no part 'wrties'; there are .*writes"):
        session.chosen(["wrties"])


class Steps:
    """Steps that note that they were done."""

    def __init__(self, **rows):
        self.rows, self.calls = rows, []

    def made(self):
        return {name: lambda out, name=name: self.step(name, out) for name in self.rows}

    def step(self, name, out):
        self.calls.append(name)
        (out / "trace").write_text(name)
        row = self.rows[name]
        if isinstance(row, Exception):
            raise row
        return row


def test_what_came_of_a_step_is_kept_and_it_is_not_done_again(store, part):
    steps = Steps(a=Row("one", 3, counts={"kills": 2}, most={"s": 0.5}), b=[Row("two", 2), Row("three", 1)])
    said = []
    for _ in range(2):
        session.play(store, [part(**steps.made())], said.append, 1)
    assert steps.calls == ["a", "b"]
    one, other = store.done("made_up")
    assert (one.step, one.tried, one.rows[0].counts, one.rows[0].most) == ("a", 3, {"kills": 2}, {"s": 0.5})
    assert [row.what for row in other.rows] == ["two", "three"]
    assert one.commit
    assert "made_up, 2 of 2" in said[1]
    assert not list(store.folder.rglob("trace"))


def test_only_steps_with_these_words_in_their_name_are_done(store, part):
    steps = Steps(**{name: Row(name, 1) for name in ("a report", "a gate", "a study")})
    session.play(store, [part(**steps.made())], lambda _: None, 1, named="gate")
    assert steps.calls == ["a gate"]


def test_a_session_begins_nothing_when_its_time_is_over_and_the_next_goes_on(store, part, monkeypatch):
    clock = iter(range(1000))
    monkeypatch.setattr(session, "monotonic", lambda: 60.0 * next(clock))
    steps, said = Steps(a=Row("one", 1), b=Row("one", 1), c=Row("one", 1)), []
    session.play(store, [part(**steps.made())], said.append, 2)
    assert steps.calls == ["a"]
    assert "the time is over, with 2 steps of made_up to go" in said[-1]
    session.play(store, [part(**steps.made())], said.append, 100)
    assert steps.calls == ["a", "b", "c"]


def test_what_failed_is_done_again_on_other_code_alone_and_counts_as_it_came_out_last(store, part, monkeypatch):
    steps = Steps(a=Row("one", 1, ("lost",)), b=Row("one", 1))
    monkeypatch.setattr(session, "_commit", lambda: "0123")
    for _ in range(2):
        session.play(store, [part(**steps.made())], lambda _: None, 1)
    assert steps.calls == ["a", "b"]
    assert next(store.folder.rglob("trace")).read_text() == "a"
    steps.rows["a"] = Row("one", 1)
    monkeypatch.setattr(session, "_commit", lambda: "4567")
    session.play(store, [part(**steps.made())], lambda _: None, 1)
    assert steps.calls == ["a", "b", "a"]
    assert [(done.commit, done.failures) for done in store.done("made_up")] == [("4567", []), ("0123", [])]


def test_code_with_changes_is_never_quite_the_same(store, part, monkeypatch):
    steps = Steps(a=Row("one", 1, ("lost",)))
    monkeypatch.setattr(session, "_commit", lambda: "0123, with changes")
    for _ in range(2):
        session.play(store, [part(**steps.made())], lambda _: None, 1)
    assert steps.calls == ["a", "a"]


def test_a_step_that_fails_itself_is_a_failure_that_counts_no_try_and_costs_no_other(store, part):
    steps = Steps(a=ValueError("no such thing"), b=Row("one", 1))
    session.play(store, [part(**steps.made())], print, 1)
    one, other = store.done("made_up")
    assert one.failures == ["a: the step itself: ValueError: no such thing"]
    assert one.tried == 0
    assert not other.failures


def test_a_step_that_was_interrupted_leaves_nothing_and_is_done_again(store, part):
    steps = Steps(a=Row("one", 1))

    def stopped(out):
        (out / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session.play(store, [part(a=stopped)], print, 1)
    session.play(store, [part(**steps.made())], print, 1)
    assert steps.calls == ["a"]
    assert not list(store.folder.rglob("half"))


def test_two_sessions_of_one_part_are_not_at_work_at_once(store, part):
    def second(_):
        with pytest.raises(InputError, match="lntx-faults"):
            session.play(store, [part()], print, 1)
        return Row("one", 1)

    session.play(store, [part(a=second)], print, 1)
    assert store.done("made_up")[0].failures == []


def test_the_short_form_leaves_parts_out_that_cant_be_short(store, part):
    said = []
    session.play(store, [part(quick=0)], said.append, 1, quick=True)
    assert "not in the short form" in said[0]
    assert store.done("made_up") == []


def test_a_damaged_file_of_what_was_done_is_named(store, keep):
    keep()
    (path,) = store.folder.glob("*.jsonl")
    kept = path.read_text()
    for text in ("{", "[]", "\xff", json.dumps({**json.loads(kept), "more": 1})):
        path.write_text(f"{kept}{text}\n", encoding="latin-1")
        with pytest.raises(InputError, match=r"\.jsonl, line 2 isn't what lntx-faults writes .*; delete that line"):
            store.done("made_up")


def test_the_command_writes_the_table_goes_on_and_fails_where_a_promise_broke(tmp_path, monkeypatch, part, capsys):
    steps = Steps(a=Row("a", 3, ("seed 1: lost",)), b=Row("a", 3))
    monkeypatch.setattr(session, "every", lambda: [part(**steps.made())])
    monkeypatch.setattr(session, "_commit", lambda: "0123")
    page, out = tmp_path / "page.md", tmp_path / "out"
    page.write_text("# Page\n<!-- faults -->\n<!-- /faults -->\nend\n")
    assert cli.run(["--out", str(out), "--write", str(page), "--minutes", "0"]) == 0
    assert "Nothing has been tried yet." in page.read_text()
    assert cli.run(["--out", str(out), "--write", str(page)]) == 12
    assert "a: seed 1: lost" in capsys.readouterr().err
    assert "6 tries: 1 broken promises." in page.read_text()
    assert page.read_text().endswith("<!-- /faults -->\nend\n")
    assert (out / "table.md").read_text() in page.read_text()
    steps.rows["a"] = Row("a", 3)
    monkeypatch.setattr(session, "_commit", lambda: "4567")
    assert cli.run(["--out", str(out), "--only", "made_up"]) == 0
    assert "6 tries: no broken promises." in (out / "table.md").read_text()


def test_the_short_form_keeps_nothing_and_has_no_place_in_a_page(tmp_path, monkeypatch, part, capsys):
    monkeypatch.setattr(session, "every", lambda: [part()])
    out = tmp_path / "out"
    assert cli.run(["--quick", "--write", str(tmp_path / "page.md"), "--out", str(out)]) == 2
    assert "--quick" in capsys.readouterr().err
    for _ in range(2):
        assert cli.run(["--quick", "--out", str(out)]) == 0
    assert "5 tries" in capsys.readouterr().out
    assert cli.run(["--minutes", "0", "--out", str(out)]) == 0
    assert "Nothing has been tried yet." in (out / "table.md").read_text()
