"""What comes out of a loop's training: the model, its tensors, the losses on the way, and what it cost."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from lntx.errors import Diverged, InputError
from lntx.storage.disk import write_bytes
from lntx.training.fit import Seconds
from lntx.training.loop.fault import blamed
from lntx.training.loop.prepared import LoopTraining, Tensors
from lntx.training.loop.surroundings import surrounding
from lntx.training.weights_file import LOOP


@dataclass(frozen=True, slots=True, eq=False)
class LoopFit:
    """A trained model. tensors: its parameters and buffers by name, on the CPU, as they were trained.

    losses: for each epoch, the mean of what its steps returned; empty where they return no number. metric: what the file's
    metric(model) gave; None without one. seconds: of preparing and of the training, in which the losses are kept.
    """

    model: nn.Module
    tensors: Tensors
    losses: tuple[float, ...] = ()
    metric: float | None = None
    seconds: Seconds = field(default_factory=Seconds)

    def save(self, path: Path) -> None:
        """Write parameters and buffers as safetensors, for `safetensors.torch.load_model`; InputError where that can't be."""
        from safetensors.torch import save  # noqa: PLC0415  (training needs no file format)

        kept = self.model.state_dict().keys()
        tensors = {name: tensor.contiguous() for name, tensor in self.tensors.items() if name in kept}
        write_bytes(path, save(tensors, metadata={"format": "pt", "lntx": LOOP}))


def trained(
    run: LoopTraining, metric: Callable[[Any], Any] | None = None, progress: Callable[[int], None] | None = None
) -> LoopFit:
    """Train once, keep the losses that the steps return, and ask for the metric afterwards.

    Raises Diverged where the weights leave the finite numbers, and InputError for a metric that is no number.
    """
    losses: list[Any] = []

    def each(step: int, value: Any) -> None:
        if isinstance(value, (Tensor, float)):
            losses.append(value.detach().clone() if isinstance(value, Tensor) else value)
        if progress and step % run.epoch == 0:
            progress(step // run.epoch)

    started = perf_counter()
    tensors = run.trace((run.steps,), each=each)[run.steps]
    seconds = perf_counter() - started
    _check(run, tensors)
    return LoopFit(
        run.made.model, tensors, _means(losses, run), _asked(run, metric), Seconds(prepare=run.prepared_s, run=seconds)
    )


def _check(run: LoopTraining, tensors: Tensors) -> None:
    for name in run.made.trained:
        if not bool(tensors[name].isfinite().all()):
            raise Diverged(f"training diverged: {name} is not finite after {run.steps} steps; use a smaller lr")


def _means(losses: list[Any], run: LoopTraining) -> tuple[float, ...]:
    """Return the mean loss of each epoch; none where steps return none, or more than a number."""
    if len(losses) < run.steps or any(isinstance(loss, Tensor) and loss.numel() != 1 for loss in losses):
        return ()
    values = [float(loss) for loss in losses]
    epochs = (values[first : first + run.epoch] for first in range(0, len(values), run.epoch))
    return tuple(math.fsum(epoch) / len(epoch) for epoch in epochs)


def _asked(run: LoopTraining, metric: Callable[[Any], Any] | None) -> float | None:
    """Ask for the metric, in the surroundings of the training, without gradients."""
    if metric is None:
        return None
    with surrounding(run.dtype), torch.no_grad(), blamed("metric(model)", run.files):
        value = metric(run.made.model)
    try:
        return float(value.detach() if isinstance(value, Tensor) else value)
    except (TypeError, ValueError, RuntimeError):
        raise InputError(f"metric(model) gave a {type(value).__name__}, where one number is due") from None
