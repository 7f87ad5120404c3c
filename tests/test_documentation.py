"""The pages that Sphinx makes: what is made of the code is whole, and in a browser they stand in nobody's way."""

import os
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from support.browser import needed, needs, shown, violations

import lntx
from lntx.training import backends

ROOT = Path(__file__).parents[1]
MADE = "LNTX_DOCS"
"""Names the folder of pages that are made already, as nox -s docs does."""
PAGES = (
    "docs/index",
    "docs/start",
    "docs/tutorial/english",
    "docs/tutorial/chinese",
    "docs/api",
    "docs/backends",
    "docs/loops",
    "README",
)
WIDTHS = {"phone": 390, "desk": 1280}


def extension(name):
    """Read one of Sphinx's extensions as a module; none of them needs Sphinx for that."""
    spec = spec_from_file_location(f"extension_{name}", ROOT / "docs" / "extensions" / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_on_backends_has_each_with_its_label_its_class_and_its_algebra():
    made = extension("backends")
    assert made.MARK in (ROOT / "docs/backends.md").read_text(encoding="utf-8")
    page = made.described()
    parts = dict(re.findall(r"^### (\S+)\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL))
    every = backends.included()
    assert parts.keys() == {name for name in every if ":" not in name}
    for name, one in every.items():
        assert one.label in parts[name.partition(":")[0]]
    assert [name for name, part in parts.items() if len(part.split("\n\n")) < 4] == []  # label, algebra, source
    classes = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert classes == ["Those that do every step", "Those that go by algebra"]


def test_docstrings_become_what_sphinx_reads():
    lines = ["Take `a_b` and x_1 * y | z.", "", "    problem = lntx.tutorial()", "", "Then."]
    assert extension("docstrings").translated(lines) == [
        "Take ``a_b`` and x\\_1 \\* y \\| z.",
        "",
        ".. code-block:: python",
        "",
        "    problem = lntx.tutorial()",
        "",
        "Then.",
    ]


@pytest.fixture(scope="module")
def made():
    if not os.environ.get(MADE):
        pytest.skip("nox -s docs makes the pages, and looks at them then")
    return Path(os.environ[MADE])


@pytest.mark.end_to_end
@needed
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_in_nobodys_way(made, chromium, name, width, theme):
    with shown(chromium, made / f"{name}.html", width, theme) as page:
        assert needs(page) <= width
        assert [said for said in page.complaints if not said.startswith("asked for file:")] == []
        assert violations(page) == []  # asks for styles itself, which files may not


@pytest.mark.end_to_end
@needed
def test_every_page_is_free_of_what_is_serious(made, chromium):
    found = {}
    for path in sorted(made.rglob("*.html")):
        if path.stem not in {"genindex", "py-modindex", "search"} and path != made / "index.html":
            with shown(chromium, path) as page:
                found[path.relative_to(made).as_posix()] = violations(page)
    assert len(found) > 20
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.end_to_end
@pytest.mark.parametrize("language", ["english", "chinese"])
def test_the_tutorial_is_published_with_its_pictures(made, language):
    text = (made / f"docs/tutorial/{language}.html").read_text(encoding="utf-8")
    pictures = re.findall(r"<img alt=\"([^\"]+)\"", text)
    assert len([alt for alt in pictures if not alt.startswith("../../_images")]) == 3
    assert ('lang="zh-CN"' in text) == (language == "chinese")


@pytest.mark.end_to_end
def test_the_public_face_is_whole_on_its_page(made):
    text = (made / "docs/api.html").read_text(encoding="utf-8")
    assert [name for name in lntx.__all__ if f'id="lntx.{name}"' not in text] == []
