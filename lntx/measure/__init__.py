"""Cells in, records out: what to measure, for how long, on which machine, and the processes that do it."""
