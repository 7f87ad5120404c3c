"""What a project's benchmarks run in: a virtual environment with what they need, the project itself left out."""

import shutil
import sys
from pathlib import Path

from lntx_foreign.commands import run
from lntx_foreign.projects import Project


def python(project: Project, work: Path) -> Path:
    """Give the interpreter of a project's environment, made where it isn't there yet."""
    place = work / project.name / "environment"
    found, done = place / "bin" / "python", place / "needs.txt"
    wanted = "\n".join(project.needs) + "\n"
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        run([sys.executable, "-m", "venv", str(place)], place.parent)
        run([str(found), "-m", "pip", "install", "-q", *project.needs], place.parent)
        done.write_text(wanted, encoding="utf-8")
    return found


def installed(python: Path) -> list[str]:
    """List what is installed beside an interpreter, with versions."""
    return run([str(python), "-m", "pip", "freeze"], python.parent).split("\n")[:-1]
