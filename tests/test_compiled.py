import pytest
import torch
from torch._dynamo.utils import counters

import lntx
from lntx.training.backends import chosen, find, runnable
from lntx.training.linear.compiling import scanned
from lntx.training.linear.parity import agreement

FAMILY = chosen(["compiled:*"])
RECIPES = {
    "batches with a smaller last one": lntx.Recipe(lr=0.05, epochs=3, batch_size=7, momentum=0.9, dampening=0.3),
    "full batch": lntx.Recipe(lr=0.1, epochs=25, batch_size=None, momentum=0.5, dampening=0.3, log_every=12),
}
pytestmark = pytest.mark.skipif(bool(find("compiled").refuses(None, None, "cpu")), reason="no C++ compiler here")


@pytest.mark.parametrize("name", FAMILY)
@pytest.mark.parametrize("kind", RECIPES)
def test_nothing_is_compiled_or_run_eagerly_while_it_is_timed(name, kind):
    problem, recipe = lntx.synthetic(20, 3, noise=0.1), RECIPES[kind]
    breaks = sum(counters["graph_break"].values())
    run = find(name).prepare(problem, recipe, "cpu")
    with torch.compiler.set_stance("fail_on_recompile"):
        fit = run()
    assert agreement(problem, recipe, fit).ok
    assert sum(counters["graph_break"].values()) == breaks


def test_a_study_measures_variants_where_the_family_is_named():
    assert runnable(("compiled:*",), ("cpu",)) == [(name, "cpu") for name in FAMILY]
    assert not [name for name, _ in runnable((), ("cpu",)) if ":" in name]


def test_scan_takes_any_number_of_full_batches_in_one_graph():
    problem, recipe = lntx.synthetic(20, 2), lntx.Recipe(lr=0.1, epochs=2, batch_size=None)
    before = counters["stats"]["unique_graphs"]
    find("compiled").prepare(problem, recipe.but(epochs=1000, log_every=300), "cpu")
    assert counters["stats"]["unique_graphs"] == before + 1


@pytest.mark.parametrize(("version", "known"), [("2.7.1", False), ("2.6.0+cu124", False), ("2.13.0+cpu", True)])
def test_scan_is_for_the_versions_of_torch_that_compile_it(version, known, monkeypatch):
    monkeypatch.setattr(torch, "__version__", version)
    assert scanned.known() == known
