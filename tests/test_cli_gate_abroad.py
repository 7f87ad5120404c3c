"""lntx gate over suites as people have them: hidden benchmarks, ids that move, counted calls, arms that meet, lacking files.

Batches are made so short that the times mean little: what is asserted is what is judged at all, and what is said.
"""

import json
import socket
import textwrap

import pytest
from support.commandline import lntx_says
from support.hidden import CODE, FILES, UNSERVED, UNSERVED_FILES, WAYS
from support.quick import hurried
from support.repositories import repository

from lntx.result import Rules

pytestmark = pytest.mark.end_to_end

WORK = "def work(n):\n    return sum(range(n))\n"
PLAIN = "from subject import work\n\ndef test_plain(benchmark):\n    assert benchmark(work, 10) == 45\n"
FASTER = WORK.replace("sum(range(n))", "n * (n - 1) // 2")


@pytest.fixture
def gated(tmp_path, monkeypatch):
    """Give what makes a repository of commits, and gates the last by the one before."""

    def run(*commits, arguments=("bench",), options=()):
        folder = repository(tmp_path / "repo", *({"pytest.ini": "[pytest]\n", **files} for files in commits))
        monkeypatch.chdir(folder)
        return lntx_says("gate", "HEAD~1", "--json", *options, "--", *arguments, "-p", "no:randomly")

    hurried(monkeypatch, tmp_path / "tmp")
    monkeypatch.setattr("lntx.cli.gate._rules", lambda *_: Rules(looks=(2,)))
    return run


def verdicts(said):
    return {one["name"]: one["verdict"] for one in said.json["benchmarks"]}


def left_out(said):
    """The notes on what is left out, by name."""
    notes = (note.partition(" is left out: ") for note in said.json["notes"])
    return {name: why for name, left, why in notes if left}


def test_every_way_to_the_fixture_is_timed(gated):
    slower = CODE.replace("times=1", "times=5")
    said = gated(FILES, {"pytest.ini": FILES["pytest.ini"], "work.py": slower})
    timed = {one["name"] for one in said.json["benchmarks"] if one["pairs"]}
    assert timed == set(WAYS), said.err
    assert left_out(said).keys() == {"bench/test_ways.py::test_of_a_factory (further benchmarks)"}


def test_what_cannot_be_served_is_named_with_a_reason_and_alone_is_no_pass(gated):
    said = gated(UNSERVED_FILES, {"work.py": CODE.replace("times=1", "times=5")})
    assert said.code == 13, said.err
    reasons = {name.partition("::")[2]: why for name, why in left_out(said).items()}
    assert reasons.keys() == UNSERVED.keys()
    assert all(word in reasons[name] for name, word in UNSERVED.items())


MOVING = """
import random
import uuid
from pathlib import Path

import pytest
from subject import work

class Thing:
    pass

FILES = sorted(Path(__file__).parent.glob("*.py"))

@pytest.mark.parametrize("path", FILES, ids=str)
def test_path(benchmark, path):
    benchmark(work, 10)

@pytest.mark.parametrize("thing", ["fixed", Thing(), Thing()], ids=str)
def test_address(benchmark, thing):
    benchmark(work, 20)

@pytest.mark.parametrize("number", [random.random(), uuid.uuid4()])
def test_random(benchmark, number):
    benchmark(work, 30)

@pytest.mark.parametrize("name", {"a", "b", "c"})
def test_of_a_set(benchmark, name):
    benchmark(work, 40)
"""


@pytest.mark.parametrize("change", [{"README.md": "Two."}, {"subject.py": FASTER}])
def test_ids_that_move_are_paired_by_place_and_that_is_said(gated, change):
    said = gated({"subject.py": WORK, "bench/test_moving.py": MOVING}, change)
    found = verdicts(said)
    assert not {"missing", "new", "disagrees"} & set(found.values()), found
    assert len(found) == 1 + 3 + 2 + 3, (found, said.err)
    assert "bench/test_moving.py::test_address[fixed]" in found
    assert "bench/test_moving.py::test_path[#1]" in found
    said_so = [note for note in said.json["notes"] if "ids of" in note]
    assert {note.split()[3].partition("::")[2] for note in said_so} == {"test_path", "test_address", "test_random"}


def test_a_parameter_that_head_renames_is_missing_all_the_same(gated):
    test = "@pytest.mark.parametrize('n', subject.NAMES)\ndef test_n(benchmark, n):\n    benchmark(int)\n"
    suite = f"import pytest\nimport subject\n\n{test}"
    one, other = "NAMES = ['a', 'b']\n", "NAMES = ['a', 'c']\n"
    said = gated({"subject.py": one, "bench/test_n.py": suite}, {"subject.py": other})
    assert said.code == 11, said.err
    assert verdicts(said)["bench/test_n.py::test_n[b]"] == "missing"
    assert verdicts(said)["bench/test_n.py::test_n[c]"] == "new"


def test_names_that_move_are_named(gated):
    suite = "import random\ndef one(benchmark):\n    benchmark(int)\nglobals()[f'test_{random.random()}'] = one\n"
    said = gated({"subject.py": WORK, "bench/test_plain.py": PLAIN, "bench/test_n.py": suite}, {"README.md": "Two."})
    assert said.code == 0, said.err
    assert verdicts(said) == {"bench/test_plain.py::test_plain": "same"}
    assert all("differs from process to process" in why for why in left_out(said).values())
    assert left_out(said)


COUNTED = """
import time
from unittest.mock import Mock
from subject import work

def test_supply(benchmark):
    inputs = [10] * 6
    assert benchmark.pedantic(work, setup=lambda: ((inputs.pop(),), {}), rounds=6) == 45

def test_long(benchmark):
    calls = []
    def slow():
        calls.append(1)
        time.sleep(0.002)
        return work(10)
    benchmark.pedantic(slow, rounds=30, warmup_rounds=2)
    assert len(calls) == 32

def test_mock(benchmark):
    mock = Mock(side_effect=lambda: work(10))
    benchmark(mock)
    assert mock.call_count > 50

def test_runs_out_late(benchmark):
    left = [10] * 3000
    benchmark.pedantic(lambda: (left.pop(), time.sleep(0.0005), work(10)), rounds=1000, iterations=3 - 1)
"""


def test_counted_calls_are_judged_within_their_number_or_named_and_never_wrong(gated):
    said = gated({"subject.py": WORK, "bench/test_counted.py": COUNTED}, {"subject.py": FASTER})
    found, left = verdicts(said), left_out(said)
    assert said.code in {0, 13}, (said.json, said.err)
    assert set(found) == {"bench/test_counted.py::test_long", "bench/test_counted.py::test_runs_out_late"}
    assert "too few" in left["bench/test_counted.py::test_supply"]
    assert "bears no other number of calls" in left["bench/test_counted.py::test_mock"]
    assert all(one["pairs"] for one in said.json["benchmarks"])


def test_counted_calls_of_equal_code_are_the_same(gated):
    said = gated({"subject.py": WORK, "bench/test_counted.py": COUNTED.replace("> 50", ">= 1")}, {"README.md": "Two."})
    assert said.code == 0, said.err
    assert set(verdicts(said).values()) == {"same"}
    assert len(verdicts(said)) == 4


WRONG = """
def test_counted(benchmark):
    calls = []
    benchmark.pedantic(lambda: calls.append(work(10)), rounds=3)
    assert calls == [45] * 3
"""


def test_a_result_that_is_wrong_stays_wrong(gated):
    wrong = WORK.replace("(n))", "(n)) + 1")
    said = gated({"subject.py": WORK, "bench/test_a.py": PLAIN + WRONG}, {"subject.py": wrong})
    assert said.code == 12, said.err
    assert set(verdicts(said).values()) == {"disagrees"}


def meeting(port, other):
    return textwrap.dedent(f"""
    import socket

    import pytest
    from subject import work

    @pytest.fixture(scope="module")
    def port():
        with socket.socket() as held:
            held.bind(("127.0.0.1", {port}))
            held.listen()
            yield held

    def test_port(benchmark, port):
        assert benchmark(work, 10) == 45

    @pytest.fixture
    def skipping():
        with socket.socket() as held:
            try:
                held.bind(("127.0.0.1", {other}))
            except OSError:
                pytest.skip("the port is taken")
            yield held

    def test_skipping(benchmark, skipping):
        assert benchmark(work, 10) == 45
    """)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.mark.parametrize("change", [{"README.md": "Two."}, {"subject.py": FASTER}])
def test_arms_that_meet_are_surveyed_one_after_the_other(gated, change):
    suite = meeting(free_port(), free_port())
    said = gated({"subject.py": WORK, "bench/test_plain.py": PLAIN, "bench/test_port.py": suite}, change)
    found, left = verdicts(said), left_out(said)
    assert said.code in {0, 13}, said.json
    names = {"bench/test_port.py::test_port", "bench/test_port.py::test_skipping"}
    if "README.md" in change:
        assert names <= found.keys()
        assert set(found.values()) == {"same"}
    else:
        assert found.keys() == {"bench/test_plain.py::test_plain"}
        assert left.keys() == names
        assert all("in each other's way" in why for why in left.values())


def test_arms_that_meet_while_they_collect_are_surveyed_one_after_the_other(gated):
    held = f"import socket\nHELD = socket.socket()\nHELD.bind(('127.0.0.1', {free_port()}))\n"
    said = gated({"subject.py": WORK, "bench/test_a.py": held + PLAIN}, {"subject.py": FASTER})
    assert said.code == 13, (said.json, said.err)
    assert "in each other's way" in left_out(said)["bench/test_a.py::test_plain"]


LOCKING = """
import fcntl
from subject import work

def test_first(benchmark):
    assert benchmark(work, 10) == 45

def test_lock(benchmark):
    with open({!r}, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert benchmark(work, 10) == 45

def test_last(benchmark):
    assert benchmark(work, 10) == 45
"""


def test_an_arm_that_waits_for_the_others_lock_is_surveyed_after_it(gated, tmp_path):
    suite = LOCKING.format(str(tmp_path / "lock"))
    said = gated({"subject.py": WORK, "bench/test_a.py": suite}, {"subject.py": FASTER}, options=("--limit", 6))
    assert said.code in {0, 13}, said.err
    assert verdicts(said).keys() == {"bench/test_a.py::test_first", "bench/test_a.py::test_last"}
    assert "in each other's way" in left_out(said)["bench/test_a.py::test_lock"]


def test_arms_that_meet_only_while_they_are_timed_are_told_of(gated, tmp_path):
    """They bear a few calls beside each other, as the survey makes them, and no more."""
    busy = tmp_path / "busy"
    suite = f"""
import os
from pathlib import Path
from subject import work

def test_file(benchmark):
    mine, calls = Path({str(busy)!r} + str(os.getpid())), []
    def once():
        calls.append(1)
        if len(calls) > 20:
            mine.touch()
        others = set(mine.parent.glob("busy*")) - {{mine}}
        assert not others, "somebody else is busy"
        return work(10)
    try:
        assert benchmark(once) == 45
    finally:
        mine.unlink(missing_ok=True)
"""
    said = gated({"subject.py": WORK, "bench/test_a.py": suite}, {"subject.py": FASTER})
    assert said.code == 13, (said.json, said.err)
    why = left_out(said)["bench/test_a.py::test_file"]
    assert "in each other's way" in why
    assert "somebody else is busy" in why


@pytest.mark.parametrize(
    ("suite", "words"),
    [
        ("import nowhere_at_all\n" + PLAIN, ("nowhere_at_all", "--python", "--source", "--build")),
        (PLAIN.replace("(benchmark)", "(benchmark, nowhere_given)"), ("fixture 'nowhere_given' not found", "plugin")),
        (PLAIN.replace("assert", "import nowhere_at_all; assert"), ("nowhere_at_all", "--python", "alike")),
        ("import ctypes\n" + PLAIN.replace("assert", "ctypes.CDLL('libnowhere.so.9'); assert"), ("system library",)),
        (PLAIN.replace("def test", "async def test").replace("assert ", ""), ("async", "plugin")),
        (PLAIN.replace("assert", "open('nowhere.txt'); assert"), ("nowhere.txt", "in no commit")),
    ],
)
def test_what_fails_alike_in_both_is_the_environment(gated, suite, words):
    said = gated({"subject.py": WORK, "bench/test_a.py": suite}, {"subject.py": FASTER})
    assert (said.code, said.out) == (2, ""), (said.out, said.err)
    last = said.err.splitlines()[-1]
    assert all(word in last for word in words), last


def test_what_fails_alike_beside_others_is_left_out_by_name(gated):
    broken = PLAIN.replace("test_plain", "test_broken").replace("assert", "import nowhere_at_all; assert")
    said = gated({"subject.py": WORK, "bench/test_a.py": PLAIN, "bench/test_b.py": broken}, {"README.md": "Two."})
    assert said.code == 0, said.err
    assert "nowhere_at_all" in left_out(said)["bench/test_b.py::test_broken"]
    assert "it isn't the change" in left_out(said)["bench/test_b.py::test_broken"]


def test_a_missing_plugin_of_the_suites_settings_is_one_line(gated):
    ini = {"pytest.ini": "[pytest]\naddopts = --no-such-option=3\n"}
    said = gated({"subject.py": WORK, "bench/test_a.py": PLAIN, **ini}, {"subject.py": FASTER, **ini})
    assert said.code == 2
    assert "--no-such-option" in said.err
    assert "plugin" in said.err.splitlines()[-1]


SKIPPED = """
import pytest
from pathlib import Path

TEXT = Path(__file__).parent / "texts" / "long.txt"

@pytest.mark.skipif(not TEXT.exists(), reason="make texts first")
def test_text(benchmark):
    benchmark(TEXT.read_text)
"""
OPENED = """
from pathlib import Path

def test_text(benchmark):
    benchmark(Path(__file__).with_name("long.bin").read_bytes)
"""
WHOLE = """
import pytest
from pathlib import Path

if not (Path(__file__).parent / "corpus").is_dir():
    pytest.skip("no corpus", allow_module_level=True)

def test_text(benchmark):
    benchmark(int)
"""


@pytest.mark.parametrize(
    ("suite", "ignored"),
    [(SKIPPED, "bench/texts/long.txt"), (OPENED, "bench/long.bin"), (WHOLE, "bench/corpus/a.txt")],
)
def test_a_benchmark_that_only_runs_in_the_users_checkout_is_named_with_what_it_lacks(gated, tmp_path, suite, ignored):
    place = tmp_path / "repo" / ignored
    files = {
        "subject.py": WORK,
        "bench/test_plain.py": PLAIN,
        "bench/test_text.py": suite,
        ".gitignore": f"/{ignored}\n",
    }

    def written(*arguments):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("some words")
        return lntx_says("gate", "HEAD~1", "--json", "--", *arguments, "-p", "no:randomly")

    gated(files, {"README.md": "Two."})
    said = written("bench")
    assert said.code == 0, said.err
    ((name, why),) = left_out(said).items()
    assert name.startswith("bench/test_text.py")
    assert "in your checkout, but in no commit" in why, why
    assert ignored.split("/")[1] in why
    assert written("bench/test_text.py").code in {2, 13}


def test_what_is_left_out_is_in_the_file_of_the_gate(gated, tmp_path):
    out = tmp_path / "out"
    gated(UNSERVED_FILES, {"work.py": CODE + "\n# a comment\n"}, options=("-o", out))
    surveyed = json.loads((out / "gate.json").read_text())["surveyed"]
    rows = {one["name"].partition("::")[2]: one for one in surveyed}
    assert rows.keys() == UNSERVED.keys()
    assert all(
        one["base"] == one["head"] == "skipped" and one["message"] for name, one in rows.items() if "given" not in name
    )
