import math

import pytest

from lntx.record import Agreement, Cell, Checkpoint, Record

CELL = Cell("samples", "synthetic", "manual", "cpu", "float32", 2, 1000, 10, 1, 300, 5, "run")


def test_an_agreement_without_a_checkpoint_is_none():
    assert not Agreement((), "steps").ok


def test_one_checkpoint_that_fails_fails_the_whole_and_is_the_one_shown():
    agreement = Agreement((Checkpoint(1, 1e-9, 1e-6), Checkpoint(2, 2e-6, 1e-6), Checkpoint(3, 1e-6, 1.0)), "steps")
    assert not agreement.ok
    assert (agreement.error, agreement.tolerance) == (2e-6, 1e-6)


@pytest.mark.parametrize("error", [math.nan, math.inf])
def test_an_error_that_is_no_number_never_holds(error):
    agreement = Agreement((Checkpoint(1, error, 1.0), Checkpoint(2, 0.5, 1.0)), "steps")
    assert not agreement.ok
    assert agreement.worst.epoch == 1


def test_an_error_of_nothing_within_a_tolerance_of_nothing_holds():
    assert Agreement((Checkpoint(1, 0.0, 0.0),), "steps").ok


def test_a_cell_counts_a_last_smaller_batch_as_a_step():
    assert CELL.steps == 5 * 4


def test_cells_that_differ_have_different_keys():
    assert CELL.key == "samples/synthetic/manual/cpu-float32-t2/n1000-d10-o1-b300-e5/run"


def test_rounds_inside_a_process_are_not_replicates():
    record = Record("x", ((1.0, 1.0, 9.0), (3.0,), (2.0, 2.0)), CELL, timed_epochs=5)
    assert record.medians == (1.0, 3.0, 2.0)
    assert record.seconds == 2.0
    assert record.whole
