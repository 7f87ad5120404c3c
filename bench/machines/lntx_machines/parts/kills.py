"""`kill -9` of a rank at a random moment ends in the same weights, bit for bit, after torchrun's restart.

A training of some seconds runs under torchrun with snapshots. When it has come some random way further, a random rank is killed;
torchrun starts all ranks again, and they go on from the snapshot. Several kills to a training; in the end its weights are held
against those of one that was left alone.
"""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any

import psutil

from lntx.host import lifetime
from lntx_machines import ranks
from lntx_machines.row import Row

ORDER, QUICK = 2, True
_KILLS = 50
_LIMIT_S = 400.0
_LOOK_S = 0.02
_RECIPES = (
    ("--batch-size", "8", "--momentum", "0.9", "--nesterov"),
    ("--batch-size", "7", "--shuffle", "--momentum", "0.9", "--weight-decay", "0.001"),
    (
        "--batch-size",
        "full",
    ),
    ("--batch-size", "16", "--shuffle", "--momentum", "0.5", "--dampening", "0.3", "--dtype", "float64"),
    (
        "--batch-size",
        "1",
    ),
)
_STEPS = 30_000  # some seconds of two ranks, and more than as many kills need
_SAMPLES = 64


def run(out: Path, *, quick: bool) -> Iterator[Row]:
    """Kill ranks, and hold what comes of it against the same training undisturbed."""
    for i, recipe in enumerate(_RECIPES[:1] if quick else _RECIPES):
        kills, steps = (1, _STEPS // 5) if quick else (_KILLS // len(_RECIPES), _STEPS)
        rows = _SAMPLES if recipe[1] == "full" else int(recipe[1])
        epochs = max(1, steps * rows // _SAMPLES)
        words = [
            "--backend",
            "distributed",
            "--samples",
            _SAMPLES,
            "--features",
            4,
            "--lr",
            0.01,
            "--epochs",
            epochs,
            *recipe,
        ]
        whole = ranks.trained(words, 2)["weights"]
        found, done = _killed(out / str(i), words, kills, Random(i))  # noqa: S311  (it draws moments, not secrets)
        same = found is not None and found["weights"] == whole
        said = f"{done} kills, {'the same weights' if same else 'other weights' if found else 'no weights'}"
        yield Row(" ".join(recipe), f"{kills} kills, the same weights", said, ok=same and done == kills)


def _killed(out: Path, words: list[Any], kills: int, rng: Random) -> tuple[dict[str, Any] | None, int]:
    """Run a training and kill its ranks; what it printed in the end, and how many were killed."""
    out.mkdir(parents=True, exist_ok=True)
    kept = ["--snapshots", out / "kept", "--snapshot-every", 0.05]
    module = ["lntx", "train", *map(str, [*words, *kept]), "--json"]
    with (out / "stdout").open("wb") as printed, (out / "stderr").open("wb") as said:
        command = ranks.command(module, 2, [f"--max-restarts={kills + 2}"])
        process = lifetime.start(command, stdout=printed, stderr=said, env=ranks.variables())
        done, ends = 0, monotonic() + _LIMIT_S
        try:
            while process.poll() is None and monotonic() < ends:
                if done < kills and _further(out / "kept", rng.uniform(0, 0.4), process.pid):
                    done += _kill(process.pid, rng)
                sleep(_LOOK_S)
        finally:
            lifetime.end(process)
    lines = (out / "stdout").read_text().splitlines()
    return (json.loads(lines[-1]) if process.returncode == 0 and lines else None), done


def _further(folder: Path, wait_s: float, pid: int) -> bool:
    """Wait until a snapshot is written, and some time more; whether the training still runs."""
    before, ends = _written(folder), monotonic() + _LIMIT_S / 4
    while _written(folder) == before and monotonic() < ends:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return False
        sleep(_LOOK_S)
    sleep(wait_s)
    return True


def _written(folder: Path) -> float:
    return max((file.stat().st_mtime_ns for file in folder.glob("*.safetensors")), default=0)


def _kill(pid: int, rng: Random) -> int:
    """Kill one of the ranks; how many were."""
    with suppress(psutil.NoSuchProcess):
        found = [
            child
            for child in psutil.Process(pid).children(recursive=True)
            if "lntx" in child.cmdline() and "train" in child.cmdline()
        ]
        if found:
            os.kill(rng.choice(sorted(found, key=lambda child: child.pid)).pid, signal.SIGKILL)
            return 1
    return 0
