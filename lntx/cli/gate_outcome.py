"""What follows from a gate's result: what is written and said, its exit code, and what is kept of the noise.

What can't be had again is written first. Where something else can't be written, that is a line and the exit code 2, and the
rest is written and said all the same.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lntx.cli.terminal import say, show, show_json
from lntx.duet.config import GateConfig
from lntx.errors import InputError, LntxError, told
from lntx.result import GateResult
from lntx.verdict import Verdict

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable with which GitHub's runners name a file that is shown beside the job."""
_STOPPED = 2


@dataclass(slots=True)
class _Written:
    """What is written one by one; `failures` are what could not be, each in a line."""

    failures: list[str] = field(default_factory=list)

    def attempt(self, write: Callable[[], object]) -> object:
        """Write something and return what that gives; None where it fails."""
        try:
            return write()
        except LntxError as error:
            self.failures.append(str(error))
        except OSError as error:
            self.failures.append(told(error))
        return None


def outcome(
    result: GateResult, request: GateConfig, out: Path, junit: Path | None, *, fresh: bool, as_json: bool
) -> bool:
    """Write all that there is to read, and print it; whether all of it could be written. fresh: the folder is a new one."""
    from lntx.cli.gate_progress import view
    from lntx.report import gate as report
    from lntx.report.gate import left_out
    from lntx.storage import gate as stored
    from lntx.storage import write_text

    written = _Written()
    written.attempt(lambda: stored.write(result, out / stored.FILE))
    written.attempt(lambda: remember(result, request))
    if fresh:
        written.attempt(lambda: unseen(out, request.where))
    rendered = written.attempt(lambda: report.render(result, out / "report").page)
    if junit:
        written.attempt(lambda: write_text(junit, report.junit(result)))
    summary = report.summary(result)
    written.attempt(lambda: write_text(out / "summary.md", summary))
    if place := os.environ.get(STEP_SUMMARY):
        written.attempt(lambda: _append(Path(place), summary))
    lacking = left_out.sentence(result)
    if as_json:
        show_json(report.document(result))
        if lacking:
            say(lacking)
    else:
        show(*view(result), *([f"report: {rendered}"] if rendered else []), *filter(None, [lacking]))
    for failure in written.failures:
        say(failure)
    return not written.failures


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


def _append(path: Path, text: str) -> None:
    """Add text to a file; LntxError, naming it, where that can't be done."""
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
