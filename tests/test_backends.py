"""The contract, asked of every backend that is discovered: no list of them stands here."""

import importlib
import sys

import pytest
import torch

import lntx
from lntx.training.backends import chosen, find
from lntx.training.linear.parity import agreement as held
from lntx.training.linear.parity.grid import GRID

ALL = lntx.backends()
DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")),
]
SOME = GRID[:: max(1, len(GRID) // 4)]  # `lntx verify` goes through all of it; here each backend shows the contract
FEW = (2, 4)  # of these, for variants, which are dear to compile: batches with all that a recipe can say, and full
RANKS = ("distributed:", "distributed-gram:")  # how many there are, tests/test_ranks.py goes through
PAIRS = [
    (name, i) for name in ALL for i in range(len(SOME)) if ":" not in name or (i in FEW and not name.startswith(RANKS))
]
BASES = [name for name in ALL if ":" not in name and name != "distributed-gram"]  # whose algebra is spectral's


@pytest.fixture(params=ALL)
def backend(request):
    return ALL[request.param]


@pytest.fixture
def drop(tmp_path, monkeypatch):
    """Drop a file into the backends' folder: its name, its text."""

    def dropped(name, text):
        (tmp_path / f"{name}.py").write_text(text)
        folder = sys.modules["lntx.training.backends"]
        monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
        monkeypatch.delitem(sys.modules, f"{folder.__name__}.{name}", raising=False)
        importlib.invalidate_caches()

    return dropped


def ready(backend, problem, recipe, device):
    if reason := backend.refuses(problem, recipe, device):
        pytest.skip(f"{backend.name}: {reason}")
    return lntx.prepare(problem, recipe, backend.name, device)


def test_a_backend_says_what_it_is(backend):
    assert backend.label
    assert backend.label != backend.name
    assert backend.work in ("steps", "algebra", "solution")
    assert set(backend.devices) <= {"cpu", "cuda"}


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_a_refusal_is_a_sentence_or_none(backend, device):
    reason = backend.refuses(None, None, device)
    assert reason is None or len(reason.split()) > 3


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("name", "case"), PAIRS)
def test_it_agrees_with_the_reference(name, case, device):
    problem, recipe = SOME[case].problem(), SOME[case].recipe
    if reason := ALL[name].refuses(problem, recipe, device):
        pytest.skip(f"{name}: {reason}")
    agreement = lntx.verify(problem, recipe, name, device)
    assert agreement.ok, agreement
    assert len(agreement.checkpoints) >= 3


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize(("rows", "features"), [(None, 2000), (8, 300), (1, 3000)])
@pytest.mark.parametrize("backend", BASES, indirect=True)
def test_it_agrees_where_features_outnumber_samples(backend, rows, features, momentum):
    problem = lntx.synthetic(16, features, noise=0.1)
    recipe = lntx.Recipe(lr=0.05, epochs=1, batch_size=rows, momentum=momentum)
    fit = ready(backend, problem, recipe, "cpu")()
    assert held(problem, recipe, fit).ok


@pytest.mark.parametrize("device", DEVICES)
def test_its_call_can_be_repeated_and_leaves_problem_and_generator_alone(backend, device):
    problem = lntx.synthetic(21, 4)
    before, state = (problem.X.copy(), problem.Y.copy()), torch.get_rng_state()
    run = ready(backend, problem, lntx.Recipe(lr=0.05, epochs=3, batch_size=7), device)
    first, second = run(), run()
    assert torch.equal(first.weights, second.weights)
    assert torch.equal(first.bias, second.bias)
    assert first.weights.data_ptr() != second.weights.data_ptr()
    assert (first.weights.device.type, first.weights.dtype) == ("cpu", torch.float32)
    assert (before[0] == problem.X).all()
    assert (before[1] == problem.Y).all()
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("device", DEVICES)
def test_it_keeps_the_history_that_the_recipe_asks_for(backend, device):
    problem, recipe = lntx.synthetic(21, 4), lntx.Recipe(lr=0.05, epochs=4, batch_size=7, log_every=2)
    ready(backend, problem, recipe, device)
    fit = lntx.train(problem, recipe, backend.name, device)
    assert fit.epochs.tolist() == [0, 2, 4]
    assert torch.equal(fit.losses, fit.losses.sort(descending=True).values)


def test_a_new_file_in_the_folder_is_a_backend(drop):
    drop(
        "dropped",
        '"""Dropped in: NumPy under another name."""\n'
        "from lntx.training.backends.numpy import WORK, DEVICES, refuses, prepare\n"
        "VARIANTS = {}\n",
    )
    assert lntx.backends()["dropped"].label == "Dropped in: NumPy under another name"
    assert lntx.verify(lntx.synthetic(20, 2), lntx.Recipe(lr=0.1, epochs=2), "dropped").ok


def test_a_family_is_a_backend_and_its_variants_each_refusing_for_itself(drop):
    drop(
        "many",
        "from lntx.training.backends.numpy import WORK, DEVICES\n"
        "VARIANTS = {'odd': 'Odd ones', 'even': 'Even ones'}\n"
        "def refuses(problem, recipe, device, *, variant=''):\n    return 'not today' if variant == 'odd' else None\n"
        "def prepare(problem, recipe, device, *, variant=''):\n    return lambda: variant\n",
    )
    found = chosen(["manual", "many:*", "many:even"])
    assert list(found) == ["manual", "many", "many:odd", "many:even"]
    assert [found[name].refuses(None, None, "cpu") for name in ("many", "many:odd", "many:even")] == [
        None,
        "not today",
        None,
    ]
    assert found["many:even"].prepare(None, None, "cpu")() == "even"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("manual:*", "the backend manual has no variants"),
        ("manul:*", "did you mean manual"),
        ("compiled:step:*", "compiled:step has no variants"),
        (":*", "no backend is called ''"),
    ],
)
def test_a_family_that_is_none_is_refused_in_a_line(name, said):
    with pytest.raises(lntx.InputError, match=said.replace("*", r"\*")) as refusal:
        chosen([name])
    assert "\n" not in str(refusal.value)


def test_a_backend_whose_refusal_fails_is_refused_with_that_reason(drop):
    drop(
        "careless",
        "from lntx.training.backends.numpy import WORK, prepare\n"
        "def refuses(problem, recipe, device):\n    return 'wide' if problem.features > 10 else None\n",
    )
    assert "its refuses() fails with AttributeError" in lntx.backends()["careless"].refuses(None, None, "cpu")


def test_another_packages_entry_point_is_a_backend_and_its_name_hides_none_of_ours(tmp_path, monkeypatch):
    (tmp_path / "strange.py").write_text(
        '"""A stranger\'s."""\nfrom lntx.training.backends.numpy import WORK, refuses, prepare\n'
    )
    (tmp_path / "strange-1.dist-info").mkdir()
    (tmp_path / "strange-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: strange\nVersion: 1\n")
    (tmp_path / "strange-1.dist-info" / "entry_points.txt").write_text(
        "[lntx.backends]\nstrange = strange\neager = strange\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert lntx.backends()["strange"].label == "A stranger's"
    assert find("eager").label == ALL["eager"].label


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError"),
        ("def broken(:", "SyntaxError"),
        ("WORK = 'magic'", "its WORK is 'magic'"),
        ("WORK = 'steps'", "has no attribute 'refuses'"),
    ],
)
def test_a_broken_file_says_why_and_breaks_no_other(drop, text, reason):
    drop("broken", text)
    found = lntx.backends()
    assert found.keys() == {*ALL, "broken"}
    assert reason in found["broken"].refuses(None, None, "cpu")
    with pytest.raises(lntx.Refused, match="can't be loaded"):
        lntx.train(lntx.tutorial(), lntx.Recipe(epochs=1), "broken")
