import json

import pytest
from support.commandline import lntx_says

ROUNDS = (1.0, 1.01, 1.02, 1.05, 1.3)
KEYS = {"name", "verdict", "ratio", "low", "high", "pairs", "seconds"}


@pytest.fixture
def written(tmp_path):
    def write(name, factor=1.0, names=("test_a.py::test_a",), cpu="CPU 3000"):
        entries = [{"fullname": one, "stats": {"data": [factor * value for value in ROUNDS]}} for one in names]
        path = tmp_path / name
        path.write_text(json.dumps({"benchmarks": entries, "machine_info": {"cpu": {"brand_raw": cpu}}}))
        return path

    return write


@pytest.mark.parametrize(("factor", "code", "verdict"), [(1.01, 0, "same"), (1.5, 10, "slower"), (0.5, 0, "faster")])
def test_files_are_compared(written, factor, code, verdict):
    said = lntx_says("compare", written("base.json"), written("head.json", factor))
    assert said.code == code
    assert f"verdict: {verdict}" in said.out
    assert "test_a.py::test_a" in said.out
    assert "lntx gate measures both in turns" in said.out
    assert said.err == ""


def test_json_has_the_keys_of_a_gate(written):
    said = lntx_says("compare", written("base.json"), written("head.json", 1.5), "--json")
    assert said.code == 10
    assert {"verdict", "benchmarks", "false_alarm_rate", "seconds"} <= set(said.json)
    (benchmark,) = said.json["benchmarks"]
    assert set(benchmark) >= KEYS
    assert benchmark["verdict"] == said.json["verdict"] == "slower"
    assert benchmark["ratio"] == pytest.approx(1.5)
    assert said.json["false_alarm_rate"] is None
    assert said.json["seconds"] == pytest.approx(2.5 * sum(ROUNDS))


def test_a_missing_benchmark_is_exit_code_11(written):
    said = lntx_says("compare", written("base.json", names=("a", "b")), written("head.json", 1.01, names=("a",)))
    assert said.code == 11


def test_inconclusive_is_13_unless_that_is_allowed(written, tmp_path):
    base, head = written("base.json"), tmp_path / "head.json"
    head.write_text(base.read_text().replace("1.02", "1.29").replace("1.05", "1.295"))
    assert lntx_says("compare", base, head).code == 13
    allowed = lntx_says("compare", base, head, "--allow-inconclusive")
    assert allowed.code == 0
    assert allowed.err == "lntx: inconclusive, which --allow-inconclusive lets pass\n"


def test_the_margin_is_a_choice(written):
    assert lntx_says("compare", written("base.json"), written("head.json", 1.1), "--margin", 0.05).code == 10


def test_unlike_machines_are_refused_with_what_differs(written):
    base, head = written("base.json"), written("head.json", 1.01, cpu="CPU 4000")
    refused = lntx_says("compare", base, head)
    assert refused.code == 2
    assert "cpu: CPU 3000 and CPU 4000" in refused.err
    assert lntx_says("compare", base, head, "--allow-unlike-machines").code == 0


@pytest.mark.parametrize(
    ("text", "said"), [("", "not whole JSON"), ('{"benchmarks": []}', "no benchmark"), ("{}", "not a pytest-benchmark")]
)
def test_bad_files_are_one_line(written, tmp_path, text, said):
    bad = tmp_path / "bad.json"
    bad.write_text(text)
    for files in ((written("base.json"), bad), (bad, written("base.json"))):
        got = lntx_says("compare", *files)
        assert (got.code, got.out, got.err.count("\n")) == (2, "", 1)
        assert said in got.err


def test_a_file_against_itself_nothing_in_common_and_no_file_are_refused(written, tmp_path):
    base, other = written("base.json"), written("other.json", 1.01, names=("b",))
    for head, said in ((base, "the same file"), (other, "in common"), (tmp_path / "none.json", "can't read")):
        got = lntx_says("compare", base, head)
        assert (got.code, got.err.count("\n")) == (2, 1)
        assert said in got.err


def test_names_of_any_length_stay_apart_in_a_table_that_fits_80_columns(written):
    names = [f"tests/test_a.py::test_a[{'Q' * 240}-{end}]" for end in ("one", "two")]
    files = written("base.json", names=names), written("head.json", 1.01, names=names)
    said = lntx_says("compare", *files)
    rows = [line for line in said.out.splitlines() if "QQ" in line]
    assert len({row.split()[0] for row in rows}) == len(rows) == 2
    assert all(len(row.rstrip()) <= 80 for row in rows)
    assert [one["name"] for one in lntx_says("compare", *files, "--json").json["benchmarks"]] == names
