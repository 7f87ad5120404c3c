"""What a process leaves running: daemons that went to a session of their own, and how they are found and ended.

On Linux, whoever starts foreign code adopts what that leaves behind (PR_SET_CHILD_SUBREAPER): however often a daemon forks, it
is a child then. Elsewhere, and after an owner was killed, a variable tells whose they are, unless they have removed it.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import psutil

VARIABLE = "LNTX_WITHIN"
"""Names, for everything that is started for it, the temporary folder of a gate."""
_SET, _GET = 36, 37  # PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER
_ROUNDS = 20  # what is ended may leave children in turn, which are found the next time
_LOOK_S = 0.02
_GRACE_S = 2.0  # for the system to end what was killed


@dataclass(slots=True)
class Adopted:
    """The descendants that what runs within a folder leaves behind, but for children that were there before.

    What runs there has a session of its own. `adopts` says whether the system makes its orphans children of this process.
    """

    folder: Path
    spared: frozenset[psutil.Process]
    adopts: bool
    _at_work: int = 0

    @contextmanager
    def working(self) -> Iterator[None]:
        """Start processes and end them meanwhile; what they leave is ended behind the last, where such parts are nested."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1
            if not self._at_work:
                self.end()

    def end(self) -> None:
        """End them all."""
        if self.adopts:
            _end(self._left)
        else:
            end_within(self.folder)

    def _left(self) -> list[psutil.Process]:
        """List the children that are new and of another session, and theirs: helpers of multiprocessing's share this one's."""
        new = [one for one in psutil.Process().children() if one not in self.spared and _elsewhere(one.pid)]
        found = list(new)
        for one in new:
            with suppress(psutil.Error):
                found += one.children(recursive=True)
        return found


@contextmanager
def adopting(folder: Path) -> Iterator[Adopted]:
    """Adopt what descendants leave behind, and end it at last. VARIABLE names the folder to all that is started meanwhile."""
    before = _adopt(wanted=True)
    found = Adopted(folder, frozenset(psutil.Process().children()), adopts=before is not None)
    try:
        yield found
    finally:
        found.end()
        _adopt(wanted=bool(before))


def end_within(folder: Path) -> None:
    """End all processes of this user that were started within a folder, as VARIABLE says, but for this one."""
    _end(lambda: list(_within(str(folder.resolve()))))


def _within(folder: str) -> Iterator[psutil.Process]:
    own = psutil.Process()
    for one in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if one != own and one.environ().get(VARIABLE) == folder and one.status() != psutil.STATUS_ZOMBIE:
                yield one


def _elsewhere(pid: int) -> bool:
    """Whether a process belongs to another session than this one."""
    with suppress(OSError):
        return os.getsid(pid) != os.getsid(0)
    return False


def _end(find: Callable[[], list[psutil.Process]]) -> None:
    """Kill what is found, until nothing is."""
    for _ in range(_ROUNDS):
        found = find()
        if not found:
            return
        for one in found:
            with suppress(psutil.Error):
                one.kill()
        until = monotonic() + _GRACE_S
        while found and monotonic() < until:
            _, alive = psutil.wait_procs(found, timeout=_LOOK_S)
            found = [one for one in alive if not _ended(one)]


def _ended(one: psutil.Process) -> bool:
    """Whether nothing is left of a process but its parent's duty to hear of it."""
    with suppress(psutil.NoSuchProcess):
        return one.status() == psutil.STATUS_ZOMBIE
    return True


def _adopt(*, wanted: bool) -> bool | None:
    """Ask Linux to make this process the parent of its descendants' orphans, or no longer; what held before, None elsewhere."""
    if sys.platform != "linux":
        return None
    try:
        prctl = ctypes.CDLL(None).prctl
        before = ctypes.c_int()
        if prctl(_GET, ctypes.byref(before), 0, 0, 0) or prctl(_SET, int(wanted), 0, 0, 0):
            return None
    except (OSError, AttributeError):
        return None
    return bool(before.value)
