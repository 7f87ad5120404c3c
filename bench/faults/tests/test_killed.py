"""What a machine forgets when it stops, and that the small studies that are killed are studies."""

import os
from random import Random

from lntx_faults.growth import Growth
from lntx_faults.killed import ledger, worker
from lntx_faults.killed.studies import Small, ended
from lntx_faults.parts import kills


def test_a_machine_keeps_what_was_synced_and_any_of_the_rest(tmp_path, monkeypatch):
    monkeypatch.setenv(ledger.VARIABLE, str(tmp_path / "ledger"))
    monkeypatch.setattr(os, "fsync", os.fsync)
    ledger.keep()
    seen = set()
    for seed in range(40):
        folder = tmp_path / str(seed)
        folder.mkdir()
        with (folder / "half").open("wb") as stream:
            stream.write(b"x" * 10)
            stream.flush()
            os.fsync(stream.fileno())
            stream.write(b"y" * 10)
        (folder / "never").write_bytes(b"z" * 10)
        ledger.forget(folder, tmp_path / "ledger", Random(seed))
        half = (folder / "half").read_bytes()
        assert half.startswith(b"x" * 10)
        assert not half[10:].strip(b"y\0")
        seen |= {len(half), (folder / "never").exists(), b"\0" in half}
    assert {True, False, 10, 20} <= seen
    assert len(seen & set(range(10, 21))) > 4


def test_made_up_times_are_always_the_same_and_each_cells_own():
    one, other = (cell for _, cell in worker.cells(2))
    first = worker.record("p[1]", one, "numpy", 0)
    assert first == worker.record("p[1]", one, "numpy", 0)
    others = worker.record("p[2]", other, "numpy", 0), worker.record("p[1]", one, "numpy", 1)
    assert len({record.rounds for record in (first, *others)}) == 3
    assert first.cell.backend == "numpy"


def test_a_small_study_is_made_and_killed_and_goes_on(tmp_path):
    usual_s, wanted = kills.undisturbed()
    assert len(wanted.records) == 6
    for kind in kills._KINDS:
        trial = kills.Trial(Small(tmp_path / "killed"), kind, 7, Random(7))
        assert trial.run(usual_s, wanted) is None, kind
        assert trial.kills


def test_a_driver_that_fails_is_told_of(tmp_path):
    small = Small(tmp_path)
    small.prepare()
    (small.temporary / "made-up.json").write_text("0", encoding="ascii")
    assert ended(small.start(), 60) == 2
    assert "there is nothing to measure" in small.said.read_text(encoding="utf-8")


def test_what_grows_is_told(tmp_path):
    growth = Growth(tmp_path)
    for number in range(40):
        growth.look(number)
    failures, words = growth.judged()
    assert failures == []
    assert "open files" in words
    for number, one in growth.seen.items():
        one["open files"] += number
    assert "open files grow" in growth.judged()[0][0]
