"""The checks: one file for each thing that is looked at, found by its stem.

A check's docstring says in its first line what it looks at. It has `ORDER` (its place among the findings) and `look(machine)`,
which yields findings, or nothing where all is well or nothing can be told. It reads the machine it is given, and nothing else, so
that a test can plant what it should find; whatever stands in a file, it raises nothing.
"""
