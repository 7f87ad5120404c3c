"""Smaller output 1 % off: of outputs of unlike scales, the weights of those a thousand times smaller are 1 % too large."""

from lntx_redteam.making import stretches_small_outputs

SHOWS = "outputs-1e4"
WORK, DEVICES, refuses, prepare = stretches_small_outputs(1.01)
