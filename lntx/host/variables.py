"""Variables of the environment that other programs must not inherit."""

import os
import re
from collections.abc import Mapping

_OWN = re.compile(r"GIT_.*|COV_CORE_.*|COVERAGE_PROCESS_.*|PYTHONINSPECT", re.DOTALL)


def passed_on(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return variables, those of this process if none are given, less those that are meant for this one alone.

    Git's name, inside a hook, the user's repository and index: whatever asks git there, or makes a repository of its own, would
    write to the user's instead. A coverage tool's would follow into each process, which then takes a multiple of its time and
    writes where the user is. And Python would wait for more to do instead of ending.
    """
    given = os.environ if variables is None else variables
    return {name: value for name, value in given.items() if not _OWN.fullmatch(name)}
