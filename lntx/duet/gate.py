"""The gate: from two revisions to its result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random, SystemRandom
from time import monotonic
from typing import Any

from lntx.duet.config import GateConfig
from lntx.duet.environment import Environment, environment
from lntx.duet.process import WorkerLost
from lntx.duet.provenance import Provenance
from lntx.duet.repository import Repository, same_requirements
from lntx.duet.survey import Survey, Surveyor
from lntx.duet.timing import CONTROLS, Sweeper, Swept
from lntx.duet.workspace import Workspace, disk_errors, exclusive, workspace
from lntx.host import machine
from lntx.judge import acknowledgements, decision, noise_history
from lntx.judge.acknowledgements import Acknowledgement
from lntx.judge.sequential_test import SequentialTest
from lntx.result import Arm, BenchmarkResult, GateResult, Progress, Stream

Watch = Callable[[Progress], None]


def gate(config: GateConfig, watch: Watch) -> GateResult:
    """Compare two revisions, and decide; watch hears how far it is.

    Raises InputError for what can't be compared, LntxError where a worker is lost in the survey. What was measured before an
    interrupt, or before a worker was lost, is judged, as inconclusive.
    """
    repository = Repository.around(config.where)
    commits: dict[Arm, str] = {"base": repository.commit(config.base), "head": repository.commit(config.head)}
    same_requirements(config, repository, commits)
    if config.history:
        noise_history.read(config.history)  # a damaged one is said before anything is measured
    seed = config.seed if config.seed is not None else SystemRandom().randrange(2**32)
    provenance = Provenance(config, repository, commits, seed)
    with disk_errors(), exclusive(), workspace(repository, commits) as space:
        return _Gate(provenance, space, watch, Random(seed)).run()  # noqa: S311  (it draws orders, not secrets)


@dataclass(slots=True)
class _Gate:
    """A gate on its way."""

    provenance: Provenance
    space: Workspace
    watch: Watch
    rng: Random
    streams: dict[str, Stream] = field(default_factory=dict)
    timed: dict[str, BenchmarkResult] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)
    estimates: tuple[BenchmarkResult, ...] = ()
    test: SequentialTest | None = None
    began: float = field(default_factory=monotonic)

    def run(self) -> GateResult:
        """Survey, measure pair by pair, decide."""
        repository, commits = self.provenance.repository, self.provenance.commits
        environ = environment(self.config, repository.root, self.space)
        self._tell("survey", 0)
        survey = Surveyor(environ, repository, commits, self.rng, lambda name: self._tell("survey", 0, name)).survey()
        acknowledged = acknowledgements.read(self.space.trees["head"] / acknowledgements.FILE)
        try:
            self._measure(environ, survey, list(decision.timed_names(survey.surveyed)))
        except KeyboardInterrupt:
            self.provenance.stopped = "interrupted"
        except WorkerLost as lost:
            self.provenance.stopped = str(lost)
        return self._result(survey, acknowledged)

    @property
    def config(self) -> GateConfig:
        """What was asked for."""
        return self.provenance.config

    def _measure(self, environ: Environment, survey: Survey, names: list[str]) -> None:
        """Send pair after pair through the open benchmarks, until all are decided."""
        rules, left = self.config.rules, names
        test = self.test = SequentialTest(rules, names, self._known(names))
        sweeper = Sweeper(environ, survey.files, self.rng, dict(survey.allowed))
        for number in range(1, rules.cap + 1):
            if not left:
                return
            swept = sweeper.sweep(number, left, lambda name, number=number: self._tell("pairs", number, name, names))  # type: ignore[misc]
            self._keep(swept)
            if number in rules.looks:
                seen = test.look({name: self.streams[name] for name in names if name in self.streams})
                self.timed |= {name: one for name, one in seen.items() if name not in self.left_out}
            left = self._open(left)

    def _open(self, names: Sequence[str]) -> list[str]:
        """Name those that are still to be timed."""
        return [name for name in names if name not in {*self.timed, *self.failures, *self.left_out}]

    def _keep(self, swept: Swept) -> None:
        self.failures |= swept.failures
        self.left_out |= swept.left
        for name in swept.left:
            self.streams.pop(name, None)
            self.timed.pop(name, None)
        for name, pair in swept.pairs.items():
            known = self.streams.get(name, Stream(name, sentinel=name in CONTROLS))
            self.streams[name] = replace(known, pairs=(*known.pairs, pair))
        still = {
            name: stream for name, stream in self.streams.items() if not stream.sentinel and name not in self.timed
        }
        self.estimates = tuple(SequentialTest(self.config.rules, tuple(still)).close(still).values())
        for name, seconds in swept.seconds.items():
            self.spent[name] = self.spent.get(name, 0.0) + seconds

    def _known(self, names: list[str]) -> Mapping[str, Any] | None:
        """What A/A runs on machines of this kind have told of the noise."""
        if self.config.history is None:
            return None
        return noise_history.read(self.config.history).known(machine.fingerprint()["cpu"], names)

    def _result(self, survey: Survey, acknowledged: Sequence[Acknowledgement]) -> GateResult:
        survey = survey.without(self.left_out)
        firsts = self.test.firsts(self.streams) if self.test else {}
        verdict, benchmarks, controls = decision.decide(
            survey.surveyed,
            self.timed | firsts,
            self.streams,
            self.config.rules,
            acknowledged,
            self.failures,
            bool(self.provenance.stopped),
        )
        return GateResult(
            verdict,
            tuple(replace(found, seconds=self.spent.get(found.name, 0.0)) for found in benchmarks),
            self.config.rules,
            controls,
            survey.surveyed,
            tuple(self.streams.values()),
            monotonic() - self.began,
            (*self.provenance.notes(survey), *acknowledgements.notes(survey.surveyed, acknowledged)),
            machine.machine_info(),
            self.provenance.about(),
            {name: (prior.variance, prior.dof) for name, prior in self.test.known.items()} if self.test else {},
        )

    def _tell(self, stage: str, pair: int, at: str = "", names: Sequence[str] = ()) -> None:
        left = tuple(self._open(names))
        estimates = tuple(one for one in self.estimates if one.name in left)
        self.watch(
            Progress(
                stage,
                pair,
                self.config.rules.cap,
                tuple(self.timed.values()),
                left,
                at,
                self._eta(pair),
                estimates,
            )
        )

    def _eta(self, pair: int) -> float | None:
        """Guess the seconds to go, as if nothing more were decided before the next look but one."""
        if pair <= 1:
            return None
        looks = [look for look in self.config.rules.looks if look >= pair]
        return (monotonic() - self.began) / pair * (looks[min(1, len(looks) - 1)] - pair + 1) if looks else None
