"""What the service carries on two cores: requests, uploads, and a large delivery."""

import asyncio
import itertools
import os
import random
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field

import httpx2
import numpy as np

from studies.serving import DATABASES, Served, serve
from studies.study import Study, table

RATE_PER_S = 100
READS = 0.8

_PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}
_TOML = '[[class]]\nname = "road"\nid = 1\ncolor = "#804080"\ndefinition = "Ground for cars."\n'


@dataclass
class Tally:
    """What came back: times in milliseconds, and what was not as it should be."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Carried:
    """One run at a steady rate."""

    kind: str
    seconds: float
    tally: Tally

    @property
    def row(self) -> list[object]:
        """Return the run as a row of the table."""
        times = np.array(self.tally.reads + self.tally.writes)
        p95 = float(np.percentile(times, 95))
        return [
            self.kind,
            f"{times.size / self.seconds:.0f}",
            f"{np.percentile(self.tally.reads, 50):.0f}",
            f"{np.percentile(self.tally.reads, 95):.0f}",
            f"{np.percentile(self.tally.writes, 95):.0f}",
            f"{p95:.0f}",
            f"{np.percentile(times, 99):.0f}",
            len(self.tally.faults),
        ]


def run(*, quick: bool) -> Study:
    """Put the service under load on each database."""
    seconds = 10.0 if quick else 120.0
    runs = [_requests(kind, seconds) for kind in DATABASES]
    titles = [
        "Database", "requests/s", "reads p50", "reads p95", "writes p95", "all p95", "all p99",
        "not as they should be",
    ]  # fmt: skip
    faults = sorted({fault for found in runs for fault in found.tally.faults})
    text = f"""
One `assay serve` with two workers, on a machine of {os.cpu_count()} cores that the load's own
process shares. Times are milliseconds from the moment at which a request was due, so that waiting
counts.

## Requests at a steady rate

{RATE_PER_S} requests a second for {seconds:.0f} s, {100 * READS:.0f} % of them reads (projects,
lists, guidelines, who am I), the others writes that change rows and add to the log. Target: 95 %
within 200 ms, none refused.

{table(titles, [found.row for found in runs])}
{"".join(f"{chr(10)}* {fault}" for fault in faults[:5])}
"""
    return Study("Load", text)


def _requests(kind: str, seconds: float) -> Carried:
    with serve(kind) as served:
        token = served.person("lead")
        places = _furnish(served, token)
        tally = Tally()
        begun = time.monotonic()
        asyncio.run(_steadily(served, token, places, seconds, tally))
        return Carried(kind, time.monotonic() - begun, tally)


def _furnish(served: Served, token: str) -> list[tuple[str, str]]:
    """Make projects with classes and guidelines; return their ids."""
    places = []
    with served.client(token) as client:
        for _ in range(20):
            project = client.post("/projects", json=_PROJECT).json()["id"]
            base = f"/projects/{project}"
            ontology = client.post(f"{base}/ontologies", json={"toml": _TOML}).json()["id"]
            draft = {"ontology": ontology, "text": "# Road\n" * 50}
            guideline = client.post(f"{base}/guidelines", json=draft).json()["id"]
            places.append((project, guideline))
    return places


async def _steadily(
    served: Served, token: str, places: list[tuple[str, str]], seconds: float, tally: Tally
) -> None:
    """Send requests when they are due, whether or not those before were answered."""
    draw = random.Random(20260601)  # noqa: S311 - a fixed seed, no secret
    headers = {"authorization": f"Bearer {token}"}
    limits = httpx2.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx2.AsyncClient(
        base_url=f"{served.address}/api/v1", headers=headers, timeout=60, limits=limits
    ) as client:
        begun = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in itertools.count():
                due = begun + number / RATE_PER_S
                if due > begun + seconds:
                    break
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                reads = draw.random() < READS
                ask = _read if reads else _write
                group.create_task(_timed(ask(client, draw, places), due, tally, reads=reads))


async def _timed(
    asked: Awaitable[httpx2.Response], due: float, tally: Tally, *, reads: bool
) -> None:
    try:
        response = await asked
    except httpx2.TransportError as error:
        tally.faults.append(type(error).__name__)
        return
    (tally.reads if reads else tally.writes).append((time.monotonic() - due) * 1000)
    if response.status_code >= 300:
        tally.faults.append(f"{response.request.method} gave {response.status_code}")


async def _read(
    client: httpx2.AsyncClient, draw: random.Random, places: list[tuple[str, str]]
) -> httpx2.Response:
    project, guideline = draw.choice(places)
    path = draw.choice(
        [
            "/me",
            "/projects?limit=20",
            f"/projects/{project}",
            f"/projects/{project}/guidelines",
            f"/projects/{project}/guidelines/{guideline}",
            "/deliveries",
        ]
    )
    return await client.get(path)


async def _write(
    client: httpx2.AsyncClient, draw: random.Random, places: list[tuple[str, str]]
) -> httpx2.Response:
    project, guideline = draw.choice(places)
    if draw.random() < 0.5:
        case = {"kind": "shadow", "title": "A shadow on the road", "ruling": "It is road."}
        return await client.post(
            f"/projects/{project}/guidelines/{guideline}/edge-cases", json=case
        )
    return await client.post("/projects", json=_PROJECT)
