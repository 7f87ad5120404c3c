from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lntx import storage
from lntx.record import Absence, Cell, Study
from lntx_redteam import studies
from lntx_redteam.studies import Counted

CELL = Cell("tutorial", "tutorial", "manual", "cpu", "float32", 1, 100, 3, 1, 1, 1000, "run")


def test_voided_cells_and_others_without_a_time_are_told_apart(tmp_path):
    absences = tuple(
        Absence(replace(CELL, backend=f"b{i}"), kind, "said why")
        for i, kind in enumerate(["void", "void", "disagrees", "refused"])
    )
    storage.write(Study((), absences), tmp_path / "study.json")
    assert studies.counted(tmp_path / "study.json", "quiet", 1.0) == Counted("quiet", 1.0, 0, 1, 2, 0, 0.0)


@given(
    st.lists(
        st.builds(Counted, st.just("busy"), *[st.floats(0, 99)], *[st.integers(0, 99)] * 4, st.floats(0, 1)), min_size=1
    )
)
def test_the_last_line_has_the_sums_and_the_largest_share(results):
    *lines, last = studies.table(results)
    assert len(lines) == len(results) + 2
    total = [cell.strip() for cell in last.strip("|").split("|")]
    assert total[3] == str(sum(one.cells for one in results))
    assert total[4] == str(sum(one.void for one in results))
    assert total[7] == f"{100 * max(one.largest for one in results):.0f} %"
