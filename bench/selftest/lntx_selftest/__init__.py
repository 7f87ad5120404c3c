"""The gate's self-test: whether what is said of its error rates holds on this machine.

A package of its own, so that lntx itself depends on none of the tools that it is compared with. `subject` is a project whose
truth is known, `runs` what is measured on it with the gate, `rivals` other tools at the same task, `store` keeps each run in
a file of its own, and `figures` is what follows from the files: the table of docs/gate.md.
"""
