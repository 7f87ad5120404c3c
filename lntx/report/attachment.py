"""A file inside the page: the numbers that it rests on, one click away and without any network."""

import base64
import gzip
from dataclasses import dataclass

import pandas as pd

from lntx.report import folder

_PLAIN = 200_000  # bytes, up to which a file is not packed


@dataclass(frozen=True, slots=True)
class Attachment:
    """A name to save it by, and a link that holds it."""

    name: str
    link: str


def attached(name: str, frame: pd.DataFrame) -> Attachment:
    """Attach a frame as CSV, packed where it is large; pandas reads either."""
    content = folder.csv(frame)
    if len(content) <= _PLAIN:
        return Attachment(name, _link("text/csv", content))
    return Attachment(f"{name}.gz", _link("application/gzip", gzip.compress(content, mtime=0)))


def _link(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
