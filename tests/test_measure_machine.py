import json

import pytest
import torch

from lntx.measure import machine, threads
from lntx.record import differences


@pytest.fixture(scope="module")
def fingerprint():
    return machine.fingerprint()


def test_the_fingerprint_is_flat_plain_and_whole(fingerprint):
    assert json.loads(json.dumps(fingerprint)) == fingerprint
    assert all(value is None or isinstance(value, str | int) for value in fingerprint.values())
    for name in ("cpu", "cores", "threads", "torch", "torch_blas", "numpy", "python", "os", "l2_cache_bytes", "gpu"):
        assert name in fingerprint


def test_the_fingerprint_holds_no_clock_and_no_name_of_the_machine(fingerprint):
    text = json.dumps(machine.machine_info()).lower()
    assert "hz_" not in text
    assert "node" not in machine.machine_info()
    assert not any("hz" in name or "clock" in name for name in fingerprint)


def test_the_fingerprint_is_the_same_when_asked_again(fingerprint):
    assert differences(fingerprint, machine.fingerprint.__wrapped__()) == []


def test_differences_name_what_parts_two_machines():
    assert differences({"cpu": "a", "cores": 2}, {"cpu": "b", "cores": 2}) == ["cpu: a and b"]
    assert differences({"cpu": "a"}, {"cpu": "a", "gpu": "x"}) == ["gpu: None and x"]


@pytest.mark.parametrize(
    ("text", "size"), [(512, 512), ("32 MiB", 2**25), ("48 KB", 49152), ("odd", None), (None, None)]
)
def test_cache_sizes_are_bytes(text, size):
    assert machine._size(text) == size


def test_threads_are_at_most_the_physical_cores_and_are_set():
    before = torch.get_num_threads()
    try:
        threads.limit(1)
        assert torch.get_num_threads() == 1
    finally:
        threads.limit(before)
    assert 1 <= threads.physical() <= (machine.fingerprint()["logical_cores"] or 1)


def test_a_containers_quota_counts(monkeypatch, tmp_path):
    quota = tmp_path / "cpu.max"
    quota.write_text("100000 100000\n")
    monkeypatch.setattr(threads, "_QUOTA", quota)
    assert threads.physical() == 1
    quota.write_text("max 100000\n")
    assert threads.physical() >= 1
