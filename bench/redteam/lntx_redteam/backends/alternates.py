"""Alternates: every second call leaves out half of the epochs."""

from lntx_redteam.making import tires

WORK, DEVICES, refuses, prepare = tires(lambda calls: calls % 2 == 1)
