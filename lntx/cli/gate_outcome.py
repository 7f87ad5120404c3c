"""What follows from a gate's result: its exit code, what is kept of the noise, and what could not be written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from lntx.cli.terminal import say
from lntx.duet.config import GateConfig
from lntx.errors import InputError, LntxError, told
from lntx.result import GateResult
from lntx.verdict import Verdict

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable with which GitHub's runners name a file that is shown beside the job."""
_STOPPED = 2
_T = TypeVar("_T")


@dataclass(slots=True)
class Written:
    """What is written one by one; `failures` are what could not be, each in a line."""

    failures: list[str] = field(default_factory=list)

    def attempt(self, write: Callable[[], _T]) -> _T | None:
        """Write something and return what that gives; None where it fails."""
        try:
            return write()
        except LntxError as error:
            self.failures.append(str(error))
        except OSError as error:
            self.failures.append(told(error))
        return None


def exit_code(result: GateResult, *, allow_inconclusive: bool, report_timing: bool, faster: bool) -> int:
    """Return the exit code of a gate: never 0 where nothing was judged."""
    from lntx.judge import decision

    if result.about["interrupted"]:
        say(result.notes[-1])
        return _STOPPED
    if not result.benchmarks:
        return Verdict.INCONCLUSIVE.exit_code
    verdict = decision.untimed(result.benchmarks) if report_timing else result.verdict
    code = decision.exit_code(verdict, allow_inconclusive)
    if faster and code in {0, Verdict.INCONCLUSIVE.exit_code}:
        return 0 if decision.faster_proved(result.benchmarks) else Verdict.INCONCLUSIVE.exit_code
    return code


def unseen(out: Path, where: Path) -> None:
    """Keep a new folder inside the repository from git: the next gate would take it for a change of the user's."""
    if out.resolve().is_relative_to(_root(where.resolve())):
        from lntx.storage import write_text

        write_text(out / ".gitignore", "*\n")


def _root(folder: Path) -> Path:
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


def append(path: Path, text: str) -> None:
    """Add text to the runner's file; LntxError, naming it, where that can't be done."""
    from lntx.storage import disk

    try:
        disk.append(path, text, anywhere=True)
    except InputError as error:
        raise LntxError(
            f"can't add the summary to {path} ({STEP_SUMMARY}): {getattr(error.__cause__, 'strerror', error)}"
        ) from error


def remember(result: GateResult, request: GateConfig) -> None:
    """Add what a run of equal code tells of the noise to the history."""
    base, head = result.about["base"], result.about["head"]
    if request.history is None or base["commit"] != head["commit"] or "changed_files" in head:
        return
    from lntx.judge import noise_history

    streams = [stream for stream in result.streams if not stream.sentinel]
    noise_history.write(
        noise_history.read(request.history).added(result.machine["lntx"]["cpu"], streams), request.history
    )
