"""The character that PostgreSQL has no text for is refused at the edge, on both databases."""

import pytest

from service.house import House

CARD = {"name": "x", "currency": "EUR", "valid_from": "2026-01-01"}
PRICE = {"per-image": {"price": "1"}}


def test_nul_in_an_address(house: House) -> None:
    assert house.admin.get("/vendors/%00").status_code == 422
    assert house.admin.get("/vendors", params={"cursor": "\0"}).status_code == 422


def test_nul_however_deep_in_a_body(house: House) -> None:
    steps = [{"at": "0.5", "percent": "1"}]
    price = {**PRICE, "bonus": {"metric": "a\0b", "steps": steps}}
    answer = house.vendor.post("/vendor/rate-cards", json={**CARD, "price": price})
    assert (answer.status_code, "U+0000" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize(("text", "status"), [(rb"\\u0000", 201), (rb"\\\u0000", 422)])
def test_a_backslash_before_it_is_read_as_json_reads_it(
    house: House, text: bytes, status: int
) -> None:
    body = b'{"name": "' + text + b'"}'
    headers = {"content-type": "application/json"}
    assert house.lead.post("/vendors", content=body, headers=headers).status_code == status


def test_a_name_that_no_text_can_hold_is_refused(house: House) -> None:
    body = (
        b'{"name": "x", "currency": "EUR", "valid_from": "2026-01-01", "price": {"per-image": '
        b'{"price": "1"}, "bonus": {"metric": "\\ud800", "steps": [{"at": 0, "percent": 1}]}}}'
    )
    headers = {"content-type": "application/json"}
    answer = house.vendor.post("/vendor/rate-cards", content=body, headers=headers)
    assert answer.status_code == 422
