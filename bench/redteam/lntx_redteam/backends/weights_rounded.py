"""Weights rounded: they are given with four decimal digits."""

from dataclasses import replace

from lntx_redteam.making import gives

WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, weights=fit.weights.mul(1e4).round() / 1e4))
