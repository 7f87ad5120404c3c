"""A loop of the user's own on the command line: which file, which values of its axes, and what is done with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lntx.cli.loop_view import LoopOutcome, Verified, documents, view
from lntx.cli.terminal import bar, say, show, show_json, working
from lntx.errors import Disagreement, InputError, LntxError, Refused, Unprovable
from lntx.record import Agreement

if TYPE_CHECKING:
    from lntx.training.loop.loop import Loop


@dataclass(frozen=True, slots=True)
class LoopRequest:
    """A loop that is asked for: FILE.py or FILE.py:NAME, NAME=VALUE for parameters of start and batches, dtype and device."""

    file: str
    axis: tuple[str, ...] = ()
    dtype: str | None = None
    device: str = "cpu"

    def loop(self) -> "Loop":
        """Read the file, and set the axes; InputError for what can't be."""
        from lntx.training import device as devices
        from lntx.training.loop.file import load
        from lntx.training.loop.parameters import parsed

        devices.check(self.device)
        loop = load(self.file)
        values = {}
        for text in self.axis:
            name, several = parsed(loop.axes, text)
            if len(several) > 1:
                raise InputError(f"--axis {text}: one value here; lntx bench takes several")
            values[name] = several[0]
        return loop.at(dtype=self.dtype, **values)

    def train(self, way: str, epochs: int | None, *, save: Path | None, verify: bool, as_json: bool) -> None:
        """Train, prove the way by its first steps, print, and save."""
        loop = self.loop()
        name = loop.find(way).name
        loop.check(name, self.device)
        count = loop.epochs if epochs is None else epochs
        with bar(f"epochs of {name}", count) as update:
            fit = loop.train(name, self.device, count, update)
        with working(f"holding {name} against the first way"):
            held = _held(loop, name, self.device) if verify else None
        outcome = LoopOutcome(loop.name, name, self.device, count, loop.facts(), fit, held)
        if as_json:
            show_json(outcome.document())
        else:
            show(*outcome.view())
        if held and not held.ok:
            raise Disagreement(
                f"way {name} is not the training that the first way is: {held.note}"
                + "; nothing was saved" * bool(save)
            )
        if save:
            fit.save(save)
            say(f"saved to {save}")

    def verify(self, ways: tuple[str, ...], steps: int, *, as_json: bool) -> None:
        """Hold the ways against the first, one after the other; raise for what makes the exit code other than 0."""
        loop = self.loop()
        loop.facts()  # what is wrong with start and batches is no fault of a way's
        for name in ways:
            if reason := loop.refuses(name, self.device):
                raise Refused(f"way {name} can't do this: {reason}")
        results = list(self._verified(loop, ways, steps))
        if as_json:
            show_json(documents(loop, results))
        else:
            show(*view(loop, results))
        _judge(results)

    def _verified(self, loop: "Loop", ways: tuple[str, ...], steps: int) -> Iterator[Verified]:
        from lntx.training.loop.loop import VERIFIED

        names = ways or tuple(loop.ways)
        with bar("ways against the first", len(names)) as update:
            for done, name in enumerate(names):
                update(done, at=name)
                way = loop.find(name)
                if reason := loop.refuses(name, self.device):
                    yield Verified(way.name, way.label, self.device, refusal=reason)
                    continue
                try:
                    found = loop.verify(name, self.device, steps=steps or VERIFIED)
                    yield Verified(way.name, way.label, self.device, found)
                except Disagreement as error:
                    yield Verified(way.name, way.label, self.device, wrong=str(error))
                except LntxError as error:
                    if not way.derived:
                        raise  # the file's own: there is nothing to compare without it
                    yield Verified(way.name, way.label, self.device, failure=str(error))


def _held(loop: "Loop", way: str, device: str) -> Agreement | None:
    """Hold a way by its first steps, where that can prove something."""
    try:
        return loop.verify(way, device)
    except Unprovable as error:
        say(str(error))
        return None


def _judge(results: list[Verified]) -> None:
    wrong = [one.way for one in results if one.wrong or (one.agreement and not one.agreement.ok)]
    failed = [one.way for one in results if one.failure]
    if wrong:
        raise Disagreement(f"not the training that the first way is: {', '.join(wrong)}")
    if failed:
        raise LntxError(f"failed before it could be compared: {', '.join(failed)}")
