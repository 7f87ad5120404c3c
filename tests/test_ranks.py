"""Several ranks make one training: the reference's weights, whoever has which rows, and the same again from a snapshot."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lntx
from lntx.training.backends import find
from lntx.training.linear.parity.grid import GRID
from lntx.training.linear.ranks import gram, local, ownership, snapshots
from lntx.training.linear.ranks.group import Group, Lost
from lntx.training.linear.ranks.share import Share

COUNTS = (1, 2, 3, 4)


@pytest.mark.parametrize(
    "ranks", [pytest.param(count, marks=pytest.mark.end_to_end) if count > 2 else count for count in COUNTS]
)
@pytest.mark.parametrize("backend", ["distributed", "distributed-gram"])
def test_one_to_four_ranks_give_the_references_weights_over_the_whole_grid(backend, ranks):
    held = 0
    for case in GRID:
        problem = case.problem()
        if find(f"{backend}:{ranks}").refuses(problem, case.recipe, "cpu"):
            continue
        agreement = lntx.verify(problem, case.recipe, f"{backend}:{ranks}")
        assert agreement.ok, (case, agreement)
        held += 1
    assert held >= len(GRID) // 3


@pytest.mark.parametrize("samples", [1, 2, 3, 5])
@pytest.mark.parametrize("batch_size", [1, None])
def test_a_rank_that_has_no_rows_has_its_part_all_the_same(samples, batch_size):
    problem, recipe = lntx.synthetic(samples, 2), lntx.Recipe(lr=0.05, epochs=5, batch_size=batch_size, momentum=0.5)
    assert lntx.verify(problem, recipe, "distributed:4").ok
    assert lntx.verify(problem, recipe.but(batch_size=None), "distributed-gram:4").ok


@given(samples=st.integers(1, 60), batch=st.integers(1, 60), ranks=st.integers(1, 7), shuffled=st.booleans())
def test_each_row_is_one_ranks_and_no_rank_has_many_more_than_another(samples, batch, ranks, shuffled):
    batch = min(batch, samples)
    each = [ownership.rows(samples, batch, rank, ranks, shuffled=shuffled) for rank in range(ranks)]
    found = [np.arange(samples)[rows] for rows in each]
    assert sorted(np.concatenate(found)) == list(range(samples))
    batches = -(-samples // batch)
    assert max(map(len, found)) - min(map(len, found)) <= (1 if shuffled or batch == samples else batches)


@given(samples=st.integers(1, 60), batch=st.integers(1, 60), ranks=st.integers(1, 7), shuffle=st.booleans())
def test_the_ranks_parts_of_a_step_are_its_batch(samples, batch, ranks, shuffle):
    problem = lntx.Problem(np.arange(samples, dtype=np.float32)[:, None], np.zeros(samples, np.float32))
    recipe = lntx.Recipe(batch_size=min(batch, samples), shuffle=shuffle)
    for dtype in ("float32", "float64"):  # where rows lie, and as copies of a rank's own
        groups = [Group(rank, ranks, "cpu") for rank in range(ranks)]
        shares = [Share.of(problem, recipe.but(dtype=dtype), group, shared=True) for group in groups]
        order = recipe.order(3, samples)
        order = np.arange(samples) if order is None else order
        steps = list(zip(*(share.of_epoch(3) for share in shares), strict=True))
        assert len(steps) == len(recipe.batches(samples))
        for rows, parts in zip(recipe.batches(samples), steps, strict=True):
            assert {whole for whole, _, _ in parts} == {rows.stop - rows.start}
            assert sorted(torch.cat([x[:, 0] for _, x, _ in parts]).tolist()) == sorted(order[rows])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("batch_size", "shuffle"), [(None, False), (7, False), (7, True)])
def test_of_a_mapped_file_a_rank_reads_its_own_rows_alone(batch_size, shuffle, dtype, tmp_path):
    np.save(tmp_path / "X.npy", np.random.default_rng(0).standard_normal((60, 3)).astype(np.float32))
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    recipe = lntx.Recipe(batch_size=batch_size, shuffle=shuffle, dtype=dtype)
    for rank in range(3):
        # A file in which all other ranks' rows are no numbers gives the same parts.
        own = ownership.rows(60, batch_size or 60, rank, 3, shuffled=shuffle)
        others = np.full((60, 3), np.nan, np.float32)
        others[own] = mapped[own]
        np.save(tmp_path / f"{rank}.npy", others)
        problems = [lntx.Problem(mapped, np.zeros(60, np.float32))]
        problems.append(problems[0].lent(np.load(tmp_path / f"{rank}.npy", mmap_mode="r")))
        shares = [Share.of(problem, recipe, Group(rank, 3, "cpu"), shared=True) for problem in problems]
        parts = [torch.cat([x for _, x, _ in share.of_epoch(1)]) for share in shares]
        assert 0 < len(parts[0]) < 60
        assert torch.equal(*parts)


def test_a_mapped_problem_is_trained_and_proved(tmp_path):
    whole = lntx.synthetic(500, 6, noise=0.1)
    np.save(tmp_path / "X.npy", whole.X)
    problem = lntx.Problem(np.load(tmp_path / "X.npy", mmap_mode="r"), whole.Y)
    assert problem.mapped
    assert lntx.verify(problem, lntx.Recipe(lr=0.05, epochs=3, batch_size=64, shuffle=True), "distributed:3").ok
    assert lntx.verify(problem, lntx.Recipe(lr=0.05, epochs=30, batch_size=None), "distributed-gram:3").ok


@pytest.mark.parametrize(("features", "outputs"), [(1, 1), (5, 1), (4, 3)])
def test_the_gram_of_a_whole_training_is_one_sum_of_as_many_numbers_as_it_has(features, outputs):
    problem, recipe = lntx.synthetic(50, features, outputs), lntx.Recipe(lr=0.1, epochs=1000, batch_size=None)
    ranks = local.started(["cpu"] * 3)
    for group in ranks.groups:
        group.sums = group.numbers = 0
    assert lntx.verify(problem, recipe, "distributed-gram:3").ok
    (sums,), (numbers,) = {group.sums for group in ranks.groups}, {group.numbers for group in ranks.groups}
    width = features + 1
    assert numbers == sums * width * (width + outputs)
    before = sums
    lntx.prepare(problem, recipe, "distributed-gram:3")()
    assert [group.sums for group in ranks.groups] == [before + 1] * 3


def test_the_corner_of_the_grams_sum_is_the_number_of_samples():
    problem, recipe = lntx.synthetic(50, 4), lntx.Recipe(batch_size=None)
    ranks = local.started(["cpu"] * 3)
    found = ranks.run(lambda group: gram.total(Share.of(problem, recipe, group, shared=True), None))
    assert found[4, 4] == 50


RECIPES = [
    lntx.Recipe(lr=0.02, epochs=4, batch_size=7, log_every=1),
    lntx.Recipe(
        lr=0.02, epochs=4, batch_size=7, shuffle=True, momentum=0.9, dampening=0.3, weight_decay=0.1, dtype="float64"
    ),
    lntx.Recipe(lr=0.02, epochs=3, batch_size=1, momentum=0.9, nesterov=True, log_every=2),
    lntx.Recipe(lr=0.02, epochs=9, batch_size=None, momentum=0.5, log_every=3),
]


class Killed(BaseException):
    """Stands in for SIGKILL: nothing of lntx's catches it."""


def dying_after(writes, monkeypatch):
    """Let the training die as it is about to write one more snapshot."""
    write, left = snapshots.Snapshots.write, [writes]

    def dying(self, state):
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        write(self, state)

    monkeypatch.setattr(snapshots.Snapshots, "write", dying)


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
@pytest.mark.parametrize("ranks", [1, 3])
def test_a_training_goes_on_from_any_snapshot_to_the_same_bits(ranks, recipe, tmp_path):
    problem = lntx.synthetic(20, 3, 2, noise=0.1)
    whole = lntx.train(problem, recipe, f"distributed:{ranks}")
    steps = recipe.steps(20)
    for writes in sorted({1, 2, steps // 2, steps - 1, steps}):
        folder = tmp_path / str(writes)
        with pytest.MonkeyPatch.context() as patch, snapshots.keeping(folder, 0):
            dying_after(writes, patch)
            with pytest.raises(Killed):
                lntx.train(problem, recipe, f"distributed:{ranks}")
        with snapshots.keeping(folder, 1000) as kept:
            found = lntx.train(problem, recipe, f"distributed:{ranks}")
        assert kept.went_on
        assert torch.equal(found.weights, whole.weights)
        assert torch.equal(found.bias, whole.bias)
        assert found.epochs.tolist() == whole.epochs.tolist()
        assert torch.equal(found.losses, whole.losses)


def test_the_partial_gram_goes_on_to_the_same_bits(tmp_path, monkeypatch):
    monkeypatch.setattr(gram, "_AT_ONCE", 16)
    problem, recipe = lntx.synthetic(100, 3), lntx.Recipe(lr=0.1, epochs=50, batch_size=None)
    whole = lntx.train(problem, recipe, "distributed-gram:2")
    with pytest.MonkeyPatch.context() as patch, snapshots.keeping(tmp_path, 0):
        dying_after(3, patch)
        with pytest.raises(Killed):
            lntx.train(problem, recipe, "distributed-gram:2")
    with snapshots.keeping(tmp_path, 1000) as kept:
        found = lntx.train(problem, recipe, "distributed-gram:2")
    assert kept.went_on
    assert torch.equal(found.weights, whole.weights)


def test_a_snapshot_of_another_training_is_left_alone_and_a_damaged_one_is_named(tmp_path):
    problem, recipe = lntx.synthetic(20, 3), lntx.Recipe(lr=0.05, epochs=2)
    with snapshots.keeping(tmp_path, 0):
        lntx.train(problem, recipe, "distributed:2")
    (file,) = tmp_path.iterdir()
    with snapshots.keeping(tmp_path, 0) as kept:
        lntx.train(problem, recipe.but(lr=0.04), "distributed:2")
    assert not kept.went_on
    file.write_bytes(file.read_bytes()[:-3])
    with snapshots.keeping(tmp_path, 0), pytest.raises(lntx.InputError, match="is damaged; remove it"):
        lntx.train(problem, recipe, "distributed:2")


def test_a_rank_that_fails_keeps_no_other_waiting_and_the_next_training_has_new_ones():
    ranks = local.started(["cpu"] * 3)

    def failing(group):
        if group.rank == 2:
            raise ZeroDivisionError("its own")
        group.sum(torch.ones(3))

    with pytest.raises(ZeroDivisionError, match="its own"):
        ranks.run(failing)
    with pytest.raises(Lost):
        ranks.groups[0].sum(torch.ones(1))
    assert local.started(["cpu"] * 3) is not ranks
    assert lntx.verify(lntx.synthetic(20, 2), lntx.Recipe(lr=0.05, epochs=3), "distributed:3").ok


def test_what_diverges_does_so_on_all_ranks_at_once():
    recipe = lntx.Recipe(lr=1.0, epochs=60, batch_size=2, momentum=0.9, log_every=1)
    problem = lntx.synthetic(9, 3)
    run = find("distributed:3").prepare(problem, recipe.but(lr=1e6), "cpu")
    with pytest.raises(lntx.Diverged):
        run()
    assert lntx.verify(problem, recipe.but(lr=0.01), "distributed:3").ok


def test_threads_are_shared_among_ranks_and_are_the_callers_afterwards():
    before, seen = torch.get_num_threads(), []
    torch.set_num_threads(4)
    try:
        local.started(["cpu"] * 2).run(lambda _: seen.append(torch.get_num_threads()))
        assert (seen, torch.get_num_threads()) == ([2, 2], 4)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("said", "count"), [("3", 3), ("1", 1)])
def test_a_variable_says_how_many_ranks_there_are(said, count, monkeypatch):
    monkeypatch.setenv("LNTX_RANKS", said)
    seen = []
    monkeypatch.setattr(
        local, "_started", lambda places: seen.append(len(places)) or (_ for _ in ()).throw(Lost("seen"))
    )
    monkeypatch.setattr(local, "_kept", {})
    with pytest.raises(Lost, match="seen"):
        find("distributed").prepare(lntx.tutorial(), lntx.Recipe(), "cpu")
    assert seen == [count]


@pytest.mark.parametrize("said", ["0", "-1", "two", "1e3", "999999"])
def test_a_number_of_ranks_that_is_none_is_refused(said, monkeypatch):
    monkeypatch.setenv("LNTX_RANKS", said)
    with pytest.raises(lntx.Refused, match="LNTX_RANKS must be a number of ranks"):
        lntx.train(lntx.tutorial(), lntx.Recipe(epochs=1), "distributed")
