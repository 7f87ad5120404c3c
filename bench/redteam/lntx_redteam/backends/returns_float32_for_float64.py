"""Returns float32 for float64: the training is right, what comes back is rounded."""

from dataclasses import replace

from lntx_redteam.making import gives

SHOWS = "float64"
WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, weights=fit.weights.float(), bias=fit.bias.float()))
