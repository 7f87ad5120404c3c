"""The gate: from two revisions to a ruling."""

import errno
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random, SystemRandom
from time import monotonic
from typing import Any

import lntx
from lntx.duet.environment import Environment, environment
from lntx.duet.lock import alone
from lntx.duet.repository import Repository
from lntx.duet.request import Request
from lntx.duet.survey import Survey, Surveyor
from lntx.duet.sweep import SENTINELS, Sweeper, Swept
from lntx.duet.workspace import Workspace, workspace
from lntx.errors import InputError, LntxError
from lntx.judge import counters, history, ruling
from lntx.judge.court import Court
from lntx.measure import machine
from lntx.verdict import ARMS, Arm, Judged, Progress, Ruling, Stream

ACKNOWLEDGED = "lntx-gate.toml"
"""The file, in head's root, that says which increases of counters are meant."""

Watch = Callable[[Progress], None]


def gate(request: Request, watch: Watch) -> Ruling:
    """Compare two revisions, and rule; watch hears how far it is.

    Raises InputError for what can't be compared, LntxError where a worker is lost. What was measured before an interrupt
    is ruled on, as inconclusive.
    """
    repository = Repository.around(request.where)
    commits: dict[Arm, str] = {"base": repository.commit(request.base), "head": repository.commit(request.head)}
    _same_requirements(request, repository, commits)
    with _room(), alone(), workspace(repository, commits) as space:
        return _Gate(request, repository, commits, space, watch).run()


@dataclass(slots=True)
class _Gate:
    """A gate on its way."""

    request: Request
    repository: Repository
    commits: Mapping[Arm, str]
    space: Workspace
    watch: Watch
    rng: Random = field(default_factory=Random)
    streams: dict[str, Stream] = field(default_factory=dict)
    timed: dict[str, Judged] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)
    interrupted: bool = False
    court: Court | None = None
    began: float = field(default_factory=monotonic)

    def run(self) -> Ruling:
        """Survey, measure pair by pair, rule."""
        started = datetime.now(UTC).isoformat(timespec="seconds")
        seed = self.request.seed if self.request.seed is not None else SystemRandom().randrange(2**32)
        self.rng.seed(seed)
        environ = environment(self.request, self.repository.root, self.space)
        self._tell("survey", 0)
        surveyor = Surveyor(
            environ, self.repository, self.commits, self.rng, lambda name: self._tell("survey", 0, name)
        )
        survey = surveyor.survey()
        acknowledged = counters.acknowledgements(self.space.trees["head"] / ACKNOWLEDGED)
        passed = [found for found in survey.surveyed if found.base == found.head == "passed"]
        try:
            self._measure(environ, survey, [found.name for found in passed if not found.identical])
        except KeyboardInterrupt:
            self.interrupted = True
        return self._ruled(survey, acknowledged, {"started": started, "seed": seed})

    def _measure(self, environ: Environment, survey: Survey, names: list[str]) -> None:
        """Send pair after pair through the open benchmarks, until all are decided."""
        rules, left = self.request.rules, names
        court = self.court = Court(rules, names, self._known(names))
        sweeper = Sweeper(environ, survey.files, self.rng)
        for number in range(1, rules.cap + 1):
            if not left:
                return
            swept = sweeper.sweep(number, left, lambda name, number=number: self._tell("pairs", number, name, names))  # type: ignore[misc]
            self._keep(swept)
            if number in rules.looks:
                self.timed |= court.look({name: self.streams[name] for name in names if name in self.streams})
            left = [name for name in left if name not in self.timed and name not in self.failures]

    def _keep(self, swept: Swept) -> None:
        self.failures |= swept.failures
        for name, pair in swept.pairs.items():
            known = self.streams.get(name, Stream(name, sentinel=name in SENTINELS))
            self.streams[name] = replace(known, pairs=(*known.pairs, pair))
        for name, seconds in swept.seconds.items():
            self.spent[name] = self.spent.get(name, 0.0) + seconds

    def _known(self, names: list[str]) -> Mapping[str, Any] | None:
        """What A/A runs on machines of this kind have told of the noise."""
        if self.request.history is None:
            return None
        return history.read(self.request.history).known(machine.fingerprint()["cpu"], names)

    def _ruled(self, survey: Survey, acknowledged: Any, about: dict[str, Any]) -> Ruling:
        firsts = self.court.firsts(self.streams) if self.court else {}
        verdict, benchmarks, sentinels = ruling.rule(
            survey.surveyed,
            self.timed | firsts,
            self.streams,
            self.request.rules,
            acknowledged,
            self.failures,
            self.interrupted,
        )
        return Ruling(
            verdict,
            tuple(replace(found, seconds=self.spent.get(found.name, 0.0)) for found in benchmarks),
            self.request.rules,
            sentinels,
            survey.surveyed,
            tuple(self.streams.values()),
            monotonic() - self.began,
            tuple(self._notes()),
            machine.machine_info(),
            {**about, **self._about()},
            {name: (prior.variance, prior.dof) for name, prior in self.court.known.items()} if self.court else {},
        )

    def _about(self) -> dict[str, Any]:
        revisions = {"base": self.request.base, "head": self.request.head}
        return {
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "lntx": lntx.__version__,
            "threads": self.request.threads,
            "arguments": list(self.request.arguments),
            "interrupted": self.interrupted,
            **{
                arm: {
                    "revision": revisions[arm],
                    "commit": self.commits[arm],
                    "subject": self.repository.subject(self.commits[arm]),
                }
                for arm in ARMS
            },
        }

    def _notes(self) -> Iterator[str]:
        if self.request.head == "HEAD" and (changes := self.repository.dirty()):
            yield f"{changes} changed files are in no commit and were not measured: head is the commit, not the worktree"
        if self.commits["base"] == self.commits["head"]:
            yield "base and head are the same commit"
        if self.interrupted:
            yield "interrupted: what wasn't decided by then is inconclusive"

    def _tell(self, stage: str, pair: int, at: str = "", names: Sequence[str] = ()) -> None:
        left = tuple(name for name in names if name not in self.timed and name not in self.failures)
        known = {name: self.streams[name] for name in left if name in self.streams}
        estimates = Court(self.request.rules, tuple(known)).close(known)
        self.watch(
            Progress(
                stage,
                pair,
                self.request.rules.cap,
                tuple(self.timed.values()),
                left,
                at,
                self._eta(pair),
                tuple(estimates.values()),
            )
        )

    def _eta(self, pair: int) -> float | None:
        """Guess the seconds to go, as if nothing more were decided before the next look but one."""
        if pair <= 1:
            return None
        looks = [look for look in self.request.rules.looks if look >= pair]
        return (monotonic() - self.began) / pair * (looks[min(1, len(looks) - 1)] - pair + 1) if looks else None


def _same_requirements(request: Request, repository: Repository, commits: Mapping[Arm, str]) -> None:
    """Raise InputError where one environment can't be right for both arms."""
    if request.build or request.one_environment:
        return
    if differ := repository.redeclared(commits["base"], commits["head"]):
        raise InputError(
            f"base and head declare different packages ({', '.join(differ)}); give --build COMMAND to install each arm into "
            "an environment of its own, or --one-environment to measure both in this one"
        )


@contextmanager
def _room() -> Iterator[None]:
    """Say in a line that the disk is full, whoever meets it."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise LntxError(
            f"no room on disk for the gate's worktrees in {tempfile.gettempdir()}; free some, or set TMPDIR"
        ) from error
