"""What the pages show: every command and example runs, or says why not, and all name commands and options that there are."""

import ast
import contextlib
import io
import os
import re
import warnings

import pytest
import typer
from support import newcomer
from support.commandline import lntx_says
from support.pages import PAGES, ROOT, blocks, commands, mentioned, same

from lntx.cli import app, gate_parts
from lntx.judge import gate_file
from lntx.judge.acknowledgements import FILE

EVERY = {page: blocks(page) for page in PAGES}
ALL = [block for page in EVERY.values() for block in page]
PARSER = typer.main.get_command(app)
HANDED_ON = {"bench": "bench", "gate": "gate", "report": "report"}
"""Sessions of nox whose arguments go to a command of lntx's."""


def sessions():
    """The names of nox's sessions."""
    for node in ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body:
        for made in getattr(node, "decorator_list", ()):
            named = [word.value.value for word in getattr(made, "keywords", ()) if word.arg == "name"]
            yield named[0] if named else node.name


SESSIONS = set(sessions())


def left_to_chance(page):
    """The blocks of a page that nobody runs, and that don't say why."""
    ran = False  # a text shows what the block before it prints
    for block in page:
        excused = block.marks.get("not run") or block.recipe or "file" in block.marks
        if not (excused or block.kind in {"console", "python"} or (block.kind == "text" and ran)):
            yield str(block)
        ran = block.kind == "python" and not excused


def test_every_example_is_run_or_says_why_not():
    assert len(ALL) > 30
    assert [name for page in EVERY.values() for name in left_to_chance(page)] == []


def wrong(words):
    """What is wrong with a command, but for what its values mean; None for one of a program that isn't ours."""
    program = words[0].rpartition("/")[2]
    if program == "nox":
        cut = words.index("--") if "--" in words else len(words)
        asked, handed = words[words.index("-s") + 1 : cut], words[cut + 1 :]
        unknown = [f"nox has no session {name}" for name in asked if name not in SESSIONS]
        refused = [_refused(HANDED_ON[name], handed) for name in asked if handed and name in HANDED_ON]
        return next(filter(None, unknown + refused), None)
    return _refused(words[1], words[2:]) if program == "lntx" else None


def _refused(command, arguments):
    if command not in PARSER.commands:
        return f"lntx has no command {command}"
    try:
        PARSER.commands[command].make_context(command, gate_parts.gathered([command, *arguments])[1:]).close()
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return error.format_message()
    return None


def test_commands_on_pages_are_taken_by_the_parser():
    lines = [(str(block), line) for block in ALL if block.kind == "console" for line, _ in block.exchanges]
    told = [(*place, found) for place in lines for words in commands(place[1]) if (found := wrong(words))]
    assert told == []


WRONG = (
    "lntx trian",
    "lntx bench --profil smoke",
    "lntx bench --profile tiny",
    "lntx merge --out",
    "nox -s benhc",
    "nox -s bench -- --profil x",
)
RIGHT = (
    "nox -s bench -- --profile smoke",
    "nox -s tests lint",
    "lntx gate main -- benchmarks -k parse",
    "pip install .",
)


def test_a_command_that_isnt_there_or_has_no_such_option_is_found():
    assert [line for line in WRONG if not wrong(line.split())] == []
    assert [line for line in RIGHT if wrong(line.split())] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_within_sentences_are_there_with_their_options(page):
    unknown = []
    for words in mentioned(page):
        name = words[1] if len(words) > 1 else "@"
        if name == "@":  # lntx itself, or a requirement of pip's
            continue
        command = PARSER.commands.get(name, PARSER if name.startswith("-") else None)
        known = {option for one in getattr(command, "params", ()) for option in (*one.opts, *one.secondary_opts)}
        options = {
            word.partition("=")[0]
            for word in words[1 : words.index("--") if "--" in words else None]
            if word.startswith("-")
        }
        if command is None or not options <= {*known, "--help"}:
            unknown.append(" ".join(words))
    assert unknown == []


class Reader:
    """Somebody who types what stands on a page, in a folder with what it takes."""

    def __init__(self, folder):
        self.folder, self.printed = folder, ""

    def does(self, block):
        """Do what a block shows, and hold what it prints against what the page says."""
        if name := block.marks.get("file"):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(block.text, encoding="utf-8")
            if name == FILE:
                assert gate_file.read(self.folder / name).budget
            else:
                printing(block.text)  # it can be imported
        elif block.kind == "console":
            for line, printed in block.exchanges:
                for words in commands(line):
                    self._types(block, words, same("\n".join(printed)))
        elif block.kind == "python":
            self.printed = printing(block.text)
        else:
            assert same(self.printed) == same(block.text), block

    def _types(self, block, words, printed):
        assert words[0] == "lntx", f"{block}: only lntx is run; say why {words[0]} isn't, by <!-- not run: WHY -->"
        said = lntx_says(*words[1:])
        told = f"{block}: {' '.join(words)}\n{said.out}{said.err}"
        assert said.code not in {1, 2}, told
        lines = iter(same(said.out) + same(said.err))
        assert [line for line in printed if line not in lines] == [], told


def printing(code):
    """Run Python, and return what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what was found in a table is told so
        exec(code, {"__name__": "page"})
    return printed.getvalue()


def runs(block, *, slow):
    if "not run" in block.marks or block.recipe:
        return False
    return "file" in block.marks or ("end to end" in block.marks) == slow


def with_some(*, slow):
    """The pages that have something to run at all."""
    return [
        page
        for page, found in EVERY.items()
        if any(runs(block, slow=slow) and "file" not in block.marks for block in found)
    ]


@pytest.mark.parametrize("page", with_some(slow=False))
def test_a_page_s_examples_run_and_print_what_it_says(page, tmp_path, monkeypatch):
    newcomer.homes(tmp_path)
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path)
    for block in EVERY[page]:
        if runs(block, slow=False):
            reader.does(block)


@pytest.mark.end_to_end
@pytest.mark.parametrize("page", with_some(slow=True))
def test_a_page_s_longer_examples_run(page, tmp_path, monkeypatch):
    folder = newcomer.project(tmp_path / "here")
    newcomer.homes(folder)
    if not any("lntx bench" in block.text for block in EVERY[page]):  # its results are its own
        newcomer.results(folder)
    monkeypatch.chdir(folder)
    reader = Reader(folder)
    for block in EVERY[page]:
        if runs(block, slow=True):
            reader.does(block)


def test_a_page_may_not_leave_a_block_out_in_silence(tmp_path, monkeypatch):
    page = "<!-- not run -->\n```console\n$ lntx x\n```\n\n```toml\na = 1\n```\n\n<!-- not run: so -->\n```yaml\na: 1\n```\n"
    (tmp_path / "page.md").write_text(page)
    monkeypatch.setattr("support.pages.ROOT", tmp_path)
    found = blocks("page.md")
    assert [sorted(block.marks) for block in found] == [["not run"], [], ["not run"]]
    assert list(left_to_chance(found)) == ["page.md:6"]
    assert found[0].exchanges == [("lntx x", [])]


FIRST = re.compile(r"(?<=\n```console\n)\$ (lntx train [^\n]*)\n(.*?)(?=```)", re.DOTALL)


def test_the_first_command_of_the_readme_prints_all_that_stands_below_it():
    """Where LNTX_UPDATE_GOLDEN is set, what it prints is written there, in both languages."""
    line, shown = FIRST.search((ROOT / "README.md").read_text(encoding="utf-8")).groups()
    (words,) = commands(line)
    said = lntx_says(*words[1:])
    if os.environ.get("LNTX_UPDATE_GOLDEN"):
        shown = "".join(f"{one.rstrip()}\n" for one in said.out.splitlines())
        for name in ("README.md", "README.zh.md"):
            text = (ROOT / name).read_text(encoding="utf-8")
            (ROOT / name).write_text(FIRST.sub(lambda found: f"$ {found[1]}\n{shown}", text, count=1), encoding="utf-8")
    assert same(said.out) == same(shown)


def without_comments(block):
    """A block as both languages have it."""
    if block.kind != "console":
        return block.text
    return [(list(commands(line)), printed) for line, printed in block.exchanges]


def test_the_readme_in_chinese_has_the_commands_code_links_and_parts_of_the_readme():
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))
    here, there = blocks("README.md"), blocks("README.zh.md")
    assert [(one.kind, one.marks, without_comments(one)) for one in here] == [
        (one.kind, one.marks, without_comments(one)) for one in there
    ]
    for pattern in (r"^#+(?= )", r"`[^`\n]+`", r"(?<=\]\()[^)]+"):
        found = [sorted(re.findall(pattern, outside(text), re.MULTILINE)) for text in (english, chinese)]
        own = [
            sorted(one.replace("english.nb", "chinese.nb").replace("README.zh.md", "README.md") for one in each)
            for each in found
        ]
        assert own[0] == own[1]


def outside(text):
    """A page without its blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
