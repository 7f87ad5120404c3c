"""What stands in the way of a file that lntx writes is left alone: a folder, a link, a pipe, a file where a folder goes.

Each command that writes is run once to see what it writes. Then, for each file and each folder of these, something of a
stranger's stands there already, in each way that a file system knows, and the command is run again.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from lntx_faults.row import Row, Step
from lntx_faults.scenarios import SCENARIOS, Scenario
from lntx_faults.trial import Content, Said, contents, wrong

UNIT = "obstacles"
COUNT = 7
"""Kinds of obstacles: all."""
QUICK = 2

_SOME = 6  # of so many files one, in the short form
_TEXT = "a stranger's own\n"


def _folder(place: Path, _strange: Path) -> None:
    place.mkdir()
    (place / "own.txt").write_text(_TEXT, encoding="utf-8")


def _link_to_a_file(place: Path, strange: Path) -> None:
    place.symlink_to(strange / "file.txt")


def _link_to_a_folder(place: Path, strange: Path) -> None:
    place.symlink_to(strange / "folder")


def _link_to_nowhere(place: Path, strange: Path) -> None:
    place.symlink_to(strange / "nowhere" / "at all")


def _link_to_a_new_file(place: Path, strange: Path) -> None:
    place.symlink_to(strange / "new.txt")


def _link_to_itself(place: Path, _strange: Path) -> None:
    place.symlink_to(place.name)


def _pipe(place: Path, _strange: Path) -> None:
    os.mkfifo(place)


def _file(place: Path, _strange: Path) -> None:
    place.write_text(_TEXT, encoding="utf-8")


OF_FILES: Mapping[str, Callable[[Path, Path], None]] = {
    "a link to a file": _link_to_a_file,
    "a folder": _folder,
    "a link to nowhere": _link_to_nowhere,
    "a link to a file that isn't there yet": _link_to_a_new_file,
    "a link to a folder": _link_to_a_folder,
    "a link to itself": _link_to_itself,
    "a pipe": _pipe,
}
OF_FOLDERS: Mapping[str, Callable[[Path, Path], None]] = {
    "a link to a folder": _link_to_a_folder,
    "a file": _file,
    "a link to a file": _link_to_a_file,
    "a link to nowhere": _link_to_nowhere,
    "a link to itself": _link_to_itself,
    "a pipe": _pipe,
}


def steps(count: int) -> dict[str, Step]:
    """Put so many kinds of obstacles before each command that writes."""
    chosen = [one for one in SCENARIOS if count > QUICK or one.brief]
    return {f"{one.name}, {count} kinds": partial(_row, one, count) for one in chosen}


def _row(scenario: Scenario, count: int, work: Path) -> Row:
    (work / "laid").mkdir()
    scenario.lay(work / "laid")
    usual = _played(scenario, work, lambda _folder: None)
    written = {name: found for name, found in contents(work / "here").items() if _written(name, found, work / "laid")}
    failures, tried = list[str](), 0
    for name in list(written)[:: 1 if count > QUICK else _SOME]:
        content = written[name]
        kinds = OF_FOLDERS if content[0] == "folder" else OF_FILES
        for kind, lay in list(kinds.items())[:count]:
            if _chosen(scenario, name, content, lay):
                continue
            tried += 1
            if fault := _tried(scenario, work, name, lay, usual):
                failures.append(f"{kind} in the place of {name}: {fault}")
    return Row(scenario.name, tried, tuple(failures), most={"files and folders are written": len(written)})


def _chosen(scenario: Scenario, name: str, content: Content, lay: Callable[[Path, Path], None]) -> bool:
    """Whether a link stands where the user may have one: on the way to what is named, and at the runner's own file."""
    if lay is _link_to_a_folder and content[0] == "folder":
        return any(word == name or word.startswith(f"{name}/") for word in scenario.named)
    return name in scenario.streams and lay in (_link_to_a_file, _link_to_a_new_file)


def _written(name: str, content: Content, laid: Path) -> bool:
    """Whether a command wrote a file: it is new, or another than it was; not what git keeps for itself."""
    there = laid / name
    if name.startswith(".git/"):
        return False
    return not there.exists() or (content[0] == "file" and there.read_bytes() != content[1]) or there.stem == "report"


def _played(scenario: Scenario, work: Path, alter: Callable[[Path], None]) -> Said:
    for place in ("here", "tmp", "strange"):
        shutil.rmtree(work / place, ignore_errors=True)
    shutil.copytree(work / "laid", work / "here", symlinks=True)
    (work / "tmp").mkdir()
    (work / "strange" / "folder").mkdir(parents=True)
    (work / "strange" / "file.txt").write_text(_TEXT, encoding="utf-8")
    alter(work / "here")
    return scenario.play(work / "here", work / "tmp")


def _tried(scenario: Scenario, work: Path, name: str, lay: Callable[[Path, Path], None], usual: Said) -> str | None:
    """Run a command where something stands in the place of a file or folder; say what it did that it must not."""
    strange, placed = work / "strange", dict[str, Content]()

    def alter(folder: Path) -> None:
        place = folder / name
        if place.is_dir():
            shutil.copytree(
                place, strange / "folder", dirs_exist_ok=True
            )  # under the names that are about to be written
            shutil.rmtree(place)
        place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        lay(place, strange)
        placed.update(contents(strange))
        placed[""] = _seen(place)

    said = _played(scenario, work, alter)
    if fault := wrong(said, usual):
        return fault
    after = {**contents(strange), "": _seen(work / "here" / name)}
    changed = next(
        (one for one in placed if after.get(one) != placed[one]), next(iter(after.keys() - placed.keys()), None)
    )
    return None if changed is None else f"exit code {said.code}, and {changed or 'it'} is no longer as it was"


def _seen(place: Path) -> Content:
    """Describe what stands somewhere; of a folder, also what is in it."""
    found = contents(place.parent)
    return tuple((one, what) for one, what in found.items() if one == place.name or one.startswith(f"{place.name}/"))
