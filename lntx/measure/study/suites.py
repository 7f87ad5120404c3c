"""Where the suites lie, and what they are called: `bench/` inside an installed lntx, or beside it in its tree."""

from pathlib import Path

from lntx.errors import InputError
from lntx.measure.plan import nearest

_PACKAGE = Path(__file__).resolve().parents[2]


def folder() -> Path:
    """Find the suites; InputError where this lntx came without them."""
    for found in (_PACKAGE / "bench", _PACKAGE.parent / "bench"):
        if (found / "conftest.py").is_file():
            return found
    raise InputError("this lntx came without its bench suites; install it anew, or work in its source tree")


def files(names: tuple[str, ...]) -> list[Path]:
    """Find the files of some suites, of all for none named; InputError for an unknown one."""
    known = {path.stem.removeprefix("test_"): path for path in sorted(folder().glob("test_*.py"))}
    for name in names:
        if name not in known:
            raise InputError(f"no suite is called {name!r}; {nearest(name, known)}")
    return [path for name, path in known.items() if name in names or not names]
