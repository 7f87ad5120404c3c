"""Result files of other tools, as people have them: made up, deterministic, and small."""

import json
import random
import statistics

MACHINE = {
    "node": "runner-7",
    "machine": "aarch64",
    "python_version": "3.13.2",
    "python_implementation": "CPython",
    "release": "6.11.0",
    "system": "Linux",
    "cpu": {"arch": "ARM_8", "count": 8, "brand_raw": "Example Arm 9000", "hz_actual": [2_400_000_000, 0]},
}


def rounds(center, count=9, seed=0, noise=0.01):
    wobble = random.Random(f"{center} {seed}")
    return [center * (1 + noise * wobble.random()) for _ in range(count)]


def stats(data, *, keep=True, **changes):
    """What pytest-benchmark writes of rounds; without them where they aren't kept."""
    quarters = statistics.quantiles(data, n=4) if len(data) > 1 else data * 3
    found = {
        "min": min(data),
        "max": max(data),
        "mean": statistics.fmean(data),
        "stddev": statistics.pstdev(data),
        "rounds": len(data),
        "median": statistics.median(data),
        "q1": quarters[0],
        "q3": quarters[2],
        "total": sum(data),
        "iterations": 1,
    }
    return found | ({"data": data} if keep else {}) | changes


def entry(name, center=1e-3, *, keep=True, data=None, count=9, seed=0, **more):
    given = {"stats": stats(data or rounds(center, count, seed), keep=keep)} | more
    return {
        "group": None,
        "name": name.partition("::")[2] or name,
        "fullname": name,
        "params": None,
        "extra_info": {},
    } | given


def document(*entries, day="2026-05-01", commit="a" * 40, machine=None, version="5.1.0", **more):
    return {
        "machine_info": MACHINE if machine is None else machine,
        "commit_info": {"id": commit, "dirty": False, "branch": "main"},
        "benchmarks": list(entries),
        "datetime": f"{day}T02:00:00+00:00" if len(day) == len("2026-05-01") else day,
        "version": version,
    } | more


def written(path, *documents):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(one) for one in documents), encoding="utf-8")
    return path


def codspeed(*benchmarks, kind="walltime"):
    """What pytest-codspeed keeps of some names and their medians in nanoseconds."""
    return {
        "creator": {"name": "pytest-codspeed", "version": "4.0.0", "pid": 1},
        "instrument": {"type": kind},
        "benchmarks": [
            {
                "name": name.rpartition("::")[2],
                "uri": name,
                "config": {},
                "stats": {
                    "min_ns": 0.9 * median, "max_ns": 2 * median, "mean_ns": 1.1 * median, "stdev_ns": 1.0, "q1_ns": median,
                    "median_ns": median, "q3_ns": median, "rounds": 100, "total_time": 100 * calls * 1.1e-9 * median,
                    "iter_per_round": calls, "warmup_iters": 3,
                },
            }
            for name, median, calls in benchmarks
        ],
    }  # fmt: skip


def action(*runs, tool="pytest"):
    """A history of github-action-benchmark's: for each run its benchmarks as (name, value, unit)."""
    return {
        "lastUpdate": 1770000000000,
        "entries": {
            "Benchmark": [
                {
                    "commit": {"id": f"{i:x}" * 40, "message": "change", "timestamp": "2026-05-01T00:00:00Z"},
                    "date": 1770000000000 + 86_400_000 * i,
                    "tool": tool,
                    "benches": [{"name": name, "value": value, "unit": unit} for name, value, unit in run],
                }
                for i, run in enumerate(runs, 1)
            ]
        },
    }
