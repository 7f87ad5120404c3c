"""The fused kernels where their shapes matter: beyond the caches, across blocks, and with samples left over."""

import numpy as np
import pytest

import lntx


@pytest.mark.parametrize(
    ("samples", "features", "outputs"),
    [(30_001, 100, 1), (9_003, 301, 2), (300_002, 10, 1), (70_003, 7, 3), (2051, 24, 1), (3, 25, 1), (5, 1, 2)],
)
def test_full_batch_takes_every_sample_once_in_every_layout(samples, features, outputs):
    problem = lntx.synthetic(samples=samples, features=features, outputs=outputs, noise=0.1)
    recipe = lntx.Recipe(lr=0.1, epochs=2, batch_size=None)
    fit = lntx.prepare(problem, recipe, "fused")()
    start = lntx.prepare(problem, recipe.but(lr=1e-30), "fused")()
    weights, bias = (value.double().numpy() for value in (start.weights, start.bias))
    X, Y = problem.X.astype(np.float64), problem.Y.astype(np.float64)
    for _ in range(recipe.epochs):
        residual = (X @ weights.T + bias - Y) * (2 / Y.size)
        weights, bias = weights - recipe.lr * residual.T @ X, bias - recipe.lr * residual.sum(0)
    assert np.abs(fit.weights.numpy() - weights).max() < 1e-5
    assert np.abs(fit.bias.numpy() - bias).max() < 1e-5
