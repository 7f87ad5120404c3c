"""`lntx bench FILE.py`: a study of a loop of one's own, with real processes."""

import pytest
from support.commandline import lntx_says

from lntx import storage

pytestmark = pytest.mark.end_to_end

LOOP = '''
import torch
from torch import nn
import lntx

def start(width=8):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, width), nn.Tanh(), nn.Linear(width, 1))
    return model, torch.optim.Adam(model.parameters(), lr=1e-3)

def batches(batch_size=8):
    x = torch.randn(64, 3, generator=torch.Generator().manual_seed(1))
    return list(zip(x.split(batch_size), x.sum(1, keepdim=True).split(batch_size)))

loop = lntx.Loop(start, batches, epochs=5)

@loop.way
def plain(model, optimizer):
    """Plain, as I wrote it."""
    def step(x, y):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()
    return step
'''
WRONG = '''
@loop.way
def hasty(model, optimizer):
    """Hasty: another learning rate."""
    optimizer.param_groups[0]["lr"] *= 1.001
    return plain(model, optimizer)
'''
RAISES = '''
@loop.way
def broken(model, optimizer):
    """Broken: it raises."""
    raise ValueError("no such layer")
'''


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """Write a loop's file, and measure it; what was said, and the study."""
    monkeypatch.chdir(tmp_path)

    def bench(text, *options, file="mine.py"):
        (tmp_path / "mine.py").write_text(text)
        said = lntx_says("bench", file, "--profile", "smoke", *options, "-o", "out")
        path = tmp_path / "out" / "study.json"
        return said, storage.read(path) if path.exists() else None

    return bench


def test_every_way_is_timed_cold_and_steady_and_proved(bench, tmp_path):
    said, study = bench(LOOP, "--way", "foreach")
    assert said.code == 0, said.err
    found = {(record.cell.backend, record.cell.phase): record for record in study.records}
    assert found.keys() == {("plain", "first"), ("plain", "run"), ("foreach", "first"), ("foreach", "run")}
    for record in found.values():
        cell = record.cell
        assert (cell.suite, cell.problem, cell.model, cell.optimizer) == ("mine", "mine", "Sequential", "Adam")
        assert (cell.parameters, cell.samples, cell.batch_size, cell.epochs) == (41, 64, 8, 5)
        assert record.agreement.ok
        assert record.agreement.tensors
        assert record.baseline == "plain"
        assert record.counters["steps_per_epoch"] == 8
    steady = found["plain", "run"]
    assert steady.label == "Plain, as I wrote it"
    assert steady.timed_steps
    assert steady.name == "mine.py::test_epoch[mine-plain-cpu]"
    assert 0 < steady.counters["share_python"] < 1
    assert "lntx bench mine.py" in study.about["command"]
    assert str(tmp_path) not in (tmp_path / "out" / "study.json").read_text()
    assert "cudagraph" not in {record.cell.backend for record in study.records}
    said = lntx_says("report", "out")
    assert said.code == 0, said.err
    assert "the weights agree" in said.out
    assert (tmp_path / "out" / "report" / "report.html").exists()


def test_along_an_axis_each_value_is_a_point(bench):
    said, study = bench(LOOP, "--way", "foreach", "--axis", "width=4,8")
    assert said.code == 0, said.err
    steady = [record.cell for record in study.records if record.cell.phase == "run"]
    assert sorted({(cell.axis, cell.value, cell.parameters) for cell in steady}) == [("width", 4, 21), ("width", 8, 41)]
    assert {record.cell.value for record in study.records if record.cell.phase == "first"} == {4}


def test_a_way_that_disagrees_or_raises_costs_the_others_nothing(bench):
    said, study = bench(LOOP + WRONG + RAISES, "--way", "hasty", "--way", "broken")
    assert said.code == 12
    assert {record.cell.backend for record in study.records} == {"plain"}
    gone = {absence.cell.backend: absence for absence in study.absences}
    assert gone["hasty"].kind == "disagrees"
    assert "where rounding explains" in gone["hasty"].reason
    assert gone["broken"].kind == "failed"
    assert "no such layer" in gone["broken"].reason


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("x = 1\n", (), "mine.py holds no loop"),
        (LOOP + "\nother = lntx.Loop(start, batches)\n", (), "mine.py holds several loops"),
        (LOOP, ("--way", "foreech"), "mine has no way called 'foreech'; did you mean foreach?"),
        (LOOP, ("--axis", "depth=2"), "the loop has no axis 'depth'; there are: width, batch_size"),
        (LOOP, ("--axis", "width=two"), "width is a whole number, not 'two'"),
        (LOOP.replace("torch.manual_seed(0)", "torch.seed()"), (), "0.weight differs from call to call"),
        ("import nothing_of_that_name\n", (), "nothing_of_that_name"),
    ],
)
def test_what_cant_be_measured_is_said_in_a_line_and_nothing_is_written(bench, text, options, says):
    said, study = bench(text, *options)
    assert (said.code, said.out, study) == (2, "", None)
    assert says in said.err.splitlines()[-1]


def test_a_suite_measures_a_loop_too_and_its_cold_start_first(bench, tmp_path):
    suite = LOOP + (
        "\nAXIS = lntx.Axis('batch_size', (8, 16))\n"
        "def test_train(measure, batch_size):\n    measure(loop, batch_size=batch_size)\n"
        "def test_first(measure):\n    measure.first(loop)\n"
    )
    (tmp_path / "test_mine.py").write_text(suite)
    said, study = bench(LOOP, "--way", "foreach", file="test_mine.py")
    assert said.code == 0, said.err
    points = sorted((record.cell.phase, record.cell.backend, record.cell.value) for record in study.records)
    assert points == [
        *(("first", way, 8) for way in ("foreach", "plain")),
        *(("run", way, size) for way in ("foreach", "plain") for size in (8, 16)),
    ]
    assert {record.cell.suite for record in study.records} == {"mine"}
