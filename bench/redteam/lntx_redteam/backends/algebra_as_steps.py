"""Algebra called steps: lntx's own `composed` does the work, and the work class says that each step is taken."""

from lntx.training.backends.composed import DEVICES, prepare, refuses

__all__ = ["DEVICES", "WORK", "prepare", "refuses"]

WORK = "steps"
