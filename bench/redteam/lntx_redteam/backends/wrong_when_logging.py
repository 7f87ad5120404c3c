"""Wrong when logging: where a history is asked for, the weights are 4 % too large."""

from dataclasses import replace

from lntx_redteam.making import gives

SHOWS = "history"
WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, weights=fit.weights * 1.04) if fit.snapshots else fit)
