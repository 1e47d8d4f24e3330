"""Storage of both kinds: a folder, and a real S3 API over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import boto3
import pytest
from moto.server import ThreadedMotoServer

from assay.service.storage.objects import Objects
from assay.service.storage.opening import open_objects


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


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty storage."""
    if request.param == "folder":
        return str(tmp_path / "objects")
    monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("s3_endpoint"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return f"s3://assay/{token_hex(4)}"


@pytest.fixture
def objects(place: str) -> Objects:
    return open_objects(place)
