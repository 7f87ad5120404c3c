"""Shuffle ignored: samples come in the order of the data."""

from lntx_redteam.making import follows

SHOWS = "shuffled"
WORK, DEVICES, refuses, prepare = follows(lambda recipe: recipe.but(shuffle=False))
