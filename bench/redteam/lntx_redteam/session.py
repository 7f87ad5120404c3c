"""One session: the members, one at a time, through every stage."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from lntx_redteam import members, quick
from lntx_redteam.finding import Row
from lntx_redteam.members import Member
from lntx_redteam.stages import STAGES


def play(
    names: Sequence[str],
    say: Callable[[str], None],
    watch: Callable[[int, int], None] = lambda _done, _whole: None,
    *,
    short: bool = False,
) -> list[Row]:
    """Try the members of these names, all for none named; say hears of each as it is done, and watch how many are, of how many.

    Raises InputError for an unknown name, LntxError where a member isn't installed or can't be loaded.
    """
    chosen = members.chosen(names)
    rows: list[Row] = []
    began = monotonic()
    watch(0, len(chosen))
    for row in quick.played(chosen, say) if short else map(_played, chosen):
        rows.append(row)
        watch(len(rows), len(chosen))
        say(f"{len(rows)} of {len(chosen)}, {monotonic() - began:.0f} s: {row.member.name}: {row.verdict}")
    return rows


def _played(member: Member) -> Row:
    """Take a member through the stages, each with an empty folder."""
    findings = {}
    for stage, found in STAGES.items():
        with TemporaryDirectory(prefix="lntx-redteam-", ignore_cleanup_errors=True) as folder:
            findings[stage] = found(member, Path(folder))
    return Row(member, findings)
