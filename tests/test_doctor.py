"""The doctor names what is planted on a made-up machine, finds nothing on a sound one, and bears whatever stands in a file."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commandline import lntx_says
from support.machines import V1, V2, planted

from lntx.doctor.examination import described, examined, modules
from lntx.doctor.machine import Machine

STAT = "cpu  1000 0 500 8000 0 0 0 0 0 0\ncpu0 500 0 250 4000 0 0 0 0 0 0\ncpu1 500 0 250 4000 0 0 0 0 0 0\nbtime 1700000000\n"
NOW = 1_700_100_000.0
SOUND = {
    "proc/stat": STAT,
    "proc/cpuinfo": "processor\t: 0\nmodel name\t: Example CPU 3000\n",
    "proc/meminfo": "MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
    "proc/self/cgroup": "0::/\n",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
    **{f"sys/devices/system/cpu/cpu{i}/cpufreq/scaling_governor": "performance\n" for i in (0, 1)},
    **{f"sys/devices/system/cpu/cpu{i}/cpufreq/scaling_max_freq": "3400000\n" for i in (0, 1)},
    **{f"sys/devices/system/cpu/cpu{i}/cpufreq/cpuinfo_max_freq": "3400000\n" for i in (0, 1)},
}
POOLS = (
    {
        "user_api": "openmp",
        "internal_api": "openmp",
        "num_threads": 2,
        "filepath": "/x/site-packages/torch/lib/libgomp.so",
    },
    {
        "user_api": "blas",
        "internal_api": "openblas",
        "num_threads": 2,
        "filepath": "/x/site-packages/numpy.libs/libopenblas.so",
    },
)
BUILD = {"debug": False, "optimized": True, "dev_mode": False, "tracing": False}


@pytest.fixture
def machine(tmp_path):
    """A machine on which all is well: two cores of its own."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "g++").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "g++").chmod(0o755)
    caches = {f"{name}_CACHE_DIR": str(tmp_path / "caches") for name in ("TORCHINDUCTOR", "TRITON", "NUMBA")}
    return Machine(
        root=planted(tmp_path / "root", V2, SOUND),
        environment={"PATH": str(tmp_path / "bin"), **caches},
        logical=frozenset({0, 1}),
        python=BUILD,
        results=tmp_path / "results",
        installed=lambda _name: True,
        programs=lambda _command, _environment: None,
        loaded_pools=lambda: POOLS,
        sleep=lambda _seconds: None,
        now=lambda: NOW,
    )


def told(machine, kind="warning"):
    """The findings of a kind: each check's words, advice included."""
    return {one.check: f"{one.says} | {one.advice}" for one in examined(machine) if one.kind == kind}


def put(machine, files):
    planted(machine.root, (machine.root / "proc/self/mountinfo").read_text(), files)
    return machine


def test_nothing_is_found_on_a_sound_machine(machine):
    assert examined(machine) == ()


def test_1_one_pool_of_threads_too_many(machine):
    another = {
        "user_api": "openmp",
        "internal_api": "openmp",
        "num_threads": 2,
        "filepath": "/x/site-packages/sklearn/libgomp.so",
    }
    (found,) = told(replace(machine, loaded_pools=lambda: [*POOLS, another])).items()
    assert found[0] == "pools"
    assert "2 OpenMP runtimes: openmp of torch (2 threads), openmp of sklearn (2 threads)" in found[1]


def test_pools_with_more_threads_than_can_be_at_work_are_told(machine):
    many = {**POOLS[1], "num_threads": 8}
    assert "openblas of numpy (8 threads)" in told(replace(machine, loaded_pools=lambda: [POOLS[0], many]))["pools"]
    two = [*POOLS, {**POOLS[1], "filepath": "/x/site-packages/scipy.libs/libopenblas.so"}]
    assert "openblas of scipy" in told(replace(machine, loaded_pools=lambda: two), "note")["pools"]


@pytest.mark.parametrize(
    ("mounts", "files", "where"),
    [
        (V2, {"sys/fs/cgroup/cpu.max": "50000 100000\n"}, "/sys/fs/cgroup"),
        (V2, {"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "50000 100000\n"}, "/sys/fs/cgroup/a"),
        (
            V1,
            {
                "proc/self/cgroup": "1:cpu:/a/b\n",
                "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "50000\n",
                "sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
            },
            "/sys/fs/cgroup/cpu/a",
        ),
    ],
    ids=["version 2", "nested", "version 1"],
)
def test_2_a_quota_of_a_control_group(machine, mounts, files, where):
    planted(machine.root, mounts, {**files, f"{where[1:]}/cpu.stat": "nr_periods 40\nnr_throttled 10\n"})
    found = told(replace(machine, loaded_pools=lambda: ()))
    assert found.keys() == {"quota"}
    assert f"leaves 0.5 of 2 processors ({where})" in found["quota"]
    assert "so far in 10 of 40 periods" in found["quota"]
    assert "--cpuset-cpus" in found["quota"]


def beside(machine, number, name):
    """The machine beside a process that takes one of its two processors."""
    ticks = [0]

    def busy(_seconds=0.0):
        spent = ticks[0]
        stat = STAT.replace("cpu  1000 0 500 8000", f"cpu  {1000 + spent} 0 500 {8000 + spent}")
        process = f"{number} ({name}) R 1 1 1 0 -1 0 0 0 0 0 {100 + spent} 10 0 0 20 0 1 0 5"
        put(machine, {"proc/stat": stat, f"proc/{number}/stat": process})
        ticks[0] += 50

    busy()
    return replace(machine, sleep=busy)


def test_3_a_busy_neighbour(machine):
    (found,) = told(beside(machine, 77, "py (x) y")).items()
    assert found[0] == "neighbours"
    assert "others keep 1.0 of 2 processors busy: py (x) y (process 77)" in found[1]


def test_4_no_compiler(machine):
    (Path(machine.environment["PATH"]) / "g++").unlink()
    (found,) = told(machine).items()
    assert found[0] == "compilers"
    assert "install g++" in found[1]
    assert told(replace(machine, installed=lambda name: name not in {"torch", "numba", "triton"})) == {}


def test_5_a_cache_that_cant_be_written_to(machine, tmp_path):
    (tmp_path / "file").write_text("")
    closed = {**machine.environment, "TORCHINDUCTOR_CACHE_DIR": str(tmp_path / "file" / "cache")}
    (found,) = told(replace(machine, environment=closed)).items()
    assert found[0] == "caches"
    assert f"TORCHINDUCTOR_CACHE_DIR={tmp_path / 'file' / 'cache'} can't be written to" in found[1]


@pytest.mark.parametrize(
    ("python", "environment", "words"),
    [
        ({"debug": True}, {}, "a debug build of Python"),
        ({"dev_mode": True}, {}, "development mode (-X dev)"),
        ({}, {"PYTHONMALLOC": "debug"}, "PYTHONMALLOC"),
        ({"tracing": True}, {}, "a tracer or a profiler"),
    ],
)
def test_6_a_debug_build_of_python(machine, python, environment, words):
    planted_ = replace(machine, python=BUILD | python, environment={**machine.environment, **environment})
    (found,) = told(planted_).items()
    assert found[0] == "python"
    assert words in found[1]


def test_6_a_missing_numba(machine):
    (found,) = told(replace(machine, installed=lambda name: name != "numba")).items()
    assert found[0] == "libraries"
    assert "numba (the backend fused" in found[1]
    assert "pip install 'lntx[train]'" in found[1]


def test_7_a_clock_that_is_held_down(machine):
    put(machine, {"sys/devices/system/cpu/cpu1/cpufreq/scaling_max_freq": "1200000\n"})
    (found,) = told(machine).items()
    assert found[0] == "clock"
    assert "1.20 GHz are allowed of 3.40, on 1 processors" in found[1]


@pytest.mark.parametrize(
    ("cpu", "started", "words"),
    [
        ("Example CPU 2000", NOW - 60, "probed on Example CPU 2000, and this is Example CPU 3000"),
        ("Example CPU 3000", 1_699_999_000, "before the machine was started"),
        ("Example CPU 3000", NOW - 20 * 86400, "before the machine was started"),
    ],
)
def test_8_a_stale_probe(machine, cpu, started, words):
    folder = machine.results / ".lntx-study"
    folder.mkdir(parents=True)
    plan = {
        "started": datetime.fromtimestamp(started, UTC).isoformat(),
        "conditions": {"cpu": cpu},
        "limits": {"cpu": {}},
    }
    (folder / "plan.json").write_text(json.dumps(plan))
    (found,) = told(machine).items()
    assert found[0] == "probe"
    assert words in found[1]
    assert "without --resume" in found[1]


def test_a_probe_of_long_ago_is_stale_though_the_machine_has_run_since(machine):
    put(machine, {"proc/stat": STAT.replace("btime 1700000000", "btime 1600000000")})
    machine.results.mkdir()
    about = {
        "started": datetime.fromtimestamp(NOW - 20 * 86400, UTC).isoformat(),
        "limits": {"cpu": {}},
        "complete": False,
    }
    study = {"benchmarks": [], "machine_info": {"lntx": {"cpu": "Example CPU 3000"}}, "lntx": {"about": about}}
    (machine.results / "study.json").write_text(json.dumps(study))
    assert "20 days ago" in told(machine)["probe"]
    about["complete"] = True  # which nobody goes on with
    (machine.results / "study.json").write_text(json.dumps(study))
    assert examined(machine) == ()


def test_a_fresh_probe_is_none_to_tell_of(machine):
    folder = machine.results / ".lntx-study"
    folder.mkdir(parents=True)
    started = datetime.fromtimestamp(NOW - 60, UTC).isoformat()
    plan = {"started": started, "conditions": {"cpu": "Example CPU 3000"}, "limits": {"cpu": {}}}
    (folder / "plan.json").write_text(json.dumps(plan))
    assert examined(machine) == ()


@pytest.mark.parametrize(
    ("check", "files", "words"),
    [
        (
            "governor",
            {"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave"},
            "powersave on 1 of 2 processors",
        ),
        (
            "clock",
            {"sys/devices/system/clocksource/clocksource0/current_clocksource": "hpet"},
            "the system's clock is hpet",
        ),
        ("steal", {"proc/stat": STAT.replace("8000 0 0 0 0", "8000 0 0 0 500")}, "5.0% since the machine started"),
        ("memory", {"proc/meminfo": "MemAvailable: 500000 kB\n"}, "the machine has 0.48 GiB of memory left"),
        (
            "memory",
            {"sys/fs/cgroup/memory.max": str(2**30), "sys/fs/cgroup/memory.current": str(2**29)},
            "the control group /sys/fs/cgroup (at most 1.0 GiB) has 0.50 GiB",
        ),
        (
            "thermal",
            {
                "sys/class/thermal/thermal_zone0/temp": "93000",
                "sys/class/thermal/thermal_zone0/type": "x86_pkg_temp",
                "sys/class/thermal/thermal_zone0/trip_point_0_temp": "95000",
                "sys/class/thermal/thermal_zone0/trip_point_0_type": "passive",
            },
            "x86_pkg_temp is at 93 °C",
        ),
        (
            "power",
            {"sys/class/power_supply/BAT0/type": "Battery", "sys/class/power_supply/BAT0/status": "Discharging"},
            "runs on its battery",
        ),
    ],
)
def test_other_faults_are_named_too(machine, check, files, words):
    (found,) = told(put(machine, files)).items()
    assert found[0] == check
    assert words in found[1]


@pytest.mark.parametrize(
    ("check", "files", "words"),
    [
        ("turbo", {"sys/devices/system/cpu/intel_pstate/no_turbo": "0"}, "turbo is on"),
        ("turbo", {"sys/devices/system/cpu/cpufreq/boost": "1"}, "turbo is on"),
        ("quota", {"proc/stat": STAT.replace("btime", "cpu2 1 1 1 1\nbtime")}, "2 of the machine's 3 processors"),
        ("thermal", {"sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": "7"}, "slowed down 7 times"),
    ],
)
def test_what_is_only_to_be_known_is_a_note(machine, check, files, words):
    put(machine, files)
    assert told(machine) == {}
    assert words in told(machine, "note")[check]


def test_swapping_counts_while_pages_are_moved(machine):
    put(machine, {"proc/meminfo": "MemAvailable: 8000000 kB\nSwapTotal: 4000000 kB\nSwapFree: 1000000 kB\n"})
    put(machine, {"proc/vmstat": "pswpin 5\npswpout 5\n"})
    assert examined(machine) == ()
    moving = replace(machine, sleep=lambda _: put(machine, {"proc/vmstat": "pswpin 50\npswpout 5\n"}) and None)
    assert "swapping" in told(moving)["memory"]


@pytest.mark.parametrize(
    ("variables", "kind", "words"),
    [
        ({"OMP_NUM_THREADS": "8"}, "warning", "OMP_NUM_THREADS=8, for 2 cores"),
        ({"OMP_NUM_THREADS": "8,2"}, "warning", "OMP_NUM_THREADS=8"),
        ({"OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "1"}, "note", "different numbers of threads"),
        ({"OMP_PROC_BIND": "true"}, "note", "OMP_PROC_BIND"),
    ],
)
def test_threads_are_held_against_the_cores(machine, variables, kind, words):
    found = told(replace(machine, environment={**machine.environment, **variables}), kind)
    assert words in found["threads"]


def test_threads_of_one_core_count_once_and_a_quota_counts(machine):
    put(machine, {f"sys/devices/system/cpu/cpu{i}/topology/thread_siblings_list": "0-1\n" for i in (0, 1)})
    assert (machine.cores, machine.room) == (1, 1)
    assert (
        "for 1 core " in told(replace(machine, environment={**machine.environment, "OMP_NUM_THREADS": "2"}))["threads"]
    )


GPU = "0, NVIDIA H100, {persistence}, {busy}, 1200, 1980, 60, {mig}\n"


def smi(reasons="0x0000000000000000", older=False, **told_):
    """nvidia-smi, as far as it is asked."""
    row = GPU.format(**{"persistence": "Enabled", "busy": "0", "mig": "[N/A]", **told_})

    def run(command, _environment):
        if command[0] != "nvidia-smi":
            return None
        if "reasons" not in command[1]:
            return row
        return None if older and "event" in command[1] else f"0, {reasons}\n"

    return run


@pytest.mark.parametrize("older", [False, True])
def test_a_gpu_that_is_slowed_down_or_used_by_others_is_told_of(machine, older):
    environment = {**machine.environment, "CC": "cc"}
    sound = replace(machine, environment=environment, installed=lambda name: name != "torch")
    assert told(replace(sound, programs=smi(older=older))) == {}
    warm = told(replace(sound, programs=smi("0x0000000000000060", older=older)))["gpu"]
    assert "GPU 0 (NVIDIA H100) is slowed down by its temperature (sw_thermal_slowdown)" in warm
    assert "1200 of 1980 MHz" in warm
    assert "busy for 97 %" in told(replace(sound, programs=smi(busy="97")))["gpu"]
    assert "persistence" in told(replace(sound, programs=smi(persistence="Disabled")), "note")["gpu"]
    assert "MIG" in told(replace(sound, programs=smi(mig="Enabled")), "note")["gpu"]


odd = st.sampled_from(
    ["", "0", "-1", "max", "1 2 3", "\x00", "cpu", "cpu  1 2", "a: b: c\n" * 3, "9" * 400, "NaN", "[]", "{}", "[[[", "\udcff"]
)  # fmt: skip
ZONE, CORE = "sys/class/thermal/thermal_zone0", "sys/devices/system/cpu/cpu0"
PATHS = [
    *SOUND, "proc/vmstat", "proc/9/stat", "proc/self/mountinfo", "sys/fs/cgroup/cpu.max", "sys/fs/cgroup/memory.max",
    "sys/fs/cgroup/memory.current", f"{ZONE}/temp", f"{ZONE}/trip_point_0_temp", f"{CORE}/topology/thread_siblings_list",
    f"{CORE}/thermal_throttle/core_throttle_count",
]  # fmt: skip


@settings(max_examples=25)
@given(files=st.dictionaries(st.sampled_from(PATHS), odd, max_size=8), said=odd, plan=odd, value=odd)
def test_whatever_stands_in_a_file_nothing_is_raised(tmp_path_factory, files, said, plan, value):
    folder = tmp_path_factory.mktemp("machine")
    (folder / "results" / ".lntx-study").mkdir(parents=True)
    (folder / "results" / ".lntx-study" / "plan.json").write_text(plan, errors="surrogateescape")
    (folder / "results" / "study.json").write_text(said, errors="surrogateescape")
    made = Machine(
        root=planted(folder / "root", V2, {**SOUND, **files}),
        environment={"PATH": "", "OMP_NUM_THREADS": value, "PYTHONMALLOC": value},
        logical=frozenset({0, 1}),
        python={},
        results=folder / "results",
        installed=lambda _name: False,
        programs=lambda _command, _environment: said,
        sleep=lambda _seconds: None,
    )
    assert all(one.says and one.advice and "\n" not in one.says for one in examined(made))


def test_each_check_is_a_file_that_says_what_it_looks_at():
    assert {module.__name__.rpartition(".")[2] for module in modules()} == described().keys()
    assert all(words for words in described().values())


def test_the_docs_tell_of_every_check():
    page = (Path(__file__).parents[1] / "docs" / "doctor.md").read_text(encoding="utf-8")
    assert [name for name in described() if f"| `{name}` |" not in page] == []


def test_this_machine_is_looked_at_in_json(monkeypatch):
    monkeypatch.setattr("lntx.doctor.machine._LOADS", ("numpy",))  # torch takes seconds to load
    said = lntx_says("doctor", "--seconds", 0, "--json")
    assert said.err == ""
    assert said.json["measured"] is None
    assert {"lntx", "python", "platform"} <= said.json["about"].keys()
    for one in said.json["findings"]:
        assert set(one) == {"kind", "says", "advice", "check"}
    assert said.code == (14 if any(one["kind"] == "warning" for one in said.json["findings"]) else 0)


@pytest.mark.parametrize("seconds", ["-1", "nan", "1e9"])
def test_a_time_that_is_none_is_refused(seconds):
    said = lntx_says("doctor", f"--seconds={seconds}")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("lntx: --seconds must be from 0 to 3600")


def test_this_process_isn_t_its_own_neighbour(machine):
    assert "(process" not in told(beside(machine, os.getpid(), "me"))["neighbours"]
