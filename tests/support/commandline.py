"""The command line as a test runs it: in this process, with what it says on either stream."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import lntx.cli


@dataclass(frozen=True, slots=True)
class Said:
    """An exit code, and what stood on stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stood on stdout, read strictly: NaN and infinity are no JSON."""
        return json.loads(self.out, parse_constant=lambda word: (_ for _ in ()).throw(ValueError(word)))


def lntx_says(*arguments: object) -> Said:
    """Run `lntx` with these arguments."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = lntx.cli.run([str(argument) for argument in arguments])
    return Said(code, out.getvalue(), err.getvalue())
