"""A lock's file may hold anything: whoever comes second is told so in a line."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.errors import InputError
from lntx.host import lock_files
from lntx.host.lock_files import Held, Holder

VALUES = st.none() | st.integers() | st.text() | st.floats()
KEYS = ("pid", "what", "folder", "since")
TOLD = st.recursive(
    VALUES, lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=4) | st.lists(inner, max_size=2)
) | st.fixed_dictionaries(dict.fromkeys(KEYS, VALUES | st.lists(st.integers(), max_size=2)))
WRITTEN = st.binary() | st.builds(lambda junk: json.dumps({"lntx": junk}).encode(), TOLD)


@given(WRITTEN)
def test_whatever_stands_in_a_lock_s_file_who_comes_second_gets_one_line(tmp_path_factory, written):
    path = tmp_path_factory.getbasetemp() / "lock"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lock_files, "_WAIT_S", 0.0)
        held = lock_files.take(path, Holder.here("lntx gate", Path()))
        try:
            path.write_bytes(written)
            with pytest.raises((Held, InputError)) as caught:
                lock_files.take(path, Holder.here("lntx bench", Path()))
            assert str(caught.value)
            assert path.read_bytes() == written
        finally:
            path.unlink()
            os.close(held)


def test_a_file_that_its_holder_removed_meanwhile_is_no_lock(tmp_path, monkeypatch):
    path = tmp_path / "lock"
    locked = lock_files.lock_descriptor

    def late(descriptor, **how):
        if path.exists() and not path.read_bytes():  # made by whom we wait for, who goes now
            path.unlink()
            path.write_bytes(b'{"lntx": ')
        return locked(descriptor, **how)

    monkeypatch.setattr(lock_files, "lock_descriptor", late)
    held = lock_files.take(path, Holder.here("lntx gate", Path()))
    assert lock_files.same(path, held)
    os.close(held)
