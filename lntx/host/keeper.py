"""The keeper: a process that ends what another one has started, when that one is gone, however it ended.

It hears of each process over its standard input, a line of JSON each, and sleeps meanwhile. The input's end means that nobody
is there any more to write. It is run by its path, as a file that needs nothing of lntx's, so that it is there in no time and
takes little memory.
"""

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from time import sleep

_DEAF = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")  # what ends its owner must not end it first
_ROUNDS, _WAIT_S = 50, 0.02  # what is ended may start others in the meantime


def main() -> None:
    """Listen until the end, and end what is left then."""
    for name in _DEAF:
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    kept: dict[int, bool] = {}
    marks: set[bytes] = set()
    for line in sys.stdin.buffer:
        with suppress(ValueError):  # half a line: its writer died
            hear(json.loads(line), kept, marks)
    for pid, group in kept.items():
        with suppress(OSError):
            (os.killpg if group else os.kill)(pid, signal.SIGKILL)
    for _ in range(_ROUNDS):
        left = list(marked(marks)) if kept else []
        if not left:
            return
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        sleep(_WAIT_S)


def hear(message: dict[str, object], kept: dict[int, bool], marks: set[bytes]) -> None:
    """Take a message in: a process to end, alone or with its group, or one that is over; and what marks its descendants."""
    pid = int(str(message["pid"]))
    if message.get("over"):
        kept.pop(pid, None)
        return
    kept[pid] = bool(message.get("group"))
    if mark := message.get("mark"):
        marks.add(os.fsencode(str(mark)))


def marked(marks: Iterable[bytes]) -> Iterator[int]:
    """Yield the processes that have one of these variables (`NAME=value`), where the system shows them: on Linux."""
    found = set(marks)
    if not found or not os.path.isdir("/proc/self"):  # noqa: PTH112  (pathlib takes longer to load than all else here)
        return
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdecimal() and int(name) != os.getpid():
            with suppress(OSError), open(f"/proc/{name}/environ", "rb") as stream:  # noqa: PTH123
                if found & set(stream.read().split(b"\0")):
                    yield int(name)


if __name__ == "__main__":
    main()
