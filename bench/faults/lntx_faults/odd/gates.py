"""Gates over a repository, in the ways in which people come to run one; each says what went wrong, if anything."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from lntx_faults import left, shell
from lntx_faults.odd.making import Made, git, hook
from lntx_faults.odd.snapshot import differences, snapshot

_LIMIT_S = 300.0
_OPTIONS = ("--pairs", "4", "--report-timing", "--allow-inconclusive")
_PYTEST = ("--", "bench", "-p", "no:randomly", "-p", "no:cacheprovider")


@dataclass(frozen=True, slots=True)
class Trial:
    """A repository under the gate; `folder` is the trial's own, beside what is watched."""

    made: Made
    folder: Path

    @property
    def temporary(self) -> Path:
        """Where temporary folders go."""
        return self.folder / "tmp"

    def command(self, *revisions: str, options: tuple[str, ...] = ()) -> list[str]:
        """The command line of a gate."""
        return shell.command("gate", *revisions, *_OPTIONS, "-o", self.folder / "out", *options, *_PYTEST)

    def variables(self, **more: str) -> dict[str, str]:
        """What the gate sees: a home and temporary folders of the trial's own."""
        own = {"HOME": str(self.folder / "home"), "TMPDIR": str(self.temporary)}
        return shell.variables(self.folder, **(own | dict(self.made.variables) | more))

    def run(self, command: list[str], variables: Mapping[str, str]) -> tuple[int, str]:
        """Run to the end; the exit code, and what was said on both streams."""
        done = subprocess.run(  # noqa: S603  (a list of words, which no shell reads)
            command,
            cwd=self.made.where,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_LIMIT_S,
        )
        return done.returncode, done.stdout + done.stderr

    def judged(self, code: int, said: str) -> Iterator[str]:
        """Say what isn't as it should be of a gate that ended by itself."""
        last = (said.strip().splitlines() or [""])[-1]
        if code != self.made.code or "Traceback" in said:
            yield f"exit code {code} instead of {self.made.code}: {last}"
        if self.made.says and self.made.says not in last:
            yield f"it says {last!r}"
        yield from self.left()

    def left(self) -> Iterator[str]:
        """Say what is left of it: temporary folders, and processes."""
        yield from (f"{path} is left" for path in left.folders(self.temporary))
        yield from (f"a process is left: {one.cmdline()}" for one in left.processes(self.folder))


def commits(trial: Trial) -> Iterator[str]:
    """Two commits."""
    yield from trial.judged(*trial.run(trial.command(trial.made.base, "HEAD"), trial.variables()))


def edits(trial: Trial) -> Iterator[str]:
    """Edits in no commit."""
    yield from trial.judged(*trial.run(trial.command(trial.made.base), trial.variables()))


def listed(trial: Trial) -> Iterator[str]:
    """Only what would be timed."""
    yield from trial.judged(*trial.run(trial.command(trial.made.base, options=("--list",)), trial.variables()))


def hooked(trial: Trial) -> Iterator[str]:
    """Inside a hook of git's, which names the user's repository and index to all that it starts."""
    hooks, ran = trial.folder / "hooks", trial.folder / "ran"
    gate = shlex.join(trial.command(trial.made.base, "HEAD"))
    hook(hooks, "pre-commit", f'[ -z "$LNTX_TRIAL" ] || {{ {gate}; echo $? > {shlex.quote(str(ran))}; }}; exit 1')
    begin = ["-c", f"core.hooksPath={hooks}", "commit", "--quiet", "--allow-empty", "-m", "it never comes to be"]
    git(
        trial.made.where, *begin, check=False, variables=trial.variables()
    )  # so that git has done what it does by itself
    before = snapshot(trial.made.watched)
    git(trial.made.where, *begin, check=False, variables=trial.variables(LNTX_TRIAL="1"))
    if not ran.is_file():
        yield "the hook didn't run"
        return
    code = int(ran.read_text() or -1)
    yield from trial.judged(code, "")
    yield from differences(before, snapshot(trial.made.watched))


def killed(trial: Trial) -> Iterator[str]:
    """Killed amid the survey; the next one clears what was left."""
    command, variables = trial.command(trial.made.base, "HEAD"), trial.variables()
    with (trial.folder / "killed.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=trial.made.where, env=variables, stdout=log, stderr=log)  # noqa: S603  (a list of words, which no shell reads)
    until = monotonic() + _LIMIT_S
    while process.poll() is None and monotonic() < until and not list(trial.temporary.glob("lntx-gate-*/*-0.log")):
        sleep(0.02)
    sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    yield from commits(trial)


def inside(trial: Trial) -> Iterator[str]:
    """With temporary folders inside the repository itself."""
    place = trial.made.where / "tmp of mine"
    place.mkdir()
    yield from trial.judged(*trial.run(trial.command(trial.made.base), trial.variables(TMPDIR=str(place))))
    yield from (f"{path} is left" for path in place.glob("lntx-*"))
    shutil.rmtree(place)  # pytest keeps the last folders of its own there


Way = Callable[[Trial], Iterator[str]]


def ways(made: Made) -> list[Way]:
    """List the ways that there are for a repository, the plainest first."""
    found = [commits, edits, listed, hooked, killed, inside]
    unfit = {*({hooked} if not made.hooked else ()), *({edits, inside} if not made.edited else ())}
    unfit |= {inside} if os.pathsep in str(made.where) else set()  # from there Python can't be told to import
    if made.code:
        return [way for way in (edits, listed) if made.code]
    return [way for way in found if way not in unfit]


def tried(trial: Trial, way: Way) -> Iterator[str]:
    """Gate a repository in a way, and say what went wrong: what was the user's is held against what it was."""
    for name in ("tmp", "home", "out"):
        (trial.folder / name).mkdir()
    (trial.folder / "home/.gitconfig").write_text("[user]\n\tname = User\n\temail = user@example.org\n")
    watched = (*trial.made.watched, trial.folder / "home/.gitconfig")
    before = snapshot(watched)
    yield from way(trial)
    if way is not hooked:  # the commit that is begun there is the user's own doing
        yield from differences(before, snapshot(watched))
