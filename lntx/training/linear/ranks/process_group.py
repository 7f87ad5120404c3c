"""torch's process groups, made by hand: one for each rank, so that several can live in one process."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist

from lntx.training.device import known
from lntx.training.linear.ranks.group import Group

stores: Any = dist
"""torch.distributed, for the stores that it has and doesn't declare."""


def refuses(device: str) -> str | None:
    """Say what this torch lacks for ranks on a kind of device; None for nothing."""
    if not dist.is_available():
        return "this torch is built without torch.distributed"
    if known(device)[0] == "cuda":
        return None if dist.is_nccl_available() else "this torch is built without NCCL, by which ranks on CUDA sum"
    return None if dist.is_gloo_available() else "this torch is built without gloo, by which ranks on the CPU sum"


def made(store: Any, rank: int, ranks: int, device: str, limit: timedelta) -> Any:
    """Join a process group by a store; returns when all ranks have. Each of its sums may take so long at most."""
    if known(device)[0] == "cuda":
        options = dist.ProcessGroupNCCL.Options()
        options._timeout = limit  # noqa: SLF001  (as torch's own init_process_group sets it)
        return dist.ProcessGroupNCCL(store, rank, ranks, options)
    return dist.ProcessGroupGloo(store, rank, ranks, limit)


def wrapped(groups: Sequence[Group]) -> list[Any]:
    """Wrap the handles of several ranks of this process as what DistributedDataParallel takes for a process group."""
    store: Any = stores.HashStore()
    found = []
    for group in groups:
        kind = torch.device(group.device)
        name = dist.ProcessGroup.BackendType.NCCL if kind.type == "cuda" else dist.ProcessGroup.BackendType.GLOO
        one = dist.ProcessGroup(store, group.rank, group.ranks)
        one._set_default_backend(name)  # noqa: SLF001  (as torch's own init_process_group does)
        one._register_backend(torch.device(kind.type), name, group.handle)  # noqa: SLF001
        found.append(one)
    return found
