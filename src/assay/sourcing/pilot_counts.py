"""What a pilot counted of each vendor, as the comparison of quotes needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from assay.errors import ParameterError

#: Where the share of rework comes from: the vendor's own, all vendors of the pilot, or nowhere.
Basis = Literal["own", "all vendors", "assumed"]

_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Try:
    """One image of a pilot, as one vendor labelled it.

    Parameters
    ----------
    passed
        Whether the first version was good enough.
    mended
        Whether the next version was, or None where there is none.
    pixels, objects, vertices
        What is in its labels, or in the image.
    """

    passed: bool
    mended: bool | None = None
    pixels: int = 1
    objects: int = 0
    vertices: int = 0


@dataclass(frozen=True)
class PilotCounts:
    """What was counted of one vendor.

    Parameters
    ----------
    passed, images
        How many images were good enough at first, of how many.
    mended, sent_back
        How many were good enough in the next round, of how many that came back.
    basis
        Whose images ``mended`` and ``sent_back`` are.
    pixels, objects, vertices, seconds
        Means of one image, to four decimals.
    """

    passed: int
    images: int
    mended: int
    sent_back: int
    basis: Basis
    pixels: Decimal
    objects: Decimal
    vertices: Decimal
    seconds: Decimal


def count_pilot(
    tries: Mapping[str, Sequence[Try]], *, seconds: Mapping[str, int]
) -> dict[str, PilotCounts]:
    """Count a pilot's images for each vendor.

    A vendor of whom nothing came back gets the rework of all vendors together; where nothing came
    back of anybody, one of two is assumed, so that the doubt stays wide.

    Parameters
    ----------
    tries
        Each vendor's images; at least one each.
    seconds
        Time that a vendor reported for the pilot; 0 where it is not named.

    Examples
    --------
    >>> counts = count_pilot({"A": [Try(True), Try(False, mended=True)]}, seconds={})["A"]
    >>> counts.passed, counts.images, counts.mended, counts.sent_back, counts.basis
    (1, 2, 1, 1, 'own')
    """
    for vendor, images in tries.items():
        if not images:
            raise ParameterError(f"Nothing of {vendor} was scored in the pilot. Leave it out.")
    pooled = [one for images in tries.values() for one in images]
    return {
        vendor: _count(images, pooled, seconds.get(vendor, 0)) for vendor, images in tries.items()
    }


def _count(images: Sequence[Try], pooled: Sequence[Try], seconds: int) -> PilotCounts:
    mended, sent_back, basis = _rework(images, pooled)
    return PilotCounts(
        passed=sum(one.passed for one in images),
        images=len(images),
        mended=mended,
        sent_back=sent_back,
        basis=basis,
        pixels=_mean(sum(one.pixels for one in images), len(images)),
        objects=_mean(sum(one.objects for one in images), len(images)),
        vertices=_mean(sum(one.vertices for one in images), len(images)),
        seconds=_mean(seconds, len(images)),
    )


def _rework(images: Sequence[Try], pooled: Sequence[Try]) -> tuple[int, int, Basis]:
    bases: tuple[tuple[Sequence[Try], Basis], ...] = ((images, "own"), (pooled, "all vendors"))
    for some, basis in bases:
        back = [one.mended for one in some if one.mended is not None]
        if back:
            return sum(back), len(back), basis
    return 1, 2, "assumed"


def _mean(total: int, images: int) -> Decimal:
    mean = Fraction(total, images)
    return (Decimal(mean.numerator) / mean.denominator).quantize(_PLACES)
