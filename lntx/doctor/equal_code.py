"""Equal code, measured as a gate measures two commits: how small a difference this machine can show.

Fresh pairs of processes take turns batch by batch, each pair on another core, and time the gate's controls, which hold nobody's
code. The judge scores the pairs; whatever they differ by is the machine's doing.
"""

import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from lntx.duet.config import CONTROL, Pace
from lntx.duet.pair import cores
from lntx.duet.timing import CONTROLS, Clock
from lntx.errors import LntxError
from lntx.host import lifetime
from lntx.judge.group_sequential import CONFIDENCE, alarm_level
from lntx.judge.scores import scores
from lntx.judge.sequential_test import estimated
from lntx.result import ARMS, Arm, Batch, Pair, Rules, Stream

_ARM = Path(__file__).with_name("arm.py")
_TIMING = Path(__file__).parents[1] / "duet" / "worker" / "timing.py"
_FEWEST = 3  # pairs: of two, their variance says next to nothing
_SEEN = 0.9  # the share of gates in which a slowdown is to be called one
_LONGEST_S = 5.0  # that an arm which says nothing any more may take to end


@dataclass(frozen=True, slots=True)
class Control:
    """What came of one control: the ratio of the two arms with its 95 % interval, and what a gate could tell here.

    `shows` is the least slowdown, as a fraction, that nine gates of ten would call one after as many pairs; `differs` says
    that this one would have called equal code slower, or faster. `disturbed` of the `quads` were set aside by the judge.
    """

    name: str
    ratio: float
    low: float
    high: float
    shows: float
    differs: bool
    quads: int
    disturbed: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The controls, and from how many pairs of processes, in how many seconds."""

    controls: tuple[Control, ...]
    pairs: int
    seconds: float

    @property
    def shows(self) -> float:
        """The least slowdown that this machine shows, as a fraction, for whichever control it shows worse."""
        return max(control.shows for control in self.controls)


class Arms:
    """Two processes of equal code; one of them works while the other waits."""

    def __init__(self, arms: Mapping[Arm, "subprocess.Popen[bytes]"]) -> None:
        """Take both arms' processes."""
        self.arms = arms

    def batch(self, name: Arm, what: Mapping[str, Any], iterations: int) -> tuple[Batch, int]:
        """Let one arm do a batch; what it took, and how much it has compiled so far."""
        self._say(name, which=what["which"], iterations=iterations)
        found = json.loads(self._heard(name))
        return Batch(found["seconds"], found["iterations"], found["stolen"], found["switches"]), found["compiles"]

    def pin(self, where: list[int]) -> None:
        """Keep both on the same cores."""
        for name in self.arms:
            self._say(name, cores=where)

    def _say(self, name: Arm, **message: Any) -> None:
        stream = self.arms[name].stdin
        assert stream  # noqa: S101  (it is a pipe)
        try:
            stream.write(json.dumps(message).encode() + b"\n")
            stream.flush()
        except BrokenPipeError:
            raise self._gone(name) from None

    def _heard(self, name: Arm) -> bytes:
        stream = self.arms[name].stdout
        assert stream  # noqa: S101  (it is a pipe)
        line = stream.readline()
        if not line:
            raise self._gone(name)
        return line

    def _gone(self, name: Arm) -> LntxError:
        with suppress(subprocess.TimeoutExpired):  # it has closed its pipe, and is about to end
            self.arms[name].wait(_LONGEST_S)
        code = self.arms[name].returncode
        return LntxError(f"a process that measures ended by itself (exit code {code}); is there memory enough?")


def measured(seconds: float, watch: Callable[[float], None] = lambda _spent: None, pace: Pace = CONTROL) -> Measured:
    """Measure equal code for so many seconds, three pairs at least; watch hears how many have passed.

    Raises LntxError where a process dies on the way.
    """
    rng, began = Random(), monotonic()  # noqa: S311  (orders, no secrets)
    found: dict[str, list[Pair]] = {name: [] for name in CONTROLS}
    calls: dict[str, int] = {}
    number = 0
    while number < _FEWEST or monotonic() - began < seconds:
        number += 1
        with _arms(number) as arms:
            for name, which in rng.sample(list(CONTROLS.items()), len(CONTROLS)):
                clock = Clock(arms, {"which": which}, pace, rng)
                calls[name] = calls.get(name) or clock.calibrated()
                settled = clock.warm(calls[name])
                found[name].append(Pair(number, clock.quads(calls[name]), None, settled))
        watch(monotonic() - began)
    streams = [Stream(name, tuple(pairs), sentinel=True) for name, pairs in found.items()]
    return Measured(tuple(_judged(streams)), number, monotonic() - began)


def _judged(streams: list[Stream]) -> Iterator[Control]:
    """Yield what follows for each control, by the gate's usual rules for a suite of one benchmark."""
    rules, tail = Rules(), (1 - CONFIDENCE) / 2
    alarm = alarm_level(rules, 1)
    found = [scores(stream) for stream in streams]
    estimates = estimated(found, [None] * len(found))
    for i, (stream, scored) in enumerate(zip(streams, found, strict=True)):
        one = estimates.at(i)
        center = float(one.centers)
        beyond = center - float(one.surely_above(alarm))  # how far above the margin a gate must find it
        reached = float(one.high(1 - _SEEN)) - center  # how far below the truth it finds it in one gate of ten
        yield Control(
            name=stream.name.removeprefix("sentinel: "),
            ratio=math.exp(center),
            low=math.exp(float(one.low(tail))),
            high=math.exp(float(one.high(tail))),
            shows=math.expm1(math.log1p(rules.margin) + beyond + reached),
            differs=abs(center) - beyond > math.log1p(rules.margin),
            quads=scored.quads,
            disturbed=scored.disturbed,
        )


@contextmanager
def _arms(number: int) -> Iterator[Arms]:
    """Start two arms, the one that is first being another for each pair; nothing is left behind."""
    started: dict[Arm, subprocess.Popen[bytes]] = {}
    try:
        for name in ARMS if number % 2 else ARMS[::-1]:
            command = [sys.executable, "-P", str(_ARM), str(_TIMING)]
            started[name] = lifetime.start(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        arms = Arms(started)
        arms.pin(cores(number, 1))
        yield arms
    finally:
        for process in started.values():
            lifetime.end(process)
            for stream in (process.stdin, process.stdout):
                if stream:
                    with suppress(BrokenPipeError):  # what it was told last it never read
                        stream.close()
