"""Changes the working directory: the training is right, files are looked for elsewhere from then on."""

import os
import tempfile

from lntx_redteam.making import disturbs

TOLD = "working directory"
WORK, DEVICES, refuses, prepare = disturbs(lambda: os.chdir(tempfile.gettempdir()))
