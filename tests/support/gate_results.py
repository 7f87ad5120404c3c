"""Made-up gates with deterministic, plausible times: what the tests of their reports render."""

import math
import random
import statistics
from dataclasses import replace

from lntx.judge.scores import scores
from lntx.result import Batch, BenchmarkResult, Budget, Count, GateResult, Pair, Quad, Rules, Stream, Surveyed
from lntx.verdict import Verdict

RULES = Rules()
MACHINE = {"cpu": "Example CPU 3000", "cores": 2, "threads": 2, "memory_gib": 8, "os": "Linux 6.1"}
ABOUT = {
    "command": "lntx gate main",
    "base": {"rev": "main", "commit": "0123456789ab"},
    "head": {"rev": "HEAD", "commit": "ba9876543210"},
    "started": "2026-01-02T03:04:05+00:00",
    "ended": "2026-01-02T03:06:41+00:00",
}
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "style": "</style><b>bold</b>",
    "quotes": "a\"b'c&d`e",
    "emoji": "bench/test_😀.py::test_😀[👩‍👩‍👧]",
    "right to left": "\u202eabc \u05e9\u05dc\u05d5\u05dd",
    "long": "x" * 5_000 + "y" * 5_000,
    "lines": "a|b\n# c\r\n- d",
    "control": "a\x00b\x1b[31mc\x7f\ud800\ufffe",
    "cdata": "]]>",
    "fence": "```\n~~~",
    "dollars": "$x^2$ %s {0} {{ 7 * 7 }}",
    "empty": "",
}


def stream(name, ratio=1.0, pairs=8, spread=0.015, within=0.004, each=2e-4, seed=0, sentinel=False, quads=8):
    """Time a benchmark whose head takes `ratio` times as long, pairs differing by `spread`."""
    noise = random.Random(f"{name!r}{seed}")
    found = []
    for number in range(1, pairs + 1):
        luck = math.exp(noise.gauss(math.log(ratio), spread))
        found.append(
            Pair(
                number, tuple(quad(noise, luck, within, each) for _ in range(quads)), (each * 3, each * 3), number != 3
            )
        )
    return Stream(name, tuple(found), sentinel)


def quad(noise, luck, within, each):
    order = noise.choice(("ABBA", "BAAB"))
    times = [each * (luck if arm == "B" else 1.0) * math.exp(noise.gauss(0, within)) for arm in order]
    return Quad(order, tuple(Batch(100 * time, 100, 0.0, noise.randrange(2)) for time in times))


def judged(stream, verdict, needs=None):
    """Say of a stream what a judge would, with a plain t interval of some width."""
    values = scores(stream).values
    center = statistics.fmean(values)
    half = 2.4 * statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.1
    reasons = {"same": "a slowdown of 3 % or more is excluded", "inconclusive": "pairs differ by 4 %"}
    return BenchmarkResult(
        stream.name,
        Verdict(verdict),
        "time",
        reasons.get(verdict, f"{verdict} by at least 1 %"),
        *(math.exp(value) for value in (center, center - half, center + half)),
        len(values),
        scores(stream).seconds,
        math.exp(center + half),
        needs,
    )


def name(text):
    return f"bench/test_loops.py::test_{text}"


def survey(name, base="passed", head="passed", counts=(), identical=False):
    return Surveyed(name, base, head, "", identical, counts)


COUNTS = (Count("dispatcher operations", 120, 120), Count("allocations", 14, 14))
ROSE = (Count("dispatcher operations", 120, 132), Count("FLOPs", 4.2e9, 4.2e9))


def result(verdict, timed=(), others=(), surveyed=(), sentinels=None, **more):
    """Put a gate together: `timed` are pairs of a stream and what is judged of it."""
    controls = sentinels if sentinels is not None else [sentinel("python"), sentinel("memory")]
    benchmarks = (*(one for _, one in timed), *others)
    seen = {one.name for one in surveyed}
    surveys = (*surveyed, *(survey(one.name, counts=COUNTS) for one in benchmarks if one.name not in seen))
    streams = (*(one for one, _ in timed), *(one for one, _ in controls))
    given = {"machine": MACHINE, "about": ABOUT, "seconds": 156.2, "rules": RULES, **more}
    return GateResult(
        Verdict(verdict),
        benchmarks,
        sentinels=tuple(one for _, one in controls),
        surveyed=surveys,
        streams=streams,
        **given,
    )


def sentinel(which, verdict=Verdict.SAME, ratio=1.0):
    found = stream(f"sentinel: {which}", ratio, spread=0.002, sentinel=True)
    return found, judged(found, verdict)


def timed(text, verdict, ratio=1.0, needs=None, **how):
    found = stream(text if "::" in text else name(text), ratio, **how)
    return found, judged(found, verdict, needs)


def identical(count):
    return tuple(
        BenchmarkResult(name(f"alike[{i}]"), Verdict.SAME, "identity", "both arms execute the same code")
        for i in range(count)
    )


def same():
    return result("same", [timed(f"train[{i}]", "same", spread=0.008) for i in range(4)], identical(8))


def counted():
    risen = BenchmarkResult(
        name("eager"),
        Verdict.SLOWER,
        "counters",
        "dispatcher operations rose from 120 to 132",
        1.01,
        0.99,
        1.03,
        8,
        2.0,
    )
    return result("slower", [], (risen,), (survey(risen.name, counts=ROSE),))


def everything():
    """One of each verdict in one gate."""
    times = [
        timed("train[eager-1000]", "slower", 1.062),
        timed("train[compiled-1000]", "inconclusive", 1.012, needs=40, spread=0.04, pairs=24),
        timed("predict", "faster", 0.91),
        timed("load", "same"),
    ]
    others = (
        *identical(3),
        *(one for one in counted().benchmarks),
        BenchmarkResult(name("gone"), Verdict.MISSING, "coverage", "it is gone in head"),
        BenchmarkResult(name("wrong"), Verdict.DISAGREES, "results", "assert 1 == 2"),
        BenchmarkResult(name("fresh"), Verdict.NEW, "coverage", "base hasn't got it"),
    )
    surveyed = (
        survey(name("eager"), counts=ROSE),
        survey(name("gone"), head="absent"),
        survey(name("wrong"), head="failed"),
        survey(name("fresh"), base="absent"),
    )
    return result("disagrees", times, others, surveyed, notes=("one core was busy with something else at times",))


def over():
    """Budgets of each outcome: one is exceeded by time, another by memory in the same code."""
    slow, kept, near = (timed(text, "same") for text in ("frame", "kept", "near"))
    told = "it takes 3.1 ms (2.9 ms to 3.31 ms), over its budget of 2.5 ms (16 ms a frame); by time: same, as before"
    exceeding = slow[0], replace(slow[1], verdict=Verdict.OVER, reason=told)
    weighed = (
        "it allocates 25 MiB at its peak, over its budget of 20 MiB; by identity: same, both arms execute the same code"
    )
    held = (
        Budget(name("frame"), "time", 2.5e-3, "over", 3.1e-3, 2.9e-3, 3.31e-3, "16 ms a frame"),
        Budget(name("kept"), "time", 1.0, "within", 2e-4, 1.9e-4, 2.1e-4),
        Budget(name("near"), "time", 2e-4, "undecided", 2e-4, 1.9e-4, 2.1e-4),
        Budget(name("large"), "memory", 20 * 2**20, "over", 25 * 2**20, why="small machines"),
        Budget(name("large"), "time", 1.0, "unknown", reason="both arms execute the same code, so it isn't timed"),
    )
    other = BenchmarkResult(name("large"), Verdict.OVER, "counters", weighed)
    margins = {name("kept"): (0.02, 0.1)}
    return result("over-budget", [exceeding, kept, near], (other,), budgets=held, margins=margins)


def contaminated():
    moved = sentinel("memory", "contaminated", 1.021)
    return result("contaminated", [timed("train", "contaminated", 1.03)], sentinels=[sentinel("python"), moved])


def inconclusive():
    times = [timed("noisy", "inconclusive", 1.015, needs=56, spread=0.05, pairs=24), timed("train", "same")]
    return result("inconclusive", times, identical(2))


def many(count=200):
    """A large suite, some of it slower, some undecided."""
    verdicts = {0: ("slower", 1.08), 1: ("inconclusive", 1.01), 2: ("faster", 0.9)}
    found = []
    for i in range(count):
        verdict, ratio = verdicts.get(i % 25, ("same", 1.0))
        found.append(timed(f"suite[{'long-parameter-' * 4}{i}]", verdict, ratio + i / 1e4, pairs=4, quads=3))
    return result("slower", found)


def hostile(text):
    """A gate in which every text from outside is the same hostile one."""
    one = timed("train", "slower", 1.06)
    stranger = Stream(text, one[0].pairs), judged(Stream(text, one[0].pairs), "slower")
    others = (
        BenchmarkResult(text + "1", Verdict.MISSING, "coverage", text),
        BenchmarkResult(text + "2", Verdict.INCONCLUSIVE, "time", text),
        BenchmarkResult(text + "3", Verdict.SLOWER, "counters", f"{text} rose from 1 to 2"),
        BenchmarkResult(text + "4", Verdict.SAME, "identity", text),
        BenchmarkResult(text + "5", Verdict.DISAGREES, "results", text),
    )
    surveyed = (survey(text + "3", counts=(Count(text, 1, 2),)),)
    return result(
        "disagrees", [stranger], others, surveyed, notes=(text,), machine={"cpu": text, text: text},
        about={text: text, "command": text, "started": text, "base": {text: [text]}},
    )  # fmt: skip


KINDS = {
    "same": same(),
    "identical": result("same", [], identical(12), sentinels=[]),
    "slower": result("slower", [timed("train", "slower", 1.062), timed("predict", "same")], identical(2)),
    "counters": counted(),
    "faster": result("faster", [timed("train", "faster", 0.9), timed("predict", "same")]),
    "over": over(),
    "inconclusive": inconclusive(),
    "contaminated": contaminated(),
    "everything": everything(),
    "missing": result(
        "missing", [], (BenchmarkResult(name("gone"), Verdict.MISSING, "coverage", "it is gone in head"),)
    ),
    "new": result("new", [], (BenchmarkResult(name("fresh"), Verdict.NEW, "coverage", "base hasn't got it"),)),
    "nothing": GateResult(Verdict.INCONCLUSIVE, ()),
    "nothing, called the same": GateResult(Verdict.SAME, ()),
}


def drawn_by_lot(seed):
    """Put a gate together at random: any verdicts, any numbers, any names, also such as no judge would give."""
    lot = random.Random(seed)
    times = [
        timed(
            _name(lot, i),
            lot.choice(TIMED),
            lot.uniform(0.5, 2),
            spread=10 ** lot.uniform(-4, 0),
            pairs=lot.randrange(1, 9),
        )
        for i in range(lot.randrange(4))
    ]
    others = [
        BenchmarkResult(
            _name(lot, i),
            Verdict(lot.choice(ALL)),
            lot.choice(MEANS),
            lot.choice(("", *HOSTILE.values())),
            *_numbers(lot),
        )
        for i in range(10, 10 + lot.randrange(6))
    ]
    counts = tuple(
        Count(f"counter {i}", lot.choice((0, 1, 1e20)), lot.choice((0, 1, 0.5))) for i in range(lot.randrange(3))
    )
    surveyed = [survey(one.name, counts=counts, identical=lot.random() < 0.5) for one in others]
    verdict = lot.choice([one.verdict for one in (*(one for _, one in times), *others)] or ["inconclusive"])
    return result(verdict, times, tuple(others), tuple(surveyed), seconds=lot.choice((0.0, 1e-9, 12.5, 1e7)))


TIMED = ("slower", "over-budget", "faster", "same", "inconclusive", "contaminated")
ALL = (*TIMED, "disagrees", "missing", "new")
MEANS = ("time", "identity", "counters", "coverage", "results")


def _name(lot, i):
    return f"{lot.choice((*HOSTILE.values(), 'bench/test_a.py::test', 'test'))}{i}"


def _numbers(lot):
    """Give ratio, low, high, pairs, seconds, excluded and needs, each as odd as it may be."""
    numbers = (None, 1.0, 1e-300, 1e300, 0.999, 1.062)
    ratio, low, high, excluded = (lot.choice(numbers) for _ in range(4))
    return ratio, low, high, lot.randrange(30), lot.choice((0.0, 3.5)), excluded, lot.choice((None, 40))
