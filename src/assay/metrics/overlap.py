"""Scores of overlap: how far two maps give the same class to the same pixels.

Every function takes the counts of the ``overlap`` measure, shape (..., classes, 3) with the columns
*both*, *reference*, *candidate*, or a :class:`assay.metrics.Confusion`.  Leading axes (images,
resamples, vendors) are kept.  One policy holds throughout: a share of nothing is NaN, never 0 or
1, and a mean over classes leaves NaN out.

Pixels that the candidate left unlabelled, or gave an undeclared class, are in *reference* but in
no class's *candidate*: they lower recall, Dice, IoU and accuracy, and never vanish.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.labels import Ontology
from assay.metrics.confusion import Confusion
from assay.metrics.measure import Measure, Metric, NoParameters
from assay.metrics.pair import Pair

#: Counts of the ``overlap`` measure, or the confusion that they come from.
Counts = Confusion | NDArray[np.int64]

COLUMNS = ("both", "reference", "candidate")


def count_overlap(pair: Pair, parameters: NoParameters) -> NDArray[np.int64]:
    """Count the pixels of each class in both maps, in the reference, in the candidate.

    Returns
    -------
    int64 of shape (classes, 3).  Only pixels whose reference is a class are counted.
    """
    del parameters
    return pair.confusion.overlap


def iou(counts: Counts) -> NDArray[np.float64]:
    """Return the intersection over union of each class, shape (..., classes).

    ``both / (reference + candidate - both)``; NaN where the class is in neither map.

    Source: Jaccard 1912, "The distribution of the flora in the alpine zone"; as the class score of
    segmentation, Everingham et al. 2010, "The Pascal Visual Object Classes (VOC) Challenge".

    Examples
    --------
    Four pixels inside an object of 3,600 are a bad label, however well they lie:

    >>> iou(np.array([[4, 3600, 4]])).round(3).tolist()
    [0.001]
    """
    both, reference, candidate = _columns(counts)
    return share(both, reference + candidate - both)


def dice(counts: Counts) -> NDArray[np.float64]:
    """Return the Dice coefficient of each class, shape (..., classes).

    ``2 both / (reference + candidate)``, which equals the F1 score and ``2 IoU / (1 + IoU)``;
    NaN where the class is in neither map.

    Source: Dice 1945, "Measures of the amount of ecologic association between species".

    Examples
    --------
    >>> dice(np.array([[3, 4, 4], [0, 0, 0]])).tolist()
    [0.75, nan]
    """
    both, reference, candidate = _columns(counts)
    return share(2 * both, reference + candidate)


def precision(counts: Counts) -> NDArray[np.float64]:
    """Return the share of the candidate's pixels of each class that are right.

    ``both / candidate``; NaN where the candidate never gives the class, also when the reference
    has it: nothing was claimed, so nothing was claimed wrongly.  Recall and IoU are 0 there.

    Examples
    --------
    >>> precision(np.array([[4, 3600, 4], [0, 9, 0]])).tolist()
    [1.0, nan]
    """
    both, _, candidate = _columns(counts)
    return share(both, candidate)


def recall(counts: Counts) -> NDArray[np.float64]:
    """Return the share of the reference's pixels of each class that the candidate finds.

    ``both / reference``; NaN where the reference lacks the class, also when the candidate gives
    it.  Precision and IoU are 0 there.

    Examples
    --------
    >>> recall(np.array([[4, 3600, 4], [0, 0, 9]])).round(3).tolist()
    [0.001, nan]
    """
    both, reference, _ = _columns(counts)
    return share(both, reference)


def pixel_accuracy(counts: Counts) -> NDArray[np.float64]:
    """Return the share of scored pixels on which both maps agree, shape (...).

    NaN where no pixel is scored.

    Examples
    --------
    >>> float(pixel_accuracy(np.array([[90, 95, 92], [3, 5, 8]])))
    0.93
    """
    both, reference, _ = _columns(counts)
    return share(both.sum(axis=-1), reference.sum(axis=-1))


def mean_iou(counts: Counts) -> NDArray[np.float64]:
    """Return the mean IoU over the classes present in the reference or the candidate, shape (...).

    A class in neither map has no IoU and is left out; a class that the candidate invents counts
    with 0.  NaN where no class is present.

    Examples
    --------
    >>> float(mean_iou(np.array([[3, 4, 3], [1, 2, 1], [0, 0, 0], [0, 0, 1]])).round(3))
    0.417
    """
    return mean_of_known(iou(counts))


def mean_dice(counts: Counts) -> NDArray[np.float64]:
    """Return the mean Dice over the classes present in the reference or the candidate, shape (...).

    Classes in neither map are left out, invented ones count with 0; NaN where none is present.

    Examples
    --------
    >>> float(mean_dice(np.array([[3, 4, 4], [1, 2, 2], [0, 0, 0]])))
    0.625
    """
    return mean_of_known(dice(counts))


def frequency_weighted_iou(counts: Counts) -> NDArray[np.float64]:
    """Return the IoU of the classes weighted by their reference pixels, shape (...).

    A class that only the candidate has carries no weight, but its pixels lower the IoU of the
    classes that they were taken from.  NaN where no pixel is scored.

    Source: Long, Shelhamer and Darrell 2015, "Fully Convolutional Networks for Semantic
    Segmentation", section 5.

    Examples
    --------
    >>> float(frequency_weighted_iou(np.array([[6, 8, 6], [2, 2, 4]])))
    0.7
    """
    _, reference, _ = _columns(counts)
    return weighted_mean(iou(counts), reference)


def weighted_iou(counts: Counts, ontology: Ontology) -> NDArray[np.float64]:
    """Return the IoU of the present classes weighted by their criticality, shape (...).

    The weights are :attr:`Ontology.weights`: a class of weight 5 counts five times a class of
    weight 1.  Absent classes are left out; NaN where no class of a weight above 0 is present.

    Examples
    --------
    >>> from assay import LabelClass
    >>> bush = LabelClass("bush", 1, (0, 99, 0))
    >>> person = LabelClass("person", 2, (220, 20, 60), weight=3.0)
    >>> float(weighted_iou(np.array([[4, 4, 4], [1, 2, 1]]), Ontology((bush, person))))
    0.625
    """
    return weighted_mean(iou(counts), ontology.weights)


def share(
    part: NDArray[np.int64] | NDArray[np.float64], whole: NDArray[np.int64] | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return ``part / whole``, NaN where the whole is 0; shapes are broadcast."""
    part, whole = np.broadcast_arrays(part, whole)
    result = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=result, where=whole != 0)
    return result


def mean_of_known(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over the last axis of the scores that are not NaN, NaN where all are.

    Examples
    --------
    >>> mean_of_known(np.array([[0.5, np.nan, 1.0], [np.nan, np.nan, np.nan]])).tolist()
    [0.75, nan]
    """
    return weighted_mean(scores, np.ones(scores.shape[-1]))


def weighted_mean(
    scores: NDArray[np.float64], weights: NDArray[np.float64] | NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the weighted mean over the last axis of the scores that are not NaN.

    NaN where no known score has a weight above 0.
    """
    known = ~np.isnan(scores)
    weight = np.where(known, weights, 0.0)
    total = weight.sum(axis=-1)
    result = np.full(total.shape, np.nan)
    weighted = (weight * np.where(known, scores, 0.0)).sum(axis=-1)
    np.divide(weighted, total, out=result, where=total > 0)
    return result


def _columns(
    counts: Counts,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    array = counts.overlap if isinstance(counts, Confusion) else np.asarray(counts)
    if array.ndim < 2 or array.shape[-1] != len(COLUMNS):
        raise ParameterError(
            f"Overlap counts have shape (..., classes, 3), these have {array.shape}. "
            f"Give the columns {', '.join(COLUMNS)}, or a Confusion."
        )
    return array[..., 0], array[..., 1], array[..., 2]


@dataclass(frozen=True)
class ByCounts:
    """A metric's score that needs the counts alone; a class, so that specs can be pickled."""

    function: Callable[[NDArray[np.int64]], NDArray[np.float64]]

    def __call__(self, counts: NDArray[np.int64], ontology: Ontology) -> NDArray[np.float64]:
        """Score the counts; the ontology is not asked."""
        del ontology
        return self.function(counts)


MEASURES = (
    Measure(
        "overlap",
        "Pixels of each class in both maps, in the reference and in the candidate.",
        """\
The ground of every overlap score: three counts of pixels per class, taken from the confusion
matrix of the reference and the candidate.

| column | counts |
|---|---|
| `both` | pixels to which both maps give the class |
| `reference` | scored pixels of the class in the reference |
| `candidate` | scored pixels to which the candidate gives the class |

## What is scored

A pixel is scored when the reference gives it a declared class. Reference pixels that are void or
unlabelled are left out, whatever the candidate says there. Nothing else is: a pixel that the
candidate leaves unlabelled, gives an undeclared id, or declares void is an error and stays in
`reference`. Dropping such pixels, as some libraries do, lets half a lost object score 1.0.

Counts of many images add up, so a data set's score weighs every pixel alike; it is not the mean
of the images' scores.
""",
        COLUMNS,
        count_overlap,
    ),
)

METRICS = (
    Metric(
        "iou",
        "Intersection over union (Jaccard index) of each class.",
        """\
The share of agreement among all pixels that either map calls the class: 1 when both maps draw it
alike, 0 when they never agree.

## Formula

    IoU = both / (reference + candidate − both)

A class in neither map has no IoU (NaN, shown as a dash) and no part in any mean.

## When it misleads

* **Thin and small things.** A boundary one pixel off costs a pole 3 px wide half its IoU and a
  building nothing. Compare classes with what people reach (the human ceiling), and read the
  boundary scores beside it.
* **Large things.** A big object hides a sloppy outline and a missed small one: see `boundary_iou`
  and `severe_error_rate`.
* **Rare classes.** A class with support in a few images has a wide interval; look at it before you
  blame a vendor.
* Intersection over the *candidate* is precision, not IoU. Four pixels inside an object of 3,600
  have precision 1 and IoU 0.001.

## Source

Jaccard 1912; Everingham et al. 2010, *The Pascal Visual Object Classes (VOC) Challenge*,
section 4.3.
""",
        "IoU",
        "overlap",
        "class",
        ByCounts(iou),
    ),
    Metric(
        "dice",
        "Dice coefficient (F1 score of pixels) of each class.",
        """\
Twice the agreement over the sum of both areas: the harmonic mean of precision and recall. Usual in
medical imaging.

## Formula

    Dice = 2 · both / (reference + candidate) = 2 · IoU / (1 + IoU)

A class in neither map has no Dice (NaN) and no part in any mean; it is never −1, 0 or 1.

## When it misleads

Dice orders labels exactly as IoU does and only looks kinder: IoU 0.50 is Dice 0.67. Never compare
a Dice with an IoU, nor trust a "Dice" that is pixel accuracy: background makes that one high. Two
trained observers of faint structures agree to about 0.8, so ask for the human ceiling before you
demand 0.95.

## Source

Dice 1945; Sørensen 1948. Zijdenbos et al. 1994 brought it to segmentation.
""",
        "Dice",
        "overlap",
        "class",
        ByCounts(dice),
    ),
    Metric(
        "precision",
        "Share of the candidate's pixels of a class that are right.",
        """\
Of what the vendor called the class, how much is it? Low precision means too much was painted:
outlines too wide, invented objects, other classes swapped into this one.

## Formula

    precision = both / candidate

NaN where the candidate never gives the class, even when the reference has it: recall and IoU are 0
there and tell the loss.

## When it misleads

Alone, always. Whoever marks only the four surest pixels of an object has precision 1. Read it
beside recall.
""",
        "Precision",
        "overlap",
        "class",
        ByCounts(precision),
    ),
    Metric(
        "recall",
        "Share of the reference's pixels of a class that the candidate finds.",
        """\
Of what is there, how much did the vendor find? For a critical class, a missed pedestrian say, this
is the number to put in a contract. Also called sensitivity; its mean over classes is mean
accuracy.

## Formula

    recall = both / reference

NaN where the reference lacks the class.

## When it misleads

Alone, always. Whoever paints the whole image with one class has recall 1 for it. Read it beside
precision.
""",
        "Recall",
        "overlap",
        "class",
        ByCounts(recall),
    ),
    Metric(
        "pixel_accuracy",
        "Share of scored pixels on which both maps agree.",
        """\
The plainest score: of all scored pixels, how many are right.

## Formula

    pixel accuracy = Σ both / Σ reference, over all classes

Unlabelled and undeclared candidate pixels count as wrong. NaN where nothing is scored.

## When it misleads

Large classes rule it. On street scenes a vendor that misses every person and every sign loses less
than one per cent. Use it for billing rework by area, never alone for quality.
""",
        "Pixel accuracy",
        "overlap",
        "overall",
        ByCounts(pixel_accuracy),
    ),
    Metric(
        "mean_iou",
        "Mean IoU over the classes present in either map.",
        """\
The usual headline score: every class counts alike, however few pixels it has.

## Formula

    mean IoU = mean of IoU(c) over the classes c in the reference or the candidate

Pixels are summed over all images first, then each class gets one IoU. A class in neither map is
left out; a class that the candidate invents counts with 0, so inventing is not free. On one image,
or one resample, the classes that are present decide, so means over few images shift with what is
in them.

## When it misleads

* A class with a hundred pixels weighs as much as the road. Look at the class table, and set weights
  (`weighted_iou`) when classes do not matter alike.
* Two data sets with different classes have no comparable mean.
* Averaging images' mean IoUs is another number; this one sums pixels first, as the Pascal VOC and
  Cityscapes benchmarks do.

## Source

Everingham et al. 2010 (VOC); Cordts et al. 2016, *The Cityscapes Dataset*, section 4.
""",
        "Mean IoU",
        "overlap",
        "overall",
        ByCounts(mean_iou),
    ),
    Metric(
        "mean_dice",
        "Mean Dice over the classes present in either map.",
        """\
The mean of the classes' Dice coefficients, every class alike.

## Formula

    mean Dice = mean of Dice(c) over the classes c in the reference or the candidate

Absent classes are left out, invented ones count with 0.

## When it misleads

As `mean_iou`, and it looks kinder: the same labels have a higher mean Dice than mean IoU. The two
can even order vendors differently, since Dice forgives a bad class more. Decide by one of them
before you see the result.
""",
        "Mean Dice",
        "overlap",
        "overall",
        ByCounts(mean_dice),
    ),
    Metric(
        "frequency_weighted_iou",
        "IoU of the classes weighted by their share of reference pixels.",
        """\
Between pixel accuracy and mean IoU: overlap rather than accuracy, but large classes count more.

## Formula

    FW IoU = Σ reference(c) · IoU(c) / Σ reference(c)

NaN where nothing is scored.

## When it misleads

Small classes hardly count, so it says little about signs, people and other things that matter. Use
it when area is what you buy: land cover, tissue.

## Source

Long, Shelhamer and Darrell 2015, *Fully Convolutional Networks for Semantic Segmentation*,
section 5.
""",
        "Frequency-weighted IoU",
        "overlap",
        "overall",
        ByCounts(frequency_weighted_iou),
    ),
    Metric(
        "weighted_iou",
        "IoU of the classes weighted by their criticality in the ontology.",
        """\
Mean IoU that says what errors cost *you*: each class counts by its `weight` in the ontology file.

## Formula

    weighted IoU = Σ weight(c) · IoU(c) / Σ weight(c), over the classes c in either map

With equal weights it is `mean_iou`. NaN where no class of a weight above 0 is present.

## When it misleads

It is as good as its weights. Set them from what an error costs, before the pilot, and tell the
vendors. A class of weight 0 does not count at all.
""",
        "Weighted IoU",
        "overlap",
        "overall",
        weighted_iou,
    ),
)
