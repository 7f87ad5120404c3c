"""What a gate is asked for, and how long the parts of a measurement take."""

from dataclasses import dataclass, field
from pathlib import Path

from lntx.result import Rules

PLUGIN = "lntx_duet_worker"
"""The name under which workers import the plugin: not lntx's, as lntx may be what is gated."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in seconds: a batch, the warm-up at most, and the quads of a pair together.

    There are as many quads as fit into `quads_s`, but at most `quads`, and at least `least` where these take no more than
    `most_s`. A batch is short: what slows a machine down comes and goes within some ten milliseconds, and what lasts longer
    than a quad hits both of its arms.
    """

    batch_s: float = 0.00125
    warm_s: float = 2.0
    quads: int = 40
    quads_s: float = 1.2
    least: int = 8
    most_s: float = 4.0

    def count(self, quad_s: float) -> int:
        """Return how many quads of so many seconds make a pair."""
        least = min(self.least, int(self.most_s / quad_s))
        return max(1, min(self.quads, max(int(self.quads_s / quad_s), least)))


CONTROL = Pace(warm_s=0.5)
"""The pace of the controls, whose work is always the same."""


@dataclass(frozen=True, slots=True)
class GateConfig:
    """A gate, as the command line or a program asks for it.

    `where` is a folder of the repository, from which pytest's `arguments` are meant. `base` and `head` are revisions; without a
    head, the worktree is judged, edits that are in no commit included, but for files that the gate itself writes (`beside`).
    `build` is a shell command that installs each arm into an environment of its own; without it both arms run in
    `python`, which `one_environment` allows even where base and head declare different dependencies. `sources` are the
    folders that hold what is imported, below `where` first and then below the root. `threads` is what each arm may use,
    `limit_s` the seconds that one step of a worker may take. Without `guard`, code that is the same in both arms is timed like
    any other; without `counters`, nothing is counted. `history` is the file of what A/A runs told of the noise. Of what is
    `unset` the project's own file may say more: `arguments`, `asv`, `build`, `sources` or `threads`. `faster` asks for the proof
    of a speed-up. `part` is which of how many parts of the gate this is, measured for `lntx.judge.joining`; (1, 1) is all of it.
    `asv` is the folder of an asv suite, meant from `where`, empty where there is none; it is collected where
    `arguments` name it, or files in it.
    """

    where: Path
    base: str
    head: str = ""
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
    unset: frozenset[str] = frozenset()
    beside: tuple[Path, ...] = ()
    faster: bool = False
    part: tuple[int, int] = (1, 1)

    @property
    def partial(self) -> bool:
        """Whether it decides nothing by time, as other runners measure other parts."""
        return self.part[1] > 1
