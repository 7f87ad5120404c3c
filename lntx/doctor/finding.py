"""What a check finds: a sentence that says what it is, and one that says what to do."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A warning spoils measurements as long as it lasts; a note is to be known, and perhaps to be changed.

    `check` is the stem of the check's file; whoever runs the checks fills it in.
    """

    kind: Kind
    says: str
    advice: str
    check: str = ""
