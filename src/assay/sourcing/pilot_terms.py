"""What a PILOT.toml says: who delivered what, at what price, to be judged by what."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from assay import toml_table
from assay.errors import ParameterError
from assay.sourcing.money import Money
from assay.sourcing.vendor import Vendor

_TOP = (
    "name", "ontology", "reference", "reference_format", "further_references", "images", "strata",
    "currency", "vendor",
)  # fmt: skip
_VENDOR = ("name", "delivery", "format", "price_per_image")


@dataclass(frozen=True)
class Bid:
    """One vendor's part of a pilot.

    Parameters
    ----------
    vendor
        Who, and at what price.
    delivery
        Path of the delivery, relative to the pilot file.
    format
        Format of the delivery, or None to detect it.
    """

    vendor: Vendor
    delivery: str
    format: str | None = None


@dataclass(frozen=True)
class PilotTerms:
    """The content of a PILOT.toml; paths are relative to the file.

    Parameters
    ----------
    name
        Name of the pilot.
    ontology, reference
        Paths of the class file and of the gold labels.
    bids
        At least one vendor.
    reference_format
        Format of the reference, or None to detect it.
    further_references
        Paths of other experts' labels of the same images, for the human ceiling.
    images, strata
        Paths of the photographs and of a CSV with columns ``item`` and ``stratum``, or None.

    Examples
    --------
    >>> terms = PilotTerms.from_toml('''
    ... name = "Street pilot"
    ... ontology = "ontology.toml"
    ... reference = "gold"
    ... [[vendor]]
    ... name = "Northlight"
    ... delivery = "northlight.zip"
    ... price_per_image = 1.20
    ... ''')
    >>> str(terms.bids[0].vendor.price_per_image)
    '1.20 EUR'
    """

    name: str
    ontology: str
    reference: str
    bids: tuple[Bid, ...]
    reference_format: str | None = None
    further_references: tuple[str, ...] = ()
    images: str | None = None
    strata: str | None = None

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Parse a pilot file.

        Prices are numbers or texts in major units of ``currency`` (an ISO 4217 code, EUR unless
        stated), read exactly.

        Raises
        ------
        ParameterError
            When the text is not TOML, lacks a field, or has an unknown one.
        """
        table = toml_table.parse_toml(text, "The pilot file", exact=True)
        toml_table.check_names(table, _TOP, "The pilot file")
        rows = table.get("vendor")
        if not isinstance(rows, list) or not rows:
            raise ParameterError("The pilot file has no [[vendor]]. Add one table per vendor.")
        further = table.get("further_references", [])
        if not isinstance(further, list) or not all(isinstance(path, str) for path in further):
            raise ParameterError('further_references is a list of paths, such as ["expert-2"].')
        currency = toml_table.text(table, "currency", "The pilot file", default="EUR")
        bids = tuple(_bid(row, place, currency) for place, row in enumerate(rows, 1))
        names = [bid.vendor.name for bid in bids]
        for name in names:
            if names.count(name) > 1:
                raise ParameterError(f"Two vendors are called {name!r}. Give each its own name.")
        return cls(
            toml_table.text(table, "name", "The pilot file"),
            toml_table.text(table, "ontology", "The pilot file"),
            toml_table.text(table, "reference", "The pilot file"),
            bids,
            toml_table.optional_text(table, "reference_format", "The pilot file"),
            tuple(further),
            toml_table.optional_text(table, "images", "The pilot file"),
            toml_table.optional_text(table, "strata", "The pilot file"),
        )


def _bid(row: object, place: int, currency: str) -> Bid:
    label = f"Vendor {place} of the pilot file"
    if not isinstance(row, dict):
        raise ParameterError(f"{label} is not a [[vendor]] table.")
    toml_table.check_names(row, _VENDOR, label)
    price = row.get("price_per_image")
    if not isinstance(price, str | int | Decimal | None) or isinstance(price, bool):
        raise ParameterError(f"{label} has price_per_image {price!r}; give a number such as 1.20.")
    return Bid(
        Vendor(
            toml_table.text(row, "name", label),
            None if price is None else Money.parse(price, currency),
        ),
        toml_table.text(row, "delivery", label),
        toml_table.optional_text(row, "format", label),
    )
