"""The files of targets, in their quick mode: every target is measured, and what it takes is asked of pure functions."""

import json

import pytest
import torch

from lntx import report, storage
from lntx.errors import InputError, LntxError
from lntx.storage import targets as held
from lntx.targets import Scoreboard, Target
from lntx_peers import cli, targets
from lntx_peers.targets import cold_start, cuda, larger, memory, one_step

KEYS = {"T1", "T2", "T3", "T4", "T5", "T8", "T9", "T10", "T13"}
ON_CUDA = {"T6", "T7"}


@pytest.mark.parametrize("there", [False, True])
def test_every_target_has_a_file_and_those_of_a_device_count_where_it_is(monkeypatch, there):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: int(there))
    assert {key for keys in targets.chosen(()).values() for key in keys} == KEYS | (ON_CUDA if there else set())
    assert targets.chosen(("t6", "T7")) == {"cuda": ("T6", "T7")}


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is CUDA here")
def test_targets_of_a_device_that_is_missing_have_their_reason():
    found = cuda.play(cuda.KEYS, quick=True)
    assert {target.key for target in found.targets} == ON_CUDA
    assert all(target.verdict == "not measured" and "CUDA" in target.reason for target in found.targets)


def test_on_a_device_everybody_has_a_turn_and_a_share_counts_what_is_read_and_copied():
    found = cuda.play(cuda.KEYS, quick=True, device="cpu")
    assert all(record.agreement.ok for record in found.records)
    assert {record.cell.backend for record in found.records} == {"eager"}  # the others' kernels need a GPU
    fast = Target("T6", "", "triton", "", "times", "at least", 0.8, (0.25, 0.5))
    assert cuda._share(fast, 1.6).values == pytest.approx((0.4, 0.8))


def test_targets_are_chosen_by_name_in_their_order():
    assert targets.chosen(("t5", "T2")) == {
        "single_samples": ("T2",),
        "tutorial": ("T2",),
        "mini_batch": ("T5",),
    }
    assert targets.chosen(("T13",)) == {"full_batch": ("T13",), "tutorial": ("T13",)}


def test_an_unknown_target_is_refused_with_the_nearest_name(capsys, tmp_path):
    with pytest.raises(InputError, match="no target is called 'T22'; did you mean T2"):
        targets.chosen(("T22",))
    assert cli.run(["T22", "-o", str(tmp_path / "new")]) == 2
    assert "did you mean T2?" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("stem", ["tutorial", "single_samples", "full_batch", "one_step", "mini_batch"])
def test_quick_mode_measures_every_target_of_a_contest(stem):
    pytest.importorskip("jax")
    module = targets.module(stem)
    found = module.play(module.KEYS, quick=True)
    assert {target.key for target in found.targets} == set(module.KEYS)
    assert not found.absences
    for target in found.targets:
        if target.unit == "share" and target.reason:  # so little is read that the probe is disturbed
            continue
        assert len(target.values) == 2, target
        assert all(value > 0 for value in target.values)
        assert target.limit
    assert all(record.agreement.ok for record in found.records)


def test_a_share_of_the_bandwidth_counts_all_epochs_and_the_targets_too():
    slow = Target("T4", "", "fused", "", "times", "at least", 0.85, (0.25,))
    share = one_step._share(slow, 1.1)
    assert share.values == (pytest.approx(0.25 * one_step._EPOCHS * 1.1),)
    assert share.unit == "share"


def test_a_bandwidth_that_somebody_exceeds_was_none():
    fast = Target("T4", "", "fused", "", "times", "at least", 0.85, (0.9, 0.9), limit="reading X 1 GB/s")
    found = one_step._share(fast, 1.1)
    assert found.verdict == "not measured"
    assert "2.97 times as fast as the probe" in found.reason
    assert "reading X 1 GB/s" in found.reason


def test_memory_is_a_share_of_x_and_a_copy_is_called_one(monkeypatch):
    answers = {"x_bytes": 100_000_000, "way_in_bytes": 100_500_000.0, "added_bytes": 101_000_000.0, "ok": True}
    monkeypatch.setattr(memory, "answer", lambda *_, **__: answers)
    way_in, most = memory._targets("fused", 10, 10, 3)
    assert way_in.values == pytest.approx((1.005,) * 3)
    assert most.values == pytest.approx((1.01,) * 3)
    assert most.verdict == "missed"
    assert "copy of X" in most.limit
    answers |= {"pays": [2.0, 3.0]}
    way_in, most, paid = memory._targets("fused", 10, 10, 2)
    assert (way_in.verdict, most.verdict) == ("shown", "shown")
    assert (paid.verdict, paid.values) == ("met", (2.0, 3.0, 2.0, 3.0))
    del answers["pays"]
    answers |= {"way_in_bytes": 0.0, "added_bytes": 500_000.0}
    way_in, most = memory._targets("fused", 10, 10, 1)
    assert (way_in.verdict, most.verdict) == ("met", "met")
    assert "copy" not in most.limit


@pytest.mark.parametrize("answer", [{"x_bytes": 1, "ok": False}, {"x_bytes": 1, "ok": True}])
def test_memory_that_cannot_be_told_or_proved_is_no_number(monkeypatch, answer):
    monkeypatch.setattr(memory, "answer", lambda *_, **__: answer)
    assert [target.verdict for target in memory._targets("fused", 10, 10, 1)] == ["not measured"] * 2


def test_a_file_is_trained_from_the_disk_within_a_limit_and_proved():
    for target in larger.play(larger.KEYS, quick=True).targets:
        assert len(target.values) == 2, target.reason
        assert all(value > 0 for value in target.values)
        assert "67.1 MB may be taken for a file of 134 MB" in target.limit


def test_a_file_that_cannot_be_written_or_proved_is_no_number(monkeypatch):
    monkeypatch.setattr(larger, "answer", lambda *_: {"ok": False})
    assert larger._target("fused", 2**20, 1).reason == "its weights are not those of the reference"

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(larger, "_write", full)
    assert "No space left on device" in larger._target("fused", 2**20, 1).reason


def test_a_cold_start_is_what_comes_on_top_of_importing_torch_round_by_round():
    names = (cold_start._PYTHON, cold_start._NUMBA, cold_start._HELP, cold_start._IMPORT)
    times = dict.fromkeys(names, (0.1, 0.2)) | {
        cold_start._TORCH: (1.0, 2.0), cold_start._CACHED: (2.5, 3.0), cold_start._COLD: (5.0, 5.0),
        cold_start._KNOWN: (1.2, 2.2), cold_start._UNKNOWN: (2.0, 3.0),
    }  # fmt: skip
    found = {target.contestant: target for target in cold_start._targets(times, "")}
    assert found[cold_start._CACHED].values == (1.5, 1.0)
    assert [found[name].verdict for name in cold_start._ON_TOP_S] == ["missed", "shown", "met", "missed"]
    assert found[cold_start._HELP].values == (0.1, 0.2)
    assert all(target.verdict == "not measured" for target in cold_start._targets(times, "off"))


def test_a_session_from_the_command_line_to_the_report(tmp_path, capsys):
    """Fresh processes and all, for the targets that need them, and one contest."""
    pytest.importorskip("jax")
    out = tmp_path / "peers"
    assert cli.run(["--quick", "T2", "T8", "T9", "-o", str(out)]) == 0
    shown = capsys.readouterr()
    assert "T2, T8" not in shown.err
    board = held.read(out / "targets.json")
    assert {target.key for target in board.targets} == {"T2", "T8", "T9"}
    assert board.count("not measured") == 0, [target.reason for target in board.targets]
    assert board.about["mode"].startswith("quick")
    for target in board.targets:
        assert target.contestant in shown.out
    study = storage.read(out / "study.json")
    assert {record.cell.backend for record in study.records} == {
        "fused", "jax", "jax:unroll-2", "jax:unroll-4", "jax:unroll-5", "sklearn-sgd", "eager"
    }  # fmt: skip
    assert json.loads((out / "targets.json").read_text())["schema"] == 1
    found = report.render([study], tmp_path / "report", [board])
    text = found.markdown.read_text(encoding="utf-8")
    assert "T9" in text
    assert (tmp_path / "report" / "frames" / "targets.csv").is_file()


def test_weights_that_disagree_are_exit_code_12_and_a_part_that_fails_is_2(tmp_path, monkeypatch):
    wrong = Target("T9", "t", "c", "m", "s", "at most", 1.0, reason="the weights of c are not those of the reference")
    monkeypatch.setattr("lntx_peers.session.Session._part", lambda *_: (Scoreboard((wrong,)), storage.read(empty)))
    empty = tmp_path / "empty.json"
    empty.write_text('{"benchmarks": []}')
    assert cli.run(["T9", "-o", str(tmp_path)]) == 12

    def fails(*_):
        raise LntxError("it was killed")

    monkeypatch.setattr("lntx_peers.session.Session._part", fails)
    assert cli.run(["T9", "-o", str(tmp_path)]) == 2
