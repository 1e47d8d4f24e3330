"""Who delivers, and at what price."""

from dataclasses import dataclass

from assay.errors import ParameterError
from assay.sourcing.money import Money


@dataclass(frozen=True)
class PilotTimes:
    """How long a vendor took in a pilot, and how long it waited for answers meanwhile.

    Parameters
    ----------
    turnaround_hours
        From being sent the images to handing in their labels; None where it did not.
    questions, answered
        How many it asked, and how many of them were answered.
    answer_minutes
        Median wait for the first answer; None where none was answered.
    """

    turnaround_hours: float | None
    questions: int
    answered: int
    answer_minutes: float | None


@dataclass(frozen=True)
class Vendor:
    """A company or team that sells labels.

    Parameters
    ----------
    name
        Unique in a pilot.
    price_per_image
        What one image costs, or None where unknown.
    times
        How long it took in the pilot, or None where nobody noted it.
    """

    name: str
    price_per_image: Money | None = None
    times: PilotTimes | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ParameterError("A vendor has no name. Give every vendor a name.")
        if self.price_per_image is not None and self.price_per_image.minor < 0:
            raise ParameterError(
                f"{self.name} has a price of {self.price_per_image}; a price is 0 or more."
            )
