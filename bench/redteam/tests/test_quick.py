"""The short form, on members of which the outcome is certain, under planted expectations."""

from dataclasses import replace

from lntx_redteam import members, quick


def test_what_is_wrong_is_found_what_is_honest_left_alone_and_the_reverse_is_said():
    wrong, honest = members.member("half_the_epochs"), members.member("honest_numpy")
    planted = [wrong, honest, replace(wrong, honest=True), replace(honest, honest=False)]
    rows = [row for one in planted for row in quick.played([one], print)]
    assert [row.verdict for row in rows] == ["found", "left alone", "rejected", "missed"]
    assert "tolerance" in rows[0].findings["verify"].words


def test_those_that_end_their_process_are_left_out_and_said():
    said = []
    assert list(quick.played([members.member("exits_at_once")], said.append)) == []
    assert "exits-at-once" in said[0]


def test_a_member_that_ends_its_process_unexpectedly_takes_no_other_with_it():
    ending = replace(members.member("exits_at_once"), ends=False)
    (row,) = quick.played([ending], print)
    assert row.verdict == "broke lntx"
