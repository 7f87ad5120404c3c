"""What somebody who follows the pages has in the folder where they type: tables, arrays, benchmarks, results."""

import json

import numpy as np
import pandas as pd

from lntx import storage
from support import studies
from support.repositories import commit, git, repository

SUBJECT = "def parse(text):\n    return [int(word) for word in text.split()]\n"
SUITE = """import subject


def test_parse(benchmark):
    assert benchmark(subject.parse, "1 2 3 " * 50)[:3] == [1, 2, 3]
"""
ROUNDS = (0.011, 0.0105, 0.0112, 0.0109, 0.013)


def homes(folder):
    """Write tables of homes, as a German spreadsheet writes them, and with gaps and categories; and arrays."""
    draw = np.random.default_rng(0)
    area, age = draw.uniform(40, 200, 60).round(1), draw.integers(0, 90, 60)
    price = (3000 * area - 900 * age + draw.normal(0, 4000, 60) + 20000).round(2)
    table = pd.DataFrame({"area": area, "age": age, "price": price})
    for name, rows in (("homes.csv", table), ("more-homes.csv", table.drop(columns="price").head())):
        rows.to_csv(folder / name, index=False, sep=";", decimal=",")
    aged = table["age"].where(table.index != 7)
    table.assign(age=aged, district=["north", "south", "west"] * 20, id=draw.permutation(60)).to_excel(
        folder / "homes.xlsx", index=False
    )
    inputs = draw.standard_normal((200, 4)).astype(np.float32)
    np.save(folder / "X.npy", inputs)
    np.save(folder / "Y.npy", inputs @ np.array([1, 2, 3, 4], np.float32))


def project(folder):
    """Make a repository with a suite, two tagged versions and an edit; what else lies in the folder git ignores."""
    ignored = "*\n!/subject.py\n!/benchmarks/\n!/benchmarks/test_*.py\n!/README.md\n"
    repository(folder, {".gitignore": ignored, "subject.py": SUBJECT, "benchmarks/test_subject.py": SUITE})
    git(folder, "tag", "v1.2")
    commit(folder, {"README.md": "A project.\n"})
    git(folder, "tag", "v1.3")
    (folder / "subject.py").write_text(f"# Parses.\n{SUBJECT}")
    return folder


def results(folder):
    """Write what suites of pytest-benchmark's left, of several nights too, and studies of lntx's."""
    nights = [f".benchmarks/Linux/000{night}_x.json" for night in (1, 2, 3)]
    for number, name in enumerate(("base.json", "head.json", "benchmark.json", "benchmarks.json", *nights)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(_run(number + 1)))
    for name in ("results", "before", "after", "monday", "tuesday", "wednesday"):
        (folder / name).mkdir()
        storage.write(studies.study() if name != "after" else studies.other(), folder / name / "study.json")


def _run(day):
    """Return what pytest-benchmark would write of the suite."""
    machine = {"cpu": {"brand_raw": "Example CPU 3000"}, "python_version": "3.12.0"}
    benchmark = {"fullname": "benchmarks/test_subject.py::test_parse", "stats": {"data": ROUNDS}}
    when = f"2026-01-0{day}T03:04:05+00:00"
    return {"machine_info": machine, "datetime": when, "benchmarks": [benchmark]}
