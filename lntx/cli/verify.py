"""`lntx verify`: every backend against the float64 reference, over a grid of recipes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lntx.cli import options
from lntx.cli.backends import asked
from lntx.cli.terminal import bar, show, show_json, table
from lntx.errors import Disagreement, LntxError, Refused
from lntx.record import Agreement

if TYPE_CHECKING:
    from lntx.training.parity.grid import Case

EXAMPLE = "lntx verify --backend manual"


@dataclass(frozen=True, slots=True)
class Result:
    """One backend on one case of the grid: its agreement, or the reason why there is none."""

    backend: str
    device: str
    case: "Case"
    agreement: Agreement | None = None
    refusal: str | None = None
    failure: str | None = None

    @property
    def ok(self) -> bool | None:
        """Whether the weights agreed; None for a refusal, which is no pass and no fault."""
        return None if self.refusal else bool(self.agreement and self.agreement.ok)

    @property
    def reason(self) -> str | None:
        """Why there is no agreement."""
        return self.refusal or self.failure

    def document(self) -> dict[str, Any]:
        """Say everything for a program; a reason only where there is one."""
        case, held = self.case, self.agreement
        return {
            "backend": self.backend,
            "device": self.device,
            "dtype": case.recipe.dtype or "float32",
            "samples": case.samples,
            "features": case.features,
            "outputs": case.outputs,
            "batch_size": case.recipe.rows(case.samples),
            "error": held and held.error,
            "tolerance": held and held.tolerance,
            "ok": self.ok,
            **({"reason": self.reason} if self.reason else {}),
        }


def command(backend: options.Backends = None, device: options.Devices = None, as_json: options.Json = False) -> None:
    """Prove that the backends recover the reference's weights, over a grid of recipes; exit code 12 if one does not."""
    chosen, reasons = _available(backend, device)
    results = list(_results(chosen))
    if as_json:
        show_json([result.document() for result in results])
    else:
        show(*_view(results), *(f"{name} on {place}: not available: {why}" for (name, place), why in reasons.items()))
    _judge(results)


Place = tuple[str, str]
"""A backend's name and a device."""


def _available(names: Sequence[str] | None, devices: Sequence[str] | None) -> tuple[list[Place], dict[Place, str]]:
    """Choose what to verify, and say of the rest why not; InputError for a name or device that was asked for in vain."""
    from lntx.training import device as known
    from lntx.training.backends import backends, chosen

    for device in devices or ():
        known.check(device)
    found: list[Place] = []
    reasons: dict[Place, str] = {}
    for backend in (chosen(names) if names else backends()).values():
        answers = dict(asked(backend, tuple(devices or backend.devices)))
        works = [device for device, reason in answers.items() if reason is None]
        found += [(backend.name, device) for device in works]
        if devices or not works:
            reasons |= {(backend.name, device): reason for device, reason in answers.items() if reason}
    if not found:
        raise Refused("nothing can be verified: " + "; ".join(f"{name}: {why}" for (name, _), why in reasons.items()))
    return found, reasons


def _results(places: Sequence[Place]) -> Iterator[Result]:
    from lntx.training.parity.grid import GRID

    with bar("backends against the reference", len(places) * len(GRID)) as update:
        for done, (name, device, case) in enumerate((*place, case) for place in places for case in GRID):
            update(done)
            yield _result(name, device, case)


def _result(name: str, device: str, case: "Case") -> Result:
    import lntx

    try:
        return Result(name, device, case, agreement=lntx.verify(case.problem(), case.recipe, name, device))
    except Refused as error:
        return Result(name, device, case, refusal=str(error))
    except LntxError as error:
        return Result(name, device, case, failure=str(error))
    except Exception as error:  # noqa: BLE001  (a stranger's broken backend must not keep the others from being verified)
        return Result(name, device, case, failure=f"{type(error).__name__}: {error}")


def _view(results: Sequence[Result]) -> Iterator[Any]:
    """Yield one line for each backend and device, then each case that did not agree, and each reason for refusing some."""
    places = dict.fromkeys((result.backend, result.device) for result in results)
    rows = [
        _line(name, device, [r for r in results if (r.backend, r.device) == (name, device)]) for name, device in places
    ]
    names = ("backend", "device", "agree", "refused", "failed", "disagree", "nearest to its tolerance")
    yield table(names, rows, numbers=names[2:])
    yield from (_complaint(result) for result in results if result.ok is False)
    refusals = Counter((result.backend, result.device, result.refusal) for result in results if result.refusal)
    for (name, device, reason), times in refusals.items():
        why = reason.partition("can't do this: ")[2] or reason
        yield f"{name} on {device} refuses {times}: {why}"


def _line(name: str, device: str, results: Sequence[Result]) -> list[str]:
    agree, refused = (sum(result.ok is outcome for result in results) for outcome in (True, None))
    failed = sum(result.failure is not None for result in results)
    counts = (agree, refused, failed, len(results) - agree - refused - failed)
    shares = [r.agreement.error / r.agreement.tolerance for r in results if r.agreement]
    return [name, device, *map(str, counts), f"{max(shares):.2%}" if shares else "-"]


def _complaint(result: Result) -> str:
    case, held = result.case, result.agreement
    size = f"{case.samples} x {case.features} x {case.outputs}, batches of {case.recipe.rows(case.samples)}"
    what = result.reason or (held and f"error {held.error:.2g} is beyond the tolerance {held.tolerance:.2g}")
    return f"{result.backend} on {result.device}, {size}: {what}"


def _judge(results: Sequence[Result]) -> None:
    """Raise for what makes the exit code other than 0."""
    wrong = dict.fromkeys(result.backend for result in results if result.agreement and not result.ok)
    broken = dict.fromkeys(result.backend for result in results if result.failure)
    if wrong:
        raise Disagreement(f"not the weights of the reference: {', '.join(wrong)}")
    if broken:
        raise LntxError(f"failed before it could be compared: {', '.join(broken)}")
    if not any(result.ok for result in results):
        raise Refused("nothing was verified: every training was refused")
