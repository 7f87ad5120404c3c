"""A small controller: drives real workers over tiny suites, for the tests of what the workers say."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from lntx.duet import worker

_LIMIT_S = 120


def suite(folder, files):
    """Write a suite's files, by name; the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder.resolve()


class Worker:
    """A worker over a suite, its plugin copied beside it as the gate does."""

    def __init__(self, folder, *arguments, **variables):
        plugin = folder.parent / f"{folder.name}-plugin"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(worker.__file__).parent, plugin / "lntx_duet_worker", ignore=ignored, dirs_exist_ok=True)
        theirs, self.writer = os.pipe()
        reader, back = os.pipe()
        left = {name: value for name, value in os.environ.items() if not name.startswith(("LNTX_", "PYTEST"))}
        paths = os.pathsep.join(map(str, (plugin, folder)))
        own = {
            "LNTX_DUET": f"{theirs},{back}",
            "LNTX_DUET_TREE": str(folder),
            "PYTHONPATH": paths,
            "PYTHONHASHSEED": "0",
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "lntx_duet_worker", *arguments]
        self.log = folder.parent / f"{folder.name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env={**left, **own, **variables},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(theirs, back),
                start_new_session=True,
            )
        os.close(theirs)
        os.close(back)
        self.reader = os.fdopen(reader)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.reader.close()
        with suppress(OSError):
            os.close(self.writer)
        self.process.kill()
        self.process.wait()

    def say(self, todo, **values):
        os.write(self.writer, json.dumps({"do": todo, **values}).encode() + b"\n")

    def hear(self):
        line = self.reader.readline()
        assert line, self.log.read_text()
        return json.loads(line)

    def ask(self, todo, **values):
        self.say(todo, **values)
        return self.hear()

    def tests(self):
        """Hear what was collected; the ids."""
        return [test["id"] for test in self.hear()["tests"]]

    def run(self, test, *asked, following=None):
        """Run a test and ask this and that of its benchmark, then release it; all that the worker says."""
        heard = [self.ask("run", test=test, next=following)]
        for todo in (*asked, {"do": "release"}):
            if heard[-1]["event"] != "done":
                os.write(self.writer, json.dumps(todo).encode() + b"\n")
                heard.append(self.hear())
        return heard

    def end(self):
        """Let it end; its exit code."""
        self.say("end")
        return self.process.wait(_LIMIT_S)

    def orphan(self):
        """Hang up without a word; its exit code."""
        os.close(self.writer)
        return self.process.wait(_LIMIT_S)


def batch(iterations):
    return {"do": "batch", "iterations": iterations}
