"""The peak of memory: what of it is counted, what isn't, and that equal code has the same in every process."""

import json

import pytest
from support.duets import Worker, batch, suite

from lntx.judge.counts import PEAK, exceeds, rose
from lntx.result import Count

KIB, MIB = 2**10, 2**20
COUNT = {"do": "count"}
SUITE = """
import time
import tracemalloc

import numpy as np

BLOCK = bytes(8 << 20)   # there before: no call's own

def test_small(benchmark):
    benchmark(int)

def test_bytes(benchmark):
    benchmark(bytes, 3 << 20)

def test_at_once(benchmark):
    benchmark(lambda: len([bytes(1 << 20) for _ in range(4)]))

def test_one_after_another(benchmark):
    benchmark(lambda: sum(len(bytes(1 << 20)) for _ in range(4)))

def test_arrays(benchmark):
    benchmark(lambda: np.ones(1 << 18).sum())

def test_held_before(benchmark):
    benchmark(BLOCK.find, b"x")

def test_made_in_setup(benchmark):
    benchmark.pedantic(len, setup=lambda: ((bytes(5 << 20),), {}), rounds=9)

def test_varying(benchmark):
    sizes = iter(range(1, 99))
    benchmark(lambda: bytes(next(sizes) << 20))

def test_growing_slowly(benchmark):
    held = []
    benchmark(lambda: held.append(bytes(100)))

def test_long(benchmark):
    benchmark(time.sleep, 1.1)

def test_watched_by_itself(benchmark):
    def watching():
        tracemalloc.start()
        bytes(1 << 20)
        tracemalloc.stop()
    benchmark(watching)

def test_tired(benchmark):
    calls = []
    def target():
        calls.append(1)
        assert len(calls) < 4, "no more than three"
    benchmark(target)

def test_nothing_is_left_on(benchmark):
    assert benchmark(tracemalloc.is_tracing) is False
"""


def counts(folder, *tests, **variables):
    """What is counted of each test of a suite, in a process of its own, and how it ended."""
    with Worker(folder, **variables) as worker:
        found = {}
        for test in worker.tests():
            name = test.partition("::")[2]
            if not tests or name in tests:
                *_, heard, done = worker.run(test, batch(1), batch(1), COUNT)
                found[name] = heard, done
        return found


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    return counts(suite(tmp_path_factory.mktemp("memory") / "base", {"test_a.py": SUITE}))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("test_small", 0, 10 * KIB),
        ("test_bytes", 3 * MIB, 3 * MIB + 20 * KIB),
        ("test_at_once", 4 * MIB, 4 * MIB + 20 * KIB),
        ("test_one_after_another", MIB, 2 * MIB + 20 * KIB),
        ("test_arrays", 2 * MIB, 2 * MIB + 50 * KIB),
        ("test_held_before", 0, 10 * KIB),
        ("test_made_in_setup", 0, 10 * KIB),
        ("test_growing_slowly", 0, 10 * KIB),
    ],
)
def test_it_is_the_most_that_a_call_holds_at_once(counted, name, low, high):
    heard, done = counted[name]
    assert low <= heard["counters"][PEAK] <= high
    assert done["outcome"] == "passed"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("test_varying", "varies: "),
        ("test_long", "a call takes 1.1 s, too long"),
        ("test_watched_by_itself", "RuntimeError: the benchmark itself stops tracemalloc"),
        ("test_tired", "AssertionError: no more than three"),
    ],
)
def test_what_cannot_be_counted_says_why(counted, name, why):
    heard, _ = counted[name]
    assert PEAK not in heard["counters"]
    assert heard["skipped"][PEAK].startswith(why)


def test_nothing_is_watched_before_or_after(counted):
    _, done = counted["test_nothing_is_left_on"]
    assert done["outcome"] == "passed"


def test_a_project_that_watches_its_memory_goes_on_to_do_so(tmp_path):
    text = "import tracemalloc\ntracemalloc.start()\nHELD = bytes(1 << 20)\n"
    text += "def test_a(benchmark):\n    benchmark(bytes, 3 << 20)\n    assert tracemalloc.is_tracing()\n"
    ((heard, done),) = counts(suite(tmp_path / "base", {"test_a.py": text})).values()
    assert 3 * MIB <= heard["counters"][PEAK] < 3.1 * MIB
    assert done["outcome"] == "passed"


EQUAL = """
import collections
import functools
import json
import re

import numpy as np

WORDS = [f"word {i * 7919 % 10007}" for i in range(4000)]
TEXT = " ".join(WORDS)

class Point:
    def __init__(self, x):
        self.x, self.y = x, str(x)

@functools.cache
def steps(n):
    return n if n < 2 else steps(n - 1) + steps(n - 2)

def test_set(benchmark):
    benchmark(lambda: len(set(WORDS) | {word.upper() for word in WORDS}))

def test_dict(benchmark):
    benchmark(lambda: {word: [word] for word in WORDS})

def test_counter(benchmark):
    benchmark(lambda: collections.Counter(TEXT.split()).most_common(10))

def test_frozen(benchmark):
    benchmark(lambda: {frozenset(word) for word in WORDS})

def test_objects(benchmark):
    benchmark(lambda: [Point(i) for i in range(3000)])

def test_json(benchmark):
    benchmark(lambda: json.loads(json.dumps({word: i for i, word in enumerate(WORDS)})))

def test_regex(benchmark):
    benchmark(lambda: re.findall(r"word (\\d+)", TEXT))

def test_cached(benchmark):
    benchmark(steps, 300)

def test_cache_that_is_cleared(benchmark):
    def again():
        steps.cache_clear()
        return steps(300)
    benchmark(again)

def test_numpy(benchmark):
    values = np.arange(50_000.0)
    benchmark(lambda: np.sort(values[::-1] * 2).cumsum())

def test_cycles(benchmark):
    def ring():
        held = [[] for _ in range(2000)]
        for i, one in enumerate(held):
            one.append(held[i - 1])
    benchmark(ring)

def test_generators(benchmark):
    benchmark(lambda: sum(x * x for x in range(20_000)))

def test_sorting(benchmark):
    benchmark(lambda: sorted(WORDS, key=str.swapcase))
"""


def test_equal_code_has_the_same_in_every_process(tmp_path):
    """Hash seeds, caches that others filled, and where the project lies differ between gates; within a pair the seed doesn't."""
    found = []
    for seed, folder in (("0", "base"), ("0", "head"), ("12345", "a-longer-name"), ("4294967295", "x")):
        given = suite(tmp_path / folder, {"test_a.py": EQUAL})
        found.append(counts(given, PYTHONHASHSEED=seed))
    names = set(found[0])
    assert len(names) == 13
    peaks = [{name: heard["counters"].get(PEAK) for name, (heard, _) in one.items()} for one in found]
    assert all(isinstance(value, int) for one in peaks for value in one.values()), json.dumps(peaks)
    for one in peaks:
        for other in peaks:
            assert not [name for name in names if rose(Count(PEAK, one[name], other[name]))], (one, other)


def test_half_as_much_again_is_more_and_some_bytes_are_not():
    assert exceeds(PEAK, 3 * MIB, 2 * MIB)
    assert not exceeds(PEAK, 3 * MIB + 500, 3 * MIB)
