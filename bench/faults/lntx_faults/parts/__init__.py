"""One file a promise, found by its stem.

Each has

- a docstring, whose first line says what is promised;
- `UNIT`: what is counted, in the plural ("kills");
- `COUNT`: how many by default, and `QUICK`: how many in the short form, which has a minute for all parts; 0 leaves it out there;
- `run(out, count)`: does so many, in an empty folder that is its own, and yields a `Row` for each kind of thing that it did, as
  soon as that is done. What it leaves in the folder stays there to be looked at.
"""
