import numpy as np
import pytest
import torch

import lntx


def test_the_tutorial_has_one_output_and_inputs_that_are_stable_at_its_learning_rate():
    problem = lntx.tutorial()
    assert (problem.samples, problem.features, problem.outputs) == (100, 3, 1)
    assert problem.weights.tolist() == [[1.3, 2.9, 3.7]]
    assert problem.X.min() >= 1
    assert problem.X.max() <= 20
    assert 2 * 5e-4 * 3 * 20**2 < 2  # every draw there could be
    assert np.allclose(problem.Y, problem.X @ problem.weights.T)


def test_the_tutorial_as_published_broadcasts_its_target_over_three_outputs():
    problem = lntx.tutorial(as_published=True)
    assert (problem.outputs, int(problem.X.max())) == (3, 50)
    assert np.array_equal(problem.Y[:, 0], problem.Y[:, 2])
    assert problem.weights.shape == (3, 3)


def test_the_one_weight_variant_has_one_feature():
    assert lntx.tutorial(one_weight=True).weights.tolist() == [[1.3]]


def test_seeds_draw_problems_that_can_be_drawn_again():
    assert np.array_equal(lntx.tutorial(seed=3).X, lntx.tutorial(seed=3).X)
    assert not np.array_equal(lntx.tutorial(seed=3).X, lntx.tutorial(seed=4).X)
    assert np.array_equal(lntx.synthetic(seed=3).Y, lntx.synthetic(seed=3).Y)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_synthetic_problem_has_the_sizes_and_the_dtype_asked_for(dtype):
    problem = lntx.synthetic(50, 7, 2, dtype=dtype)
    assert (problem.X.shape, problem.Y.shape, problem.dtype) == ((50, 7), (50, 2), dtype)
    assert problem.X.dtype == problem.Y.dtype == np.dtype(dtype)
    assert np.mean(np.sum(problem.X**2, axis=1)) == pytest.approx(1, rel=0.3)


def test_noise_leaves_its_deviation_as_the_loss_of_the_true_weights():
    problem = lntx.synthetic(20_000, 3, noise=0.5)
    assert problem.loss(problem.weights, problem.bias) == pytest.approx(0.25, rel=0.05)


def test_arrays_and_tensors_of_a_float_dtype_are_not_copied():
    array, tensor = np.ones((4, 2)), torch.ones(4, 2)
    assert np.shares_memory(lntx.Problem(array, np.ones(4)).X, array)
    assert lntx.Problem(tensor, torch.ones(4)).X.ctypes.data == tensor.data_ptr()
    assert lntx.Problem(torch.ones(4, 2, requires_grad=True), torch.ones(4)).Y.shape == (4, 1)


def test_lists_and_whole_numbers_become_float32():
    assert lntx.Problem([[1, 2], [3, 4]], [1, 2]).dtype == "float32"


def test_a_head_keeps_everything_but_the_later_samples():
    problem = lntx.synthetic(30, 2)
    head = problem.head(4)
    assert np.array_equal(head.X, problem.X[:4])
    assert (head.name, head.weights is not None, head.samples) == (problem.name, True, 4)


@pytest.mark.parametrize(
    ("X", "Y", "says"),
    [
        (np.ones((3, 2)), np.ones(4), "X has 3 samples and Y has 4"),
        (np.ones(3), np.ones(3), "samples x features"),
        (np.ones((3, 2, 1)), np.ones(3), "samples x features"),
        (np.ones((0, 2)), np.ones(0), "a problem needs samples, features and outputs"),
        (np.ones((3, 0)), np.ones(3), "a problem needs samples, features and outputs"),
        (np.array([[1.0], [np.nan]]), np.ones(2), "X holds nan at row 1, column 0"),
        (np.ones((2, 1)), np.array([1.0, np.inf]), "Y holds inf at row 1, column 0"),
        (np.array([["a"], ["b"]]), np.ones(2), "X is not an array of numbers"),
    ],
)
def test_data_that_cannot_be_learned_from_is_refused_in_words(X, Y, says):
    with pytest.raises(lntx.InputError, match=says):
        lntx.Problem(X, Y)


def test_a_synthetic_problem_beyond_all_memory_is_refused():
    with pytest.raises(lntx.InputError, match="don't fit in the memory"):
        lntx.synthetic(samples=10**14)


@pytest.mark.parametrize("size", [{"samples": 0}, {"features": 0}, {"outputs": -1}, {"noise": -1.0}, {"dtype": "half"}])
def test_a_synthetic_problem_of_no_size_is_refused(size):
    with pytest.raises(lntx.InputError, match=next(iter(size))):
        lntx.synthetic(**size)
