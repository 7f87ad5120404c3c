"""Where a step's time goes, told from what torch's profiler saw: on the CPU by threads, on a device by what it computed."""

from types import SimpleNamespace

import pytest
import torch
from support import loops

from lntx.measure.cell import shares


def event(name, start, end, device="CUDA"):
    return SimpleNamespace(
        name=name, device_type=SimpleNamespace(name=device), time_range=SimpleNamespace(start=start, end=end)
    )


def test_a_device_computes_in_its_kernels_and_not_in_ranges_that_it_repeats_of_the_host():
    whole, optimizer = "lntx: the whole training", "Optimizer.step#Adam.step"
    seen = [
        event(whole, 0, 100, "CPU"), event(optimizer, 50, 90, "CPU"), event("aten::mm", 5, 20, "CPU"),
        event(whole, 10, 100), event(optimizer, 52, 99),
        event("gemm", 10, 20), event("Memcpy DtoD", 15, 25), event("adam", 60, 65),
    ]  # fmt: skip
    assert shares._on_device(seen) == {shares.KERNELS: pytest.approx(0.2), shares.PYTHON: pytest.approx(0.8)}
    assert shares._on_device(seen[:3]) == {}


def test_the_parts_of_a_real_step_on_the_cpu_are_all_of_it():
    found = shares.shares(loops.loop().prepare(steps=4), "cpu")
    assert sum(found.values()) == pytest.approx(1)
    assert min(found.values()) > 0


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_small_network_leaves_a_gpu_idle():
    found = shares.shares(loops.loop().prepare(device="cuda", steps=4), "cuda")
    assert found[shares.KERNELS] < 0.5
