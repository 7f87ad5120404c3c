"""How much memory a training takes on top of X: python -m lntx_peers.children.memory BACKEND SAMPLES FEATURES.

The same training of few samples goes before, so that what libraries keep once (code, threads, buffers of a block) isn't
counted; what grows with the samples is.
"""

import json
import sys

import lntx
from lntx.host import threads
from lntx.measure.cell import proof
from lntx.measure.cell.counters import Memory
from lntx.training import device as devices
from lntx.training.backends import find

_FEW = 30_000  # samples: several blocks for each core, whoever sums in blocks


def main(name: str, samples: int, features: int) -> None:
    """Print bytes: of X, on top of it on the way in (making the problem, preparing), and in all; and the agreement."""
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
    print(json.dumps({"x_bytes": X.nbytes, "ok": held.ok, **_added(way_in.counted(), training.counted())}))  # noqa: T201


def _added(way_in: dict[str, float], training: dict[str, float]) -> dict[str, float]:
    """Take what stood there before from either peak; nothing where the system doesn't tell."""
    if not way_in:
        return {}
    before = way_in["peak_bytes"] - way_in["added_bytes"]
    peak = max(way_in["peak_bytes"], training["peak_bytes"])
    return {"way_in_bytes": way_in["added_bytes"], "added_bytes": max(0.0, peak - before)}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
