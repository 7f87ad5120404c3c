"""`lntx bench` in its smoke profile, in the suites in which the member's fault would show, if any."""

from pathlib import Path
from typing import Any

from lntx import storage
from lntx_redteam import answers
from lntx_redteam.child import Ended, ended
from lntx_redteam.finding import NOTHING, Finding
from lntx_redteam.members import Member
from lntx_redteam.trial import grown

_LIMIT_S = 900.0
_SHORT = ("tutorial",)  # where a process ends or hangs, one cell tells as much as many


def play(member: Member, folder: Path) -> Finding:
    """Measure, and judge what was said."""
    suites = _SHORT if member.ends else member.case.suites
    if not suites:
        return NOTHING
    command = [
        "lntx",
        "bench",
        "--profile",
        "smoke",
        "--backend",
        member.name,
        "--json",
        "--out",
        str(folder / "study"),
    ]
    command += [word for suite in suites for word in ("--suite", suite)]
    return read(member, ended(command, folder, _LIMIT_S))


def read(member: Member, answer: Ended) -> Finding:
    """Judge the answer of `lntx bench --json`: a cell without a time, other than one that was refused, is a finding."""
    if finding := answers.told(member, answer) or answers.broken(member, answer):
        return finding
    document: Any = answers.document(answer)
    if document is None:
        return Finding("found", answer.last)
    for absence in document["absences"]:
        if absence["kind"] != "refused":
            return Finding("found", f"{absence['kind']}: {absence['reason']}")
    if not document["records"]:
        return Finding("found", answer.last)
    return grown(storage.read(Path(document["study"])).records)
