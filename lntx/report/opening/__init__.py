"""What a page says before anything else: one sentence that answers, and what to take, when not, and whether to trust it.

A file here answers for one kind of study, from its frames and from what was found in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lntx.record import LINEAR
from lntx.report.document import Card, Finding
from lntx.report.frames import Frames
from lntx.report.opening import linear, loops, trust


@dataclass(frozen=True, slots=True)
class Opening:
    """The answer, the stem or the name of the picture that shows it, and the cards."""

    answer: str
    figure: str
    cards: tuple[Card, ...]


def opening(frames: Frames, findings: Sequence[Finding]) -> Opening:
    """Open a page: of one study by what to take, of several by what changed, else by the first that was found."""
    trusted = trust.card(frames, findings)
    first = next((finding for finding in findings if finding.kind == "result"), None)
    if len(frames.labels) == 1 and not frames.cells.empty:
        linear_too, loops_too = ((frames.cells["model"] == LINEAR).any(), (frames.cells["model"] != LINEAR).any())
        if linear_too and (said := linear.answer(frames)):
            return Opening(said, linear.figure(frames), _kept(*linear.cards(frames, findings), trusted))
        if loops_too and (of_loops := loops.answer(findings)):
            return Opening(of_loops.text, of_loops.figure, _kept(*loops.cards(frames, findings), trusted))
    told = first or next(iter(findings), None)
    return Opening(told.text if told else "", first.figure if first else "", _kept(trusted))


def _kept(*cards: Card) -> tuple[Card, ...]:
    """Leave out a card on which nothing stands."""
    return tuple(card for card in cards if card.sentences)
