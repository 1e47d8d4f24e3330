"""What a PILOT.toml may say, and what it is told when it says something else."""

import pytest

from assay.errors import ParameterError
from assay.sourcing import Money, PilotTerms

GOOD = """
name = "Street"
ontology = "classes.toml"
reference = "gold"
images = "photos"
[[vendor]]
name = "A"
delivery = "a.zip"
price_per_image = 0.1
[[vendor]]
name = "B"
delivery = "b"
format = "coco"
"""


def test_a_pilot_file_names_vendors_paths_and_prices() -> None:
    terms = PilotTerms.from_toml(GOOD)
    assert [bid.vendor.name for bid in terms.bids] == ["A", "B"]
    assert terms.bids[0].vendor.price_per_image == Money("EUR", 10)
    assert terms.bids[1].format == "coco"
    assert terms.images == "photos"


def test_prices_are_never_floats() -> None:
    text = GOOD.replace("0.1", "0.30000000000000000001")
    with pytest.raises(ParameterError, match="more than 2 decimals"):
        PilotTerms.from_toml(text)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "Street"', "", "lacks name"),
        ("images", "imagse", "Did you mean 'images'"),
        ("price_per_image = 0.1", "price_per_image = true", "give a number"),
        ("price_per_image = 0.1", "price_per_image = -1", "a price is 0 or more"),
        ('name = "B"', 'name = "A"', "Two vendors are called 'A'"),
        ("[[vendor]]", "[[bidder]]", "unknown field 'bidder'"),
        ('reference = "gold"', "reference = 3", "lacks reference"),
        ("name", "name name", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_the_way_out(old: str, new: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        PilotTerms.from_toml(GOOD.replace(old, new))


def test_another_currency_is_read_in_its_own_minor_unit() -> None:
    terms = PilotTerms.from_toml(
        'currency = "JPY"\n' + GOOD.replace("price_per_image = 0.1", "price_per_image = 150")
    )
    assert terms.bids[0].vendor.price_per_image == Money("JPY", 150)
