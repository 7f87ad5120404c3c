"""Inputs that are damaged, hostile or odd: made by hypothesis from whole ones, and given to everything that reads.

`subjects` says what reads what, and how a whole file of it looks; `mutations` damages it, `command_lines` makes what nobody would
type. `python -m lntx_faults.fuzzing FOLDER SEED COUNT SUBJECT...` does a batch, in a process of its own: a reader may crash.
"""
