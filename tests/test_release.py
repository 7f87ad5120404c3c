"""What is published is told truly: versions, addresses, links, forms, hooks and the skill for agents."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from support.commandline import lntx_says

import lntx

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINNED = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line and not line.startswith("#")
)
HOME = "https://example.org/somebody/lntx"


@pytest.fixture(scope="module")
def hatch_build():
    pytest.importorskip("hatchling")
    sys.path.insert(0, str(ROOT))
    try:
        import hatch_build as found  # noqa: PLC0415
    finally:
        sys.path.remove(str(ROOT))
    return found


def test_the_citation_has_the_version_and_the_licence():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], cited["license"]) == (lntx.__version__, PROJECT["license"])


def test_the_changelog_begins_with_what_isn_t_released_or_with_this_version():
    heads = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert heads[0] in {"Unreleased", lntx.__version__}


def test_classifiers_are_those_that_indexes_know():
    known = pytest.importorskip("trove_classifiers").classifiers
    assert [one for one in PROJECT["classifiers"] if one not in known] == []
    least = PROJECT["requires-python"].removeprefix(">=")
    assert f"Programming Language :: Python :: {least}" in PROJECT["classifiers"]


def test_links_of_the_readme_lead_to_the_repository_from_anywhere(hatch_build):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    anchored = hatch_build.anchored(text, HOME)
    places = re.findall(r"\]\(([^)\s]+)\)", anchored)
    assert places
    assert [place for place in places if not place.startswith(("https://", "#"))] == []
    assert f"{HOME}/raw/main/" in anchored or "![" not in text
    assert hatch_build.anchored(text, "") == text


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("[a](docs/a.md)", f"[a]({HOME}/blob/main/docs/a.md)"),
        ("![a](a.svg)", f"![a]({HOME}/raw/main/a.svg)"),
        ("[![a](a.svg)](a.md)", f"[![a]({HOME}/raw/main/a.svg)]({HOME}/blob/main/a.md)"),
        ("[a](#below) [b](https://b.org/c)", "[a](#below) [b](https://b.org/c)"),
        ("x[0](y) `a[b](c)`", f"x[0]({HOME}/blob/main/y) `a[b]({HOME}/blob/main/c)`"),
    ],
)
def test_a_link_s_place_is_what_changes(hatch_build, text, leads):
    assert hatch_build.anchored(text, HOME) == leads


def test_addresses_are_told_where_they_are_known(hatch_build, monkeypatch):
    for home, urls in ((HOME, {"Homepage", "Documentation", "Changelog", "Issues", "Source"}), ("", set())):
        monkeypatch.setenv("LNTX_REPOSITORY", home)
        metadata = {}
        hatch_build.Origin(str(ROOT), {}).update(metadata)
        assert metadata["urls"].keys() == urls
        assert metadata["readme"]["content-type"] == "text/markdown"
    kept = {"urls": {"Homepage": "x"}, "readme": "y"}
    hatch_build.Origin(str(ROOT), {}).update(kept)
    assert kept == {"urls": {"Homepage": "x"}, "readme": "y"}


@pytest.mark.end_to_end
def test_the_wheel_holds_what_runs_and_nothing_else(tmp_path):
    build = pytest.importorskip("hatchling.builders.wheel")
    from zipfile import ZipFile  # noqa: PLC0415

    (path,) = build.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = set(ZipFile(path).namelist())
    assert {
        "lntx/py.typed",
        "lntx/bench/test_tutorial.py",
        "lntx/report/templates/page.html.j2",
        "lntx/doctor/arm.py",
    } <= names
    assert {name.split("/")[0] for name in names} == {"lntx", f"lntx-{lntx.__version__}.dist-info"}
    assert [name for name in names if re.search(r"redteam|selftest|foreign/lntx|faults|/tests/|\.pyc$", name)] == []


def hooks():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    return [hook for repo in config["repos"] for hook in repo["hooks"]]


def test_hooks_before_a_commit_take_the_pinned_versions():
    asked = [one.split("==") for hook in hooks() for one in hook["additional_dependencies"]]
    assert asked
    assert [one for one in asked if PINNED[one[0]] != one[1]] == []


def test_everything_that_a_session_needs_is_pinned():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    named = {re.split(r"[ ;<>=\[]", one)[0] for group in groups.values() for one in group if isinstance(one, str)}
    known = {name.lower().replace("_", "-") for name in PINNED}
    assert {name for name in named if name.lower().replace("_", "-") not in known} == set()


def test_forms_ask_for_what_a_report_needs():
    forms = [path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"]
    texts = {path.stem: path.read_text(encoding="utf-8") for path in forms}
    assert {name for name, text in texts.items() if "lntx doctor" in text} == {"bug", "verdict"}
    assert {name for name, text in texts.items() if "lntx --version" in text} == {"bug", "verdict"}


def test_a_release_needs_no_token_and_what_publishes_runs_no_code_of_the_repository():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    jobs = workflow["jobs"]
    assert workflow["permissions"] == {}
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert all("run" not in step and "checkout" not in step["uses"] for step in jobs["publish"]["steps"])
    assert "secrets" not in (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")


def commands(text):
    """The commands and long options of lntx's in a page's code."""
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL) + re.findall(r"`(lntx [^`]+)`", text):
        for line in block.splitlines():
            words = line.removeprefix("$ ").partition(" #")[0].split(" -- ")[0].split()
            if words[:1] == ["lntx"] and len(words) > 1:
                yield words[1], [word.split("=")[0] for word in words[2:] if word.startswith("--")]


@pytest.mark.parametrize("page", ["SKILL.md", "docs/doctor.md", "docs/release.md", "docs/estimator.md"])
def test_commands_and_options_that_a_page_names_are_there(page):
    found = list(commands((ROOT / page).read_text(encoding="utf-8")))
    for command, options in found:
        if command.startswith("-"):
            continue
        said = lntx_says(command, "--help")
        assert said.code == 0, command
        assert [option for option in options if option not in said.out] == [], command
    assert found or page == "docs/estimator.md"


def test_the_skill_says_when_it_is_to_be_used_and_knows_the_exit_codes():
    text = (ROOT / "SKILL.md").read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("---")[1])
    assert head["name"] == "lntx"
    assert 100 < len(head["description"]) < 1024
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert told == {0, 2, 10, 11, 12, 13}
