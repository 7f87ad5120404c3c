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


WRITES = {
    "chmod", "copy2", "copyfile", "copyfileobj", "copytree", "fsync", "ftruncate", "hardlink_to", "link", "makedirs", "mkdir",
    "mkdtemp", "mkfifo", "mkstemp", "removedirs", "rename", "renames", "rmdir", "rmtree", "save_file", "savefig", "symlink",
    "symlink_to", "NamedTemporaryFile", "SpooledTemporaryFile", "TemporaryDirectory", "TemporaryFile", "touch", "truncate",
    "unlink", "write_bytes", "write_text",
}  # fmt: skip
ROOM = {"disk", "storage"}
"""Modules whose functions of these names are the room's own."""
ELSEWHERE = {
    "storage/disk.py": "the room itself",
    "storage/sizes.py": "opens a pipe, to read",
    "storage/places.py": "tries whether a folder takes anything, with a file that has no name",
    "cli/progress.py": "cuts a text for a narrow terminal",
    "cli/terminal.py": "the null device",
    "duet/checkout.py": "the arms' own worktrees, in a temporary folder",
    "duet/edits.py": "a copy of the index, in a temporary folder",
    "duet/environment.py": "a folder of an arm",
    "duet/large_files.py": "files of an arm",
    "duet/pair.py": "a folder of an arm",
    "duet/process.py": "a worker's log, in a temporary folder",
    "duet/worker/options.py": "runs inside other people's projects, in an arm",
    "duet/workspace.py": "copies the worker to a temporary folder",
    "host/compilers.py": "a folder for caches",
    "host/lock_files.py": "locks: opened so that nothing else is harmed, and saying who holds them",
    "host/quiet.py": "a lock, and who is at work beside it, in a study's own folder",
    "host/memory.py": "tells Linux whom to end first where memory runs out",
    "host/locks.py": "removes its lock, and the folders that it made for it",
    "host/temporary.py": "temporary folders",
    "measure/cell/counters.py": "tells Linux to forget a peak",
    "measure/study/resume.py": "removes the study that a new one replaces, and what it kept for itself",
    "report/drawing/picture.py": "into the memory",
}


class Writing(ast.NodeVisitor):
    """The calls in a file that open for writing, make, move or remove something, by their names."""

    def __init__(self, path):
        self.found = set()
        self.visit(ast.parse(path.read_text(encoding="utf-8")))

    def visit_Call(self, node):
        name, holder = named(node.func), getattr(node.func, "value", None)
        modes = [getattr(one, "value", None) for one in (*node.args, *(word.value for word in node.keywords))]
        opens = name == "open" and any(
            isinstance(mode, str) and set(mode) <= set("rwxabt+") and set(mode) & set("wxa+") for mode in modes
        )
        flags = name == "open" and named(holder) == "os" and any("O_" in ast.dump(one) for one in node.args[1:])
        moves = name == "replace" and (
            named(holder) == "os" or (len(node.args) == 1 and isinstance(node.func, ast.Attribute))
        )
        own = isinstance(node.func, ast.Attribute) and named(holder) in ROOM
        ours = isinstance(node.func, ast.Name) and name in {"write_text", "write_bytes"}  # imported from the room
        moves = moves or (name in {"copy", "move"} and named(holder) == "shutil")
        frames = name == "rename" and not node.args  # columns of a table
        if opens or flags or moves or (name in WRITES and not own and not ours and not frames):
            self.found.add(name)
        self.generic_visit(node)


def named(node):
    return getattr(node, "attr", getattr(node, "id", None))


def test_one_place_writes_what_a_user_keeps_and_who_else_writes_has_a_reason():
    found = {path.relative_to(ROOT / "lntx").as_posix(): Writing(path).found for path in FILES}
    assert {name: calls for name, calls in found.items() if calls and name not in ELSEWHERE} == {}
    assert [name for name in ELSEWHERE if not found[name]] == []


WAYS = {
    "Path(p).write_text('x')": {"write_text"},
    "disk.write_text(p, 'x')": set(),
    "write_text(p, 'x')": set(),
    "open(p, 'w')": {"open"},
    "open(p)": set(),
    "p.open('ab')": {"open"},
    "p.open(mode='r+')": {"open"},
    "p.open('rb', encoding='ascii')": set(),
    "os.open(p, os.O_CREAT)": {"open"},
    "draft.replace(path)": {"replace"},
    "text.replace('a', 'b')": set(),
    "replace(study, records=())": set(),
    "shutil.rmtree(p)": {"rmtree"},
    "frame.to_csv(index=False)": set(),
    "frame.rename(columns=names)": set(),
    "draft.rename(path)": {"rename"},
}


@pytest.mark.parametrize("code", WAYS)
def test_what_writes_is_told_from_what_doesnt(code, tmp_path):
    (tmp_path / "code.py").write_text(code)
    assert Writing(tmp_path / "code.py").found == WAYS[code]


READS = {"read", "read_bytes", "read_text"}
OF_ANY_SIZE = {
    "storage/sizes.py": "the room itself",
    "cli/new.py": "a file of lntx's own",
    "duet/large_files.py": "a pointer, whose size is looked at first",
    "duet/worker/collection.py": "runs inside other people's projects, whose own code it reads",
    "duet/worker/copies.py": "likewise",
    "duet/worker/identity/project.py": "likewise",
    "duet/worker/identity/sources.py": "likewise",
    "duet/worker/identity/tracing.py": "likewise",
    "duet/worker/stand_ins.py": "likewise",
    "duet/worker/timing.py": "what the system tells",
    "duet/worker/units.py": "likewise of a project's code",
    "doctor/machine.py": "what the system tells",
    "host/control_groups.py": "what the system tells",
    "host/keeper.py": "what the system tells",
    "host/machine.py": "what the system tells",
    "host/memory.py": "what the system tells",
    "host/quiet.py": "what the system tells",
    "host/output.py": "the end of a file",
    "host/source.py": "lntx's own code",
    "host/threads.py": "what the system tells",
    "measure/cell/counters.py": "what the system tells",
    "measure/events.py": "its own events, which come piece by piece",
    "measure/plugin.py": "the driver's order",
    "measure/study/lane.py": "events, which come piece by piece",
    "measure/suites.py": "programs that the user names",
    "measure/table.py": "a table, by its own readers",
    "measure/verification/loop_worker.py": "the driver's order",
    "measure/verification/worker.py": "the driver's order",
    "training/linear/data/formats/frames.py": "a table whose size was looked at as it was opened",
    "training/loop/stored.py": "programs that the user names",
    "training/user_files.py": "programs that the user names",
}
"""Who reads whole files by other means than `lntx.storage.sizes`, and why that can't take the machine's memory."""


def test_one_place_reads_whole_files_and_who_else_does_has_a_reason():
    calls = {
        path.relative_to(ROOT / "lntx").as_posix(): [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
            and named(node.func) in READS
            and (named(node.func) != "read" or not node.args)
        ]
        for path in FILES
    }
    assert {name for name, found in calls.items() if found} == OF_ANY_SIZE.keys()
