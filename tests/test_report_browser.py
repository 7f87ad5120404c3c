"""The page in a real browser: headless Chromium with the network cut off."""

import re
import shutil
import subprocess

import numpy as np
import pytest
import studies
from matplotlib.image import imread

from lntx import report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
]
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND"
THEMES = {"dark": 0, "light": 1}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH; install it to see the page in a browser")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    return report.render([studies.study()], tmp_path_factory.mktemp("page"))


def browse(folder, *arguments):
    command = [CHROMIUM, *FLAGS, OFFLINE, f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def test_all_headings_findings_and_pictures_are_there(rendered, tmp_path):
    done = browse(tmp_path, "--dump-dom", "--enable-logging=stderr", rendered.page.as_uri())
    for heading in ("Findings", "Pictures", "Every cell", "Without a time", "How to read this", "The machine"):
        assert re.search(rf"<h2[^>]*>{heading}</h2>", done.stdout)
    assert done.stdout.count('<svg role="img"') == len(list(rendered.page.parent.glob("figures/*.svg")))
    assert "numpy trains the tutorial fastest" in done.stdout
    assert "CONSOLE" not in done.stderr


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_follows_the_theme_and_is_not_blank(rendered, tmp_path, theme):
    shot = tmp_path / "shot.png"
    look = f"--blink-settings=preferredColorScheme={THEMES[theme]}"
    browse(tmp_path, look, "--window-size=1280,2400", f"--screenshot={shot}", rendered.page.as_uri())
    pixels = imread(shot)[..., :3].mean(axis=2)
    paper = np.median(pixels)
    assert paper > 0.9 if theme == "light" else paper < 0.2
    assert (abs(pixels - paper) > 0.3).mean() > 0.01


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(rendered, tmp_path, width):
    assert width_needed(rendered.page, tmp_path, width) <= width


def width_needed(shown, tmp_path, width):
    # A headless window can't be as narrow as a phone, a frame can; the frame reports what its page needs.
    inner = shown.read_text(encoding="utf-8")
    probe = (
        "<script>addEventListener('load', () => parent.postMessage(document.documentElement.scrollWidth, '*'))</script>"
    )
    (tmp_path / "inner.html").write_text(inner.replace("</body>", probe + "</body>"), encoding="utf-8")
    (tmp_path / "outer.html").write_text(
        "<script>addEventListener('message', (e) => { document.title = 'needs ' + e.data })</script>"
        f'<iframe src="inner.html" style="width:{width}px;height:900px;border:0"></iframe>',
        encoding="utf-8",
    )
    page = (tmp_path / "outer.html").as_uri()
    done = browse(tmp_path, "--window-size=1400,1000", "--virtual-time-budget=5000", "--dump-dom", page)
    return int(re.search(r"<title>needs (\d+)</title>", done.stdout).group(1))
