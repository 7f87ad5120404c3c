"""git, as the gate asks it: in English, without the user's hooks, and without writing where nobody asked it to.

Paths are taken literally, and reading refreshes no index.
"""

import os
import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lntx.host import lifetime
from lntx.host.output import lines
from lntx.host.variables import passed_on

_KEPT = re.compile(
    r"GIT_(SSH\w*|ASKPASS|SSL_\w+|HTTP_\w+|PROXY_\w+|ALLOW_PROTOCOL|EXEC_PATH|NO_LAZY_FETCH|CEILING_DIRECTORIES|"
    r"DISCOVERY_ACROSS_FILESYSTEM|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))"
)
"""Git's variables that the gate's own questions keep: how to reach others, and which settings count. All others may say which
repository, index or objects are meant, as in a hook; what the gate starts sees none of them."""
_OWN = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}
_QUIET = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "advice.detachedHead=false",
    "gc.auto=0",  # a partial clone's git may fetch what it lacks, and would tidy up behind that
    "maintenance.auto=false",
    "init.defaultRefFormat=files",  # of an arm, whose refs are written as a file
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What git said; `code` is 0 where all went well. Names that are no UTF-8 keep their bytes as surrogates."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line that was asked for, with the spaces that a path may end in."""
        return self.out.removesuffix("\n")

    @property
    def names(self) -> list[str]:
        """The names of a list that NUL parts."""
        return [name for name in self.out.split("\0") if name]

    @property
    def why(self) -> str:
        """The line in which git says what was wrong: the last one of an error, else the last; or what ended it."""
        said = lines(self.err)
        told = [line for line in said if line.startswith(("fatal:", "error:"))]
        silent = "it says nothing" if self.code >= 0 else f"it was ended by {signal.Signals(-self.code).name}"
        return (told or said or [silent])[-1]


def git(
    folder: Path, *words: str, env: Mapping[str, str] | None = None, data: str = "", settings: tuple[str, ...] = ()
) -> Answer:
    """Ask git in a folder, with more variables and settings (`key=value`); data is what it reads."""
    given = [word for setting in (*_QUIET, *settings) for word in ("-c", setting)]
    kept = {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name)}
    done = lifetime.run(
        ["git", "-C", str(folder), *given, *words],  # whichever git the user has
        data=data.encode("utf-8", "surrogateescape"),
        env={**passed_on(), **kept, **_OWN, **(env or {})},
    )
    return Answer(done.returncode, *(text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr)))
