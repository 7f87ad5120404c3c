"""CUDA graphs: work recorded once and launched as one, so that the host need not keep up with the kernels."""

from collections.abc import Callable

import torch

Work = Callable[[], object]


def captured(work: Work, device: str, rehearsals: int = 1) -> Work:
    """Record what some work launches on a device; the returned call launches it all again, on the same tensors.

    The work is done first so often, on a stream apart, as torch asks: what it loads and sets up when it runs for the
    first time can't be recorded. On the CPU there is nothing to record, and the work itself is returned.
    """
    if not device.startswith("cuda"):
        return work
    stream = torch.cuda.Stream(device)
    stream.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(stream):
        for _ in range(rehearsals):
            work()
    torch.cuda.current_stream(device).wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        work()
    return graph.replay


class Repeated:
    """Work that is done again and again: captured once by itself, and once many times over."""

    def __init__(self, work: Work, most: int, device: str) -> None:
        """Capture; `most` is how often it is done in the larger graph, 1 for no such graph."""
        self.most = most
        self._one = captured(work, device)
        self._many = captured(lambda: [work() for _ in range(most)], device) if most > 1 else self._one

    def __call__(self, times: int) -> None:
        """Do the work that often."""
        for _ in range(times // self.most):
            self._many()
        for _ in range(times % self.most):
            self._one()
