"""Rate 0.1 % off: lr is multiplied by 1.001."""

from lntx_redteam.making import follows

SHOWS = "momentum"
WORK, DEVICES, refuses, prepare = follows(lambda recipe: recipe.but(lr=recipe.lr * 1.001))
