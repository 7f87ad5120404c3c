"""What one size takes, in a fresh process: python -m lntx_peers.children.growth BACKEND SAMPLES FEATURES ROWS EPOCHS.

It prints the seconds of its calls, the memory on top of X, the seconds below which the machine can't do it, and whether the
weights agreed; ROWS of a batch is 0 for a full one.
"""

import json
import statistics
import sys
from time import perf_counter

import lntx
from lntx.host import probes, threads
from lntx.host.limits import Limits
from lntx.measure.cell import proof
from lntx.measure.cell.counters import Memory
from lntx.training import device as devices
from lntx.training.backends import find

_LEAST_S = 0.5  # of calls, and three of them
_FEW = 3000  # samples of the training that goes before: what libraries keep once isn't counted


def main(name: str, samples: int, features: int, rows: int, epochs: int) -> None:
    """Print one size as JSON."""
    devices.limit_threads(threads.physical())
    recipe = lntx.Recipe(lr=0.1, epochs=epochs, batch_size=min(rows, samples) or None)
    few = lntx.synthetic(max(_FEW, rows), features, noise=0.1)
    lntx.prepare(few, recipe, name)()
    problem = lntx.synthetic(samples, features, noise=0.1)
    with Memory("cpu") as memory:
        run = find(name).prepare(problem, recipe, "cpu")
        times: list[float] = []
        fit, until = run(), perf_counter() + _LEAST_S
        while perf_counter() < until or len(times) < 3:  # noqa: PLR2004
            begun = perf_counter()
            fit = run()
            times.append(perf_counter() - begun)
    held = proof.prove(find(name), problem, recipe, "cpu", fit)
    limits = probes.measured("cpu", threads.physical())
    said = {
        "seconds": statistics.median(times),
        "limit_s": least(limits, problem, recipe, find(name).work),
        "added_bytes": memory.counted().get("added_bytes"),
        "x_bytes": problem.X.nbytes,
        "ok": held.ok,
    }
    print(json.dumps(said))  # noqa: T201


def least(limits: Limits, problem: lntx.Problem, recipe: lntx.Recipe, work: str) -> float:
    """Return the seconds below which nobody does it: reading X, each epoch for steps, and the arithmetic that can't be saved."""
    width, passes = problem.features + 1, recipe.epochs if work == "steps" else 1
    reading = passes * limits.read_s(problem.X.nbytes)
    if work == "steps":
        flops = 4.0 * passes * problem.samples * problem.features
        return max(reading, limits.multiply_s(flops, problem.dtype), recipe.steps(problem.samples) * limits.chain_s)
    return max(reading, limits.multiply_s(float(problem.samples) * width**2, "float64"))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:6]))
