"""Libraries: whether what the fastest ways to train need is installed."""

from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine
from lntx.extras import TRAINING, installing

ORDER = 56
_LOST = {
    "numba": "the backend fused, auto and the machine's limits",
    "safetensors": "saved models",
    "scipy": "proofs by simulation",
}


def look(machine: Machine) -> Iterator[Finding]:
    """Say what is missing, and what can't be done without it."""
    missing = [name for name in TRAINING if not machine.installed(name)]
    if "torch" in missing:
        yield Finding(
            "note",
            "torch is not installed: gate, compare and report work, and nothing can be trained",
            installing("train"),
        )
    elif missing:
        lost = ", ".join(f"{name} ({_LOST[name]})" for name in missing)
        yield Finding("warning", f"not installed, and so left out of every study: {lost}", installing("train"))
    if not (machine.installed("matplotlib") and machine.installed("seaborn")):
        yield Finding(
            "note",
            "matplotlib or seaborn is not installed: pages have numbers in their pictures' place",
            installing("figures"),
        )
