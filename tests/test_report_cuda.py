"""A study of several devices: each is compared with itself alone, and the GPU is named where it was used."""

from dataclasses import replace

import pytest
from support import studies

from lntx import report

GPU = "Example GPU 4000"
MACHINE = studies.MACHINE | {"lntx": studies.MACHINE["lntx"] | {"gpu": GPU}}


def on(device, record):
    return replace(record, cell=replace(record.cell, device=device))


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    records = [on(device, record) for record in studies.records() for device in ("cpu", "cuda")]
    return report.render([studies.study(records=tuple(records), machine=MACHINE)], tmp_path_factory.mktemp("both"))


def test_no_finding_sets_a_gpu_against_a_cpu(both):
    ratios = [str(finding) for finding in both.findings if "times as fast" in str(finding)]
    assert len(ratios) >= 8
    for text in ratios:
        assert ("cuda, float32" in text) != ("cpu, float32" in text), text


def test_series_of_two_devices_have_two_names(both):
    text = both.markdown.read_text(encoding="utf-8")
    assert "manual · cuda" in text
    assert "manual · cpu" in text


def test_the_gpu_is_named_above_what_was_timed_on_it_alone(both, tmp_path):
    on_cpu = report.render([studies.study(machine=MACHINE)], tmp_path)
    heads = [found.markdown.read_text(encoding="utf-8").partition("\n## ")[0] for found in (both, on_cpu)]
    assert GPU in heads[0]
    assert GPU not in heads[1]
