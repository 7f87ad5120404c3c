"""What follows from a gate's result: its exit code, what is kept of the noise, and a folder that git leaves alone."""

from pathlib import Path

from lntx.cli.terminal import say
from lntx.duet.config import GateConfig
from lntx.result import GateResult
from lntx.verdict import Verdict

_STOPPED = 2


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
    if not out.exists() and out.resolve().is_relative_to(_root(where.resolve())):
        from lntx.storage import write_text

        write_text(out / ".gitignore", "*\n")


def _root(folder: Path) -> Path:
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


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
