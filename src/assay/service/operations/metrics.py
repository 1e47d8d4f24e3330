"""What Prometheus scrapes: requests as they end, and the state of queue and log when it asks."""

import time
from collections.abc import Mapping
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assay.service import clock
from assay.service.audit.tables import TipRow
from assay.service.jobs.tables import JobRow

#: Seconds; the promise for reads and writes is 0.2.
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0)

#: States of jobs, so that a state without jobs is a zero and no gap.
_JOB_STATES = ("queued", "running", "done", "dead")


class Metrics:
    """Counters of one application; their names are the documentation's."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "assay_requests",
            "Requests answered, by method, route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "assay_request_seconds",
            "Seconds until a request was answered, by method and route.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._jobs = Gauge(
            "assay_jobs", "Jobs, by their state.", ("state",), registry=self.registry
        )
        self._waiting = Gauge(
            "assay_oldest_job_seconds",
            "Seconds that the oldest job has waited; 0 where none waits.",
            registry=self.registry,
        )
        self._entries = Gauge(
            "assay_audit_entries", "Entries of the audit log.", registry=self.registry
        )
        self._unanchored = Gauge(
            "assay_audit_unanchored_entries",
            "Entries that no signed head known to this process counts.",
            registry=self.registry,
        )
        self._broken = Gauge(
            "assay_audit_broken",
            "1 when the audit log is not what was anchored.",
            registry=self.registry,
        )
        self._put_away = Counter(
            "assay_put_away",
            "What housekeeping put away in this process, by what it was.",
            ("what",),
            registry=self.registry,
        )
        self._kept_house = Gauge(
            "assay_housekeeping_seconds",
            "When housekeeping last ended in this process, in seconds since 1970; 0 for not yet.",
            registry=self.registry,
        )

    def note_put_away(self, counts: Mapping[str, int], now: datetime) -> None:
        """Count what housekeeping put away."""
        for what, count in counts.items():
            self._put_away.labels(what).inc(count)
        self._kept_house.set(now.timestamp())

    def text(self, session: Session, *, anchored: int, broken: bool) -> bytes:
        """Return everything in the text format of Prometheus.

        Parameters
        ----------
        session
            Reads the queue and the log.
        anchored
            Entries that a signed head counts.
        broken
            Whether the log is not what was anchored.
        """
        query = select(JobRow.state, func.count()).group_by(JobRow.state)
        counts = {state: number for state, number in session.execute(query)}  # noqa: C416 - rows are no pairs
        for state in _JOB_STATES:
            self._jobs.labels(state).set(counts.get(state, 0))
        oldest = session.scalar(select(func.min(JobRow.created)).where(JobRow.state == "queued"))
        self._waiting.set(0 if oldest is None else (clock.now() - oldest).total_seconds())
        size = session.scalar(select(TipRow.size)) or 0
        self._entries.set(size)
        self._unanchored.set(max(0, size - anchored))
        self._broken.set(broken)
        return generate_latest(self.registry)


class Measured:
    """Counts every request and how long it took."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            # The route and not the path: ids would make a series of each thing.
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if route != "none" else "any"
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.seconds.labels(method, route).observe(time.perf_counter() - begun)
