"""`lntx bench`: drive the suites, and write a study."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lntx.cli import options, parts, ranks
from lntx.cli import submit as submitting
from lntx.cli.brief_view import view
from lntx.cli.progress import QUIET_S, minutes, progress
from lntx.cli.terminal import say, show, show_json
from lntx.errors import Disagreement
from lntx.record import Absence, Study

if TYPE_CHECKING:
    from lntx.measure.study.progress import Progress

EXAMPLE = "lntx bench --profile smoke -o results"
_PATHS = "Files with a loop of your own, or files and folders of suites; lntx's own suites, if left out."
Profile = Literal["smoke", "regular", "wide", "large"]


def command(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH", help=_PATHS)] = None,
    profile: Annotated[
        Profile, typer.Option(help="On 2 cores five minutes, less than ten, half an hour, or as long as it takes.")
    ] = "regular",
    backend: options.Backends = None,
    device: options.Devices = None,
    suite: Annotated[
        list[str] | None,
        typer.Option("--suite", metavar="NAME", help="Of these suites test_NAME.py alone; again for more."),
    ] = None,
    axis: Annotated[
        str | None, typer.Option("--axis", metavar="NAME=A,B,...", help="A parameter of the loop, and its values.")
    ] = None,
    way: Annotated[
        list[str] | None,
        typer.Option("--way", metavar="NAME", help="Of a loop's ways, beside the first; again for more."),
    ] = None,
    data: options.Data = None,
    target: Annotated[str | None, typer.Option(metavar="COL", help="Its target column; or Y as .npy.")] = None,
    standardize: Annotated[
        bool | None,
        typer.Option(help="Train on (value - mean) / deviation of each of the table's columns; arrays as they are."),
    ] = None,
    dtype: options.StudyDtype = None,
    drop: options.Drop = None,
    fill: options.Fill = None,
    encode: options.Encode = None,
    separator: options.Separator = None,
    decimal: options.Decimal = None,
    thousands: options.Thousands = None,
    header: options.Header = None,
    encoding: options.Encoding = None,
    keep_index: options.KeepIndex = False,
    sheet: options.Sheet = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the study in DIR, as it was begun.")] = False,
    shard: Annotated[str | None, typer.Option(metavar="K/N", help="Measure the K-th of N parts alone.")] = None,
    submit: submitting.Config = None,
    out: options.Out = Path("results"),
    as_json: options.Json = False,
) -> None:
    """Time every backend whose weights agree with the reference, and write the study to DIR/study.json."""
    ranks.outside("bench")
    if submit:
        submitting.submit(context, submit, options.writable_folder(out, "study.json"), as_json=as_json)
        return
    part, folder = parts.part(shard, "--shard"), options.writable_folder(out)
    from lntx import storage
    from lntx.measure.request import StudyRequest
    from lntx.measure.study.driver import drive
    from lntx.report.brief import brief
    from lntx.report.incomplete import placed

    request = StudyRequest(
        profile=profile,
        backends=options.backends(backend),
        devices=tuple(device or ("cpu",)),
        suites=tuple(suite or ()),
        paths=tuple(str(path.absolute()) for path in paths or ()),
        ways=tuple(way or ()),
        axis=options.axis(axis),
        out=folder,
        resume=resume,
        shard=part,
        data=data,
        target=target,
        standardize=(data is None or data.suffix.lower() != ".npy") if standardize is None else standardize,
        reading=options.given(
            drop=drop,
            fill=fill,
            encode=encode,
            separator=separator,
            decimal=decimal,
            thousands=thousands,
            header=header,
            encoding=encoding,
            keep_index=keep_index,
            sheet=sheet,
        ),
        dtype=dtype,
    )
    if request.data and request.target and request.data.is_file():  # else the driver says what is wrong
        for note in request.notes():
            say(note)
    with _watching() as watch:
        path = drive(request, watch)
    study = storage.read(path)
    _tell_absences(study)
    if lost := study.about.get("lost"):
        again = shlex.join(["lntx", "bench", "--resume", "-o", str(out)])
        say(f"{lost} of these cells had their process killed from outside; this measures them: {again}")
    told = brief([placed(study, out)])
    if as_json:
        absences = [_absence(absence) for absence in study.absences]
        warnings = [str(warning) for warning in told.warnings]
        show_json({"study": str(path), "records": len(study.records), "absences": absences, "warnings": warnings})
    else:
        show(*view(told), f"{len(study.records)} cells measured: {path}", f"now: lntx report {path}")
    if wrong := [absence.cell.backend for absence in study.absences if absence.kind == "disagrees"]:
        names, cells = ", ".join(dict.fromkeys(wrong)), f"{len(wrong)} cell{'s' * (len(wrong) > 1)}"
        raise Disagreement(f"the weights of {names} are not those of the reference in {cells}")


def _absence(absence: Absence) -> dict[str, str]:
    """Return for a program which cell has no time, and why."""
    cell = absence.cell
    return {
        "backend": cell.backend,
        "device": cell.device,
        "suite": cell.suite,
        "kind": absence.kind,
        "reason": absence.reason,
    }


@contextmanager
def _watching() -> Iterator[Callable[["Progress"], None]]:
    """Show progress on stderr: a bar on a terminal, elsewhere a line at the start and the end and, between them, each minute."""
    with progress() as shown:
        task = shown.add_task("starting", total=None)
        said, told_s, left = False, 0.0, -1

        def watch(now: "Progress") -> None:
            nonlocal said, told_s, left
            text = f"{minutes(now.eta_s)} to go: {now.at_work or now.event}"
            if now.notice:
                say(now.event)
                return
            shown.update(task, total=now.done + now.left or None, completed=now.done, description=text)
            news = (not said and now.left) or (left and not now.left) or now.elapsed_s - told_s >= QUIET_S
            if shown.disable and news:
                said, told_s, left = True, now.elapsed_s, now.left
                say(f"{now.done} done, {now.left} left, {text}")

        yield watch


def _tell_absences(study: Study) -> None:
    """Say which cells got no time, once for each kind and reason; of those that were refused, how many."""
    counted: dict[tuple[str, str], list[str]] = {}
    for absence in study.absences:
        counted.setdefault((absence.kind, absence.reason), []).append(absence.cell.backend)
    refused = [name for (kind, _), names in counted.items() if kind == "refused" for name in names]
    for (kind, reason), names in counted.items():
        if kind != "refused":
            say(f"no time for {len(names)} cells of {', '.join(dict.fromkeys(names))} ({kind}): {reason}")
    if refused:
        backends = ", ".join(dict.fromkeys(refused))
        cells = "1 cell is" if len(refused) == 1 else f"{len(refused)} cells are"
        say(f"{cells} refused by {backends}; lntx report and lntx backends say why")
