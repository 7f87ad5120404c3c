"""A gate as it is kept where no replay rests on it: its verdicts and seconds, and of the times themselves how much pairs differ.

A twentieth of the room, so that runs can lie in a repository, and add up from machine to machine.
"""

from dataclasses import replace
from statistics import variance

from lntx.judge.scores import scores
from lntx.result import GateResult

_VARIANCES = "variances"


def shortened(ruling: GateResult) -> GateResult:
    """Leave out the streams, and keep their variances."""
    return replace(ruling, streams=(), about={**ruling.about, _VARIANCES: variances(ruling)})


def variances(ruling: GateResult) -> dict[str, float]:
    """Give the variance of the pairs' log ratios, by benchmark, of a gate that is whole or short; none for a single pair."""
    if _VARIANCES in ruling.about:
        return dict(ruling.about[_VARIANCES])
    scored = {stream.name: scores(stream).values for stream in ruling.streams if not stream.sentinel}
    return {name: variance(map(float, values)) for name, values in scored.items() if len(values) > 1}
