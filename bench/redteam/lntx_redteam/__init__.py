"""Backends that are wrong on purpose, and what tells whether lntx finds them out.

A package of its own, as a stranger's would be: `backends/` adds each cheat and each mistake through the entry point group
`lntx.backends`, `stages/` takes each through `lntx verify`, `lntx train` and `lntx bench`, `cases.py` has the trainings in
which a fault shows.
"""
