"""Aborts: the call ends the process by SIGABRT, as a failed assertion in C does."""

import os

from lntx_redteam.making import instead

ENDS = True
WORK, DEVICES, refuses, prepare = instead(os.abort)
