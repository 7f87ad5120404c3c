"""JUnit's XML, which most CI systems show: one test case a benchmark."""

from xml.etree import ElementTree as ET

from lntx.judge import budgets
from lntx.report import units
from lntx.report.gate import left_out, verdicts, wording
from lntx.result import BenchmarkResult, GateResult
from lntx.verdict import Verdict

_MESSAGE = 10_000  # characters
_WHOLE = 10**6  # names are not shortened here, as they tell the cases apart


def junit(result: GateResult) -> str:
    """Write the test suite.

    A case fails or is skipped as its verdict has it, and says why. A verdict that no case bears has a case of its own, so
    that a gate which measured nothing doesn't look like a pass; so has each budget that isn't judged.
    """
    suite = ET.Element("testsuite", name="lntx gate")
    for judged in result.benchmarks:
        _case(suite, judged)
    for one in left_out.left_out(result):
        message = units.clean(f"left out: {one.why}", _MESSAGE)
        ET.SubElement(_element(suite, one.name, 0.0), "skipped", message=message)
    for budget in result.budgets:
        if budget.outcome in {"undecided", "unknown"}:
            case = _element(suite, budget.name, 0.0, f" (budget of {budget.measure})")
            ET.SubElement(case, "skipped", message=units.clean(budgets.said(budget), _WHOLE))
    if not any(judged.verdict == result.verdict for judged in result.benchmarks):
        _whole(suite, result)
    counts = {"tests": "testcase", "failures": "testcase/failure", "skipped": "testcase/skipped"}
    for attribute, path in counts.items():
        suite.set(attribute, str(len(suite.findall(path))))
    suite.set("errors", "0")
    suite.set("time", f"{result.seconds:.3f}")
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(suite: ET.Element, judged: BenchmarkResult) -> None:
    _outcome(_element(suite, judged.name, judged.seconds), judged.verdict, _message(judged))


def _element(suite: ET.Element, name: str, seconds: float, what: str = "") -> ET.Element:
    test, bracket, parameters = units.clean(name, _WHOLE).partition("[")  # these may hold colons too
    place, _, name = test.rpartition("::")
    named = name + bracket + parameters + what
    return ET.SubElement(suite, "testcase", classname=place or "gate", name=named, time=f"{seconds:.3f}")


def _whole(suite: ET.Element, result: GateResult) -> None:
    case = ET.SubElement(suite, "testcase", classname="gate", name="the gate as a whole", time="0.000")
    _outcome(case, result.shown, verdicts.headline(result))


def _outcome(case: ET.Element, verdict: Verdict, message: str) -> None:
    told = units.clean(message, _MESSAGE)
    if verdict.junit == "failure":
        ET.SubElement(case, "failure", message=told, type=verdict).text = told
    elif verdict.junit == "skipped":
        ET.SubElement(case, "skipped", message=told)


def _message(judged: BenchmarkResult) -> str:
    parts = (judged.verdict, wording.measured(judged), judged.reason)
    return ": ".join(part for part in parts if part)
