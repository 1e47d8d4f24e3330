"""Storage of both kinds: a folder, and a real S3 API over HTTP."""

from pathlib import Path
from secrets import token_hex

import pytest

from assay.service.storage.objects import Objects
from assay.service.storage.opening import open_objects


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
