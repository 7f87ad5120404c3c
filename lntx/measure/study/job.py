"""What one process of a study is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """One process's part: the replicate (from 0), a backend and a device; or a way, and the suites of loops that it goes."""

    replicate: int
    backend: str
    device: str
    loops: str = ""
