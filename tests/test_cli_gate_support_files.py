"""A gate of commits whose head has a conftest.py, a helper or settings with which base can't run its own benchmarks."""

import pytest
from support.commandline import lntx_says
from support.quick import hurried
from support.repositories import repository

pytestmark = pytest.mark.end_to_end

CODE = "def total(n):\n    return sum(range(n))\n"
WRONG = CODE.replace("sum(range(n))", "sum(range(n)) + 1") + "def doubled(n):\n    return 2 * n\n"
SUITE = "from subject import total\ndef test_total(benchmark):\n    assert benchmark(total, 9) == 36\n"
HELPED = SUITE.replace("9)", "SIZE)").replace("from", "from sizes import SIZE\nfrom", 1)
OPTION = "def pytest_addoption(parser):\n    parser.addoption('--rows')\n"
SIZES = "from subject import doubled\nSIZE = 9\n"
FIXTURE = "import pytest\n@pytest.fixture(autouse=True)\ndef rows():\n    from subject import doubled\n"


def gated(tmp_path, monkeypatch, base, head):
    """Gate two commits, the second of which has a function more and, if not told otherwise, wrong results."""
    repo = repository(tmp_path / "repo", {"subject.py": CODE, **base}, {"subject.py": WRONG, **head})
    monkeypatch.chdir(repo)
    hurried(monkeypatch, tmp_path / "tmp")
    return lntx_says("gate", "HEAD~1", "--pairs", 4, "--json", "--", "bench", "-p", "no:randomly")


@pytest.mark.parametrize(
    ("base", "head"),
    [
        (
            {"pytest.ini": "[pytest]\naddopts = --rows=3\n", "bench/conftest.py": OPTION, "bench/test_it.py": SUITE},
            {"pytest.ini": "[pytest]\n", "bench/conftest.py": ""},
        ),
        ({"bench/test_it.py": SUITE}, {"bench/conftest.py": SIZES}),
        ({"bench/deep/test_it.py": SUITE}, {"bench/deep/conftest.py": SIZES}),
        ({"bench/sizes.py": "SIZE = 9\n", "bench/test_it.py": HELPED}, {"bench/sizes.py": SIZES}),
    ],
    ids=["settings", "conftest", "nested", "helper"],
)
def test_base_gets_its_own_support_files_back_and_is_judged(tmp_path, monkeypatch, base, head):
    said = gated(tmp_path, monkeypatch, {"pytest.ini": "[pytest]\n", **base}, head)
    assert said.code == 12, said.err
    assert [one["verdict"] for one in said.json["benchmarks"]] == ["disagrees"]


def test_what_base_ran_by_its_own_files_is_left_out_and_not_new(tmp_path, monkeypatch):
    right = WRONG.replace(" + 1", "")
    said = gated(
        tmp_path, monkeypatch, {"bench/test_it.py": SUITE}, {"bench/conftest.py": FIXTURE, "subject.py": right}
    )
    assert said.code == 13, said.err
    assert [one["name"] for one in said.json["left_out"]] == ["bench/test_it.py::test_total"]
    assert "base runs its own version" in said.out
