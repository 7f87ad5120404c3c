"""Tires: from the fourth call on it leaves out half of the epochs."""

from lntx_redteam.making import tires

WORK, DEVICES, refuses, prepare = tires(lambda calls: calls >= 3)
