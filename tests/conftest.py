"""What several files of tests share."""

import pytest
from support.browser import CHROMIUM, OFFLINE


@pytest.fixture(scope="module")
def chromium():
    """A browser, started once for a file of tests."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", OFFLINE])
        yield browser
        browser.close()
