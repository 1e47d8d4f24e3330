"""People at a browser: an invitation taken up, a password, a cookie, and the token beside it."""

from dataclasses import dataclass

from fastapi.testclient import TestClient
from httpx2 import Response

from service.house import House

PASSWORD = "correct horse battery"  # noqa: S105 - of people in tests


@dataclass(frozen=True)
class Browser:
    """A session's cookie and the token that its own pages know."""

    client: TestClient
    cookie: str
    csrf: str

    def ask(self, method: str, path: str, *, csrf: str | None = None, **more: object) -> Response:
        """Send a request with the cookie, and with the token unless another is given."""
        headers = {
            "cookie": f"assay_session={self.cookie}",
            "x-csrf-token": self.csrf if csrf is None else csrf,
        }
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)  # type: ignore[arg-type]  # whatever the client takes

    def works(self) -> bool:
        """Say whether the session is open."""
        status = self.ask("GET", "/me").status_code
        assert status in {200, 401}
        return status == 200


def invite(house: House, email: str, roles: list[str], organisation: str = "buyer") -> str:
    """Invite somebody and return the secret."""
    place = house.organisations[organisation]
    body = {"email": email, "roles": roles, "organisation": place}
    token: str = house.admin.made("/invitations", body)["token"]
    return token


def move_in(house: House, email: str, roles: list[str], organisation: str = "buyer") -> str:
    """Make an account by invitation and return the person's id."""
    body = {
        "token": invite(house, email, roles, organisation),
        "name": email.partition("@")[0],
        "password": PASSWORD,
    }
    person: str = house.nobody.made("/invitations/take-up", body)["id"]
    return person


def try_in(house: House, email: str, password: str = PASSWORD, **more: str) -> Response:
    """Try to sign in; the client forgets the cookie."""
    response = house.nobody.post("/session", json={"email": email, "password": password, **more})
    house.client.cookies.clear()
    return response


def sign_in(house: House, email: str, password: str = PASSWORD, **more: str) -> Browser:
    """Sign in and return the browser."""
    response = try_in(house, email, password, **more)
    assert response.status_code == 201, response.text
    return Browser(house.client, response.cookies["assay_session"], response.json()["csrf_token"])
