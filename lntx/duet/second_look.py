"""The survey's second look: one arm after the other, at what went wrong while both ran at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from random import Random
from typing import TYPE_CHECKING, Any

from lntx.duet import advice, naming
from lntx.duet.alone import Allowance, Alone, Settled, Tried, settled
from lntx.duet.draft import Collected, Draft
from lntx.duet.endings import Doubt, outcome
from lntx.duet.first_look import NESTED, FirstLook, problem
from lntx.duet.pair import lone_worker
from lntx.duet.process import WorkerLost
from lntx.duet.repository import Repository
from lntx.errors import InputError
from lntx.result import ARMS, Arm, Surveyed

if TYPE_CHECKING:
    from lntx.duet.environment import Environment

_COMMON = "it fails alike in base and head, so it isn't the change: {}; {}"
_UNSURE = "it fails alike in base and head, and base's own files don't tell whether it is the change: {}; {}"
_UNREACHED = "no benchmark was reached: {}"


@dataclass(slots=True)
class SecondLook:
    """Settles what a draft leaves in doubt.

    `allowed` are benchmarks that bear so many calls, `common` says which errors are alike in both arms. `alike` are the
    errors themselves, and those of tests that come to no benchmark in either arm.
    """

    environment: "Environment"
    repository: Repository
    draft: Draft
    rng: Random
    watch: Callable[[str], None]
    allowed: dict[str, Allowance] = field(default_factory=dict)
    common: dict[str, str] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)
    _others: list[str] | None = None

    def run(self) -> None:
        """Look; InputError for files that an arm can't collect alone, either."""
        if self.draft.problem:
            self._collect()
        if self.draft.doubts:
            self._try()
        self._name_what_is_lacking()

    def blame(self, row: Surveyed) -> None:
        """Settle that an error that is alike in both arms is the change's all the same."""
        self.common.pop(row.name, None)
        self.draft.add([row])

    def unsure(self, name: str) -> None:
        """Say of an error that is alike in both arms, if it is, that it isn't known whose it is."""
        if name in self.common:
            before, after = (text.partition("{}")[0] for text in (_COMMON, _UNSURE))
            self.common[name] = after + self.common[name].removeprefix(before)
            self.draft.leave_out({name: self.common[name]})

    def lacks_something(self, name: str) -> bool:
        """Whether an error is such as the environment's, which lacks a package, a plugin, a library or a file."""
        return bool(advice.help_for(self.alike[name], self.environment.pythons["head"], ""))

    def common_error(self) -> str:
        """Say that nothing runs in either arm, and what to do about the first."""
        name, why = next(iter(self.common.items()))
        others = f" (and {len(self.common) - 1} more)" if len(self.common) > 1 else ""
        return f"{name}{others}: {why}"

    def _collect(self) -> None:
        """Collect in each arm alone; where that works, all tests are in doubt."""
        draft, collected = self.draft, self._collected()
        if found := problem(collected, draft.changed):
            file = found.id.partition("::")[0]
            lack = self._lacking(file, found.message, collected["head"]["rootdir"])
            raise InputError("; ".join(filter(None, (found.text, lack, self._help(found.message)))))
        FirstLook(self.environment, draft, self.rng, self.watch).take(collected)
        draft.doubt_the_rest(draft.problem.text if draft.problem else "")

    def _collected(self) -> Collected:
        found: dict[Arm, Mapping[str, Any]] = {}
        for arm in ARMS:
            with lone_worker(self.environment, arm, self.rng.randrange(2**32), {}) as (_, found[arm]):
                pass
        return found

    def _try(self) -> None:
        draft = self.draft
        alone = Alone(self.environment, self.rng.randrange(2**32), self.watch, changed=draft.changed)
        tried: dict[Arm, dict[str, Tried]] = {}
        for arm in ARMS:
            doubts = {name: doubt for name, doubt in draft.doubts.items() if arm in draft.arms(name)}
            try:
                tried[arm] = alone.tried(arm, doubts) if doubts else {}
            except WorkerLost as lost:  # so it isn't the other arm that did it
                raise WorkerLost(draft.first_lost or str(lost)) from None
        draft.hear_apart(alone.apart)
        for name, doubt in draft.doubts.items():
            found = {arm: tried[arm][name] for arm in draft.arms(name) if name in tried[arm]}
            if len(found) < len(draft.arms(name)):
                draft.leave_out({name: naming.UNSTABLE})
            else:
                self._take(name, found, doubt)
        draft.doubts.clear()

    def _take(self, name: str, tried: Mapping[Arm, Tried], doubt: Doubt) -> None:
        """Take what was found of one benchmark; a test that was suspected, and makes no fixture, is none."""
        draft = self.draft
        pace, guard = self.environment.config.pace, self.environment.guarded
        found = settled(name, tried, doubt, draft.changed, pace, guard=guard)
        if len(tried) == len(ARMS) and all(outcome(one.plain) == "failed" for one in tried.values()):
            self.alike[name] = str(tried["head"].plain["message"])
        if draft.candidate(name).kind == "suspect" and not any(one.plain.get("made") for one in tried.values()):
            if found.surveyed.message:
                draft.leave_out({name: _UNREACHED.format(found.surveyed.message)})
            else:
                draft.dropped.add(name)
        elif found.common:
            why = str(tried["head"].plain["message"])
            self.common[name] = _COMMON.format(why, self._help(why))
            draft.leave_out({name: self.common[name]})
        else:
            self._keep(name, found)

    def _keep(self, name: str, found: Settled) -> None:
        self.draft.add([found.surveyed])
        if found.allowance:
            self.allowed[name] = found.allowance

    def _help(self, message: str) -> str:
        return advice.help_for(message, self.environment.pythons["head"])

    def _name_what_is_lacking(self) -> None:
        """Say of what is left out which files it hasn't got, where that can be told."""
        draft, files = self.draft, self.draft.everything()
        idle = [
            one for one in draft.rows.values() if one.base == one.head == "skipped" and one.message not in {"", NESTED}
        ]
        for one in idle:
            file = files[one.name].file if one.name in files else one.name.partition("::")[0]
            if lack := self._lacking(file, one.message, draft.rootdir):
                draft.leave_out({one.name: f"{one.message}; {lack}"})
                if one.name in self.common:
                    self.common[one.name] += f"; {lack}"

    def _lacking(self, file: str, message: str, rootdir: str) -> str:
        """Say which files are in the user's checkout alone; `file` is relative to pytest's root."""
        root, tree = self.repository.root, self.environment.space.trees["head"]
        if self._others is None:
            self._others = advice.untracked(root)
        below = PurePosixPath(rootdir or str(tree))
        place = below.relative_to(tree) / file if below.is_relative_to(tree) else PurePosixPath(file)
        return advice.lacking(Path(root), tree, self._others, str(place), message)
