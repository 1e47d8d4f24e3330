"""What the pages of the service say is there: every address in them is a route."""

import re
from pathlib import Path

import pytest

from assay.service.app import API, api_routes

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "service").glob("*.md"))

_ADDRESS = re.compile(r"\$API(/[^\s\"'?\\]*)")


def routes() -> list[re.Pattern[str]]:
    """Return every route's path as a pattern."""
    patterns = [re.sub(r"\{[^}]+\}", "[^/]+", route.path) for route in api_routes()]
    return [re.compile(f"{pattern}/?$") for pattern in (*patterns, "/openapi.json")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_address_in_a_page_is_a_route(page: Path) -> None:
    known = routes()
    named = _ADDRESS.findall(page.read_text(encoding="utf-8"))
    lost = [address for address in named if not any(p.match(address) for p in known)]
    assert not lost, f"{page.name} names {lost}, which are no routes below {API}."
