"""fit.plot() and study.plot() give axes, drawn as the report draws, and say what there is where there is nothing to draw."""

import sys

import pytest
from support import studies

import lntx
from lntx.errors import InputError, MissingExtra

pytest.importorskip("seaborn")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes


@pytest.fixture(autouse=True)
def _closed(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def fit():
    return lntx.train(lntx.tutorial(), lntx.Recipe(epochs=20, log_every=5), "numpy")


def test_a_fit_draws_its_losses(fit):
    axes = fit.plot()
    assert isinstance(axes, Axes)
    (line,) = axes.get_lines()
    assert line.get_xdata().tolist() == [0, 5, 10, 15, 20]
    assert line.get_ydata().tolist() == fit.losses.tolist()
    assert axes.get_yscale() == "log"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epochs", "mean squared error")


def test_it_draws_on_the_axes_that_it_is_given_and_leaves_the_caller_s_style(fit):
    before = dict(plt.rcParams)
    figure, axes = plt.subplots()
    assert fit.plot(ax=axes) is axes
    assert plt.get_fignums() == [figure.number]
    assert dict(plt.rcParams) == before


def test_a_loss_of_zero_is_drawn_too():
    from lntx import plotting  # noqa: PLC0415  (where seaborn is there)

    assert plotting.of_losses([0, 1], [1.0, 0.0]).get_yscale() == "linear"


def test_a_study_draws_its_pictures_by_their_names(tmp_path):
    study = studies.study()
    first = study.plot()
    assert first.get_xlabel() == study.plot("ladder").get_xlabel()
    assert isinstance(study.plot("features"), Axes)
    figure = study.plot("agreement").figure
    figure.savefig(tmp_path / "agreement.png")
    assert (tmp_path / "agreement.png").stat().st_size > 5000


def test_what_it_hasn_t_got_is_said_with_what_there_is():
    study = studies.study()
    with pytest.raises(InputError, match=r"there is no picture 'nothing'; there are .*ladder"):
        study.plot("nothing")
    with pytest.raises(InputError, match=r"nothing for the picture 'roofline'; it has .*ladder"):
        study.plot("roofline")
    with pytest.raises(InputError, match="the picture features has no part 'x'; it has "):
        study.plot("features", "x")
    with pytest.raises(InputError, match="this study has no picture"):
        lntx.Study(()).plot()


def test_another_project_s_file_draws_its_benchmarks():
    assert isinstance(studies.foreign().plot(), Axes)


def test_a_study_is_read_by_its_file_or_its_folder(tmp_path):
    from lntx import storage  # noqa: PLC0415

    made = studies.study(records=tuple(list(studies.records(("manual",), 1))[:2]))
    storage.write(made, tmp_path / "study.json")
    assert lntx.read_study(tmp_path) == lntx.read_study(str(tmp_path / "study.json")) == made
    for wrong in (tmp_path / "nowhere", 3, None, "a\0b"):
        with pytest.raises(InputError):
            lntx.read_study(wrong)


@pytest.mark.parametrize("draw", [lambda fit, _: fit.plot(), lambda _, study: study.plot()], ids=["fit", "study"])
def test_without_what_draws_that_is_said(fit, monkeypatch, draw):
    monkeypatch.setitem(sys.modules, "seaborn", None)
    with pytest.raises(
        MissingExtra, match=r"plot\(\) needs seaborn, which is not installed here: pip install 'lntx\[figures\]'"
    ):
        draw(fit, studies.study())
