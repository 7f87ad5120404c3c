"""A page stays a page, however many records there are."""

import pytest
from support import studies

from lntx import report
from lntx.record import Study

MEGABYTES = 5


def large(records=10_000):
    """As many records: twenty backends along the sizes of four suites."""
    names, sizes = [f"backend{i:02}" for i in range(19)] + ["eager"], records // 80
    for name in names:
        for i in range(sizes):
            yield studies.cell("features", name, 1000, 1 + 7 * i, 1000, 100)
            yield studies.cell("samples", name, 100 + 37 * i, 10, 100 + 37 * i, 100)
            yield studies.cell("batches", name, 4096, 16, 1 + i, 50)
            yield studies.cell("shapes", name, 100 * (1 + i % 12), 10 * (1 + i // 12), 100 * (1 + i % 12), 50)


@pytest.mark.end_to_end
def test_ten_thousand_records_make_a_page_of_less_than_five_megabytes(tmp_path):
    study = Study(tuple(map(studies.record, large())), (), studies.MACHINE, studies.ABOUT)
    assert len(study.records) == 10_000
    made = report.render([study], tmp_path)
    assert made.page.stat().st_size < MEGABYTES * 2**20


def test_benchmarks_with_a_number_among_their_parameters_have_a_line(tmp_path):
    names = [f"t.py::test_sort[{kind}-{n}]" for kind in ("list", "array") for n in (10, 100, 1000)]
    made = report.render([studies.foreign((*names, "t.py::test_other[utf-8]", "t.py::test_plain"))], tmp_path)
    lines = made.page.parent / "frames" / "figure-parameters.csv"
    assert lines.read_text(encoding="utf-8").count("test_sort[list-N]") == 3
    assert "test_other" not in lines.read_text(encoding="utf-8")
