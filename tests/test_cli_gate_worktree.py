"""What lntx gate compares, from end to end: edits in no commit, folders of a monorepo, what isn't in git, other interpreters."""

import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from packaging.requirements import Requirement
from support.commandline import lntx_says
from support.quick import hurried, made_up
from support.repositories import commit, contents, git, repository

from lntx.duet.timing import Sweeper

pytestmark = pytest.mark.end_to_end

CODE = "\n\ndef total(n):\n    found = 0\n    for i in range(n):\n        found += i\n    return found\n"
OTHER = CODE.replace("found += i", "found += i + 0")
WRONG = CODE.replace("return found", "return found + 1")
SUITE = "import subject\n\ndef test_total(benchmark):\n    assert benchmark(subject.total, 500) == 124750\n"
ALONE = """
def test_alone(benchmark):
    assert benchmark.pedantic(sorted, args=([3, 1, 2],), rounds=5, iterations=10) == [1, 2, 3]
"""
SKIPPED = """import pytest
import subject

@pytest.mark.skipif(True, reason="run download.sh first")
def test_data(benchmark):
    benchmark(subject.total, 3)
"""


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """A repository with one commit, to be worked in; the gate's temporary folders are the test's own."""
    folder = repository(tmp_path / "repo", {"subject.py": CODE, "bench/test_subject.py": SUITE, "README.md": "One."})
    monkeypatch.chdir(folder)
    hurried(monkeypatch, tmp_path / "tmp")
    return folder


def gate(*options, suite=("bench",)):
    return lntx_says("gate", "--pairs", 4, *options, "--", *suite, "-p", "no:randomly", "-p", "no:cacheprovider")


def verdicts(said):
    return {found["name"].partition("::")[2]: found["verdict"] for found in said.json["benchmarks"]}


def test_edits_in_no_commit_are_judged_against_head_and_against_other_commits(repo, tmp_path):
    commit(repo, {"README.md": "Two."})
    (repo / "subject.py").write_text(WRONG)
    (repo / "bench/test_new.py").write_text("def test_new(benchmark):\n    benchmark(int)\n")
    (repo / "ignored.txt").write_text("")
    before, status = contents(repo), git(repo, "status", "--porcelain", env={"GIT_OPTIONAL_LOCKS": "0"})
    for base in ("HEAD", "HEAD~1"):
        said = gate(base, "--json", "-o", tmp_path / "out")
        assert said.code == 12, said.err
        assert set(verdicts(said)) == {"test_total", "test_new"}
        assert verdicts(said)["test_total"] == "disagrees"
        told = said.json["head"]
        onto = git(repo, "rev-parse", "HEAD")
        assert (told["revision"], told["commit"]) == (f"the worktree on top of {onto[:12]}", onto)
        changed = ["bench/test_new.py", "ignored.txt", "subject.py"]
        assert told["changed_files"] == len(changed)
        assert any(f"3 files changed in no commit ({', '.join(changed)})" in note for note in said.json["notes"])
    assert contents(repo) == before
    assert git(repo, "status", "--porcelain", env={"GIT_OPTIONAL_LOCKS": "0"}) == status
    for page in ("summary.md", "report/report.html", "report/report.md"):
        text = (tmp_path / "out" / page).read_text()
        assert "the worktree on top of" in text
        assert "3 changed files" in text


def test_a_head_that_is_named_is_that_commit_and_edits_are_said(repo):
    commit(repo, {"README.md": "Two."})
    (repo / "subject.py").write_text("raise SystemExit")
    (repo / "new.py").write_text("")
    said = gate("HEAD~1", "HEAD", "--json")
    assert said.code == 0, said.err
    assert "changed_files" not in said.json["head"]
    assert any("2 files changed in no commit and were not measured" in note for note in said.json["notes"])


def test_a_clean_worktree_at_base_says_so_and_a_second_gate_is_not_misled_by_the_first(repo):
    for _ in range(2):
        said = gate("HEAD", "--json")  # writes results/gate into the repository
        assert said.code == 0, said.err
        assert "base and head are the same commit, and the worktree has no changes" in said.json["notes"]
    assert (repo / "results/gate/gate.json").is_file()
    assert not git(repo, "status", "--porcelain")


def test_a_changed_worktree_teaches_the_history_nothing(repo, tmp_path, monkeypatch):
    made_up(monkeypatch)
    (repo / "subject.py").write_text(OTHER)
    said = gate("HEAD", "--history", tmp_path / "noise.json", "--report-timing", "--allow-inconclusive")
    assert said.code == 0, said.err
    assert not (tmp_path / "noise.json").exists()


def test_in_a_monorepos_folder_its_own_code_is_measured_and_its_own_declarations_count(repo, monkeypatch):
    alpha = "packages/alpha"
    project = "[project]\nname = 'alpha'\ndependencies = ['numpy']\n[tool.pytest.ini_options]\ntestpaths = ['bench']\n"
    decoy = {"src/subject/__init__.py": "raise ImportError('the root has one too')\n"}
    files = {
        f"{alpha}/pyproject.toml": project,
        f"{alpha}/src/subject/__init__.py": CODE,
        f"{alpha}/bench/test_it.py": SUITE,
    }
    commit(repo, {**files, **decoy, "subject.py": None, "bench/test_subject.py": None})
    commit(repo, {f"{alpha}/src/subject/__init__.py": WRONG})
    commit(repo, {f"{alpha}/pyproject.toml": project.replace("'numpy'", "'numpy', 'scipy'")})
    commit(repo, {"packages/beta/pyproject.toml": project, f"{alpha}/src/subject/__init__.py": CODE})
    monkeypatch.chdir(repo / alpha)
    said = gate("HEAD~3", "HEAD~2", "--json", suite=())
    assert (said.code, verdicts(said)) == (12, {"test_total": "disagrees"}), said.err
    said = gate("HEAD~2", "HEAD~1", "--json", suite=())
    assert said.code == 2
    assert f"project.dependencies in {alpha}/pyproject.toml" in said.err
    said = gate("HEAD~1", "HEAD", "--json", suite=())
    assert any("packages/beta/pyproject.toml differ" in note for note in said.json["notes"])
    monkeypatch.chdir(repo)
    said = gate("HEAD~2", "HEAD~1", "--json", suite=(alpha,))
    assert said.code == 2
    assert f"project.dependencies in {alpha}/pyproject.toml" in said.err


def test_declarations_beside_benchmarks_that_pytest_finds_by_itself_count_too(repo):
    commit(repo, {"lib/bench/test_it.py": SUITE.replace("test_total", "test_found"), "lib/requirements.txt": "numpy\n"})
    commit(repo, {"lib/requirements.txt": "numpy\nscipy\n"})
    said = gate("HEAD~1", "--json", suite=())
    assert said.code == 2
    assert "lib/requirements.txt" in said.err


def test_what_a_submodule_holds_is_there_in_both_arms(repo, tmp_path):
    inner = repository(
        tmp_path / "inner", {"words.txt": "a b c\n", "words_of.py": "def count(text):\n    return len(text.split())\n"}
    )
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "bench/corpus")
    suite = (
        "import sys\nfrom pathlib import Path\nHERE = Path(__file__).parent / 'corpus'\nsys.path.insert(0, str(HERE))\n"
        "from words_of import count\ndef test_words(benchmark):\n"
        "    text = (HERE / 'words.txt').read_text()\n    assert benchmark(count, text) == 3\n"
    )
    commit(repo, {"bench/test_words.py": suite})
    commit(repo, {"README.md": "Two."})
    said = gate("HEAD~1", "--json", "-o", tmp_path / "out", suite=("bench/test_words.py",))
    assert (said.code, verdicts(said)) == (0, {"test_words": "same"}), said.err
    (repo / "bench/corpus/words.txt").write_text("a\n")
    said = gate("HEAD~1", "--json", "-o", tmp_path / "out", suite=("bench/test_words.py",))
    assert any("changes inside the submodule bench/corpus" in note for note in said.json["notes"])


def test_a_module_that_only_the_checkout_has_is_named_with_what_helps(repo):
    commit(
        repo,
        {
            ".gitignore": "generated.py\n",
            "bench/test_made.py": "from generated import ONE\ndef test_made(benchmark):\n    benchmark(int)\n",
        },
    )
    commit(repo, {"README.md": "Two."})
    (repo / "generated.py").write_text("ONE = 1\n")
    said = gate("HEAD~1", suite=("bench/test_made.py",))
    assert (said.code, said.out) == (2, "")
    last = said.err.splitlines()[-1]
    assert "generated" in last
    assert "--build" in last or "in no commit" in last


def test_what_is_left_out_is_named_everywhere_and_last(repo, tmp_path):
    commit(repo, {"bench/test_data.py": SKIPPED})
    commit(repo, {"README.md": "Two."})
    said = gate("HEAD~1", "-o", tmp_path / "out", "--junit", tmp_path / "junit.xml")
    assert said.code == 0, said.err
    last = "1 benchmark is left out, and not judged: test_data."
    assert said.out.splitlines()[-1] == last
    assert "left out: bench/test_data.py::test_data: skipped: run download.sh first" in said.out
    summary = (tmp_path / "out/summary.md").read_text()
    assert summary.rstrip().endswith(last.replace("_", "\\_"))
    assert "run download.sh first" in summary
    for page in ("report/report.html", "report/report.md"):
        assert "run download.sh first" in (tmp_path / "out" / page).read_text()
    (skipped,) = ET.parse(tmp_path / "junit.xml").findall(".//testcase[@name='test_data']/skipped")
    assert skipped.get("message") == "left out: skipped: run download.sh first"
    said = gate("HEAD~1", "-o", tmp_path / "out", "--json")
    assert said.code == 0
    assert said.json["left_out"] == [{"name": "bench/test_data.py::test_data", "why": "skipped: run download.sh first"}]
    assert said.err.splitlines()[-1] == f"lntx: {last}"
    said = lntx_says("report", tmp_path / "out")
    assert last in said.out


@pytest.mark.parametrize("options", [(), ("--allow-inconclusive",), ("--report-timing",), ("--faster",)])
def test_a_gate_in_which_nothing_is_judged_never_passes(repo, tmp_path, options):
    commit(repo, {"bench/test_data.py": SKIPPED})
    commit(repo, {"README.md": "Two."})
    said = gate("HEAD~1", *options, "-o", tmp_path / "out", suite=("bench/test_data.py",))
    assert said.code in {2, 13}, said.out
    assert "test_data" in said.out + said.err


def test_a_list_says_what_would_be_timed_and_times_nothing(repo, monkeypatch):
    monkeypatch.setattr(Sweeper, "sweep", None)
    commit(repo, {"bench/test_data.py": SKIPPED, "bench/test_subject.py": SUITE + ALONE})
    (repo / "subject.py").write_text(OTHER)
    said = gate("HEAD", "--list", "--json")
    assert said.code == 0, said.err
    found = {one["name"].partition("::")[2]: one for one in said.json["benchmarks"]}
    assert {name for name, one in found.items() if one["timed"]} == {"test_total"}
    assert found["test_total"]["seconds"] > 0
    assert found["test_alone"]["why"].startswith("the same by identity")
    assert said.json["left_out"] == [{"name": "bench/test_data.py::test_data", "why": "skipped: run download.sh first"}]
    assert said.json["seconds"] >= said.json["survey_s"] + said.json["start_s"] + found["test_total"]["seconds"]
    assert said.json["head"]["changed_files"] == 1
    said = gate("HEAD", "--list")
    assert said.code == 0
    assert "1 of 3 benchmarks would be timed" in said.out
    assert "about" in said.out
    assert said.out.splitlines()[-1] == "1 benchmark is left out, and would not be judged: test_data."
    assert not (repo / "results").exists()


def test_a_list_of_nothing_that_can_be_judged_is_no_success(repo):
    commit(repo, {"bench/test_data.py": SKIPPED})
    said = gate("HEAD", "--list", suite=("bench/test_data.py",))
    assert said.code == 2
    assert "test_data" in said.out + said.err


@pytest.mark.parametrize(("factor", "code"), [(0.5, 0), (1.0, 13), (2.0, 10)])
def test_a_speed_up_is_proved_or_not(repo, tmp_path, monkeypatch, factor, code):
    made_up(monkeypatch, factor)
    commit(repo, {"subject.py": OTHER})
    said = gate("HEAD~1", "--faster", "--json", "-o", tmp_path / "out")
    assert said.code == code, said.out
    claim = (
        "a speed-up is proved: bench/test_subject.py::test_total" if code == 0 else "no speed-up is proved (--faster)"
    )
    assert any(claim in note for note in said.json["notes"])


def test_what_is_the_same_by_identity_is_no_speed_up(repo):
    commit(repo, {"README.md": "Two."})
    assert gate("HEAD~1", "--faster", "--json").code == 13
    assert gate("HEAD~1", "--faster", "--report-timing").code == 2


def bare(folder, *packages):
    """Make an environment with some packages and what they need, and nothing else; its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    wanted, found = list(packages), set()
    while wanted:
        if (name := wanted.pop()) in found:
            continue
        found.add(name)
        needs = [Requirement(text) for text in metadata.requires(name) or ()]
        wanted += [
            one.name
            for one in needs
            if (not one.marker or one.marker.evaluate({"extra": ""})) and one.name not in found
        ]
        for top in {Path(file).parts[0] for file in metadata.files(name)} - {"..", "__pycache__"}:
            (site / top).symlink_to(metadata.distribution(name).locate_file(top))
    return folder / "bin/python"


def test_an_interpreter_with_nothing_but_pytest_and_its_benchmarks_is_enough(repo, tmp_path, monkeypatch):
    python = bare(tmp_path / "bare", "pytest", "pytest-benchmark")
    commit(repo, {"subject.py": "import sys\nassert 'bare' in sys.prefix\n" + OTHER})
    commit(repo, {"subject.py": "import sys\nassert 'bare' in sys.prefix\n" + CODE})
    monkeypatch.delenv("PYTHONPATH", raising=False)
    relative = os.path.relpath(python, repo)
    said = gate(
        "HEAD~1", "--python", relative, "--json", "--report-timing", "--allow-inconclusive", "-o", tmp_path / "out"
    )
    assert said.code == 0, said.err
    assert [one["pairs"] for one in said.json["benchmarks"]] == [4]


@pytest.mark.usefixtures("repo")
def test_an_interpreter_without_pytest_benchmark_is_told_what_to_install(tmp_path, monkeypatch):
    python = bare(tmp_path / "bare")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    said = gate("HEAD", "--python", python)
    assert said.code == 2
    last = said.err.splitlines()[-1]
    assert f"{python} -m pip install pytest-benchmark" in last
    assert "--python" in last


def test_a_command_that_builds_runs_where_the_gate_does(repo, tmp_path, monkeypatch):
    commit(repo, {"lib/setup.txt": "here", "lib/bench/test_it.py": SUITE})
    monkeypatch.chdir(repo / "lib")
    said = gate("HEAD", "--build", f"cat setup.txt >> {tmp_path}/built; exit 3")
    assert said.code == 2
    assert (tmp_path / "built").read_text() == "here"


def test_gates_write_nothing_into_a_repository_that_they_only_read(repo, tmp_path):
    commit(repo, {"README.md": "Two."})
    before = contents(repo)
    assert gate("HEAD~1", "--json", "-o", tmp_path / "out").code == 0
    assert contents(repo) == before
    shutil.rmtree(tmp_path / "out")
    (repo / "subject.py").write_text(OTHER)
    before = contents(repo)
    done = gate("HEAD", "--report-timing", "--allow-inconclusive", "-o", tmp_path / "out")
    assert done.code == 0, done.err
    assert contents(repo) == before
    assert "changed_files" in json.loads((tmp_path / "out/gate.json").read_text())["about"]["head"]
