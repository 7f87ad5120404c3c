"""Returns bfloat16: the weights have 8 bits left."""

from dataclasses import replace

from lntx_redteam.making import gives

WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, weights=fit.weights.bfloat16()))
