"""Formats that hold nothing for lntx to go by, or that another command is for: told by their keys, named in a line."""

from collections.abc import Callable, Mapping
from typing import Any

_READ = "lntx reads the JSON of pytest-benchmark"


def sentence(document: Any) -> str:
    """Say whose file it is, and what reads it; empty where it may be one that can be read."""
    return next((said for told, said in _KINDS if told(document)), "")


def _keys(*names: str) -> Callable[[Any], bool]:
    return lambda document: isinstance(document, Mapping) and set(names) <= set(document)


def _first(document: Any, key: str) -> Any:
    """Return the first of a list within an object, or the object itself where it is the list."""
    found = document.get(key) if isinstance(document, Mapping) else document
    return found[0] if isinstance(found, list) and found else None


def _within(key: str, *names: str) -> Callable[[Any], bool]:
    return lambda document: _keys(*names)(_first(document, key))


_KINDS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (_keys("verdict", "rules", "streams"), "it is a gate's; lntx report shows it, alone"),
    (_keys("schema", "targets"), "it is a file of targets; pass the study.json beside it"),
    (_keys("commit_hash", "results"), f"it is asv's, which asv compare is for; {_READ}"),
    (_keys("graph_param_list", "benchmarks"), f"it is the index of asv's pages; {_READ}"),
    (_within("benchmarks", "runs"), f"it is pyperf's, which python -m pyperf compare_to is for; {_READ}"),
    (_within("results", "command", "times"), f"it is hyperfine's, which times commands; {_READ}"),
    (_keys("context", "benchmarks"), f"it is Google Benchmark's, which its compare.py is for; {_READ}"),
    (_within("", "benchmark", "primaryMetric"), f"it is JMH's; {_READ}"),
    (_keys("Benchmarks", "HostEnvironmentInfo"), f"it is BenchmarkDotNet's; {_READ}"),
)
