"""Returns tensors without values: on torch's device meta."""

from dataclasses import replace

from lntx_redteam.making import gives

WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, weights=fit.weights.to("meta")))
