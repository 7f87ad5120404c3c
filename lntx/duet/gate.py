"""The gate: from two revisions to its result."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Any

from lntx.duet import recount
from lntx.duet.config import GateConfig
from lntx.duet.preparation import Prepared, prepared
from lntx.duet.process import WorkerLost
from lntx.duet.provenance import Provenance
from lntx.duet.survey import Survey, Surveyor
from lntx.duet.swept import Swept
from lntx.duet.timing import CONTROLS, Sweeper
from lntx.errors import told
from lntx.host import machine
from lntx.host.neighbours import SHARE, Neighbours
from lntx.judge import acknowledgements, budgets, decision, margins, noise_history
from lntx.judge.gate_file import GateFile
from lntx.judge.margins import Margins
from lntx.judge.sequential_test import SequentialTest
from lntx.result import BenchmarkResult, Budget, GateResult, Progress, Stream
from lntx.verdict import Verdict

Watch = Callable[[Progress], None]


def gate(config: GateConfig, watch: Watch) -> GateResult:
    """Compare two revisions, or one with the worktree, and decide; watch hears how far it is.

    Raises InputError for what can't be compared, LntxError where a worker is lost in the survey. What was measured before an
    interrupt, or before a worker was lost, is judged, as inconclusive.
    """
    with prepared(config) as ready:
        provenance = Provenance(ready.config, ready.compared, ready.seed, ready.space.lacking)
        return _Gate(ready, provenance, watch).run()


@dataclass(slots=True)
class _Gate:
    """A gate on its way."""

    ready: Prepared
    provenance: Provenance
    watch: Watch
    margins: Margins = field(default_factory=dict)
    budgets: tuple[Budget, ...] = ()
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
        self._tell("survey", 0)
        survey = self._survey()
        needed = self.ready.requirements(survey.files.values())
        self.provenance.pins, self.provenance.entries = tuple(needed.pinned()), tuple(needed.entered())
        self.provenance.unmeasured = survey.unmeasured
        names = [one.name for one in survey.surveyed]
        self.margins = margins.own(self._file.margin, names, self.config.rules)
        self.budgets = budgets.asked(self._file.budget, names)
        try:
            survey = self._recounted(survey)
            self._measure(survey, list(decision.timed_names(survey.surveyed)))
        except KeyboardInterrupt:
            self.provenance.stopped = "interrupted"
        except WorkerLost as lost:
            self.provenance.stopped = str(lost)
        except OSError as error:  # a full disk, no more files: what was measured counts
            self.provenance.stopped = told(error)
        return self._result(survey)

    @property
    def config(self) -> GateConfig:
        """What was asked for."""
        return self.ready.config

    @property
    def _file(self) -> GateFile:
        """What the project's own file says."""
        return self.ready.file

    def _survey(self) -> Survey:
        """Find out what there is to measure."""
        ready, both = self.ready, self.ready.compared

        def watch(name: str) -> None:
            self._tell("survey", 0, name)

        return Surveyor(ready.environment, both.repository, both.commits, ready.rng, watch).survey()

    def _recounted(self, survey: Survey) -> Survey:
        """Count the memory again of what may fail by it."""
        surveyed = recount.recounted(
            self.ready.environment,
            survey.surveyed,
            self.ready.rng,
            lambda one: budgets.suspects(self.budgets, one),
            lambda name: self._tell("survey", 0, name),
        )
        return replace(survey, surveyed=surveyed)

    def _measure(self, survey: Survey, names: list[str]) -> None:
        """Send pair after pair through the open benchmarks, until all are decided."""
        rules, left = self.config.rules, names
        timed = budgets.timed(self.budgets, names)
        test = self.test = SequentialTest(rules, names, self._known(names), self.margins, timed)
        sweeper = Sweeper(self.ready.environment, survey.files, self.ready.rng, dict(survey.allowed))
        for number in range(1, rules.cap + 1):
            if not left:
                return
            tell = partial(self._tell, "pairs", number, names=names)
            with Neighbours() as others:
                swept = sweeper.sweep(number, left, tell)
            self._keep(swept)
            self.provenance.others.append(others.counted().get(SHARE, 0.0))
            if number in rules.looks and not self.config.partial:
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
        self.estimates = tuple(
            SequentialTest(self.config.rules, tuple(still), margins=self.margins).close(still).values()
        )
        for name, seconds in swept.seconds.items():
            self.spent[name] = self.spent.get(name, 0.0) + seconds

    def _known(self, names: list[str]) -> Mapping[str, Any] | None:
        """What A/A runs on machines of this kind have told of the noise."""
        if self.config.history is None:
            return None
        return noise_history.read(self.config.history).known(machine.fingerprint()["cpu"], names)

    def _result(self, survey: Survey) -> GateResult:
        survey = survey.without(self.left_out)
        firsts = self.test.firsts(self.streams) if self.test else {}
        stopped = bool(self.provenance.stopped)
        held = decision.budgeted(self.budgets, survey.surveyed, self.streams, self.config.rules, stopped)
        verdict, benchmarks, controls = decision.decide(
            survey.surveyed,
            self.timed | firsts,
            self.streams,
            self.config.rules,
            self._file.acknowledge,
            self.failures,
            stopped,
            self.margins,
            held,
        )
        return GateResult(
            verdict,
            tuple(replace(found, seconds=self.spent.get(found.name, 0.0)) for found in benchmarks),
            self.config.rules,
            controls,
            survey.surveyed,
            tuple(self.streams.values()),
            monotonic() - self.began,
            (
                *self.provenance.notes(survey),
                *self._notes(survey, held),
                *decision.told(benchmarks),
                *self._claim(benchmarks),
                *self.provenance.ending(),
            ),
            machine.machine_info(),
            self.provenance.about(),
            {name: (prior.variance, prior.dof) for name, prior in self.test.known.items()} if self.test else {},
            self.margins,
            held,
        )

    def _notes(self, survey: Survey, held: Sequence[Budget]) -> Iterator[str]:
        """Say what came of the project's own file."""
        yield from acknowledgements.notes(survey.surveyed, self._file.acknowledge)
        yield from margins.notes(self.margins)
        yield from budgets.notes(held)
        yield from self._file.notes([one.name for one in survey.surveyed])
        yield from self._file.doubled()

    def _claim(self, benchmarks: Sequence[BenchmarkResult]) -> Iterator[str]:
        """Say whether a speed-up is proved, where one is asked for."""
        if self.config.faster:
            names = ", ".join(one.name for one in benchmarks if one.verdict is Verdict.FASTER and one.means == "time")
            worse = (
                "no benchmark is surely faster" if not names else f"{names} is faster, but not all others are as fast"
            )
            proved = decision.faster_proved(benchmarks)
            yield f"a speed-up is proved: {names}" if proved else f"no speed-up is proved (--faster): {worse}"

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
