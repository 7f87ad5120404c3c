"""One epoch less: it stops before the last."""

from lntx_redteam.making import follows

WORK, DEVICES, refuses, prepare = follows(lambda recipe: recipe.but(epochs=max(1, recipe.epochs - 1)))
