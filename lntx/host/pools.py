"""How many threads the libraries that are loaded compute with: torch's, and those of BLAS and OpenMP."""

from collections.abc import Iterator
from contextlib import contextmanager


def limit(threads: int) -> None:
    """Set the threads of torch and of the BLAS and OpenMP libraries that are loaded."""
    import torch  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    torch.set_num_threads(threads)
    threadpool_limits(limits=threads)


@contextmanager
def single() -> Iterator[None]:
    """Let BLAS use one thread meanwhile, for what isn't timed.

    OpenBLAS's threads wait for each other by spinning: on a machine that others use too, the eigenvectors of a proof
    take 15 s instead of one.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    with threadpool_limits(limits=1, user_api="blas"):
        yield
