"""Algebra called steps: lntx's own `spectral` does the work, and the work class says that each step is taken."""

from lntx.training.backends.spectral import prepare, refuses

__all__ = ["DEVICES", "SHOWS", "WORK", "prepare", "refuses"]

SHOWS = "full-long"
WORK = "steps"
DEVICES = ("cpu",)
