"""Where what is compiled can't be kept, compilers have a folder for the moment, and one line says so."""

import os
from pathlib import Path

import pytest

from lntx.errors import InputError
from lntx.host import caches, temporary
from lntx.host.compilers import VARIABLES


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Each compiler's usual place, and what is temporary, in a folder of the test's."""
    monkeypatch.setattr(temporary, "place", lambda: tmp_path)
    monkeypatch.setattr(caches, "_USUAL", {name: lambda: [tmp_path / "usual"] for name in VARIABLES})
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_what_can_be_written_stays(places, monkeypatch):
    monkeypatch.setenv(VARIABLES[0], str(places / "mine"))
    assert caches.settled() is None
    assert os.environ[VARIABLES[0]] == str(places / "mine")
    assert VARIABLES[1] not in os.environ
    assert list(places.iterdir()) == []


def test_what_cant_be_written_is_replaced_and_said(places, monkeypatch):
    monkeypatch.setenv(VARIABLES[0], "/dev/null/cache")
    monkeypatch.setattr(caches, "_USUAL", {name: lambda: [Path("/dev/null/usual")] for name in VARIABLES})
    monkeypatch.setenv(VARIABLES[1], str(places / "mine"))
    note = caches.settled()
    assert f"{VARIABLES[0]}, {VARIABLES[2]}" in note
    assert VARIABLES[1] not in note
    made = {Path(os.environ[name]).parent for name in (VARIABLES[0], VARIABLES[2])}
    assert [path.parent for path in made] == [places]
    assert os.environ[VARIABLES[1]] == str(places / "mine")


@pytest.mark.usefixtures("places")
def test_a_home_that_isnt_known_is_none_that_can_be_written(monkeypatch):
    def unknown():
        raise RuntimeError("could not determine home directory")

    monkeypatch.setattr(caches, "_USUAL", dict.fromkeys(VARIABLES, unknown))
    assert caches.settled()


@pytest.mark.usefixtures("places")
def test_without_any_folder_at_all_that_is_said(monkeypatch):
    def nowhere():
        raise InputError("there is no temporary folder")

    monkeypatch.setenv(VARIABLES[0], "/dev/null/cache")
    monkeypatch.setattr(temporary, "place", nowhere)
    with pytest.raises(InputError, match="no temporary folder"):
        caches.settled()
