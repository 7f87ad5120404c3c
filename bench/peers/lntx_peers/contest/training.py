"""A backend as a contestant: prepared, proved, and then a call that can be timed."""

from dataclasses import dataclass, field
from time import perf_counter

from lntx.errors import LntxError
from lntx.host import threads
from lntx.measure.cell import proof
from lntx.measure.place import Place
from lntx.record import Absence, Agreement, Cell, Kind, Record
from lntx.training import device as devices
from lntx.training.backends import family, find
from lntx.training.backends.interface import Backend, Run
from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe


@dataclass(slots=True)
class Training:
    """One backend's training in a contest, on a device; `epochs` are those that are timed, None for all of the recipe's.

    A call ends when the device is done. `absence` says why it has no time: refused, failed, or weights that disagree.
    """

    suite: str
    name: str
    problem: Problem
    recipe: Recipe
    epochs: int | None = None
    device: str = "cpu"
    absence: Absence | None = None
    agreement: Agreement | None = None
    prepare_s: float = 0.0
    fit: Fit | None = None
    backend: Backend = field(init=False)
    _run: Run | None = None

    def __post_init__(self) -> None:
        """Look the backend up; InputError where there is none of this name."""
        self.backend = find(self.name)

    @property
    def tagged(self) -> str:
        """The backend's name, with its work class where it isn't steps."""
        return self.name if self.backend.work == "steps" else f"{self.name} ({self.backend.work})"

    @property
    def timed(self) -> Recipe:
        """The recipe with the epochs that are timed."""
        return self.recipe.but(epochs=min(self.epochs or self.recipe.epochs, self.recipe.epochs), log_every=0)

    @property
    def scale(self) -> float:
        """What a timed call's seconds are multiplied by for the whole recipe."""
        return self.recipe.epochs / self.timed.epochs

    @property
    def scaled(self) -> str:
        """Say that times were multiplied up; empty where they weren't."""
        return f"{self.name} from {self.timed.epochs} of {self.recipe.epochs} epochs" if self.scale != 1 else ""

    @property
    def cell(self) -> Cell:
        """The cell of a study that this is."""
        return Place(self.suite, self.name, self.device, threads.physical()).cell(self.problem, self.recipe)

    def ready(self) -> bool:
        """Prepare, train once, and hold the weights against the reference: whether it may be timed."""
        if reason := self.backend.refuses(self.problem, self.timed, self.device):
            return self._leave("refused", reason)
        try:
            started = perf_counter()
            self._run = devices.settled(self.backend.prepare(self.problem, self.timed, self.device), self.device)
            self.prepare_s = perf_counter() - started
            self()
            return self.proved()
        except LntxError as error:
            return self._leave("failed", str(error))
        except Exception as error:  # noqa: BLE001  (whatever a peer raises costs its own comparisons alone)
            return self._leave("failed", f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")

    def __call__(self) -> None:
        """Train; this is what is timed. The last fit is kept, to be proved again."""
        assert self._run is not None
        self.fit = self._run()

    def proved(self) -> bool:
        """Hold the last fit against the reference."""
        assert self.fit is not None
        found = proof.prove(self.backend, self.problem, self.timed, self.device, self.fit)
        self.agreement = found if self.agreement is None else Agreement.worst_of([self.agreement, found])
        if found.ok:
            return True
        point = found.worst
        said = f"its weights are off by {point.error:.2g}, where rounding explains {point.tolerance:.2g}"
        return self._leave("disagrees", said)

    def record(self, times: tuple[float, ...]) -> Record:
        """Make the record of its turns, in seconds of a timed call."""
        cell = self.cell
        return Record(
            name=f"bench/peers/{self.suite}.py::{cell.key}",
            rounds=(times,),
            cell=cell,
            label=self.backend.label,
            work=self.backend.work,
            timed_epochs=self.timed.epochs,
            prepare_s=(self.prepare_s,),
            agreement=self.agreement,
        )

    def _leave(self, kind: Kind, reason: str) -> bool:
        self.absence = Absence(self.cell, kind, reason, self.backend.label, self.agreement)
        return False


def forms(suite: str, name: str, problem: Problem, recipe: Recipe) -> list[Training]:
    """Enter a backend in every form that it has for a problem; in its plain one, to be refused, where it has none."""
    able = [form for form, backend in family(name).items() if not backend.refuses(problem, recipe, "cpu")]
    return [Training(suite, form, problem, recipe) for form in able or [name]]


def checked(training: Training) -> None:
    """Raise LntxError for a recipe that must diverge; no part of what is timed."""
    from lntx.training.linear import stability  # noqa: PLC0415  (nothing else here needs it)

    with devices.single_threaded():
        stability.check(training.problem, training.recipe)
