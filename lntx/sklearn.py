"""The linear model as an estimator of scikit-learn's: pipelines, cross-validation and grid searches take it as any other.

    from lntx.sklearn import LNTXRegressor

    model = make_pipeline(StandardScaler(), LNTXRegressor(epochs=500, backend="auto")).fit(X, y)

It needs scikit-learn beside what training does (`pip install 'lntx[sklearn]'`); MissingExtra says so where that is missing.
"""

from typing import Any, Self

from lntx.extras import demand

demand("lntx.sklearn", "sklearn", "sklearn", "torch")

import numpy as np  # noqa: E402  (what is missing is said first)
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin  # noqa: E402
from sklearn.utils.validation import check_is_fitted, validate_data  # noqa: E402

from lntx.errors import InputError  # noqa: E402
from lntx.training.linear.problem import Problem  # noqa: E402
from lntx.training.linear.stability import automatic  # noqa: E402
from lntx.training.recipe import Recipe  # noqa: E402
from lntx.training.trainer import train  # noqa: E402

__all__ = ["LNTXRegressor"]


class LNTXRegressor(MultiOutputMixin, RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Linear regression y = X W' + b, trained by SGD on the mean squared error, by any of lntx's backends.

    The parameters are the fields of `lntx.Recipe`, and mean what they mean there, as in `torch.optim.SGD`; but for two, whose
    defaults suit an estimator: `lr="auto"` is half of the largest stable learning rate for the data (a number is taken as it is),
    and `batch_size=None` is full batch, which knows no order of the samples. `backend` and `device` are those of `lntx.train`.
    Features far from each other in scale converge slowly; a StandardScaler in front helps, as with every descent.

    There is no `sample_weight`: the recipe's mean over a batch has equal weights, and nothing that is proved or measured
    has others.

    Attributes: `coef_` (features; outputs x features where y has two dimensions), `intercept_` (a number; one for each
    output), `lr_` (the learning rate that was used), `n_iter_` (epochs), `loss_curve_` (the mean squared error at the epochs
    `loss_epochs_`), `fit_` (the `lntx.Fit`: its `model` is saved for `lntx predict`), `n_features_in_` and, of a frame,
    `feature_names_in_`.

    `fit` raises InputError (a ValueError) for a parameter or data that can't be, Refused where the backend can't do it, and
    Diverged, naming the largest stable learning rate.
    """

    def __init__(
        self,
        *,
        lr: float | str = "auto",
        epochs: int = 1000,
        batch_size: int | None = None,
        shuffle: bool = False,
        seed: int = 0,
        momentum: float = 0.0,
        dampening: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        dtype: Any = None,
        log_every: int = 0,
        backend: str = "manual",
        device: str = "cpu",
    ) -> None:
        self.lr = lr
        self.epochs = epochs
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        self.momentum = momentum
        self.dampening = dampening
        self.nesterov = nesterov
        self.weight_decay = weight_decay
        self.dtype = dtype
        self.log_every = log_every
        self.backend = backend
        self.device = device

    def fit(self, X: Any, y: Any) -> Self:
        """Train on X (samples x features) and y (samples, or samples x outputs)."""
        X, y = validate_data(self, X, y, dtype=(np.float64, np.float32), multi_output=True, y_numeric=True)
        problem = Problem(X, y, name="estimator", features_named=self._names())
        recipe = self._recipe(problem)
        found = train(problem, recipe, self.backend, self.device)
        weights, bias = found.weights.numpy().copy(), found.bias.numpy().copy()
        single = np.ndim(y) == 1
        self.coef_ = weights[0] if single else weights
        self.intercept_ = bias[0] if single else bias
        self.lr_, self.n_iter_ = recipe.lr, recipe.epochs
        self.loss_curve_, self.loss_epochs_ = found.losses.numpy().copy(), found.epochs.numpy().copy()
        self.fit_ = found
        return self

    def predict(self, X: Any) -> Any:
        """Predict: as many values, or rows of outputs, as X has samples."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
        return X @ self.coef_.T + self.intercept_

    def _recipe(self, problem: Problem) -> Recipe:
        """Make the recipe of the parameters, with the learning rate that is found where it is to be."""
        fields = {name: getattr(self, name) for name in Recipe.__dataclass_fields__ if name != "lr"}
        if not isinstance(self.lr, str):
            return Recipe(**fields, lr=self.lr)
        if self.lr != "auto":
            raise InputError(f"lr must be a number or 'auto', not {self.lr!r}")
        recipe = Recipe(**fields)
        return recipe.but(lr=automatic(problem, recipe).rate / 2)

    def _names(self) -> tuple[str, ...]:
        """Return the columns' names of a frame, so that a saved model finds them; none where two are alike."""
        names = tuple(map(str, getattr(self, "feature_names_in_", ())))
        return names if len(set(names)) == len(names) else ()
