"""The service as tests see it: callers of every role, and jobs that run when told to."""

from dataclasses import dataclass, field
from typing import Any, Self

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from assay.service.accounts import actions
from assay.service.actor import SYSTEM, Kind
from assay.service.permissions import ROLES
from staging.people import add_person

#: The two vendors of every test.
VENDORS = ("northlight", "pixelforge")


@dataclass(frozen=True)
class Caller:
    """Somebody with a token, speaking to the service over HTTP."""

    client: TestClient
    headers: dict[str, str]
    user: str = ""
    organisation: str = ""

    def get(self, path: str, **more: Any) -> Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> Response:
        return self.ask("POST", path, **more)

    def patch(self, path: str, **more: Any) -> Response:
        return self.ask("PATCH", path, **more)

    def put(self, path: str, **more: Any) -> Response:
        return self.ask("PUT", path, **more)

    def delete(self, path: str, **more: Any) -> Response:
        return self.ask("DELETE", path, **more)

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> Response:
        """Send a request as this caller; ``path`` starts after the version."""
        url = path if path.startswith("/api/") else f"/api/v1{path}"
        return self.client.request(method, url, headers={**self.headers, **(headers or {})}, **more)

    def made(self, path: str, json: object = None, **more: Any) -> Any:
        """Post, demand that something was made, and return it."""
        response = self.post(path, json=json, **more)
        assert response.status_code == 201, response.text
        return response.json()

    def seen(self, path: str, **more: Any) -> Any:
        """Get, demand that it is there, and return it."""
        response = self.get(path, **more)
        assert response.status_code == 200, response.text
        return response.json()


@dataclass
class House:
    """A started service with a buyer and two vendors."""

    app: FastAPI
    client: TestClient
    callers: dict[str, Caller] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)

    @classmethod
    def furnish(cls, app: FastAPI, client: TestClient) -> Self:
        """Add the organisations; people come when they are asked for."""
        house = cls(app, client)
        with app.state.database.writing() as session:
            buyer = actions.add_organisation(session, SYSTEM, name="Buyer", kind="buyer")
            house.organisations["buyer"] = buyer.id
            for vendor in VENDORS:
                row = actions.add_organisation(session, SYSTEM, name=vendor)
                house.organisations[vendor] = row.id
        return house

    @property
    def nobody(self) -> Caller:
        """Somebody who is not signed in."""
        return Caller(self.client, {})

    @property
    def lead(self) -> Caller:
        """The buyer's lead."""
        return self.person("lead")

    @property
    def admin(self) -> Caller:
        """The buyer's admin."""
        return self.person("admin")

    @property
    def vendor(self) -> Caller:
        """The manager of the first vendor."""
        return self.person("manager", VENDORS[0])

    @property
    def rival(self) -> Caller:
        """The manager of the second vendor."""
        return self.person("manager", VENDORS[1])

    def person(self, role: str, organisation: str = "buyer", *, name: str = "") -> Caller:
        """Return somebody of a role, signed in by a token with all of the role's rights."""
        place = f"{organisation}/{role}/{name}"
        if place not in self.callers:
            self.callers[place] = self._new_person(role, organisation, name or role)
        return self.callers[place]

    def work(self) -> int:
        """Do all jobs that wait; return how many there were."""
        done = 0
        while self.app.state.worker.do_next():
            done += 1
        return done

    def _new_person(self, role: str, organisation: str, name: str) -> Caller:
        kind: Kind = "buyer" if organisation == "buyer" else "vendor"
        assert role in ROLES[kind], f"{kind} has no {role}"
        place = self.organisations[organisation]
        with self.app.state.database.writing() as session:
            person = add_person(session, place, role, name=name)
        return Caller(self.client, person.headers, person.user, place)
