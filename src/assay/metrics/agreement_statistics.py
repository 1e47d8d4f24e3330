"""The statistics of agreement as specs: what each is made of, overall and for each class."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assay.metrics import agreement
from assay.metrics.boundary import boundary_f, mean_boundary_f
from assay.metrics.distance import DistanceMatrix
from assay.metrics.intervals import Scale
from assay.metrics.overlap import dice, iou, mean_dice, mean_iou, share
from assay.metrics.pairwise import boundary_distance
from assay.plugins import Registry

#: ``score(counts, distance)``: counts have shape (..., values, columns).
Score = Callable[[NDArray[Any], DistanceMatrix], NDArray[np.float64]]


@dataclass(frozen=True)
class Statistic:
    """One way to say how far annotators agree; a plug-in spec (see :mod:`assay.plugins`).

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`; the name is the key in JSON reports.
    title
        Heading in tables and charts.
    made_of
        ``"values"``: of the sums of :func:`assay.metrics.agreement.count_values`, all annotators
        together; ``"overlaps"`` and ``"outlines"``: of the counts of each pair of annotators
        (:mod:`assay.metrics.pairwise`), and then the mean over pairs.
    overall
        Score of everything, shape (...).
    by_class
        Score of each class, shape (..., classes).
    scale
        On which the interval is symmetric: ``"agreement"`` for what is at most 1 and may be
        negative, ``"share"`` for what lies in 0 to 1, ``"plain"`` for distances.
    unit
        ``"px"`` for distances in pixels, ``""`` for numbers.
    higher_is_better
        False for distances.
    """

    name: str
    summary: str
    advice: str
    title: str
    made_of: Literal["values", "overlaps", "outlines"]
    overall: Score
    by_class: Score
    scale: Scale = "share"
    unit: Literal["", "px"] = ""
    higher_is_better: bool = True


ALPHA = Statistic(
    "krippendorff_alpha",
    "Krippendorff's alpha: agreement beyond chance, with any number of annotators, some missing.",
    """\
How much of the disagreement that chance would make do the annotators avoid? It takes any number of
annotators, and images that some of them left out, and it weighs disagreements by a declared
distance (`--distance`, nominal by default), so it is the figure to put into a contract.

## Formula

    alpha = 1 − (n − 1) · Σ o(c,k) δ(c,k) / Σ n(c) n(k) δ(c,k)

`o(c,k)` counts, over all pixels, how often one annotator says *c* and another *k*, each pixel in
proportion to its number of values; `n(c)` is how often *c* is said, `n` the sum; `δ` the distance.

## How to read it

1 is full agreement, 0 what chance would give, below 0 worse. Krippendorff asks for at least 0.800
where conclusions depend on the labels, and takes 0.667 to 0.800 for tentative conclusions only. A
class has the alpha of *this class or another*; it shows which class is defined worst.

## When it misleads

* It needs variation. With one value everywhere there is no alpha (`n/a`), however well all agree;
  with one rare class, a few pixels decide.
* Large agreed areas, road and sky, raise it. Read it beside the IoU of each class.
* Pixels are no independent units. The interval is over images; one from pixels would be absurdly
  short.

## Source

Krippendorff, *Content Analysis*, 4th edition, 2019, chapter 12.
""",
    "Krippendorff's alpha",
    "values",
    agreement.krippendorff_alpha,
    lambda counts, _: agreement.krippendorff_alpha_of_value(counts)[..., 1:],
    scale="agreement",
)

KAPPA = Statistic(
    "fleiss_kappa",
    "Fleiss' kappa: agreement beyond chance among several annotators.",
    """\
The share of agreement that chance does not explain, where chance draws from the frequencies of all
annotators together.

## Formula

    kappa = (P − Pe) / (1 − Pe)

`P` is the pixel agreement, `Pe` the sum of the squared frequencies of all values. Where pixels
have different numbers of values, both are means over the pixels with two or more (Gwet 2014);
where they have equally many, it is exactly Fleiss' formula. A class has the kappa of *this class
or another*.

## When it misleads

As alpha does, and with so many pixels the two hardly differ: they part where annotators are
missing. Scales such as "substantial above 0.61" (Landis and Koch 1977) are conventions without a
reason.

## Source

Fleiss 1971, *Psychological Bulletin* 76; Gwet, *Handbook of Inter-Rater Reliability*, 2014.
""",
    "Fleiss' kappa",
    "values",
    lambda counts, _: agreement.fleiss_kappa(counts),
    lambda counts, _: agreement.fleiss_kappa_of_value(counts)[..., 1:],
    scale="agreement",
)

PIXELS = Statistic(
    "pixel_agreement",
    "Share of pairs of annotators who give a pixel the same value.",
    """\
Take a pixel and two of its annotators: how often do they say the same? The mean over all pixels
with two values or more; unlabelled is a value, void is none. Of a class it is the *specific
agreement*: where one annotator says it, the share of the others who do.

## When it misleads

Chance and large classes rule it. Two annotators who both paint nine tenths as background and else
guess agree on more than 80 % of pixels. Never judge by it alone; alpha is it, corrected for chance.

## Source

The observed agreement of Fleiss 1971; for a class, Cicchetti and Feinstein 1990.
""",
    "Pixel agreement",
    "values",
    lambda counts, _: agreement.pixel_agreement(counts),
    lambda counts, _: agreement.agreement_of_value(counts)[..., 1:],
)

IOU = Statistic(
    "pairwise_iou",
    "Mean IoU of two annotators, mean over all pairs.",
    """\
Each pair of annotators is scored as if one were the reference: IoU of each class over the images
that both labelled, then the mean over the classes that either uses, then the mean over pairs. What
is void for either is left out; unlabelled is no class, but pixels that one left unlabelled count
against the class that the other gave.

It is the **human ceiling** of these images: a vendor that is scored against one of these annotators
cannot be asked for more.

## When it misleads

A rare class weighs as much as the road. Two who agree may both be wrong.
""",
    "IoU of two annotators",
    "overlaps",
    lambda counts, _: mean_iou(counts[..., 1:, :]),
    lambda counts, _: iou(counts[..., 1:, :]),
)

DICE = Statistic(
    "pairwise_dice",
    "Mean Dice of two annotators, mean over all pairs.",
    """\
As `pairwise_iou`, with the Dice coefficient. Dice looks kinder: IoU 0.82 is Dice 0.90. A usual
target is above 0.90 on simple work; on thin or faint structures trained observers reach about 0.8.
""",
    "Dice of two annotators",
    "overlaps",
    lambda counts, _: mean_dice(counts[..., 1:, :]),
    lambda counts, _: dice(counts[..., 1:, :]),
)

BOUNDARY_F = Statistic(
    "pairwise_boundary_f",
    "Mean boundary F of two annotators, mean over all pairs.",
    """\
The share of contour pixels that another annotator has, too, within the `boundary_tolerance_px` of
the class: harmonic mean of both directions, mean over classes, mean over pairs. The frame of the
image and the border of void make no contour.

## When it misleads

A class drawn by one of the two alone has 0, as it should. It says nothing of how far off an outline
is beyond the tolerance: see `boundary_distance_px`.
""",
    "Boundary F of two annotators",
    "outlines",
    lambda counts, _: mean_boundary_f(counts[..., :4]),
    lambda counts, _: boundary_f(counts[..., :4]),
)

DISTANCE = Statistic(
    "boundary_distance_px",
    "How many pixels the outlines of two annotators lie apart, on average.",
    """\
The mean distance from a contour pixel of one annotator to the nearest contour pixel of the same
class of the other, both directions together (average symmetric surface distance without the frame
of the image), mean over pairs. It tells which `boundary_tolerance_px` is fair to ask for: less than
people differ by, no vendor can keep.

## When it misleads

An object that one annotator leaves out is far from everything and raises the mean much. A class
that only one has in an image has no distance; boundary F counts it with 0.
""",
    "Outlines apart",
    "outlines",
    lambda counts, _: share(counts[..., 4].sum(axis=-1), counts[..., 5].sum(axis=-1)),
    lambda counts, _: boundary_distance(counts),
    scale="plain",
    unit="px",
    higher_is_better=False,
)

#: Statistics of agreement, in the order of reports.
STATISTICS: Registry[Statistic] = Registry(
    "agreement statistic",
    "assay.agreement_statistics",
    lambda: (ALPHA, KAPPA, PIXELS, IOU, DICE, BOUNDARY_F, DISTANCE),
)
