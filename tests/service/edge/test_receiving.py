"""Bodies that come slowly, stop, or break off keep nobody waiting and are no faults of ours."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from assay.service import receiving
from service.house import Caller, House

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}

Message = MutableMapping[str, Any]


async def ask(
    house: House, caller: Caller, method: str, path: str, receive: Callable[[], Awaitable[Message]]
) -> int:
    """Send a request whose body comes as ``receive`` lets it come; return the status."""
    statuses = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(message["status"]))

    address, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": f"/api/v1{address}",
        "raw_path": f"/api/v1{address}".encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in caller.headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("assay.test", 80),
    }
    await house.app(scope, receive, send)
    return statuses[0]


def test_bodies_that_do_not_come_keep_nobody_waiting(house: House) -> None:
    lead = house.lead
    path = f"/projects/{lead.made('/projects', PROJECT)['id']}/imports/upload?file_name=x.zip"

    async def crowd() -> tuple[int, list[int]]:
        over = asyncio.Event()

        async def nothing() -> Message:
            await over.wait()
            return {"type": "http.disconnect"}

        async def all_of_it() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        slow = [asyncio.create_task(ask(house, lead, "POST", path, nothing)) for _ in range(60)]
        await asyncio.sleep(1)
        quick = await asyncio.wait_for(ask(house, lead, "GET", "/projects", all_of_it), 20)
        over.set()
        return quick, await asyncio.gather(*slow)

    assert house.client.portal is not None
    quick, slow = house.client.portal.call(crowd)
    assert quick == 200
    assert set(slow) == {400}


@pytest.mark.parametrize("path", ["/projects", "/projects/{}/imports/upload?file_name=x.zip"])
def test_a_body_that_stops_coming_is_not_waited_for(
    house: House, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    lead = house.lead
    address = path.format(lead.made("/projects", PROJECT)["id"])
    monkeypatch.setattr(receiving, "SILENCE_S", 0.2)

    async def some_of_it() -> Message:
        if first:
            return first.pop()
        await asyncio.sleep(60)
        raise AssertionError("Nobody waits for so long.")

    first: list[Message] = [{"type": "http.request", "body": b"{", "more_body": True}]
    assert house.client.portal is not None
    assert house.client.portal.call(ask, house, lead, "POST", address, some_of_it) == 408
