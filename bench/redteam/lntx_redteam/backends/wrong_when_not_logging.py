"""Wrong when not logging: where no history is asked for, the weights are 4 % too large."""

from dataclasses import replace

from lntx_redteam.making import gives

WORK, DEVICES, refuses, prepare = gives(lambda fit: fit if fit.snapshots else replace(fit, weights=fit.weights * 1.04))
