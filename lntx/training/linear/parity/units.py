"""The proof of what a standardised table's training hands back: the weights in the table's own units.

The reference proves the weights as they were trained, on (value - mean) / deviation. What is returned and saved is W and
b in the table's own units. Both must predict the same for every sample of the table, but for rounding in float64.
"""

import numpy as np

from lntx.record import Checkpoint
from lntx.training.fit import Fit
from lntx.training.linear.data.conversion import Array, blocks
from lntx.training.linear.data.scaling import Scaling
from lntx.training.linear.problem import Problem

_U = float(np.finfo(np.float64).eps) / 2
_MORE = 6  # roundings besides those of a sum over the features: of units, means and the bias


def own_units(problem: Problem, fit: Fit) -> Checkpoint | None:
    """Hold a fit's weights in the table's own units against those that were trained; None where none were brought back.

    The error is the largest distance between two predictions for one sample of the table, in deviations of the target,
    the tolerance what rounding may come to, both of the output that uses up most of its tolerance.
    """
    if problem.scaling is None or fit.trained is None:
        return None
    apart, allowed = np.zeros(problem.outputs), np.zeros(problem.outputs)
    for block in blocks(problem.X):
        distance, bound = _compared(problem.scaling, problem.X[block].astype(np.float64), fit, fit.trained)
        apart, allowed = np.fmax(apart, distance), np.fmax(allowed, bound)
    scale = problem.scaling.y_scale
    epoch = float(fit.epochs[-1]) if len(fit.epochs) else 0.0
    points = [Checkpoint(epoch, float(e), float(t)) for e, t in zip(apart / scale, allowed / scale, strict=True)]
    return max(points, key=lambda point: point.share)


def _compared(scaling: Scaling, X: Array, own: Fit, trained: Fit) -> tuple[Array, Array]:
    """Compare predictions in the table's units: how far they are apart at most, and may be, one number an output.

    Rounding, to first order, with d features: x, brought back from X, is off by u (|X s| + |x|), W by 2 u on X s alone (b was
    formed with the same W), b and each of the two sums by (d + 3) u of what is added up. All together stays below
    (d + 6) u times the sum of the sizes (Higham 2002, section 3.1).
    """
    W, b = own.weights.double().numpy(), own.bias.double().numpy()
    w, c = trained.weights.double().numpy(), trained.bias.double().numpy()
    spread = X * scaling.x_scale
    x = spread + scaling.x_mean
    distance = np.abs(x @ W.T + b - (scaling.y_mean + scaling.y_scale * (X @ w.T + c)))
    sizes = (np.abs(x) + 2 * np.abs(spread) + np.abs(scaling.x_mean)) @ np.abs(W).T
    sizes += np.abs(b) + 2 * (np.abs(scaling.y_mean) + np.abs(scaling.y_scale * c))
    k = (X.shape[1] + _MORE) * _U
    return np.where(np.isnan(distance), np.inf, distance).max(axis=0), k / (1 - k) * sizes.max(axis=0)
