import json
import runpy

import pytest
import torch
from support import loops
from support.commandline import lntx_says
from torch import nn

import lntx
from lntx.measure.verification import loop_worker, turns
from lntx.training.loop.derived import foreach
from lntx.training.loop.file import load, names_loop


@pytest.fixture(autouse=True)
def _in_this_process(request, monkeypatch):
    """Where a test isn't about processes there is none: each would load torch."""
    if request.node.get_closest_marker("end_to_end"):
        return

    def drive(works, _limit_s, tell):
        for work in works:
            while work.open:
                left = list(work.open)
                loop_worker.verify(work.order(), lambda event, work=work: work.hear(json.loads(json.dumps(event))))
                assert work.open != left
            tell()

    monkeypatch.setattr(turns, "drive", drive)


def test_what_new_writes_runs_and_is_right(tmp_path):
    path = tmp_path / "ranking.py"
    said = lntx_says("new", path)
    assert said.code == 0
    assert f"lntx verify {path}" in said.out
    assert runpy.run_path(str(path))["__doc__"].strip().endswith(".")
    loop = load(path)
    assert loop.name == "ranking"
    assert loop.axes == {"width": 64, "batch_size": 32}
    assert loop.metric is not None
    said = lntx_says("verify", path, "--way", "eager", "--way", "fused", "--axis", "width=4", "--steps", 10)
    assert (said.code, said.err) == (0, "")
    assert "of 89 parameters under Adam" in said.out
    assert "Eager, as I wrote it" in said.out
    assert "agrees" in said.out


def test_new_leaves_what_is_there_alone(tmp_path):
    path = loops.written(tmp_path, text="kept")
    for name, words in (
        (path, "is there already"),
        (tmp_path / "a.txt", "no file of Python"),
        (tmp_path / "a-b.py", "can't be imported"),
    ):
        said = lntx_says("new", name)
        assert said.code == 2
        assert words in said.err
    assert path.read_text() == "kept"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_train_prints_losses_and_saves(tmp_path):
    path = loops.written(tmp_path, "def metric(model):\n    return 0.25\n")
    model = tmp_path / "model.safetensors"
    said = lntx_says("train", path, "--save", model)
    assert said.code == 0
    assert "planted: Sequential of 57 parameters under Adam, 4 steps an epoch" in said.out
    assert "metric     0.25" in said.out
    assert "it is the training that the first way is, held for 100 steps" in said.out
    assert said.err.endswith(f"saved to {model}; safetensors.torch.load_model reads it into the module\n")
    refused = lntx_says("predict", model, 1, 2)
    assert refused.code == 2
    assert "holds the weights of a loop, and no model of a table" in refused.err
    found = lntx_says(
        "train", path, "--way", "foreach", "--epochs", 3, "--axis", "width=4", "--no-verify", "--json"
    ).json
    assert found["way"] == "foreach"
    assert found["axis"] == {"width": 4, "rows": 8}
    assert (len(found["losses"]), found["steps"], found["metric"]) == (3, 12, 0.25)
    assert found["agreement"] is None


def test_a_wrong_way_is_12_and_nothing_is_saved(tmp_path):
    path = loops.written(tmp_path, loops.FASTER)
    said = lntx_says("verify", path, "--way", "eager", "--way", "faster", "--json", "--steps", 10)
    assert said.code == 12
    assert "faster" in said.err
    assert [row["ok"] for row in said.json] == [True, False]
    assert all(tensor["steps"] in {1, 10} for row in said.json for tensor in row["tensors"])
    assert "DISAGREES" in lntx_says("verify", path, "--way", "faster", "--steps", 10).out
    model = tmp_path / "model.safetensors"
    said = lntx_says("train", path, "--way", "faster", "--save", model)
    assert said.code == 12
    assert "nothing was saved" in said.err
    assert not model.exists()


def test_a_loop_is_chosen_by_name(tmp_path):
    path = loops.written(tmp_path, "other = lntx.Loop(start, batches)\nother.way(eager)\n")
    assert load(f"{path}:other").name == "planted:other"
    assert names_loop(f"{path}:other")
    assert not names_loop("results")


LINES = {
    "no loop": ("x = 1\n", "holds no loop"),
    "several": (loops.FILE + "other = lntx.Loop(start, batches)\n", "holds several loops (loop, other); choose one as"),
    "syntax": ("def start(:\n", "planted.py, line 1 fails when it is imported: SyntaxError"),
    "wrong loop": ("import lntx\n\nloop = lntx.Loop(3, list)\n", "planted.py, line 3: start must be a function, not 3"),
    "exits": ("raise SystemExit(3)\n", "planted.py, line 1 fails when it is imported: SystemExit: 3"),
    "neighbour missing": ("import a_neighbour_that_is_not\n", "No module named 'a_neighbour_that_is_not'"),
    "raises": ("\nraise ValueError('planted')\n", "planted.py, line 2 fails when it is imported: ValueError: planted"),
    "no way": (loops.FILE.partition("@loop.way")[0], "has no way"),
    "step raises": (loops.FILE.replace("loss.backward()", "loss.backwards()"), "(planted.py, line"),
    "unlike": (loops.FILE.replace("torch.manual_seed(1)", "pass"), "another tensor [0] in batch 0"),
    "unlike start": (loops.FILE.replace("torch.manual_seed(0)", "pass"), "0.weight differs from call to call"),
}


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("command", ["verify", "train"])
def test_a_file_that_can_not_be_is_one_line(tmp_path, name, command):
    text, words = LINES[name]
    said = lntx_says(command, loops.written(tmp_path, text=text))
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert words in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("verify", "nowhere.py"), "there is no file nowhere.py; lntx new nowhere.py writes an example"),
        (("train", "model.txt"), "is no file of Python"),
        (("train", "{}:none"), "holds no loop called 'none'; there are: loop"),
        (("train", "{}", "--lr", "0.1"), "--lr is for the linear model"),
        (("train", "{}", "--samples", "3"), "--samples is for the linear model"),
        (("verify", "{}", "--backend", "manual"), "--backend is for the linear model; --way NAME takes one"),
        (("train", "{}", "--backend", "manual"), "--backend is for the linear model; --way NAME takes one"),
        (("bench", "{}", "--backend", "manual"), "--backend is for the linear model; --way NAME takes one"),
        (("bench", "{}", "--data", "x.csv", "--target", "y"), "--data is for the linear model; a loop's file reads"),
        (("train", "--way", "eager"), "--way is for a loop of your own"),
        (("verify", "--steps", "3"), "--steps is for a loop of your own"),
        (("train", "{}", "--way", "eagre"), "did you mean eager?"),
        (("train", "{}", "--way", "cudagraph"), "a CUDA graph needs a CUDA device"),
        (("verify", "{}", "--way", "cudagraph"), "a CUDA graph needs a CUDA device"),
        (("train", "{}", "--axis", "height=3"), "no axis 'height'; there are: width, rows"),
        (("train", "{}", "--axis", "width=3,4"), "one value here"),
        (("train", "{}", "--dtype", "float16"), "dtype must be one of"),
        (("train", "{}", "--epochs", "0"), "epochs must be"),
    ],
)
def test_an_argument_that_can_not_be_is_one_line(tmp_path, arguments, words):
    path = loops.written(tmp_path)
    said = lntx_says(*(argument.format(path) for argument in arguments))
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert words in said.err


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is CUDA here")
def test_cuda_where_there_is_none_is_one_line(tmp_path):
    path = loops.written(tmp_path)
    for command in ("train", "verify"):
        said = lntx_says(command, path, "--device", "cuda")
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "use --device cpu" in said.err


def test_a_derived_way_that_fails_costs_no_other_its_result(tmp_path, monkeypatch):
    def failing(*_):
        raise RuntimeError("planted")

    monkeypatch.setattr(foreach, "finish", failing)
    said = lntx_says("verify", loops.written(tmp_path), "--way", "foreach", "--way", "fused", "--steps", 4, "--json")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert [row["ok"] for row in json.loads(said.out)] == [None, True]
    assert "planted" in said.json[0]["reason"]


ENDINGS = {  # what a way may do to its process, and what is said of it
    "aborts": ("import os; os.abort()", "its process ended by SIGABRT"),
    "faults": ("import ctypes; ctypes.string_at(0)", "its process ended by SIGSEGV"),
    "leaves": ("import os; os.write(2, b'farewell'); os._exit(0)", "its process ended with exit code 0: farewell"),
    "exits": ("raise SystemExit(3)", "way exits failed: SystemExit: 3 (planted.py, line"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "floods": ("while True: print('x' * 2**20)", "it took no step in 15 s and was stopped"),
    "hangs": ("import time; time.sleep(600)", "it took no step in 15 s and was stopped"),
}
DEED = """
@loop.way
def {name}(model, optimizer):
    right = eager(model, optimizer)
    def step(x, y):
        {deed}
        return right(x, y)
    return step
"""


@pytest.mark.end_to_end
def test_what_a_way_does_to_its_process_costs_its_own_line(tmp_path):
    path = loops.written(tmp_path, *(DEED.format(name=name, deed=deed) for name, (deed, _) in ENDINGS.items()))
    asked = [word for name in (*ENDINGS, "foreach") for word in ("--way", name)]
    said = lntx_says("verify", path, *asked, "--limit", 15, "--steps", 3, "--json")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert [row["way"] for row in said.json] == [*ENDINGS, "foreach"]
    assert said.json[-1]["ok"]
    for row, (_, reason) in zip(said.json, ENDINGS.values(), strict=False):
        assert row["ok"] is None
        assert row["reason"].startswith(reason)
        assert row["way"] in said.err


SPOILING = """
@loop.way
def {name}(model, optimizer):
    nn.functional.mse_loss = nn.functional.l1_loss
    return eager(model, optimizer)

@loop.way
def honest_{name}(model, optimizer):
    return eager(model, optimizer)
"""


@pytest.mark.end_to_end
def test_what_a_way_leaves_in_its_process_is_no_fault_of_anothers(tmp_path):
    path = loops.written(tmp_path, *(SPOILING.format(name=name) for name in ("one", "two")))
    ways = ("one", "honest_one", "two", "honest_two", "foreach")
    said = lntx_says("verify", path, *(word for way in ways for word in ("--way", way)), "--steps", 3, "--json")
    assert said.code == 12
    assert [(row["way"], row["ok"]) for row in said.json] == list(
        zip(ways, (False, True, False, True, True), strict=True)
    )


@pytest.mark.end_to_end
def test_without_the_first_way_there_is_nothing_to_hold_and_that_is_one_line(tmp_path):
    text = loops.FILE.replace("optimizer.step()", "import os; os.abort()")
    said = lntx_says("verify", loops.written(tmp_path, text=text), "--steps", 3)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "way eager, which all others are held against, failed: its process ended by SIGABRT" in said.err
    said = lntx_says("verify", loops.written(tmp_path, text="import os; os.abort()\n"))
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "planted.py can't be read: its process ended by SIGABRT" in said.err


def test_a_way_that_changes_what_the_first_way_uses_is_held_against_what_was_before(tmp_path):
    spoiling = """
    @loop.way
    def spoiling(model, optimizer):
        nn.functional.mse_loss = nn.functional.l1_loss
        return eager(model, optimizer)
    """
    right = nn.functional.mse_loss
    try:
        said = lntx_says("verify", loops.written(tmp_path, spoiling), "--way", "spoiling", "--steps", 3, "--json")
    finally:
        nn.functional.mse_loss = right
    assert said.code == 12
    assert [row["ok"] for row in said.json] == [False]


def test_a_way_of_the_files_own_that_fails_costs_its_own_line(tmp_path):
    broken = """
    @loop.way
    def broken(model, optimizer):
        raise ValueError("no such layer")
    """
    said = lntx_says(
        "verify", loops.written(tmp_path, broken), "--way", "broken", "--way", "eager", "--steps", 3, "--json"
    )
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "broken: way broken failed: ValueError: no such layer (planted.py, line" in said.err
    assert [row["ok"] for row in said.json] == [None, True]


@pytest.mark.end_to_end
def test_compiled_ways_agree(tmp_path):
    if lntx.backends()["compiled"].refuses(None, None, "cpu"):
        pytest.skip("no C++ compiler here")
    said = lntx_says("verify", loops.written(tmp_path), "--json")
    assert said.code == 0, said.err
    found = {row["way"]: row["ok"] for row in said.json}
    assert found == {
        "eager": True,
        "compiled": True,
        "compiled:step": True,
        "cudagraph": None,
        "ddp": None,
        "foreach": True,
        "fused": True,
    }


@pytest.mark.parametrize("name", ["", ".", "..", "/", "a.txt", "a", "a.py/"])
def test_new_refuses_what_names_no_file_of_python_in_a_line(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = lntx_says("new", name)
    assert (said.code, said.err.count("\n")) == ((2, 1) if name != "a.py/" else (0, 0))


def test_what_was_found_before_an_interrupt_is_shown_and_which_way_is_at_work_is_told(tmp_path, monkeypatch):
    path = loops.written(tmp_path)
    told = []

    def drive(works, _limit_s, _tell):
        def hear(event):
            works[0].hear(json.loads(json.dumps(event)))
            told.append(works[0].at)
            if works[0].decided > sum(bool(way.refusal) for way in works[0].ways.values()):
                raise KeyboardInterrupt

        told.append(works[0].at)
        loop_worker.verify(works[0].order(), hear)

    monkeypatch.setattr(turns, "drive", drive)
    said = lntx_says("verify", path, "--steps", 5)
    assert said.code == 130
    assert said.err == "lntx: interrupted\n"
    assert said.out.startswith("Before it was stopped, this was found.")
    assert "agrees" in said.out
    assert "faster  " not in said.out
    assert told[0] == f"loading torch and {path.name}"
    assert told[-1] == "eager on cpu, which the others are held against"
    said = lntx_says("verify", path, "--steps", 5, "--json")
    assert (said.code, said.out) == (130, "")
