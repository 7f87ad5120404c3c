"""Why a process was killed, as far as the machine tells."""

from lntx.host import memory
from lntx.measure import process


def test_killings_are_read_where_linux_counts_them(tmp_path, monkeypatch):
    counts = tmp_path / "vmstat"
    monkeypatch.setattr(memory, "_COUNTS", counts)
    assert memory.killings() is None
    counts.write_text("pgfault 12\noom_kill_other 3\n")
    assert memory.killings() is None
    counts.write_text("pgfault 12\noom_kill 41\nzone 1\n")
    assert memory.killings() == 41
    assert memory.free_gib() > 0


def test_who_killed_a_process_is_said_as_far_as_it_is_known(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "killings", lambda: 7)
    monkeypatch.setattr(memory, "free_gib", lambda: 3.21)
    started = process.start(["-c", "import os; os.kill(os.getpid(), 9)"], tmp_path / "events.jsonl", env={})
    started.killings = 7
    started.process.wait()
    started.kill()
    assert started.killed
    begun = "its process was killed by SIGKILL, "
    others = "a person, or what limits this job"
    assert started.exit_message() == f"{begun}not for lack of memory (3.2 GiB of memory are free now): by {others}"
    monkeypatch.setattr(memory, "killings", lambda: 8)
    assert started.exit_message() == f"{begun}as the system ran out of memory"
    monkeypatch.setattr(memory, "killings", lambda: None)
    assert started.exit_message().startswith(f"{begun}by whom isn't known: ")


def test_what_lntx_ends_itself_was_not_killed_from_outside(tmp_path):
    started = process.start(["-c", "import time; time.sleep(600)"], tmp_path / "events.jsonl", env={})
    started.kill()
    assert not started.killed
