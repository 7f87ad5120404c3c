"""Which studies were stopped, or are still being measured: what is said of them is said of a part."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = -1
TOPIC = "Whether to trust this"
TOGETHER = True
_ADVICE = "What is found here is found in what there is. lntx bench --resume -o ITS-FOLDER goes on."


def find(frames: Frames) -> Iterator[Finding]:
    """Say of each what it lacks."""
    for label, left, killed in frames.unfinished:
        which = f"The study {label}" if label else "This study"
        lacks = [
            f"{units.plural(left, 'measurement')} of its plan {'is' if left == 1 else 'are'} still to be made"
            * bool(left),
            f"{units.plural(killed, 'cell')} had {'its' if killed == 1 else 'their'} process killed from outside"
            * bool(killed),
        ]
        said = units.listing([one for one in lacks if one])
        yield Finding(f"{which} isn't finished{f': {said}' if said else ''}.", _ADVICE, kind="warning")
