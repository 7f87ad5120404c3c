import sys
from types import SimpleNamespace

import pytest

from lntx_redteam import cli, session, table
from lntx_redteam.finding import Finding, Row
from lntx_redteam.members import Member

FOUND = Row(Member("planted-found", "Planted: found"), {"verify": Finding("found", "error 1 | 2")})
MISSED = Row(
    Member("planted-miss", "Planted: missed"), {"verify": Finding("passed"), "train": Finding("right", "right")}
)
PATCH = Row(Member("planted-patch", "Planted", out_of_reach="same process"), {"verify": Finding("passed")})
CONTROL = Row(Member("planted-control", "Honest: planted", honest=True), {"verify": Finding("passed")})


@pytest.fixture
def played(monkeypatch):
    """Let no member run; give these rows."""

    def plant(*rows):
        monkeypatch.setattr(session, "play", lambda *_, **__: list(rows))

    return plant


def test_all_found_is_a_pass_and_the_page_is_written(played, tmp_path, capsys):
    played(FOUND, PATCH, CONTROL)
    assert cli.run(["--out", str(tmp_path)]) == 0
    page = (tmp_path / "report.md").read_text()
    assert page.strip() == capsys.readouterr().out.strip()
    assert (
        "2 wrong members, 1 controls: 1 found, 1 out of reach, 1 left alone. Found by verify 1, train 0, bench 0."
        in page
    )
    assert "found: error 1 \\| 2" in page
    assert "out of reach: same process" in page


def test_a_miss_has_an_exit_code_and_is_named(played, capsys):
    played(FOUND, MISSED, CONTROL)
    assert cli.run([]) == 12
    said = capsys.readouterr()
    assert "1 of 3 came out otherwise than they should: planted-miss (missed)" in said.err
    assert "**missed**" in said.out


def test_an_unknown_member_is_one_line(capsys):
    assert cli.run(["--only", "nobody"]) == 2
    assert "no member is called 'nobody'" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_said_before_anything_runs(played, tmp_path, capsys):
    played(FOUND)
    (tmp_path / "file").write_text("")
    assert cli.run(["--out", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["slack", "honest", "rates", "studies", "busy"])
def test_what_counts_over_random_problems_runs_alone_and_adds_its_table(name, monkeypatch, played, capsys):
    played(MISSED)
    asked = []
    counts = SimpleNamespace(run=lambda number, seed: asked.append((number, seed)), table=lambda _: ["| counted |"])
    monkeypatch.setitem(sys.modules, f"lntx_redteam.{name}", counts)
    assert cli.run([f"--{name}", "7"]) == 0
    assert asked == [(7, 0)]
    assert capsys.readouterr().out.strip().endswith(f"`nox -s redteam -- --{name} 7`\n\n| counted |")


def test_a_table_takes_the_place_of_the_earlier_one_and_the_others_stay(monkeypatch, played, tmp_path):
    played()
    for name in ("slack", "honest"):
        counts = SimpleNamespace(__doc__=f"Of {name}.", run=lambda number, _: number, table=lambda n: [f"| {n} |"])
        monkeypatch.setitem(sys.modules, f"lntx_redteam.{name}", counts)
    for asked in (["--honest", "7"], ["--slack", "8"], ["--honest", "9"]):
        assert cli.run([*asked, "--out", str(tmp_path)]) == 0
    assert (tmp_path / "counts.md").read_text() == (
        "# What was counted of the proof\n\n## Slack\n\nOf slack. `nox -s redteam -- --slack 8`\n\n| 8 |\n\n"
        "## Honest\n\nOf honest. `nox -s redteam -- --honest 9`\n\n| 9 |\n"
    )


def test_a_count_that_is_left_out_is_the_usual_one(monkeypatch, played):
    played()
    asked = []
    counts = SimpleNamespace(run=lambda number, seed: asked.append((number, seed)), table=lambda _: [])
    monkeypatch.setitem(sys.modules, "lntx_redteam.slack", counts)
    assert cli.run(["--slack"]) == 0
    assert asked == [(600, 0)]


def test_long_sentences_are_shortened_in_the_table():
    row = Row(FOUND.member, {"verify": Finding("found", "word " * 100)})
    assert max(map(len, table.markdown([row]).splitlines())) < 400
