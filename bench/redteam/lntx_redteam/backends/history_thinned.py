"""History thinned: every second snapshot that was asked for is missing."""

from dataclasses import replace

from lntx_redteam.making import gives

SHOWS = "history"
TOLD = "loss history"
WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, snapshots=fit.snapshots[::2]))
