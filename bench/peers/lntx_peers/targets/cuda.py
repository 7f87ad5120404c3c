"""On a GPU: a full-batch step against what the device copies (T6), and the tutorial in one launch (T7)."""

import statistics
from collections.abc import Sequence
from dataclasses import replace

import torch

import lntx
from lntx.report import units
from lntx.targets import Target
from lntx_peers.contest import probes
from lntx_peers.contest.contest import Contest, Outcome, Wanted
from lntx_peers.contest.training import Training
from lntx_peers.contest.turns import Patience

KEYS = ("T6", "T7")
DEVICE = "cuda"

_COPYING = "copying on the device"
_STEP = (
    Wanted("T6", "triton", _COPYING, 0.8, measure="share of the copy bandwidth"),
    *(Wanted("T6", "triton", peer, None) for peer in ("cudagraph", "eager")),
)
_TUTORIAL = (
    Wanted("T7", "triton", "eager", 100),
    Wanted("T7", "triton", "cudagraph", None),
)
_SAMPLES, _FEATURES = 1_000_000, 100
_EPOCHS = 20  # of full batches, in one call
_COPIED = 2**30  # bytes, many times what the device's cache holds
_EAGER_EPOCHS = 10  # of 1000: a part of the tutorial's 100,000 steps is timed, as Python takes each


def play(keys: Sequence[str], *, quick: bool, device: str = DEVICE) -> Outcome:
    """Train on the device; what can't be done there has its reason."""
    found = Outcome()
    if "T6" in keys:
        found += _step(device, quick=quick)
    if "T7" in keys:
        found += _tutorial(device, quick=quick)
    return found


def _step(device: str, *, quick: bool) -> Outcome:
    problem = lntx.synthetic(64 if quick else _SAMPLES, _FEATURES)
    recipe = lntx.Recipe(lr=0.1, epochs=2 if quick else _EPOCHS, batch_size=None)
    trainings = [Training("peers_cuda_step", name, problem, recipe, device=device) for name in _names(_STEP)]
    copied = 2**20 if quick else _COPIED
    task = f"{problem.samples:,} x {problem.features}, full batch, one step on a GPU"
    contest = Contest.of(task, trainings, {_COPYING: probes.copying(device, copied)})
    contest.play(Patience(2, 0.005) if quick else Patience(7, 0.1))
    read = recipe.epochs * (problem.X.nbytes + problem.Y.nbytes)
    targets = [contest.target(wanted, _rates(contest, read, 2 * copied)) for wanted in _STEP]
    targets[0] = _share(targets[0], read / (2 * copied))
    return contest.outcome + Outcome(tuple(targets))


def _tutorial(device: str, *, quick: bool) -> Outcome:
    problem, recipe = lntx.tutorial(), lntx.Recipe(epochs=2) if quick else lntx.Recipe()
    trainings = [
        Training(
            "peers_cuda_tutorial", name, problem, recipe, _EAGER_EPOCHS if name == "eager" else None, device=device
        )
        for name in _names(_TUTORIAL)
    ]
    steps = recipe.steps(problem.samples)
    contest = Contest.of(f"the tutorial on a GPU, {steps:,} steps of batch size 1", trainings)
    contest.play(Patience(2, 0.005) if quick else Patience(7, 0.1))
    launches = _launches(contest.trainings["triton"]) if "triton" in contest.times else ""
    targets = [contest.target(wanted, _limit(contest, wanted, steps, launches)) for wanted in _TUTORIAL]
    return contest.outcome + Outcome(tuple(targets))


def _names(comparisons: Sequence[Wanted]) -> list[str]:
    names = dict.fromkeys(name for wanted in comparisons for name in (wanted.contestant, wanted.peer))
    return [name for name in names if name != _COPYING]


def _share(target: Target, more: float) -> Target:
    """Turn the time of a copy over that of all epochs into a share of its bandwidth."""
    return replace(target, unit="share", values=tuple(value * more for value in target.values))


def _rates(contest: Contest, read: int, copied: int) -> str:
    """Say how many bytes a second pass by, if X and Y are read once a step: who reads them twice moves more than that."""
    moved = {_COPYING: copied} | dict.fromkeys(contest.trainings, read)
    rates = [
        f"{name} {units.digits(size / statistics.median(contest.times[name]) / 1e9)} GB/s"
        for name, size in moved.items()
        if name in contest.times
    ]
    return f"X and Y once a step: {units.listing(rates)}"


def _limit(contest: Contest, wanted: Wanted, steps: int, launches: str) -> str:
    """Say what each needs a step, and how many kernels a whole training launches."""
    took = {name: contest.median(name) for name in (wanted.peer, wanted.contestant)}
    said = units.listing([f"{name} {units.seconds(time / steps)} a step" for name, time in took.items() if time])
    return "; ".join(filter(None, (said, launches)))


def _launches(training: Training) -> str:
    """Count the kernels of one training, by torch's profiler: those that train, and torch's own around them."""
    with torch.profiler.profile(activities=list(torch.profiler.supported_activities())) as profile:
        training()
    launched = [event.name for event in profile.events() or () if event.device_type.name == "CUDA"]
    kernels = [name for name in launched if not name.startswith(("Memcpy", "Memset"))]
    training_ones = [name for name in kernels if name == "train"]
    return (
        f"one training launches its kernel {len(training_ones)} time(s), beside {len(kernels) - len(training_ones)} kernels and "
        f"{len(launched) - len(kernels)} copies that set the weights at its start and hand them out"
        if training_ones
        else ""
    )
