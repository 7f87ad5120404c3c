"""One file a promise, found by its stem.

Each has

- a docstring, whose first line says what is promised;
- `UNIT`: what is counted, in the plural ("kills");
- `COUNT`: how many by default, and `QUICK`: how many in the short form, which has a minute for all parts; 0 leaves it out there;
- `steps(count)`: what to do for so many, as steps with names. Each is done in an empty folder of its own, and returns a `Row`,
  or several; rows of one kind, of whichever steps, are put together. A step is done once: what came of it is kept under its
  name, and so a name means always the same. What a step takes is what an interruption costs.
"""
