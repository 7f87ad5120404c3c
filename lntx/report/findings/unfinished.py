"""Which studies were stopped, or are still being measured: what is said of them is said of a part."""

import shlex
from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = -1
TOPIC = "Whether to trust this"
TOGETHER = True
_ADVICE = "What is found here is found in what there is."


def find(frames: Frames) -> Iterator[Finding]:
    """Say of each what it lacks."""
    for study in frames.unfinished:
        label, left, killed = study.label, study.left, study.killed
        which = f"The study {label}" if label else "This study"
        lacks = [
            f"{units.plural(left, 'measurement')} of its plan {'is' if left == 1 else 'are'} still to be made"
            * bool(left),
            f"{units.plural(killed, 'cell')} had {'its' if killed == 1 else 'their'} process killed from outside"
            * bool(killed),
        ]
        said = units.listing([one for one in lacks if one])
        further = f"lntx bench --resume -o {shlex.quote(study.folder) if study.folder else 'ITS-FOLDER'} goes on."
        yield Finding(f"{which} isn't finished{f': {said}' if said else ''}.", f"{_ADVICE} {further}", kind="warning")
