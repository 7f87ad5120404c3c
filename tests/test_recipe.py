import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lntx


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"lr": 0.0}, "lr must be a finite number above 0"),
        ({"lr": float("nan")}, "lr must be a finite number above 0"),
        ({"lr": float("inf")}, "lr must be a finite number above 0"),
        ({"epochs": 0}, "epochs must be a whole number, 1 or more"),
        ({"epochs": 2.5}, "epochs must be a whole number, 1 or more"),
        ({"epochs": True}, "epochs must be a whole number, 1 or more"),
        ({"batch_size": 0}, "batch_size must be a whole number, 1 or more"),
        ({"seed": 2**63}, "seed must be below 2 to the 63rd"),
        ({"seed": -1}, "seed must be a whole number, 0 or more"),
        ({"log_every": -1}, "log_every must be a whole number, 0 or more"),
        ({"momentum": 1.0}, "momentum must be at least 0 and below 1"),
        ({"momentum": -0.1}, "momentum must be at least 0 and below 1"),
        ({"dampening": 1.5}, "dampening must be at least 0 and at most 1"),
        ({"weight_decay": -1.0}, "weight_decay must be at least 0"),
        ({"nesterov": True}, "nesterov needs a momentum above 0"),
        ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "and no dampening"),
        ({"dtype": "float16"}, "dtype must be one of float32, float64"),
    ],
)
def test_what_cannot_be_a_training_is_refused_in_words(values, says):
    with pytest.raises(lntx.InputError, match=says):
        lntx.Recipe(**values)


def test_a_batch_larger_than_the_samples_is_refused_and_names_full_batch():
    with pytest.raises(lntx.InputError, match="larger than the 10 samples; use batch_size=None"):
        lntx.Recipe(batch_size=11).rows(10)


@given(samples=st.integers(1, 200), rows=st.integers(1, 200))
def test_batches_cover_every_sample_once_and_only_the_last_is_smaller(samples, rows):
    rows = min(rows, samples)
    batches = lntx.Recipe(batch_size=rows, epochs=3).batches(samples)
    assert [i for batch in batches for i in range(samples)[batch]] == list(range(samples))
    assert all(batch.stop - batch.start == rows for batch in batches[:-1])
    assert lntx.Recipe(batch_size=rows, epochs=3).steps(samples) == 3 * len(batches)


def test_an_epochs_order_follows_from_seed_and_epoch_alone():
    recipe = lntx.Recipe(shuffle=True, seed=7)
    later = recipe.order(5, 50)
    assert sorted(later) == list(range(50))
    assert np.array_equal(later, lntx.Recipe(shuffle=True, seed=7, lr=0.1).order(5, 50))
    assert not np.array_equal(later, recipe.order(6, 50))
    assert not np.array_equal(later, recipe.but(seed=8).order(5, 50))


def test_a_sequential_or_full_batch_has_no_order():
    assert lntx.Recipe().order(0, 50) is None
    assert lntx.Recipe(shuffle=True, batch_size=None).order(0, 50) is None


@given(epochs=st.integers(1, 300), log_every=st.integers(0, 400))
def test_segments_join_to_all_epochs_and_end_where_the_history_has_entries(epochs, log_every):
    segments = list(lntx.Recipe(epochs=epochs, log_every=log_every).segments())
    assert [epoch for segment in segments for epoch in segment] == list(range(epochs))
    assert all(log_every and segment.stop % log_every == 0 for segment in segments[:-1])
