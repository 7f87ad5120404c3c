"""Gates that are over soon: batches so short that times mean little, or times that are made up and no pair of workers at all."""

from lntx.duet import config, timing
from lntx.duet.config import Pace
from lntx.duet.swept import Swept
from lntx.duet.timing import CONTROLS, Sweeper
from lntx.result import Batch, Pair, Quad

QUICK = Pace(batch_s=0.002, warm_s=0.05, quads=2)
CALL_S = 1e-3


def hurried(monkeypatch, folder):
    """Let the gates of a test be short, with temporary folders, and so a lock, of its own; nothing goes to a job's summary."""
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr(config.GateConfig.__dataclass_fields__["pace"], "default_factory", lambda: QUICK)
    monkeypatch.setattr(timing, "CONTROL", QUICK)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


def made_up(monkeypatch, factor=1.0, control=1.0):
    """Let the survey be all that workers do: head takes so many times as long as base, by a clock that hardly errs.

    `control` is that factor of the controls. That pairs are timed is shown by the tests that do without this.
    """

    def sweep(_, number, names, watch):
        jitter = 1 + 1e-4 * (-1) ** number
        pairs = {}
        for name in [*names, *CONTROLS]:
            watch(name)
            one, other = (Batch(CALL_S * by, 1) for by in (1.0, jitter * (control if name in CONTROLS else factor)))
            pairs[name] = Pair(number, (Quad("ABBA", (one, other, other, one)),) * 4)
        return Swept(pairs)

    monkeypatch.setattr(Sweeper, "sweep", sweep)
