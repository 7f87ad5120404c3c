"""`lntx backends`: every way to train, and whether it works here."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lntx.cli import options
from lntx.cli.terminal import show, show_json, table
from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.training.backends.interface import Backend

EXAMPLE = "lntx backends --json"


def command(
    device: Annotated[
        str | None, typer.Option("--device", metavar="DEVICE", help="Ask for cpu, cuda or cuda:N alone.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """List every backend: its work class, its devices, and whether it is available here or why not."""
    import lntx
    from lntx.training.device import known

    if device:
        known(device)
    rows = [_row(backend, (device,) if device else backend.devices) for backend in lntx.backends().values()]
    if as_json:
        show_json(rows)
        return
    cells = (
        [row["name"], row["label"], row["work"], ", ".join(row["devices"]), row["reason"] or "yes"] for row in rows
    )
    show(table(("backend", "what it is", "work", "devices", "available"), cells))


def _row(backend: "Backend", devices: tuple[str, ...]) -> dict[str, Any]:
    """Say of a backend what it is, and why it works on none of these devices, if it doesn't."""
    reasons = [reason for _, reason in sorted(asked(backend, devices), key=lambda one: one[0] != "cpu")]
    available = None in reasons
    return {
        "name": backend.name,
        "label": backend.label,
        "work": backend.work,
        "devices": list(backend.devices),
        "available": available,
        "reason": None if available else reasons[0],
    }


def asked(backend: "Backend", devices: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    """Ask a backend whether it can run on each device at all; yield the device and None, or the reason why not."""
    from lntx.training import device as known

    for device in devices:
        try:
            known.check(device)
        except InputError as error:
            yield device, str(error).partition(";")[0]
        else:
            yield device, backend.refuses(None, None, device)
