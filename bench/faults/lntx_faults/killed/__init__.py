"""Small studies that are killed: their driver, their processes, who is killed when, and what a machine that stops forgets."""
