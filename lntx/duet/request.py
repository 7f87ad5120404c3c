"""What a gate is asked for."""

from dataclasses import dataclass, field
from pathlib import Path

from lntx.duet.pace import Pace
from lntx.result import Rules


@dataclass(frozen=True, slots=True)
class Request:
    """A gate, as the command line or a program asks for it.

    `where` is a folder of the repository, from which pytest's `arguments` are meant. `base` and `head` are revisions.
    `build` is a shell command that installs each arm into an environment of its own; without it both arms run in
    `python`, which `one_environment` allows even where base and head declare different dependencies. `sources` are the
    folders, below the root, that hold what is imported. `threads` is what each arm may use, `limit_s` the seconds that
    one step of a worker may take. Without `guard`, code that is the same in both arms is timed like any other; without
    `counters`, nothing is counted. `history` is the file of what A/A runs told of the noise.
    """

    where: Path
    base: str
    head: str = "HEAD"
    arguments: tuple[str, ...] = ()
    rules: Rules = field(default_factory=Rules)
    python: str = ""
    build: str = ""
    one_environment: bool = False
    sources: tuple[str, ...] = ("src", ".")
    threads: int = 1
    limit_s: float = 300.0
    guard: bool = True
    counters: bool = True
    history: Path | None = None
    seed: int | None = None
    pace: Pace = field(default_factory=Pace)
