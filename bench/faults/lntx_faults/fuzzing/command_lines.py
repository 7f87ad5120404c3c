"""Command lines: of options that there are, and values that nobody would give; what takes long is left out."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import typer
from hypothesis import strategies as st

from lntx import cli
from lntx.errors import LntxError
from lntx_faults import made_up, trial

_VALUES = (
    "", "-", "--", "-1", "0", "1", "2", "0.5", "1e400", "nan", "inf", "-inf", "1/0", "0/1", "1/4", "4/4", "9" * 20, "\u0661", "½",
    "auto", "full", "cpu", "cuda", "cuda:0", "cuda:99", "cpu:0", "meta", "numpy", "eager:*", "*", "smoke", "large", "float32",
    "float16", "mean", "a=mean", "=", "a,b", "y", "t.csv", "study.json", "gate.json", "lntx-gate.toml", ".", "..", "/dev/null",
    "nowhere/x", "x" * 300, "a/" * 3000, "\ud800", "é", "\x1b[31m", "a\nb", "HEAD", "HEAD~1", "--help", "@", "~", "%s", "{0}",
    "$HOME", "utf-8", "cp1252", "utf-9", "tab", ",", ",,",
)  # fmt: skip
_TRAINING = ("--backend", "numpy", "--epochs", "2")


def _options() -> dict[str, list[str]]:
    """List the options of each command."""
    group: Any = typer.main.get_command(cli.app)
    return {
        name: [
            option
            for parameter in command.params
            for option in (*parameter.opts, *parameter.secondary_opts)
            if option.startswith("-")
        ]
        for name, command in group.commands.items()
    }


def _of(name: str, options: Sequence[str]) -> st.SearchStrategy[list[str]]:
    value = (
        st.sampled_from(_VALUES)
        | st.text(st.characters(exclude_characters="\0"), max_size=6)
        | st.integers().map(str)
        | st.floats().map(str)
    )
    option = st.sampled_from(tuple(options)) if options else st.nothing()
    part = st.tuples(option, value).map(list) | option.map(lambda word: [word]) | value.map(lambda word: [word])
    part |= st.builds(lambda word, given: [f"{word}={given}"], option, value)
    return st.lists(part, max_size=6).map(lambda parts: [name, *(word for words in parts for word in words)])


commands = _options()
lines = st.one_of(
    *(_of(name, options) for name, options in commands.items()),
    st.lists(st.sampled_from((*commands, *_VALUES)), max_size=4),
).map(lambda words: json.dumps(words).encode())
"""Command lines as JSON, a list of words."""


class Begun(LntxError):
    """What was asked for could begin."""


def typed(path: Path) -> None:
    """Run a command line in a folder with a table, a study and a gate; what would take long stops as it begins."""
    words = [word for word in json.loads(path.read_bytes()) if "\0" not in word]
    folder = path.parent / "here"
    if not folder.exists():
        _lay(folder)
    with _quick():
        said = trial.run(words, folder, path.parent)
    if said.escaped:
        raise AssertionError(said.escaped)
    known = {0, 2, 10, 11, 12, 13}
    assert said.code in known, f"exit code {said.code}"
    assert said.code == 0 or said.lines, "it fails without a word"
    assert all(line.startswith("lntx: ") for line in said.lines), said.err


def _lay(folder: Path) -> None:
    folder.mkdir()
    from lntx import storage  # noqa: PLC0415
    from lntx.storage import gate as gates  # noqa: PLC0415

    (folder / "t.csv").write_text("a,b,y\n1,2,3\n4,6,5\n7,8,8\n", encoding="utf-8")
    storage.write(made_up.study(), folder / "study.json")
    gates.write(made_up.gate(), folder / "gate.json")


def load() -> list[tuple[Any, str]]:
    """Load what the commands do, and name where training, measuring, looking at the machine and drawing begin."""
    import lntx.doctor.examination  # noqa: PLC0415
    import lntx.duet.gate  # noqa: PLC0415  (each where the commands find it)
    import lntx.duet.listing  # noqa: PLC0415
    import lntx.measure.study.driver  # noqa: PLC0415
    import lntx.measure.verification.driver  # noqa: PLC0415
    import lntx.measure.verification.loops  # noqa: PLC0415
    import lntx.report.gate  # noqa: PLC0415

    return [
        (lntx, "train"),
        (lntx.doctor.examination, "examined"),
        (lntx.duet.gate, "gate"),
        (lntx.duet.listing, "listing"),
        (lntx.measure.study.driver, "drive"),
        (lntx.measure.verification.driver, "verified"),
        (lntx.measure.verification.loops, "verified"),
        (lntx.report, "render"),
        (lntx.report.gate, "render"),
    ]


@contextmanager
def _quick() -> Iterator[None]:
    """Stop where training, measuring and drawing begin."""
    begun = Begun("it begins")
    with ExitStack() as stack:
        for place, name in load():
            stack.enter_context(mock.patch.object(place, name, side_effect=begun))
        yield
