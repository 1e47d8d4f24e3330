"""Going through items in worker processes, and back in order: the way of every front door."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from assay.assess.workers import Lost, WorkerPool
from assay.delivery import Finding, Severity

#: Told after each item: how many are done, of how many.
Progress = Callable[[int, int], None]

R = TypeVar("R")


def silent(done: int, total: int) -> None:
    """Tell nobody."""
    del done, total


def crew_of(workers: int) -> int:
    """Return how many processes to run: ``workers``, or one per processor for 0."""
    return workers or os.cpu_count() or 1


def walk(
    keys: Sequence[str],
    task: Callable[[str], R],
    *,
    workers: int = 0,
    progress: Progress = silent,
) -> Iterator[tuple[str, R | Lost]]:
    """Run a task for every key in disposable workers; yield results in the order of the keys.

    A task that takes more than 60 seconds or 1 GiB, or whose process dies, gives
    :class:`~assay.assess.workers.Lost`; the others go on.  Results that come early wait for those
    before them, so keep them small: counts and digests, not maps.

    Parameters
    ----------
    keys
        What to go through.
    task
        Called with one key in a worker.  Picklable, such as a :func:`functools.partial` of a
        function of a module; its result, too.
    workers
        Number of processes, 0 for one per processor.
    progress
        Called as ``progress(done, total)`` when a result comes in.

    Examples
    --------
    >>> list(walk(["a", "bb"], len, workers=1))
    [('a', 1), ('bb', 2)]
    """
    pool: WorkerPool[R] = WorkerPool(_ByNumber(keys, task), crew_of(workers))
    waiting: dict[int, R | Lost] = {}
    following = 0
    for done, (number, result) in enumerate(pool.run(len(keys)), 1):
        waiting[number] = result
        progress(done, len(keys))
        while following in waiting:
            yield keys[following], waiting.pop(following)
            following += 1


def too_costly(key: str, lost: Lost) -> Finding:
    """Return the finding for an item that broke a bound of its worker."""
    return Finding(
        "item-too-costly",
        Severity.ERROR,
        key,
        f"Reading the item was stopped because {lost.reason}; it counts as wholly unlabelled.",
        f"Export {key} again; a sound label map needs a small part of that.",
    )


@dataclass(frozen=True)
class _ByNumber(Generic[R]):
    """A task by the number of its key; a value and not a closure, so that it can be spawned."""

    keys: Sequence[str]
    task: Callable[[str], R]

    def __call__(self, number: int) -> R:
        return self.task(self.keys[number])
