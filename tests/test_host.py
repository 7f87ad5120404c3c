import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from lntx.fingerprint import unequal
from lntx.host import machine, threads
from lntx.host.control_groups import Quota
from lntx.training import device as devices


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
    assert unequal(fingerprint, machine._described.__wrapped__(True)) == []


def test_a_machine_is_described_without_loading_torch_where_nobody_has():
    program = "import sys; from lntx.host import machine; print(machine.fingerprint()['torch'], 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [importlib.metadata.version("torch"), "False"]


def test_differences_name_what_parts_two_machines():
    assert unequal({"cpu": "a", "cores": 2}, {"cpu": "b", "cores": 2}) == ["cpu: a and b"]
    assert unequal({"cpu": "a"}, {"cpu": "a", "gpu": "x"}) == ["gpu: None and x"]


@pytest.mark.parametrize(
    ("text", "size"), [(512, 512), ("32 MiB", 2**25), ("48 KB", 49152), ("odd", None), (None, None)]
)
def test_cache_sizes_are_bytes(text, size):
    assert machine._size(text) == size


def test_threads_are_at_most_the_physical_cores_and_are_set():
    before = torch.get_num_threads()
    try:
        devices.limit_threads(1)
        assert torch.get_num_threads() == 1
    finally:
        devices.limit_threads(before)
    assert 1 <= threads.physical() <= (machine.fingerprint()["logical_cores"] or 1)


@pytest.fixture
def pool():
    """The threads of torch's pool, there before they are pinned."""
    torch.ones(1_000_000).sum()
    return threads._tasks()


@pytest.mark.skipif(not threads.pins(), reason="pins threads on Linux alone, and where it has several cores to itself")
def test_each_thread_is_kept_on_one_core_meanwhile_and_set_free_after_an_error(pool):
    everywhere = os.sched_getaffinity(0)

    def where():
        return [os.sched_getaffinity(thread) for thread in pool]

    assert where() == [everywhere] * len(pool)
    meanwhile = []

    def fail():
        meanwhile.extend(where())
        raise RuntimeError

    with pytest.raises(RuntimeError), threads.pinned(threads.physical()):
        fail()
    assert all(cores in threads._cores_of(everywhere) for cores in meanwhile)
    assert len({min(cores) for cores in meanwhile}) == min(len(pool), threads.physical())
    assert where() == [everywhere] * len(pool)


def test_fewer_threads_than_cores_are_left_to_the_scheduler(pool):
    before = [os.sched_getaffinity(thread) for thread in pool] if threads.pins() else None
    with threads.pinned(1):
        assert before in (None, [os.sched_getaffinity(thread) for thread in pool])


@pytest.mark.parametrize(("said", "core"), [("0", {0}), ("0-1", {0, 1}), ("0,4", {0, 4}), ("0-1,4-5", {0, 1, 4, 5})])
def test_the_logical_cores_of_a_core_are_read(monkeypatch, tmp_path, said, core):
    (tmp_path / "0").write_text(said + "\n")
    monkeypatch.setattr(threads, "_SIBLINGS", str(tmp_path / "{}"))
    assert threads._siblings(0) == core
    assert threads._siblings(7) == {7}
    assert threads._cores_of({0, 7}) == [{0}, {7}]


def test_a_containers_quota_counts(monkeypatch):
    monkeypatch.setattr(threads.control_groups, "tightest", lambda: Quota(Path("/sys/fs/cgroup"), 0.5, 0.1))
    assert threads.physical() == 1
    monkeypatch.setattr(threads.control_groups, "tightest", lambda: None)
    assert threads.physical() >= 1


@pytest.mark.parametrize("count", [1, 4])
def test_threads_that_a_study_doesn_t_take_are_told_of(count, monkeypatch):
    monkeypatch.setattr(threads, "physical", lambda: count)
    for name in threads.VARIABLES:
        monkeypatch.setenv(name, str(count))
    assert threads.unheeded() is None
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    said = threads.unheeded()
    assert said.startswith(f"a study takes {count} thread{'' if count == 1 else 's'}")
    assert "whatever OMP_NUM_THREADS=7 may say; " in said
