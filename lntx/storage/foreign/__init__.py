"""Other tools' files as studies of records without a cell.

A file here is one tool's format, and has `holds`, which tells a document of its own, and `studies`, which reads one: what can't
be used of it becomes an `Unusable`, by name, and costs the rest nothing. `named` tells of formats that hold nothing to go by.
"""

from typing import Any

from lntx.record import Study
from lntx.storage.foreign import actions, codspeed, named, pytest_benchmark
from lntx.storage.values import OtherKind

_KINDS = (codspeed, actions, pytest_benchmark)


def studies(document: Any) -> list[Study]:
    """Return the runs in a document of another tool's; ValueError, in one line, for one that holds none that could be read."""
    if sentence := named.sentence(document):
        raise OtherKind(sentence)
    for kind in _KINDS:
        if kind.holds(document):
            found: list[Study] = kind.studies(document)
            return found
    raise OtherKind('it has no list "benchmarks"; pass what pytest --benchmark-json=FILE wrote')
