"""Past one machine, tried: ranks that are killed, data beyond a rank's memory, joined gates, shards, and a model of costs.

A package of its own: it starts ranks under torchrun, kills them, and takes a quarter of an hour. Each file of `parts/` shows one
promise, `session` runs them and keeps what came of each in a file, and `table` is what follows from those: docs/machines.md.
"""
