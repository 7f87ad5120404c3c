"""The workflows, ours and those that pages show for others to copy: what they do when their steps are run, and what they may."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.repositories import commit, git, repository

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[1]
RECIPE = re.compile(r"```yaml\n# (\S+\.yml)\n(.*?)```", re.DOTALL)
PAGES = [(ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/ci.md", "docs/machines.md")]
SHOWN = dict(recipe for page in PAGES for recipe in RECIPE.findall(page))
OWN = {path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted((ROOT / ".github").rglob("*.yml"))}
FILES = {**OWN, **{f"shown: {name}": text for name, text in SHOWN.items()}}
WORKFLOWS = {name: yaml.safe_load(text) for name, text in FILES.items() if "workflows/" in name}
ACTION = yaml.safe_load(OWN[".github/actions/gate/action.yml"])
CODE = "def total(n):\n    return sum(i * i for i in range(n))\n"
SUITE = "import subject\n\n\ndef test_total(benchmark):\n    assert benchmark(subject.total, 300) == 8955050\n"
SLOW = CODE.replace("sum(i * i for i in range(n))", "max(sum(i * i for i in range(n)) for _ in range(5))")
SAME = CODE + "# changed\n"
PROJECT = "[project]\nname = 'subject'\nversion = '1'\n"


def triggers(workflow):
    return set(workflow[True])  # YAML takes the key `on` for a truth


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def scripts():
    """The text of every script, by the file and the place that it has there."""
    every = [(name, step) for name, workflow in WORKFLOWS.items() for step in steps(workflow)]
    every += [("action", step) for step in ACTION["runs"]["steps"]]
    return [(name, text) for name, step in every if (text := step.get("run") or step.get("with", {}).get("script"))]


def test_pages_show_workflows_for_github_and_a_job_for_gitlab():
    assert SHOWN.keys() == {".github/workflows/gate.yml", ".github/workflows/study.yml", ".gitlab-ci.yml"}


@pytest.mark.parametrize("name", FILES)
def test_what_is_used_is_pinned_by_commit_with_its_version_beside_it(name):
    used = re.findall(r"uses: (\S+)(.*)", FILES[name])
    assert [line for line in used if not line[0].startswith("./")] == [
        line
        for line in used
        if re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", line[0]) and re.fullmatch(r" # v\d+\.\d+\.\d+", line[1])
    ]


def test_one_version_of_each_is_used_everywhere():
    pages = [*FILES.values(), *PAGES]
    used = {match for text in pages for match in re.findall(r"uses: ([\w-]+/[\w-]+)[\w/-]*@(\S+)", text)}
    assert len(used) == len(dict(used)) > 0


def test_nothing_from_outside_becomes_part_of_a_script():
    assert scripts()
    assert [name for name, text in scripts() if "${{" in text] == []


@pytest.mark.parametrize("name", [name for name, one in WORKFLOWS.items() if "pull_request" in triggers(one)])
def test_what_runs_a_request_s_code_may_read_alone_and_keeps_no_credentials(name):
    workflow = WORKFLOWS[name]
    allowed = [workflow["permissions"], *(job.get("permissions", {}) for job in workflow["jobs"].values())]
    assert {level for one in allowed for level in one.values()} == {"read"}
    checkouts = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize("name", [name for name, one in WORKFLOWS.items() if "workflow_run" in triggers(one)])
def test_what_may_write_runs_nothing_of_a_request_s(name):
    for step in steps(WORKFLOWS[name]):
        assert "run" not in step
        assert step["uses"].partition("@")[0] in {"actions/download-artifact", "actions/github-script"}


def test_no_workflow_runs_a_request_with_what_its_base_may():
    assert [name for name, workflow in WORKFLOWS.items() if "pull_request_target" in triggers(workflow)] == []


@pytest.fixture
def machine(tmp_path):
    """Run a step's script as a runner does; pip installs nothing here, but says what it was asked for in a file."""
    places, own = (
        tmp_path / "bin",
        tmp_path / "tmp",
    )  # a folder of its own, and so a lock: other tests run gates beside this one
    places.mkdir()
    own.mkdir()
    pip = f'case "$1 $2" in "-m pip") shift 3; echo "$*" >> "{tmp_path}/pip.log"; exit 0;; esac'
    commands = {"python": f'{pip}\nexec "{sys.executable}" "$@"', "lntx": f'exec "{sys.executable}" -P -m lntx "$@"'}
    for name, text in commands.items():
        (places / name).write_text(f"#!/bin/sh\n{text}\n")
        (places / name).chmod(0o755)

    def run(step, folder, **given):
        shell = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], "python": [sys.executable]}
        script = tmp_path / "script"
        script.write_text(step["run"])
        env = {
            **os.environ,
            "PATH": f"{places}{os.pathsep}{os.environ['PATH']}",
            "TMPDIR": str(own),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "GITHUB_OUTPUT": str(tmp_path / "outputs"),
            **{name: str(value) for name, value in given.items()},
        }
        command = [*shell[step.get("shell", "bash")], str(script)]
        return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)

    return run


@pytest.fixture
def request_of(tmp_path):
    """Make a repository with a benchmark, and a request that changes it while its base goes on."""

    def make(changed):
        files = {"subject.py": CODE, "test_subject.py": SUITE, "pyproject.toml": PROJECT, "requirements.txt": ""}
        repo = repository(tmp_path / "repo", files)
        git(repo, "checkout", "-q", "-b", "request")
        commit(repo, {"subject.py": changed})
        head = git(repo, "rev-parse", "HEAD")
        git(repo, "checkout", "-q", "main")
        commit(repo, {"subject.py": "broken, but no matter of the request's"})
        base = git(repo, "rev-parse", "HEAD")
        git(repo, "checkout", "-q", head)
        return repo, {"BASE": base, "HEAD": head}

    return make


@pytest.mark.end_to_end
@pytest.mark.parametrize(("changed", "code"), [(SLOW, 10), (SAME, 0)], ids=["slower", "the same"])
def test_the_readme_s_workflow_does_what_it_says(machine, request_of, tmp_path, changed, code):
    workflow = yaml.safe_load(SHOWN[".github/workflows/gate.yml"])
    assert workflow["jobs"]["gate"]["env"].keys() == {"BASE", "HEAD", "LNTX"}
    repo, given = request_of(changed)
    install, gate = (step for step in steps(workflow) if "run" in step)
    done = machine(install, repo, LNTX="lntx @ file:///somewhere", **given)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "pip.log").read_text().splitlines() == [
        "lntx @ file:///somewhere",
        "-r requirements.txt",
        "-e .",
    ]
    done = machine(gate, repo, **given)
    assert done.returncode == code, done.stderr
    kept = repo / "results" / "gate"
    assert json.loads((kept / "gate.json").read_text())["verdict"] == ("slower" if code else "same")
    assert list(ET.parse(kept / "junit.xml").getroot().iter("testcase"))
    assert (kept / "report" / "report.html").is_file()
    assert (tmp_path / "summary.md").read_text() == (kept / "summary.md").read_text() != ""


def test_the_readme_s_workflow_installs_lntx_alone_where_there_is_nothing_else_to_install(machine, tmp_path):
    install = next(step for step in steps(yaml.safe_load(SHOWN[".github/workflows/gate.yml"])) if "run" in step)
    repo = repository(
        tmp_path / "repo", {"test_subject.py": SUITE, "pyproject.toml": "[tool.ruff]\nline-length = 80\n"}
    )
    assert machine(install, repo, LNTX="lntx").returncode == 0
    assert (tmp_path / "pip.log").read_text() == "lntx\n"


def test_nothing_falls_back_to_a_name_that_anybody_could_take_on_an_index(machine, tmp_path):
    install = next(step for step in steps(yaml.safe_load(SHOWN[".github/workflows/gate.yml"])) if "run" in step)
    done = machine(install, repository(tmp_path / "repo", {"test_subject.py": SUITE}), LNTX="")
    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert "set the variable LNTX to what pip shall install: lntx[figures] @ git+https://ADDRESS@COMMIT" in line
    assert not (tmp_path / "pip.log").exists()
    pages = [*FILES.values(), *PAGES]
    assert [text for text in pages if re.search(r"LNTX:-|LNTX \|\||default: lntx$", text, re.MULTILINE)] == []


INSTALL, GATE, KEEP = ACTION["runs"]["steps"]
GIVEN = dict.fromkeys(("PATHS", "OPTIONS", "BUILD", "PYTHON", "HISTORY"), "") | {
    "OUT": "results/gate",
    "COMMAND": "lntx gate",
}


def outputs(tmp_path):
    return dict(line.split("=", 1) for line in (tmp_path / "outputs").read_text().splitlines())


def test_the_action_judges_a_request(machine, request_of, tmp_path):
    repo, given = request_of(SAME)
    assert GATE["env"].keys() == {*GIVEN, *given}
    done = machine(GATE, repo, **{**GIVEN, **given, "PATHS": "-k 'total or none'"})
    assert done.returncode == 0, done.stderr
    assert outputs(tmp_path) == {"verdict": "same", "exit-code": "0", "page": "results/gate/report/report.html"}
    assert (repo / outputs(tmp_path)["page"]).is_file()
    assert (repo / "results" / "gate" / "junit.xml").is_file()


def test_the_action_hands_its_inputs_over_word_by_word_and_no_shell_reads_them(machine, request_of, tmp_path):
    repo, given = request_of(SAME)
    recorder = tmp_path / "recorder.py"
    recorder.write_text("import json, sys\njson.dump(sys.argv[1:], open('argv.json', 'w'))\nsys.exit(13)\n")
    asked = {
        "PATHS": "benchmarks -k 'a and b' ; touch pwned",
        "OPTIONS": "--tolerated 5 $(touch pwned)",
        "BUILD": "pip install -e '.[x]' && make",
        "PYTHON": "/opt/python",
        "HISTORY": "noise.json",
        "COMMAND": f"{sys.executable} {recorder}",
    }
    done = machine(GATE, repo, **{**GIVEN, **given, **asked})
    assert done.returncode == 13
    fork = git(repo, "merge-base", given["BASE"], given["HEAD"])
    assert json.loads((repo / "argv.json").read_text()) == [
        fork, given["HEAD"], "--out", "results/gate", "--junit", "results/gate/junit.xml",
        "--tolerated", "5", "$(touch", "pwned)",
        "--build=pip install -e '.[x]' && make", "--python=/opt/python", "--history=noise.json",
        "--", "benchmarks", "-k", "a and b", ";", "touch", "pwned",
    ]  # fmt: skip
    assert outputs(tmp_path) == {"verdict": "", "exit-code": "13", "page": ""}
    assert not (repo / "pwned").exists()


@pytest.mark.parametrize(
    ("wrong", "said"), [({"BASE": ""}, "the input base is empty"), ({"BASE": "no-such"}, "fetch-depth: 0")]
)
def test_the_action_says_in_a_line_what_it_lacks(machine, request_of, wrong, said):
    repo, given = request_of(SAME)
    done = machine(GATE, repo, **{**GIVEN, **given, **wrong})
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("::error::")
    assert said in line


def test_the_action_installs_word_by_word(machine, tmp_path):
    assert INSTALL["env"].keys() == {"INSTALL", "HERE"}
    done = machine(INSTALL, tmp_path, INSTALL="--help ; touch pwned $(touch pwned)", HERE=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Usage:" in done.stdout
    assert not (tmp_path / "pwned").exists()


def test_the_action_installs_the_lntx_that_it_came_with_and_nothing_where_it_was_copied(machine, tmp_path):
    here = tmp_path / "own" / ".github" / "actions" / "gate"
    here.mkdir(parents=True)
    fake = tmp_path / "fake.py"  # pip says what it was asked for
    fake.write_text("import sys\nprint(sys.argv[1:])\n")
    program = {**INSTALL, "run": INSTALL["run"].replace('sys.executable, "-m", "pip"', f'sys.executable, "{fake}"')}
    for text in ("", PROJECT):
        (tmp_path / "own" / "pyproject.toml").write_text(text)
        done = machine(program, tmp_path, INSTALL="", HERE=here)
        assert (done.returncode, done.stdout) == (1, "")
        assert "say with install where lntx is to be had" in done.stderr
    (tmp_path / "own" / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    done = machine(program, tmp_path, INSTALL="", HERE=here)
    assert done.stdout.strip() == repr(["install", f"lntx[figures] @ {(tmp_path / 'own').resolve().as_uri()}"])


def test_the_action_s_page_says_what_its_inputs_are():
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    told = {
        name for row in re.findall(r"^\| (`.*?`) \|", page, re.MULTILINE) for name in re.findall(r"`([\w-]+)`", row)
    }
    assert told == ACTION["inputs"].keys()
    assert all(f"`{name}`" in page for name in ACTION["outputs"])


def test_our_own_gate_is_the_action():
    used = [step for step in steps(WORKFLOWS[".github/workflows/gate.yml"]) if step.get("uses", "").startswith("./")]
    assert [step["uses"] for step in used] == ["./.github/actions/gate"]
    assert used[0]["with"].keys() <= ACTION["inputs"].keys()
    assert KEEP["if"] == "always()"
