"""How long a refusal takes: for what is another's, and for what does not exist."""

import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import anyio
import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, wilcoxon

from service.authorisation.matrix import holder, is_bound
from service.authorisation.requests import Absent, Route, routes
from service.authorisation.scene import Scene
from service.house import Caller

_App = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Timed:
    """What a route took, request by request, in milliseconds: each of one beside one of the other.

    Parameters
    ----------
    foreign, absent
        For what is another's, and for what does not exist.
    """

    route: Route
    foreign: NDArray[np.float64]
    absent: NDArray[np.float64]

    @property
    def gap(self) -> float:
        """Median of the differences."""
        return float(np.median(self.foreign - self.absent))

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the median, by order statistics (Thompson 1936)."""
        ordered = np.sort(self.foreign - self.absent)
        below = int(binom.ppf(0.025, ordered.size, 0.5)) - 1
        return float(ordered[max(below, 0)]), float(ordered[min(-below - 1, -1)])

    def p_value(self) -> float:
        """Return the p-value of the two being alike: signed ranks (Wilcoxon 1945)."""
        return float(wilcoxon(self.foreign - self.absent).pvalue)


@dataclass(frozen=True)
class _Pair:
    route: Route
    caller: Caller
    foreign: str
    absent: str
    request: dict[str, Any]

    def time(self, path: str) -> float:
        """Ask, and return how many milliseconds the answer took."""
        begun = time.perf_counter()
        self.caller.ask(self.route.method, path, **self.request)
        return (time.perf_counter() - begun) * 1000


def time_refusals(scene: Scene, *, rounds: int, most: int | None = None) -> list[Timed]:
    """Ask for what is another's and for what is absent, side by side, in an order that is drawn.

    Parameters
    ----------
    rounds
        Requests of each kind to each route.
    most
        Routes; all unless given.
    """
    rng = np.random.default_rng(20261126)
    pairs = [*islice(_pairs(scene), most)]
    taken = np.empty((len(pairs), rounds, 2))
    for turn in range(-1, rounds):
        for place, pair in enumerate(pairs):
            first = int(rng.integers(2))
            for which in (first, 1 - first):
                # The first turn, which is slower, is taken over by the second.
                took = pair.time((pair.foreign, pair.absent)[which])
                taken[place, max(turn, 0), which] = took
    return [
        Timed(pair.route, times[:, 0], times[:, 1])
        for pair, times in zip(pairs, taken, strict=True)
    ]


def told_apart(timed: list[Timed], *, level: float = 0.01) -> list[Timed]:
    """Return the routes whose times differ, all tests together at a level (Holm 1979)."""
    ordered = sorted((entry.p_value(), place) for place, entry in enumerate(timed))
    found = []
    for number, (p_value, place) in enumerate(ordered):
        if p_value * (len(ordered) - number) > level:
            break
        found.append(timed[place])
    return found


def _pairs(scene: Scene) -> Iterator[_Pair]:
    """Yield every route that takes an id, with an address of either kind."""
    absent = Absent(scene)
    for route in routes(scene.house.app):
        if not route.places or route.right is None:
            continue
        request = route.request(scene.ids)
        if route.of_vendors:
            nobody_s = route.address(absent.ids(route.places))
            yield _Pair(route, scene.house.rival, route.address(scene.ids), nobody_s, request)
        elif is_bound(route):
            elsewhere = {"projects": scene.other_project}
            own, none = scene.ids, absent.ids(route.places, kept=1)
            one, two = (route.address({**ids, **elsewhere}) for ids in (own, none))
            yield _Pair(route, holder(scene.house, route.right), one, two, request)


@contextmanager
def slower(scene: Scene, seconds: float) -> Iterator[None]:
    """Make every answer about what exists come later, as a leak would."""
    transport: Any = scene.house.client._transport
    honest: _App = transport.app
    names = {value for value in scene.ids.values() if "_" in value}

    async def leaking(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if names.intersection(scope.get("path", "").split("/")):
            await anyio.sleep(seconds)
        await honest(scope, receive, send)

    transport.app = leaking
    try:
        yield
    finally:
        transport.app = honest
