import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
import typer
from safetensors.numpy import save_file
from support.commandline import Said, lntx_says

import lntx
from lntx.cli import entered
from lntx.errors import exhausted

QUICK = ("--epochs", "1", "--backend", "numpy")

RECIPES = {
    "no epochs": (("--epochs", "0"), "epochs must be a whole number, 1 or more"),
    "negative epochs": (("--epochs", "-3"), "epochs must be"),
    "epochs in words": (("--epochs", "many"), "--epochs"),
    "no learning rate": (("--lr", "0"), "lr must be a finite number above 0"),
    "a negative learning rate": (("--lr", "-0.1"), "lr must be"),
    "a learning rate that is no number": (("--lr", "nan"), "lr must be"),
    "an infinite learning rate": (("--lr", "inf"), "lr must be"),
    "a learning rate in words": (("--lr", "fast"), "--lr must be a number or auto"),
    "no batch size": (("--batch-size", "0"), "batch_size must be"),
    "a batch size in words": (("--batch-size", "some"), "--batch-size must be a whole number or full"),
    "a batch larger than the samples": (("--batch-size", "101"), "--batch-size full"),
    "a momentum of one": (("--momentum", "1"), "momentum must be"),
    "Nesterov without momentum": (("--nesterov",), "nesterov needs a momentum"),
    "an unknown dtype": (("--dtype", "float16"), "dtype must be one of float32, float64"),
    "a negative seed": (("--seed", "-1"), "seed must be"),
    "no samples": (("--samples", "0"), "samples must be 1 or more"),
    "no features": (("--features", "0"), "features must be 1 or more"),
    "no outputs": (("--outputs", "0"), "outputs must be 1 or more"),
    "negative noise": (("--noise", "-1"), "noise must be"),
    "noise that is no number": (("--noise", "nan"), "noise must be"),
    "a synthetic tutorial": (("--features", "3", "--as-published"), "choose one"),
    "a table's tutorial": (("--data", "t.csv", "--target", "y", "--one-weight"), "choose one"),
    "a synthetic table": (("--data", "t.csv", "--target", "y", "--samples", "3"), "choose one"),
    "a table without a target": (("--data", "t.csv"), "--target COL"),
    "a target without a table": (("--target", "y"), "--data FILE"),
    "standardising without a table": (("--standardize",), "--data FILE"),
    "an unknown backend": (("--backend", "manul"), "did you mean manual?"),
    "more epochs than can be told apart": (("--epochs", 10**20), "epochs must be at most 9007199254740992"),
    "a device that is missing": (("--device", "cuda:99"), "cuda:99"),
    "an unknown device": (("--device", "abacus"), "device must be cpu, cuda or cuda:N"),
    "a backend on another's device": (("--device", "cuda"), "cuda"),
    "a recipe that must diverge": (("--lr", "10"), "the largest stable learning rate for this data is"),
    "an unknown option": (("--epoch", "1"), "--epochs"),
    "an argument too many": (("surplus",), "surplus"),
}

TABLES = {
    "empty": ("", "is empty"),
    "only a header": ("a,y\n", "no rows"),
    "without the target": ("a,b\n1,2\n", "has no column 'y'; it has a, b"),
    "with the target alone": ("y\n1\n", "no column besides the target"),
    "with text": ("a,y\n1,2\nred,3\n", "row 3, column 'a' holds 'red'"),
    "with a gap": ("a,y\n1,2\n3,\n", "row 3, column 'y' holds a gap"),
    "with NaN": ("a,y\nnan,2\n3,4\n", "row 2, column 'a'"),
    "with too many digits": ("a,y\n1,9007199254740993\n3,4\n", "column 'y' holds 9007199254740993"),
    "with times that float32 can't tell apart": ("a,y\n1700000001,2\n1700000002,3\n", "column 'a' varies by"),
    "without a header": ("1,2\n3,4\n", "has no column 'y'; it has 0, 1; its first row is numbers"),
    "with infinity": ("a,y\n1,2\n3,inf\n", "row 3, column 'y'"),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(here: Path, *arguments, wanted: str = ""):
    """Run, and demand exit code 2, one line on stderr, nothing on stdout, and nothing written."""
    before = sorted(here.rglob("*"))
    said = lntx_says(*arguments)
    assert said.code == 2, said
    assert said.out == ""
    assert said.err.startswith("lntx: ")
    assert said.err.count("\n") == 1
    assert wanted in said.err
    assert sorted(here.rglob("*")) == before
    return said


@pytest.mark.parametrize("case", RECIPES)
def test_training_refuses(case, here):
    options, wanted = RECIPES[case]
    quick = [part for pair in zip(QUICK[::2], QUICK[1::2], strict=True) if pair[0] not in options for part in pair]
    refused(here, "train", *quick, *options, "--save", "m.safetensors", "--json", wanted=wanted)


@pytest.mark.parametrize("case", TABLES)
def test_training_refuses_a_table(case, here):
    text, wanted = TABLES[case]
    (here / "t.csv").write_text(text)
    refused(here, "train", "--data", "t.csv", "--target", "y", "--save", "m.safetensors", wanted=wanted)


@pytest.mark.parametrize("name", ["missing.csv", "table.xlsx", "damaged.parquet", "damaged.npz"])
def test_training_refuses_a_file_that_is_no_table(name, here):
    if not name.startswith("missing"):
        (here / name).write_bytes(b"nonsense")
    refused(here, "train", "--data", name, "--target", "y", wanted=name)


@pytest.mark.parametrize("target", ["", "file/model.safetensors"])
def test_training_refuses_before_it_starts_where_the_model_cant_be_written(target, here):
    (here / "file").touch()
    refused(here, "train", "--epochs", 10**6, "--save", here / target, wanted="can't write")


def test_predicting_refuses_what_is_no_model(here):
    (here / "noise.safetensors").write_bytes(os.urandom(99))
    (here / "short.safetensors").write_bytes(b"\x08")
    save_file({"weight": np.ones((1, 3))}, here / "strange.safetensors")
    for name in ("noise", "short", "strange", "missing"):
        refused(here, "predict", f"{name}.safetensors", 1, 1, 1, wanted=f"{name}.safetensors")
    refused(here, "predict", here, 1, 1, 1, wanted=str(here))


def test_predicting_refuses_what_a_model_cant_take(here):
    assert lntx_says("train", *QUICK, "--save", "m.safetensors").code == 0
    (here / "x.csv").write_text("a,b\n1,2\n")
    refused(here, "predict", "m.safetensors", 1, 1, wanted="3 values")
    refused(here, "predict", "m.safetensors", 1, "nan", 1, wanted="x2' holds a gap")
    refused(here, "predict", "m.safetensors", 1, "one", 1, wanted="'one', not a finite number")
    refused(here, "predict", "m.safetensors", 1, 1, 1, "--jsn", wanted="'--jsn' is neither")
    refused(here, "predict", "m.safetensors", wanted="--data FILE")
    refused(here, "predict", "m.safetensors", 1, 1, 1, "--data", "x.csv", wanted="either")
    refused(here, "predict", "m.safetensors", "--data", "x.csv", wanted="2 columns")
    (here / "x.csv").write_text("0,1,2\n3,4,5\n")
    refused(here, "predict", "m.safetensors", "--data", "x.csv", wanted="may be a header or a sample")
    np.savez(here / "x.npz", a=np.ones(2), b=np.ones(2), c=np.zeros(2, "M8[s]"))
    refused(here, "predict", "m.safetensors", "--data", "x.npz", wanted="column 'c' holds dates")


def test_a_column_that_never_changes_but_for_rounding_cannot_be_standardised(here):
    (here / "t.csv").write_text("a,b,y\n" + "".join(f"0.1,{i},{i * i}\n" for i in range(7)))
    refused(
        here,
        "train",
        "--data",
        "t.csv",
        "--target",
        "y",
        "--standardize",
        "--save",
        "m.safetensors",
        wanted="column 'a'",
    )


def test_backends_and_verify_refuse_unknown_names(here):
    refused(here, "verify", "--backend", "torchscirpt", wanted="did you mean torchscript?")
    refused(here, "verify", "--device", "cuda:99", wanted="cuda:99")
    refused(here, "nothing", wanted="nothing")


def test_a_mistake_reaches_the_shell_as_one_line_and_an_exit_code():
    command = [sys.executable, "-m", "lntx", "train", "--epochs", "0", "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "lntx: epochs must be a whole number, 1 or more, not 0\n"


def test_an_interrupt_is_one_line_and_exit_code_130(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setitem(vars(lntx), "train", interrupted)
    said = lntx_says("train")
    assert (said.code, said.out, said.err) == (130, "", "lntx: interrupted\n")


def test_a_bug_keeps_its_traceback(monkeypatch):
    monkeypatch.setitem(vars(lntx), "train", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lntx_says("train")


def test_a_working_directory_that_is_gone_is_one_line(here, monkeypatch):
    (here / "gone").mkdir()
    monkeypatch.chdir(here / "gone")
    (here / "gone").rmdir()
    try:
        for command in (("gate", "HEAD"), ("train",), ("bench",), ("--help",)):
            said = lntx_says(*command)
            assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
            assert "the working directory can't be used (No such file or directory)" in said.err
    finally:
        os.chdir(here)


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (
            OSError(24, "Too many open files"),
            "too many open files: let this process have more of them (ulimit -n 1024)",
        ),
        (OSError(28, "No space left on device", "model"), "model: No space left on device"),
        (OSError(36, "File name too long", "a", None, "b"), "a, b: File name too long"),
        (PermissionError(13, "Permission denied"), "the system says: Permission denied"),
    ],
)
def test_what_the_system_refuses_is_one_line(monkeypatch, error, wanted):
    def refusing(*_, **__):
        raise error

    monkeypatch.setitem(vars(lntx), "train", refusing)
    assert lntx_says("train") == Said(2, "", f"lntx: {wanted}\n")


@pytest.mark.parametrize("library", ["numpy", "torch", "pyarrow"])
def test_memory_that_cannot_be_had_is_said_in_one_line(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    app = typer.Typer()

    @app.command()
    def greedy() -> None:
        if library == "numpy":
            np.empty(2**56)
        elif library == "torch":
            torch.empty(2**56)
        else:
            pa.allocate_buffer(2**59)

    assert entered(app, "greedy", []) == 2
    said = capsys.readouterr().err
    assert "the memory was exhausted" in said
    assert "ask for less at once" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("words", ["an index is out of range", "the address is already in use"])
def test_what_else_goes_wrong_in_torch_is_not_taken_for_memory(words: str) -> None:
    assert not exhausted(RuntimeError(words))
    assert exhausted(MemoryError())
