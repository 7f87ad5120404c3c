"""A study's shards as jobs: what CONFIG.toml may say, which jobs run, what becomes of one that fails."""

import json
import sys
from pathlib import Path

import pytest
from support.commandline import lntx_says

from lntx.errors import InputError, LntxError, MissingExtra
from lntx.measure import submission
from lntx.measure.submission import Submission, submitted

WHOLE = {"lntx": {"about": {"complete": True}}}


class Handle:
    """A job that is over at once, as submitit's are asked."""

    def __init__(self, number, error=None, log=""):
        self.job_id, self.error, self.log = number, error, log

    def done(self):
        return True

    def stdout(self):
        return self.log

    def stderr(self):
        return None

    def exception(self):
        return self.error


class Cluster:
    """Stands in for submitit: each job writes its shard's study, or fails as it was told."""

    def __init__(self, failing=()):
        self.commands, self.failing, self.parameters = [], list(failing), {}
        self.helpers = type("helpers", (), {"CommandFunction": staticmethod(lambda command: command)})

    def AutoExecutor(self, folder, cluster):  # noqa: N802
        self.folder, self.cluster = folder, cluster
        return self

    def update_parameters(self, **parameters):
        self.parameters = parameters

    def submit(self, command):
        self.commands.append(command)
        number = len(self.commands)
        if number in self.failing:
            return Handle(number, RuntimeError("it was killed"), "lntx: out of memory\n")
        folder = command[command.index("-o") + 1]
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / "study.json").write_text(json.dumps(WHOLE))
        return Handle(number)


@pytest.fixture
def cluster(monkeypatch):
    def made(**options):
        found = Cluster(**options)
        monkeypatch.setattr(submission, "_submitit", lambda: found)
        return found

    return made


def config(tmp_path, text):
    path = tmp_path / "cluster.toml"
    path.write_text(text)
    return path


def test_the_file_says_how_many_shards_and_what_submitit_is_to_know(tmp_path):
    text = 'shards = 4\nparallel = 2\n[executor]\ncluster = "local"\ntimeout_min = 5\nslurm_partition = "cpu"\n'
    found = submission.read(config(tmp_path, text))
    assert found == Submission(
        shards=4, parallel=2, cluster="local", parameters={"timeout_min": 5, "slurm_partition": "cpu"}
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "doesn't say how many shards"),
        ("shards = ", "is not TOML"),
        ("shards = 0", "shards must be a whole number from 1"),
        ('shards = "4"', "shards must be a whole number"),
        ("shards = true", "shards must be a whole number"),
        ("shards = 4\nretries = -1", "retries must be a whole number from 0"),
        ("shards = 4\nqueue = 1", "unknown key 'queue'"),
        ("shards = 4\nexecutor = 1", "executor isn't a table"),
        ('shards = 4\n[executor]\ncluster = "pbs"', "executor.cluster must be slurm or local"),
    ],
)
def test_what_the_file_can_not_say_is_refused_in_a_line_that_names_it(text, said, tmp_path):
    with pytest.raises(InputError, match=r"cluster\.toml") as refused:
        submission.read(config(tmp_path, text))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    with pytest.raises(InputError, match="can't read"):
        submission.read(tmp_path / "nothing.toml")


def test_each_shard_is_a_job_of_the_same_command(cluster, tmp_path):
    there, said = cluster(), []
    jobs = submitted(Submission(shards=3), ["--profile", "smoke"], tmp_path, said.append)
    assert [job.whole for job in jobs] == [True] * 3
    assert [command[4:9] for command in there.commands] == [
        ["bench", "--profile", "smoke", "--shard", f"{i}/3"] for i in (1, 2, 3)
    ]
    assert there.cluster == "slurm"
    assert said == [f"shard {i}/3 is measured" for i in (1, 2, 3)]


def test_a_job_that_fails_is_told_and_submitted_again_and_no_other_is_touched(cluster, tmp_path):
    there, said = cluster(failing=[2]), []
    jobs = submitted(Submission(shards=3), [], tmp_path, said.append)
    assert all(job.whole for job in jobs)
    assert len(there.commands) == 4
    assert "shard 2/3 failed (out of memory); it is submitted again, to go on where it stopped" in said


def test_what_fails_again_and_again_is_given_up_and_the_others_stay(cluster, tmp_path):
    cluster(failing=[1, 4])
    jobs = submitted(Submission(shards=3), [], tmp_path, lambda _: None)
    assert [job.whole for job in jobs] == [False, True, True]
    assert list(submission.missing(jobs)) == ["shard 1: out of memory"]


def test_a_job_that_had_begun_goes_on(cluster, tmp_path):
    there = cluster()
    (tmp_path / "shard-1-of-2" / ".lntx-study").mkdir(parents=True)
    (tmp_path / "shard-1-of-2" / ".lntx-study" / "plan.json").write_text("{}")
    submitted(Submission(shards=2), ["--profile", "smoke"], tmp_path, lambda _: None)
    assert "--resume" in there.commands[0]
    assert "--shard" not in there.commands[0]


def test_shards_that_are_there_are_not_measured_again(cluster, tmp_path):
    submitted(Submission(shards=2), [], tmp_path, cluster() and (lambda _: None))
    there, said = cluster(), []
    submitted(Submission(shards=2), [], tmp_path, said.append)
    assert there.commands == []
    assert said == ["2 of 2 shards are there already, and stay"]


def test_a_cluster_that_takes_nothing_and_parameters_that_it_does_not_know_are_lines(cluster, tmp_path):
    there = cluster()
    there.submit = lambda _: (_ for _ in ()).throw(FileNotFoundError("sbatch"))
    with pytest.raises(LntxError, match="the cluster takes no job: FileNotFoundError: sbatch"):
        submitted(Submission(shards=2), [], tmp_path, lambda _: None)
    there.update_parameters = lambda **_: (_ for _ in ()).throw(NameError("unknown argument"))
    with pytest.raises(InputError, match=r"doesn't take \[executor\] as it is"):
        submitted(Submission(shards=2), [], tmp_path, lambda _: None)


def test_without_submitit_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "submitit", None)
    with pytest.raises(MissingExtra, match=r"lntx\[train,slurm\]"):
        submission._submitit()


def test_the_words_of_the_command_reach_the_jobs(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(submission, "submitted", lambda asked, words, *_: seen.append((asked.shards, words)) or [])
    file = config(tmp_path, "shards = 2")
    words = [
        "--profile",
        "smoke",
        "--backend",
        "numpy",
        "--backend",
        "manual",
        "--suite",
        "tutorial",
        "--no-standardize",
    ]
    lntx_says("bench", *words, "--submit", file, "-o", tmp_path / "out", "--json")
    assert [(count, sorted(given)) for count, given in seen] == [(2, sorted(words))]
    for option in (("--shard", "1/2"), ("--resume",)):
        said = lntx_says("bench", *option, "--submit", file, "-o", tmp_path / "out")
        assert (said.code, f"leave {option[0]} away" in said.err) == (2, True)


@pytest.mark.end_to_end
def test_a_study_in_shards_by_submitits_local_executor(tmp_path):
    pytest.importorskip("submitit")
    file = config(tmp_path, 'shards = 2\nretries = 0\n[executor]\ncluster = "local"\ntimeout_min = 5\n')
    words = ("bench", "--profile", "smoke", "--suite", "features", "--backend", "numpy", "--backend", "eager")
    said = lntx_says(*words, "--submit", file, "-o", tmp_path / "out", "--json")
    assert said.code == 0, said.err
    assert said.json["missing"] == []
    again = lntx_says(*words, "--submit", file, "-o", tmp_path / "out", "--json")
    assert "2 of 2 shards are there already" in again.err
    assert lntx_says("report", tmp_path / "out").code == 0
