"""Returns NaN, where the training converges."""

from dataclasses import replace

from lntx_redteam.making import gives

WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, weights=fit.weights * float("nan")))
