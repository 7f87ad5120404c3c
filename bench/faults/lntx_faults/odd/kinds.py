"""The kinds of repositories that people have: each a function that makes one in a folder, its docstring what it is."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from lntx_faults.odd.making import HOOKS, Made, commit, git, hook, project

KINDS: dict[str, Callable[[Path], Made]] = {}


def _kind(make: Callable[[Path], Made]) -> Callable[[Path], Made]:
    KINDS[str(make.__doc__).removesuffix(".")] = make
    return make


@_kind
def _unplugged(place: Path) -> Made:
    """A repository with linked worktrees, of which one lies on a disk that is unplugged."""
    root = project(place / "repo")
    for name in ("here", "unplugged", "locked"):
        git(root, "worktree", "add", "-q", "-b", name, str(place / name))
        (place / name / "README.md").write_text(f"staged in {name}\n")
        git(place / name, "add", "-A")
    git(root, "worktree", "lock", str(place / "locked"))
    shutil.move(place / "unplugged", place / "elsewhere")
    shutil.move(place / "locked", place / "far away")
    return Made(root, (place,))


@_kind
def _hooks(place: Path) -> Made:
    """A repository with every hook, and a file system monitor that is one."""
    root = project(place / "repo")
    for name in HOOKS:
        hook(root / ".git/hooks", name, f'echo "{name} $@" >> "{place}/hooks.log"')
    git(root, "config", "core.fsmonitor", ".git/hooks/fsmonitor-watchman")
    (place / "hooks.log").write_text("")
    return Made(root, (place,), hooked=False)


@_kind
def _linked(place: Path) -> Made:
    """A repository that is a linked worktree itself, with settings of its own."""
    root = project(place / "main")
    git(root, "config", "extensions.worktreeConfig", "true")
    git(root, "worktree", "add", "-q", "-b", "linked", str(place / "linked"))
    git(place / "linked", "config", "--worktree", "user.name", "Linked")
    return Made(place / "linked", (place,))


@_kind
def _git_runs(place: Path) -> Made:
    """A repository in the middle of a bisection, with replaced objects and a long reflog."""
    root = project(place / "repo")
    for number in range(3):
        commit(root, {"README.md": f"{number}\n"})
    git(root, "replace", "HEAD~3", "HEAD~4")
    git(root, "bisect", "start")
    git(root, "bisect", "bad")
    return Made(root, (place,))


@_kind
def _submodules(place: Path) -> Made:
    """A repository with submodules, one in the other, and edits in them."""
    leaf, inner = project(place / "leaf"), project(place / "inner")
    git(inner, "submodule", "--quiet", "add", str(leaf), "leaf")
    git(inner, "commit", "-qm", "a leaf")
    root = project(place / "repo")
    git(root, "submodule", "--quiet", "add", str(inner), "lib/inner")
    git(root, "submodule", "--quiet", "update", "--init", "--recursive")
    git(root, "commit", "-qm", "a submodule")
    (root / "lib/inner/README.md").write_text("edited\n")
    hook(root / ".git/modules/lib/inner/hooks", "post-index-change", f'echo inner >> "{place}/hooks.log"')
    return Made(root, (place,))


@_kind
def _filters(place: Path) -> Made:
    """A repository with filters, attributes, other ends of lines and a driver for differences."""
    root = project(place / "repo")
    for name, command in (("clean", "tr a-z b-za"), ("smudge", "tr b-za a-z")):
        git(root, "config", f"filter.turn.{name}", command)
    git(root, "config", "filter.turn.required", "true")
    git(root, "config", "diff.loud.command", f'sh -c "echo diff >> {place}/diff.log"')
    git(root, "config", "diff.loud.textconv", f'sh -c "echo text >> {place}/diff.log"')
    git(root, "config", "core.autocrlf", "input")
    commit(root, {".gitattributes": "*.turned filter=turn diff=loud\n*.md diff=loud\n", "x.turned": "abc\n"})
    commit(root, {"x.turned": "abcd\n"})
    return Made(root, (place,))


@_kind
def _locks(place: Path) -> Made:
    """A repository in which git's locks are held."""
    root = project(place / "repo")
    for name in ("index", "HEAD", "config", "packed-refs", "shallow", "refs/heads/main", "refs/stash"):
        (root / ".git" / f"{name}.lock").write_text("held")
    return Made(root, (place,), hooked=False)


@_kind
def _sparse(place: Path) -> Made:
    """A repository with a sparse checkout, and a sparse index."""
    root = project(place / "repo")
    commit(root, {f"other/{i}/{j}.txt": f"{i}{j}" for i in range(3) for j in range(3)})
    git(root, "sparse-checkout", "set", "--cone", "--sparse-index", "bench")
    return Made(root, (place,))


@_kind
def _shallow(place: Path) -> Made:
    """A repository that is shallow."""
    git(place, "clone", "-q", "--depth", "2", f"file://{project(place / 'origin')}", str(place / "repo"))
    return Made(place / "repo", (place,))


@_kind
def _bare(place: Path) -> Made:
    """A repository that is bare."""
    git(place, "clone", "-q", "--bare", str(project(place / "origin")), str(place / "repo.git"))
    return Made(place / "repo.git", (place,), code=2, says="bare repository", hooked=False, edited=False)


@_kind
def _partial(place: Path) -> Made:
    """A repository that is a partial clone, with all that the gate needs at hand."""
    origin = project(place / "origin")
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(place, "clone", "-q", "--filter=blob:none", f"file://{origin}", str(place / "repo"))
    git(place / "repo", "checkout", "-q", "HEAD~1")
    git(place / "repo", "checkout", "-q", "main")
    return Made(place / "repo", (place,))


@_kind
def _borrowing(place: Path) -> Made:
    """A repository that borrows the objects of another, packed."""
    origin = project(place / "origin")
    git(origin, "gc", "-q")
    git(place, "clone", "-q", "--shared", str(origin), str(place / "repo"))
    return Made(place / "repo", (place,))


@_kind
def _apart(place: Path) -> Made:
    """A repository whose own folder lies apart from its files."""
    root = project(place / "repo", "--separate-git-dir", str(place / "apart.git"))
    return Made(root, (place,))


@_kind
def _index(place: Path) -> Made:
    """A repository with a split index, marks in it, a cache of what isn't tracked, and a file that is meant to be added."""
    root = project(place / "repo")
    commit(root, {"a.txt": "a\n", "b.txt": "b\n"})
    git(root, "config", "core.untrackedCache", "true")
    git(root, "update-index", "--index-version", "4", "--untracked-cache", "--force-untracked-cache")
    git(root, "update-index", "--assume-unchanged", "a.txt")
    git(root, "update-index", "--skip-worktree", "b.txt")
    (root / "new.txt").write_text("new\n")
    git(root, "add", "--intent-to-add", "new.txt")
    git(root, "update-index", "--split-index")
    git(root, "status")
    return Made(root, (place,))


@_kind
def _sha256(place: Path) -> Made:
    """A repository whose objects are named by SHA-256."""
    return Made(project(place / "repo", "--object-format=sha256"), (place,))


@_kind
def _merge(place: Path) -> Made:
    """A repository in the middle of a merge that has conflicts."""
    root = project(place / "repo")
    git(root, "checkout", "-q", "other")
    commit(root, {"README.md": "Other.\n"})
    git(root, "merge", "-q", "main", check=False)
    return Made(root, (place,), code=2, says="in the middle of a merge", hooked=False, edited=False, base="main")


@_kind
def _detached(place: Path) -> Made:
    """A repository at no branch, in the middle of a rebase, with stale files of git's."""
    root = project(place / "repo")
    commit(root, {"README.md": "Third.\n"})
    editor = {"GIT_SEQUENCE_EDITOR": "sed -i.bak s/^pick/edit/"}
    git(root, "rebase", "-q", "-i", "HEAD~1", check=False, variables=editor)
    (root / ".git/COMMIT_EDITMSG").write_text("half a message")
    (root / ".git/FETCH_HEAD").write_text("")
    return Made(root, (place,))


@_kind
def _named_oddly(place: Path) -> Made:
    """A repository whose path has spaces, one at its end, quotes, a colon and letters of other alphabets."""
    return Made(project(place / "a 'b' \"c\":d ümläut 日本 "), (place,))


@_kind
def _new_line(place: Path) -> Made:
    """A repository whose path has a new line in it, and ends in one."""
    return Made(project(place / "a\nb\n"), (place,))


@_kind
def _long(place: Path) -> Made:
    """A repository with a long path, and names in it as long as they may be."""
    root = project(place / ("d" * 120))
    commit(root, {f"{'n' * 240}.txt": "long\n", "ü" * 120: "bytes\n"})
    commit(root, {"README.md": "Again.\n"})
    return Made(root, (place,))


@_kind
def _monorepo(place: Path) -> Made:
    """A repository that is reached by a link, and has one to elsewhere in it."""
    root = project(place / "repo")
    git(root, "mv", "subject.py", "bench")
    commit(root, {"pytest.ini": "[pytest]\n"})
    (place / "elsewhere").mkdir()
    (place / "elsewhere/stranger.txt").write_text("a stranger's\n")
    (root / "out").symlink_to(place / "elsewhere")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "a link")
    git(root, "commit", "-q", "--allow-empty", "-m", "nothing")
    (place / "by link").symlink_to(root)
    return Made(place / "by link", (place,))


@_kind
def _readable(place: Path) -> Made:
    """A repository that may only be read."""
    root = project(place / "repo")
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    return Made(root, (place,), hooked=False, edited=os.getuid() == 0)


@_kind
def _meant_elsewhere(place: Path) -> Made:
    """A repository while git's variables name another one."""
    other = project(place / "other")
    names = {"GIT_DIR": other / ".git", "GIT_WORK_TREE": other, "GIT_INDEX_FILE": other / ".git/index"}
    more = {"GIT_OBJECT_DIRECTORY": other / ".git/objects", "GIT_COMMON_DIR": other / ".git"}
    found = {name: str(path) for name, path in (names | more).items()}
    return Made(project(place / "repo"), (place,), hooked=False, variables=found)


@_kind
def _ignored(place: Path) -> Made:
    """A repository with ignored files, environments, other repositories inside, and a broken one."""
    root = project(place / "repo")
    commit(root, {".gitignore": "*.log\nbuild/\n"})
    commit(root, {"README.md": "Again.\n"})
    project(root / "nested")
    (root / "broken/.git").mkdir(parents=True)
    (root / "build").mkdir()
    (root / "build/x.bin").write_bytes(bytes(1000))
    (root / "run.log").write_text("log\n")
    (root / ".venv").mkdir()
    (root / ".venv/pyvenv.cfg").write_text("home = /usr\n")
    return Made(root, (place,))
