"""Which of the names that there are somebody meant who wrote another."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches


def suggestion(name: str, known: Iterable[str], shown: Callable[[str], str] = str, otherwise: str = "") -> str:
    """Return which known name was probably meant, whatever its case, or else which there are.

    "did you mean eager?", or "there are: eager, manual". shown writes the name that was meant; otherwise is said where none
    is near, instead of a list.
    """
    there = list(known)
    cases = {one.lower(): one for one in there}
    near = get_close_matches(name.lower(), cases, n=1)
    if near:
        return f"did you mean {shown(cases[near[0]])}?"
    return otherwise or f"there are: {', '.join(there)}"
