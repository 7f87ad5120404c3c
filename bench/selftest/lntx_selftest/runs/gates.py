"""Gates on the subject: of equal code, of planted slowdowns, of mutants, and of a change to a text that nothing reads."""

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from lntx.duet.config import GateConfig
from lntx.duet.gate import gate
from lntx.result import GateResult, Rules
from lntx_selftest.subject.commits import HALVES, MUTANTS, PERCENTS

UNITS, LAYERS, PLAIN = "test_units.py", "test_layers.py", "test_plain.py"
AA, FULL, DOCS = "aa", "full", "docs"
SLOW = {percent: f"plus{percent}" for percent in PERCENTS}
MUTATED = {name: f"mutant-{name}" for name in MUTANTS}

_FEW = (2,)  # looks, where counters decide, or where all is to be shown to work


@dataclass(frozen=True, slots=True)
class Plan:
    """A kind of gate: the heads that it takes by turns, the benchmarks, and how it is asked."""

    heads: tuple[str, ...]
    arguments: tuple[str, ...]
    guard: bool = False
    counters: bool = False
    rules: Rules = field(default_factory=Rules)

    def head(self, number: int) -> str:
        """Choose the head of a run, counted from 0."""
        return self.heads[number % len(self.heads)]


def patient(rules: Rules) -> Rules:
    """Look at the cap alone, where nothing is left open: what such a gate measures can be replayed by any rules."""
    return replace(rules, looks=(rules.cap,))


def plans() -> dict[str, Plan]:
    """Give all kinds."""
    units, layers = (UNITS,), (LAYERS,)
    found = {AA: Plan(("equal",), units), FULL: Plan(("equal",), units, rules=patient(Rules()))}
    found |= {kind: Plan(tuple(f"{kind}-{half}" for half in HALVES), units) for kind in SLOW.values()}
    few = Rules(looks=_FEW)
    found |= {kind: Plan((kind,), layers, guard=True, counters=True, rules=few) for kind in MUTATED.values()}
    return found | {DOCS: Plan(("equal",), (UNITS, LAYERS), guard=True, counters=True)}


def run(root: Path, kind: str, number: int, *, quick: bool) -> GateResult:
    """Let the gate judge the subject; LntxError where it breaks down."""
    plan = plans()[kind]
    rules = replace(plan.rules, looks=_FEW) if quick else plan.rules
    request = GateConfig(
        where=root,
        base="base",
        head=plan.head(number),
        arguments=plan.arguments,
        rules=rules,
        python=sys.executable,
        guard=plan.guard,
        counters=plan.counters,
    )
    ruling = gate(request, lambda _: None)
    if ruling.about["interrupted"]:  # a gate rules on what it has by then; here, half a run is none
        raise KeyboardInterrupt
    return ruling
