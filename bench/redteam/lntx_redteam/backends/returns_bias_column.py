"""Returns the bias as a column: outputs x 1."""

from dataclasses import replace

from lntx_redteam.making import gives

WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, bias=fit.bias[:, None]))
