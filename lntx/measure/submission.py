"""A study as jobs of a cluster, a shard each: submitted by submitit, collected as they end, and merged.

submitit knows the cluster (SLURM, or this machine for a trial); what is submitted is `lntx bench --shard K/N`, the command that
anybody would type there. A job that fails costs its shard: it is told, and submitted again, to go on where it stopped; no other
job is touched. Submitted again, the same study leaves the shards alone that are there.
"""

import json
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from time import sleep
from typing import Any

from lntx.errors import InputError, LntxError, MissingExtra, told
from lntx.storage import sizes

STUDY = "study.json"
WRONG_WEIGHTS = 12
"""What a shard ends with that is whole, but has weights that disagree."""
_FINISHED = (0, WRONG_WEIGHTS)
_LOOK_S = 1.0
_MOST = 10_000  # shards; more is a mistake in writing
_EXAMPLE = 'shards = 4 and [executor] cluster = "slurm"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What CONFIG.toml says: how many shards, on which cluster, with which of submitit's parameters.

    cluster is slurm, or local for this machine. parallel is how many jobs run at once: all of them, or one where the cluster is
    this machine, as one study runs on a machine at a time. retries is how often a shard's job is submitted again that failed.
    parameters go to submitit's `update_parameters` as they are (timeout_min, cpus_per_task, slurm_partition, ...).
    """

    shards: int
    cluster: str = "slurm"
    parallel: int = 0
    retries: int = 1
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Job:
    """One shard on its way: its number, its folder, and how often its job was submitted."""

    number: int
    folder: Path
    handle: Any = None
    tries: int = 0
    failed: str = ""

    @property
    def whole(self) -> bool:
        """Whether the shard's study is there, complete."""
        try:
            found = json.loads(sizes.content(self.folder / STUDY, sizes.PARSED))
            return found["lntx"]["about"]["complete"] is True
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            return False


def read(path: Path) -> Submission:
    """Read CONFIG.toml; InputError, naming the file and the key, for what can't be."""
    try:
        document = tomllib.loads(sizes.content(path, sizes.PARSED).decode("utf-8-sig"))
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not TOML: {error}") from error
    executor = document.pop("executor", {})
    if not isinstance(executor, dict):
        raise InputError(f"{path}: executor isn't a table; write it as [executor]")
    own = {"shards", "parallel", "retries"}
    if unknown := document.keys() - own:
        raise InputError(
            f"{path}: unknown key {min(unknown)!r}; it has {', '.join(sorted(own))} and the table [executor]"
        )
    if "shards" not in document:
        raise InputError(f"{path} doesn't say how many shards; it needs at least {_EXAMPLE}")
    least = {"shards": 1, "parallel": 1, "retries": 0}
    for name, value in document.items():
        if type(value) is not int or not least[name] <= value <= _MOST:
            raise InputError(f"{path}: {name} must be a whole number from {least[name]} to {_MOST:,}, not {value!r}")
    cluster = executor.pop("cluster", "slurm")
    if cluster not in ("slurm", "local"):
        raise InputError(f"{path}: executor.cluster must be slurm or local, not {cluster!r}")
    return Submission(**document, cluster=cluster, parameters=executor)


def submitted(config: Submission, words: Sequence[str], out: Path, say: Callable[[str], None]) -> list[Job]:
    """Run the shards of `lntx bench WORDS` as jobs, and wait for all; each job's `failed` says why it has no study.

    say hears of each that ends. Raises MissingExtra without submitit, InputError for parameters that it doesn't know, LntxError
    where the cluster takes nothing.
    """
    jobs = [Job(number, out / f"shard-{number}-of-{config.shards}") for number in range(1, config.shards + 1)]
    there = [job for job in jobs if job.whole]
    if there:
        say(f"{len(there)} of {len(jobs)} shards are there already, and stay")
    waiting = [job for job in jobs if job not in there]
    if not waiting:
        return jobs
    executor, command = _executor(config, out / "jobs"), _submitit().helpers.CommandFunction
    most = config.parallel or (1 if config.cluster == "local" else len(jobs))
    running: list[Job] = []
    try:
        while waiting or running:
            while waiting and len(running) < most:
                job = waiting.pop(0)
                job.tries += 1
                job.handle = _asked(lambda job=job: executor.submit(command(_command(words, job, config.shards))))  # type: ignore[misc]
                running.append(job)
            for job in [job for job in running if job.handle.done()]:
                running.remove(job)
                if _ended(job, config, say):
                    waiting.append(job)
            if running:
                sleep(_LOOK_S if config.cluster == "slurm" else _LOOK_S / 10)
    except KeyboardInterrupt:
        names = ", ".join(str(job.handle.job_id) for job in running)
        raise LntxError(
            f"stopped waiting; the jobs {names} go on, and the same command collects what they measured (scancel ends them)"
        ) from None
    return jobs


def _ended(job: Job, config: Submission, say: Callable[[str], None]) -> bool:
    """Say what came of a job; whether it is to be submitted again."""
    name = f"shard {job.number}/{config.shards}"
    if job.whole:
        job.failed = ""
        say(f"{name} is measured")
        return False
    job.failed = _reason(job.handle)
    again = job.tries <= config.retries
    say(f"{name} failed ({job.failed}){'; it is submitted again, to go on where it stopped' if again else ''}")
    return again


def _reason(handle: Any) -> str:
    """Return the last thing that a job said, or else what became of it."""
    said = [line.strip() for log in (handle.stdout, handle.stderr) for line in (log() or "").splitlines()]
    if lines := [line.removeprefix("lntx: ") for line in said if line.startswith("lntx: ")]:
        return lines[-1]
    error = handle.exception()
    return f"job {handle.job_id}: {told(error)}" if error else f"job {handle.job_id} ended without its study"


def _command(words: Sequence[str], job: Job, shards: int) -> list[str]:
    """Return the command of a shard: it begins, or goes on with what it has of its study."""
    begun = (job.folder / ".lntx-study" / "plan.json").exists()
    own = ["--resume"] if begun else [*words, "--shard", f"{job.number}/{shards}"]
    return [sys.executable, "-P", "-m", "lntx", "bench", *own, "-o", str(job.folder.absolute())]


def _submitit() -> Any:
    try:
        return import_module("submitit")
    except ImportError as error:
        raise MissingExtra(
            "lntx bench --submit needs submitit, which is not installed here: pip install 'lntx[train,slurm]', or "
            "'.[train,slurm]' in a clone of lntx"
        ) from error


def _executor(config: Submission, logs: Path) -> Any:
    submitit = _submitit()
    executor = _asked(lambda: submitit.AutoExecutor(folder=str(logs), cluster=config.cluster))
    try:
        executor.update_parameters(name="lntx", **{"timeout_min": 240, **config.parameters})
    except (TypeError, ValueError, NameError) as error:
        raise InputError(f"submitit doesn't take [executor] as it is: {told(error)}") from error
    return executor


def _asked(question: Callable[[], Any]) -> Any:
    """Ask the cluster; LntxError where it isn't there, or takes nothing."""
    try:
        return question()
    except Exception as error:
        raise LntxError(f"the cluster takes no job: {told(error)}") from error


def missing(jobs: Sequence[Job]) -> Iterator[str]:
    """Say of each shard that isn't there why, and where its job's logs lie."""
    for job in jobs:
        if not job.whole:
            yield f"shard {job.number}: {job.failed or 'it was not measured'}"
