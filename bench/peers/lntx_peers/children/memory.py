"""How much memory a training takes on top of X: python -m lntx_peers.children.memory BACKEND SAMPLES FEATURES.

The same training of few samples goes before, so that what libraries keep once (code, threads, buffers of a block) isn't
counted; what grows with the samples is.
"""

import json
import sys
from time import perf_counter

import lntx
from lntx.host import threads
from lntx.measure.cell import proof
from lntx.measure.cell.counters import Memory
from lntx.training import device as devices
from lntx.training.backends import find
from lntx.training.linear.problem import Problem

_FEW = 30_000  # samples: several blocks for each core, whoever sums in blocks
_RIVAL = "manual"  # the same steps without a copy of X
_ROUNDS = 5


def main(name: str, samples: int, features: int) -> None:
    """Print bytes: of X, on top of it on the way in (making the problem, preparing), and in all; and the agreement.

    Where X was copied, print also how many times as long the same training takes without a copy, preparing included, by rounds.
    """
    devices.limit_threads(threads.physical())
    recipe = lntx.Recipe(lr=0.5, epochs=5, batch_size=None)
    lntx.prepare(lntx.synthetic(min(samples, _FEW), features), recipe, name)()
    drawn = lntx.synthetic(samples, features)
    X, Y = drawn.X, drawn.Y
    del drawn
    with Memory("cpu") as way_in:
        problem = lntx.Problem(X, Y)
        run = lntx.prepare(problem, recipe, name)
    with Memory("cpu") as training:
        fit = run()
    held = proof.prove(find(name), problem, recipe, "cpu", fit)
    added = _added(way_in.counted(), training.counted())
    found: dict[str, object] = {"x_bytes": X.nbytes, "ok": held.ok, **added}
    if added and added["way_in_bytes"] >= X.nbytes / 2:
        found["pays"] = [_seconds(_RIVAL, problem, recipe) / _seconds(name, problem, recipe) for _ in range(_ROUNDS)]
    print(json.dumps(found))  # noqa: T201


def _seconds(name: str, problem: Problem, recipe: lntx.Recipe) -> float:
    """Time preparing and training together."""
    started = perf_counter()
    lntx.prepare(problem, recipe, name)()
    return perf_counter() - started


def _added(way_in: dict[str, float], training: dict[str, float]) -> dict[str, float]:
    """Take what stood there before from either peak; nothing where the system doesn't tell."""
    if not way_in:
        return {}
    before = way_in["peak_bytes"] - way_in["added_bytes"]
    peak = max(way_in["peak_bytes"], training["peak_bytes"])
    return {"way_in_bytes": way_in["added_bytes"], "added_bytes": max(0.0, peak - before)}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
