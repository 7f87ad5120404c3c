"""A batch of inputs, guided by which code they reach: `python -m lntx_faults.fuzzing.guided FOLDER SEED COUNT SUBJECT`.

atheris makes bytes, hypothesis makes inputs of them. It never hands back: the process ends with the last input.
"""

import os
import sys
from pathlib import Path
from random import Random

import atheris

_LENGTH = 4096  # bytes from which an input is made
_SEEDS = 16  # of as many: from few bytes hypothesis makes nothing


def _main(folder: str, seed: str, count: str, name: str) -> None:
    with atheris.instrument_imports(include=["lntx"]):
        from lntx_faults.fuzzing import __main__ as batches  # noqa: PLC0415  (what it loads is to be watched)

        batches.prepare([name])
    batch, most = batches.Batch(), int(count)
    one = batches.trying(name, int(seed), most, Path(folder), batch).hypothesis.fuzz_one_input

    def each(content: bytes) -> None:
        one(content)
        if batch.count >= most:
            batches.write(batch, Path(folder), name)
            os._exit(0)

    place = Path(folder, name, "guided")
    place.mkdir(parents=True)
    rng = Random(int(seed))  # noqa: S311  (to be repeated)
    for number in range(_SEEDS):
        (place / f"{number}").write_bytes(rng.randbytes(_LENGTH))
    options = [f"-seed={seed}", f"-max_len={_LENGTH}", "-len_control=0", "-rss_limit_mb=0", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={place}/", str(place)], each)
    atheris.Fuzz()


if __name__ == "__main__":
    _main(*sys.argv[1:])
