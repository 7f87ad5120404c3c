"""Variables of the environment that other programs must not inherit."""

import os
from collections.abc import Mapping

_GIT = "GIT_"


def without_git(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return variables, those of this process if none are given, less all of git's.

    Inside a hook they name the user's repository and index: whatever asks git there, or makes a repository of its own, would
    write to the user's instead.
    """
    given = os.environ if variables is None else variables
    return {name: value for name, value in given.items() if not name.startswith(_GIT)}
