"""How Sphinx makes the pages (`nox -s docs`). Its source is the whole repository: pages link to each other as they lie there."""

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the extensions, and lntx as it lies here

import lntx  # noqa: E402  (it is found since the line above)

project, author, copyright = "lntx", "The lntx maintainers", "the lntx maintainers"  # noqa: A001  (Sphinx's word for it)
version = release = lntx.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "extensions.backends", "extensions.docstrings"]
root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "reports/**",
    "README.md",
    "README.zh.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "SKILL.md",
    ".github/CONTRIBUTING.md",
]
exclude_patterns = [
    ".git",
    ".nox",
    ".venv",
    "results",
    "**/__pycache__",
    "reports/*/table.md",
]  # the last are in no commit

myst_heading_anchors = 4  # GitHub's anchors, which the pages use

nb_custom_formats = {".nb.py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "force"  # pictures and numbers are those of this very build
nb_execution_raise_on_error = True
nb_execution_timeout = 900  # seconds of a cell: 100,000 steps of plain PyTorch take up to a minute
nb_merge_streams = True

autodoc_inherit_docstrings = False  # torch's are written for its own pages
autodoc_typehints_format = "short"
autodoc_class_signature = "mixed"
python_use_unqualified_type_names = True

html_theme = "furo"
html_extra_path = ["front"]  # leads from the folder to the first page
html_title = f"lntx {release}"
html_show_sourcelink = False
html_copy_source = False


def setup(app: Any) -> None:
    """Let each page say what those need who hear it read aloud; after the theme, which fills most of it in."""
    app.connect("html-page-context", _heard, priority=900)


def _heard(_app: Any, page: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Add what Sphinx leaves out: the language of Chinese pages, levels of headings, keys where there is to scroll."""
    if page.endswith((".zh", "/chinese")):
        context["language"] = "zh-CN"
    chapters = "furo_navigation_tree"
    context[chapters] = context.get(chapters, "").replace('role="heading"', 'role="heading" aria-level="2"')
    body = context.get("body", "").replace("<pre", '<pre tabindex="0"')
    context["body"] = body.replace('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper')
