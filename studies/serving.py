"""A real ``assay serve`` for studies: started in a process of its own, on SQLite or PostgreSQL."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from assay.service.accounts import actions, store
from assay.service.actor import SYSTEM
from assay.service.database import Database
from staging.people import add_person
from staging.ports import free_port
from staging.postgresql import postgresql_server

DATABASES = ("SQLite", "PostgreSQL")


@dataclass(frozen=True)
class Served:
    """A running service.

    Parameters
    ----------
    address
        Where it listens.
    database_url
        Its database, for setting up what a study does not measure.
    environment
        Its settings, for further processes.
    process
        Its number, for killing it.
    """

    address: str
    database_url: str
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes]

    def client(self, token: str = "") -> httpx2.Client:
        """Return a client with a token."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx2.Client(base_url=f"{self.address}/api/v1", headers=headers, timeout=120)

    def person(self, role: str, organisation: str = "buyer") -> str:
        """Add somebody, and the organisation where there is none; return a token."""
        database = Database(self.database_url)
        try:
            return _add_person(database, role, organisation)
        finally:
            database.close()


@contextmanager
def serve(kind: str, **settings: str) -> Iterator[Served]:
    """Run the service on a database until the block ends."""
    home = Path(tempfile.mkdtemp(prefix="assay-study-"))
    with _database(kind, home) as url:
        port = free_port()
        environment = {
            **os.environ,
            "ASSAY_DATA_DIR": str(home / "data"),
            "ASSAY_DATABASE_URL": url,
            "ASSAY_PORT": str(port),
            "ASSAY_LOG_LEVEL": "warning",
            **{f"ASSAY_{name.upper()}": value for name, value in settings.items()},
        }
        address = f"http://127.0.0.1:{port}"
        process = start(environment, address)
        try:
            yield Served(address, url, environment, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            shutil.rmtree(home, ignore_errors=True)


def start(environment: Mapping[str, str], address: str) -> subprocess.Popen[bytes]:
    """Start the service and return once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", "serve"], env=dict(environment), stdout=subprocess.DEVNULL
    )
    for _ in range(600):
        try:
            httpx2.get(f"{address}/api/v1/openapi.json", timeout=5)
        except httpx2.TransportError:
            if process.poll() is not None:
                raise SystemExit("The service did not start; see above.") from None
            time.sleep(0.1)
        else:
            return process
    raise SystemExit("The service did not answer within a minute.")


@contextmanager
def _database(kind: str, home: Path) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{home / 'assay.db'}"
        return
    with postgresql_server() as address:
        yield address


def _add_person(database: Database, role: str, organisation: str) -> str:
    with database.writing() as session:
        if organisation == "buyer":
            place = store.buyer(session) or actions.add_organisation(
                session, SYSTEM, name="Buyer", kind="buyer"
            )
        else:
            place = actions.add_organisation(session, SYSTEM, name=organisation)
        return add_person(session, place.id, role).token
