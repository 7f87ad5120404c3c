"""The tables in Markdown, all from the stored runs, and their places in a page: one for each kind of gate."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lntx.result import BenchmarkResult, GateResult
from lntx.storage import disk
from lntx.verdict import Verdict
from lntx_foreign.gates import EQUAL, RELEASES
from lntx_foreign.projects import Project
from lntx_foreign.store import Run, Store

PROJECTS = "foreign"  # the name of a part; the gates' parts are called by what they compare

_PROJECTS = ("project", "releases", "what its suite is like")
_RELEASED = ("project", "verdict", "benchmarks", "not the same", "left out", "took")
_EQUAL = ("project", "gates", "exit codes", "benchmarks", "not the same", "left out", "a gate took")
_NONE = "-"
_SHOWN = 3  # names in a cell

Ran = tuple[Run, GateResult | None]


def markdown(store: Store, projects: Sequence[Project]) -> str:
    """Say all that the stored runs tell."""
    found = parts(store, projects)
    return "\n\n".join([*found.values(), *(["No gate has been run yet."] if len(found) == 1 else [])]) + "\n"


def parts(store: Store, projects: Sequence[Project]) -> dict[str, str]:
    """Return what the stored runs tell, by kind: which projects there are, and each kind of gate of which some were run."""
    released = [(project, run) for project in projects for run in store.runs(project.name, RELEASES)[-1:]]
    equal = [(project, runs) for project in projects if (runs := store.runs(project.name, EQUAL))]
    found = {PROJECTS: _table(_PROJECTS, map(_described, projects))}
    if released:
        found[RELEASES] = _of_releases(released)
    if equal:
        told = [ran for _, runs in equal for ran in runs]
        found[EQUAL] = "\n\n".join([_summary(told), _table(_EQUAL, [_equal(*one) for one in equal]), _origin(told)])
    return found


def _of_releases(released: Sequence[tuple[Project, Ran]]) -> str:
    commands = "\n".join(f"$ {run.command}    # {project.name}" for project, (run, _) in released)
    said = ["Between two releases:", f"<!-- not run: nox -s foreign did -->\n```console\n{commands}\n```"]
    said.append(_table(_RELEASED, [_released(project, run) for project, run in released]))
    if left := _left(released):
        said += ["Left out, between releases:", "\n".join(f"- {line}" for line in left)]
    return "\n\n".join([*said, _origin([ran for _, ran in released])])


def splice(path: Path, found: Mapping[str, str]) -> None:
    """Put each part between its own markers of a page; a part without runs leaves what stands there from other machines.

    InputError where the page can't be read or has no markers.
    """
    for name, text in found.items():
        disk.splice(path, *marks(name), text)


def marks(name: str) -> tuple[str, str]:
    """Return what a part stands between."""
    return f"<!-- {name} -->", f"<!-- /{name} -->"


def left_out(ruling: GateResult) -> dict[str, str]:
    """Name what a gate saw and judged nothing of, each with why."""
    judged = {found.name for found in ruling.benchmarks}
    return {one.name: one.message for one in ruling.surveyed if one.name not in judged}


def _described(project: Project) -> tuple[str, ...]:
    return project.name, f"{project.base.version}, {project.head.version}", project.kind


def _released(project: Project, ran: Ran) -> tuple[str, ...]:
    run, ruling = ran
    if ruling is None:
        return project.name, f"none, exit code {run.code}: {run.said}", _NONE, _NONE, _NONE, _took([run])
    return (
        project.name,
        f"{ruling.shown}, exit code {run.code}",
        _judged(ruling),
        _others(ruling.benchmarks) or _NONE,
        _number(left_out(ruling)),
        _took([run]),
    )


def _equal(project: Project, runs: Sequence[Ran]) -> tuple[str, ...]:
    rulings = [ruling for _, ruling in runs if ruling is not None]
    codes = Counter(run.code for run, _ in runs)
    benchmarks = [found for ruling in rulings for found in ruling.benchmarks]
    left = {name: why for ruling in rulings for name, why in left_out(ruling).items()}
    return (
        project.name,
        str(len(runs)),
        ", ".join(f"{code}: {count}" for code, count in sorted(codes.items())),
        str(max((len(ruling.benchmarks) for ruling in rulings), default=0)),
        _others(benchmarks) or _NONE,
        _number(left),
        _took([run for run, _ in runs]),
    )


def _summary(runs: Sequence[Ran]) -> str:
    """Count how gates of equal code ended: each alarm among them is a false one."""
    codes = Counter(run.code for run, _ in runs)
    alarms = codes[Verdict.SLOWER.exit_code], codes[Verdict.MISSING.exit_code], codes[Verdict.DISAGREES.exit_code]
    told = dict(zip(("something slower (10)", "missing (11)", "wrong (12)"), alarms, strict=True))
    undecided = codes[Verdict.INCONCLUSIVE.exit_code]
    rest = sum(codes.values()) - codes[0] - sum(alarms) - undecided
    return (
        f"Gates of equal code, the later release with itself and without the guard: {len(runs)} over "
        f"{len({run.project for run, _ in runs})} suites; {codes[0]} say that nothing got slower, "
        f"{', '.join(f'{count} {what}' for what, count in told.items())}, {undecided} can't decide (13), {rest} couldn't be run."
    )


def _judged(ruling: GateResult) -> str:
    means = Counter(found.means for found in ruling.benchmarks)
    told = [(means["identity"], "the same by identity"), (means["time"], "timed")]
    return f"{len(ruling.benchmarks)}: " + ", ".join(f"{count} {what}" for count, what in told if count)


def _others(benchmarks: Sequence[BenchmarkResult]) -> str:
    """Say which verdicts there are besides the same, how often, and of which benchmarks, as far as that is short."""
    found: dict[Verdict, list[str]] = {}
    for one in benchmarks:
        if one.verdict is not Verdict.SAME:
            ratio = f" ({one.ratio:.2f})" if one.ratio is not None else ""
            found.setdefault(one.verdict, []).append(f"`{one.name.rpartition('::')[2]}`{ratio}")
    parts = []
    for verdict, names in found.items():
        more = ["..."] if len(names) > _SHOWN else []
        parts.append(f"{len(names)} {verdict}: {', '.join([*names[:_SHOWN], *more])}")
    return "; ".join(parts)


def _left(released: Sequence[tuple[Project, Ran]]) -> list[str]:
    """Name what was left out, together where the reason is the same."""
    lines = []
    for project, (_, ruling) in released:
        reasons: dict[str, list[str]] = {}
        for name, why in (left_out(ruling) if ruling else {}).items():
            reasons.setdefault(why or "its test never called it", []).append(name.rpartition("::")[2])
        lines += [
            f"{project.name}: {', '.join(f'`{name}`' for name in names)}: {why}" for why, names in reasons.items()
        ]
    return lines


def _number(left: dict[str, str]) -> str:
    return str(len(left)) if left else _NONE


def _took(runs: Sequence[Run]) -> str:
    return f"{sum(run.seconds for run in runs) / len(runs):.0f} s"


def _origin(runs: Sequence[Ran]) -> str:
    """Say on which machines and when."""
    rulings = [ruling for _, ruling in runs if ruling is not None]
    if not rulings:
        return "No gate could judge."
    days = sorted(str(ruling.about[key])[:10] for ruling in rulings for key in ("started", "ended"))
    when = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    return f"{'; '.join(dict.fromkeys(map(_machine, rulings)))}. {when}."


def _machine(ruling: GateResult) -> str:
    known = ruling.machine.get("lntx", {})
    parts = [known.get("cpu"), f"{known.get('logical_cores', '?')} logical cores", known.get("os"), known.get("python")]
    return ", ".join([*filter(None, parts), f"lntx {ruling.about.get('lntx', '?')}"])


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
