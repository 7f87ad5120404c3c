import pytest

from lntx.errors import InputError, LntxError
from lntx.storage import gate as stored
from lntx.verdict import Verdict
from lntx_foreign import cli, gates, session
from lntx_foreign.gates import EQUAL, RELEASES
from lntx_foreign.store import Run


@pytest.fixture
def played(monkeypatch, ruling):
    """Let no gate run; give what was asked for."""
    asked = []

    def gate(project, kind, _work, out):
        if project.name == "broken":
            raise LntxError("it can't be installed")
        asked.append((project.name, kind))
        if project.name != "refused":
            stored.write(ruling({"t.py::test_a": (Verdict.SAME, 1.0)}), out / "gate.json")
        return Run(project.name, kind, "lntx gate", 0, 1.0)

    monkeypatch.setattr(gates, "gate", gate)
    return asked


def test_releases_come_first_then_equal_code_in_turns_and_what_is_there_is_not_run_again(
    store, project, played, tmp_path
):
    both = [project("one"), project("two")]
    session.play(store, both, tmp_path, 1, 60, lambda _: None)
    assert played == [("one", RELEASES), ("two", RELEASES), ("one", EQUAL), ("two", EQUAL)]
    played.clear()
    session.play(store, both, tmp_path, 3, 60, lambda _: None)
    assert played == [("one", EQUAL), ("two", EQUAL)] * 2
    assert len(store.runs("one", EQUAL)) == 3


def test_releases_may_be_left_for_another_time(store, project, played, tmp_path):
    session.play(store, [project("one")], tmp_path, 1, 60, lambda _: None, releases=False)
    session.play(store, [project("one")], tmp_path, 1, 60, lambda _: None)
    assert played == [("one", EQUAL), ("one", RELEASES)]


def test_a_gate_of_releases_that_could_not_judge_is_tried_again(store, project, played, tmp_path):
    for _ in range(2):
        session.play(store, [project("refused")], tmp_path, 0, 60, lambda _: None)
    assert played == [("refused", RELEASES)] * 2


def test_nothing_begins_when_the_time_is_over(store, project, played, tmp_path):
    said = []
    session.play(store, [project()], tmp_path, 1, 0, said.append)
    assert played == []
    assert said == ["the time is over; the same command goes on"]


def test_a_project_that_cannot_be_installed_is_left_and_told_when_the_others_are_done(store, project, played, tmp_path):
    with pytest.raises(LntxError, match="broken: it can't be installed"):
        session.play(store, [project("broken"), project("one")], tmp_path, 1, 60, lambda _: None)
    assert played == [("one", RELEASES), ("one", EQUAL)]


def test_a_damaged_run_is_named(store, keep):
    keep("one", EQUAL)
    (store.folder / "one" / EQUAL / "0001" / "run.json").write_text("{}")
    with pytest.raises(InputError, match=r"run.json isn't what lntx-foreign writes .*; delete"):
        store.runs("one", EQUAL)


def test_the_command_writes_the_table_and_an_unknown_project_is_refused(played, tmp_path, capsys):
    out = tmp_path / "out"
    assert cli.run(["--only", "pluggy", "--equal", "1", "--out", str(out)]) == 0
    assert played == [("pluggy", RELEASES), ("pluggy", EQUAL)]
    assert cli.run(["--only", "pluggy", "--equal", "2", "--no-releases", "--out", str(tmp_path / "other")]) == 0
    assert played[2:] == [("pluggy", EQUAL)] * 2
    capsys.readouterr()
    assert cli.run(["--only", "pluggy", "--equal", "1", "--minutes", "0", "--out", str(out)]) == 0
    assert (out / "table.md").read_text().strip() == capsys.readouterr().out.strip()
    assert cli.run(["--only", "nowhere", "--out", str(out)]) == 2
    assert "no project 'nowhere'" in capsys.readouterr().err
