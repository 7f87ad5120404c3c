"""A report's folder: all its files are made in memory first, then written, the page last."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from lntx.storage import write_bytes

PAGE, SUMMARY = "report.html", "report.md"
_OWN = ("figures/*.svg", "figures/*.png", "frames/*.csv")
"""What reports write beside the page, and so may take away again."""


def write(out: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files by their paths in the folder, and clear away what an earlier report left there and this one hasn't.

    A folder without a page is nobody's report: there, nothing is cleared away. InputError where it can't be written.
    """
    earlier = [path for own in _OWN for path in out.glob(own)] if (out / PAGE).is_file() else []
    paths = {out / name: content for name, content in contents.items()}
    for path, content in paths.items():
        write_bytes(path, content)
    for path in earlier:
        if path not in paths:
            path.unlink(missing_ok=True)
    return tuple(paths)


def csv(frame: pd.DataFrame) -> bytes:
    """Write a frame as CSV, the same bytes on every machine."""
    return frame.to_csv(index=False, lineterminator="\n").encode()
