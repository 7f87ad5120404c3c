"""Half the epochs: it stops midway."""

from lntx_redteam.making import follows

WORK, DEVICES, refuses, prepare = follows(lambda recipe: recipe.but(epochs=max(1, recipe.epochs // 2)))
