"""What comes before the survey: the lock, the two arms on disk, what the project's own file says, and an environment."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from random import Random, SystemRandom

from lntx.duet.compared import Compared, compared
from lntx.duet.config import GateConfig
from lntx.duet.environment import Environment, environment
from lntx.duet.places import governed
from lntx.duet.repository import Repository
from lntx.duet.requirements import Requirements, same_requirements
from lntx.duet.settings import settled
from lntx.duet.sources import below, below_root
from lntx.duet.workspace import Workspace, disk_errors, furnished, scratch
from lntx.errors import InputError
from lntx.host import locks
from lntx.judge import noise_history
from lntx.judge.gate_file import GateFile
from lntx.result import ARMS

WHO = "lntx gate"
"""Under which the gate holds its locks."""
_WHY: Mapping[bool, tuple[str, ...]] = {
    True: (),
    False: (
        "--list times nothing, but its survey runs every benchmark in two processes at once, which would disturb that",
    ),
}


@dataclass(slots=True)
class Prepared:
    """A gate that may begin; `seed` is that of all that is drawn."""

    config: GateConfig
    file: GateFile
    compared: Compared
    space: Workspace
    seed: int
    environment: Environment = field(init=False)
    rng: Random = field(init=False)

    def __post_init__(self) -> None:
        """Build what the arms run in, if it is to be built."""
        self.environment = environment(self.config, self.compared.repository.root, self.space)
        self.rng = Random(self.seed)  # noqa: S311  (it draws orders, not secrets)

    def requirements(self, files: Iterable[str]) -> Requirements:
        """Return what the arms need, where the benchmarks lie in these files, as pytest names them.

        InputError where one environment can't be right for both.
        """
        found = _requirements(self.config, self.compared, files)
        _check(self.config, found)
        return found


@contextmanager
def prepared(config: GateConfig, *, timing: bool = True) -> Iterator[Prepared]:
    """Make everything ready, and leave nothing of it; InputError, before anything runs, for what can't be compared.

    timing: what is made ready for counts times. What counts none keeps the lock all the same, for whoever does.
    """
    repository = Repository.around(config.where)
    for revision in (config.base, config.head or "HEAD"):
        repository.commit(revision)  # one that there isn't is said before anybody waits for the lock
    if config.history:
        noise_history.read(config.history)  # likewise
    config = replace(config, arguments=tuple(below(word, config.where, repository.root) for word in config.arguments))
    seed = config.seed if config.seed is not None else SystemRandom().randrange(2**32)
    with disk_errors(), locks.machine(WHO, config.where, *_WHY[timing]), scratch() as (folder, adopted):
        config = replace(config, beside=(*config.beside, folder))  # TMPDIR may lie in the repository
        both = compared(config, repository, folder)
        if config.partial and both.edited:
            raise InputError(
                "a part is of commits, and your worktree has edits that are in none, so that other runners haven't got them; "
                "commit them, or name HEAD"
            )
        config, file = settled(config, both.repository, both.commits["head"])
        _check(config, _requirements(config, both, ()))
        yield Prepared(config, file, both, furnished(folder, both.repository, both.commits, adopted), seed)


def _check(config: GateConfig, found: Requirements) -> None:
    if not config.build and not config.one_environment:
        same_requirements(found)


def _requirements(config: GateConfig, both: Compared, files: Iterable[str]) -> Requirements:
    return Requirements(
        both.repository,
        both.commits,
        governed(config, both.repository, both.commits["head"], _lying(config, both, files)),
    )


def _lying(config: GateConfig, both: Compared, files: Iterable[str]) -> list[str]:
    """Name files from the repository's root that pytest names from its own, which is a folder at or above the gate's."""
    where = below_root(config, both.repository.root)
    there = {name for arm in ARMS for name in both.repository.files(both.commits[arm])}
    found = (str(place / PurePosixPath(name)) for name in dict.fromkeys(files) for place in (where, *where.parents))
    return [name for name in found if name in there]
