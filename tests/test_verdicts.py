"""A verdict is whole once `lntx.result` has its member, `lntx.report.gate.verdicts` its words, and the docs its row."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support import gate_results as samples

from lntx.cli import gate_view
from lntx.report import gate
from lntx.report.gate import verdicts
from lntx.result import BenchmarkResult
from lntx.verdict import Verdict

ROWS = dict(
    re.findall(
        r"^\| `([\w-]+)` \|.*\| (\d+) \|$",
        (Path(__file__).parents[1] / "docs/gate.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)


def made(verdict):
    return samples.result(verdict, (), (BenchmarkResult("t::a", verdict, "time", "so it is"),))


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_knows_itself(verdict):
    assert Verdict(verdict.value) is verdict
    assert verdict.passes == (verdict.exit_code == 0) == (verdict.junit is None)
    assert verdict.mark == {None: "✅", "failure": "❌", "skipped": "⚠️"}[verdict.junit]
    assert re.fullmatch("[A-Z][^.]+", verdict.heading)


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_has_a_sentence_and_a_row_in_the_documentation(verdict):
    assert re.fullmatch("[A-Z].*[^.]\\.", verdicts.sentence(made(verdict), verdict))
    assert ROWS[verdict] == str(verdict.exit_code)
    assert verdicts.advice(made(verdict)) or verdict.passes


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_shown_wherever_a_gate_is(verdict, tmp_path):
    result = made(verdict)
    (case,) = ET.fromstring(gate.junit(result)).findall(".//testcase")
    assert [child.tag for child in case] == ([verdict.junit] if verdict.junit else [])
    assert verdict.heading in gate.summary(result)
    assert any(str(line).startswith(verdicts.sentence(result, verdict)) for line in gate_view.view(result))
    assert verdict.heading in gate.render(result, tmp_path).page.read_text(encoding="utf-8")


def test_what_is_said_of_verdicts_loads_no_drawing_library():
    program = "import sys, lntx.report.gate.verdicts; print(*{'matplotlib', 'pandas', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not done.stdout.strip()


def test_verdicts_stand_gravest_first_and_nothing_else_is_told_or_documented():
    severities = [verdict.severity for verdict in Verdict]
    assert severities == sorted(set(severities), reverse=True)
    assert set(verdicts.PRESENTATIONS) == set(ROWS) == set(Verdict)
