"""Libraries: whether what the fastest ways to train need is installed."""

from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine

ORDER = 56
_TRAINING = ("torch", "numba", "safetensors", "scipy")
_LOST = {
    "numba": "the backend fused, auto and the machine's limits",
    "safetensors": "saved models",
    "scipy": "proofs by simulation",
}
_TRAIN = "pip install 'lntx[train]', or '.[train]' in a clone of lntx"
_FIGURES = "pip install 'lntx[figures]', or '.[figures]' in a clone of lntx"


def look(machine: Machine) -> Iterator[Finding]:
    """Say what is missing, and what can't be done without it."""
    missing = [name for name in _TRAINING if not machine.installed(name)]
    if "torch" in missing:
        yield Finding(
            "note", "torch is not installed: gate, compare and report work, and nothing can be trained", _TRAIN
        )
    elif missing:
        lost = ", ".join(f"{name} ({_LOST[name]})" for name in missing)
        yield Finding("warning", f"not installed, and so left out of every study: {lost}", _TRAIN)
    if not (machine.installed("matplotlib") and machine.installed("seaborn")):
        yield Finding(
            "note", "matplotlib or seaborn is not installed: pages have numbers in their pictures' place", _FIGURES
        )
