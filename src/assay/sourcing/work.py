"""Work that was accepted, measured by the buyer: what an invoice is made of."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self

from assay.errors import ParameterError


@dataclass(frozen=True)
class AcceptedItem:
    """One version of one image's labels that an acceptance decision covers.

    Parameters
    ----------
    version
        Id of the delivered version; it is paid at most once.
    item
        Name of the image, as the vendor knows it.
    pixels
        Size of the image, height × width.
    objects
        Regions of the classes that are things, counted by the buyer.
    vertices
        Vertices that the outlines need, counted by the buyer after simplification: what a vendor
        exports is not what it is paid for.
    """

    version: str
    item: str
    pixels: int
    objects: int = 0
    vertices: int = 0

    def __post_init__(self) -> None:
        if not self.version:
            raise ParameterError(f"Item {self.item!r} has no version. Name the accepted version.")
        if self.pixels < 1 or min(self.objects, self.vertices) < 0:
            raise ParameterError(
                f"{self.item} has {self.pixels} pixels, {self.objects} objects and "
                f"{self.vertices} vertices; an image has a pixel and no count is below 0."
            )


@dataclass(frozen=True)
class MeasuredQuality:
    """What the evidence says of one measure of quality.

    Parameters
    ----------
    estimate, low, high
        The measure and the bounds of its interval, low ≤ estimate ≤ high.
    """

    estimate: Decimal
    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not self.low <= self.estimate <= self.high:
            raise ParameterError(
                f"Quality {self.estimate} does not lie in its interval {self.low} to {self.high}."
            )


@dataclass(frozen=True)
class AcceptedWork:
    """A batch, or the part of it, that one acceptance decision covers.

    Parameters
    ----------
    decision
        Id of the acceptance decision: the evidence of every line that follows from it.
    batch
        Id or name of the batch, as the vendor knows it.
    decided_at
        When it was decided, with time zone.
    items
        Accepted versions; gold is among them and is paid like any image.
    seconds
        Hours that the vendor reports for the batch, in seconds; 0 where nobody pays by the hour.
    qualities
        Measures that a bonus or malus may refer to, as (name, quality).

    Examples
    --------
    >>> from datetime import UTC
    >>> items = (AcceptedItem("ver_1", "frame_1", 2_000_000, objects=12),)
    >>> work = AcceptedWork("dec_1", "batch 1", datetime(2026, 3, 1, tzinfo=UTC), items)
    >>> work.quantities
    Quantities(images=1, pixels=2000000, objects=12, vertices=0, seconds=0)
    """

    decision: str
    batch: str
    decided_at: datetime
    items: tuple[AcceptedItem, ...]
    seconds: int = 0
    qualities: tuple[tuple[str, MeasuredQuality], ...] = ()

    def __post_init__(self) -> None:
        if self.decided_at.tzinfo is None:
            raise ParameterError(f"{self.decided_at} has no time zone. State times in UTC.")
        if self.seconds < 0:
            raise ParameterError(f"{self.batch} took {self.seconds} s; hours are 0 or more.")
        versions = [item.version for item in self.items]
        if len(set(versions)) < len(versions):
            raise ParameterError(f"{self.batch} names an accepted version twice. Name each once.")

    @property
    def quantities(self) -> "Quantities":
        """What there is to pay for, added up."""
        return Quantities(
            images=len(self.items),
            pixels=sum(item.pixels for item in self.items),
            objects=sum(item.objects for item in self.items),
            vertices=sum(item.vertices for item in self.items),
            seconds=self.seconds,
        )


@dataclass(frozen=True)
class Quantities:
    """How much work there is, in whole units.

    Parameters
    ----------
    images, pixels, objects, vertices, seconds
        Each 0 or more.

    Examples
    --------
    >>> Quantities(images=2) + Quantities(images=3, seconds=60)
    Quantities(images=5, pixels=0, objects=0, vertices=0, seconds=60)
    """

    images: int = 0
    pixels: int = 0
    objects: int = 0
    vertices: int = 0
    seconds: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.images + other.images,
            self.pixels + other.pixels,
            self.objects + other.objects,
            self.vertices + other.vertices,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True)
class Citation:
    """What a line is paid for: a decision, and the versions that it accepted.

    Parameters
    ----------
    decision
        Id of the acceptance decision.
    batch
        The batch, as the vendor knows it.
    versions
        Accepted versions, sorted.
    """

    decision: str
    batch: str
    versions: tuple[str, ...]

    @classmethod
    def of(cls, work: AcceptedWork) -> Self:
        """Cite all of some accepted work."""
        return cls(work.decision, work.batch, tuple(sorted(item.version for item in work.items)))

    @property
    def digest(self) -> str:
        """SHA-256 over the versions, one a line: who holds the list can check the count.

        Examples
        --------
        >>> Citation("dec_1", "batch 1", ("ver_1", "ver_2")).digest[:12]
        '1f505e52ed4c'
        """
        return hashlib.sha256("".join(f"{name}\n" for name in self.versions).encode()).hexdigest()
