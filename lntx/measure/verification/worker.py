"""Inside the process: wait for its turn, load the backend, verify case after case, and tell of each.

python -m lntx.measure.verification.worker ORDER.json
"""

import os
import sys
from pathlib import Path
from typing import Any

from lntx.errors import LntxError, Refused, told
from lntx.measure.events import EventLog
from lntx.measure.verification import order as orders
from lntx.measure.verification.beginning import awaited
from lntx.measure.verification.finding import Finding, Place, outcome
from lntx.measure.verification.order import LOADING, Order
from lntx.training import device as known
from lntx.training.backends import added, chosen, family
from lntx.training.backends.interface import Backend
from lntx.training.linear import parity  # torch and all: what takes seconds to load is loaded before its turn
from lntx.training.linear.parity.grid import Case


def main(path: str) -> None:
    """Do what an order says."""
    order = orders.loads(Path(path).read_text(encoding="utf-8"))
    awaited(order.parent)
    events = EventLog(Path(order.events))
    events.begin(LOADING)
    found, error = _loaded(order)
    events.write({"event": "loaded", "point": LOADING, "places": found, "error": error})
    events.write({"event": "end", "point": LOADING})
    able = [(backend, device) for backend, device, reason in found if reason is None]
    for name, ((backend, device), case) in orders.points(able, order.cases).items():
        if name not in order.done:
            events.begin(name)
            finding = _finding(backend, device, case)
            events.write({"event": "end", "point": name, "outcome": outcome(finding)})
    os._exit(0)  # whatever a backend left to be done at the end could take forever


def _loaded(order: Order) -> tuple[list[tuple[str, str, str | None]], str | None]:
    """Load the backends, and ask each whether it runs on each device; or say why there is none to ask."""
    try:
        for file in order.backend_files:
            added(f"{file}:*")
        backends = chosen(order.names) if order.names else family(order.family)
        found = [(b, device) for b in backends.values() for device in order.devices or b.devices]
        return [(backend.name, device, _reason(backend, device)) for backend, device in found], None
    except LntxError as error:
        return [], str(error)
    except BaseException as error:  # noqa: BLE001  (a stranger's module may also exit, or interrupt)
        return [], f"it can't be loaded: {told(error)}"


def _reason(backend: Backend, device: str) -> str | None:
    """Return why a backend can't run on a device at all, or None."""
    try:
        known.check(device)
    except LntxError as error:
        return str(error)
    reason: Any = backend.refuses(None, None, device)
    return None if reason is None else str(reason)


def _finding(backend: str, device: str, case: Case) -> Finding:
    place = Place(backend, device)
    try:
        return Finding(place, case, agreement=parity.verify(case.problem(), case.recipe, backend, device))
    except Refused as error:
        return Finding(place, case, refusal=str(error))
    except LntxError as error:
        return Finding(place, case, failure=str(error))
    except BaseException as error:  # noqa: BLE001  (no user interrupts this process: whatever is raised is the backend's)
        return Finding(place, case, failure=told(error))


if __name__ == "__main__":
    main(sys.argv[1])
