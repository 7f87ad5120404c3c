"""What a process keeps for all of its code: each piece that a training may depend on, or that a backend may change.

A piece can be read and put back. Some have a usual value, torch's own at its start, under which every training runs: with
another one it would be another training. The others are the caller's, and stay as they are.
"""

import gc
import locale
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.overrides import _get_current_function_mode_stack, _pop_mode, _push_mode
from torch.utils import _device

KEPT = object()
"""In place of a usual value: the caller's is left alone."""

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGALRM", "SIGHUP") if hasattr(signal, name)]
_WARNED = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
_FULL = ("none", "ieee")  # of float32 products: no digits are left out
_SMALLEST = 5e-324  # a denormal number


@dataclass(frozen=True, slots=True)
class Setting:
    """One piece: what it is called in a sentence, how to read it, how to put it back."""

    name: str
    get: Callable[[], Any]
    put: Callable[[Any], object]
    usual: Any = KEPT


def _modes() -> tuple[Any, ...]:
    """List what stands between a call of torch and torch: the default device, and other modes of function calls."""
    chosen = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)  # noqa: SLF001  (`get_default_device` reads it)
    modes = _get_current_function_mode_stack() if torch._C._len_torch_function_stack() else ()  # noqa: SLF001
    return (_device.CURRENT_DEVICE, chosen, *modes) if chosen or modes or _device.CURRENT_DEVICE else ()


def _put_modes(state: tuple[Any, ...]) -> None:
    """Put the modes back, the undermost first, each as the object that it was: whoever entered it will leave it."""
    while torch._C._len_torch_function_stack():  # noqa: SLF001  (a mode is left by nobody but who entered it)
        _pop_mode()
    _device.CURRENT_DEVICE, torch._GLOBAL_DEVICE_CONTEXT.device_context, *modes = state or (None, None)  # noqa: SLF001
    for mode in modes:
        _push_mode(mode)


def _precision() -> Any:
    """Read how many digits float32 products keep: "highest", or what it takes to put anything else back."""
    each = [getattr(place, "fp32_precision", "none") for place in (torch.backends.cuda.matmul, _mkldnn())]
    try:
        whole = torch.get_float32_matmul_precision()
    except RuntimeError:  # it was set by torch's newer names, and has no older one
        whole = ""
    return whole if whole == "highest" and all(name in _FULL for name in each) else (whole, *each)


def _put_precision(state: Any) -> None:
    whole, *each = (state,) if isinstance(state, str) else state
    torch.set_float32_matmul_precision(whole or "highest")
    for place, name in zip((torch.backends.cuda.matmul, _mkldnn()), each, strict=False):
        if hasattr(place, "fp32_precision"):
            place.fp32_precision = name


def _mkldnn() -> Any:
    return getattr(torch.backends.mkldnn, "matmul", None)


def _autocasts() -> tuple[bool, bool]:
    return torch.is_autocast_enabled("cpu"), torch.is_autocast_enabled("cuda")


def _put_autocasts(state: tuple[bool, bool]) -> None:
    for device, enabled in zip(("cpu", "cuda"), state, strict=True):
        torch.set_autocast_enabled(device, enabled)
    torch.clear_autocast_cache()


def _flags() -> tuple[Any, ...]:
    cudnn = torch.backends.cudnn
    return (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        torch.is_warn_always_enabled(),
        cudnn.enabled,
        cudnn.benchmark,
        cudnn.deterministic,
    )


def _put_flags(state: tuple[Any, ...]) -> None:
    torch.use_deterministic_algorithms(state[0], warn_only=state[1])
    torch.set_warn_always(state[2])
    torch.backends.cudnn.enabled, torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = state[3:]


def _torch_drawn() -> Any:
    state = torch.get_rng_state().numpy().tobytes()
    if not torch.cuda.is_initialized():
        return (state,)
    return state, *(each.numpy().tobytes() for each in torch.cuda.get_rng_state_all())


def _put_torch_drawn(state: Any) -> None:
    host, *devices = (torch.frombuffer(bytearray(each), dtype=torch.uint8) for each in state)
    torch.set_rng_state(host)
    for index, each in enumerate(devices):
        torch.cuda.set_rng_state(each, index)


def _numpy_drawn() -> Any:
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002  (the global one is what is asked about)
    return kind, np.asarray(keys).tobytes(), *rest


def _put_numpy_drawn(state: Any) -> None:
    kind, keys, *rest = state
    np.random.set_state((kind, np.frombuffer(keys, np.uint32), *rest))  # noqa: NPY002


def _folder() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109  (a string is what is compared, and costs half as much)
    except OSError:  # it was removed
        return None


def _put_folder(path: str | None) -> None:
    if path is not None:
        os.chdir(path)


def _put_environment(state: dict[str, str]) -> None:
    for name in os.environ.keys() - state.keys():
        del os.environ[name]
    os.environ.update({name: value for name, value in state.items() if os.environ.get(name) != value})


def _put_filters(state: list[Any]) -> None:
    warnings.filters[:] = state  # type: ignore[index]  # a list in all versions
    for name in (
        "_filters_mutated",
        "_filters_mutated_lock_held",
    ):  # whichever this Python has: what was decided is void
        with suppress(AttributeError, RuntimeError):
            getattr(warnings, name)()


def _handlers() -> list[Any]:
    return [signal.getsignal(each) for each in _SIGNALS]


def _put_handlers(state: list[Any]) -> None:
    if threading.current_thread() is threading.main_thread():
        for each, handler in zip(_SIGNALS, state, strict=True):
            if handler is not None:  # None: set by what isn't Python
                signal.signal(each, handler)


def _cores() -> set[int]:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def _put_cores(cores: set[int]) -> None:
    if cores:
        os.sched_setaffinity(0, cores)


def _impossible(_state: Any) -> None:
    raise RuntimeError("it can be set once in a process")


SETTINGS = (
    Setting("torch's default device or a mode of its calls", _modes, _put_modes, ()),
    Setting("torch's default dtype", torch.get_default_dtype, torch.set_default_dtype, torch.float32),
    Setting("whether torch records gradients", torch.is_grad_enabled, torch.set_grad_enabled, True),
    Setting("torch's autocast", _autocasts, _put_autocasts, (False, False)),
    Setting("the precision of torch's float32 products", _precision, _put_precision, "highest"),
    Setting("torch's anomaly detection", torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly, False),
    Setting("whether denormal numbers count", lambda: _SMALLEST * 1.0 == 0, torch.set_flush_denormal, False),
    Setting("torch's flags", _flags, _put_flags),
    Setting("torch's inter-op threads", torch.get_num_interop_threads, _impossible),
    Setting("torch's random numbers", _torch_drawn, _put_torch_drawn),
    Setting("NumPy's random numbers", _numpy_drawn, _put_numpy_drawn),
    Setting("Python's random numbers", random.getstate, random.setstate),
    Setting("NumPy's floating-point errors", np.geterr, lambda state: np.seterr(**state), _WARNED),
    Setting("the working directory", _folder, _put_folder),
    Setting("the cores that it may use", _cores, _put_cores),
    Setting("signal handlers", _handlers, _put_handlers),
    Setting(
        "the locale", lambda: locale.setlocale(locale.LC_ALL), lambda state: locale.setlocale(locale.LC_ALL, state)
    ),
    Setting("garbage collection", gc.isenabled, lambda on: gc.enable() if on else gc.disable()),
)
"""What is a backend's own doing where it changes."""

LIBRARIES = (
    Setting("the environment's variables", os.environ.copy, _put_environment),
    Setting("torch's threads", torch.get_num_threads, torch.set_num_threads),
    Setting("the filters of warnings", lambda: list(warnings.filters), _put_filters),
)
"""What a library changes, too, when it is loaded, which no backend can help: numba's OpenMP sets torch's threads."""


def loaded() -> tuple[int, bool]:
    """Count what is loaded: where that is the same, no library was loaded meanwhile."""
    return len(sys.modules), torch.cuda.is_initialized()
