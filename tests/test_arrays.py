"""Arrays on disk: mapped, never copied, and refused in a line where they can't be a problem."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from support.commandline import lntx_says

import lntx
from lntx.errors import Disagreement, InputError
from lntx.training.boundary import Lent


@pytest.fixture
def files(tmp_path):
    def save(X, Y):
        np.save(tmp_path / "X.npy", X)
        np.save(tmp_path / "Y.npy", Y)
        return tmp_path / "X.npy", tmp_path / "Y.npy"

    return save


def made(samples=200, features=5, dtype=np.float32):
    X = np.random.default_rng(0).normal(size=(samples, features)).astype(dtype)
    return X, X @ np.arange(1, features + 1, dtype=dtype)


@pytest.mark.parametrize("features", [5, 40])
@pytest.mark.parametrize("backend", ["eager", "manual", "numpy", "fused", "composed", "spectral", "auto"])
def test_files_are_mapped_and_give_the_weights_of_the_arrays(files, backend, features):
    X, Y = made(features=features)
    problem = lntx.from_npy(*files(X, Y))
    assert problem.mapped
    recipe = lntx.Recipe(lr=0.1, epochs=20, batch_size=None)
    assert lntx.verify(problem, recipe, backend).ok
    inside, outside = (lntx.train(p, recipe, backend).weights for p in (problem, lntx.Problem(X, Y)))
    assert np.abs((inside - outside).numpy()).max() < 1e-5


def test_the_command_line_takes_two_files(files):
    X, Y = files(*made())
    said = lntx_says(
        "train", "--data", X, "--target", Y, "--lr", "auto", "--batch-size", "full", "--epochs", 200,
        "--backend", "spectral", "--json",
    )  # fmt: skip
    assert said.code == 0
    assert np.abs(np.array(said.json["weights"]) - [1, 2, 3, 4, 5]).max() < 1e-3
    assert said.json["agreement"]["ok"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: f[0].write_bytes(b""), "X.npy can't be read as .npy"),
        (lambda f: f[0].write_bytes(f[0].read_bytes()[:-100]), "X.npy can't be read as .npy"),
        (lambda f: f[0].unlink(), "can't read"),
        (lambda f: np.save(f[0], np.array([["a", "b"]])), "holds <U1, not real numbers"),
        (lambda f: np.save(f[0], np.array([[1, None]], object), allow_pickle=True), "can't be read as .npy"),
        (lambda f: np.save(f[1], np.ones(7)), "must be as many"),
        (lambda f: np.save(f[0], np.full((200, 5), np.nan)), "holds nan at row 0, column 0"),
    ],
)
def test_what_cannot_be_a_problem_is_one_line(files, spoil, words):
    X, Y = files(*made())
    spoil((X, Y))
    said = lntx_says("train", "--data", X, "--target", Y)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("extra", "words"),
    [(["--standardize"], "without a copy"), (["--target", "other"], "one other .npy file")],
)
def test_options_that_a_file_of_arrays_cannot_take_are_refused(files, extra, words):
    X, Y = files(*made())
    said = lntx_says("train", "--data", X, "--target", Y, *extra)
    assert said.code == 2
    assert words in said.err


def test_a_target_that_is_no_npy_file_is_refused(files):
    X, _ = files(*made())
    assert "--target Y.npy" in lntx_says("train", "--data", X, "--target", "y").err


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts a process's own memory apart from mapped files")
@pytest.mark.parametrize(("backend", "features"), [("fused", 10), ("spectral", 30)])
def test_a_file_larger_than_the_memory_limit_is_trained(tmp_path, backend, features):
    """RLIMIT_DATA bounds what a process allocates; a file that is mapped to be read doesn't count."""
    samples = 256 * 2**20 // 4 // features
    X = np.lib.format.open_memmap(tmp_path / "X.npy", "w+", np.float32, (samples, features))
    for start in range(0, samples, 2**16):
        X[start : start + 2**16] = np.random.default_rng(start).random((1, features), np.float32)
    X[:features] += np.eye(features, dtype=np.float32)
    np.save(tmp_path / "Y.npy", X[:, 0].copy())
    del X
    program = f"""
        import resource
        from pathlib import Path
        import numpy as np
        import lntx
        backend, recipe = {backend!r}, lntx.Recipe(lr=1e-3, epochs=2, batch_size=None)
        small = np.random.default_rng(0).random((20_000, {features}), np.float32)  # enough for the same kernels
        np.save("small.npy", small)
        small = lntx.from_npy("small.npy", "small.npy")
        lntx.train(lntx.Problem(small.X, small.Y[:, :1]), recipe, backend)  # compiles and warms up
        status = Path("/proc/self/status").read_text()
        held = 1024 * int(next(line for line in status.splitlines() if line.startswith("VmData")).split()[1])
        resource.setrlimit(resource.RLIMIT_DATA, (held + 128 * 2**20,) * 2)
        problem = lntx.from_npy("X.npy", "Y.npy")
        assert problem.X.nbytes > 1.9 * 128 * 2**20
        try:
            np.empty(problem.X.nbytes, np.uint8)
        except MemoryError:
            print("limited")
        fit = lntx.train(problem, recipe, backend)
        print("trained" if fit.finite and fit.losses[-1] < fit.losses[0] else fit.losses)
        print("agrees", lntx.verify(problem, recipe, backend).ok)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stdout.split("\n")[:3] == ["limited", "trained", "agrees True"], done.stderr[-2000:]


def replaced(file):
    np.save(file.with_name("new.npy"), made()[0] + 1)
    file.with_name("new.npy").replace(file)


def touched(file):
    os.utime(file, ns=(0, 0))


def written(file):
    with file.open("r+b") as stream:
        stream.seek(-4, os.SEEK_END)
        stream.write(b"\0\0\1\0")


RECIPE = lntx.Recipe(lr=0.1, epochs=20, batch_size=None)


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody remove a file that is mapped")
@pytest.mark.parametrize("happens", [os.remove, replaced])
def test_a_file_that_goes_while_it_is_mapped_is_still_trained_on(files, happens):
    X, Y = made()
    file, targets = files(X, Y)
    problem = lntx.from_npy(file, targets)
    lent = Lent.of(problem, RECIPE)
    happens(file)
    lent.check("numpy")
    assert lntx.verify(problem, RECIPE, "numpy").ok
    weights = lntx.train(problem, RECIPE, "numpy").weights
    assert np.abs((weights - lntx.train(lntx.Problem(X, Y), RECIPE, "numpy").weights).numpy()).max() < 1e-5


@pytest.mark.parametrize("happens", [touched, written])
def test_a_file_that_changes_while_it_is_trained_on_is_said_to_and_no_backend_is_blamed(files, happens):
    file, targets = files(*made())
    lent = Lent.of(lntx.from_npy(file, targets), RECIPE)
    happens(file)
    with pytest.raises(Disagreement, match=r"X\.npy was changed while backend numpy trained on it"):
        lent.check("numpy")


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody remove a file that is mapped")
def test_what_replaces_a_mapped_file_is_other_data(files):
    file, targets = files(*made())
    before = lntx.from_npy(file, targets)
    first = lntx.train(before, RECIPE, "spectral").weights
    replaced(file)
    second = lntx.train(lntx.from_npy(file, targets), RECIPE, "spectral")
    assert np.abs((first - second.weights).numpy()).max() > 0.1
    assert (lntx.train(before, RECIPE, "spectral").weights == first).all()


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody remove a file that is mapped")
def test_a_file_that_is_gone_before_anybody_looked_is_said_to_be(files):
    file, targets = files(*made())
    problem = lntx.from_npy(file, targets)
    file.unlink()
    with pytest.raises(InputError, match=r"can't read .*X\.npy: No such file"):
        lntx.verify(problem, RECIPE, "numpy")
