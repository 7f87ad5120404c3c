"""`lntx verify`: every backend against the float64 reference, over a grid of recipes."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lntx.cli import options, ranks
from lntx.cli.loop_request import LoopRequest
from lntx.cli.progress import bar
from lntx.cli.terminal import prose, show, show_json, table
from lntx.errors import Disagreement, InputError, Interrupted, LntxError, Refused

if TYPE_CHECKING:
    from lntx.measure.verification.driver import Verification
    from lntx.measure.verification.finding import Finding
    from lntx.training.linear.parity.grid import Case

EXAMPLE = "lntx verify --backend manual"


def command(
    context: typer.Context,
    file: options.LoopFile = None,
    backend: options.Backends = None,
    device: options.Devices = None,
    limit: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            help="What takes longer is stopped, and failed: one case of a backend; one step of a way, or its preparing.",
        ),
    ] = 120.0,
    way: options.Ways = None,
    axis: options.AxisValue = None,
    dtype: options.LoopDtype = None,
    steps: options.LoopSteps = 0,
    as_json: options.Json = False,
) -> None:
    """Prove that the backends recover the reference's weights, over a grid of recipes; exit code 12 if one does not.

    Each backend has a process of its own: one that crashes or hangs costs no other its result. With FILE.py: that each way of a
    loop of your own is the same training as its first, tensor by tensor; a way that crashes or hangs costs its own line.
    """
    ranks.outside("verify")
    if file:
        options.for_a_loop(context, "file", "way", "axis", "dtype", "steps", "device", "limit", "as_json")
        LoopRequest(file, tuple(axis or ()), dtype).verify(
            tuple(way or ()),
            tuple(dict.fromkeys(device or ("cpu",))),
            steps=steps,
            limit_s=_seconds(limit),
            as_json=as_json,
        )
        return
    options.for_the_linear_model(way=way, axis=axis, dtype=dtype, steps=steps)
    try:
        found = _verified(options.backends(backend), device or (), _seconds(limit))
    except Interrupted as stopped:
        if stopped.found.findings and not as_json:
            show(*_view(stopped.found.findings, stopped=True))
        raise
    results = found.findings
    if not results:
        reasons = "; ".join(f"{place.backend}: {why}" for place, why in found.reasons.items())
        raise Refused(f"nothing can be verified: {reasons}")
    if as_json:
        show_json([_document(result) for result in results])
    else:
        show(*_view(results), *_unavailable(found, named=bool(device)))
    _judge(results)


def _seconds(limit: float) -> float:
    """Take a limit; InputError for one that can't be."""
    if not 0 < limit < math.inf:
        raise InputError(f"--limit must be a number of seconds above 0, not {limit:g}")
    return limit


def _verified(backends: Sequence[str], devices: Sequence[str], limit_s: float) -> "Verification":
    """Verify, with a bar; InputError for a name or a device that can't be."""
    from lntx.measure.verification.driver import verified
    from lntx.training import device as known

    for device in devices:
        known.check(device)
    with bar("backends against the reference", 0) as update:
        return verified(backends, devices, limit_s=limit_s, watch=update)


def _unavailable(found: "Verification", *, named: bool) -> Iterator[str]:
    """Yield why backends don't run: on a device that was named, or on any."""
    working = {result.place.backend for result in found.findings}
    for place, why in found.reasons.items():
        if named or place.backend not in working:
            yield f"{place.backend} on {place.device}: not available: {why}"


def _document(result: "Finding") -> dict[str, Any]:
    """Return everything for a program; a reason only where there is one."""
    case, held = result.case, result.agreement
    return {
        "backend": result.place.backend,
        "device": result.place.device,
        "dtype": case.recipe.dtype or "float32",
        "samples": case.samples,
        "features": case.features,
        "outputs": case.outputs,
        "batch_size": case.recipe.rows(case.samples),
        "error": held and held.error,
        "tolerance": held and held.tolerance,
        "ok": result.ok,
        **({"reason": result.reason} if result.reason else {}),
    }


def _view(results: Sequence["Finding"], *, stopped: bool = False) -> Iterator[Any]:
    """Yield the answer, one line for each backend and device, then what did not agree, and why others failed or refused."""
    rows = [
        _line(place.backend, place.device, [result for result in results if result.place == place])
        for place in dict.fromkeys(result.place for result in results)
    ]
    yield prose("Before it was stopped, this was found." if stopped else _answer(results), "bold")
    yield ""
    columns = ("backend", "device", "agree", "refused", "failed", "disagree", "of tolerance")
    yield table(columns, rows, numbers=columns[2:])
    yield ""
    yield from (_complaint(result) for result in results if result.agreement and not result.ok)
    notes = Counter((result.place, result.agreement.note) for result in results if result.ok and result.agreement)
    yield from (f"{place.backend} on {place.device}: {note}" for place, note in notes if note)
    failures = Counter((result.place, result.failure) for result in results if result.failure)
    for (place, reason), times in failures.items():
        cases = [result.case for result in results if (result.place, result.failure) == (place, reason)]
        where = _size(cases[0]) if times == 1 else f"{times} cases"
        yield f"{place.backend} on {place.device}, {where}: {reason}"
    refusals = Counter((result.place, result.refusal) for result in results if result.refusal)
    for (place, reason), times in refusals.items():
        why = reason.partition("can't do this: ")[2] or reason
        yield f"{place.backend} on {place.device} refuses {times}: {why}"


def _answer(results: Sequence["Finding"]) -> str:
    """Say in a sentence whether all agree, and how near the nearest comes to its tolerance."""
    from lntx.report.units import sentence, used

    backends = list(dict.fromkeys(result.place.backend for result in results))
    wrong = dict.fromkeys(result.place.backend for result in results if result.ok is False)
    agreed = [result for result in results if result.ok]
    if wrong:
        names = ", ".join(wrong)
        return f"{len(wrong)} of {len(backends)} backends are not proved: {names}."
    if not agreed:
        return "Nothing was proved: every training was refused."
    worst = max(result.agreement.worst.share for result in agreed if result.agreement)
    who = {1: backends[0], 2: "both backends"}.get(len(backends), f"all {len(backends)} backends")
    recover = f"recover{'s' * (len(backends) == 1)} the weights of the float64 reference in {len(agreed)} cases"
    return sentence(f"{who} {recover}; the nearest uses {used(worst)} of its tolerance")


def _line(name: str, device: str, results: Sequence["Finding"]) -> list[str]:
    from lntx.report.units import used

    agree, refused = (sum(result.ok is outcome for result in results) for outcome in (True, None))
    failed = sum(result.failure is not None for result in results)
    counts = (agree, refused, failed, len(results) - agree - refused - failed)
    shares = [r.agreement.error / r.agreement.tolerance for r in results if r.agreement]
    return [name, device, *map(str, counts), used(max(shares)) if shares else "-"]


def _complaint(result: "Finding") -> str:
    place, held = result.place, result.agreement
    what = held and (
        f"error {held.error:.2g} is beyond the tolerance {held.tolerance:.2g}"
        if math.isfinite(held.error)
        else held.note
    )
    note = f"; {held.note}" if held and held.note and math.isfinite(held.error) else ""
    return f"{place.backend} on {place.device}, {_size(result.case)}: {what}{note}"


def _size(case: "Case") -> str:
    return f"{case.samples} x {case.features} x {case.outputs}, batches of {case.recipe.rows(case.samples)}"


def _judge(results: Sequence["Finding"]) -> None:
    """Raise for what makes the exit code other than 0."""
    wrong = dict.fromkeys(result.place.backend for result in results if result.agreement and not result.ok)
    broken = dict.fromkeys(result.place.backend for result in results if result.failure)
    if wrong:
        raise Disagreement(f"not the weights of the reference: {', '.join(wrong)}")
    if broken:
        raise LntxError(f"failed before it could be compared: {', '.join(broken)}")
    if not any(result.ok for result in results):
        raise Refused("nothing was verified: every training was refused")
