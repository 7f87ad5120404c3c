"""What reads what: for each kind of input, whole ones to begin with, and everything that is done with one that is taken."""

import io
import json
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from hypothesis import strategies as st

import lntx
from lntx import report, storage
from lntx.duet import declarations, included, places
from lntx.errors import LntxError
from lntx.judge import comparison, decision, gate_file, noise_history
from lntx.report import gate as gate_report
from lntx.report import manifest, writing
from lntx.report.drawing import picture
from lntx.result import Rules
from lntx.storage import folders, targets
from lntx.storage import gate as gates
from lntx_faults import made_up
from lntx_faults.fuzzing import mutations, others
from lntx_faults.fuzzing.command_lines import lines, load, typed

_CONDITIONS = {"machine": "this one"}
_RENDERED = 10  # of so many documents that are taken, one is made a page
_TOML = """[gate]
source = ["src"]
threads = 1
paths = ["bench"]

[[acknowledge]]
benchmark = "bench/test_a.py::test_*"
counter = "allocations"
reason = "a larger buffer"

[[margin]]
benchmark = "bench/test_a.py::test_timed"
margin = "2 %"
tolerated = "10 %"

[[budget]]
benchmark = "bench/test_a.py::test_timed"
time = "2.5 ms"
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of input: how a file of it ends, inputs of it, and what is done with one, which raises nothing but an LntxError."""

    ending: str
    inputs: st.SearchStrategy[bytes]
    use: Callable[[Path], Any]


def _documents(*whole: Any) -> st.SearchStrategy[bytes]:
    """Damage documents of JSON."""
    found = st.builds(mutations.document, st.sampled_from(whole), mutations.edits)
    return st.builds(mutations.written, found, mutations.wrappings, mutations.cuts)


def _files(*whole: bytes) -> st.SearchStrategy[bytes]:
    """Damage files, byte by byte."""
    return st.builds(mutations.damaged, st.sampled_from(whole), mutations.cuts)


def _stored(write: Callable[[Path], Any], name: str) -> bytes:
    with TemporaryDirectory() as folder:
        write(Path(folder) / name)
        return (Path(folder) / name).read_bytes()


def _one_in(path: Path, many: int) -> bool:
    """Choose an input now and then, by what it holds."""
    return zlib.crc32(path.read_bytes()) % many == 0


def _page(make: Callable[[Path], Any], path: Path) -> None:
    """Make a page of an input now and then; its pictures are drawn of a few."""
    if not _one_in(path, _RENDERED):
        return
    drawn = _one_in(path, _RENDERED * 20)
    with (
        TemporaryDirectory() as folder,
        mock.patch.multiple(writing, DRAWS=drawn),
        mock.patch.multiple(picture, DRAWS=drawn),
    ):
        make(Path(folder))


def _study(path: Path) -> None:
    found, _ = folders.runs(path)
    studies = [run.study for run in found]
    for one in studies:
        with suppress(LntxError):  # such as that nothing in them can be compared; the page is made all the same
            comparison.compare(one, made_up.study(), 0.15, unlike=True)
    _page(lambda folder: report.render(studies, folder), path)


def _gate(path: Path) -> None:
    result = gates.read(path)
    json.dumps(gate_report.document(result))
    gate_report.junit(result)
    gate_report.summary(result)
    decision.exit_code(result.verdict)
    _page(lambda folder: gate_report.render(result, folder), path)


def _targets(path: Path) -> None:
    board = targets.read(path)
    _page(lambda folder: report.render([made_up.study()], folder, [board]), path)


def _plan(path: Path) -> None:
    _gone_on(path, path.read_bytes(), _stored_journal())


def _journal(path: Path) -> None:
    _gone_on(path, _stored_plan(), path.read_bytes())


def _gone_on(path: Path, plan: bytes, journal: bytes) -> None:
    """Go on with a study, as far as to know what is left to do."""
    from lntx.measure.request import StudyRequest  # noqa: PLC0415  (loads torch)
    from lntx.measure.study import resume  # noqa: PLC0415

    request = StudyRequest(out=path.parent / "study", resume=True)
    request.folder.mkdir(parents=True, exist_ok=True)
    (request.folder / "plan.json").write_bytes(plan)
    (request.folder / "0-000-numpy-cpu.jsonl").write_bytes(journal)
    with mock.patch.object(resume, "conditions", return_value=_CONDITIONS):
        state = resume.resumed(resume.settled(request))
        for job in state.jobs():
            state.open(job)
        storage.write(state.study(), path.parent / "study" / "study.json")


@cache
def _stored_plan() -> bytes:
    """Write the plan of a study that has begun."""
    from lntx.measure.request import StudyRequest  # noqa: PLC0415  (loads torch)
    from lntx.measure.study import resume  # noqa: PLC0415
    from lntx.measure.study.state import Discovery  # noqa: PLC0415

    with TemporaryDirectory() as folder, mock.patch.object(resume, "conditions", return_value=_CONDITIONS):
        request = StudyRequest(out=Path(folder), profile="smoke", backends=("numpy",))
        cells = {record.name: record.cell for record in made_up.study(("numpy",)).records if record.cell}
        resume.new(request, Discovery(cells, {}, {}))
        return (request.folder / "plan.json").read_bytes()


@cache
def _stored_journal() -> bytes:
    """Write the journal of a process that measured one cell of that plan, and began another."""
    from lntx.measure.events import StudyLog  # noqa: PLC0415  (as it is written)
    from lntx.measure.study.job import Job  # noqa: PLC0415

    records = made_up.study(("numpy",)).records
    with TemporaryDirectory() as folder:
        log = StudyLog(Path(folder) / "log.jsonl")
        log.job(Job(0, "numpy", "cpu"))
        log.begin(records[0].name)
        log.end(records[0].name, records[0])
        log.begin(records[1].name)
        return log.path.read_bytes()


def _history(path: Path) -> None:
    found = noise_history.read(path)
    for cpu in found.cpus:
        found.known(cpu, found.cpus[cpu])
    again = found.added("a CPU", made_up.gate().streams)
    noise_history.write(again, path.with_name("again.json"))


def _toml(path: Path) -> None:
    found = gate_file.parsed(path.read_bytes(), "lntx-gate.toml", Rules())
    list(found.notes(["bench/test_a.py::test_timed"]))
    list(found.doubled())


def _model(path: Path) -> None:
    import torch  # noqa: PLC0415  (where a model is read)

    model = lntx.load(path)
    model(torch.ones(1, model.in_features, dtype=model.weight.dtype))


def _declared(path: Path) -> None:
    """Read text as each kind of file in which a project declares what it needs."""
    text = path.read_bytes().decode("utf-8", "replace")
    for name in others.DECLARED:
        declarations.plain(declarations.declared(name, text))
        declarations.grouped(name, text)
        declarations.entered(name, text)
    included.included(lambda _: text, [PurePosixPath()], ["requirements/base.txt"])
    places._words(text)  # noqa: SLF001  (else it comes from a commit, by git)


def _note(path: Path) -> None:
    """Read what an earlier report noted in its folder, and take away what it wrote."""
    folder = path.parent / "report"
    folder.mkdir(exist_ok=True)
    (folder / manifest.FILE).write_bytes(path.read_bytes())
    for name, digest in manifest.read(folder).items():
        manifest.clear(folder, name, digest)


def _table(path: Path) -> None:
    lntx.from_table(path, "y", fill="mean")


def _arrays(path: Path) -> None:
    lntx.from_npy(path, path)


@cache
def _frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"a": np.arange(9.0), "b": np.arange(9) % 4 == 0, "c": np.arange(9, 0, -1) / 7, "y": np.arange(9) ** 2}
    )


@cache
def _numbers() -> dict[str, Any]:
    return {"a": np.arange(6.0), "two": np.arange(12).reshape(6, 2), "y": np.arange(6, dtype="f4")}


def _binary(write: Callable[[io.BytesIO], Any]) -> bytes:
    stream = io.BytesIO()
    write(stream)
    return stream.getvalue()


def _saved_model(path: Path) -> None:
    import torch  # noqa: PLC0415  (where a model is made)

    model = lntx.LNTXModel.of(torch.ones(2, 3), torch.zeros(2))
    model.features_named, model.outputs_named = ("a", "b", "c"), ("p", "q")
    model.save(path)


def subjects() -> Mapping[str, Callable[[], Subject]]:
    """Name all kinds of input; each is made when it is asked for."""
    return {name.removeprefix("of_"): made for name, made in globals().items() if name.startswith("of_")}


def of_study() -> Subject:
    """Studies, and results of pytest-benchmark."""
    ours = json.loads(_stored(lambda path: storage.write(made_up.study(), path), "study.json"))
    entry = {
        "fullname": "t.py::test_a",
        "name": "test_a",
        "group": None,
        "stats": {"data": [0.1, 0.2], "median": 0.15, "rounds": 2},
    }
    theirs = {
        "benchmarks": [entry],
        "machine_info": {"node": "n", "cpu": {"brand_raw": "c"}},
        "datetime": "2026-01-01T00:00:00",
    }
    return Subject(".json", _documents(ours, ours, theirs), _study)


def of_gate() -> Subject:
    """Gates."""
    whole = json.loads(_stored(lambda path: gates.write(made_up.gate(), path), "gate.json"))
    return Subject(".json", _documents(whole), _gate)


def of_targets() -> Subject:
    """Targets."""
    whole = json.loads(_stored(lambda path: targets.write(made_up.targets(), path), targets.FILE))
    return Subject(".json", _documents(whole), _targets)


def of_plan() -> Subject:
    """Plans of studies to go on with."""
    return Subject(".json", _documents(json.loads(_stored_plan())), _plan)


def of_journal() -> Subject:
    """What a study's processes told."""
    whole = [json.loads(line) for line in _stored_journal().splitlines()]

    def told(found: Any) -> bytes:
        lines = found if isinstance(found, list) else [found]
        return "".join(json.dumps(line) + "\n" for line in lines).encode()

    changed = st.builds(mutations.document, st.just(whole), mutations.edits).map(told)
    return Subject(".jsonl", changed | _files(_stored_journal()), _journal)


def of_others() -> Subject:
    """Results of other tools."""
    return Subject(".json", _documents(others.PYTEST_BENCHMARK, others.CODSPEED, others.ACTION), _study)


def of_declarations() -> Subject:
    """What a project declares that it needs."""
    parts = [word for text in others.DECLARED.values() for word in (*text.split(), *text.splitlines(keepends=True))]
    made = mutations.text(parts).map(lambda text: text.encode("utf-8", "surrogatepass"))
    return Subject(".txt", made | _files(*(text.encode() for text in others.DECLARED.values())), _declared)


def of_note() -> Subject:
    """What a report noted in its folder."""
    files = {"figures/a.svg": b"<svg/>", "frames/a.csv": b"a", "../x": b"", "report.html": b"x"}
    return Subject(".json", _documents(json.loads(manifest.noted(files))), _note)


def of_history() -> Subject:
    """Histories of noise."""
    known = noise_history.History().added("a CPU", made_up.gate().streams)
    whole = json.loads(_stored(lambda path: noise_history.write(known, path), "history.json"))
    return Subject(".json", _documents(whole), _history)


def of_toml() -> Subject:
    """The gate's own file."""
    parts = (*_TOML.split(), *_TOML.splitlines(keepends=True), '"""', "'''", "[[", "]]", "{", "}", "=", ".", "\n", "#")
    made = mutations.text(parts).map(lambda text: text.encode("utf-8", "surrogatepass"))
    return Subject(".toml", made | _files(_TOML.encode()), _toml)


def of_safetensors() -> Subject:
    """Models."""
    whole = _stored(_saved_model, "m.safetensors")
    length = int.from_bytes(whole[:8], "little")
    header, body = json.loads(whole[8 : 8 + length]), whole[8 + length :]

    def packed(found: Any) -> bytes:
        text = json.dumps(found).encode()
        return len(text).to_bytes(8, "little") + text + body

    headed = st.builds(mutations.document, st.just(header), mutations.edits).map(packed)
    return Subject(".safetensors", headed | _files(whole), _model)


def of_npy() -> Subject:
    """Arrays."""
    arrays = (np.ones((6, 3)), np.arange(6), np.ones((3, 2), "f4"))
    whole = [_binary(partial(np.save, arr=array)) for array in arrays]
    return Subject(".npy", _files(*whole), _arrays)


def of_npz() -> Subject:
    """Archives of arrays."""
    whole = _binary(lambda stream: np.savez(stream, **_numbers()))
    packed = _binary(lambda stream: np.savez_compressed(stream, **_numbers()))
    return Subject(".npz", _files(whole, packed), _table)


def of_csv() -> Subject:
    """Tables as text."""
    parts = (
        "a",
        "b",
        "y",
        "1",
        "2.5",
        "1,5",
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        '"',
        "'",
        " ",
        "red",
        "2026-01-01",
        "nan",
        "#",
        "-",
        "1 000",
        "€5",
        "5 %",
    )
    made = mutations.text(parts).map(lambda text: text.encode("utf-8", "surrogatepass"))
    whole = _frame().to_csv(index=False).encode()
    return Subject(".csv", made | _files(whole, whole.decode().encode("utf-16")), _table)


def of_parquet() -> Subject:
    """Tables of Parquet."""
    return Subject(".parquet", _files(_binary(_frame().to_parquet)), _table)


def of_feather() -> Subject:
    """Tables of Arrow."""
    return Subject(".feather", _files(_binary(_frame().to_feather)), _table)


def of_xlsx() -> Subject:
    """Workbooks."""
    return Subject(".xlsx", _files(_binary(lambda stream: _frame().to_excel(stream, index=False))), _table)


def of_records() -> Subject:
    """Tables of JSON."""
    return Subject(
        ".json", _documents([{"a": 1, "y": 2.5}, {"a": 2, "y": 3, "b": "x"}], {"a": [1, 2], "y": [3, 4]}), _table
    )


def of_command_line() -> Subject:
    """Command lines."""
    load()
    return Subject(".txt", lines, typed)
