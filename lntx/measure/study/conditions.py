"""What must stay the same within a study: what was asked, the table, the machine, and lntx itself."""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lntx
from lntx.host import machine, source
from lntx.measure import plan
from lntx.measure.study import suites
from lntx.measure.study.request import Request


def asked(request: Request) -> dict[str, Any]:
    """Turn a request into JSON values, less the folder and whether it goes on with a study."""
    values = {name: value for name, value in asdict(request).items() if name not in {"out", "resume"}}
    values["data"] = str(request.data.resolve()) if request.data else None
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def request(values: dict[str, Any], out: Path) -> Request:
    """Make the request that `asked` wrote down, as one to go on with."""
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    given["data"] = Path(given["data"]) if given["data"] else None
    return Request(**given, out=out, resume=True)


def now(request: Request) -> dict[str, Any]:
    """List the conditions of this moment, as flat JSON values."""
    here = {
        "list of backends": [list(place) for place in request.places],
        "content of the table": _hash(request.data),
        "version of lntx": lntx.__version__,
        "commit of lntx": source.commit().get("id"),
        "code of lntx": source.code(suites.folder()),
    }
    budgets = asdict(plan.profile(request.profile))
    return {
        **asked(request),
        **here,
        **{f"profile's {name}": value for name, value in budgets.items()},
        **machine.fingerprint(),
    }


def _hash(path: Path | None) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path else None
