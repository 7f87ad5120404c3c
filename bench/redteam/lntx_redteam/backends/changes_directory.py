"""Changes the working directory: the training is right, files are looked for elsewhere from then on."""

import os

from lntx_redteam.making import disturbs

TOLD = "working directory"
WORK, DEVICES, refuses, prepare = disturbs(lambda: os.chdir(os.sep))  # members run in the folder for temporary files
