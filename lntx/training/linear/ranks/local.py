"""Ranks that lntx starts by itself: threads of this process, each with a process group, rows and weights of its own.

As processes they would need seconds to load torch each, and copies of the data. Threads find both there, and sum by the same
gloo, over a loopback socket, or by NCCL, a GPU each. What they don't have is an interpreter each: where steps are so small that
Python is most of them, ranks wait for each other's Python, and processes under torchrun are faster.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock, RLock
from typing import TypeVar

import torch

from lntx.training.device import current
from lntx.training.linear.ranks.group import Group, Lost
from lntx.training.linear.ranks.process_group import made, stores

T = TypeVar("T")

_LIMIT = timedelta(seconds=120)  # of one sum: threads of one process don't get lost
_kept: dict[tuple[str, ...], "Ranks"] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """The ranks of this process, the first of which is the calling thread; given where others are elsewhere.

    `part` is called after each training, as long as none has failed.
    """

    groups: tuple[Group, ...]
    pool: ThreadPoolExecutor | None = None
    given: bool = False
    part: Callable[[], None] | None = None
    _busy: RLock = field(default_factory=RLock)

    def run(self, work: Callable[[Group], T]) -> T:
        """Let each rank of this process do its part at once, and return what the first one's gives; raises as `each`."""
        return self.each(work)[0]

    def each(self, work: Callable[[Group], T]) -> list[T]:
        """Let each rank of this process do its part at once, and return what each one's gives.

        Raises what a rank raised: the first that failed for a reason of its own, and not for others having failed.
        """
        with self._busy:  # sums of two trainings at once would be each other's
            return self._each(work)

    def _each(self, work: Callable[[Group], T]) -> list[T]:
        if self.pool is None:
            with current(self.groups[0].device):
                found = [work(self.groups[0])]
            if self.part:
                self.part()
            return found
        threads = torch.get_num_threads()
        each = max(1, threads // len(self.groups))

        def done(group: Group) -> T:
            torch.set_num_threads(each)  # of this thread; new ones take it, too
            try:
                with current(group.device):
                    return work(group)
            except BaseException:
                group.close()
                raise

        others = [self.pool.submit(done, group) for group in self.groups[1:]]
        try:
            own, failed = [done(self.groups[0])], list[BaseException]()
        except BaseException as error:  # noqa: BLE001  (the others have to end before it is raised)
            own, failed = [], [error]
        finally:
            torch.set_num_threads(threads)
        failed += [error for error in map(Future.exception, others) if error]
        if failed:
            self.end()
            raise next((error for error in failed if not isinstance(error, Lost)), failed[0])
        return [*own, *(one.result() for one in others)]

    def end(self) -> None:
        """Leave no rank waiting; the next training gets others."""
        with _lock:
            for key in [key for key, kept in _kept.items() if kept is self]:
                del _kept[key]
        for group in self.groups:
            group.close()
        if self.pool:
            self.pool.shutdown(wait=False)


def started(devices: Iterable[str]) -> Ranks:
    """Start a rank on each of these devices, or take those of an earlier training; they last as long as the process."""
    places = tuple(devices)
    with _lock:
        if places not in _kept:
            _kept[places] = _started(places)
        return _kept[places]


def _started(places: tuple[str, ...]) -> Ranks:
    count = len(places)
    groups = tuple(Group(rank, count, place) for rank, place in enumerate(places))
    if count == 1:
        return Ranks(groups)
    store = stores.HashStore()
    with ThreadPoolExecutor(count, thread_name_prefix="lntx-rank") as pool:
        # All at once, as each waits for the others.
        handles = list(pool.map(lambda group: made(store, group.rank, count, group.device, _LIMIT), groups))
    for group, handle in zip(groups, handles, strict=True):
        group.handle = handle
    return Ranks(groups, ThreadPoolExecutor(count - 1, thread_name_prefix="lntx-rank"))
