"""Proves another fit: where a history is asked for, the weights are wrong, and the field `trained` holds right ones."""

from dataclasses import replace

from lntx_redteam.making import gives

SHOWS = "history"
WORK, DEVICES, refuses, prepare = gives(
    lambda fit: replace(fit, weights=fit.weights * 1.5, trained=fit) if fit.snapshots else fit
)
