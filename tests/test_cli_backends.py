from support.commandline import lntx_says
from support.planted import plant

import lntx


def test_every_backend_is_listed_with_its_keys():
    rows = lntx_says("backends", "--json").json
    assert [row["name"] for row in rows] == list(lntx.backends())
    for row in rows:
        assert set(row) == {"name", "label", "work", "devices", "available", "reason"}
        assert row["available"] == (row["reason"] is None)


def test_a_device_that_is_missing_makes_a_backend_unavailable_with_a_reason():
    (numpy,) = [row for row in lntx_says("backends", "--device", "cuda", "--json").json if row["name"] == "numpy"]
    assert not numpy["available"]
    assert "cuda" in numpy["reason"].lower()


def test_a_dropped_in_file_is_a_backend(tmp_path, monkeypatch):
    name = plant("nothing", tmp_path, monkeypatch)
    said = lntx_says("backends")
    assert name in said.out
    assert "Planted: nothing" in said.out
    assert lntx_says("verify", "--backend", name).code == 0
    assert lntx_says("train", "--backend", name, "--epochs", 2, "--json").json["agreement"]["ok"]


def test_another_packages_entry_point_is_a_backend(tmp_path, monkeypatch):
    package = tmp_path / "stranger-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[lntx.backends]\nstrange = stranger_backend\n")
    (tmp_path / "stranger_backend.py").write_text(
        '"""A stranger\'s loop."""\n\nfrom lntx.training.backends.manual import *\n'
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "A stranger's loop" in lntx_says("backends").out
    assert lntx_says("verify", "--backend", "strange").code == 0


def test_a_broken_file_is_listed_with_its_reason_and_leaves_the_others_alone(tmp_path, monkeypatch):
    plant("nothing", tmp_path, monkeypatch)
    (tmp_path / "planted_broken.py").write_text("import nothing_of_that_name\n")
    rows = {row["name"]: row for row in lntx_says("backends", "--json").json}
    assert "nothing_of_that_name" in rows["planted_broken"]["reason"]
    assert rows["manual"]["available"]
