"""Sometimes: one call in three, drawn from the operating system, leaves out half of the epochs."""

from secrets import randbelow

from lntx_redteam.making import tires

WORK, DEVICES, refuses, prepare = tires(lambda _: randbelow(3) == 0)
