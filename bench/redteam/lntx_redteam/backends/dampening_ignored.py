"""Dampening ignored: gradients enter the momentum's buffer whole."""

from lntx_redteam.making import follows

SHOWS = "dampening"
WORK, DEVICES, refuses, prepare = follows(lambda recipe: recipe.but(dampening=0.0))
