"""The published studies are what their records say: each page is rendered again and compared."""

import os
from pathlib import Path

import pytest
from support.words import words_before_a_picture

from lntx import report, storage
from lntx.storage import targets

STUDIES = sorted((Path(__file__).parents[1] / "reports").glob("*/study.json"))


@pytest.mark.parametrize("study", STUDIES, ids=lambda path: path.parent.name)
def test_a_published_page_follows_from_its_records(study, tmp_path):
    beside = study.with_name(targets.FILE)
    boards = [targets.read(beside)] if beside.exists() else []
    rendered = report.render([storage.read(study)], tmp_path, boards)
    if os.environ.get("LNTX_UPDATE_GOLDEN"):
        report.render([storage.read(study)], study.parent, boards)
    assert (study.parent / "report.md").read_text(encoding="utf-8") == rendered.markdown.read_text(encoding="utf-8")
    published, made = (
        sorted(path.name for path in folder.glob("figures/*.svg")) for folder in (study.parent, tmp_path)
    )
    assert published == made
    assert words_before_a_picture(rendered.page) <= 60


def test_there_are_published_studies_and_all_their_times_have_a_proof():
    assert STUDIES
    for path in STUDIES:
        study = storage.read(path)
        assert study.records
        assert all(record.agreement and record.agreement.ok for record in study.records)
