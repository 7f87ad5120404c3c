"""A loop of the user's own on the command line: which file, which values of its axes, and what is done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lntx.cli.loop_view import LoopOutcome, documents, view
from lntx.cli.progress import bar, working
from lntx.cli.terminal import say, show, show_json
from lntx.errors import Disagreement, Interrupted, LntxError, Unprovable
from lntx.record import Agreement

if TYPE_CHECKING:
    from lntx.measure.verification.loop_order import Verified
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
        from lntx.training.loop.parameters import one

        devices.check(self.device)
        loop = load(self.file)
        return loop.at(dtype=self.dtype, **dict(one(loop.axes, text) for text in self.axis))

    def train(self, way: str, epochs: int | None, *, save: Path | None, verify: bool, as_json: bool) -> None:
        """Prove the way by its first steps, train, print, and save."""
        loop = self.loop()
        name = loop.find(way).name
        loop.check(name, self.device)
        count = loop.epochs if epochs is None else epochs
        with working(f"holding {name} against the first way"):
            held = _held(loop, name, self.device) if verify else None
        with bar(f"epochs of {name}", count) as update:
            fit = loop.train(name, self.device, count, update)
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
            say(f"saved to {save}; safetensors.torch.load_model reads it into the module")

    def verify(
        self, ways: tuple[str, ...], devices: tuple[str, ...], *, steps: int, limit_s: float, as_json: bool
    ) -> None:
        """Hold the ways against the first, in a process of their own; raise for what makes the exit code other than 0."""
        from lntx.measure.verification.loop_order import LoopOrder
        from lntx.measure.verification.loops import verified

        asked = LoopOrder(self.file, self.axis, self.dtype, devices, ways, steps)
        try:
            with bar("ways against the first", 0) as update:
                loop, results = verified(asked, limit_s=limit_s, watch=update)
        except Interrupted as stopped:
            if stopped.found and not as_json:  # half a document would be taken for a whole one
                show(*view(*stopped.found, stopped=True))
            raise
        if as_json:
            show_json(documents(loop, results))
        else:
            show(*view(loop, results))
        _judge(results)


def _held(loop: "Loop", way: str, device: str) -> Agreement | None:
    """Hold a way by its first steps, where that can prove something."""
    try:
        return loop.verify(way, device)
    except Unprovable as error:
        say(str(error))
        return None


def _judge(results: Sequence["Verified"]) -> None:
    wrong = dict.fromkeys(one.way for one in results if one.ok is False)
    failed = {one.way: one.failure for one in results if one.failure}
    if wrong:
        more = f"; failed before it could be compared: {', '.join(failed)}" if failed else ""
        raise Disagreement(f"not the training that the first way is: {', '.join(wrong)}{more}")
    if failed:
        why = f": {next(iter(failed.values()))}" if len(failed) == 1 else ""
        raise LntxError(f"failed before it could be compared: {', '.join(failed)}{why}")
