"""What several files of tests share."""

import pytest
from hypothesis import HealthCheck, settings
from support.browser import CHROMIUM, OFFLINE

from lntx.host import locks

# How long an example takes says how busy the machine is, and nothing of lntx.
settings.register_profile("lntx", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lntx")

LONG = (
    "test_arrays.py::test_a_file_larger_than_the_memory_limit_is_trained",
    "test_cli_backends.py::test_a_dropped_in_file_is_a_backend",
    "test_cli_train.py::test_the_tutorial_reaches_its_weights[eager]",
    "test_cli_verify.py::test_a_backend_that_always_dies_or_hangs_is_given_up",
    "test_cli_verify.py::test_a_backend_that_breaks_when_it_is_loaded_costs_no_other_result",
    "test_cli_verify.py::test_a_grandchild_that_holds_the_pipe_keeps_nobody_waiting",
    "test_cli_verify.py::test_every_planted_error_is_found",
    "test_cli_verify.py::test_the_backend_that_chooses_loads_nothing_of_a_strangers",
    "test_cli_verify.py::test_weights_that_disagree_decide_the_exit_code_though_others_crash",
    "test_duet_counting.py::",
    "test_duet_memory.py::test_equal_code_has_the_same_in_every_process",
    "test_duet_tracing.py::",
    "test_isolation.py::test_lntxs_own_backends_change_nothing_though_numba_is_loaded",
    "test_isolation.py::test_the_same_seed_gives_the_same_bits_in_every_process",
    "test_judge_simulation.py::test_a_suite_of_equal_code_raises_an_alarm_in_one_of_a_hundred_at_most",
    "test_report_browser.py::test_nothing_serious_stands_in_anybodys_way[desk-light]",
    "test_report_foreign_page.py::test_everything_fits_and_nothing_overlaps",
    "test_report_page.py::test_partial_studies_give_a_page",
    "test_reports.py::test_a_published_page_follows_from_its_records[c",
    "test_triton.py::test_its_kernels_pass_their_own_tests_in_the_interpreter[some1]",
)
"""What takes a third of the whole suite's time, by how its names begin: left to `nox -s end-to-end`."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what takes long, before what was asked for is chosen."""
    for item in items:
        if item.nodeid.rpartition("tests/")[2].startswith(LONG):
            item.add_marker(pytest.mark.end_to_end)


@pytest.fixture(scope="session", autouse=True)
def _locks(tmp_path_factory):
    """Tests that run side by side measure nothing that counts: the lock of each process of pytest's is its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(locks.VARIABLE, str(tmp_path_factory.mktemp("locks")))
        patch.setenv("LNTX_CACHE", str(tmp_path_factory.mktemp("cache")))  # nothing is left in the user's own
        yield


@pytest.fixture(scope="module")
def chromium():
    """A browser, started once for a file of tests."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", OFFLINE])
        yield browser
        browser.close()
