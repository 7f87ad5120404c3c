"""One arm of equal code: a process that times a control as often as it is asked, by the gate's own stopwatch.

It is run by its path, with that of the stopwatch, and needs nothing of lntx's besides, so that it is there in no time. It reads a
line of JSON for each batch and answers in one; the input's end is its own.
"""

import importlib.util
import json
import os
import sys
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any


class Work:
    """A function that is called in a row."""

    def __init__(self, function: Callable[[], Any]) -> None:
        """Take the function."""
        self.function = function

    def run(self, calls: int) -> int:
        """Call it so many times; nanoseconds."""
        function = self.function
        started = perf_counter_ns()
        for _ in range(calls):
            function()
        return perf_counter_ns() - started


def main(path: str) -> None:
    """Answer until nobody asks any more."""
    spec = importlib.util.spec_from_file_location("lntx_timing", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    timing: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(timing)
    answers = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1)
    stopwatch = timing.Stopwatch()
    for line in sys.stdin:
        asked = json.loads(line)
        if "cores" in asked:
            timing.pin(asked["cores"])
        else:
            taken = stopwatch.batch(Work(timing.CONTROLS[asked["which"]]), asked["iterations"])
            answers.write(json.dumps(taken) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
