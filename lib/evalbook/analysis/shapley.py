"""Attribution of a difference to what changed, so that the parts add up exactly to the whole (Shapley value).

With n things changed, each of the 2ⁿ ways of changing some of them is looked at. A thing's part is its effect averaged over all orders
in which the things can be changed one after the other: Σ |S|!(n−|S|−1)!/n! · (f(S ∪ {g}) − f(S)), in exact fractions. For one thing that
is the whole difference, for two the average of the two orders.

Source: L. S. Shapley, A Value for n-Person Games, 1953.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from math import factorial
from typing import TypeVar

from ..exact import Exact, exact

Key = TypeVar("Key", bound=Hashable)


def subsets(things: Sequence[str]) -> Iterable[frozenset[str]]:
    """Every choice of some of the things, none and all included, the small ones first."""
    return (frozenset(chosen) for size in range(len(things) + 1) for chosen in itertools.combinations(things, size))


def shapley(things: Sequence[str], value: Callable[[frozenset[str]], Mapping[Key, Exact | None]]) -> dict[Key, dict[str, Exact] | None]:
    """Per quantity the part of each thing; None for a quantity that has no value in some way of changing things.

    ``value`` gives every quantity once the things named are changed.

    Examples
    --------
    Worked by hand. Nothing changed gives 10, the first thing alone 12, the second alone 15, both 20. First then second: 2 and 8; second
    then first: 5 and 5. The averages are 3½ and 6½.

    >>> worth = {"": 10, "a": 12, "b": 15, "ab": 20}
    >>> parts = shapley(["a", "b"], lambda changed: {"total": exact(worth["".join(sorted(changed))])})
    >>> [str(part) for part in parts["total"].values()]
    ['7/2', '13/2']
    """
    known = {chosen: value(chosen) for chosen in subsets(things)}
    count, everything = len(things), factorial(len(things))
    weights = {size: exact(factorial(size) * factorial(count - size - 1)) / everything for size in range(count)}
    keys = dict.fromkeys(key for found in known.values() for key in found)
    parts: dict[Key, dict[str, Exact] | None] = {}
    for key in keys:
        readings = {chosen: found.get(key) for chosen, found in known.items()}
        if any(reading is None for reading in readings.values()):
            parts[key] = None
            continue
        own = {}
        for thing in things:
            part = exact(0)
            for chosen, reading in readings.items():
                if thing not in chosen:
                    part += weights[len(chosen)] * (readings[chosen | {thing}] - reading)  # type: ignore[operator]
            own[thing] = part
        parts[key] = own
    return parts
