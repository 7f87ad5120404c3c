import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import work


def time_unit(name):
    getattr(work, name)()


time_unit.params = [name for name, value in vars(work).items() if getattr(value, "__module__", "") == "work"]
time_unit.param_names = ["name"]
