"""From the label maps of one image to the facts that travel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Region
from assay.honesty.case import DraftFacts, ItemFacts
from assay.honesty.likeness import error_likeness
from assay.labels import LabelMap, Ontology, Shape, find_regions
from assay.labels.imprints import (
    LEAST_AREA_PX,
    LEAST_PIECES,
    Imprints,
    changing_columns,
    count_placed_in,
    take_imprints,
)
from assay.labels.tracing import outline_arrays
from assay.labels.vertices import needed_vertices
from assay.labels.windows import window
from assay.metrics.patterns import ABSENT, count_patterns

#: Objects of a draft that are smaller are not counted.
LEAST_DRAFT_PX = 30
#: Maps in which labels change at fewer columns are equal by chance.
LEAST_COLUMNS = 16


@dataclass(frozen=True, eq=False)
class Work:
    """All labels of one image.

    Parameters
    ----------
    key
        Item.
    maps
        One per annotator, all of one size; None where there is none.
    drawn
        Each annotator's objects as drawn, None where the format keeps none.
    reference, draft
        Of the size of the maps, or None.
    seeds
        Boxes of the errors that the buyer put into the draft.
    earlier
        For each annotator, the digest of each earlier delivery's labels, ``""`` where absent.
    """

    key: str
    maps: tuple[LabelMap | None, ...]
    drawn: tuple[tuple[Shape, ...] | None, ...] = ()
    reference: LabelMap | None = None
    draft: LabelMap | None = None
    seeds: tuple[Region, ...] = ()
    earlier: tuple[tuple[str, ...], ...] = ()


def observe(work: Work, ontology: Ontology) -> ItemFacts:
    """Return what the detectors need to know of an image; called in workers."""
    first_void = ontology.first_void
    votes = _votes(work.maps)
    draft = None if work.draft is None else _imprints(work.draft, first_void)
    none = np.full((len(work.maps), len(work.maps)), np.nan)
    unscored = np.full((2, len(work.maps)), np.nan)
    accuracy, conformity = _scores(votes, work.reference, first_void) if votes else unscored
    return ItemFacts(
        work.key,
        tuple("" if found is None else found.digest for found in work.maps),
        tuple(
            found is not None and changing_columns(found) >= LEAST_COLUMNS for found in work.maps
        ),
        tuple(
            None if found is None else _without(_imprints(found, first_void), draft)
            for found in work.maps
        ),
        None if work.reference is None else _imprints(work.reference, first_void),
        error_likeness(votes, work.reference, first_void=first_void) if votes else none,
        accuracy,
        conformity,
        _content([found for found in work.maps if found is not None], first_void),
        _vertices(work),
        work.earlier,
        None if work.draft is None else _draft_facts(work, work.draft, first_void),
    )


def _votes(maps: Sequence[LabelMap | None]) -> list[LabelMap]:
    """Return a map for everybody, absent ones filled with ``ABSENT``; none where all are absent."""
    shape = next((found.shape for found in maps if found is not None), None)
    if shape is None:
        return []
    return [LabelMap.filled(*shape, ABSENT) if found is None else found for found in maps]


def _imprints(label_map: LabelMap, first_void: int) -> Imprints:
    """Return the intricate shapes that are no stamps."""
    found = take_imprints(
        label_map,
        first_void=first_void,
        least_area_px=LEAST_AREA_PX,
        least_pieces=LEAST_PIECES,
    )
    return found.only(~found.symmetric)


def _without(shapes: Imprints, draft: Imprints | None) -> Imprints:
    if draft is None:
        return shapes
    return shapes.only(~np.isin(shapes.placed, draft.placed))


def _scores(
    votes: Sequence[LabelMap], reference: LabelMap | None, first_void: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each annotator's mean IoU with the reference, and with the plurality of the others."""
    size = len(votes)
    accuracy, conformity = np.full((2, size), np.nan)
    patterns = count_patterns([[*votes, votes[0] if reference is None else reference]])
    given, truth = patterns.votes[:, :size], patterns.votes[:, size]
    labels = np.unique(given)
    labels = labels[labels != ABSENT]
    marks = given[:, :, None] == labels
    tallies = marks.sum(axis=1)
    for place in range(size):
        if given[0, place] == ABSENT:
            continue
        own = given[:, place]
        if reference is not None:
            accuracy[place] = _mean_iou(own, truth, patterns.counts, first_void)
        others = tallies - marks[:, place]
        if others[0].sum() >= 2:
            plurality = labels[others.argmax(axis=1)]
            conformity[place] = _mean_iou(own, plurality, patterns.counts, first_void)
    return accuracy, conformity


def _mean_iou(
    own: NDArray[np.uint16],
    right: NDArray[np.uint16],
    counts: NDArray[np.int64],
    first_void: int,
) -> float:
    """Return the mean IoU over the classes that the yardstick has; its other pixels are let be."""
    scored = (right > 0) & (right < first_void)
    if not scored.any():
        return float("nan")
    own, right, weights = own[scored], right[scored], counts[scored].astype(np.float64)
    size = int(max(own.max(), right.max())) + 1
    there = np.bincount(right, weights, size)
    given = np.bincount(own, weights, size)
    both = np.bincount(right[own == right], weights[own == right], size)
    classes = there > 0
    return float((both[classes] / (there + given - both)[classes]).mean())


def _content(maps: Sequence[LabelMap], first_void: int) -> NDArray[np.float64]:
    """Return regions, boundary in pixels and classes: the median over maps."""
    rows = [_content_of(label_map, first_void) for label_map in maps]
    return np.median(np.array(rows), axis=0) if rows else np.full(3, np.nan)


def _content_of(label_map: LabelMap, first_void: int) -> tuple[int, float, int]:
    regions = find_regions(label_map, connectivity=4)
    labelled = (regions.value > 0) & (regions.value < first_void)
    points, ring_starts, _ = outline_arrays(label_map, regions.of_run)
    steps = np.abs(np.diff(points, axis=0)).sum(axis=1)
    # The way from the last corner of a ring to its first, not to the next ring's.
    lasts, firsts = ring_starts[1:] - 1, ring_starts[:-1]
    closing = np.abs(points[lasts] - points[firsts]).sum()
    inner = steps.sum() - steps[lasts[:-1]].sum()
    classes = np.unique(regions.value[labelled]).size
    # Regions on both sides of a boundary have an outline there.
    return int(labelled.sum()), float(inner + closing) / 2, classes


def _vertices(work: Work) -> NDArray[np.int64]:
    counts = np.full((len(work.maps), 2), -1, np.int64)
    for place, shapes in enumerate(work.drawn):
        label_map = work.maps[place]
        rings = [ring for shape in shapes or () for ring in shape.rings]
        if rings and label_map is not None:
            needed = sum(len(needed_vertices(ring, height=label_map.height)) for ring in rings)
            counts[place] = sum(map(_size, rings)), needed
    return counts


def _size(ring: NDArray[np.float64]) -> int:
    """Return the number of vertices; a repeated first one is none."""
    return len(ring) - (len(ring) > 1 and bool((ring[0] == ring[-1]).all()))


def _draft_facts(work: Work, draft: LabelMap, first_void: int) -> DraftFacts:
    def everything(label_map: LabelMap) -> Imprints:
        return take_imprints(label_map, first_void=first_void, least_area_px=LEAST_DRAFT_PX)

    drafted = everything(draft)
    boxes = [_inside(seed, draft) for seed in work.seeds]
    seeds = [seed for seed in boxes if seed is not None]
    wanted = [window(draft, **vars(seed)) for seed in seeds]
    return DraftFacts(
        len(drafted),
        tuple(
            0 if found is None else count_placed_in(drafted, everything(found))
            for found in work.maps
        ),
        len(seeds),
        tuple(
            0
            if found is None
            else sum(
                window(found, **vars(seed)) == cut for seed, cut in zip(seeds, wanted, strict=True)
            )
            for found in work.maps
        ),
    )


def _inside(seed: Region, label_map: LabelMap) -> Region | None:
    """Return the part of a box that lies in the image, or None."""
    cut = Region(
        max(seed.top, 0),
        max(seed.left, 0),
        min(seed.bottom, label_map.height),
        min(seed.right, label_map.width),
    )
    return cut if cut.top < cut.bottom and cut.left < cut.right else None
