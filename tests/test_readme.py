"""What pages say of files, extras and counts is so."""

import re
import tomllib
from pathlib import Path

import pytest
from support.pages import blocks

import lntx
from lntx.training.backends import find

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = sorted(
    (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/tutorial/*.py"), ROOT / ".github/CONTRIBUTING.md")
)


def test_the_example_of_a_backend_is_one(tmp_path, monkeypatch):
    (example,) = (block for block in blocks("docs/backends.md") if block.marks.get("file") == "textbook.py")
    (tmp_path / "textbook.py").write_text(example.text, encoding="utf-8")
    monkeypatch.setattr("lntx.training.backends.__path__", [*lntx.training.backends.__path__, str(tmp_path)])
    assert find("textbook").label == "Textbook: plain SGD as a formula"
    problem, recipe = lntx.synthetic(20, 3), lntx.Recipe(lr=0.05, epochs=5, batch_size=7, shuffle=True)
    assert lntx.verify(problem, recipe, "textbook").ok
    with pytest.raises(lntx.Refused, match="it knows plain SGD alone"):
        lntx.train(problem, recipe.but(momentum=0.9), "textbook")


def test_the_extras_that_pages_and_messages_name_are_there():
    root = README.parent
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = [
        path.read_text(encoding="utf-8") for path in (README, *root.glob("docs/*.md"), *(root / "lntx").rglob("*.py"))
    ]
    named = {extra for text in texts for extra in re.findall(r"(?:lntx|'\.)\[([a-z]+)\]", text)}
    assert {"train", "figures"} <= named <= project["optional-dependencies"].keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_links_to_is_there(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).is_file()] == []


def test_every_page_is_a_chapter():
    trees = re.findall(r"```{toctree}\n.*?```", (ROOT / "docs" / "index.md").read_text(encoding="utf-8"), re.DOTALL)
    entries = {re.sub(r".*<(.*)>", r"\1", line) for tree in trees for line in tree.splitlines()}
    chapters = [path.stem for path in ROOT.glob("docs/*.md") if path.stem != "index"]
    assert len(chapters) > 10
    assert [name for name in chapters if not entries & {name, f"{name}*"}] == []


def test_the_counts_in_the_page_on_proofs_are_those_published():
    root = README.parent
    published = (root / "reports" / "redteam" / "counts.md").read_text().splitlines()
    page = (root / "docs" / "proof.md").read_text().partition("## Counts")[2]
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert rows
    assert set(rows) <= set(published)
