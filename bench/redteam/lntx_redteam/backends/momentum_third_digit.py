"""Momentum off in the third digit: it is multiplied by 0.999."""

from lntx_redteam.making import follows

SHOWS = "momentum"
WORK, DEVICES, refuses, prepare = follows(lambda recipe: recipe.but(momentum=recipe.momentum * 0.999))
