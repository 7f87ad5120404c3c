"""What every refusal of an input must be."""

import re

import pytest

import lntx


def refused(argument, call, says=""):
    """Demand one line that names the argument."""
    with pytest.raises(lntx.InputError) as caught:
        call()
    line = str(caught.value)
    assert "\n" not in line
    assert len(line) < 400
    assert re.search(rf"(?<![\w]){argument}(?![\w])", line), line
    assert re.search(says, line), line
