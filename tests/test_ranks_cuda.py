"""Ranks on CUDA: the same code sums by NCCL; a rank takes a GPU of its own."""

from datetime import timedelta

import pytest
import torch
import torch.distributed as dist

import lntx
from lntx.training.backends import find
from lntx.training.linear.parity.grid import GRID
from lntx.training.linear.ranks import process_group

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
SEVERAL = pytest.mark.skipif(torch.cuda.device_count() < 2, reason="one GPU is no place for two ranks")


def test_nccl_sums_by_a_group_that_is_made_by_hand():
    handle = process_group.made(dist.HashStore(), 0, 1, "cuda:0", timedelta(seconds=60))
    tensor = torch.arange(5.0, device="cuda")
    handle.allreduce([tensor]).wait()
    assert tensor.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("backend", ["distributed", "distributed-gram"])
@pytest.mark.parametrize("ranks", ["", ":1", pytest.param(":2", marks=SEVERAL), pytest.param(":4", marks=SEVERAL)])
def test_ranks_agree_with_the_reference_on_gpus(backend, ranks):
    for case in GRID:
        problem = case.problem()
        if find(f"{backend}{ranks}").refuses(problem, case.recipe, "cuda"):
            continue
        assert lntx.verify(problem, case.recipe, f"{backend}{ranks}", "cuda").ok, case


def test_more_ranks_than_gpus_are_refused_in_a_sentence():
    there = torch.cuda.device_count()
    if there < 4:
        assert f"this machine has {there}" in find("distributed:4").refuses(None, None, "cuda")
    assert "cuda:0 is one" in find("distributed:2").refuses(None, None, "cuda:0")
