"""What the guard is told of under no name: files by a descriptor or a link, threads of no module's, a tracer that comes back."""

import sys

import pytest
from test_duet_tracing import traced

HEAD = "import _thread\nimport ctypes\nimport json\nimport os\nimport sys\nimport pkg\n\nHERE = os.path.dirname(pkg.__file__)\n"
WAYS = {
    "a folder's descriptor": """
    folder = os.open(HERE, os.O_RDONLY)
    file = os.open("da" + "ta", os.O_RDONLY, dir_fd=folder)
    os.read(file, 9)
    os.close(file)
    os.close(folder)
""",
    "a hard link": """
    os.link(os.path.join(HERE, "da" + "ta"), os.path.join(HERE, "other"))
    with open(os.path.join(HERE, "other")) as file:
        file.read()
    os.remove(os.path.join(HERE, "other"))
""",
    "the text of a link": """
    os.readlink(os.path.join(HERE, "li" + "nk"))
""",
    "a thread of no module's": """
    lock = _thread.allocate_lock()
    lock.acquire()
    def run(released):
        getattr(pkg, "wo" + "rk")()
        released.release()
    _thread.start_new_thread(run, (lock,))
    lock.acquire()
""",
}
COUNTED = {
    "C's own fopen": """
    ctypes.CDLL(None).fopen
""",
    "a tracer that is put back": """
    before = sys.gettrace()
    sys.settrace(None)
    sys.settrace(before)
""",
}


def files(body, *, data="one", result="1"):
    test = f"{HEAD}\ndef target():{body}\ndef test_it(benchmark):\n    benchmark(target)\n"
    return {"pkg/__init__.py": f"def work():\n    return {result}\n", "pkg/data": data, "test_it.py": test}


def fingerprint(folder, texts, link):
    (folder / "base/pkg").mkdir(parents=True)
    (folder / "base/pkg/link").symlink_to(link)
    code = traced(folder, texts)["test_it"]
    assert not code["untraceable"], code
    return {part: code[part] for part in ("modules", "functions", "files")}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_read_or_run_under_no_name_counts(tmp_path, way):
    body = WAYS[way]
    other = {"link": "data2"} if "link" in way else {}
    found = [
        fingerprint(tmp_path / "one", files(body), "data"),
        fingerprint(tmp_path / "two", files(body), "data"),
        fingerprint(tmp_path / "three", files(body, data="two", result="2"), other.get("link", "data")),
    ]
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.parametrize("way", COUNTED)
def test_what_cannot_be_followed_counts_as_changed(tmp_path, way):
    if "tracer" in way and sys.version_info >= (3, 12):
        pytest.skip("no trace function is at work")
    assert traced(tmp_path, files(COUNTED[way]))["test_it"]["untraceable"]


def test_threads_and_doctests_that_set_what_there_was_change_nothing(tmp_path):
    body = """
    import doctest, threading
    thread = threading.Thread(target=pkg.work)
    thread.start()
    thread.join()
    doctest.run_docstring_examples(target, {})
"""
    assert not traced(tmp_path, files(body))["test_it"]["untraceable"]
