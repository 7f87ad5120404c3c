"""What goes wrong around lntx, done to it on purpose, and counted: does anything get lost, leak, or end in a traceback?

A package of its own: it kills processes, fills disks and runs for hours. Each file of `parts/` tries one promise many times,
`session` runs them and keeps what came of each in a file, and `table` is what follows from those: docs/reliability.md.
"""
