"""Returns a tuple: weights and bias, but no Fit."""

from lntx_redteam.making import gives

WORK, DEVICES, refuses, prepare = gives(lambda fit: (fit.weights, fit.bias))
