"""The backend triton without a GPU: its kernels in Triton's interpreter, and compiled for a GPU that isn't here."""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import torch

import lntx
from lntx.host import compilers
from lntx.training.backends import find
from lntx.training.backends import triton as backend
from lntx.training.linear.parity.grid import GRID
from lntx.training.recipe import Recipe

triton = pytest.importorskip("triton", reason="triton is not installed; it comes for Linux alone")
HERE = Path(__file__).parent
HOPPER = 90  # an H100's compute capability, times ten
MULTIPROCESSORS = 132


def interpreted(*arguments):
    source = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")]))
    env = os.environ | {"TRITON_INTERPRET": "1", "PYTHONPATH": source}
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, env=env, cwd=HERE.parent, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.end_to_end  # the whole grid, step by step in Python; the kernels' own tests come below
def test_verify_proves_its_kernels_on_the_cpu_in_the_interpreter():
    done = interpreted("lntx", "verify", "--backend", "triton", "--device", "cpu", "--json")
    assert done.returncode == 0, done.stderr
    assert [result["ok"] for result in json.loads(done.stdout)] == [True] * len(GRID)


@pytest.mark.parametrize(
    "some", [pytest.param((), marks=pytest.mark.end_to_end, id="all"), ("-k", "not whole_gpu or case3 or case5")]
)
def test_its_kernels_pass_their_own_tests_in_the_interpreter(some):
    done = interpreted("pytest", "-q", "-p", "no:cacheprovider", HERE / "support" / "interpreted.py", *some)
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"^\d\d+ passed", done.stdout, re.MULTILINE)
    assert "skipped" not in done.stdout


@pytest.mark.parametrize(
    ("environment", "device", "advice"),
    [("0", "cpu", "set TRITON_INTERPRET=1"), ("1", "cuda", "unset it"), ("1", "cpu", None), ("", "cuda", None)],
)
def test_it_says_where_its_kernels_can_run(monkeypatch, environment, device, advice):
    monkeypatch.setenv("TRITON_INTERPRET", environment)
    monkeypatch.setattr(compilers, "lacks", lambda: None)
    reason = find("triton").refuses(None, None, device)
    assert reason is None if advice is None else advice in reason


@pytest.mark.parametrize(
    ("lacking", "reason"),
    [("triton", "needs triton, which is not"), ("gcc", "needs a C compiler"), ("Python.h", "needs Python's headers")],
)
@pytest.mark.parametrize("name", ["triton", "compiled"])
def test_what_a_gpus_kernels_are_compiled_with_is_missed_in_a_sentence(monkeypatch, tmp_path, name, lacking, reason):
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _name, **_: None if lacking == "gcc" else "/usr/bin/gcc")
    monkeypatch.setattr(sysconfig, "get_paths", lambda: {"include": str(tmp_path)})
    if lacking != "Python.h":
        (tmp_path / "Python.h").touch()
    if lacking == "triton":
        for module in (compilers, backend):
            monkeypatch.setattr(module, "find_spec", lambda _name: None)
    assert reason in find(name).refuses(None, None, "cuda")


def test_rows_that_registers_cannot_hold_are_refused(monkeypatch):
    monkeypatch.setenv("TRITON_INTERPRET", "1")
    refuses = find("triton").refuses
    assert refuses(lntx.synthetic(2, 4095), Recipe(), "cpu") is None
    assert "up to 4095 features" in refuses(lntx.synthetic(2, 4096), Recipe(), "cpu")


class Absent:
    """A GPU that isn't there: enough of a driver to compile for it."""

    def get_current_device(self):
        return -1  # Triton keeps kernels by device; a real one must never be handed these

    def get_current_stream(self, _device):
        return 0

    def get_current_target(self):
        return triton.backends.compiler.GPUTarget("cuda", HOPPER, 32)


class Compiled:
    """A kernel that is compiled when it is launched, by all that a launch goes through, and then not run."""

    def __init__(self, kernel, made):
        self.kernel, self.made = kernel, made

    def __getitem__(self, grid):
        assert all(0 < size < 2**31 for size in grid)
        return lambda *args, **kwargs: self.made.append(self.kernel.warmup(*args, grid=grid, **kwargs))


@pytest.fixture
def made(monkeypatch, tmp_path):
    if os.environ.get("TRITON_INTERPRET"):
        pytest.skip("TRITON_INTERPRET is set, so that nothing is compiled")
    names = ("launch", "program", "grid")
    launch, program, grid = (importlib.import_module(f"lntx.training.linear.kernels.gpu.{name}") for name in names)
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(launch, "_chip", lambda _device: (MULTIPROCESSORS, 50 * 2**20))
    monkeypatch.setattr(triton.runtime.driver, "_active", Absent())
    kernels = []
    for module, name in [(program, "train"), (grid, "gather"), (grid, "move")]:
        monkeypatch.setattr(module, name, Compiled(getattr(module, name), kernels))
    return kernels


@pytest.mark.parametrize(
    ("size", "recipe", "names"),
    [
        ((100, 3), Recipe(epochs=1, batch_size=1), {"train"}),
        ((100, 3, 3), Recipe(epochs=1, batch_size=7, momentum=0.9, nesterov=True, shuffle=True), {"train"}),
        ((1000, 64), Recipe(epochs=1, batch_size=256, dtype="float64", weight_decay=0.1), {"train"}),
        ((10, 4000), Recipe(epochs=1, batch_size=8, momentum=0.9, dampening=0.1, dtype="float64"), {"train"}),
        ((20_000, 10), Recipe(epochs=1, batch_size=None, momentum=0.9), {"gather", "move"}),
        ((3000, 100, 4), Recipe(epochs=1, batch_size=1500, shuffle=True), {"gather", "move"}),
        ((3000, 100), Recipe(epochs=1, batch_size=None, dtype="float64"), {"gather", "move"}),
        ((40, 4000), Recipe(epochs=1, batch_size=None, nesterov=True, momentum=0.9), {"gather", "move"}),
    ],
)
def test_its_kernels_compile_for_an_h100_and_keep_their_numbers_in_registers(made, tmp_path, size, recipe, names):
    find("triton").prepare(lntx.synthetic(*size), recipe, "cpu")()
    assert {kernel.metadata.name for kernel in made} == names
    for kernel in made:
        assert used(kernel, tmp_path)["STACK"] == 0
        if kernel.metadata.name == "gather":
            assert used(kernel, tmp_path)["REG"] <= 128  # four warps' programs fit a multiprocessor four times


def test_rows_of_a_hundred_features_are_read_16_bytes_a_thread(made):
    find("triton").prepare(lntx.synthetic(3000, 100), Recipe(epochs=1, batch_size=None), "cpu")()
    gather = next(kernel for kernel in made if kernel.metadata.name == "gather")
    wide = re.findall(r"ld\.global\S*\.v4\.b32", gather.asm["ptx"])
    assert len(wide) == 64 * 128 // (4 * 32) // 4  # a tile, shared by four warps, four numbers at a time


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize(
    ("size", "recipe"),
    [
        ((100_000, 100), Recipe(lr=0.2, epochs=230, batch_size=None, momentum=0.9, dampening=0.1)),
        ((3000, 100, 4), Recipe(lr=0.05, epochs=7, batch_size=1400, shuffle=True, weight_decay=0.01)),
        ((20_000, 3), Recipe(lr=0.2, epochs=3, batch_size=None, dtype="float64")),
        ((5000, 64), Recipe(lr=0.05, epochs=3, batch_size=256, shuffle=True, momentum=0.9, nesterov=True)),
        ((200, 4000, 2), Recipe(lr=0.05, epochs=3, batch_size=None)),
        ((500, 300), Recipe(lr=0.01, epochs=2, batch_size=1)),
    ],
)
def test_it_agrees_with_the_reference_on_a_gpu(size, recipe):
    agreement = lntx.verify(lntx.synthetic(*size, noise=0.1), recipe, "triton", "cuda")
    assert agreement.ok, agreement


def used(kernel, folder):
    (folder / "cubin").write_bytes(kernel.asm["cubin"])
    command = [triton.knobs.nvidia.cuobjdump.path, "-res-usage", folder / "cubin"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {word: int(number) for word, number in re.findall(r"([A-Z]+):(\d+)", said)}
