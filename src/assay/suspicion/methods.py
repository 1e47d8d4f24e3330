"""The methods that look for label errors."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from assay.errors import ParameterError
from assay.labels import Ontology
from assay.plugins import Registry
from assay.suspicion.confidence import softmin
from assay.suspicion.differences import Difference, find_differences
from assay.suspicion.kinds import KIND_BY_NAME
from assay.suspicion.spec import Method
from assay.suspicion.suspect import Judgement, Suspect
from assay.suspicion.view import View

#: Suspects of one image that are kept; more than that is an image to be done again.
MOST_PER_IMAGE = 200


@dataclass(frozen=True)
class RegionsParameters:
    """Settings of ``regions``.

    Parameters
    ----------
    gap_px
        Pixels within so many pixels of two parts of an object lie between them: how wide a gap
        splits it.
    half_area_px
        Area at which a region has half of the weight that a large one has.  Holes, splits and
        merges are small by nature and weigh the same at every size.
    """

    gap_px: int = 3
    half_area_px: float = 4.0

    def __post_init__(self) -> None:
        if not 1 <= self.gap_px <= 50:
            raise ParameterError(f"gap_px is {self.gap_px}; give 1 to 50 pixels.")
        if not self.half_area_px >= 0:
            raise ParameterError(f"half_area_px is {self.half_area_px}; give 0 or more pixels.")


@dataclass(frozen=True)
class SelfConfidenceParameters:
    """Settings of ``self-confidence``.

    Parameters
    ----------
    temperature
        How little doubtful pixels weigh: near 0 the image's score is that of its worst pixel.
    """

    temperature: float = 0.1

    def __post_init__(self) -> None:
        if not self.temperature >= 0.001:
            raise ParameterError(f"temperature is {self.temperature}; give 0.001 or more.")


def judge_regions(
    item: str, view: View, ontology: Ontology, parameters: RegionsParameters
) -> Judgement:
    """Score each region by how much more is said for the rival, the image by their sum."""
    found = find_differences(view, ontology, gap_px=parameters.gap_px)
    scored = [_suspect(item, difference, score_of(difference, parameters)) for difference in found]
    return _judgement(view, scored, sum(suspect.score for suspect in scored))


def score_of(difference: Difference, parameters: RegionsParameters) -> float:
    """Return how suspicious a region is: its margin, by the weight of its kind and size."""
    return _margin(difference) * _weight(difference, parameters)


def _margin(difference: Difference) -> float:
    return difference.rival_share - difference.label_share


def _weight(difference: Difference, parameters: RegionsParameters) -> float:
    kind = KIND_BY_NAME[difference.kind]
    half = 0.0 if kind.thin else parameters.half_area_px
    return kind.weight * difference.area_px / (difference.area_px + half)


def judge_self_confidence(
    item: str, view: View, ontology: Ontology, parameters: SelfConfidenceParameters
) -> Judgement:
    """Score each region by the mean doubt in its labels, the image by the softmin of all."""
    found = find_differences(view, ontology, gap_px=0, tolerant=False)
    scored = [_suspect(item, difference, 1 - difference.label_share) for difference in found]
    trust = softmin(view.label_share[view.judged], temperature=parameters.temperature)
    return _judgement(view, scored, 0.0 if np.isnan(trust) else 1 - trust)


def judge_confident_learning(
    item: str, view: View, ontology: Ontology, parameters: object
) -> Judgement:
    """Score each region by its margin, the image by the share of pixels off the diagonal."""
    del parameters
    found = find_differences(view, ontology, gap_px=0, tolerant=False)
    scored = [_suspect(item, difference, _margin(difference)) for difference in found]
    off = sum(difference.area_px for difference in found)
    return _judgement(view, scored, off / max(1, int(view.judged.sum())))


def _suspect(item: str, difference: Difference, score: float) -> Suspect:
    return Suspect(
        item,
        difference.kind,
        difference.region,
        difference.area_px,
        difference.label,
        difference.rival,
        difference.label_share,
        difference.rival_share,
        score,
    )


def _judgement(view: View, suspects: Iterable[Suspect], score: float) -> Judgement:
    ranked = rank(suspects)
    return Judgement(
        score,
        ranked[:MOST_PER_IMAGE],
        len(ranked),
        int(view.judged.sum()),
        int((view.labels.to_dense() != view.rival.to_dense()).sum()),
    )


def rank(suspects: Iterable[Suspect]) -> tuple[Suspect, ...]:
    """Return suspects with the highest score first; of equal ones the larger, then by place."""
    return tuple(
        sorted(
            suspects,
            key=lambda s: (-s.score, -s.area_px, s.item, s.region.top, s.region.left, s.kind),
        )
    )


_BUILTIN = (
    Method(
        "regions",
        "Regions that are seen otherwise, beyond what outlines explain; splits, merges, holes.",
        """\
Looks for whole regions rather than pixels. Where the label and what is seen there (the model's most
probable class, or the vote of the others) differ, pixels that an outline within the class's
`boundary_tolerance_px` explains are put aside: models and people differ there on every sound image.
What is left is gathered into connected regions, each with its kind: a missing or extra object, a
swapped class, a hole or a filled one, or a border drawn elsewhere. Splits and merges of things
change hardly a pixel; they are found by the few pixels that lie between the parts.

## Score

    score = weight of the kind · (share of the rival - share of the label) · size
    size  = area / (area + half_area_px); 1 for holes, splits and merges

with both shares averaged over the region. The weight is 1 for holes, 0.5 for borders and filled
holes, 0.8 for the rest: in the inside of an object a model is seldom wrong, along a border often.
A score lies in 0 to 1, orders suspects, and is **no probability**: how often a region of a given
score is an error depends on the model, and is learnt from verdicts alone. The image's score is the
sum over its regions, which is high for many suspects as well as for one sure one.

Regions below their class's `minimum_region_px` are noise: neither missing, nor extra, nor holes.

## When it misleads

* What the model has not learnt, it calls an error: rare classes, rare scenes. Train it by
  cross-prediction, so that no image's own labels teach it what to say of them.
* An error that most training labels share is learnt with them, and not found.
* Parts of stuff are never said to be split or merged; only things are.
""",
        judge_regions,
        RegionsParameters,
    ),
    Method(
        "self-confidence",
        "Doubt in the labels, pixel by pixel: cleanlab's score of images, for comparison.",
        """\
The self-confidence of a pixel is the probability that the model gives to its label. An image's
score is 1 less the softmin of all its pixels, a mean in which the least confident weigh most, as
cleanlab's `segmentation` module ranks images. A region is a connected set of pixels whose label is
not the most probable class, outlines included; its score is its mean doubt.

It is here as the baseline. Every image has doubtful pixels along its outlines, so images are
ranked by the length of their outlines as much as by their errors.

## Source

Lad and Mueller 2023, *Estimating label quality and errors in semantic segmentation data via any
model*.
""",
        judge_self_confidence,
        SelfConfidenceParameters,
    ),
    Method(
        "confident-learning",
        "Pixels that pass another class's own threshold, after confident learning.",
        """\
A class competes for a pixel only where its probability reaches the mean probability that the model
gives to that class on pixels labelled so: a class that the model is always unsure of passes early,
one that it is always sure of must be sure. Pixels whose most probable competing class is not the
label are off the diagonal of the confident joint; connected, they are the regions, scored by the
difference of the two probabilities. An image's score is its share of such pixels.

It takes soft maps, and reads them twice.

## Source

Northcutt, Jiang and Chuang 2021, *Confident Learning: Estimating Uncertainty in Dataset Labels*,
section 3.
""",
        judge_confident_learning,
        thresholds=True,
    ),
)

#: Methods, the default one first.
METHODS: Registry[Method] = Registry("method", "assay.suspicion_methods", lambda: _BUILTIN)
