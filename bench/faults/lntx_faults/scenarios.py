"""The commands that write, each as it is run on a folder: what lies there before, and what is asked for."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import lntx
from lntx import report, storage
from lntx.report import gate as gate_report
from lntx.report.drawing import picture
from lntx.storage import gate as gates
from lntx_faults import made_up
from lntx_faults.odd.making import commit, git
from lntx_faults.trial import Said, run

_TRAINING = ("--backend", "numpy", "--epochs", "2", "--batch-size", "full")
_SUITE = "import subject\n\n\ndef test_total(benchmark):\n    assert benchmark(subject.total, 300) == 44850\n"
_CODE = "def total(n):\n    return sum(range(n))\n"
_STRANGE = {
    "notes.txt": "a user's own\n",
    "report/figures/mine.svg": "<svg/>\n",
    "report/frames/mine.csv": "a,b\n1,2\n",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A command: what lies in its folder, its arguments, the variables that it sees, and what stands in for what is slow.

    slow: it starts processes, and takes seconds. varies: what it writes holds times, and is never the same twice. brief: it
    stands for the others in the short form.
    """

    name: str
    lay: Callable[[Path], None]
    arguments: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()
    replaced: Callable[[], Any] = nullcontext
    slow: bool = False
    varies: bool = False
    brief: bool = False

    @property
    def from_a_shell(self) -> bool:
        """Whether it measures nothing for a minute when it is started from a shell, where nothing can stand in for anything."""
        return self.replaced is not _stored_gate

    @property
    def named(self) -> tuple[str, ...]:
        """The paths that a user names, if only by leaving the usual one: folders on the way to them may be links."""
        return (*self.arguments, *self.streams, *(() if "-o" in self.arguments else ("results/gate",)))

    @property
    def streams(self) -> tuple[str, ...]:
        """The files that a variable names, such as a runner's: they may be links themselves."""
        return tuple(value.removeprefix("{folder}/") for _, value in self.variables)

    def play(self, folder: Path, temporary: Path) -> Said:
        """Run the command on a folder that was laid out."""
        variables = {name: value.format(folder=folder) for name, value in self.variables}
        with self.replaced():
            return run(self.arguments, folder, temporary, **variables)


def _study(folder: Path) -> None:
    storage.write(made_up.study(), folder / "study.json")


def _reported(folder: Path) -> None:
    """Lay out an earlier report, of other pictures, and files of the user's beside its own."""
    report.render([made_up.study(("eager", "manual"), "features")], folder / "report")
    _study(folder)
    for name, text in _STRANGE.items():
        (folder / name).write_text(text, encoding="utf-8")


def _gate(folder: Path) -> None:
    gates.write(made_up.gate(), folder / "gate.json")


def _table(folder: Path) -> None:
    rows = "\n".join(f"{i},{i * i},{2 * i + 1}" for i in range(12))
    (folder / "t.csv").write_text(f"a,b,y\n{rows}\n", encoding="utf-8")


def _model(folder: Path) -> None:
    _table(folder)
    with (folder / "m.safetensors").open("wb") as stream:
        stream.write(b"an earlier model\n")


def _trained(folder: Path) -> None:
    import torch  # noqa: PLC0415  (loaded where it is needed)

    lntx.LNTXModel.of(torch.ones(1, 3), torch.zeros(1)).save(folder / "m.safetensors")


def _studies(folder: Path) -> None:
    _study(folder)
    storage.write(made_up.study(), folder / "earlier.json")


def repository(folder: Path) -> None:
    """Lay out a repository with a benchmark."""
    git(folder, "init", "-q")
    commit(folder, {"subject.py": _CODE, "test_subject.py": _SUITE}, "begin")


def _gated(folder: Path) -> None:
    """Lay out a repository, and what an earlier gate left in it: a result, a report, a history of noise, a summary."""
    repository(folder)
    out = folder / "out"
    gates.write(made_up.gate(), out / "gate.json")
    gate_report.render(made_up.gate(), out / "report")
    (folder / "step.md").write_text("# What came before\n", encoding="utf-8")
    (folder / "history.json").write_text(json.dumps({"schema": 1, "cpus": {}}) + "\n", encoding="utf-8")


@contextmanager
def _undrawn() -> Iterator[None]:
    """Let pictures have been drawn, which takes the most time of a report, and no part of what is looked at."""
    svg = "<svg ></svg>"
    with (
        mock.patch.object(picture, "_drawn", return_value=(svg, b"a picture")),
        mock.patch.object(picture, "_vector", return_value=svg),
    ):
        yield


@contextmanager
def _stored_gate() -> Iterator[None]:
    """Let a gate have been measured: what it writes is looked at."""
    import lntx.duet.gate  # noqa: PLC0415  (what it measures is replaced, where it is known)

    with _undrawn(), mock.patch.object(lntx.duet.gate, "gate", return_value=made_up.gate()):
        yield


SCENARIOS: Sequence[Scenario] = (
    Scenario("`lntx report`, a study", _study, ("report", "study.json", "-o", "report"), replaced=_undrawn),
    Scenario(
        "`lntx report`, over an earlier one",
        _reported,
        ("report", "study.json", "-o", "report", "--json"),
        replaced=_undrawn,
        brief=True,
    ),
    Scenario("`lntx report`, a gate", _gate, ("report", "gate.json"), replaced=_undrawn),
    Scenario("`lntx train --save`", _model, ("train", "--save", "m.safetensors", *_TRAINING), brief=True),
    Scenario("`lntx train --save`, in a new folder", _table, ("train", "--save", "a/b/m.safetensors", *_TRAINING)),
    Scenario("`lntx predict`", _trained, ("predict", "m.safetensors", "1", "1", "1")),
    Scenario("`lntx compare`", _studies, ("compare", "earlier.json", "study.json")),
    Scenario(
        "`lntx gate`, what it tells",
        _gated,
        ("gate", "HEAD", "HEAD", "-o", "out", "--junit", "junit/gate.xml", "--history", "history.json"),
        (("GITHUB_STEP_SUMMARY", "{folder}/step.md"),),
        _stored_gate,
        brief=True,
    ),
    Scenario("`lntx gate`, in a new folder", repository, ("gate", "HEAD", "HEAD"), (), _stored_gate),
    Scenario("`lntx gate --list`", repository, ("gate", "HEAD", "HEAD", "--list"), slow=True, varies=True),
    Scenario(
        "`lntx gate`, as it measures",
        repository,
        ("gate", "HEAD", "HEAD", "--no-guard", "--pairs", "4", "--report-timing", "--allow-inconclusive"),
        slow=True,
        varies=True,
    ),
    Scenario("`lntx schema`", lambda _folder: None, ("schema", "-o", "out")),
    Scenario("`lntx verify`", lambda _folder: None, ("verify", "--backend", "numpy"), slow=True),
    Scenario(
        "`lntx bench`",
        lambda _folder: None,
        ("bench", "--profile", "smoke", "--suite", "tutorial", "--backend", "numpy", "-o", "out"),
        slow=True,
        varies=True,
    ),
)
