"""Text from outside leaves by few doors: these files print and write it, each as `lntx.escaping` says, and no others."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "lntx").rglob("*.py"))
NAMES = {path: path.relative_to(ROOT / "lntx").as_posix() for path in FILES}
DOORS = {
    "print": ("cli/terminal.py",),
    "echo": ("cli/__init__.py",),  # the help
    "secho": (),
    "Console": ("cli/terminal.py",),
    "Live": ("cli/progress.py",),
    "Markup": ("report/html.py", "report/svg.py"),
    "to_csv": ("report/tables.py", "measure/table.py"),  # of scikit-learn's own table, for a suite that reads it
    "to_html": (),
    "to_markdown": (),
    "to_excel": (),
    "SubElement": ("report/gate/junit.py",),
    "Environment": ("report/html.py", "duet/environment.py"),  # Jinja's; a value of that name
}
"""What brings text out, by the name that it is called by, and the files that may."""


@cache
def calls():
    """List all calls, by the name that is called, with their files."""
    return [
        (getattr(node.func, "id", getattr(node.func, "attr", "")), NAMES[path])
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


@pytest.mark.parametrize("name", DOORS)
def test_only_these_files_bring_text_out(name):
    assert {file for called, file in calls() if called == name} == set(DOORS[name])


def test_stdout_and_stderr_are_touched_by_the_terminal_alone():
    used = re.compile(
        r"\bsys\.(stdout|stderr|__stdout__|__stderr__)\b(?!\.flush\(\))"
    )  # a worker that ends writes nothing
    assert [NAMES[path] for path in FILES if used.search(path.read_text(encoding="utf-8"))] == ["cli/terminal.py"]


def test_no_template_takes_text_for_html():
    for path in (ROOT / "lntx" / "report" / "templates").glob("*.j2"):
        assert not re.search(r"\|\s*(safe|tojson)\b|autoescape false", path.read_text(encoding="utf-8"))


def test_each_exception_from_a_rule_of_security_says_why():
    lines = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in ("lntx", "bench")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"noqa:[A-Z0-9, ]*\bS\d{3}", line)
        and not re.search(r"noqa:[A-Z0-9, ]*\bS\d{3}[A-Z0-9, ]*\s+\(.+\)", line)
    ]
    assert lines == []
