"""Nesterov ignored: its momentum is plain."""

from lntx_redteam.making import follows

SHOWS = "nesterov"
WORK, DEVICES, refuses, prepare = follows(lambda recipe: recipe.but(nesterov=False))
