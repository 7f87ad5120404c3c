"""One session: run after run, always of the kind that is furthest behind, until there are enough or the time is over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from time import monotonic

from lntx.errors import InputError, LntxError
from lntx_selftest import rivals
from lntx_selftest.figures.gates import Gates
from lntx_selftest.rivals import race
from lntx_selftest.runs import counts, gates
from lntx_selftest.short_form import shortened
from lntx_selftest.sizes import Sizes
from lntx_selftest.store import Store
from lntx_selftest.subject.repository import subject

_QUICK_S = 0.2  # of a rival, for each benchmark of both commits
_PATIENCE = 3  # failures of a kind in a row, after which a session leaves it


@dataclass(slots=True)
class Session:
    """What is to be measured, where to, how long at most (None: until all is there), and who hears of it."""

    store: Store
    sizes: Sizes
    say: Callable[[str], None]
    minutes: float | None = None
    quick: bool = False
    watch: Callable[[int, int], None] = lambda _done, _whole: None
    """Hears how many runs are done, and of how many."""
    failed: dict[str, int] = field(default_factory=dict)
    began: float = field(default_factory=monotonic)

    def play(self) -> None:
        """Measure. InputError for what can't be measured here at all; what breaks down otherwise is kept, and counts.

        LntxError, when all else is done, for a kind of run that was given up.
        """
        self.store.claim(quick=self.quick)
        for stem in rivals.stems():
            if self.sizes.rivals and not rivals.installed(stem):
                self.say(
                    f"{stem} isn't installed, so the gate isn't compared with it; pip install {rivals.module(stem).PACKAGE}"
                )
        with subject() as root:
            while (kind := self.next()) is not None:
                wanted = self.sizes.by_kind()
                self.watch(sum(min(self._done(one), count) for one, count in wanted.items()), sum(wanted.values()))
                self._step(root, kind)
        if given_up := [kind for kind, times in self.failed.items() if times >= _PATIENCE]:
            last = "; ".join(f"{kind} ({self.store.failures(kind)[-1]})" for kind in given_up)
            raise LntxError(f"broke down {_PATIENCE} times in a row, and was given up: {last}")

    def next(self) -> str | None:
        """Choose the kind that is furthest behind; None where all is there, or no time is left for another run."""
        wanted = self.sizes.by_kind()
        left = [kind for kind in wanted if self._left(kind) and self.failed.get(kind, 0) < _PATIENCE]
        fitting = [kind for kind in left if self._fits(kind)]
        if left and not fitting:
            self.say(f"the time is over; still wanted: {', '.join(left)}. The same command goes on")
        return min(fitting, key=lambda kind: self._done(kind) / wanted[kind], default=None)

    def _step(self, root: Path, kind: str) -> None:
        began = monotonic()
        try:
            self._run(root, kind)
            self.failed[kind], how = 0, "done"
        except InputError:
            raise
        except LntxError as error:
            self.failed[kind] = self.failed.get(kind, 0) + 1
            self.store.fail(kind, str(error))
            how = f"broke down ({error})"
        took = f"{monotonic() - began:.0f} s"
        self.say(f"{kind}: {self._done(kind)} of {self.sizes.by_kind()[kind]}, {how} in {took}; {self._eta()}")

    def _run(self, root: Path, kind: str) -> None:
        if kind == counts.COUNTS:
            self.store.keep(kind, counts.run(root, 1 if self.quick else counts.EACH))
        elif kind in gates.plans():
            ruling = gates.run(root, kind, self.store.count(kind), quick=self.quick)
            self.store.keep(kind, ruling if kind == gates.FULL else shortened(ruling))
        else:
            (stem,) = (stem for stem in rivals.stems() if rivals.kind(stem) == kind)
            self.store.keep(kind, race.run(root, stem, self._budget()))

    def _budget(self) -> float:
        """Give the seconds that a rival may take for a benchmark: as many as the gate's own A/A runs took."""
        if self.quick:
            return _QUICK_S
        aa = Gates(self.store.rulings(gates.AA))
        if not aa.rulings:
            raise InputError("rivals get the seconds that the gate's own A/A runs take: measure some first, with --aa")
        return fmean(aa.seconds())

    def _done(self, kind: str) -> int:
        if kind == counts.COUNTS:
            return sum(int(one["comparisons"]) for one in self.store.documents(kind))
        return self.store.count(kind)

    def _left(self, kind: str) -> int:
        return max(0, self.sizes.by_kind()[kind] - self._done(kind))

    def _fits(self, kind: str) -> bool:
        """Tell whether another run will be over in time, as far as earlier ones tell."""
        if self.minutes is None:
            return True
        return monotonic() - self.began + (self.store.seconds(kind) or 0.0) < 60 * self.minutes

    def _eta(self) -> str:
        """Say how long the rest may take, as far as there are runs to tell from."""
        total, unknown = 0.0, False
        for kind in self.sizes.by_kind():
            if left := self._left(kind):
                took = self.store.seconds(kind)
                unknown |= took is None
                runs = left / (self._done(kind) / self.store.count(kind)) if self.store.count(kind) else 0.0
                total += (took or 0.0) * runs
        return f"about {total / 60:.0f} min to go" + (", and what hasn't been run yet" if unknown else "")
