"""How long does a training take on a real table: your own, or the diabetes data?

`lntx bench --data FILE --target COLUMN`. Full batch, with half of the largest learning rate that is stable on this
table.
"""

import lntx
from lntx.training.linear.stability import largest_stable_lr


def test_table(measure, table):
    """Train a table for 1000 epochs."""
    recipe = lntx.Recipe(epochs=1000, batch_size=None)
    stable, _ = largest_stable_lr(table, recipe)
    measure(table, recipe.but(lr=stable / 2))
