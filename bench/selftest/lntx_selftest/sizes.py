"""How much is to be measured: of each kind of run, so many in all, those that are there already included."""

from dataclasses import dataclass

from lntx_selftest import rivals
from lntx_selftest.runs import counts
from lntx_selftest.runs.gates import AA, DOCS, FULL, MUTATED, SLOW


@dataclass(frozen=True, slots=True)
class Sizes:
    """The runs wanted: `slow` and `mutants` are of each slowdown and mutant, `rivals` of each rival; `counts` are comparisons."""

    aa: int = 0
    full: int = 0
    slow: int = 0
    mutants: int = 0
    docs: int = 0
    counts: int = 0
    rivals: int = 0

    def by_kind(self) -> dict[str, int]:
        """Give what is wanted of each kind of run, rivals that aren't installed left out."""
        found = {AA: self.aa, FULL: self.full, DOCS: self.docs, counts.COUNTS: self.counts}
        found |= dict.fromkeys(SLOW.values(), self.slow) | dict.fromkeys(MUTATED.values(), self.mutants)
        there = [stem for stem in rivals.stems() if rivals.installed(stem)]
        return found | {rivals.kind(stem): self.rivals for stem in there}


QUICK = Sizes(aa=1, full=1, slow=1, mutants=1, docs=1, counts=1, rivals=1)
"""One of each: all is shown to work."""
