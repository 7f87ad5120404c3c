import pytest
from support.duets import Worker, batch, suite

SUITE = """
import random

import torch

X = torch.ones(8, 8)

def model(x):
    return ((x @ x).sin() + 1).sum()

def other(x):
    return ((x @ x).sin() + 1).sum()

def outer(x):
    print("a graph ends here")
    return x + 1

def test_eager(benchmark):
    benchmark(model, X)

def test_compiled(benchmark):
    torch.testing.assert_close(benchmark(torch.compile(other), X), model(X))
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 1

def test_broken(benchmark):
    benchmark(torch.compile(lambda x: outer(x.cos()), backend="eager"), X)

def test_varying(benchmark):
    numbers = iter(range(99))
    benchmark(lambda: [X.cos() for _ in range(next(numbers))])

def test_around(benchmark):
    benchmark.pedantic(torch.cos, setup=lambda: ((X.clone(),), {}), rounds=2)

def test_few(benchmark):
    calls = []
    def target():
        calls.append(X + 1)
        assert len(calls) < 3, "no more than two"
    benchmark.pedantic(target)
"""
COUNT = {"do": "count"}


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """What is counted of each test, twice, and how it ended."""
    folder = suite(tmp_path_factory.mktemp("counting") / "base", {"test_a.py": SUITE})
    with Worker(folder, TORCHINDUCTOR_CACHE_DIR=str(folder / "cache")) as worker:
        said = {}
        for test in worker.tests():
            _, _, first, second, done = worker.run(test, batch(1), COUNT, COUNT)
            said[test.partition("::")[2]] = first, second, done
    return said


def exact(heard):
    """Return what is counted, without the peak of memory, which may differ by some bytes."""
    assert heard["counters"].get("peak memory", 0) < 10**6
    kept, skipped = (
        {key: found for key, found in part.items() if key != "peak memory"}
        for part in (heard["counters"], heard["skipped"])
    )
    return kept, skipped


def test_counting_counts_the_same_again_and_leaves_the_test_as_it_was(counted):
    for name in ("test_eager", "test_compiled", "test_broken", "test_around", "test_few"):
        first, second, done = counted[name]
        assert exact(first) == exact(second), name
        assert done["outcome"] == "passed", done


def test_an_eager_function_has_the_operations_of_its_source(counted):
    counters = counted["test_eager"][0]["counters"]
    assert counters["dispatcher operations"] == 4
    assert counters["FLOPs"] == 2 * 8**3
    assert counters["allocations"] >= 4  # one for each result, and scalars
    assert counters["compiled graphs"] == counters["graph breaks"] == counters["generated kernels"] == 0


def test_a_compiled_function_has_the_same_operations_and_stays_compiled(counted):
    counters, eager = (counted[name][0]["counters"] for name in ("test_compiled", "test_eager"))
    assert counters["dispatcher operations"] == eager["dispatcher operations"]
    assert counters["allocations"] < eager["allocations"]
    assert (counters["compiled graphs"], counters["graph breaks"]) == (1, 0)
    assert counters["generated kernels"] >= 1


def test_graph_breaks_are_those_of_the_test_alone(counted):
    counters = counted["test_broken"][0]["counters"]
    assert counters["graph breaks"] >= 1
    assert counters["compiled graphs"] == 2


def test_what_varies_is_skipped_and_says_so(counted):
    first = counted["test_varying"][0]
    assert "dispatcher operations" not in first["counters"]
    assert first["skipped"]["dispatcher operations"].startswith("varies: ")


def test_what_stands_around_the_call_is_not_counted(counted):
    assert counted["test_around"][0]["counters"]["dispatcher operations"] == 1


def test_a_benchmark_that_bears_few_calls_is_skipped_not_failed(counted):
    first = counted["test_few"][0]
    assert first["skipped"]["dispatcher operations"] == "AssertionError: no more than two"


def test_without_torch_there_is_memory_alone_to_count(tmp_path):
    suite(tmp_path / "base", {"test_a.py": "def test_a(benchmark):\n    benchmark(int)\n"})
    with Worker((tmp_path / "base").resolve()) as worker:
        (test,) = worker.tests()
        heard = worker.run(test, COUNT)[1]
    assert (heard["event"], list(heard["counters"]), heard["skipped"]) == ("counts", ["peak memory"], {})
