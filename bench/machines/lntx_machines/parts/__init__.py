"""One file a promise, found by its stem.

Each has

- a docstring, whose first line says what is promised;
- `ORDER`, its place on the page, and `QUICK`: whether it has a short form, which has half a minute for all parts;
- `run(out, quick=...)`: tries it, in an empty folder that is its own, and yields a `Row` for each thing that it found, as soon as
  that is known.
"""
