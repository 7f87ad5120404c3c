"""Returns None, as a function does that forgot its return."""

from lntx_redteam.making import gives

WORK, DEVICES, refuses, prepare = gives(lambda _: None)
