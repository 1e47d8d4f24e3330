"""``assay login`` and ``assay status``: who the command line is at the service, and what waits."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from assay.cli.client import Client
from assay.cli.output import say
from assay.cli.signed_in import sign_in_file, signed_in_client

#: Days after which one signs in again.
_DAYS = 30


def run_login(address: str, *, email: str, password: str, code: str | None) -> None:
    """Sign in, make a token with all rights of one's own, and keep it where only oneself reads."""
    with Client(address) as client:
        client.sign_in(email, password, code=code)
        me = client.get("/me")
        expires = datetime.now(UTC) + timedelta(days=_DAYS)
        token = client.post(
            "/tokens",
            {"name": "assay login", "scopes": me["rights"], "expires": expires.isoformat()},
        )
        client.delete("/session")
    _keep({"address": address, "token": token["secret"], "id": token["id"]})
    say(f"Signed in as {me['name']} of {me['organisation_name']} until {expires:%Y-%m-%d}.\n")


def run_logout() -> None:
    """Revoke the token that `assay login` made, and forget it."""
    file = sign_in_file()
    if not file.is_file():
        say("Nobody is signed in.\n")
        return
    kept = json.loads(file.read_text(encoding="utf-8"))
    file.unlink()
    with Client(kept["address"], token=kept["token"]) as client:
        client.delete(f"/tokens/{kept['id']}")
    say("Signed out; the token is revoked.\n")


def run_status() -> None:
    """Say who is signed in, and what waits for them."""
    with signed_in_client() as client:
        me = client.get("/me")
        roles = ", ".join(me["roles"])
        say(f"{me['name']} ({roles}) of {me['organisation_name']}, at {client.address}\n")
        lines = _of_vendor(client) if me["kind"] == "vendor" else _of_buyer(client, me["rights"])
        for line in lines:
            say(f"  {line}\n")


def _of_vendor(client: Client) -> Iterator[str]:
    for batch in client.all_of("/vendor/batches"):
        due = f", due {batch['due']}" if batch["due"] else ""
        yield f"{batch['id']}  {batch['state']}, {batch['images']} images{due}"


def _of_buyer(client: Client, rights: list[str]) -> Iterator[str]:
    if "projects.read" not in rights:
        return
    for project in client.all_of("/projects"):
        yield f"{project['id']}  {project['name']}"
        if "insights.read" in rights:
            found = client.get(f"/projects/{project['id']}/insights/next-actions")
            yield from (f"  {_action(action)}" for action in found["actions"])


def _action(action: dict[str, Any]) -> str:
    return f"{action['who']}: {action['message']}"


def _keep(kept: dict[str, str]) -> None:
    """Write the token whole or not at all, never readable by anybody else."""
    file = sign_in_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(kept, stream)
    part.replace(file)
