"""Two releases of a project as the two commits of a repository, from their source distributions on the package index."""

import hashlib
import shutil
import sys
import tarfile
from pathlib import Path

from lntx.errors import LntxError
from lntx_foreign.commands import run
from lntx_foreign.projects import Project, Release

_AUTHOR = ("-c", "user.name=lntx-foreign", "-c", "user.email=foreign@lntx.invalid", "-c", "commit.gpgsign=false")


def repository(project: Project, work: Path) -> Path:
    """Give the project's repository, made where it isn't there yet; a release's commit is tagged with its version."""
    root = work / project.name / "repository"
    if not (root / ".git").is_dir():
        archives = [archive(project.name, release, work / "archives") for release in (project.base, project.head)]
        try:
            commit(project, archives, root)
        except BaseException:
            shutil.rmtree(root, ignore_errors=True)  # half of one would be taken for the whole
            raise
    return root


def archive(name: str, release: Release, folder: Path) -> Path:
    """Give a release's source distribution, downloaded where it isn't there yet; LntxError for one with another digest."""
    place = folder / f"{name}-{release.version}"
    if not list(place.glob("*.tar.gz")):
        place.mkdir(parents=True, exist_ok=True)
        wanted = place / "wanted.txt"
        wanted.write_text(f"{name}=={release.version} --hash=sha256:{release.sha256}\n", encoding="utf-8")
        options = ("--no-deps", "--no-binary", name, "--require-hashes", "-r", str(wanted), "-d", str(place))
        run([sys.executable, "-m", "pip", "download", "-q", *options], place)
    found = next(iter(place.glob("*.tar.gz")), None)
    if found is None or hashlib.sha256(found.read_bytes()).hexdigest() != release.sha256:
        raise LntxError(
            f"{place} doesn't hold the source distribution of {name} {release.version}; delete it and try again"
        )
    return found


def commit(project: Project, archives: list[Path], root: Path) -> None:
    """Make the repository: a commit for each archive, the second instead of the first."""
    root.mkdir(parents=True)
    run(["git", "init", "-q", "-b", "main"], root)
    for release, found in zip((project.base, project.head), archives, strict=True):
        for path in (path for path in root.iterdir() if path.name != ".git"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        unpack(found, root / project.folder)
        run(["git", "add", "--all", "--force"], root)
        words = f"{project.name} {release.version}"
        run(["git", *_AUTHOR, "commit", "-q", "--allow-empty", "--no-verify", "-m", words], root)
        run(["git", "tag", release.version], root)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a source distribution without the folder that it is in."""
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            _, _, member.name = member.name.partition("/")
            if member.name:
                opened.extract(member, folder, filter="data")
