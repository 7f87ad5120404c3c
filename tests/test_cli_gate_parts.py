"""`lntx gate --part` and `--join`: parts are measured apart and judged together, and what doesn't go together is a line."""

import json

import pytest
from support import quick
from support.commandline import lntx_says
from support.repositories import commit, repository
from test_judge_joining import part

from lntx.cli.gate_parts import gathered
from lntx.storage import gate as stored

FILES = {
    "work.py": "def total(n):\n    return sum(range(n))\n",
    "bench/test_work.py": (
        "from work import total\n\n\ndef test_total(benchmark):\n    assert benchmark(total, 1000) == 499500\n"
    ),
}


@pytest.fixture
def repo(tmp_path, monkeypatch):
    folder = repository(tmp_path / "repo", FILES)
    commit(folder, {"work.py": "def total(n):\n    return sum(list(range(n)))\n"})
    monkeypatch.chdir(folder)
    quick.hurried(monkeypatch, tmp_path / "tmp")
    return folder


def written(tmp_path, numbers, **about):
    files = [tmp_path / f"part-{number}.json" for number in numbers]
    for number, file in zip(numbers, files, strict=True):
        stored.write(part(number, **about), file)
    return files


@pytest.mark.end_to_end
def test_parts_are_measured_and_joined(repo, tmp_path, monkeypatch):
    quick.made_up(monkeypatch, factor=1.2)
    files = []
    for number in (1, 2, 3):
        file = tmp_path / f"part-{number}.json"
        said = lntx_says("gate", "HEAD~1", "HEAD", "--part", f"{number}/3", "-o", file, "--pairs", 12, "--", "bench")
        assert said.code == 0, said.err
        found = stored.read(file)
        assert found.about["part"] == {"number": number, "of": 3}
        assert found.rules.looks == (4,)
        assert {len(stream.pairs) for stream in found.streams} == {4}
        files.append(file)
    assert not (repo / "results").exists()
    joined = lntx_says("gate", "--join", *files, "-o", tmp_path / "out", "--json")
    assert (joined.code, joined.json["verdict"]) == (10, "slower")
    assert (tmp_path / "out" / "report" / "report.html").exists()
    assert stored.read(tmp_path / "out" / "gate.json").about["parts"] == "3 of 3"


def test_a_part_of_a_worktree_with_edits_is_refused_before_it_runs(repo, tmp_path):
    (repo / "work.py").write_text("def total(n):\n    return n * (n - 1) // 2\n")
    said = lntx_says("gate", "HEAD~1", "--part", "1/2", "-o", tmp_path / "part.json", "--", "bench")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "your worktree has edits that are in none" in said.err
    assert not (tmp_path / "part.json").exists()


def test_a_lost_part_is_told_and_the_others_are_judged(tmp_path):
    said = lntx_says("gate", "--join", *written(tmp_path, (1, 2, 4)), "-o", tmp_path / "out")
    assert said.code in (0, 13)
    assert "part 3 of 4 is missing" in said.out


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"base": {"commit": "c" * 40}}, "the commit of base is"),
        ({"head": {"commit": "c" * 40}}, "the commit of head is"),
        ({"part": {"number": 1, "of": 4}}, "are both part 1; give each once"),
        ({"part": None}, "is no part of a gate"),
    ],
)
def test_parts_of_unlike_gates_are_refused_in_a_line_that_names_them(about, said, tmp_path):
    files = [*written(tmp_path, (1,)), *written(tmp_path, (2,), **about)]
    found = lntx_says("gate", "--join", *files, "-o", tmp_path / "out")
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert said in found.err
    assert "part-2.json" in found.err
    assert not (tmp_path / "out" / "gate.json").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("main", "--part", "3/2"), "--part must be like 1/4"),
        (("main", "--part", "half"), "--part must be like 1/4"),
        (("main", "--part", "1/1"), "is all of it; leave --part away"),
        (("main", "--part", "1/2", "--faster"), "a part decides nothing"),
        (("main", "--join", "a.json"), "--join takes the files of parts alone"),
        (("--join", "a.json", "--part", "1/2"), "--join takes the files of parts alone"),
        (("--join", "nothing.json", "-o", "out"), "nothing.json"),
        ((), "the gate lacks BASE"),
    ],
)
def test_options_that_do_not_go_together_are_a_line(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = lntx_says("gate", *words)
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert said in found.err


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("gate --join a b -o out", ["gate", "--join=a", "--join=b", "-o", "out"]),
        ("gate --json --join a b", ["gate", "--json", "--join=a", "--join=b"]),
        ("gate --join=a", ["gate", "--join=a"]),
        ("gate --join", ["gate", "--join"]),
        ("gate main -- bench -k x", ["gate", "main", "--pytest=bench", "--pytest=-k", "--pytest=x"]),
        ("bench --join a b", ["bench", "--join", "a", "b"]),
    ],
)
def test_words_that_a_parser_can_not_tell_apart_are_handed_on_one_by_one(words, found):
    assert gathered(words.split()) == found


def test_what_is_joined_is_json_for_a_program(tmp_path):
    said = lntx_says("gate", "--join", *written(tmp_path, (1, 2, 3, 4)), "-o", tmp_path / "out", "--json")
    assert json.loads(said.out)["verdict"] == "same"
