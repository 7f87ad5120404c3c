"""Ranks that are given: processes that torchrun starts, or anybody who sets its variables, each of which is one of them.

They meet at the master's store before the first step, and compare what they are about to do; none waits for another without end.
"""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

import torch
import torch.distributed as dist

from lntx.errors import InputError, told
from lntx.training.device import known
from lntx.training.linear.ranks.group import Group, Lost
from lntx.training.linear.ranks.identity import difference, packed, unpacked
from lntx.training.linear.ranks.process_group import made, stores

VARIABLES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
LIMIT = "LNTX_RANKS_TIMEOUT"
_LIMIT_S = 300.0
_LINGER_S = 10.0  # that the master's store stays for the others to read why this ended
_EARLY_S = 0.1  # that a store's clock may be before this one
_PORTS = 2**16


@dataclass(frozen=True, slots=True)
class Place:
    """Which rank this process is, of how many, which of those on its machine, and where all meet.

    kept says whether somebody else keeps the store (torchrun's agent), and rank 0 doesn't have to; attempt counts torchrun's
    restarts.
    """

    rank: int
    ranks: int
    local: int
    host: str
    port: int
    kept: bool = False
    attempt: str = "0"


def given() -> Place | None:
    """Read torchrun's variables; None where this process is no rank of anybody's. InputError for some that can't be."""
    if not os.environ.get("RANK") and not os.environ.get("WORLD_SIZE"):
        return None
    if missing := [name for name in VARIABLES if not os.environ.get(name)]:
        there = next(name for name in VARIABLES if os.environ.get(name))
        raise InputError(
            f"{there} is set and {' and '.join(missing)} not; a rank needs {', '.join(VARIABLES)}, as torchrun sets them"
        )
    rank, ranks, port = (_whole(name) for name in ("RANK", "WORLD_SIZE", "MASTER_PORT"))
    local = _whole("LOCAL_RANK") if os.environ.get("LOCAL_RANK") else rank
    if not 0 <= rank < ranks:
        raise InputError(f"RANK is {rank} and WORLD_SIZE {ranks}; ranks are counted from 0 to WORLD_SIZE - 1")
    if not 0 < port < _PORTS:
        raise InputError(f"MASTER_PORT must be a port, from 1 to {_PORTS - 1}, not {port}")
    return Place(
        rank,
        ranks,
        local,
        os.environ["MASTER_ADDR"],
        port,
        os.environ.get("TORCHELASTIC_USE_AGENT_STORE") == "True",
        os.environ.get("TORCHELASTIC_RESTART_COUNT", "0"),
    )


def limit_s() -> float:
    """Return how long ranks wait for each other at most, in seconds."""
    said = os.environ.get(LIMIT)
    if not said:
        return _LIMIT_S
    with suppress(ValueError):
        if 0 < float(said) < float("inf"):
            return float(said)
    raise InputError(f"{LIMIT} must be a number of seconds above 0, not {said!r}")


def _whole(name: str) -> int:
    text = os.environ[name]
    try:
        return int(text)
    except ValueError:
        raise InputError(f"{name} must be a whole number, not {text!r}") from None


@dataclass(slots=True)
class Meeting:
    """The store at which all ranks meet, as often as they have something new to do together."""

    place: Place
    store: Any
    limit: timedelta
    times: int = 0
    handles: dict[str, Any] = field(default_factory=dict)

    def group(self, device: str, facts: Mapping[str, str]) -> Group:
        """Compare what all are about to do, and return this rank's group.

        Raises InputError where ranks differ, and Lost where one doesn't come in time.
        """
        place = self.place
        self.compare(facts)
        kind = known(device)[0]
        if kind not in self.handles and place.ranks > 1:
            store = stores.PrefixStore(f"lntx/{place.attempt}/{kind}", self.store)
            try:
                self.handles[kind] = made(store, place.rank, place.ranks, device, self.limit)
            except RuntimeError as error:
                raise Lost(f"rank {place.rank} can't reach the others: {told(error)}") from error
        return Group(place.rank, place.ranks, device, self.handles.get(kind))

    def compare(self, facts: Mapping[str, str]) -> None:
        """Let all ranks say what they are about to do; raise what keeps them from doing it together."""
        place, self.times = self.place, self.times + 1
        own = {"ranks": str(place.ranks), **facts}
        with self._lingering():
            if self._ask(lambda: self.store.add(self._key("came", place.rank), 1)) != 1:
                raise InputError(f"two processes say that they are rank {place.rank}; give each a RANK of its own")
            self._ask(lambda: self.store.set(self._key("facts", place.rank), packed(own)))
            ends, first = monotonic() + self.limit.total_seconds(), own
            for rank in range(place.ranks):
                theirs = own if rank == place.rank else self._facts(rank, ends)
                first = theirs if rank == 0 else first
                if differs := difference(first, theirs, rank) or difference(first, own, place.rank):
                    raise InputError(differs)

    def part(self) -> None:
        """Wait, a while at most, until all ranks have had their last sum: who ends closes what another may still read from."""
        place, self.times = self.place, self.times + 1
        with suppress(RuntimeError):  # who is gone can't be waited for, and what was trained is trained
            self.store.set(self._key("done", place.rank), "")
            keys = [self._key("done", rank) for rank in range(place.ranks)]
            self.store.wait(keys, min(timedelta(seconds=_LINGER_S), self.limit))

    def _facts(self, rank: int, ends: float) -> dict[str, str]:
        key = self._key("facts", rank)
        try:
            self.store.wait([key], timedelta(seconds=max(0.1, ends - monotonic())))
        except RuntimeError as error:
            if monotonic() >= ends - _EARLY_S:
                raise Lost(
                    f"rank {rank} of {self.place.ranks} didn't come within {self.limit.total_seconds():g} s; start it, or "
                    f"give it longer ({LIMIT}, in seconds)"
                ) from error
            raise Lost(f"rank {self.place.rank} lost the master: {told(error)}") from error
        return unpacked(self._ask(lambda: self.store.get(key)))

    def _ask(self, question: Callable[[], Any]) -> Any:
        try:
            return question()
        except RuntimeError as error:
            raise Lost(f"rank {self.place.rank} lost the master: {told(error)}") from error

    def _key(self, what: str, rank: int) -> str:
        return f"lntx/{self.place.attempt}/{self.times}/{what}/{rank}"

    @contextmanager
    def _lingering(self) -> Iterator[None]:
        """Where the comparison fails on the rank that keeps the store, wait until the others have read why."""
        place = self.place
        try:
            yield
        except InputError:
            with suppress(RuntimeError):  # what is raised is what counts
                self.store.set(self._key("read", place.rank), "")
                if place.rank == 0 and not place.kept:
                    others = [self._key("read", rank) for rank in range(1, place.ranks)]
                    self.store.wait(others, timedelta(seconds=min(_LINGER_S, self.limit.total_seconds())))
            raise


_met: dict[Place, Meeting] = {}


def met(place: Place) -> Meeting:
    """Come to the place where all ranks meet, once a process; InputError or Lost where that isn't to be had in time."""
    if place not in _met:
        limit = limit_s()
        hosts = place.rank == 0 and not place.kept
        if hosts and not dist.is_initialized():
            _check_free(place)
        elif not hosts:
            _reach(place, limit)
        try:
            store = stores.TCPStore(
                place.host,
                place.port,
                is_master=hosts,
                timeout=timedelta(seconds=limit),
                wait_for_workers=False,
                multi_tenant=True,
            )
        except RuntimeError as error:
            raise Lost(f"the master's store at {place.host}:{place.port} can't be had: {told(error)}") from error
        _met[place] = Meeting(place, store, timedelta(seconds=limit))
    return _met[place]


def device_of(place: Place, device: str) -> str:
    """Return which device a rank takes: of GPUs, that of its number on its machine; InputError where there are too few."""
    kind, index = known(device)
    if kind == "cpu" or place.ranks == 1:
        return device
    if index:
        raise InputError(f"{device} is one GPU, and ranks need one each; give --device cuda")
    there = torch.cuda.device_count()
    if place.local >= there:
        raise InputError(
            f"rank {place.rank} would take GPU {place.local} of its machine, which has {there}; start at most {there} there "
            f"(--nproc-per-node={there})"
        )
    return f"cuda:{place.local}"


def _check_free(place: Place) -> None:
    """Raise InputError where the port that rank 0 is to listen on is somebody else's."""
    try:
        socket.create_server(("", place.port)).close()
    except OSError as error:
        raise InputError(
            f"rank 0 can't listen on port {place.port}: {error.strerror or error}; give all ranks another MASTER_PORT"
        ) from error


def _reach(place: Place, limit: float) -> None:
    """Wait until the master listens; InputError where it doesn't in time."""
    ends = monotonic() + limit
    while True:
        try:
            socket.create_connection((place.host, place.port), timeout=max(0.1, min(5.0, ends - monotonic()))).close()
        except OSError as error:
            if monotonic() >= ends:
                raise InputError(
                    f"rank {place.rank} can't reach the master at {place.host}:{place.port} within {limit:g} s "
                    f"({error.strerror or error}); is rank 0 running there, and are MASTER_ADDR and MASTER_PORT right?"
                ) from error
            sleep(min(0.2, max(0.0, ends - monotonic())))
        else:
            return
