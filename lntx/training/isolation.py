"""The surroundings of a backend's code: the same for every training, and afterwards as they were.

A training must depend on its problem and its recipe alone. What torch, NumPy and Python keep for the whole process (a
default dtype, autocast, `no_grad`, the working directory, random numbers) could make it another one, or, changed by a
backend, change everybody else's.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import torch

from lntx.training.process_state import KEPT, LIBRARIES, SETTINGS, loaded


@dataclass(slots=True)
class Surroundings:
    """What a piece of code did to its surroundings, known when it has ended.

    changed names each piece that it changed, in words for a sentence ("torch's default dtype"); all are put back but those
    that `lasting` names, too: they can't be.
    """

    changed: list[str] = field(default_factory=list)
    lasting: list[str] = field(default_factory=list)


def is_usual() -> bool:
    """Return whether torch's modes are those of a fresh process, as far as can be told in a microsecond."""
    return (
        torch.get_default_dtype() == torch.float32
        and torch.is_grad_enabled()
        and not torch.is_inference_mode_enabled()
        and not torch.is_autocast_enabled("cpu")
        and not torch.is_autocast_enabled("cuda")
        and not torch._C._len_torch_function_stack()  # noqa: SLF001  (a default device is a mode; asking for it takes 4 us)
    )


@contextmanager
def usual() -> Iterator[Surroundings]:
    """Run what is inside as in a fresh process, and put back afterwards what the caller had, whatever it did.

    Inside: float32 as the default dtype, the CPU as the default device, gradients recorded, and no autocast, inference
    mode, anomaly detection, flushing of denormal numbers, shortened float32 products or raising of NumPy's. Threads, random
    numbers and all else are the caller's. Entering and leaving takes some 0.2 ms: enter it around a series of calls, not
    around each. What it yields says afterwards what was changed. In the thread that enters it alone, where torch's modes are
    a thread's own.
    """
    found = Surroundings()
    inference = torch.is_inference_mode_enabled()
    with torch.inference_mode(mode=False) if inference else nullcontext():
        before, before_libraries = ([setting.get() for setting in family] for family in (SETTINGS, LIBRARIES))
        for setting, value in zip(SETTINGS, before, strict=True):
            if setting.usual is not KEPT and value != setting.usual:
                setting.put(setting.usual)
        there = loaded()
        try:
            yield found
        finally:
            _restore(found, before, before_libraries, libraries_too=loaded() == there)


def _restore(found: Surroundings, before: list[object], before_libraries: list[object], *, libraries_too: bool) -> None:
    """Put everything back as it was before, and note what was changed meanwhile."""
    if torch.is_inference_mode_enabled():
        found.changed.append("torch's inference mode")
        _left_inference.append(torch._C._InferenceMode(False))  # noqa: SLF001  (it lasts as long as this object)
    for setting, value in zip(SETTINGS, before, strict=True):
        inside, now = value if setting.usual is KEPT else setting.usual, setting.get()
        if now != inside:
            found.changed.append(setting.name)
        if now != value and not _put(setting.put, value):
            found.lasting.append(setting.name)
    for setting, value in zip(LIBRARIES, before_libraries, strict=True):
        if setting.get() != value:
            found.changed += [setting.name] * libraries_too
            _put(setting.put, value)


_left_inference: list[object] = []


def _put(put: object, value: object) -> bool:
    """Put a value back; tell whether that worked."""
    try:
        put(value)  # type: ignore[operator]
    except Exception:  # noqa: BLE001  (the folder was removed, the threads are fixed: one that fails must not keep others)
        return False
    return True
