"""What several files of tests share."""

import pytest
from hypothesis import HealthCheck, settings
from support.browser import CHROMIUM, OFFLINE

from lntx.host import locks

# How long an example takes says how busy the machine is, and nothing of lntx.
settings.register_profile("lntx", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lntx")


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
