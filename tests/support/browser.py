"""Pages in a real browser: headless Chromium with the network cut off, driven by Playwright."""

import shutil
from contextlib import contextmanager

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND"
needed = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH; install it to see the page in a browser")

# Words that lie on one another, by the pictures they are in: a pixel or two is the room around letters.
OVERLAPS = """
() => [...document.querySelectorAll("figure")].flatMap((figure) => {
  const words = [...figure.querySelectorAll("svg text")].filter((text) => text.textContent.trim())
    .map((text) => [text.textContent.trim(), text.getBoundingClientRect()]);
  return words.flatMap(([one, a], i) => words.slice(0, i)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
    .map(([other]) => `${figure.id}: ${one} / ${other}`));
})
"""


@contextmanager
def shown(chromium, path, width=1280, theme="light", *, script=True):
    """Open a page; what it complains of, and what it asks a network for, is in `complaints` afterwards and meanwhile."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=script, accept_downloads=True
    )
    try:
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: _asked(page, request.url, path))
        page.goto(path.as_uri())
        yield page
    finally:
        context.close()


def _asked(page, url, path):
    if url != path.as_uri() and not url.startswith(("data:", "blob:")):
        page.complaints.append(f"asked for {url}")


def needs(page):
    """How wide a page has to be for nothing to stick out."""
    return page.evaluate("document.documentElement.scrollWidth")


def violations(page):
    """What axe finds that is serious or worse, with the places."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
