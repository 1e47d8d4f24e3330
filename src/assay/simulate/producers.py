"""The vendors of the simulated production: their annotators, and who changes when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from assay.errors import ParameterError
from assay.simulate.annotator import Annotator
from assay.simulate.faults import BoundaryJitter, BoundaryOffset, MissedObjects
from assay.sourcing import Money, Vendor


@dataclass(frozen=True)
class Hand:
    """An annotator of a vendor, and how the work changes.

    Parameters
    ----------
    annotator
        Who it is, and the faults at first and by daylight.
    later
        The faults from batch ``changes_at`` on; they replace the annotator's.
    changes_at
        Batch of the change, counted from 1; 0 for an annotator who does not change.
    poor_light
        Further faults at dusk and in rain: what makes these images hard for everybody.

    Examples
    --------
    >>> steady, hasty, dark = BoundaryJitter(1.0), BoundaryJitter(3.0), MissedObjects()
    >>> hand = Hand(Annotator("Ben", (steady,)), (hasty,), changes_at=9, poor_light=(dark,))
    >>> hand.faults_at(8, poor_light=False) == (steady,)
    True
    >>> hand.faults_at(9, poor_light=True) == (hasty, dark)
    True
    """

    annotator: Annotator
    later: tuple[Any, ...] = ()
    changes_at: int = 0
    poor_light: tuple[Any, ...] = ()

    def faults_at(self, batch: int, *, poor_light: bool) -> tuple[Any, ...]:
        """Return the faults on an image of a batch."""
        changed = self.changes_at and batch >= self.changes_at
        usual = self.later if changed else self.annotator.faults
        return (*usual, *(self.poor_light if poor_light else ()))


@dataclass(frozen=True)
class Producer:
    """A vendor that delivers batch after batch.

    Parameters
    ----------
    vendor
        Name and price.
    hands
        Its annotators; each takes about the same share of every batch.
    format
        Name of the format that it delivers in.
    zipped
        Whether a delivery is a zip rather than a folder.
    first_batch
        Batch with which it joins, counted from 1.
    """

    vendor: Vendor
    hands: tuple[Hand, ...]
    format: str
    zipped: bool = False
    first_batch: int = 1

    def __post_init__(self) -> None:
        if not self.hands:
            raise ParameterError(f"{self.vendor.name} has no annotator. Give at least one.")


@dataclass(frozen=True)
class ImageShift:
    """Other images from some batch on.

    Parameters
    ----------
    first_batch
        First batch with the other images, counted from 1.
    shares
        Share of each stratum of :data:`assay.simulate.scene.STRATA` from then on, by name; before,
        all have the same.
    """

    first_batch: int
    shares: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"city dusk": 0.5, "city rain": 0.5})
    )

    def __post_init__(self) -> None:
        values = list(self.shares.values())
        if not values or min(values) < 0 or not sum(values) > 0:
            raise ParameterError(
                f"The shares of the strata are {dict(self.shares)}; give each 0 or more, "
                "and one above 0."
            )


def hand_of(
    name: str, reach_px: float, seed: int, *, later_px: float = 0.0, changes_at: int = 0
) -> Hand:
    """Return an annotator with an unsteady hand, which may become unsteadier from a batch on."""
    missed = MissedObjects(largest_px=24, share=0.15)
    return Hand(
        Annotator(name, (missed, BoundaryJitter(reach_px, 12.0)), seed),
        later=(missed, BoundaryJitter(later_px, 12.0)),
        changes_at=changes_at,
        poor_light=(BoundaryOffset(offset_px=1), MissedObjects(largest_px=60, share=0.3)),
    )


#: Three annotators, one of whom becomes hasty with the ninth batch.
NORTHLIGHT = Producer(
    Vendor("Northlight", Money("EUR", 480)),
    (
        hand_of("Ada", 1.0, 31),
        hand_of("Ben", 1.0, 32, later_px=2.6, changes_at=9),
        hand_of("Cleo", 1.1, 33),
    ),
    "index-png",
    zipped=True,
)

#: Two annotators who stay as they are.
PIXELFORGE = Producer(
    Vendor("Pixelforge", Money("EUR", 260)),
    (hand_of("Dan", 1.2, 41), hand_of("Eva", 1.2, 42)),
    "coco",
)

DEFAULT_PRODUCERS = (NORTHLIGHT, PIXELFORGE)

#: Winter comes: from the eleventh batch on all images show dusk or rain.
DUSK_AND_RAIN = ImageShift(11)
