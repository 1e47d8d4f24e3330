"""Vertices that paint nothing."""

from dataclasses import dataclass

import numpy as np

from assay.errors import ParameterError
from assay.honesty.case import Case
from assay.honesty.chance import mean_test
from assay.honesty.spec import Detector, Kind, Measurement, Need


@dataclass(frozen=True)
class ExcessVerticesParameters:
    """How many vertices may paint nothing.

    Parameters
    ----------
    honest_excess
        Share of an image's vertices that honest outlines may not need.
    least_images
        Fewest images on which an annotator is tested.
    """

    honest_excess: float = 0.5
    least_images: int = 5

    def __post_init__(self) -> None:
        if not 0 < self.honest_excess < 1:
            raise ParameterError(f"honest_excess is {self.honest_excess}; give 0 to 1.")
        if self.least_images < 2:
            raise ParameterError(f"least_images is {self.least_images}; give 2 or more.")


def measure_vertices(case: Case, parameters: ExcessVerticesParameters) -> tuple[Measurement, ...]:
    """Compare the vertices that were billed, or drawn, with those that the pixels need."""
    return tuple(_measure(case, place, parameters) for place in range(len(case.annotators)))


def _measure(case: Case, place: int, parameters: ExcessVerticesParameters) -> Measurement:
    name = case.annotators[place]
    bills = case.billed_vertices.get(name, {})
    rows = [
        (int(item.vertices[place, 0]), int(item.vertices[place, 1]), bills.get(item.key, -1))
        for item in case.items
        if item.vertices[place, 0] > 0
    ]
    drawn, needed, billed = np.array(rows or [(0, 0, 0)], np.int64).T
    counted = np.where(billed > 0, billed, drawn)
    shares = (1 - needed / np.maximum(counted, 1))[: len(rows)]
    _, low, high, p_value = mean_test(shares, parameters.honest_excess)
    total = int(counted.sum())
    what = "billed" if (billed > 0).all() and rows else "drawn"
    overstated = int(np.maximum(billed - drawn, 0)[billed > 0].sum())
    more = f"; {overstated:,} more are billed than drawn" if overstated else ""
    few = len(rows) < parameters.least_images
    return Measurement(
        (name,),
        Kind.SHOWN if few else Kind.TEST,
        1 - int(needed.sum()) / total if total else float("nan"),
        parameters.honest_excess,
        len(rows),
        f"{total:,} vertices {what}; the painted pixels need {int(needed.sum()):,}{more}."
        if rows
        else "No outlines: the format keeps none.",
        low,
        high,
        float("nan") if few else p_value,
    )


EXCESS_VERTICES = Detector(
    "excess-vertices",
    "Outlines have vertices that change no pixel.",
    """\
Where vertices are paid, pay for those that draw something. A vertex is not needed where it lies
less than half a pixel from the line between its neighbours and no pixel's centre lies between the
two ways: without it the painted map is the same, pixel for pixel.

**Measured:** the share of vertices not needed, of those drawn, or of those billed where a table of
counts (columns `item`, `annotator`, `vertices`) is given. **Test:** Student's t over images,
one-sided: is the mean share above `honest_excess`? Corners of stairs along pixels, which masks that
were traced have, are all needed. The needed number is also the fair one to bill by.""",
    "Many vertices change no pixel",
    "Which tool set these vertices?",
    (
        "The tool sets a vertex every few pixels of a stroke.",
        "The export resampled the outlines.",
        "The image was labelled at a higher resolution than it is delivered at.",
    ),
    "share of vertices not needed",
    measure_vertices,
    ExcessVerticesParameters,
    (Need.OUTLINES,),
)
