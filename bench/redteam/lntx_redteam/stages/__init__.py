"""The stages that a member goes through: one file each, with `play(member, folder)`, which gives a `Finding`."""

from collections.abc import Callable, Mapping
from pathlib import Path

from lntx_redteam.finding import Finding
from lntx_redteam.members import Member
from lntx_redteam.stages import bench, train, verify

STAGES: Mapping[str, Callable[[Member, Path], Finding]] = {
    "verify": verify.play,
    "train": train.play,
    "bench": bench.play,
}
"""By the name of the command, in the order in which a user meets them."""
