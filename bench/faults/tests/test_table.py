"""The page says what was done at which commit, and how much is still to be done."""

from lntx_faults import table
from lntx_faults.row import Row


def test_rows_of_one_kind_are_put_together(store, keep, part):
    keep(Row("kill | of a driver", 1200, counts={"kills": 3}, most={"s": 1.5}), step="a")
    keep(Row("kill | of a driver", 5, ("seed 3: lost",), "real", {"kills": 2}, {"s": 0.25, "MiB": 12.4}), step="b")
    keep(Row("another", 5, tuple(f"seed {i}: lost" for i in range(9))), step="c")
    text = table.markdown(store, [part(), part("nothing of it")])
    assert text.startswith("1,210 tries: 10 broken promises.")
    assert text.count("###") == 1
    assert "### Nothing is lost." in text
    assert "| kill / of a driver | 1,205 | **1**: seed 3: lost | 5 kills; at most 1.5 s, 12 MiB; real |" in text
    assert "| another | 5 | **9**: seed 0: lost; seed 1: lost; seed 2: lost; and 6 more | - |" in text


def test_it_says_how_much_was_done_at_which_commit_and_where(store, keep, part):
    keep(Row("one thing", 120), step="a")
    keep(Row("one thing", 80), step="b", commit="ffff", day="2026-02-01", machine="another", seconds=600.0)
    text = table.markdown(store, [part()])
    assert "200 tries, 10 min: `nox -s faults -- --only made_up`. " in text
    assert "Commit 120 at 0123456789ab, 80 at ffff; 2026-01-02 to 2026-02-01; a machine; another." in text
    keep(Row("one thing", 120), step="a", commit="ffff")
    text = table.markdown(store, [part()])
    assert "Commit ffff; " in text


def test_it_says_what_is_still_to_be_done(store, keep, part):
    steps = dict.fromkeys("abc")
    keep(step="a")
    assert "Not all of it yet: 2 of 3 steps are still to be done." in table.markdown(store, [part(**steps)])
    keep(step="b")
    keep(step="c")
    assert "Not all of it yet" not in table.markdown(store, [part(**steps)])


def test_where_nothing_was_done_it_says_so(store, part):
    assert table.markdown(store, [part()]) == "Nothing has been tried yet.\n"
