"""Worker processes that may die: hostile bytes are read where nothing else can be harmed.

A vendor's file may try to exhaust memory or to run for ever.  Each worker has a bounded address
space and each task a bounded time; a worker that breaks a bound is killed and replaced, its task
is reported as lost, and all other tasks go on.
"""

import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from selectors import EVENT_READ, BaseSelector, DefaultSelector
from typing import Any, Generic, TypeVar

#: What one task may take (security page, section 1).
TASK_SECONDS = 60.0
WORKER_BYTES = 2**30

#: Tasks handed over at once, and how few left call for more: enough to hide the hand-over, few
#: enough to share out evenly.
_CHUNK = 8
_LOW = 3

R = TypeVar("R")


@dataclass(frozen=True)
class Lost:
    """A task that broke a bound of its worker.

    Parameters
    ----------
    reason
        What happened, as a clause: "it needed more than 1 GiB of memory".
    """

    reason: str


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    pending: deque[int] = field(default_factory=deque)
    since: float = 0.0
    ended: bool = False


@dataclass(frozen=True)
class WorkerPool(Generic[R]):
    """Runs one function over numbered tasks in disposable processes.

    Parameters
    ----------
    function
        Called with a task's number in a worker; its result must be picklable.
    workers
        Number of processes.
    seconds
        Time that one task may take.
    address_space
        Bytes that one worker may map beyond what it starts with; enforced where the system can.

    Examples
    --------
    >>> pool = WorkerPool(abs, workers=1)
    >>> sorted(pool.run(3))
    [(0, 0), (1, 1), (2, 2)]
    """

    function: Callable[[int], R]
    workers: int
    seconds: float = TASK_SECONDS
    address_space: int = WORKER_BYTES

    def run(self, tasks: int) -> Iterator[tuple[int, R | Lost]]:
        """Yield ``(number, result or Lost)`` for each of ``tasks`` tasks, in order of completion.

        Closing the iterator early ends the workers.  An exception in ``function`` is our bug, or a
        fault of the system (``OSError``): it is raised here, with the worker's traceback.
        """
        waiting = deque(range(tasks))
        crew: list[_Worker] = []
        left = tasks
        with DefaultSelector() as selector:
            try:
                for _ in range(min(self.workers, -(-tasks // _CHUNK))):
                    crew.append(self._hire(crew, selector))
                    _hand_over(crew[-1], waiting)
                while left:
                    results = [*self._lost(crew, selector, waiting), *_received(selector, waiting)]
                    left -= len(results)
                    yield from results
            finally:
                for worker in crew:
                    _dismiss(worker)

    def _lost(
        self, crew: list[_Worker], selector: BaseSelector, waiting: deque[int]
    ) -> Iterator[tuple[int, Lost]]:
        """Replace workers that died or ran over time; give their other tasks back."""
        for place, worker in enumerate(crew):
            reason = self._fault(worker)
            if reason is None or not (worker.pending or waiting):
                continue
            pending = list(worker.pending)
            waiting.extendleft(reversed(pending[1:]))
            if not worker.ended:
                selector.unregister(worker.pipe)
            _dismiss(worker)
            crew[place] = self._hire(crew, selector)
            _hand_over(crew[place], waiting)
            yield from ((number, Lost(reason)) for number in pending[:1])

    def _fault(self, worker: _Worker) -> str | None:
        if worker.ended:
            worker.process.join()
            return f"its worker process ended with code {worker.process.exitcode}"
        if worker.pending and time.monotonic() - worker.since > self.seconds:
            return f"it took more than {self.seconds:.0f} s"
        return None

    def _hire(self, crew: list[_Worker], selector: BaseSelector) -> _Worker:
        # A forked worker inherits the function, the open deliveries and the loaded kernels.
        method = "fork" if sys.platform == "linux" else "spawn"
        context = multiprocessing.get_context(method)
        ours, theirs = context.Pipe()
        # It also inherits our ends of the pipes, and must close them: else no worker would ever
        # hear that we were killed.
        inherited = (ours, *(worker.pipe for worker in crew)) if method == "fork" else ()
        process: BaseProcess = context.Process(  # type: ignore[attr-defined]  # every context has it
            target=_work, args=(theirs, inherited, self.function, self.address_space), daemon=True
        )
        with _interrupts_later():
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        selector.register(ours, EVENT_READ, worker)
        return worker


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Hold Ctrl-C back, so that a worker is not hit before it can say that it ignores it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass(frozen=True)
class _Failure:
    traceback: str
    errno: int | None


def _received(selector: BaseSelector, waiting: deque[int]) -> Iterator[tuple[int, Any]]:
    """Take the results that are there, waiting a little for the first."""
    for ready, _ in selector.select(timeout=0.2):
        worker: _Worker = ready.data
        try:
            number, result = worker.pipe.recv()
        except (EOFError, ConnectionError):
            worker.ended = True
            selector.unregister(worker.pipe)
            continue
        if isinstance(result, _Failure):
            failure = RuntimeError(f"A worker failed:\n{result.traceback}")
            if result.errno is not None:
                raise OSError(result.errno, os.strerror(result.errno)) from failure
            raise failure
        worker.pending.remove(number)
        worker.since = time.monotonic()
        if len(worker.pending) <= _LOW:
            _hand_over(worker, waiting)
        yield number, result


def _hand_over(worker: _Worker, waiting: deque[int]) -> None:
    chunk = [waiting.popleft() for _ in range(min(_CHUNK, len(waiting)))]
    if not chunk:
        return
    if not worker.pending:
        worker.since = time.monotonic()
    worker.pending.extend(chunk)
    # Where it has died, its end of file will say so, and the tasks are given to another.
    with suppress(ConnectionError):
        worker.pipe.send(chunk)


def _dismiss(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()


def _work(
    pipe: Connection,
    inherited: Sequence[Connection],
    function: Callable[[int], Any],
    address_space: int,
) -> None:
    import traceback  # noqa: PLC0415 - used in workers only

    # Ctrl-C reaches the whole process group; the parent ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for connection in inherited:
        if not connection.closed:
            connection.close()
    _bound_memory(address_space)
    while True:
        try:
            chunk = pipe.recv()
        except (EOFError, ConnectionError):
            os._exit(0)
        for number in chunk:
            result: Any
            try:
                result = function(number)
            except MemoryError:
                result = Lost(f"it needed more than {address_space / 2**30:.0f} GiB of memory")
            except Exception as error:  # noqa: BLE001 - sent to the parent, which raises it
                result = _Failure(traceback.format_exc(), getattr(error, "errno", None))
            try:
                pipe.send((number, result))
            except ConnectionError:
                os._exit(0)


def _bound_memory(address_space: int) -> None:
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - absent on some systems

        # Libraries map much before any item is read: on a machine with many processors, their
        # threads' stacks and buffers alone may exceed the bound.
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        bound = pages * resource.getpagesize() + address_space
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
