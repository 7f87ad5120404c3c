"""What other programs print is read without the codes by which they colour it, from the end of whatever there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.duet.git import Answer
from lntx.host import output
from lntx.host.output import last_lines, lines

WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=8)
LINK, TITLE = "\x1b]8;;https://example.org\x1b\\", "\x1b]0;x\x07"
CODES = st.sampled_from(
    ["\x1b[0m", "\x1b[1;31m", "\x1b[38;2;1;2;3m", "\x1b[K", "\x1b[2J", LINK, TITLE, "\x1bM", "\x1b(B"]
)


@given(st.lists(st.tuples(CODES, WORDS)))
def test_codes_of_a_terminal_are_left_out_and_nothing_else(parts):
    plain = "".join(word for _, word in parts)
    assert lines("".join(map("".join, parts))) == [one.strip() for one in plain.splitlines() if one.strip()]


def test_the_last_lines_of_a_file_of_any_size_and_encoding(tmp_path, monkeypatch):
    monkeypatch.setattr(output, "_TAIL", 64)
    (tmp_path / "log").write_bytes(b"x" * 1000 + b"\n\x1b[31mna\xefve\x1b[0m\n\n  end \n")
    assert last_lines(tmp_path / "log")[1:] == ["na\ufffdve", "end"]
    with pytest.raises(FileNotFoundError):
        last_lines(tmp_path / "gone")


def test_a_git_that_was_ended_or_says_nothing_is_told_of():
    assert Answer(-25, "", "").why == "it was ended by SIGXFSZ"
    assert Answer(1, "", "\n").why == "it says nothing"


def test_what_git_says_in_colours_is_found_by_its_words():
    assert (
        Answer(1, "", "hint\n\x1b[31mfatal: no such thing\x1b[m\n\x1b[33mhint: more\x1b[m\n").why
        == "fatal: no such thing"
    )
