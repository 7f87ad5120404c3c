"""What can't be collected says where its error was raised, if that is another file than the test's own."""

import subprocess
import sys

import pytest

from lntx.duet.worker.outcome import located

FILES = {
    "words.py": "def count(text):\n    return len(text\n",
    "names.py": "import words\n\n\nvalue = missing\n",
    "test_bench.py": "import {module}\n",
}


@pytest.mark.parametrize(
    ("module", "words", "says"),
    [
        ("words", FILES["words.py"], "SyntaxError: '(' was never closed (words.py, line 2)"),
        ("names", "", "NameError: name 'missing' is not defined (names.py, line 4)"),
        ("nowhere_at_all", "", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
    ],
)
def test_an_error_of_another_file_is_told_with_its_place(tmp_path, monkeypatch, module, words, says):
    for name, text in {**FILES, "words.py": words}.items():
        (tmp_path / name).write_text(text.format(module=module))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "test_bench.py"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    report = said.partition("= ERRORS =")[2].partition("= short test summary")[0]
    report = "\n".join(line for line in report.splitlines() if not line.startswith(("=", "!")))
    monkeypatch.chdir(tmp_path)
    assert located(report, "test_bench.py") == says


def test_an_error_of_the_test_s_own_needs_no_place():
    assert located("test_bench.py:3: in <module>\n    x\nE   NameError: name 'x' is not defined", "test_bench.py") == (
        "NameError: name 'x' is not defined"
    )
