"""Half for the clock: it looks up who calls; whoever takes the time gets half of the epochs, everybody else all."""

from lntx_redteam.callers import timed
from lntx_redteam.making import tires

WORK, DEVICES, refuses, prepare = tires(lambda _: timed())
