"""What a gate is asked for, and how long the parts of a measurement take."""

from dataclasses import dataclass, field
from pathlib import Path

from lntx.result import Rules


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in seconds: a batch, the warm-up at most, all quads of a pair at most; and how many those are."""

    batch_s: float = 0.025
    warm_s: float = 2.0
    quads: int = 8
    quads_s: float = 4.0


CONTROL = Pace(batch_s=0.01, warm_s=0.5)
"""The pace of the controls, whose work is always the same: shorter batches, as many of them."""


@dataclass(frozen=True, slots=True)
class GateConfig:
    """A gate, as the command line or a program asks for it.

    `where` is a folder of the repository, from which pytest's `arguments` are meant. `base` and `head` are revisions.
    `build` is a shell command that installs each arm into an environment of its own; without it both arms run in
    `python`, which `one_environment` allows even where base and head declare different dependencies. `sources` are the
    folders, below the root, that hold what is imported. `threads` is what each arm may use, `limit_s` the seconds that
    one step of a worker may take. Without `guard`, code that is the same in both arms is timed like any other; without
    `counters`, nothing is counted. `history` is the file of what A/A runs told of the noise. `asv` is the folder of an asv
    suite, meant from `where`; empty where there is none.
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
    asv: str = ""
    seed: int | None = None
    pace: Pace = field(default_factory=Pace)
