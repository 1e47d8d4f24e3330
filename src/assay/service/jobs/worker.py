"""Workers: threads that claim jobs, and one that keeps their leases and buries the dead."""

import os
import secrets
import socket
import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog

from assay.service.crashing import crash_point
from assay.service.jobs import queue
from assay.service.jobs.kind import JobKind, Workbench
from assay.service.jobs.schedule import Recurring, enqueue_due
from assay.service.jobs.tables import JobRow
from assay.service.jobs.vigil import Vigil
from assay.service.outages import is_outage

_LOG = structlog.get_logger(__name__)

#: How long a job waits at most before a worker of another process sees it.
_POLL_S = 0.3


class Worker:
    """Does jobs in threads of this process until it is stopped.

    Parameters
    ----------
    bench
        What jobs may use.
    kinds
        Job kinds by name.
    threads
        Jobs done at once.
    schedule
        What recurs.
    """

    def __init__(
        self,
        bench: Workbench,
        kinds: Mapping[str, JobKind],
        *,
        threads: int,
        schedule: Sequence[Recurring] = (),
    ) -> None:
        self.name = f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._bench = bench
        self._kinds = kinds
        self._schedule = schedule
        self._lease = timedelta(seconds=bench.settings.lease_seconds)
        self._vigil = Vigil(self._lease.total_seconds())
        # Identifiers of the jobs in hand: these leases are kept, and no others.
        self._hands: set[str] = set()
        self._stopping = threading.Event()
        self._news = threading.Event()
        self._threads = [
            threading.Thread(target=self._serve, name=f"job-{number}", daemon=True)
            for number in range(threads)
        ]
        if threads:
            self._threads.append(threading.Thread(target=self._keep, name="lease", daemon=True))

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def hurry(self) -> None:
        """Look into the queue at once: something was put in."""
        self._news.set()

    def stop(self, *, seconds: float = 20.0) -> None:
        """Let running jobs end for so long, then give them back to the queue."""
        self._stopping.set()
        self._news.set()
        for thread in self._threads:
            thread.join(timeout=seconds)
        if self._threads:
            with self._bench.database.writing() as session:
                queue.release(session, self.name)

    def do_next(self) -> bool:
        """Claim one job and do it; say whether there was one."""
        with self._bench.database.writing() as session:
            row = queue.claim(session, self.name, self._lease, self._kinds)
        if row is None:
            return False
        self._hands.add(row.id)
        try:
            self._try(row)
        finally:
            self._hands.discard(row.id)
        return True

    def _try(self, row: JobRow) -> None:
        crash_point("job-claimed")
        kind = self._kinds[row.kind]
        log = _LOG.bind(job=row.id, kind=row.kind, attempt=row.attempts)
        failure, outage = None, False
        try:
            done = self._do(kind, row.id, row.attempts, row.payload)
            log.info("job-done" if done else "job-lost")
        except Exception as error:
            log.warning("job-failed", exc_info=error)
            failure = f"{type(error).__name__}: {error}"
            outage = is_outage(error)
        # Not inside the handler: the error's frames may hold a cursor, and with it the database.
        if failure is not None:
            self._fail(row.id, row.attempts, kind, failure, outage=outage)

    def _do(self, kind: JobKind, identifier: str, attempt: int, payload: Mapping[str, Any]) -> bool:
        """Do a job; say whether it was still ours when it was to take effect."""
        result = kind.work(self._bench, payload)
        crash_point("job-worked")
        with self._bench.database.writing() as session:
            mine = queue.held(session, identifier, self.name, attempt)
            if mine is None:
                return False
            kind.apply(session, payload, result)
            queue.finish(mine)
            session.flush()
            crash_point("job-applied")
        crash_point("job-committed")
        return True

    def keep(self) -> None:
        """Say that this worker lives and does what it has in hand."""
        with self._bench.database.writing() as session:
            queue.keep(session, self.name, self._hands.copy(), self._lease)

    def sweep(self) -> None:
        """Take back the jobs of workers that are silent."""
        with self._bench.database.reading() as session:
            silent = self._vigil.silent(queue.beats(session, self._kinds))
        if not silent:
            return
        with self._bench.database.writing() as session:
            for row in queue.abandoned(session, silent):
                kind = self._kinds[row.kind]
                error = f"Worker {row.worker} fell silent."
                if queue.retry_or_bury(row, error, kind.attempts) and kind.give_up:
                    kind.give_up(session, row.payload, error)

    def enqueue_due(self) -> None:
        """Put into the queue what recurs and is due."""
        enqueue_due(self._bench.database, self._schedule)

    def _fail(
        self, identifier: str, attempt: int, kind: JobKind, error: str, *, outage: bool
    ) -> None:
        with self._bench.database.writing() as session:
            row = queue.held(session, identifier, self.name, attempt)
            if row is None or (outage and queue.put_back(row)):
                return
            if queue.retry_or_bury(row, error, kind.attempts) and kind.give_up:
                kind.give_up(session, row.payload, error)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = self.do_next()
            except Exception as error:  # noqa: BLE001 - a database away for a moment ends no worker
                _LOG.warning("queue-unreachable", exc_info=error)
                busy = False
            if not busy:
                self._news.wait(_POLL_S)
                self._news.clear()

    def _keep(self) -> None:
        while not self._stopping.wait(self._lease.total_seconds() / 4):
            try:
                self.keep()
                self.sweep()
                self.enqueue_due()
            except Exception as error:  # noqa: BLE001 - as above
                _LOG.warning("queue-unreachable", exc_info=error)
