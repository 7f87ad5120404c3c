"""A change of the benchmarks' own files, which lie over base: what they break fails alike in both arms, and is the change's."""

import pytest
from support.commandline import lntx_says
from support.quick import hurried, made_up
from support.repositories import commit, repository

pytestmark = pytest.mark.end_to_end

WORK = "def work(n):\n    return sum(range(n))\n"
TEST = "from subject import work\n\ndef test_it(benchmark):\n    assert benchmark(work, 10) == 45\n"
OTHER = "from subject import work\n\ndef test_other(benchmark):\n    benchmark(work, 20)\n"
GIVEN = TEST.replace("(benchmark)", "(benchmark, wanted)").replace("45", "wanted")
FIXTURE = "import pytest\n\n@pytest.fixture\ndef wanted():\n    return 45\n"
READ = "import json\nfrom pathlib import Path\n" + TEST.replace(
    "45", "json.loads(Path(__file__).with_name('it.json').read_text())"
)
HELPED = "from helper import WANTED\n" + TEST.replace("45", "WANTED")
ASKED = TEST.replace("(benchmark)", "(request)").replace("benchmark(", 'request.getfixturevalue("benchmark")(')
MARKED = "import pytest\n" + TEST.replace("def test", "@pytest.mark.skip\ndef test")
LACKING = TEST.replace("assert", "import nowhere_at_all; assert")
KINDS = {
    "test": ({"bench/test_it.py": TEST}, {"bench/test_it.py": TEST.replace("45", "46")}),
    "raises": ({"bench/test_it.py": TEST}, {"bench/test_it.py": TEST.replace("assert", "1 / 0; assert")}),
    "import": ({"bench/test_it.py": TEST}, {"bench/test_it.py": LACKING}),
    "fixture": ({"bench/test_it.py": FIXTURE + GIVEN}, {"bench/test_it.py": FIXTURE.replace("45", "46") + GIVEN}),
    "conftest": (
        {"bench/test_it.py": GIVEN, "conftest.py": FIXTURE},
        {"conftest.py": FIXTURE.replace("return 45", "raise ValueError('boom')")},
    ),
    "data": ({"bench/test_it.py": READ, "bench/it.json": "45"}, {"bench/it.json": "46"}),
    "data_gone": ({"bench/test_it.py": READ, "bench/it.json": "45"}, {"bench/it.json": None}),
    "helper": ({"bench/test_it.py": HELPED, "bench/helper.py": "WANTED = 45\n"}, {"bench/helper.py": "WANTED = 46\n"}),
    "asked_for": ({"bench/test_it.py": ASKED}, {"bench/test_it.py": ASKED.replace("    assert", "    1 / 0\n    assert")}),
    "unmarked": ({"bench/test_it.py": MARKED.replace("45", "46")}, {"bench/test_it.py": TEST.replace("45", "46")}),
    "new": ({}, {"bench/test_it.py": TEST.replace("45", "46")}),
}  # fmt: skip


@pytest.fixture
def gated(tmp_path, monkeypatch):
    """Give what makes a repository of one commit, changes it, and gates the change."""

    def run(base, change, *, committed=True):
        folder = repository(
            tmp_path / "repo", {"pytest.ini": "[pytest]\n", "subject.py": WORK, "bench/test_other.py": OTHER, **base}
        )
        monkeypatch.chdir(folder)
        if committed:
            commit(folder, change)
        for name, text in {} if committed else change.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text)
        return lntx_says(
            "gate", "HEAD~1" if committed else "HEAD", "--json", "--pairs", 4, "--", "bench", "-p", "no:randomly"
        )

    hurried(monkeypatch, tmp_path / "tmp")
    made_up(monkeypatch)
    return run


def notes(said, name):
    return [note for note in said.json["notes"] if name in note and "left out" in note]


def placed(kind, files):
    """Give a kind's files a folder of their own, and tests a name that no other has."""
    moved = {name.replace("bench/", "").replace("test_it", f"test_{kind}"): text for name, text in files.items()}
    return {f"bench/{kind}/{name}": text for name, text in moved.items()}


@pytest.mark.parametrize("committed", [True, False])
def test_what_the_benchmarks_own_files_break_is_a_wrong_result_of_the_change(gated, committed):
    base, change = (
        {name: text for kind, arms in KINDS.items() for name, text in placed(kind, arms[at]).items()} for at in (0, 1)
    )
    said = gated(base, change, committed=committed)
    assert said.code == 12, (said.out, said.err)
    found = {one["name"].partition("::")[0]: one for one in said.json["benchmarks"]}
    assert found.pop("bench/test_other.py")["verdict"] == "same"
    assert found.keys() == {f"bench/{kind}/test_{kind}.py" for kind in KINDS}
    for name, one in found.items():
        assert one["verdict"] == "disagrees"
        assert f"the change {'brought' if 'new' in name else 'broke'} it" in one["reason"], one
    assert not notes(said, "")


@pytest.mark.parametrize("change", [TEST.replace("45", "46") + "\n# more\n", TEST.replace("45", "47")])
def test_what_fails_by_bases_own_files_too_is_not_the_change(gated, change):
    said = gated({"bench/test_it.py": TEST.replace("45", "46")}, {"bench/test_it.py": change})
    assert said.code == 0, (said.out, said.err)
    assert "it isn't the change" in notes(said, "test_it")[0]


def test_of_a_new_benchmark_for_which_something_is_missing_nothing_is_claimed(gated):
    said = gated({}, {"bench/test_it.py": LACKING})
    assert said.code == 0, (said.out, said.err)
    (note,) = notes(said, "test_it")
    assert "isn't the change" not in note
    assert "nowhere_at_all" in note
    assert "--python" in note
