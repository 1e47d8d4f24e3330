"""`assay login` keeps a token where only its owner reads; `assay status` says what waits."""

import json
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from assay.cli.client import RefusedError
from assay.cli.login import run_login, run_logout, run_status
from assay.cli.signed_in import sign_in_file
from assay.errors import SourceError
from service.accounts.browsers import PASSWORD, move_in
from service.deliveries.batches import send_batch
from service.house import House

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ADDRESS = "http://assay.test"


@pytest.fixture(autouse=True)
def reached(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line reaches the house, from a home of its own."""

    def client(*, base_url: str, headers: dict[str, str], timeout: float) -> TestClient:
        del timeout
        return TestClient(house.app, base_url=base_url, headers=headers)

    monkeypatch.setattr(httpx2, "Client", client)
    for name in ("ASSAY_URL", "ASSAY_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))


def log_in(house: House, role: str, organisation: str) -> None:
    email = f"{role}@{organisation}.test"
    move_in(house, email, [role], organisation)
    run_login(ADDRESS, email=email, password=PASSWORD, code=None)


def test_a_vendor_sees_the_batches_that_wait(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    batch = send_batch(house)
    log_in(house, "manager", "northlight")
    run_status()
    told = capfd.readouterr().out
    assert "Signed in as manager of northlight" in told
    assert f"{batch.id}  sent, 4 images" in told


def test_a_lead_sees_projects_and_who_must_act(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    batch = send_batch(house)
    log_in(house, "lead", "buyer")
    run_status()
    told = capfd.readouterr().out
    assert f"{batch.project}  P" in told
    assert "vendor: " in told


def test_the_token_is_its_owner_s_alone(house: House) -> None:
    log_in(house, "lead", "buyer")
    assert sign_in_file().stat().st_mode & 0o777 == 0o600
    assert {*json.loads(sign_in_file().read_text())} == {"address", "token", "id"}


def test_who_signs_out_is_forgotten_and_the_token_revoked(house: House) -> None:
    log_in(house, "lead", "buyer")
    token = json.loads(sign_in_file().read_text())["token"]
    run_logout()
    assert not sign_in_file().exists()
    answer = house.client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    with pytest.raises(SourceError, match="assay login"):
        run_status()


def test_a_wrong_password_keeps_nothing(house: House) -> None:
    move_in(house, "ada@buyer.test", ["lead"])
    with pytest.raises(RefusedError, match="are not right"):
        run_login(ADDRESS, email="ada@buyer.test", password=PASSWORD[1:], code=None)
    assert not sign_in_file().exists()
