"""Ranks that are given: what keeps them from meeting, or from training together, is said in a line and in time."""

import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest
import torch
import torch.distributed as dist
from support.commandline import lntx_says

import lntx
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.ranks import identity, joined, parquet
from lntx.training.linear.ranks.group import Lost
from lntx.training.linear.ranks.joined import Meeting, Place

SHORT = timedelta(seconds=0.3)


@pytest.fixture
def as_rank(monkeypatch):
    """Make this process a rank, as torchrun does."""

    def made(rank=0, ranks=2, **others):
        given = {"RANK": rank, "WORLD_SIZE": ranks, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": 29511, **others}
        for name, value in given.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, str(value))

    for name in (*joined.VARIABLES, "LOCAL_RANK", "TORCHELASTIC_USE_AGENT_STORE"):
        monkeypatch.delenv(name, raising=False)
    return made


def place(rank, ranks=2, port=29511, **others):
    return Place(rank, ranks, rank, "127.0.0.1", port, **others)


def meeting(places, facts, limit=timedelta(seconds=20)):
    """Let ranks meet, each in a thread; what each raised."""
    store = dist.HashStore()

    def come(i):
        try:
            Meeting(places[i], store, limit).compare(facts[i])
        except lntx.LntxError as error:
            return error
        return None

    with ThreadPoolExecutor(len(places)) as pool:
        return list(pool.map(come, range(len(places))))


def free_port():
    with socket.create_server(("", 0)) as server:
        return server.getsockname()[1]


def test_without_its_variables_a_process_is_no_rank(as_rank):
    assert joined.given() is None
    as_rank()
    assert joined.given() == place(0)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"MASTER_ADDR": None}, "RANK is set and MASTER_ADDR not"),
        ({"RANK": None}, "WORLD_SIZE is set and RANK not"),
        ({"RANK": "first"}, "RANK must be a whole number, not 'first'"),
        ({"RANK": 2}, "RANK is 2 and WORLD_SIZE 2"),
        ({"RANK": -1}, "RANK is -1"),
        ({"MASTER_PORT": 70000}, "MASTER_PORT must be a port"),
        ({"MASTER_PORT": "http"}, "MASTER_PORT must be a whole number"),
    ],
)
def test_variables_that_can_not_be_are_named(variables, said, as_rank):
    as_rank(**variables)
    found = lntx_says("train", "--backend", "distributed")
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert said in found.err


def test_ranks_that_are_about_to_do_the_same_meet():
    assert meeting([place(0, 3), place(1, 3), place(2, 3)], [{"data": "a"}] * 3) == [None] * 3


@pytest.mark.parametrize("wrong", [0, 1, 2])
@pytest.mark.parametrize("what", ["commit of lntx", "code", "recipe's lr", "data", "snapshots"])
def test_ranks_that_differ_are_told_before_the_first_step_all_of_them(what, wrong):
    facts = [{"torch": "2", what: "other" if rank == wrong else "one"} for rank in range(3)]
    found = meeting([place(rank, 3) for rank in range(3)], facts)
    for error in found:
        assert isinstance(error, lntx.InputError)
        assert "differ in the" in str(error)
        assert "other" in str(error)
        assert "\n" not in str(error)


def test_a_world_of_another_size_is_told_and_nobody_waits_for_a_rank_that_is_not_due():
    found = meeting([place(0, 2), place(1, 3)], [{}, {}])
    assert all("number of ranks (WORLD_SIZE): 2 and 3" in str(error) for error in found)


def test_two_processes_of_one_rank_are_told():
    found = meeting([place(1, 2), place(1, 2), place(0, 2)], [{}] * 3, timedelta(seconds=2))
    assert sum("two processes say that they are rank 1" in str(error) for error in found) == 1


def test_a_rank_that_never_comes_is_named_in_time():
    (error,) = meeting([place(0, 2)], [{}], SHORT)
    assert isinstance(error, Lost)
    assert "rank 1 of 2 didn't come within 0.3 s" in str(error)


def test_nobody_ends_before_all_have_had_their_last_sum():
    store, ended = dist.HashStore(), []
    late = Meeting(place(1), store, timedelta(seconds=20))

    def part(one):
        one.part()
        ended.append(one.place.rank)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(part, Meeting(place(0), store, timedelta(seconds=20)))
        sleep(0.2)
        assert not ended
        part(late)
        first.result()
    assert sorted(ended) == [0, 1]


def test_a_rank_that_is_gone_keeps_nobody_from_ending():
    began = monotonic()
    Meeting(place(0), dist.HashStore(), SHORT).part()
    assert 0.2 < monotonic() - began < 5


def test_a_master_that_can_not_be_reached_is_an_error_in_time(as_rank, monkeypatch):
    monkeypatch.setenv(joined.LIMIT, "0.3")
    as_rank(rank=1, MASTER_PORT=free_port())
    found = lntx_says("train", "--backend", "distributed", "--epochs", 2)
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert "can't reach the master at 127.0.0.1" in found.err


def test_a_port_in_use_is_an_error(as_rank):
    with socket.create_server(("", 0)) as server:
        as_rank(MASTER_PORT=server.getsockname()[1])
        found = lntx_says("train", "--backend", "distributed", "--epochs", 2)
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert "can't listen on port" in found.err
    assert "MASTER_PORT" in found.err


@pytest.mark.parametrize("said", ["0", "-3", "soon", "inf", "nan"])
def test_a_limit_that_is_none_is_refused(said, as_rank, monkeypatch):
    monkeypatch.setenv(joined.LIMIT, said)
    as_rank(rank=1, MASTER_PORT=free_port())
    found = lntx_says("train", "--backend", "distributed", "--epochs", 2)
    assert (found.code, "LNTX_RANKS_TIMEOUT must be a number of seconds above 0" in found.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("train", "--backend", "eager"), "trains alone, and this process is rank 0 of 2; use --backend distributed"),
        (("train", "--backend", "distributed:3"), "three ranks, and this process is one of 2"),
        (("verify", "--backend", "distributed"), "run it once, without torchrun"),
        (("bench", "--backend", "distributed"), "run it once, without torchrun"),
    ],
)
def test_what_is_no_ranks_business_is_refused_under_torchrun(words, said, as_rank):
    as_rank()
    found = lntx_says(*words)
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert said in found.err


def test_one_rank_alone_is_an_ordinary_training(as_rank):
    as_rank(ranks=1, MASTER_PORT=free_port())
    said = lntx_says("train", "--backend", "distributed", "--epochs", 5, "--json")
    assert said.json["agreement"]["ok"]


def test_snapshots_are_for_ranks(tmp_path):
    found = lntx_says("train", "--backend", "manual", "--snapshots", tmp_path)
    assert (found.code, "backend manual writes no snapshots" in found.err) == (2, True)
    (tmp_path / "file").write_text("")
    found = lntx_says("train", "--backend", "distributed", "--snapshots", tmp_path / "file")
    assert (found.code, "is no folder" in found.err) == (2, True)
    found = lntx_says("train", "--backend", "distributed", "--snapshots", tmp_path, "--snapshot-every", -1)
    assert (found.code, "seconds apart" in found.err) == (2, True)


def test_a_training_that_is_done_is_not_done_again(tmp_path):
    words = ("train", "--backend", "distributed:2", "--epochs", 3, "--snapshots", tmp_path, "--json")
    first, again = lntx_says(*words), lntx_says(*words)
    assert first.json["weights"] == again.json["weights"]
    assert "went on from the snapshot" not in first.err
    assert "went on from the snapshot" in again.err


def test_gpus_are_dealt_out_by_a_ranks_number_on_its_machine(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert joined.device_of(Place(3, 4, 1, "there", 1), "cuda") == "cuda:1"
    assert joined.device_of(Place(3, 4, 1, "there", 1), "cpu") == "cpu"
    with pytest.raises(lntx.InputError, match="rank 2 would take GPU 2 of its machine, which has 2"):
        joined.device_of(Place(2, 4, 2, "there", 1), "cuda")
    with pytest.raises(lntx.InputError, match="give --device cuda"):
        joined.device_of(Place(1, 4, 1, "there", 1), "cuda:0")


def test_what_ranks_compare_tells_data_recipes_and_code_apart():
    problem, recipe = lntx.tutorial(), lntx.Recipe()
    one = identity.facts(problem, recipe, "distributed")
    assert (
        identity.facts(lntx.tutorial(), lntx.Recipe(log_every=3), "distributed") == one
    )  # what is kept is each one's own
    assert identity.facts(lntx.tutorial(seed=1), recipe, "distributed") != one
    assert identity.facts(problem, recipe.but(lr=1e-3), "distributed") != one
    assert "recipe's lr: 0.0005 and 0.001" in identity.difference(
        one, identity.facts(problem, recipe.but(lr=1e-3), "distributed"), 1
    )
    assert identity.unpacked(identity.packed(one).encode()) == one


def parquet_table(tmp_path, **columns):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    numbers = {"x1": [1.0, 2.0, 3.0], "x2": [4, 5, 6], "y": [1.0, 0.0, 1.0]} | columns
    pq.write_table(pa.table(numbers), tmp_path / "table.parquet", row_group_size=2)
    return tmp_path / "table.parquet"


def test_of_a_parquet_table_ranks_map_what_one_of_them_unpacked(tmp_path):
    path = parquet_table(tmp_path)
    store = dist.HashStore()

    def read(rank):
        return parquet.problem(path, ["y"], Reading(), "float32", Meeting(place(rank), store, timedelta(seconds=20)))

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(read, (0, 1))
    assert one.mapped
    assert one.X.filename == other.X.filename
    assert one.X.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert one.Y.tolist() == [[1], [0], [1]]
    assert (one.features_named, one.outputs_named) == (("x1", "x2"), ("y",))


@pytest.mark.parametrize(
    ("columns", "reading", "said"),
    [
        ({"x2": ["a", "b", "c"]}, {}, "column 'x2' holds string"),
        ({"x2": [1, None, 3]}, {}, "column 'x2' has a gap in row 1"),
        ({}, {"drop": ("x3",)}, "has no column 'x3'"),
        ({}, {"drop": ("x1", "x2")}, "no column besides the target"),
        ({}, {"fill": ("mean",)}, "--fill needs all of it"),
    ],
)
def test_a_table_that_ranks_can_not_read_by_rows_is_named_to_all_of_them(columns, reading, said, tmp_path):
    path, store = parquet_table(tmp_path, **columns), dist.HashStore()
    for rank in (0, 1):
        with pytest.raises(lntx.InputError) as refused:
            parquet.problem(
                path, ["y"], Reading(**reading), "float32", Meeting(place(rank), store, timedelta(seconds=5))
            )
        assert said in str(refused.value)
        assert "\n" not in str(refused.value)


HERE = str(Path(lntx.__file__).parents[1])


def torchrun(*words, ranks=2, options=(), **variables):
    """Run lntx under torchrun on this machine."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}", *options]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": HERE, **variables}
    return subprocess.run(
        [*command, "-m", "lntx", *map(str, words)], env=env, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.end_to_end
@pytest.mark.parametrize("backend", ["distributed", "distributed-gram"])
def test_under_torchrun_ranks_reach_the_references_weights_and_one_of_them_says_so(backend, tmp_path):
    problem = lntx.synthetic(101, 5, noise=0.1)
    for name, array in (("X", problem.X), ("Y", problem.Y)):
        np.save(tmp_path / f"{name}.npy", array)
    words = ("train", "--backend", backend, "--data", tmp_path / "X.npy", "--target", tmp_path / "Y.npy", "--json")
    said = torchrun(
        *words, "--lr", 0.05, "--epochs", 20, "--batch-size", "full", "--save", tmp_path / "m.safetensors", ranks=3
    )
    assert said.returncode == 0, said.stderr
    (line,) = said.stdout.splitlines()
    assert json.loads(line)["agreement"]["ok"]
    assert (tmp_path / "m.safetensors").exists()


@pytest.mark.end_to_end
def test_two_terminals_make_one_training_and_different_recipes_are_told_on_both():
    def terminals(*rates):
        env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": HERE, "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1"}
        env["MASTER_PORT"] = str(free_port())
        words = [sys.executable, "-m", "lntx", "train", "--backend", "distributed", "--epochs", "3", "--json", "--lr"]
        each = [
            subprocess.Popen(
                [*words, rate],
                env={**env, "RANK": str(rank)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for rank, rate in enumerate(rates)
        ]
        return [(one.communicate(timeout=200), one.returncode) for one in each]

    ((first, _), code), ((second, _), other) = terminals("1e-4", "1e-4")
    assert (code, other, second) == (0, 0, "")
    assert json.loads(first)["agreement"]["ok"]
    for (out, err), code in terminals("1e-4", "2e-4"):
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "ranks 0 and 1 differ in the recipe's lr: 0.0001 and 0.0002; start all alike" in err


@pytest.mark.end_to_end
def test_a_rank_that_is_killed_is_started_again_and_the_weights_are_the_same(tmp_path):
    words = (
        "train",
        "--backend",
        "distributed",
        "--samples",
        64,
        "--features",
        4,
        "--batch-size",
        8,
        "--momentum",
        0.9,
    )
    words += ("--shuffle", "--lr", 0.01, "--epochs", 3000, "--json")
    whole = torchrun(*words)
    kept = ("--snapshots", tmp_path / "kept", "--snapshot-every", 0.05)
    # The first attempt's rank 1 kills itself once a snapshot is there.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, threading, time\n"
        f"folder = {str(tmp_path / 'kept')!r}\n"
        "def die():\n"
        "    while not (os.path.isdir(folder) and os.listdir(folder)):\n        time.sleep(0.01)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "if os.environ.get('RANK') == '1' and os.environ.get('TORCHELASTIC_RESTART_COUNT') == '0':\n"
        "    threading.Thread(target=die, daemon=True).start()\n"
    )
    path = os.pathsep.join([str(tmp_path), HERE])
    killed = torchrun(*words, *kept, options=("--max-restarts=2",), PYTHONPATH=path)
    assert killed.returncode == 0, killed.stderr
    assert "went on from the snapshot" in killed.stderr
    assert json.loads(killed.stdout.splitlines()[-1])["weights"] == json.loads(whole.stdout)["weights"]
