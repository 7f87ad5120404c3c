"""What is said of files that a test lacks: for every name that a file can have."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.duet import advice

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1, max_size=20).filter(
    lambda name: name not in {".", ".."}
)
PATHS = st.lists(NAMES | st.sampled_from([".pytest_cache", ".a", "..a", "...", "a.", "a.b.c"]), min_size=1, max_size=3)
TEXTS = st.sampled_from(
    ["", "No module named '.pytest_cache'", "No module named 'a'", "cannot import name 'a' from 'b'"]
)


@given(PATHS, TEXTS)
def test_no_name_of_a_file_is_an_error(parts, message):
    place = "/".join(parts)
    root = Path("/nowhere")
    found = advice.lacking(root, root / "head", [place], "bench/test_a.py", message)
    assert found == "" or place in found


@pytest.mark.parametrize("name", [".pytest_cache", ".a", ".a.py", "...", ".git-rewrite"])
@pytest.mark.parametrize("module", ["a", "pytest_cache", "nowhere"])
def test_a_name_that_begins_with_a_dot_is_no_module(tmp_path, name, module):
    assert advice.lacking(tmp_path, tmp_path / "head", [name], "bench/test_a.py", f"No module named '{module}'") == ""


@pytest.mark.parametrize("name", ["a.py", "a", "src/a", "a.cpython-311-x86_64-linux-gnu.so"])
def test_a_module_that_git_does_not_track_is_named(tmp_path, name):
    assert name in advice.lacking(tmp_path, tmp_path / "head", [name], "bench/test_a.py", "No module named 'a'")


def test_a_path_that_is_too_long_is_not_there(tmp_path):
    name = "/".join(["x" * 250] * 20) + "/a"
    assert "a" in advice.lacking(tmp_path, tmp_path / "head", [name], "bench/test_a.py", "No module named 'a'")
