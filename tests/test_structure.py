"""What a newcomer relies on: short files, and imports that go one way and not deep."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "lntx").rglob("*.py"))
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}
LINES, DEEP = 250, 14


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_is_too_long_to_be_read_at_once(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES


class Imports(ast.NodeVisitor):
    """The modules of lntx's that a file imports, also where it does so late; not those that only a type checker reads."""

    def __init__(self, path):
        self.found = set()
        self.visit(ast.parse(path.read_text(encoding="utf-8")))

    def visit_If(self, node):
        if getattr(node.test, "id", "") != "TYPE_CHECKING":
            self.generic_visit(node)

    def visit_ImportFrom(self, node):
        names = {f"{node.module}.{name.name}" for name in node.names}
        modules = names & MODULES.keys()
        self.found |= modules if modules == names else modules | ({node.module} & MODULES.keys())


@cache
def longest(module):
    """The longest chain of imports from a module on; a circle never ends."""
    chains = (longest(other) for other in Imports(MODULES[module]).found - {module})
    return (module, *max(chains, key=len, default=()))


def test_imports_go_one_way_and_not_deep():
    chains = {module: longest(module) for module in MODULES}
    deepest = max(chains.values(), key=len)
    assert len(deepest) <= DEEP, " -> ".join(deepest)


def test_what_is_imported_is_found():
    assert longest("lntx.__main__")[:2] == ("lntx.__main__", "lntx.cli")
