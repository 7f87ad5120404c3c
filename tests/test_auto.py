"""The backend that chooses: it takes the least guess, says why, and its guesses follow the sizes."""

import pytest
from test_limits import MADE_UP

import lntx
from lntx.host import kept_limits, probes
from lntx.training.backends import backends, find

GUESSING = [name for name, backend in backends().items() if backend.seconds and ":" not in name]


limits = kept_limits.limits.__wrapped__  # a process remembers them besides


@pytest.fixture(autouse=True)
def made_up_limits(monkeypatch):
    monkeypatch.setattr(kept_limits, "limits", lambda *_: MADE_UP)


def guess(name, samples=1000, features=10, **recipe):
    problem = lntx.synthetic(samples=samples, features=features)
    return find(name).seconds(problem, lntx.Recipe(lr=0.01, **recipe), MADE_UP)


def test_it_takes_the_least_guess_of_those_that_do_not_refuse():
    problem, recipe = lntx.tutorial(), lntx.Recipe()
    weighed = find("auto").weighs(problem, recipe, "cpu")
    able = [name for name in GUESSING if not find(name).refuses(problem, recipe, "cpu")]
    assert weighed == {name: find(name).seconds(problem, recipe, MADE_UP) for name in able}
    assert next(iter(weighed)) == min(able, key=weighed.get)


def test_algebra_is_for_many_epochs_and_steps_for_few():
    problem = lntx.synthetic(samples=2000, features=300)
    few, many = (lntx.Recipe(lr=0.01, epochs=epochs, batch_size=None) for epochs in (2, 200_000))
    taken = [next(iter(find("auto").weighs(problem, recipe, "cpu"))) for recipe in (few, many)]
    assert [find(name).work for name in taken] == ["steps", "algebra"]


def test_it_never_chooses_what_refuses():
    recipe = lntx.Recipe(lr=0.01, epochs=5, batch_size=16, shuffle=True)  # no algebra knows this
    taken = next(iter(find("auto").weighs(lntx.synthetic(samples=100, features=3), recipe, "cpu")))
    assert find(taken).work == "steps"


@pytest.mark.parametrize("name", GUESSING)
@pytest.mark.parametrize("batch_size", [1, 16, None])
def test_guesses_are_positive_and_grow_with_samples_and_features(name, batch_size):
    small = guess(name, epochs=10, batch_size=batch_size)
    assert 0 < small < 10
    assert guess(name, samples=100_000, epochs=10, batch_size=batch_size) > small
    assert guess(name, features=500, epochs=10, batch_size=batch_size) >= small


def test_it_refuses_where_nothing_that_it_could_choose_runs(monkeypatch):
    monkeypatch.setattr("lntx.training.backends.auto.backends", dict)
    assert "no backend" in find("auto").refuses(lntx.tutorial(), lntx.Recipe(), "cpu")


@pytest.fixture
def probed(monkeypatch, tmp_path):
    """Count how often the machine is probed; what is kept is kept in a folder of the test's own."""
    times = []
    monkeypatch.setattr(probes, "rough", lambda *asked: times.append(asked) or MADE_UP)
    monkeypatch.setattr(kept_limits, "_others", lambda *_: 0.0)
    monkeypatch.setenv(kept_limits.VARIABLE, str(tmp_path / "cache"))
    return times


def test_a_machine_is_probed_once_and_another_number_of_threads_by_itself(probed):
    assert limits("cpu", 2) == limits("cpu", 2) == MADE_UP
    assert probed == [("cpu", 2)]
    limits("cpu", 1)
    assert probed == [("cpu", 2), ("cpu", 1)]


@pytest.mark.parametrize(
    "spoilt", ["", "{", "[]", "null", '{"machine": 1}', '{"limits": {}}', "[" * 9999, "x" * 2**17, "\0"]
)
def test_what_is_damaged_is_probed_anew_and_replaced(probed, tmp_path, spoilt):
    limits("cpu", 2)
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_text()
    file.write_text(spoilt)
    assert limits("cpu", 2) == MADE_UP
    assert len(probed) == 2
    assert file.read_text() == whole
    assert "Delete this file" in whole


def test_limits_of_another_machine_are_not_taken(probed, tmp_path, monkeypatch):
    limits("cpu", 2)
    (file,) = (tmp_path / "cache").iterdir()
    file.write_text(file.read_text().replace('"threads": 2', '"threads": 3', 1))
    limits("cpu", 2)
    monkeypatch.setattr(kept_limits, "_cpu", lambda: "another")
    limits("cpu", 2)
    assert len(probed) == 3


@pytest.mark.parametrize("unkept", ["empty", "a file"])
def test_where_nothing_can_be_kept_each_process_probes(probed, tmp_path, monkeypatch, unkept):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(kept_limits.VARIABLE, "" if unkept == "empty" else str(tmp_path / "file"))
    assert limits("cpu", 2) == limits("cpu", 2) == MADE_UP
    assert len(probed) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_is_probed_while_others_are_at_work_is_not_kept(probed, tmp_path, monkeypatch):
    monkeypatch.setattr(kept_limits, "_others", lambda *_: 0.5)
    assert limits("cpu", 2) == limits("cpu", 2) == MADE_UP
    assert len(probed) == 2
    assert not list(tmp_path.iterdir())


def test_what_others_take_is_what_the_process_did_not(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert kept_limits._others((0.0, 100.0, 5.0), (1.0, 101.5, 6.0)) == pytest.approx(0.25)
    assert kept_limits._others((0.0, 100.0, 5.0), (1.0, 101.0, 6.0)) == 0
