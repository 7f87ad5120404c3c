"""Whole files of other people's tools: results of their benchmarks, and what their projects declare."""

PYTEST_BENCHMARK = {
    "machine_info": {
        "node": "n", "machine": "aarch64", "python_version": "3.13.2", "python_implementation": "CPython", "system": "Linux",
        "cpu": {"arch": "ARM_8", "count": 8, "brand_raw": "Example Arm", "hz_actual": [2_400_000_000, 0]},
    },
    "commit_info": {"id": "a" * 40, "dirty": False, "branch": "main", "time": "2026-05-01T00:00:00+00:00"},
    "benchmarks": [
        {
            "group": None, "name": f"test_a[{i}]", "fullname": f"t.py::test_a[{i}]", "params": {"n": i}, "param": f"{i}",
            "extra_info": {"x": 1}, "options": {"min_rounds": 5, "timer": "perf_counter"},
            "stats": {
                "min": 0.9e-3, "max": 2e-3, "mean": 1e-3, "stddev": 1e-4, "rounds": 3, "median": 1e-3, "iqr": 1e-4, "q1": 1e-3,
                "q3": 1.1e-3, "total": 3e-3, "iterations": 2, "ops": 1000.0, "data": [0.9e-3, 1e-3, 2e-3][: 3 * (i % 2)],
            },
        }
        for i in range(3)
    ],
    "datetime": "2026-05-01T02:00:00.123456+00:00",
    "version": "5.1.0",
}  # fmt: skip
CODSPEED = {
    "creator": {"name": "pytest-codspeed", "version": "4.0.0", "pid": 1},
    "instrument": {"type": "walltime"},
    "benchmarks": [
        {
            "name": "test_a", "uri": "t.py::test_a", "config": {},
            "stats": {
                "min_ns": 9e5, "max_ns": 2e6, "mean_ns": 1.1e6, "stdev_ns": 1.0, "q1_ns": 1e6, "median_ns": 1e6, "q3_ns": 1e6,
                "rounds": 100, "total_time": 0.11, "iter_per_round": 1, "warmup_iters": 3,
            },
        }
    ],
}  # fmt: skip
ACTION = {
    "lastUpdate": 1770000000000,
    "repoUrl": "https://example.org/a",
    "entries": {
        "Benchmark": [
            {
                "commit": {"id": f"{i}" * 40, "message": "change", "timestamp": "2026-05-01T00:00:00Z", "url": "u"},
                "date": 1770000000000 + 86_400_000 * i,
                "tool": "pytest",
                "benches": [{"name": "t.py::test_a", "value": 1000.0, "unit": "iter/sec", "range": "stddev: 0.1"}],
            }
            for i in (1, 2)
        ]
    },
}
DECLARED = {
    "pyproject.toml": """[project]
name = "a"
dependencies = ["b>=1", "c"]
optional-dependencies.x = ["d"]
requires-python = ">=3.9"
dynamic = ["version"]

[build-system]
requires = ["setuptools"]

[tool.setuptools.dynamic]
dependencies = {file = ["requirements.txt"]}
optional-dependencies.x = {file = "x.txt"}

[tool.poetry.dependencies]
b = "^1"

[tool.pytest.ini_options]
pythonpath = ["src", "."]
""",
    "setup.cfg": """[options]
install_requires =
    b>=1
    c

[options.extras_require]
x = d

[tool:pytest]
pythonpath = src
""",
    "setup.py": """from setuptools import setup

__version__ = "1"
setup(name="a", version=__version__, install_requires=["b>=1"] + ["c"])
""",
    "requirements.txt": "b>=1  # why\n-r more.txt\nc\n",
}
