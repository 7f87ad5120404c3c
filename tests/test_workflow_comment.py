"""The comment on a pull request: what the workflow that may write makes of an artifact that anybody's code has made."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support import gate_results as samples

from lntx.report.gate import summary

yaml = pytest.importorskip("yaml")
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="the workflow's script is JavaScript")

FILE = Path(__file__).parents[1] / ".github" / "workflows" / "gate-comment.yml"
SCRIPT = yaml.safe_load(FILE.read_text(encoding="utf-8"))["jobs"]["comment"]["steps"][-1]["with"]["script"]
HARNESS = """
const Script = Object.getPrototypeOf(async function () {}).constructor;
const run = { head_sha: 'abcdef0123456789', html_url: 'https://example.org/run', conclusion: 'success' };
const context = { repo: { owner: 'o', repo: 'r' }, payload: { workflow_run: run } };
const pulls = [{ state: 'open', head: { sha: run.head_sha }, number: 7 }];
const made = [];
const rest = {
  repos: { listPullRequestsAssociatedWithCommit: async () => ({ data: pulls }) },
  issues: { createComment: async (one) => made.push(one), updateComment: async (one) => made.push(one) },
};
const script = require('fs').readFileSync('script.js', 'utf8');
new Script('github', 'context', 'require', script)({ rest, paginate: async () => [] }, context, require)
  .then(() => process.stdout.write(JSON.stringify(made)));
"""


@pytest.fixture
def comment(tmp_path):
    """Make the comment of a summary, given as text or bytes; None where the artifact has none."""
    (tmp_path / "script.js").write_text(SCRIPT)
    (tmp_path / "harness.js").write_text(HARNESS)
    (tmp_path / "gate").mkdir()

    def make(text=None):
        if text is not None:
            (tmp_path / "gate" / "summary.md").write_bytes(text if isinstance(text, bytes) else text.encode())
        done = subprocess.run(
            [NODE, "harness.js"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
        )
        (one,) = json.loads(done.stdout)
        assert one["issue_number"] == 7
        body = one["body"]
        assert body.startswith("<!-- lntx gate -->\n")
        assert len(body) < 65_536  # what GitHub takes
        return body

    return make


def outside(body):
    """Take what is no TOML to be copied, the mark at the beginning and the link at the end."""
    text = body.removeprefix("<!-- lntx gate -->\n").rpartition("\n\n[The run, with its page")[0]
    return re.sub(r"(?ms)^```toml\n.*?^```$", "", text)


def test_what_lntx_wrote_is_shown_as_it_is(comment):
    text = summary(samples.everything())
    body = comment(text)
    assert [line for line in text.splitlines() if line] == [
        line for line in body.split("\n")[1:] if line and not line.startswith(("So says", "[The run"))
    ]
    assert "So says the request's own run, which its code could change." in body


HOSTILE = """## ok
<img src=https://e.org/x.png> <script>x</script> <a href="https://e.org">x</a> <details open> <!-- x
![a](https://e.org/a.png) [b](https://e.org) \\[c](d) \\\\[e](https://e.org) [f]: https://e.org
https://e.org www.e.org mailto:x@e.org @user @org/team &#64;user #12 o/r#3 GH-4 !5 `@code` $x$ ~~y~~
```js
<b>[a](b)</b>
```
~~~
[a](b)
~~~
<details><summary>fine</summary>
<details><summary><b>not</b></summary>
```toml
name = "<b>[a](b)"
````
[a](b)
\u2028[a](b)\r[a](b)
```
[a](b) \x00\x1b[31m\u202e
</details>
</details>
"""


def test_nothing_but_text_is_left_of_what_is_hostile(comment):
    body = comment(HOSTILE)
    text = outside(body)
    assert re.findall(r"<[^>\n]*>", text) == ["<details>", "<summary>", "</summary>", "</details>"]
    bare = re.sub(r"\\.", "", text)
    assert not re.search(r"[\[\]`~$]", bare)
    assert not re.search(r"https?://|www\.|mailto:\w|@\w|#\d|GH-\d|!\d", text)
    assert not re.search(r"&(?!(amp|lt|gt);)", text)
    assert not re.search("[\x00\x0d\x1b\u2028\u202e]", body)
    assert body.count("<details>") == body.count("</details>") == 1


def test_a_part_that_is_left_open_is_closed(comment):
    body = comment("<details><summary>a</summary>\n\n```toml\na = 1\n")
    text = body.partition("\n\nSo says")[0]
    assert text.endswith("\n```\n\n</details>")


@pytest.mark.parametrize("text", ["&" * 500_000, "line\n" * 200_000, "<details><summary>a</summary>\n" * 20_000])
def test_a_long_one_is_cut_and_says_so(comment, text):
    assert "The rest is cut off" in comment(text)


@pytest.mark.parametrize("text", [None, "x" * (2**20 + 1)], ids=["none", "too large"])
def test_without_a_usable_summary_it_says_that_there_is_no_answer(comment, text):
    assert "The gate gave no answer for abcdef012: its log says why." in comment(text)


def test_no_link_is_followed(comment, tmp_path):
    (tmp_path / "secret").write_text("token")
    (tmp_path / "gate" / "summary.md").symlink_to(tmp_path / "secret")
    assert "token" not in comment()


def test_bytes_of_any_kind_make_a_comment(comment):
    comment(bytes(range(256)) * 4)
