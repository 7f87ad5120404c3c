"""`lntx new`: write a training loop of one's own, ready to run."""

from pathlib import Path
from typing import Annotated

import typer

from lntx.cli import options
from lntx.cli.terminal import show
from lntx.errors import InputError

EXAMPLE = "lntx new ranking.py"


def command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.py", help="The file to write; one that is there is left alone.")
    ],
) -> None:
    """Write an example of a training loop: change start, batches and step to yours, and add ways to do it."""
    from importlib.resources import files

    from lntx.storage.disk import write_text

    if file.suffix != ".py":
        raise InputError(f"{file} is no file of Python; call it {file.with_suffix('.py') if file.name else 'loop.py'}")
    if not file.stem.isidentifier():
        raise InputError(f"{file.name} can't be imported: a file of Python is called by letters, digits and _ alone")
    if file.exists():
        raise InputError(f"{file} is there already, and is left as it is; choose another name")
    options.writable_file(file)
    write_text(file, files("lntx.cli").joinpath("templates", "loop.txt").read_text(encoding="utf-8"))
    show(
        f"written: {file}",
        f"lntx verify {file}    # is every way the same training?",
        f"lntx bench {file}     # what does each cost, cold and steady?",
        f"lntx train {file}     # the weights",
    )
