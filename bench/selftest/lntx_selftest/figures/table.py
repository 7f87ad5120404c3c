"""The tables in Markdown, all from the stored files, and their place in a page."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from lntx.result import GateResult, Rules
from lntx.storage import disk
from lntx_selftest import rivals
from lntx_selftest.figures import contest, replays, targets
from lntx_selftest.runs.gates import plans
from lntx_selftest.store import Store

BEGIN, END = "<!-- selftest -->", "<!-- /selftest -->"

_TARGETS = ("measure", "target", "measured (95 % interval)", "met")
_REPLAYS = (
    "slowdown",
    "slower",
    "inconclusive",
    "same",
    "faster",
    "intervals that hold it",
    "pairs",
    "suites with any called slower",
)
_RIVALS = (
    "tool and rule",
    "seconds a benchmark",
    "A/A runs",
    "A/A suites that a threshold of 5 % flags",
    "threshold for 1 % of suites",
    "smallest slowdown found with 95 %",
    "largest A/A ratio seen",
)
_HOW = (
    "Replays: {runs} A/A gates that were measured to the cap, each with its pairs in {orders} orders, head's times multiplied by "
    "an exact factor (for the statistics a true slowdown; caches don't notice it). The shares are not independent, so they "
    "have no intervals."
)
_FAIR = (
    "The others were given the seconds that an A/A benchmark took of the gate, start-up included; the table says what they "
    "took in fact. Their thresholds are extrapolated: Student's t around 0, fitted to all log ratios together, benchmarks "
    "taken to be independent; in brackets the middle 95 % of refits to repetitions drawn anew. A threshold below the "
    "largest ratio seen would have raised an alarm in these very runs, or does so with base and head exchanged. The gate's "
    "own figures come from replays; as it is, it stops once a slowdown of {tolerated:.0f} % is excluded, and looks for no "
    "smaller one. It is held to 1 % by its rules, and its alarms are counted above."
)


def markdown(store: Store) -> str:
    """Say all that the stored files tell."""
    suites, aa, others = contest.streams(store), contest.aa(store), contest.rules_of(store)
    mine = contest.equal_time(aa, suites)
    held = [*targets.rows(store), contest.row(mine, others), *targets.told(store)]
    parts = [_table(_TARGETS, [(one.measure, one.target, one.measured, one.met) for one in held])]
    if store.quick:
        parts.insert(0, "**A quick trial: sizes are small, and nothing here says anything of the gate.**")
    if len(suites):
        how = _HOW.format(runs=len(suites) // replays.ORDERS, orders=replays.ORDERS)
        parts += [how, _table(_REPLAYS, contest.replay_rows(suites))]
    if table := contest.rival_rows(aa, suites, mine, others):
        parts += [_FAIR.format(tolerated=100 * Rules().tolerated), _table(_RIVALS, table)]
    if missing := contest.absent(store):
        parts.append("\n".join(f"- {line}" for line in missing))
    return "\n\n".join([*parts, _origin(store)]) + "\n"


def splice(path: Path, text: str) -> None:
    """Put the tables between the markers of a page; InputError where it can't be read or has no markers."""
    disk.splice(path, BEGIN, END, text)


def _origin(store: Store) -> str:
    """Say on which machines and when."""
    found = [ruling for kind in plans() for ruling in store.rulings(kind)]
    if not found:
        return "No gate has been run yet."
    days = sorted(str(ruling.about[key])[:10] for ruling in found for key in ("started", "ended"))
    when = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    versions = [
        f"{rivals.module(stem).LABEL} {rivals.installed(stem)}" for stem in rivals.stems() if rivals.installed(stem)
    ]
    return f"{'; '.join(dict.fromkeys(map(_machine, found)))}. {when}. {', '.join(versions)}."


def _machine(ruling: GateResult) -> str:
    known = ruling.machine.get("lntx", {})
    parts = [known.get("cpu"), f"{known.get('logical_cores', '?')} logical cores", known.get("os"), known.get("python")]
    return ", ".join(
        [*filter(None, parts), f"torch {known.get('torch', '?')}", f"lntx {ruling.about.get('lntx', '?')}"]
    )


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
