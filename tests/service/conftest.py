"""The service on a real SQLite and a real PostgreSQL, with people of every role signed in."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from fastapi.testclient import TestClient
from moto.server import ThreadedMotoServer

from assay.service.app import create_app
from assay.service.database import Database
from assay.service.migrations import upgrade
from assay.service.settings import Settings
from service.house import House
from staging.postgresql import named, postgresql_server, say


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database that is up to date; copied, because making one takes longer."""
    file = tmp_path_factory.mktemp("template") / "assay.db"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A running PostgreSQL with a template that is up to date; its address without a database."""
    with postgresql_server() as address:
        say(address, "CREATE DATABASE template_assay")
        database = Database(named(address, "template_assay"))
        upgrade(database)
        database.close()
        yield address


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """An S3 API at an address of this machine, with the bucket ``assay``."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",  # noqa: S106 - the test server asks for none
    )
    client.create_bucket(Bucket="assay")
    client.close()
    yield endpoint
    server.stop()


KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> Iterator[str]:
    """An empty database that is up to date: first SQLite, then PostgreSQL."""
    with _up_to_date(request, tmp_path, sqlite_template) as url:
        yield url


@pytest.fixture(scope="module", params=KINDS)
def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[str]:
    """The same for all tests of a module: for what takes long to furnish."""
    with _up_to_date(request, tmp_path_factory.mktemp("module"), sqlite_template) as url:
        yield url


@contextmanager
def _up_to_date(
    request: pytest.FixtureRequest, folder: Path, sqlite_template: Path
) -> Iterator[str]:
    if request.param == "sqlite":
        shutil.copy(sqlite_template, folder / "assay.db")
        yield f"sqlite:///{folder / 'assay.db'}"
        return
    address: str = request.getfixturevalue("postgresql")
    name = f"t_{secrets.token_hex(6)}"
    say(address, f"CREATE DATABASE {name} TEMPLATE template_assay")
    yield named(address, name)
    say(address, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes a database without a table: of ``sqlite`` or of ``postgresql``."""
    made: list[str] = []

    def make(kind: str) -> str:
        name = f"n_{secrets.token_hex(6)}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.db"
        address: str = request.getfixturevalue("postgresql")
        say(address, f"CREATE DATABASE {name}")
        made.append(name)
        return named(address, name)

    yield make
    for name in made:
        say(request.getfixturevalue("postgresql"), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a service whose jobs run when a test says so."""
    return Settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        workers=0,
        anchor_seconds=0,
        item_workers=1,
        publish_seconds=0,
        logins_per_minute=1000,
    )


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """The service, started, with a buyer and two vendors."""
    app = create_app(settings)
    with TestClient(app, base_url="http://assay.test") as client:
        yield House.furnish(app, client)
