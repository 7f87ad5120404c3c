"""The gate on a project, as anybody would call it: the command line, in the project's repository."""

import json
import shlex
import shutil
import sys
from pathlib import Path
from time import monotonic

from lntx.storage.disk import write_text
from lntx_foreign import environments, releases
from lntx_foreign.commands import last, tried
from lntx_foreign.projects import Project
from lntx_foreign.store import GATE, Run

RELEASES, EQUAL = "releases", "equal"
"""The kinds of runs: between two releases, and of the later one with itself."""
_PYTHON = "environment/bin/python"  # as it is shown


def gate(project: Project, kind: str, work: Path, out: Path) -> Run:
    """Run one gate and keep what it writes in a folder; LntxError where the project can't be brought or installed."""
    root = releases.repository(project, work)
    python = None if project.build else environments.python(project, work)
    words, folder = asked(project, kind), root / project.folder
    where = ["--python", str(python)] if python else []
    report = work / project.name / "out"
    shutil.rmtree(report, ignore_errors=True)
    began = monotonic()
    done = tried([sys.executable, "-P", "-m", "lntx", "gate", *where, "--out", str(report), *words], folder)
    seconds = monotonic() - began
    out.mkdir(parents=True, exist_ok=True)
    if (report / GATE).is_file():
        write_text(out / GATE, _portable((report / GATE).read_text(encoding="utf-8"), work / project.name))
    shown = ["lntx", "gate", *(["--python", _PYTHON] if python else []), *words]
    said = last(done.stderr) if done.returncode and not (out / GATE).is_file() else ""
    return Run(
        project.name,
        kind,
        shlex.join(shown),
        done.returncode,
        round(seconds, 1),
        said,
        environments.installed(python) if python else [],
    )


def _portable(text: str, place: Path) -> str:
    """Leave out of a document where on this machine the project lies."""
    return text.replace(f"{json.dumps(str(place))[1:-1]}/", "")


def asked(project: Project, kind: str) -> list[str]:
    """Give the gate's arguments: its revisions, the project's options, and what goes to pytest."""
    build = ["--build", project.build.format(needs=shlex.join(project.needs))] if project.build else []
    if kind == EQUAL:
        revisions, arguments = (
            [project.head.version, project.head.version, "--no-guard"],
            project.arguments + project.few,
        )
    else:
        revisions, arguments = [project.base.version, project.head.version], project.arguments
    return [*revisions, *build, *project.options, "--", *arguments]
