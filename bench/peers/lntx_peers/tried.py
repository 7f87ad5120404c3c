"""What was tried to meet each target that is missed, in one place: the table says it beside what was measured."""

from dataclasses import replace

from lntx.targets import Target

_COPIED = "the targets are copied, so that no backend can write to them or know them, which is 1 % at 100 features"
_TRIED = {
    ("T1", "composed"): (
        "the kernel takes 1.4 us; a Fit, its two tensors and numba's dispatcher take the rest, and each was made shorter"
    ),
    ("T2", "fused"): (
        "where epochs are shuffled, most of a call is the drawing of the orders, which every contestant does; four steps at a "
        "time are corrected by their products, as they come"
    ),
    ("T3", "spectral"): (
        "X'X is summed in float64, by tiles that take half of it at the core's peak, where 0.73x would be the least; NumPy's "
        "symmetric product of blocks took longer, and float32 (0.72x) loses what the condition squared multiplies"
    ),
    ("T4", "fused"): (
        "a second pass over each sample in cache leaves the memory idle in part; asking for it ahead, in both passes, "
        "four samples abreast, doubled the share; smaller parts of wide rows, one pass' worth of requests at once, and tiles "
        "of narrow X brought little or nothing"
    ),
    ("T5", "fused"): (
        "one core passes X at two thirds of what both together read from memory (T4's probe), and five times this form of JAX's "
        "would be nearly twice as much as both: no kernel that reads X in each epoch can be that fast here; a step of 256 "
        "samples takes 3.5 us, too few to share it between cores"
    ),
    ("T8", "fused"): _COPIED
    + "; whether the rate is stable is told by the largest eigenvalue of X'X, which with the copy that LAPACK works "
    "on takes 16 MB at 1,000 features, however many samples there are; narrow X taken sample by sample, as wide X is: one core "
    "read it at half the rate or less",
    ("T8", "spectral"): _COPIED
    + "; at 1,000 features X'X, its eigenvectors and what LAPACK works on take 8 MB each, however many samples there are",
    ("T9", "fused"): (
        "what is left is numba's own import, and what it loads (scipy's BLAS among it) to read its first kernel from the cache, "
        "half a second together; kernels kept as object code, which would need neither, were not tried"
    ),
    ("T9", "auto"): "as for fused, which it takes; where nothing is known it compiles what it probes with, besides",
    ("T13", "spectral"): (
        "a solution is one pass to X'X and a system of equations, and so is a training by eigenvectors; what it does besides is "
        "to find them, and to keep digits that a solver may lose"
    ),
}
"""By target and backend, whatever its work class, or how it is started."""


def told(target: Target) -> Target:
    """Add to a target that is missed what was tried."""
    if target.verdict != "missed":
        return target
    return replace(target, tried=_TRIED.get((target.key, target.contestant.partition(" ")[0].rstrip(",")), ""))
