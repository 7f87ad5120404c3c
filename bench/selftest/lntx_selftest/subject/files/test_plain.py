"""Four benchmarks in plain Python, which load nothing: what a gate's own seconds are looked at on."""

import json

import pytest

WORK = {
    "adding": lambda: sum(range(1000)),
    "joining": lambda: ",".join(map(str, range(300))),
    "sorting": lambda: sorted(range(1000), key=lambda number: -number),
    "writing": lambda: json.dumps([{"number": number} for number in range(100)]),
}


@pytest.mark.parametrize("name", WORK)
def test_plain(benchmark, name):
    benchmark(WORK[name])
