"""Which numbers of a production are followed: per vendor, annotator, class and image statistic."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from assay.drift.chart import IMAGES_PER_COVARIATE, Numbers, Stream
from assay.drift.production import Batch, GoldImage, Production

#: A gold image with the place of its batch among the vendor's.
Placed = tuple[int, GoldImage]

#: Names of :class:`~assay.drift.looks.Look`, in its order, with their units.
LOOKS = {
    "brightness": "grey levels",
    "contrast": "grey levels",
    "colourfulness": "Hasler and Süsstrunk",
    "sharpness": "log variance of the Laplacian",
}

#: Name of the statistic of how hard images are.
DIFFICULTY = "expected score"

#: A smaller share of a class is as hard as this one.
_LEAST_SHARE = 1e-4


def placed(batches: Sequence[Batch]) -> list[Placed]:
    """Return every gold image of a vendor with the place of its batch."""
    return [(place, image) for place, batch in enumerate(batches) for image in batch.images]


def drawn(images: Iterable[Placed]) -> list[Placed]:
    """Return the images that the vendor delivered labels of: those that say how people draw."""
    return [entry for entry in images if entry[1].drawn]


def score_stream(images: Sequence[Placed], production: Production) -> Stream:
    """Return the scores as they are, lost images included."""
    scores = [_sign(production) * image.score for _, image in images]
    return _stream(images, scores, np.empty((len(images), 0)))


def adjusted_stream(images: Sequence[Placed], production: Production) -> Stream:
    """Return the scores with what the images have to do with them as covariates."""
    scores = [_sign(production) * image.score for _, image in images]
    return _stream(images, scores, covariates(images))


def relative_stream(images: Sequence[Placed], vendor: str, production: Production) -> Stream | None:
    """Return scores less those of other vendors on the same images; None where few are shared.

    What makes an image hard is hard for all, so this is the sharpest comparison there is, whatever
    the covariates miss.  It does not say which side changed.
    """
    theirs: dict[str, list[float]] = {}
    for batch in production.batches:
        for image in batch.images if batch.vendor != vendor else ():
            if image.drawn:
                theirs.setdefault(image.item, []).append(image.score)
    shared = [entry for entry in images if entry[1].item in theirs]
    if len(shared) < len(images) / 2:
        return None
    scores = [
        _sign(production) * (image.score - float(np.mean(theirs[image.item])))
        for _, image in shared
    ]
    return _stream(shared, scores, np.empty((len(shared), 0)))


def class_stream(images: Sequence[Placed], name: str, classes: Sequence[str]) -> Stream:
    """Return a class's IoU on images that have it; how much of it there is is a covariate, too."""
    place = list(classes).index(name)
    having = [entry for entry in images if name in entry[1].class_scores]
    shares = [math.log(max(i.content.shares[place], _LEAST_SHARE)) for _, i in having]
    columns = np.column_stack([np.array(shares).reshape(-1, 1), covariates(having)])
    return _stream(having, [image.class_scores[name] for _, image in having], columns)


def image_streams(
    images: Sequence[Placed], production: Production, first_watched: int
) -> Mapping[str, Stream]:
    """Return every image statistic by its name.

    The first is how hard the images are: the score that they lead to expect, by what the baseline
    taught.  Then come looks, content, shares of classes and strata.
    """
    known = [entry for entry in images if entry[1].look is not None]
    streams: dict[str, Stream] = {}
    expected = _expected_scores(images, first_watched)
    if expected is not None:
        streams[DIFFICULTY] = _plain(images, expected)
    looks = [_look_numbers(image) for _, image in known]
    for place, name in enumerate(LOOKS if known else ()):
        streams[name] = _plain(known, [numbers[place] for numbers in looks])
    streams["detail"] = _plain(images, [image.content.detail for _, image in images])
    streams["classes"] = _plain(images, [float(image.content.classes) for _, image in images])
    for place, name in enumerate(production.classes):
        shares = [image.content.shares[place] for _, image in images]
        if any(shares):
            streams[f"share of {name}"] = _plain(images, shares)
    strata = sorted({image.stratum for _, image in images})
    for name in strata if len(strata) > 1 else ():
        inside = [float(image.stratum == name) for _, image in images]
        streams[f"stratum {name or 'none'}"] = _plain(images, inside)
    return streams


def _expected_scores(images: Sequence[Placed], first_watched: int) -> list[float] | None:
    """Return the score that each image leads to expect, or None where too little is known."""
    columns = covariates(images)
    taught = np.array([place < first_watched and image.drawn for place, image in images])
    count = min(columns.shape[1], int(taught.sum()) // IMAGES_PER_COVARIATE)
    if not count:
        return None
    design = np.column_stack([np.ones(len(images)), columns[:, :count]])
    scores = np.array([image.score for _, image in images])
    factors, *_ = np.linalg.lstsq(design[taught], scores[taught], rcond=1e-9)
    expected: list[float] = (design @ factors).tolist()
    return expected


def covariates(images: Sequence[Placed]) -> Numbers:
    """Return what makes an image hard, most important first: stratum, content, look.

    Shape (images, columns).  Statistics of photographs that could not be read are those of the
    mean image.
    """
    strata = Counter(image.stratum for _, image in images)
    # The most common stratum is what the others are compared with.
    columns = [
        [float(image.stratum == name) for _, image in images]
        for name, _ in sorted(strata.items(), key=lambda entry: (-entry[1], entry[0]))[1:]
    ]
    columns.append([image.content.detail for _, image in images])
    columns.append([float(image.content.classes) for _, image in images])
    if any(image.look is not None for _, image in images):
        looks = np.array([_look_numbers(image) for _, image in images])
        usual = np.nanmean(looks, axis=0)
        columns.extend(np.where(np.isnan(looks), usual, looks).T.tolist())
    table = np.array(columns, np.float64).T.reshape(len(images), len(columns))
    if not images:
        return table
    # In one scale, so that rank is told by structure and not by units.
    spread = table.std(axis=0)
    scaled: Numbers = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return scaled


def _look_numbers(image: GoldImage) -> tuple[float, ...]:
    look = image.look
    if look is None:
        return (math.nan,) * len(LOOKS)
    return look.brightness, look.contrast, look.colourfulness, look.sharpness


def _plain(images: Sequence[Placed], values: Sequence[float]) -> Stream:
    return _stream(images, values, np.empty((len(images), 0)))


def _stream(images: Sequence[Placed], scores: Sequence[float], columns: Numbers) -> Stream:
    batches = np.array([place for place, _ in images], np.int64)
    return Stream(batches, np.array(scores, np.float64), columns)


def _sign(production: Production) -> float:
    return 1.0 if production.higher_is_better else -1.0
