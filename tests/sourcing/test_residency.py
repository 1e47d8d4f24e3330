"""Images go to vendors only that work where the project allows it."""

import pytest

from assay.sourcing.profile import VendorProfile
from assay.sourcing.residency import residency_faults


def faults(sensitivity: str, countries: list[str], works_in: set[str]) -> list[str]:
    vendor = VendorProfile("Northlight", countries=frozenset(works_in))
    return list(residency_faults(sensitivity, countries, vendor))


def test_every_country_of_the_vendor_must_be_allowed() -> None:
    assert faults("public", ["DE", "PL"], {"PL"}) == []
    assert faults("public", ["DE"], {"PL", "DE"}) == [
        "Northlight works in PL; the project allows DE."
    ]


def test_who_does_not_say_where_it_works_is_not_trusted() -> None:
    assert "does not say" in faults("public", ["DE"], set())[0]


@pytest.mark.parametrize("sensitivity", ["confidential", "medical"])
def test_guarded_images_leave_only_to_countries_that_are_named(sensitivity: str) -> None:
    assert "no country is named" in faults(sensitivity, [], {"DE"})[0]
    assert faults(sensitivity, ["DE"], {"DE"}) == []


@pytest.mark.parametrize("sensitivity", ["public", "internal"])
def test_others_go_anywhere_where_no_country_is_named(sensitivity: str) -> None:
    assert faults(sensitivity, [], set()) == []
