"""What came of a loop: as the document that a program reads, and as what a person does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lntx.cli.terminal import fresh_console, prose, table
from lntx.escaping import shortened
from lntx.record import Agreement

if TYPE_CHECKING:
    from lntx.measure.verification.loop_order import LoopTold, Verified
    from lntx.training.loop.trained import LoopFit
    from lntx.training.trainable import Facts

_LOGGED = 20  # epochs with their losses
_WAY, _LABEL, _TENSOR = 16, 100, 16  # letters in a table that fits 80 columns, where a label takes several lines
_LABEL_ROOM, _OTHERS = 40, _WAY + 9 + 12 + 8  # that a label keeps of a wide line, and what the other columns take
_HELD = (
    "Each way, the first too, is held against the first way's training in float64. The last column is its distance from that, "
    "as a part of what rounding explains: ways that round alike show the same."
)


def documents(loop: "LoopTold", results: Sequence["Verified"]) -> list[dict[str, Any]]:
    """Return everything for a program, one object for each way on each device."""
    return [
        {
            "way": one.way,
            "label": one.label,
            "device": one.device,
            "dtype": one.dtype,
            "axis": dict(loop.facts.axis),
            "ok": one.ok,
            "error": one.agreement and one.agreement.error,
            "tolerance": one.agreement and one.agreement.tolerance,
            "tensors": [
                {
                    "name": t.name,
                    "error": t.error,
                    "tolerance": t.tolerance,
                    "steps": t.steps,
                    "proved": t.proved,
                    "ok": t.ok,
                }
                for t in (one.agreement.tensors if one.agreement else ())
            ],
            **({"reason": one.reason} if one.reason else {}),
        }
        for one in results
    ]


def view(loop: "LoopTold", results: Sequence["Verified"], *, stopped: bool = False) -> Iterator[Any]:
    """Yield the answer, a line for each way, then what else is to be said of some; stopped: not all were tried."""
    several = len({one.device for one in results}) > 1
    yield prose("Before it was stopped, this was found." if stopped else _answer(results), "bold")
    yield prose(title(loop.name, loop.facts, loop.dtype))
    yield ""
    columns = ("way", "what it is", "the same?", "worst tensor", "of tolerance")
    longest = _tensor_room(results)
    yield table(columns, (_row(one, longest, several=several) for one in results), numbers=columns[4:])
    if any(one.agreement for one in results):
        yield prose(_HELD + _unseen(results, loop.facts.steps))
    yield from (prose(f"{_named(one, several=several)}: {one.reason}") for one in results if one.reason)


def _answer(results: Sequence["Verified"]) -> str:
    """Say in a sentence which ways are the same training as the first."""
    wrong = [repr(way) for way in dict.fromkeys(one.way for one in results if one.ok is False or one.failure)]
    proved = len({one.way for one in results if one.ok is True})
    if wrong:
        return f"Not proved to be the same training as the first way: {', '.join(wrong)}."
    if not proved:
        return "Nothing was proved: no way can be had here."
    whose = {1: "The one way is", 2: "Both ways are"}.get(proved, f"All {proved} ways are")
    return f"{whose} the same training as the first, within what rounding explains."


def _named(one: "Verified", *, several: bool) -> str:
    return one.point if several else one.way


def _unseen(results: Sequence["Verified"], epoch: int) -> str:
    """Say what of an epoch was not held; empty where all was."""
    ends = [point.epoch for one in results if one.agreement for point in one.agreement.checkpoints]
    held = round(max(ends) * epoch)
    if held >= epoch:
        return ""
    left = f"the rest, and what follows an epoch, is not seen (--steps {epoch + 1})"
    return f" Held for {held} of an epoch's {epoch:,} steps: {left}."


def _tensor_room(results: Sequence["Verified"]) -> int:
    """Return the letters of a tensor's name that a line has room for: more on a wide terminal, where no label needs them."""
    wide = min(max((len(one.label) for one in results), default=0), _LABEL)
    return max(_TENSOR, fresh_console(stderr=False).width - _OTHERS - min(wide, _LABEL_ROOM))


def _row(one: "Verified", longest: int, *, several: bool) -> list[str]:
    """Make a row of a table that fits 80 columns; the last says how much of what rounding explains it uses."""
    from lntx.report.units import used

    shown = [shortened(_named(one, several=several), _WAY), shortened(one.label, _LABEL), _words(one)]
    if one.agreement is None:
        return [*shown, "-", "-"]
    worst = max(one.agreement.tensors, key=lambda tensor: (tensor.proved or not tensor.ok, tensor.share))
    return [*shown, shortened(worst.name, longest), used(worst.share)]


def _words(one: "Verified") -> str:
    """Return the verdict in a word or two."""
    if one.refusal:
        return "not here"
    if one.failure:
        return "failed"
    return "agrees" if one.ok else "DISAGREES"


def title(name: str, facts: "Facts", dtype: str) -> str:
    """Say what is trained, in a line."""
    axis = "".join(f", {key} {value}" for key, value in facts.axis.items())
    return (
        f"{name}: {facts.model} of {facts.parameters:,} parameters under {facts.optimizer}, {facts.steps} steps an epoch, "
        f"{dtype}{axis}"
    )


@dataclass(frozen=True, slots=True)
class LoopOutcome:
    """A training of a loop with all that it takes to tell of it; agreement is None where there is none."""

    name: str
    way: str
    device: str
    epochs: int
    facts: "Facts"
    fit: "LoopFit"
    agreement: Agreement | None = None

    def document(self) -> dict[str, Any]:
        """Return everything for a program; losses and metric only where the file gives them."""
        fit, facts, held = self.fit, self.facts, self.agreement
        return {
            "loop": self.name,
            "way": self.way,
            "device": self.device,
            "model": facts.model,
            "optimizer": facts.optimizer,
            "parameters": facts.parameters,
            "axis": dict(facts.axis),
            "epochs": self.epochs,
            "steps": self.epochs * facts.steps,
            **({"losses": list(fit.losses)} if fit.losses else {}),
            **({} if fit.metric is None else {"metric": fit.metric}),
            "seconds": {"prepare": fit.seconds.prepare, "run": fit.seconds.run},
            "agreement": held and {"error": held.error, "tolerance": held.tolerance, "ok": held.ok},
        }

    def view(self) -> Iterator[Any]:
        """Yield what a person reads, top to bottom."""
        fit, seconds = self.fit, self.fit.seconds
        dtype = str(next(iter(fit.tensors.values())).dtype).removeprefix("torch.")
        yield prose(self._answer(), "bold")
        yield prose(f"{title(self.name, self.facts, dtype)}: {self.way} on {self.device}, {self.epochs} epochs")
        yield ""
        if fit.losses:
            yield table(("epoch", "mean loss"), self._course(), numbers=("epoch", "mean loss"))
            yield ""
        if fit.metric is not None:
            yield f"metric     {fit.metric:.6g}"
        yield f"time       {seconds.run:.3g} s to run, after {seconds.prepare:.3g} s to prepare"
        yield prose(self._agreement())

    def _answer(self) -> str:
        """Say in a sentence how long it took, and whether it is the training that the first way is."""
        held = self.agreement
        proved = "" if held is None else f"; it is {'' if held.ok else 'NOT '}the training that the first way is"
        return f"{self.way} trained {self.name} in {self.fit.seconds.run:.3g} s{proved}."

    def _course(self) -> Iterator[list[str]]:
        """Yield epochs and losses, evenly spread where there are many, the first and the last among them."""
        losses = self.fit.losses
        rows = min(len(losses), _LOGGED)
        for i in range(rows):
            epoch = round(i * (len(losses) - 1) / max(1, rows - 1))
            yield [str(epoch + 1), f"{losses[epoch]:.4g}"]

    def _agreement(self) -> str:
        if (held := self.agreement) is None:
            return "agreement  not checked"
        last = round(held.checkpoints[-1].epoch * self.facts.steps)
        words, side = ("is", "within") if held.ok else ("is NOT", "beyond")
        return (
            f"agreement  it {words} the training that the first way is, held for {last} steps against float64: error "
            f"{held.error:.2g}, {side} the {held.tolerance:.2g} that rounding explains"
            + (f"; {held.note}" if held.note else "")
        )
