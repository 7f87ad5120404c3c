"""Where a training runs: the devices that torch knows here, said in words when one is missing, and threads on the CPU."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

import torch

from lntx.errors import InputError
from lntx.host import quiet
from lntx.training import scalars

T = TypeVar("T")


def known(device: Any) -> tuple[str, str]:
    """Read a device, as a string or as torch's object, as its kind and index; InputError for what is no device anywhere."""
    kind, colon, index = str(device).partition(":") if isinstance(device, (str, torch.device)) else ("", "", "")
    if kind not in ("cpu", "cuda") or (colon and not (kind == "cuda" and index.isdecimal() and index.isascii())):
        raise InputError(f"device must be cpu, cuda or cuda:N, not {scalars.shown(device)}")
    return kind, index


def check(device: Any) -> None:
    """Raise InputError for a device that is unknown, or that this machine or this torch doesn't have."""
    kind, index = known(device)
    if kind == "cuda" and not torch.cuda.is_available():
        build = "this torch is built without CUDA" if torch.version.cuda is None else "torch finds no CUDA device"
        raise InputError(f"device {device} can't be used: {build}; use --device cpu")
    if kind == "cuda" and int(index or 0) >= torch.cuda.device_count():
        raise InputError(f"there is no {device}; this machine has {torch.cuda.device_count()} CUDA device(s)")


def current(device: str) -> AbstractContextManager[Any]:
    """Make a CUDA device the current one: kernels that are launched without a tensor's help go there."""
    return torch.cuda.device(torch.device(device)) if known(device)[0] == "cuda" else nullcontext()


def settle(device: str) -> None:
    """Wait until a CUDA device has done all that it was asked for; the CPU always has."""
    if known(device)[0] == "cuda":
        torch.cuda.synchronize(device)


def settled(call: Callable[[], T], device: str) -> Callable[[], T]:
    """Let a call wait, before it returns, until a CUDA device has done what it was asked for; on the CPU, the call itself."""
    if known(device)[0] == "cpu":
        return call

    def wait() -> T:
        result = call()
        settle(device)
        return result

    return wait


def limit_threads(threads: int) -> None:
    """Set the threads of torch and of the BLAS and OpenMP libraries that are loaded."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    torch.set_num_threads(threads)
    threadpool_limits(limits=threads)


@contextmanager
def single_threaded() -> Iterator[None]:
    """Let BLAS use one thread meanwhile, for what isn't timed.

    OpenBLAS's threads wait for each other by spinning: on a machine that others use too, the eigenvectors of a proof
    take 15 s instead of one.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    with threadpool_limits(limits=1, user_api="blas"):
        yield


@contextmanager
def threads(number: int) -> Iterator[None]:
    """Let torch use so many threads meanwhile; the last digits of what several make depend on where each begins."""
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def sharing() -> Iterator[None]:
    """Let torch use a share of its threads meanwhile, where other processes of the study are at work; for what isn't timed.

    Two processes with a thread for each core wait for each other at the end of every operation: beside another, the steps of a
    small network took 11 ms instead of 0.4.
    """
    with threads(max(1, torch.get_num_threads() // quiet.at_work())):
        yield
