"""History missing: the recipe asks for snapshots, and none come."""

from dataclasses import replace

from lntx_redteam.making import gives

SHOWS = "history"
TOLD = "loss history"
WORK, DEVICES, refuses, prepare = gives(lambda fit: replace(fit, snapshots=()))
