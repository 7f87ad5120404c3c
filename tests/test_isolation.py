import gc
import locale
import os
import random
import signal
import subprocess
import sys
import warnings
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch

import lntx
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.isolation import usual
from lntx.training.linear.model import LNTXModel, initial
from lntx.training.process_state import LIBRARIES, SETTINGS

HERE = [name for name, b in lntx.backends().items() if not b.refuses(None, None, "cpu")]
QUICK = [name for name in HERE if not name.startswith("compiled")]  # which takes seconds, and is the same code
QUICK = [name for name in QUICK if not name.startswith(("distributed:", "distributed-gram:"))]  # likewise
MODE = torch.overrides.TorchFunctionMode


class Doubling(MODE):
    """A mode that makes everything else of what torch is asked for."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        found = func(*args, **(kwargs or {}))
        return found.double() if isinstance(found, torch.Tensor) and found.dtype == torch.float32 else found


@contextmanager
def during(put, back):
    """Have something set meanwhile."""
    put()
    try:
        yield
    finally:
        back()


@contextmanager
def both():
    """A block on a device, where another one is the default."""
    torch.set_default_device("cpu")
    with torch.device("meta"):
        yield
    torch.set_default_device(None)


def flush(on):
    return lambda: torch.set_flush_denormal(on)


AROUND = {
    "float64 as the default dtype": lambda: during(
        lambda: torch.set_default_dtype(torch.float64), lambda: torch.set_default_dtype(torch.float32)
    ),
    "meta as the default device": lambda: during(
        lambda: torch.set_default_device("meta"), lambda: torch.set_default_device(None)
    ),
    "a block on another device": lambda: torch.device("meta"),
    "both": both,
    "a mode of calls": Doubling,
    "no gradients": torch.no_grad,
    "inference mode": torch.inference_mode,
    "autocast": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "autocast of a device that is not used": lambda: torch.autocast("cpu", enabled=True, cache_enabled=False),
    "anomaly detection": lambda: torch.autograd.set_detect_anomaly(True),
    "short products": lambda: during(
        lambda: torch.set_float32_matmul_precision("medium"), lambda: torch.set_float32_matmul_precision("highest")
    ),
    "flushed denormals": lambda: during(flush(True), flush(False)),
    "NumPy's errors": lambda: np.errstate(all="raise"),
}


def modes():
    return [setting.get() for setting in (*SETTINGS, *LIBRARIES)]


def trained(backend):
    """Train a little, as every backend can; the bits of what comes out."""
    recipe = lntx.Recipe(lr=0.1, epochs=3, batch_size=None, log_every=1)
    with usual() as around:
        found = lntx.backends()[backend].prepare(lntx.synthetic(20, 3, 2), recipe, "cpu")()
    assert around.changed == []
    return found.weights.numpy().tobytes() + found.bias.numpy().tobytes()


@pytest.fixture(scope="module")
def plain():
    return {name: trained(name) for name in QUICK}


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
@pytest.mark.parametrize("name", AROUND)
def test_what_stands_around_a_call_makes_no_other_training(name, plain):
    with AROUND[name]():
        before = modes()
        found = {backend: trained(backend) for backend in QUICK}
        assert modes() == before
    assert [backend for backend in QUICK if found[backend] != plain[backend]] == []


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_everything_at_once_is_put_back_in_order():
    before = modes()
    with ExitStack() as stack:
        for name, around in AROUND.items():
            if "device" not in name:  # torch itself can't leave two of them; "both" is here
                stack.enter_context(around())
        inside = modes()
        with usual() as found:
            assert torch.get_default_device() == torch.device("cpu")
            assert torch.empty(1).dtype == torch.float32
            assert torch.is_grad_enabled()
            assert not torch.is_inference_mode_enabled()
            assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
        assert found.changed == []
        assert modes() == inside
        assert torch.is_inference_mode_enabled()
    assert modes() == before


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
@pytest.mark.parametrize("name", AROUND)
def test_lntx_makes_the_same_tensors_whatever_stands_around(name):
    if name == "a mode of calls":
        pytest.skip("that is what it is for; backends run without it")
    weights, bias = initial(3, 2, 7, torch.float32)
    with AROUND[name]():
        again = initial(3, 2, 7, torch.float32)
        batches = Batches(lntx.synthetic(20, 3, 2), lntx.Recipe(), "cpu")
        model = LNTXModel.of(weights, bias)
        empty = Fit(weights, bias)
    assert torch.equal(again[0], weights)
    assert torch.equal(again[1], bias)
    made = (*again, *batches.start(), model.weight, model.bias, empty.epochs, empty.losses, batches.X)
    assert {tensor.device.type for tensor in made} == {"cpu"}
    assert not any(tensor.is_inference() for tensor in made[:6])
    assert model.weight.requires_grad
    model(torch.ones(1, 3)).sum().backward()


MESS = {
    "torch's default dtype": lambda: torch.set_default_dtype(torch.float64),
    "torch's default device or a mode of its calls": lambda: torch.set_default_device("meta"),
    "whether torch records gradients": lambda: torch.set_grad_enabled(False),
    "torch's inference mode": lambda: kept.append(torch._C._InferenceMode(True)),
    "torch's autocast": lambda: torch.set_autocast_enabled("cpu", True),
    "the precision of torch's float32 products": lambda: torch.set_float32_matmul_precision("high"),
    "torch's anomaly detection": lambda: torch.autograd.set_detect_anomaly(True),
    "whether denormal numbers count": lambda: torch.set_flush_denormal(True),
    "torch's flags": lambda: torch.use_deterministic_algorithms(True),
    "torch's threads": lambda: torch.set_num_threads(torch.get_num_threads() + 1),
    "torch's random numbers": lambda: torch.manual_seed(123),
    "NumPy's random numbers": lambda: np.random.seed(123),  # noqa: NPY002
    "Python's random numbers": random.random,
    "NumPy's floating-point errors": lambda: np.seterr(all="ignore"),
    "the working directory": lambda: os.chdir("/"),
    "the environment's variables": lambda: os.environ.update(PLANTED="here"),
    "the filters of warnings": lambda: warnings.simplefilter("ignore"),
    "signal handlers": lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN),
    "the locale": lambda: locale.setlocale(locale.LC_ALL, "C" if locale.setlocale(locale.LC_ALL) != "C" else "C.UTF-8"),
    "garbage collection": gc.disable,
}
kept = []


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
@pytest.mark.parametrize("name", MESS)
def test_what_was_changed_is_told_of_and_put_back(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = modes()
    with usual() as found:
        MESS[name]()
    assert found.changed == [name]
    assert found.lasting == []
    assert modes() == before
    assert not torch.is_inference_mode_enabled()


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_a_mess_is_put_back_after_an_error_too():
    before, found = modes(), []

    def fail():
        with usual() as around:
            found.append(around)
            for deed in MESS.values():
                deed()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    hidden = {"whether torch records gradients"}  # inference mode has a say in it
    assert set(found[0].changed) == set(MESS) - hidden
    assert modes() == before


def test_precision_by_torchs_newer_names_is_put_back():
    matmul = torch.backends.cuda.matmul
    if not hasattr(matmul, "fp32_precision"):
        pytest.skip("this torch has the older names alone")
    with usual() as found:
        matmul.fp32_precision = "tf32"
    assert found.changed == ["the precision of torch's float32 products"]
    assert torch.get_float32_matmul_precision() == "highest"
    matmul.fp32_precision = "tf32"
    try:
        before = modes()
        with usual() as found:
            assert torch.get_float32_matmul_precision() == "highest"
        assert (found.changed, modes()) == ([], before)
        assert matmul.fp32_precision == "tf32"
    finally:
        torch.set_float32_matmul_precision("highest")


def test_a_variable_of_the_environment_comes_back_as_it_was(monkeypatch):
    monkeypatch.setenv("CHANGED", "before")
    monkeypatch.setenv("REMOVED", "before")
    with usual() as found:
        os.environ["CHANGED"] = "after"
        del os.environ["REMOVED"]
    assert found.changed == ["the environment's variables"]
    assert (os.environ["CHANGED"], os.environ["REMOVED"]) == ("before", "before")


def test_what_a_library_sets_when_it_is_loaded_is_not_laid_at_a_backends_door(tmp_path, monkeypatch):
    (tmp_path / "some_library.py").write_text(
        "import os, warnings\nos.environ['SOME'] = '1'\nwarnings.simplefilter('always')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with usual() as found:
        import some_library  # noqa: F401, PLC0415
    assert found.changed == []
    assert "SOME" not in os.environ


def test_a_folder_that_is_gone_is_told_of_as_what_lasts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with usual() as found:
        os.chdir("/")
        (tmp_path / "here").rmdir()
    assert found.changed == found.lasting == ["the working directory"]


TRAIN = """
import sys, hashlib, torch, lntx
torch.set_num_threads(2)
for name in sys.argv[1:]:
    for dtype in ("float32", "float64"):
        for batch, shuffle in ((None, False), (7, True), (1, False)):
            recipe = lntx.Recipe(lr=0.1, epochs=2, batch_size=batch, shuffle=shuffle, dtype=dtype)
            try:
                fit = lntx.train(lntx.synthetic(60, 8, 2), recipe, name)
            except lntx.errors.Refused:
                continue
            bits = fit.weights.numpy().tobytes() + fit.bias.numpy().tobytes()
            print(name, dtype, batch, hashlib.sha256(bits).hexdigest())
"""


def test_the_same_seed_gives_the_same_bits_in_every_process():
    source = str(Path(lntx.__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-c", TRAIN, *(name for name in QUICK if name != "auto")]  # which may choose another one
    said = [
        subprocess.run(command, env={**env, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert {line.split()[0] for line in said[0].splitlines()} == {name for name in QUICK if name != "auto"}


@pytest.mark.parametrize("backend", [name for name in QUICK if name != "auto"])
def test_the_same_seed_gives_the_same_bits_in_every_call(backend):
    run = lntx.backends()[backend].prepare(
        lntx.synthetic(300, 30, 2), lntx.Recipe(lr=0.1, epochs=3, batch_size=None), "cpu"
    )
    bits = {fit.weights.numpy().tobytes() + fit.bias.numpy().tobytes() for fit in (run() for _ in range(4))}
    assert len(bits) == 1


QUIET = """
import torch, lntx
from lntx.training.backends import included
from lntx.training.isolation import usual
for name, backend in included().items():
    problem, recipe = lntx.synthetic(60, 8), lntx.Recipe(lr=0.01, epochs=2, batch_size=None)
    if name.startswith("compiled") or backend.refuses(problem, recipe, "cpu"):
        continue
    for _ in range(2):
        with usual() as around:
            backend.prepare(problem, recipe, "cpu")()
        assert (name, around.changed) == (name, [])
    assert torch.get_num_threads() == 1, name
"""


def test_lntxs_own_backends_change_nothing_though_numba_is_loaded_for_the_first_time_with_threads_of_its_own():
    source = str(Path(lntx.__file__).parents[1])
    paths = os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])
    env = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "2"}
    subprocess.run([sys.executable, "-c", QUIET], env=env, check=True)
