"""Who delivers, and at what price."""

from dataclasses import dataclass

from assay.errors import ParameterError
from assay.sourcing.money import Money


@dataclass(frozen=True)
class Vendor:
    """A company or team that sells labels.

    Parameters
    ----------
    name
        Unique in a pilot.
    price_per_image
        What one image costs, or None where unknown.
    """

    name: str
    price_per_image: Money | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ParameterError("A vendor has no name. Give every vendor a name.")
        if self.price_per_image is not None and self.price_per_image.minor < 0:
            raise ParameterError(
                f"{self.name} has a price of {self.price_per_image}; a price is 0 or more."
            )
