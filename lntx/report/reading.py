"""How to read a page of studies: what its words mean, in words of our own."""

from lntx.report import units
from lntx.report.intervals import CONFIDENCE

CHOOSING = (
    f"A training is named by its samples {units.TIMES} features. *Doing every step* means SGD's steps one after another; *by any "
    "way*, algebra counts as well, which reaches the same weights without doing each step. Times are the least per epoch in the "
    "steady state; where a second backend stands beside the first, the two can't be told apart. *auto takes* one of the "
    "others, in processes of its own: where one was measured, and its time is far from that of the backend that it took, that is "
    "named without a time. What starting costs is told above."
)
CELLS = (
    "Time is the median over processes of the whole recipe. Error and tolerance are those of the checkpoint nearest to its "
    "tolerance."
)
READING = (
    (
        "A *cell* is one backend at one training: so many samples and features, in batches of so many. The *tutorial* is "
        "the training with which this began: 100 samples, three weights, one sample a step, 1,000 epochs. A study's "
        "*profile* says how many sizes it covers, and how long it may take."
    ),
    (
        "A time counts only where the trained weights agree with a float64 reference of the same recurrence, within a "
        "tolerance that is derived and not tuned. Who disagrees is named at the top and given no time."
    ),
    (
        f"Each process gives one number, the median of its rounds. Brackets and bars are {CONFIDENCE:.0%} t intervals "
        "between processes, on logarithms; ratios pair processes by their turn. Where one process was measured, there is "
        "no interval."
    ),
    (
        "Backends of the class *steps* do every step one after another. *Algebra* reaches the same weights without doing "
        "each step, and a *solution* solves for the optimum. They are never compared without saying so. The backend *auto* takes "
        "one of the others, and is drawn only where its time differs from that one's."
    ),
    (
        "Where the whole training would have taken too long, fewer epochs were timed and multiplied up. Such a time is "
        "called extrapolated wherever it stands."
    ),
    (
        "The time to prepare is that with filled compile caches. A cold start of the linear model's training, in a fresh "
        "process with empty ones, is measured for the tutorial alone, and is what break-even epochs rest on."
    ),
)
LOOPS = (
    (
        "A *loop* is a training of one's own, and a *way* is how its steps are run. Its first way is what all others are held to "
        "and timed against. A time counts only where the weights that came of it are those of the first way: each tensor within "
        "what rounding alone explains, measured by trainings whose parameters are nudged by their last digit before each step."
    ),
    (
        "*Cold* is a fresh process with empty compile caches: building the model, preparing the way and the first epoch in one. "
        "*Steady* is an epoch of what is prepared and warm. From both follows the epoch from which on a slow start has paid."
    ),
)
FOREIGN = (
    "Benchmarks of a pytest-benchmark file are shown by the median of their rounds. All rounds come from one process, so bars "
    "show a spread, from the first to the third quartile, and not how far a second run would differ. Of a file that keeps no "
    "raw rounds, what it states of them is shown, and nothing in the place of what it doesn't."
)
