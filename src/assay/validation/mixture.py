"""Images whose mixture of classes is unlike that of the project so far."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Severity
from assay.errors import ParameterError
from assay.labels import Ontology
from assay.validation.batch import Batch
from assay.validation.example import BatchExample, Example
from assay.validation.faults import NONE, Faults
from assay.validation.history import History
from assay.validation.spec import BatchRule, Need
from assay.validation.subject import Subject

#: The history is cut into so many parts; each is scored by what the others say.
_FOLDS = 10

#: Of the history, so much is taken for typical in each concentration step.
_TYPICAL = 0.9
_STEPS = 3

#: Of the logarithm of a share: a class that always covers the same may cover a tenth more.
_LEAST_VARIANCE = 0.01


@dataclass(frozen=True)
class MixtureParameters:
    """When a mixture is strange.

    Parameters
    ----------
    false_alarms
        Share of ordinary images that are found.  The history must hold at least one image less
        than its inverse: 99 images for 1 %.
    least_share
        Shares of an image below this are taken for this: whether a class covers 0.01 % of an image
        or nothing says little.
    """

    false_alarms: float = 0.01
    least_share: float = 0.001

    def __post_init__(self) -> None:
        if not 0 < self.false_alarms < 1:
            raise ParameterError(f"false_alarms is {self.false_alarms}; give a share such as 0.01.")
        if not 0 < self.least_share < 1:
            raise ParameterError(f"least_share is {self.least_share}; give a share such as 0.001.")


def count_classes(subject: Subject, parameters: MixtureParameters) -> NDArray[np.int64]:
    """Return the pixels of each class in an item."""
    del parameters
    ontology = subject.ontology
    return subject.label_map.counts(ontology.size)[1 : ontology.first_void].copy()


def find_strange(batch: Batch[NDArray[np.int64]], parameters: MixtureParameters) -> Faults:
    """Find images whose mixture is stranger than nearly all of the history's."""
    history = batch.history
    if history is None:
        return NONE
    past = _aligned(history, batch.ontology)
    _check_length(len(past), parameters.false_alarms)
    keys = list(batch.summaries)
    if not keys:
        return NONE
    present = np.stack([batch.summaries[key] for key in keys])
    chances = strangeness(past, present, least_share=parameters.least_share)
    found = np.flatnonzero(chances <= parameters.false_alarms)
    worst = found[np.argsort(chances[found], kind="stable")]
    ranges = np.quantile(_shares(past), [0.05, 0.95], axis=0)

    def say(place: int) -> Finding:
        item = int(worst[place])
        stranger = round(float(chances[item]) * (len(past) + 1)) - 1
        told = _most_unusual(past, present[item], parameters.least_share)
        share = float(_shares(present[item : item + 1])[0, told])
        low, high = (float(bound) for bound in ranges[:, told])
        return Finding(
            "class-mixture",
            Severity.WARNING,
            keys[item],
            f"{stranger} of {len(past)} earlier images have a mixture of classes as unusual: "
            f"{batch.ontology.names[told]!r} covers {share:.1%} here, {low:.1%} to {high:.1%} in "
            "nine of ten of them.",
            "Look whether classes were exchanged or left out; if the image is unusual, accept it.",
        )

    return Faults(worst.size, say)


def strangeness(
    past: NDArray[np.int64], present: NDArray[np.int64], *, least_share: float
) -> NDArray[np.float64]:
    """Return for each image the chance that one like the past is as strange.

    Parameters
    ----------
    past
        int64, shape (images, classes): pixels of each class in images of the history.
    present
        int64, shape (items, classes): the images to judge.
    least_share
        Floor of a share.

    Returns
    -------
    ndarray
        float64, shape (items,), from 1 / (images + 1) to 1.  For images that come from where the
        history came from, a chance is at most ``a`` with probability about ``a``.

    Notes
    -----
    Shares are turned into isometric log-ratios (Egozcue et al. 2003, "Isometric logratio
    transformations for compositional data analysis"), in which mixtures have ordinary distances.
    Strangeness is the Mahalanobis distance to the typical images of the history, found by
    concentration steps (Rousseeuw and Van Driessen 1999, "A fast algorithm for the minimum
    covariance determinant estimator"), so that a few odd ones do not widen it.  The chance is that
    of conformal prediction (Vovk, Gammerman and Shafer 2005, "Algorithmic learning in a random
    world"): the history's images are scored by fits without them, in ten folds (Vovk 2015,
    "Cross-conformal predictors"), and no distribution is assumed.
    """
    z = _log_ratios(past, least_share)
    fold = np.arange(len(z)) % min(_FOLDS, len(z))
    scores = np.empty(len(z))
    for part in np.unique(fold).tolist():
        scores[fold == part] = _distances(z[fold != part], z[fold == part])
    distances = _distances(z, _log_ratios(present, least_share))
    as_strange = scores.size - np.searchsorted(np.sort(scores), distances, side="left")
    chances: NDArray[np.float64] = (1 + as_strange) / (scores.size + 1)
    return chances


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    total = counts.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = counts / np.maximum(total, 1)
    return shares


def _log_ratios(counts: NDArray[np.int64], least_share: float) -> NDArray[np.float64]:
    """Return isometric log-ratios, shape (images, classes − 1)."""
    logs = np.log(np.maximum(_shares(counts), least_share))
    ratios: NDArray[np.float64] = logs @ _basis(logs.shape[1])
    return ratios


@cache
def _basis(classes: int) -> NDArray[np.float64]:
    """Return Helmert's basis, shape (classes, classes − 1): a class against those before it."""
    basis = np.zeros((classes, max(classes - 1, 0)))
    for column in range(1, classes):
        basis[:column, column - 1] = 1 / column
        basis[column, column - 1] = -1
        basis[:, column - 1] *= math.sqrt(column / (column + 1))
    basis.setflags(write=False)
    return basis


def _distances(past: NDArray[np.float64], asked: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of each asked image from the typical ones of the past."""
    typical = past
    for _ in range(_STEPS):
        distance = _mahalanobis(typical, past)
        kept = max(2, math.ceil(_TYPICAL * len(past)))
        typical = past[np.argsort(distance, kind="stable")[:kept]]
    return _mahalanobis(typical, asked)


def _mahalanobis(past: NDArray[np.float64], asked: NDArray[np.float64]) -> NDArray[np.float64]:
    images, ratios = past.shape
    centre = past.mean(axis=0) if images else np.zeros(ratios)
    spread = (past - centre).T @ (past - centre) / max(images - 1, 1)
    # Towards classes that vary independently, each as much as it does: few images say little of
    # how classes go together, and a class that was never there has no spread at all.
    basis = _basis(ratios + 1)
    alone = ((past - centre) @ basis.T).var(axis=0) + _LEAST_VARIANCE
    weight = (ratios + 1) / (images + ratios + 1)
    shrunk = (1 - weight) * spread + weight * (basis.T * alone) @ basis
    away = asked - centre
    squares = (away * np.linalg.solve(shrunk, away.T).T).sum(axis=1)
    # Rounded, so that what ties ties on every machine.
    distances: NDArray[np.float64] = np.round(np.sqrt(np.maximum(squares, 0)), 9)
    return distances


def _most_unusual(past: NDArray[np.int64], item: NDArray[np.int64], least_share: float) -> int:
    """Return the class whose share is farthest from the history's, by its own spread."""
    logs = np.log(np.maximum(_shares(past), least_share))
    own = np.log(np.maximum(_shares(item[None, :])[0], least_share))
    away = np.abs(own - np.median(logs, axis=0)) / (logs.std(axis=0) + 0.1)
    return int(away.argmax())


def _aligned(history: History, ontology: Ontology) -> NDArray[np.int64]:
    """Return the history's counts in the order of the ontology's classes."""
    counts = np.zeros((len(history), len(ontology.names)), np.int64)
    for place, name in enumerate(history.classes):
        if name not in ontology.names:
            raise ParameterError(
                f"The history has a class {name!r} that the ontology lacks. Give a history of "
                "this ontology, or write it anew with --write-history."
            )
        counts[:, ontology.names.index(name)] = history.counts[:, place]
    return counts


def _check_length(images: int, false_alarms: float) -> None:
    needed = math.ceil(1 / false_alarms - 1e-9) - 1
    if images < max(needed, 2):
        raise ParameterError(
            f"The history has {images} images; a false-alarm rate of {false_alarms:.1%} needs at "
            f"least {max(needed, 2)}. Give a longer history, or a larger "
            f"class-mixture.false_alarms; {images} images allow {1 / (images + 1):.1%}."
        )


def _past() -> History:
    """Return a history of nine images: a third to two thirds road, some car, few people."""
    road = np.array([30, 34, 38, 42, 46, 50, 54, 58, 62])
    car = np.array([60, 61, 54, 54, 46, 45, 40, 36, 34])
    counts = np.stack([road, car, 100 - road - car], axis=1).astype(np.int64)
    return History(("road", "car", "person"), counts)


_USUAL = Example("1111111222 1111112222 1111222223 1111222223")
_STRANGE = Example("3333333333 3333333333 3333333333 3333333312")
_SETTINGS = MixtureParameters(false_alarms=0.1)

MIXTURE = BatchRule(
    "class-mixture",
    "The mixture of classes is unlike that of earlier images.",
    """\
When two classes are exchanged, or one is left out throughout, each map looks sound by itself.
Beside a hundred others it does not.

## What is found

Images whose mixture of classes is farther from the typical one than all but a share `false_alarms`
of earlier images. Give them with `--history`: a delivery that you accepted, or the file that
`--write-history` made of one. Mixtures are compared as isometric log-ratios, in which a class that
grows from 1 to 2 % counts like one that grows from 10 to 20 %; shares below `least_share` are taken
for that share. Earlier images that are odd themselves do not hide new ones.

The rate is kept without assuming any distribution, if new images come from where the earlier ones
came from: a history of n images cannot speak of rates below 1 / (n + 1), and a shorter one is
refused.

## What to do

Look at the images that are named, and at the class that is named first. If a whole batch is
strange, ask whether its images are of another place or season; if not, of another guideline.

## When it misleads

It finds unusual images as well as unusual labels: the first motorway in a project of side streets.
At a rate of 1 %, one ordinary image in a hundred is named.
""",
    count_classes,
    find_strange,
    clean=BatchExample({"a": _USUAL}, history=_past(), parameters=_SETTINGS),
    faulty=BatchExample({"a": _STRANGE, "b": _USUAL}, history=_past(), parameters=_SETTINGS),
    parameters=MixtureParameters,
    needs=Need.HISTORY,
)

RULES = (MIXTURE,)
