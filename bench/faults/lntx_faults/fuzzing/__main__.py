"""A batch of inputs of each kind named: `python -m lntx_faults.fuzzing FOLDER SEED COUNT SUBJECT...` writes FOLDER/SUBJECT.json.

The input at work lies in FOLDER/SUBJECT/input.*, and each that did what it must not is kept beside it.
"""

import json
import resource
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings

import lntx
from lntx.errors import LntxError
from lntx_faults.fuzzing.subjects import Subject, subjects

LIMIT_S = 20.0
"""What one input may take, in seconds."""
LIMIT_BYTES = 768 * 2**20
"""What one input may take of memory, on top of what the process has."""
_ROOM = 4 * 2**30  # bytes of address space, where the system itself says no
_DISTINCT = 20  # failures of one kind of input that are kept
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class Slow(BaseException):
    """An input took too long; no reader may take it for an error of the file."""


@dataclass(slots=True)
class Batch:
    """What came of some inputs: how many there were, how many were taken, what failed, and what they took."""

    count: int = 0
    taken: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    slowest_s: float = 0.0
    most_bytes: int = 0


def run(name: str, seed: int, count: int, folder: Path) -> Batch:
    """Give inputs to whatever reads them."""
    batch = Batch()
    trying(name, seed, count, folder, batch)()
    return batch


def trying(name: str, seed: int, count: int, folder: Path, batch: Batch) -> Any:
    """Return what tries so many inputs of a kind when it is called, as a test of hypothesis; the batch is kept up to date."""
    subject, place = subjects()[name](), folder / name
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"input{subject.ending}"

    @hypothesis.seed(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(subject.inputs)
    def each(content: bytes) -> None:
        path.write_bytes(content)
        batch.count += 1
        fault = _fault(subject, path, batch)
        if fault and fault not in batch.failures and len(batch.failures) < _DISTINCT:
            kept = place / f"{len(batch.failures)}-{seed}{subject.ending}"
            kept.write_bytes(content)
            batch.failures[fault] = kept.name

    return each


def write(batch: Batch, folder: Path, name: str) -> None:
    """Keep what came of a batch."""
    (folder / f"{name}.json").write_text(json.dumps(asdict(batch)), encoding="utf-8")


def prepare(names: Sequence[str]) -> None:
    """Load what the inputs of these kinds take, then limit time and memory."""

    def slow(*_: object) -> None:
        raise Slow

    signal.signal(signal.SIGALRM, slow)
    warnings.simplefilter("ignore")
    for name in names:
        subjects()[name]()
    resource.setrlimit(resource.RLIMIT_AS, (_bytes("VmSize") + _ROOM, resource.RLIM_INFINITY))


def _fault(subject: Subject, path: Path, batch: Batch) -> str | None:
    """Use one input; what it did that it must not."""
    before = _peak_anew()
    began = perf_counter()
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
    try:
        fault = _used(subject.use, path, batch)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        batch.slowest_s = max(batch.slowest_s, perf_counter() - began)
    taken = _bytes("VmHWM") - before
    batch.most_bytes = max(batch.most_bytes, taken)
    return f"it takes {taken / 2**20:.0f} MiB" if fault is None and taken > LIMIT_BYTES else fault


def _used(use: Callable[[Path], object], path: Path, batch: Batch) -> str | None:
    try:
        use(path)
    except LntxError as error:
        return None if str(error).strip() else f"{type(error).__name__} says nothing"
    except Slow:
        return f"it takes longer than {LIMIT_S:g} s"
    except (Exception, RecursionError) as error:  # noqa: BLE001  (whatever is raised is what is looked for)
        return _signature(error)
    batch.taken += 1
    return None


def _signature(error: BaseException) -> str:
    """Name an error by its type and where in lntx it came from, so that one fault counts once."""
    frames = traceback.extract_tb(error.__traceback__)
    own = str(Path(lntx.__file__).parent)
    places = [
        f"{Path(frame.filename).relative_to(own)}:{frame.lineno}" for frame in frames if frame.filename.startswith(own)
    ]
    words = " ".join(str(error).split())
    return f"{type(error).__name__} at {places[-1] if places else 'elsewhere'}: {words[-160:]}"


def _peak_anew() -> int:
    """Forget the largest memory so far, and give what there is; Linux alone can."""
    try:
        _RESET.write_text("5", encoding="utf-8")
    except OSError:
        return _bytes("VmHWM")
    return _bytes("VmRSS")


def _bytes(name: str) -> int:
    for line in _STATUS.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


def _main(folder: str, seed: str, count: str, *names: str) -> None:
    prepare(names)
    for name in names:
        write(run(name, int(seed), int(count), Path(folder)), Path(folder), name)


if __name__ == "__main__":
    _main(*sys.argv[1:])
