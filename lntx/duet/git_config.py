"""Settings that an arm's repository takes from the user's: how files are laid out, and where objects may come from."""

import re
from collections.abc import Callable, Iterable

from lntx.duet.git import Answer

_TAKEN = re.compile(
    r"core\.(autocrlf|eol|symlinks|filemode|ignorecase|precomposeunicode|attributesfile|excludesfile|sparsecheckout|"
    r"sparsecheckoutcone|longpaths|quotepath|protecthfs|protectntfs)|extensions\.(partialclone|compatobjectformat)|"
    r"(filter|remote|lfs|http|url|credential|diff)\..*"
)


def borrowed(ask: Callable[..., Answer]) -> list[tuple[str, str]]:
    """List the settings of a repository, and of the worktree in it that is asked about, that an arm is to have too."""
    scopes = ["--local", *(["--worktree"] if ask("config", "extensions.worktreeConfig").line == "true" else [])]
    entries = (entry for scope in scopes for entry in ask("config", scope, "--includes", "--list", "-z").names)
    found = [(key, value if parted else "true") for key, parted, value in (entry.partition("\n") for entry in entries)]
    return [(key, value) for key, value in found if _TAKEN.fullmatch(key)]


def written(settings: Iterable[tuple[str, ...]]) -> str:
    """Write settings as a file of git's holds them."""
    settings = list(settings)
    later = any(key.startswith("extensions.") for key, _ in settings)
    return "".join(
        _entry(key, value) for key, value in [*([("core.repositoryformatversion", "1")] if later else []), *settings]
    )


def _entry(key: str, value: str) -> str:
    section, _, rest = key.partition(".")
    inner, dot, name = rest.rpartition(".")
    head = f'[{section} "{_escaped(inner)}"]' if dot else f"[{section}]"
    return f'{head}\n\t{name} = "{_escaped(value)}"\n'.replace("\0", "")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\b", "\\b")
