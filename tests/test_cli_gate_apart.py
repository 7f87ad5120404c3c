"""Whole gates of changes that no arm runs: what must be compiled, and has something in its place."""

from importlib.machinery import EXTENSION_SUFFIXES

import pytest
from support.commandline import lntx_says
from support.quick import hurried
from support.repositories import repository

from lntx.result import Rules

pytestmark = pytest.mark.end_to_end

WORK = "def work(n):\n    return sum(range(n))\n"
FALLBACK = "try:\n    from subject_pkg._fast import work\nexcept ImportError:\n    from subject_pkg.plain import work\n"


@pytest.mark.parametrize("where", ["module", "function"])
@pytest.mark.parametrize(
    ("built", "change", "code", "words"),
    [
        (True, "subject_pkg/_fast.c", 2, ("runs without subject_pkg/_fast", "subject_pkg/_fast.c changed", "--build")),
        (True, "README.md", 0, ("both arms ran without subject_pkg/_fast", "--build", "speaks against the change")),
        (False, "subject_pkg/_fast.c", 0, ("subject_pkg/_fast.c changed, and no arm", "--build")),
        (False, "README.md", 0, ("the change can be merged",)),
    ],
)
def test_compiled_code_that_something_else_stands_in_for_is_never_vouched_for(
    tmp_path, monkeypatch, where, built, change, code, words
):
    inside = "".join(f"    {line}\n" for line in FALLBACK.splitlines())
    call = f"def call():\n{inside}    return work(10)\n"
    files = {
        ".gitignore": "*.so\n",
        "subject_pkg/__init__.py": "",
        "subject_pkg/plain.py": WORK,
        "subject_pkg/core.py": call if where == "function" else f"{FALLBACK}def call():\n    return work(10)\n",
        "subject_pkg/_fast.c": "int one;\n",
        "bench/test_core.py": "from subject_pkg.core import call\ndef test_core(benchmark):\n    benchmark(call)\n",
    }
    folder = repository(tmp_path / "repo", {"pytest.ini": "[pytest]\n", **files}, {change: "int two;\n"})
    monkeypatch.chdir(folder)
    hurried(monkeypatch, tmp_path / "tmp")
    monkeypatch.setattr("lntx.cli.gate._rules", lambda *_: Rules(looks=(2,)))
    if built:
        (folder / f"subject_pkg/_fast{EXTENSION_SUFFIXES[0]}").write_text("")
    asked = ("HEAD~1", "HEAD", "--report-timing", "--allow-inconclusive", "--", "bench", "-p", "no:randomly")
    said = lntx_says("gate", *asked)
    assert said.code == code, said.out + said.err
    for word in words:
        assert word in said.out + said.err
