"""`lntx schema`: JSON Schemas of the files that lntx writes, made from the code that reads them."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from lntx.cli import options
from lntx.cli.terminal import show, show_json
from lntx.errors import InputError

EXAMPLE = "lntx schema gate"


Kind = Literal["study", "gate", "targets"]


def command(
    kind: Annotated[Kind | None, typer.Argument(metavar="study|gate|targets", help="Whose schema to print.")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="Write all of them to a folder instead.")
    ] = None,
) -> None:
    """Print the JSON Schema (2020-12) of study.json, gate.json or targets.json, for editors, validators and other programs."""
    from lntx.storage.disk import write_all
    from lntx.storage.schemas import SCHEMAS

    if (kind is None) == (out is None):
        raise InputError(
            "say whose schema to print (study, gate or targets), or with -o DIR where to write all of them"
        )
    if kind is not None:
        show_json(SCHEMAS[kind]())
        return
    assert out is not None  # noqa: S101  (one of both is given)
    folder = options.writable_folder(out)
    files = {folder / f"{name}.schema.json": written(make()).encode() for name, make in SCHEMAS.items()}
    write_all(files)
    show(*(f"written: {path}" for path in files))


def written(schema: object) -> str:
    """Write a schema as its file has it."""
    return json.dumps(schema, indent=1, ensure_ascii=True) + "\n"
