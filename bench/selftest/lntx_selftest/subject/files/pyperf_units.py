import pyperf
import work

NAMES = [name for name, value in vars(work).items() if getattr(value, "__module__", "") == "work"]

runner = pyperf.Runner()
for name in NAMES:
    runner.bench_func(name, getattr(work, name))
