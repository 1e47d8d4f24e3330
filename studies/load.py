"""What the service carries on two cores: requests, uploads, and a large delivery."""

import asyncio
import itertools
import os
import random
import time
import zipfile
from collections.abc import Awaitable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import numpy as np

from assay.cli.client import Client
from assay.formats import write_delivery
from assay.labels import LabelMap
from assay.simulate.annotator import Annotator
from assay.simulate.faults import BoundaryJitter
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from studies.sent_work import send_batch
from studies.serving import DATABASES, Served, serve
from studies.study import Study, table

RATE_PER_S = 100
READS = 0.8
VENDORS = 10
SCENES = 10
SEED = 20260601

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
    received = [uploads(kind, quick=quick) for kind in DATABASES]
    large = [large_delivery(kind, quick=quick) for kind in DATABASES]
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

## Uploads at once

{VENDORS} vendors upload at the same time, in parts that are sealed and durable before they are
acknowledged.

{table(["Database", "uploads", "time", "together", "not received"], received)}

## A large delivery

Label maps of 2048 × 1024 pixels as index PNGs in one zip; from the end of the upload until every
image was read, checked by all rules, kept, and its hidden gold scored. Target: 1,000 within 60 s.

{table(["Database", "images", "hidden gold", "archive", "time", "outcome"], large)}
"""
    return Study("Load", text)


def uploads(kind: str, *, quick: bool, **settings: str) -> list[object]:
    """Have ten vendors upload at once; nothing is judged meanwhile, so that only this is timed."""
    size = (5 if quick else 50) * 2**20
    with serve(kind, workers="0", **settings) as served, TemporaryDirectory() as folder:
        senders = []
        for number in range(VENDORS):
            token = served.person("manager", f"Vendor {number}")
            with served.client(token) as client:
                vendor = client.get("/me").json()["organisation"]
            batch = send_batch(served, vendor, ["a"], STREET, {})
            file = Path(folder) / f"{number}.zip"
            file.write_bytes(random.Random(number).randbytes(size))  # noqa: S311 - no secret
            senders.append((token, batch, file))
        begun = time.monotonic()
        with ThreadPoolExecutor(VENDORS) as hands:
            states = list(hands.map(lambda sender: _deliver(served.address, *sender), senders))
        seconds = time.monotonic() - begun
    megabytes = VENDORS * size / 1e6
    return [
        kind,
        f"{VENDORS} × {size / 2**20:.0f} MiB",
        f"{seconds:.1f} s",
        f"{megabytes / seconds:.0f} MB/s",
        VENDORS - states.count("received"),
    ]


def _deliver(address: str, token: str, batch: str, file: Path) -> str:
    with Client(address, token=token) as client:
        return str(client.deliver(batch, file)["state"])


def large_delivery(kind: str, *, quick: bool, **settings: str) -> list[object]:
    """Time a delivery from the end of its upload until it is judged, hidden gold scored."""
    images = 60 if quick else 1000
    truths = [draw_scene(1024, 2048, seed=SEED + number).truth for number in range(SCENES)]
    hand = Annotator("a", (BoundaryJitter(reach_px=1.5),), seed=1)
    drawn = [hand.annotate(truth, place, STREET) for place, truth in enumerate(truths)]
    aliases = [f"img-{number:04d}" for number in range(images)]
    gold = {alias: truths[place % SCENES] for place, alias in enumerate(aliases) if not place % 10}
    with serve(kind, **settings) as served, TemporaryDirectory() as folder:
        token = served.person("manager", "Vendor")
        archive = _packed(aliases, drawn, Path(folder))
        with Client(served.address, token=token) as client:
            vendor = client.get("/me")["organisation"]
            batch = send_batch(served, vendor, aliases, STREET, gold)
            delivery = client.deliver(batch, archive)
            begun = time.monotonic()
            found = client.wait(f"/vendor/deliveries/{delivery['id']}", until="received")
            seconds = time.monotonic() - begun
        size = archive.stat().st_size
    return [
        kind,
        f"{images:,}",
        len(gold),
        f"{size / 1e6:.0f} MB",
        f"{seconds:.1f} s",
        f"{found['state']}, {found['items']:,} items",
    ]


def _packed(aliases: Sequence[str], maps: Sequence[LabelMap], folder: Path) -> Path:
    """Write index PNGs into a zip, each of the few maps many times under other names."""
    written = folder / "labels"
    write_delivery(
        ((f"{place:02d}", each) for place, each in enumerate(maps)), written, STREET,
        format="index-png",
    )  # fmt: skip
    images = [(written / f"{place:02d}.png").read_bytes() for place in range(len(maps))]
    archive = folder / "labels.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for place, alias in enumerate(aliases):
            packed.writestr(f"{alias}.png", images[place % len(images)])
    return archive


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
