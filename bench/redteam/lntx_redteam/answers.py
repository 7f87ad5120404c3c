"""What the answers of lntx's commands have in common: a document on stdout, sentences on stderr, a code with a meaning."""

import json
from typing import Any

from lntx.errors import LntxError
from lntx_redteam.child import Ended
from lntx_redteam.finding import Finding
from lntx_redteam.members import Member

_CODES = (0, 2, 10, 11, 12, 13)  # of lntx's own; 1 is a traceback


def document(answer: Ended) -> Any:
    """Read the JSON that a command printed last; None where there is none."""
    lines = answer.out.strip().splitlines()
    try:
        return json.loads(lines[-1]) if lines else None
    except ValueError:
        return None


def broken(member: Member, answer: Ended) -> Finding | None:
    """Say how a command itself broke down; None where it answered, be it with a refusal.

    Raises LntxError where what it refuses is the member's name: then nothing was tried.
    """
    if f"no backend is called '{member.name}'" in answer.said:
        raise LntxError(f"the commands find no backend {member.name}: pip install -e bench/redteam")
    if answer.code is None:
        return Finding("broke", "it had to be stopped: it went on for ever")
    if answer.code not in _CODES:
        how = f"exit code {answer.code}" if answer.code > 0 else f"signal {-answer.code}"
        return Finding("broke", f"{how}: {answer.last}")
    if answer.code == 0 and document(answer) is None:
        return Finding("broke", "it ended with exit code 0, and without an answer")
    return None


def told(member: Member, answer: Ended) -> Finding | None:
    """Give the line that tells of what a member disturbs."""
    lines = answer.said.splitlines() + answer.out.splitlines()
    for line in lines if member.told else ():
        if member.told.lower() in line.lower():
            return Finding("found", " ".join(line.removeprefix("lntx: ").split()))
    return None
