"""One arm at work: a pytest session in a process of its own, spoken to line by line over two pipes."""

import json
import os
import select
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from lntx.errors import LntxError
from lntx.host import lifetime
from lntx.host.output import last_lines
from lntx.result import Arm

PIPES = "LNTX_DUET"
_TELLING = ("ERROR: file", "ERROR: not found", "ERROR: found no", "E  ", "Fatal Python error", "INTERNALERROR")
_GRACE_S = 5.0  # for a worker that was told to end
_LONGEST = 2**26  # bytes of a message: a suite of a hundred thousand benchmarks says less


class WorkerLost(LntxError):
    """A worker died, hung, or spoke out of turn: nothing that it took part in counts."""


@dataclass(slots=True)
class WorkerProcess:
    """A worker process and the pipes to it. `limit_s` is what any of its steps may take, in seconds."""

    name: Arm
    process: subprocess.Popen[bytes]
    reader: int
    writer: int
    log: Path
    limit_s: float
    at: str = "starting"
    _buffer: bytes = b""
    _closed: bool = field(default=False, repr=False)

    @classmethod
    def start(
        cls, name: Arm, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path, limit_s: float
    ) -> "WorkerProcess":
        """Start a worker in a folder; its output goes to the log."""
        opened: list[int] = []
        try:
            opened += os.pipe()
            opened += os.pipe()
            theirs, writer, reader, back = opened
            with log.open("wb") as output:
                process = lifetime.start(
                    command,
                    cwd=folder,
                    env={**environment, PIPES: f"{theirs},{back}"},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    pass_fds=(theirs, back),
                )
        except OSError as error:
            for descriptor in opened:
                os.close(descriptor)
            raise WorkerLost(f"the worker of {name} can't be started: {error.strerror}") from error
        os.close(theirs)
        os.close(back)
        return cls(name, process, reader, writer, log, limit_s)

    def say(self, **message: Any) -> None:
        """Tell the worker what to do."""
        try:
            os.write(self.writer, json.dumps(message).encode() + b"\n")
        except OSError:  # a broken pipe
            raise self._lost() from None

    def hear(self, *expected: str) -> dict[str, Any]:
        """Wait for the worker's next message; WorkerLost if it dies, takes too long, or says something else."""
        message = self._next()
        if message.get("event") == "fatal":
            raise WorkerLost(f"the worker of {self.name} failed at {self.at}: {message.get('message')}")
        if message.get("event") not in expected:
            raise WorkerLost(f"the worker of {self.name} said {message.get('event')!r} at {self.at}, out of turn")
        return message

    def ask(self, *expected: str, **message: Any) -> dict[str, Any]:
        """Tell it something, and wait for its answer."""
        self.say(**message)
        return self.hear(*expected)

    def _next(self) -> dict[str, Any]:
        until = monotonic() + self.limit_s
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self.reader], [], [], max(0.0, until - monotonic()))
            if not ready:
                self.kill()
                raise WorkerLost(
                    f"the worker of {self.name} hung at {self.at}: killed after {self.limit_s:g} s (--limit)"
                )
            heard = os.read(self.reader, 1 << 16)
            if not heard:
                raise self._lost()
            self._buffer += heard
            if len(self._buffer) > _LONGEST:
                raise self._garbled()
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            raise self._garbled() from None
        if not isinstance(found, dict):
            raise self._garbled()
        return found

    def _garbled(self) -> WorkerLost:
        """Kill a worker into whose pipe something else has written, as only a benchmark can."""
        self.kill()
        return WorkerLost(
            f"what the worker of {self.name} said at {self.at} is no message: something else wrote to its pipe"
        )

    def _lost(self) -> WorkerLost:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE_S)
        code = self.process.returncode
        self.kill()
        how = f"by {signal.Signals(-code).name}" if code is not None and code < 0 else f"with exit code {code}"
        last = self.last_error_line()
        return WorkerLost(f"the worker of {self.name} died {how} at {self.at}" + (f": {last}" if last else ""))

    def last_error_line(self) -> str:
        """Return the line of its output that tells most: pytest's own mark of an error, else the last."""
        with suppress(OSError):
            said = last_lines(self.log)
            told = [line for line in said if line.startswith(_TELLING) or ": error: " in line]
            return (told or said or [""])[-1][:300]
        return ""

    def wait(self) -> None:
        """Let it end by itself, for a while."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE_S)

    def kill(self) -> None:
        """End the process and all that it started; nothing happens where that was done."""
        if self._closed:
            return
        self._closed = True
        lifetime.end(self.process)
        os.close(self.writer)
        os.close(self.reader)
