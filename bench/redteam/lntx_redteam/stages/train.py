"""`lntx train` on the case in which the member's fault shows; what it prints is held against the truth, too."""

from pathlib import Path

from lntx_redteam import answers, oracle
from lntx_redteam.child import Ended, ended
from lntx_redteam.finding import Finding
from lntx_redteam.members import Member

_LIMIT_S = 30.0  # nothing but Ctrl-C ends a training in one's own process


def play(member: Member, folder: Path) -> Finding:
    """Train, and judge what was said."""
    options = member.case.options(folder)
    return read(member, ended(["lntx", "train", "--backend", member.name, "--json", *options], folder, _LIMIT_S))


def read(member: Member, answer: Ended) -> Finding:
    """Judge the answer of `lntx train --json`."""
    if finding := answers.told(member, answer) or answers.broken(member, answer):
        return finding
    document = answers.document(answer)
    if answer.code:
        return Finding("found", answer.last)
    if document["agreement"] is None:
        return Finding("found", answer.last or "it says that nothing was proved")
    off = oracle.wrong(member.case, document)
    return Finding("believed", f"believed, with {off}") if off else Finding("right", "its weights are right")
