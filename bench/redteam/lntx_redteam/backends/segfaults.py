"""Segfaults: the call reads at address 0."""

import ctypes

from lntx_redteam.making import instead

ENDS = True
WORK, DEVICES, refuses, prepare = instead(lambda: ctypes.string_at(0))
