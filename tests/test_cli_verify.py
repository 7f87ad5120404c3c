import pytest
from support.commandline import lntx_says
from support.planted import PLANTED, install, plant

import lntx
from lntx.training.linear.parity import grid

INTERPRETED = [
    name
    for name in lntx.backends()
    if not name.startswith(("compiled", "distributed:", "distributed-gram:")) and name != "distributed"
]  # how many ranks there are, tests/test_ranks.py goes through
KEYS = {"backend", "device", "dtype", "samples", "features", "outputs", "batch_size", "error", "tolerance", "ok"}


@pytest.fixture
def short(monkeypatch):
    """A part of the grid, its last case shuffled, with three outputs and a smaller last batch: what is tested takes no more."""
    monkeypatch.setattr(grid, "GRID", (*grid.GRID[:2], grid.GRID[6]))


SHORT = ("manual", "composed")  # the contract tests hold all of them, over other problems


@pytest.mark.parametrize(
    "backend", [name if name in SHORT else pytest.param(name, marks=pytest.mark.end_to_end) for name in INTERPRETED]
)
def test_a_backend_agrees_over_the_whole_grid(backend):
    if reason := lntx.backends()[backend].refuses(None, None, "cpu"):
        pytest.skip(f"{backend}: {reason}")
    said = lntx_says("verify", "--backend", backend, "--device", "cpu", "--json")
    assert (said.code, said.err) == (0, "")
    assert len(said.json) == len(grid.GRID)
    refused = [row for row in said.json if row["ok"] is None]
    assert all(row["reason"] for row in refused)
    assert not refused or lntx.backends()[backend].work == "algebra"  # what does every step takes every recipe
    for row in [row for row in said.json if row not in refused]:
        assert set(row) == KEYS
        assert row["ok"]
        assert row["error"] <= row["tolerance"]


@pytest.mark.end_to_end
def test_compiled_backends_agree_on_a_part_of_the_grid(monkeypatch):
    if lntx.backends()["compiled"].refuses(None, None, "cpu"):
        pytest.skip("no C++ compiler here")
    monkeypatch.setattr(grid, "GRID", grid.GRID[6:7])  # shuffled, momentum, decay, three outputs, a smaller last batch
    said = lntx_says("verify", "--backend", "compiled:*", "--json")
    assert said.code == 0, said.err
    assert {row["backend"] for row in said.json} == {n for n in lntx.backends() if n.startswith("compiled")}


def test_the_grid_uses_all_that_a_recipe_can_say():
    recipes = [case.recipe for case in grid.GRID]
    assert {1, 7, None} <= {recipe.batch_size for recipe in recipes}
    assert {"float32", "float64"} <= {recipe.dtype or "float32" for recipe in recipes}
    for knob in ("momentum", "dampening", "nesterov", "weight_decay", "shuffle"):
        assert any(getattr(recipe, knob) for recipe in recipes), knob
    assert {1, 3} <= {case.outputs for case in grid.GRID}


@pytest.mark.usefixtures("short")
def test_every_planted_error_is_found(tmp_path, monkeypatch):
    names = [plant(fault, tmp_path, monkeypatch) for fault in PLANTED]
    asked = [word for name in names for word in ("--backend", name)]
    said = lntx_says("verify", *asked, "--json")
    assert said.code == 12
    assert said.err.count("\n") == 1
    for name in names:
        assert name in said.err
        assert any(row["ok"] is False for row in said.json if row["backend"] == name), name
    assert f"{names[0]} on cpu" in lntx_says("verify", "--backend", names[0]).out


@pytest.mark.usefixtures("short")
def test_one_wrong_backend_among_right_ones_is_named_alone(tmp_path, monkeypatch):
    right, wrong = plant("nothing", tmp_path, monkeypatch), plant("wrong_factor", tmp_path, monkeypatch)
    said = lntx_says("verify", "--backend", "manual", "--backend", wrong, "--backend", right)
    assert said.code == 12
    assert wrong in said.err
    assert "manual" not in said.err
    assert right not in said.err


def dropped(tmp_path, monkeypatch, text, name="dropped"):
    """Install a backend of these lines, a `manual` in all else."""
    return install(name, f"from lntx.training.backends.manual import *\n\n{text}", tmp_path, monkeypatch)


@pytest.mark.usefixtures("short")
def test_a_refusal_is_listed_with_its_sentence_and_is_no_pass(tmp_path, monkeypatch):
    text = "def refuses(p, recipe, d):\n    return 'it knows no shuffling' if recipe and recipe.shuffle else None\n"
    said = lntx_says("verify", "--backend", dropped(tmp_path, monkeypatch, text), "--json")
    assert said.code == 0
    refused = [row for row in said.json if row["ok"] is None]
    assert len(refused) == sum(case.recipe.shuffle for case in grid.GRID)
    assert all("knows no shuffling" in row["reason"] for row in refused)


@pytest.mark.usefixtures("short")
def test_a_backend_that_refuses_everything_has_not_passed(tmp_path, monkeypatch):
    text = "def refuses(p, recipe, d):\n    return 'not today' if recipe else None\n"
    said = lntx_says("verify", "--backend", dropped(tmp_path, monkeypatch, text))
    assert said.code == 2
    assert "nothing was verified" in said.err


@pytest.mark.usefixtures("short")
def test_an_unavailable_backend_asked_for_by_name_is_an_error(tmp_path, monkeypatch):
    text = "def refuses(p, recipe, d):\n    return 'install something'\n"
    said = lntx_says("verify", "--backend", dropped(tmp_path, monkeypatch, text))
    assert said.code == 2
    assert "install something" in said.err


@pytest.mark.usefixtures("short")
def test_a_backend_that_crashes_is_named_and_the_others_are_still_verified(tmp_path, monkeypatch):
    name = dropped(tmp_path, monkeypatch, "def prepare(p, r, d):\n    raise ZeroDivisionError('oops')\n")
    said = lntx_says("verify", "--backend", name, "--backend", "numpy", "--json")
    assert said.code == 2
    assert name in said.err
    assert all(row["ok"] for row in said.json if row["backend"] == "numpy")
    assert all("oops" in row["reason"] for row in said.json if row["backend"] == name)


LIMIT_S = 3  # of a case: enough for an honest one
# What a backend may do to its process, in its training; a case is 20 samples or more.
ENDINGS = {
    "aborts": ("import os; os.abort()", "its process ended by SIGABRT: Fatal Python error: Aborted"),
    "faults": ("import ctypes; ctypes.string_at(0)", "its process ended by SIGSEGV: Fatal Python error: Segmentation"),
    "leaves": ("import os; os.write(2, b'farewell'); os._exit(0)", "its process ended with exit code 0: farewell"),
    "exits": ("raise SystemExit(0)", "SystemExit: 0"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "raises": ("raise ZeroDivisionError('oops')", "ZeroDivisionError: oops"),
    "floods": ("while True: print('x' * 2**20)", f"it took longer than {LIMIT_S} s and was stopped"),
    "hangs": ("import time; time.sleep(600)", f"it took longer than {LIMIT_S} s and was stopped"),
}


def backend_that(deed):
    """A backend that does so in one case of the grid, of one feature and shuffled."""
    return (
        "import lntx.training.backends.manual as right\n\n\n"
        "def prepare(problem, recipe, device):\n"
        "    run = right.prepare(problem, recipe, device)\n\n"
        "    def trained():\n"
        "        if problem.features == 1 and recipe.shuffle:\n"
        f"            {deed}\n"
        "        return run()\n\n"
        "    return trained\n"
    )


@pytest.mark.end_to_end
def test_what_one_backend_does_to_its_process_costs_no_other_result(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "GRID", grid.GRID[:4])  # each deed has a process of its own, before it and behind it
    for name, (deed, _) in ENDINGS.items():
        dropped(tmp_path, monkeypatch, backend_that(deed), name)
    asked = [word for name in ("manual", *ENDINGS, "numpy") for word in ("--backend", name)]
    said = lntx_says("verify", *asked, "--limit", LIMIT_S, "--json")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert [row["backend"] for row in said.json] == [n for n in ("manual", *ENDINGS, "numpy") for _ in grid.GRID]
    for name in ("manual", "numpy"):
        assert all(row["ok"] for row in said.json if row["backend"] == name)
        assert name not in said.err
    for name, (_, reason) in ENDINGS.items():
        (lost,) = [row for row in said.json if row["backend"] == name and not row["ok"]]
        assert (lost["ok"], lost["error"], lost["features"], name in said.err) == (False, None, 1, True)
        assert lost["reason"].startswith(reason), name


@pytest.mark.usefixtures("short")
def test_weights_that_disagree_decide_the_exit_code_though_others_crash(tmp_path, monkeypatch):
    wrong = plant("wrong_factor", tmp_path, monkeypatch)
    dropped(tmp_path, monkeypatch, backend_that("import os; os.abort()"))
    said = lntx_says("verify", "--backend", "dropped", "--backend", wrong, "--json")
    assert said.code == 12


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import os; os.abort()", "its process ended by SIGABRT"),
        ("raise SystemExit", "it can't be loaded: SystemExit"),
        ("import time; time.sleep(600)", f"it took longer than {LIMIT_S} s"),
        ("def refuses(*_):\n    import os; os._exit(3)", "its process ended with exit code 3"),
    ],
)
def test_a_backend_that_breaks_when_it_is_loaded_costs_no_other_result(text, reason, tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "GRID", grid.GRID[:2])
    name = dropped(tmp_path, monkeypatch, text)
    said = lntx_says("verify", "--backend", name, "--backend", "numpy", "--limit", LIMIT_S, "--json")
    assert said.code == 2
    assert name in said.err
    assert all(row["reason"].startswith(reason) for row in said.json if row["backend"] == name)
    assert [row["ok"] for row in said.json if row["backend"] == "numpy"] == [True] * len(grid.GRID)


def test_the_backend_that_chooses_loads_nothing_of_a_strangers(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "GRID", grid.GRID[:2])
    dropped(tmp_path, monkeypatch, "import os; os.abort()")
    assert lntx_says("verify", "--backend", "auto").code == 0


def test_a_backend_that_always_dies_or_hangs_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "GRID", grid.GRID[:5])
    dropped(tmp_path, monkeypatch, "def prepare(*_):\n    import os; os._exit(7)", "dies")
    dropped(tmp_path, monkeypatch, "def prepare(*_):\n    import time; time.sleep(600)", "sleeps")
    rows = lntx_says("verify", "--backend", "dies", "--backend", "sleeps", "--limit", 2, "--json").json
    dies, sleeps = ([row["reason"] for row in rows if row["backend"] == name] for name in ("dies", "sleeps"))
    assert dies == ["its process ended with exit code 7"] * 3 + ["not tried: 3 processes ended"] * 2
    stopped = "it took longer than 2 s and was stopped"
    assert sleeps == [stopped] * 2 + ["not tried: 2 other cases took longer than 2 s"] * 3


def test_a_grandchild_that_holds_the_pipe_keeps_nobody_waiting(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "GRID", grid.GRID[:2])
    text = (
        "import os, subprocess, sys\n"
        "CODE = 'while True: print(chr(120) * 2**16)'\n"
        "def prepare(*_):\n"
        "    subprocess.Popen([sys.executable, '-c', CODE], start_new_session=True)\n"
        "    os._exit(7)\n"
    )
    name = dropped(tmp_path, monkeypatch, text)
    said = lntx_says("verify", "--backend", name, "--backend", "numpy", "--json")
    assert [row["ok"] for row in said.json] == [False, False, True, True]


@pytest.mark.parametrize("limit", [0, -1, "nan", "inf"])
def test_a_limit_that_is_none_is_refused(limit):
    said = lntx_says("verify", "--backend", "numpy", "--limit", limit)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "--limit must be a number of seconds above 0" in said.err


@pytest.mark.parametrize("name", ["numpi", "compiled:nothing", "numpy:*"])
def test_a_name_that_nobody_has_is_refused_before_anything_runs(name):
    said = lntx_says("verify", "--backend", "eager", "--backend", name)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
