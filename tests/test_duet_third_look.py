"""What passed in the survey and doesn't in a pair, which collects some files alone: it is tried with the whole suite."""

import contextlib
import json
from random import Random
from types import SimpleNamespace

import pytest
from support.commandline import lntx_says
from support.quick import hurried
from support.repositories import repository

from lntx.duet import third_look, timing
from lntx.duet.alone import Trial, Tried
from lntx.duet.config import Pace
from lntx.duet.naming import UNSTABLE
from lntx.duet.pair import FILES, Failure
from lntx.duet.process import WorkerLost
from lntx.duet.timing import Sweeper
from lntx.result import ARMS, Rules
from lntx.storage import gate as stored

PASSED = {"outcome": "passed", "used": True, "made": True}
FAILED = {"outcome": "failed", "message": "KeyError: 'lz'", "used": True, "made": True}
SKIPPED = {"outcome": "skipped", "message": "no such codec"}
ABSENT = {"outcome": "skipped", "absent": True}
GOOD, BAD, IDLE = Tried(PASSED, Trial(PASSED)), Tried(FAILED), Tried(SKIPPED)
WHOLE = "whole"


class Workers:
    """Stands for workers: what each test does in each arm, by what is collected: its files, or the whole suite."""

    def __init__(self, monkeypatch, part, whole, pair=None):
        self.part, self.whole, self.pair, self.sessions, self.pairs = part, whole, pair or {}, [], []
        monkeypatch.setattr(third_look, "Alone", self.alone)
        monkeypatch.setattr(timing, "worker_pair", self.worker_pair)

    def alone(self, *_, only, surveyed):
        assert not surveyed
        found = self.part if only else self.whole

        def tried(arm, doubts):
            self.sessions.append((arm, json.loads(only[FILES]) if only else WHOLE))
            if found == "lost":
                raise WorkerLost("the worker of base failed at starting")
            both = {
                name: found[name] if isinstance(found[name], dict) else dict.fromkeys(ARMS, found[name])
                for name in found
            }
            return {name: both[name][arm] for name in doubts if both[name][arm]}

        return SimpleNamespace(tried=tried)

    @contextlib.contextmanager
    def worker_pair(self, *_, more):
        self.pairs.append(json.loads(more[FILES]) if more else WHOLE)
        if more and self.pair == "lost":
            raise WorkerLost("the worker of base failed at starting")
        endings = {} if self.pair == "lost" else self.pair[WHOLE] if not more else self.pair["part"]

        def begin(name, _):
            if name in endings:
                raise Failure(dict.fromkeys(ARMS, endings[name]))

        yield (
            SimpleNamespace(both=lambda *_, **__: None, begin=begin, finish=lambda **_: dict.fromkeys(ARMS, PASSED)),
            {},
        )


def sweeper(monkeypatch, files):
    monkeypatch.setattr(timing.Clock, "first", lambda _: (1.0, 1.0))
    monkeypatch.setattr(Sweeper, "_measure", lambda *_: "a pair")
    monkeypatch.setattr(Sweeper, "_control", lambda *_: "a control")
    monkeypatch.setattr(timing, "cores", lambda *_: [])
    return Sweeper(SimpleNamespace(config=SimpleNamespace(threads=1, pace=Pace())), files, Random(0))


def swept(monkeypatch, part, whole, pair, files=None):
    tests = Workers(monkeypatch, part, whole, pair)
    found = sweeper(monkeypatch, files or {"a": "a.py", "b": "b.py"})
    return tests, found, found.sweep(1, ["a", "b"], lambda _: None)


@pytest.mark.parametrize(
    ("ending", "part"), [(FAILED, BAD), (SKIPPED, IDLE), (ABSENT, None), (FAILED, {"base": GOOD, "head": BAD})]
)
def test_what_needs_the_whole_suite_is_timed_with_it_in_this_pair_and_in_all_further_ones(monkeypatch, ending, part):
    tests, found, one = swept(monkeypatch, {"b": part}, {"b": GOOD}, {"part": {"b": ending}, WHOLE: {}})
    assert {"a", "b"} <= one.pairs.keys()
    assert not {**one.left, **one.failures, **one.doubts}
    assert tests.pairs == [["a.py", "b.py"], WHOLE]
    assert tests.sessions == [*((arm, ["b.py"]) for arm in ARMS), *((arm, WHOLE) for arm in ARMS)]
    found.sweep(2, ["b"], lambda _: None)
    assert tests.pairs[2:] == [WHOLE]


@pytest.mark.parametrize("part", ["lost", {"b": BAD}])
def test_what_fails_with_the_whole_suite_collected_too_is_left_out_as_needing_the_other_tests(monkeypatch, part):
    tests, found, one = swept(monkeypatch, part, {"b": BAD}, {"part": {"b": FAILED}})
    assert not one.failures
    assert not found.whole
    assert one.left["b"].startswith(
        "it passed in the whole suite, and fails without the other tests: failed in base: KeyError"
    )
    assert tests.pairs == [["a.py", "b.py"]]


def test_a_lone_benchmark_has_no_other_tests_to_need(monkeypatch):
    files = dict.fromkeys("b", "b.py")
    tests = Workers(monkeypatch, {"b": BAD}, {"b": BAD}, {"part": {"b": FAILED}})
    one = sweeper(monkeypatch, files).sweep(1, ["b"], lambda _: None)
    assert "other tests" not in one.left["b"]
    assert len(tests.pairs) == 1


def test_what_head_alone_gets_wrong_with_the_whole_suite_is_a_failure(monkeypatch):
    both = {"base": GOOD, "head": BAD}
    _, found, one = swept(monkeypatch, {"b": both}, {"b": both}, {"part": {"b": FAILED}})
    assert one.failures == {"b": "failed in head: KeyError: 'lz'"}
    assert not found.whole


def test_what_passes_alone_with_its_own_files_costs_no_session_of_the_whole_suite(monkeypatch):
    tests, found, one = swept(monkeypatch, {"b": GOOD}, {}, {"part": {"b": FAILED}})
    assert "in each other's way" in one.left["b"]
    assert WHOLE not in dict(tests.sessions).values()
    assert not found.whole


def test_what_is_in_the_way_of_the_other_arm_with_the_whole_suite_as_well_is_left_out_as_that(monkeypatch):
    failing = {"b": FAILED}
    tests, _, one = swept(monkeypatch, {"b": BAD}, {"b": GOOD}, {"part": failing, WHOLE: failing})
    assert "in each other's way" in one.left["b"]
    assert len(tests.pairs) == 2


def test_what_is_not_collected_with_the_whole_suite_either_has_no_steady_name(monkeypatch):
    _, _, one = swept(monkeypatch, {"b": None}, {"b": None}, {"part": {"b": ABSENT}})
    assert one.left == {"b": UNSTABLE}


def test_what_is_skipped_now_and_then_is_looked_at_once_and_stays_open(monkeypatch):
    tests, found, one = swept(monkeypatch, {"b": IDLE}, {"b": IDLE}, {"part": {"b": SKIPPED}})
    assert "b" not in one.pairs
    assert not {**one.left, **one.failures}
    assert not found.whole
    found.sweep(2, ["a", "b"], lambda _: None)
    assert len(tests.sessions) == 4


def test_a_suite_that_can_not_be_collected_in_part_is_collected_whole(monkeypatch):
    tests, found, one = swept(monkeypatch, {}, {}, "lost")
    assert {"a", "b"} <= one.pairs.keys()
    assert found.whole
    assert tests.pairs == [["a.py", "b.py"], WHOLE]


CODE = """
CODECS, SEEN = {}, []

def register(function):
    CODECS[function.__name__] = function
    return function

def encode(name, n):
    return CODECS[name](n)

def run(n):
    return sum(range(n))
"""
REGISTERS = """
import codec

@codec.register
def lz(n):
    return codec.run(n)

def test_first(benchmark):
    codec.SEEN.append("first")
    assert benchmark(len, [1, 2]) == 2
"""
NEEDY = """
import codec
import pytest

def test_encodes(benchmark):
    codec.SEEN.append("encodes")
    assert benchmark(codec.encode, "lz", 10) == 45

@pytest.mark.parametrize("name", sorted(codec.CODECS))
def test_each(benchmark, name):
    codec.SEEN.append(name)
    assert benchmark(codec.encode, name, 20) == 190

def test_if_there(benchmark):
    if not codec.CODECS:
        pytest.skip("no codec is there")
    codec.SEEN.append("there")
    assert benchmark(codec.run, 30) == 435

def test_second(benchmark):
    assert codec.SEEN == ["first", "encodes", "lz", "there"], "other tests have not run"
    assert benchmark(codec.run, 40) == 780
"""
ALL = """
import pytest

def pytest_collection_modifyitems(items):
    if len({item.path for item in items}) < 2:
        raise pytest.UsageError("half of the suite is missing")
"""
OTHER = "import codec\n\ndef test_run(benchmark):\n    assert benchmark(codec.run, 50) == 1225\n"
FASTER = CODE.replace("sum(range(n))", "n * (n - 1) // 2")


@pytest.fixture
def gated(tmp_path, monkeypatch):
    """Give what makes a repository of these files, whose second commit has another `run`, and gates it."""

    def run(files, *options):
        first = {"pytest.ini": "[pytest]\n", "codec.py": CODE, **files}
        monkeypatch.chdir(repository(tmp_path / "repo", first, {"codec.py": FASTER}))
        return lntx_says("gate", "HEAD~1", "HEAD", *options, "--", "bench", "-p", "no:randomly")

    hurried(monkeypatch, tmp_path / "tmp")
    return run


@pytest.mark.end_to_end
def test_a_benchmark_that_needs_another_files_import_is_judged_and_one_that_needs_its_test_is_named(gated, monkeypatch):
    monkeypatch.setattr("lntx.cli.gate._rules", lambda *_: Rules(looks=(2,)))
    said = gated({"bench/test_a.py": REGISTERS, "bench/test_b.py": NEEDY}, "--json")
    pairs = {one["name"].partition("::")[2]: one.get("pairs") for one in said.json["benchmarks"]}
    assert {name: pairs[name] for name in ("test_encodes", "test_each[lz]", "test_if_there")} == {
        "test_encodes": 2, "test_each[lz]": 2, "test_if_there": 2,
    }  # fmt: skip
    told = [note for note in said.json["notes"] if "test_second is left out: " in note]
    assert len(told) == 1, said.json
    assert "it passed in the whole suite, and fails without the other tests" in told[0]
    assert "other tests have not run" in told[0]


@pytest.mark.end_to_end
def test_a_part_of_a_gate_times_what_its_suite_refuses_to_collect_in_part(gated, tmp_path):
    files = {"bench/conftest.py": ALL, "bench/test_a.py": REGISTERS, "bench/test_c.py": OTHER}
    said = gated(files, "--part", "1/3", "--pairs", 12, "-o", tmp_path / "part.json")
    assert said.code == 0, said.err
    assert {stream.name: len(stream.pairs) for stream in stored.read(tmp_path / "part.json").streams}[
        "bench/test_c.py::test_run"
    ] == 4
