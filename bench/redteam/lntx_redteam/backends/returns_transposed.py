"""Returns weights transposed: features x outputs."""

from dataclasses import replace

from lntx_redteam.making import gives

WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, weights=fit.weights.T))
