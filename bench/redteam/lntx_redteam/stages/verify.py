"""`lntx.verify` on the case in which the member's fault shows; where that doesn't find it, `lntx verify` on its grid."""

from pathlib import Path
from typing import Any

from lntx_redteam import answers
from lntx_redteam.child import Ended, ended
from lntx_redteam.finding import Finding
from lntx_redteam.members import Member

_LIMIT_S = 600.0
_CASE_S = "10"  # for a case of the grid, where a member is known to hang


def play(member: Member, folder: Path) -> Finding:
    """Try the case, then the grid; a member that ends its process meets the command alone, which starts processes."""
    case = Finding("none")
    if not member.ends:
        case = _case(member, ended(["lntx_redteam.trial", "verify", member.name], folder, _LIMIT_S))
        if case.outcome == "found":
            return case
    command = ["lntx", "verify", "--backend", member.name, "--json", *(["--limit", _CASE_S] if member.ends else [])]
    grid = _grid(member, ended(command, folder, _LIMIT_S))
    return case if case.outcome == "broke" else grid


def _case(member: Member, answer: Ended) -> Finding:
    return answers.told(member, answer) or answers.broken(member, answer) or Finding(**answers.document(answer))


def _grid(member: Member, answer: Ended) -> Finding:
    if finding := answers.told(member, answer) or answers.broken(member, answer):
        return finding
    results: Any = answers.document(answer) or []
    for result in results:
        if result["ok"] is False:
            return Finding("found", f"grid: {result.get('reason') or _off(result)}")
    return Finding("found", f"grid: {answer.last}") if answer.code else Finding("passed")


def _off(result: Any) -> str:
    return f"error {result['error']:.2g} is beyond the tolerance {result['tolerance']:.2g}"
