"""`lntx gate --part I/N` and `--join`: one gate over several runners, and the words that a parser can't tell from revisions."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lntx.cli import parts as partition
from lntx.cli.terminal import show, show_json
from lntx.errors import InputError, LntxError

if TYPE_CHECKING:
    from lntx.duet.config import GateConfig
    from lntx.result import GateResult

HANDED = "--pytest"
"""How what stands behind -- gets to the gate: a parser doesn't tell it from HEAD."""
_JOIN = "--join"
_LEAST = 2
Part = Annotated[
    str | None,
    typer.Option("--part", metavar="I/N", help="Measure the I-th of N parts, on one of N runners; -o names its file."),
]
Join = Annotated[
    list[Path] | None,
    typer.Option(_JOIN, metavar="FILE...", help="Judge the parts that several runners measured, as one gate."),
]


def gathered(arguments: Sequence[str]) -> list[str]:
    """Hand the gate word by word what stands behind -- or --join, if it is the gate that is asked for."""
    words = list(arguments)
    if words[:1] != ["gate"]:
        return words
    cut = words.index("--") if "--" in words else len(words)
    own, handed = words[:cut], [f"{HANDED}={word}" for word in words[cut + 1 :]]
    found: list[str] = []
    joining = False
    for word, following in zip(own, [*own[1:], "-"], strict=True):
        if word == _JOIN and not following.startswith("-"):
            joining = True
            continue
        joining = joining and not word.startswith("-")
        found.append(f"{_JOIN}={word}" if joining else word)
    return [*found, *handed]


def check(base: str, part: str | None, join: Sequence[Path] | None, *, deciding: bool, listing: bool) -> None:
    """Raise InputError for options that contradict each other; deciding: some say what is to follow from the verdict."""
    if join:
        if base or part or listing:
            raise InputError(
                "--join takes the files of parts alone: lntx gate --join part-*.json; what they are of, they say"
            )
        return
    if not base:
        raise InputError("the gate lacks BASE, the revision to compare with, as lntx gate main; see lntx gate --help")
    if part and deciding:
        raise InputError(
            "a part decides nothing; give --faster, --report-timing, --allow-inconclusive and --junit to --join"
        )


def of(request: "GateConfig", part: str | None) -> "GateConfig":
    """Make the request for one part of a gate; the request itself where none is asked for. InputError for what is no part."""
    found = partition.part(part, "--part")
    if found is None:
        return request
    number, parts = found
    if parts < _LEAST:
        raise InputError(f"--part {part} is all of it; leave --part away, or ask for {_LEAST} parts or more")
    from lntx.judge import joining

    seed = None if request.seed is None else request.seed + number - 1
    return replace(request, part=found, rules=joining.rules(request.rules, parts), seed=seed)


def measured(
    request: "GateConfig", out: Path, measure: Callable[["GateConfig"], "GateResult"], *, as_json: bool
) -> int:
    """Measure a part, and write its file; the exit code, 2 where it was interrupted."""
    from lntx.storage import gate as stored
    from lntx.storage import places

    number, parts = request.part
    file = out if out.suffix == ".json" else out / f"part-{number}-of-{parts}.json"
    places.check_file(file)
    result = measure(replace(request, beside=(*request.beside, file)))
    stored.write(result, file)
    if as_json:
        show_json({"part": number, "of": parts, "file": str(file), "benchmarks": len(result.benchmarks)})
    else:
        show(
            f"part {number} of {parts} is measured: {file}",
            "when all are: lntx gate --join " + " ".join(_all(file, parts)),
        )
    return LntxError.exit_code if result.about["interrupted"] else 0


def joined(files: Sequence[Path]) -> "GateResult":
    """Read parts, and judge them as one gate; InputError for files that are none, or don't belong together."""
    from lntx.judge import joining
    from lntx.storage import gate as stored

    return joining.join([stored.read(file) for file in files], [str(file) for file in files])


def _all(file: Path, parts: int) -> list[str]:
    """Name the files of all parts, where a part's file says its number."""
    return [str(file).replace("part-1-", "part-*-")] if "part-1-" in file.name else [f"({parts} files)"]
