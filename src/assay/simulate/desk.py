"""What lies before annotators of one batch, and what honest ones hand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Region
from assay.labels import LabelMap, Ontology, Polygon, find_regions
from assay.labels.painting import fill, paint
from assay.labels.tracing import trace
from assay.simulate.annotator import Annotator
from assay.simulate.fault import members_of
from assay.simulate.simplifying import simplify

#: How far a clicked outline may lie from the pixels that it stands for.
_CLICKED_PX = 1.0
#: Spread of an image's minutes around what is expected, as a standard deviation of logarithms.
_MINUTES_SPREAD = 0.35


@dataclass(frozen=True, eq=False)
class Desk:
    """A batch as annotators get it.

    Parameters
    ----------
    keys
        Items.
    truths
        What is right, one map per item.
    ontology
        Whose indexes the maps hold.
    drafts
        Pre-annotations, one per item, or none.
    seeds
        By item, boxes of errors that the buyer put into the drafts.
    gold
        Items that are gold: known to whoever cheats.
    """

    keys: tuple[str, ...]
    truths: tuple[LabelMap, ...]
    ontology: Ontology
    drafts: tuple[LabelMap, ...] = ()
    seeds: Mapping[str, tuple[Region, ...]] = field(default_factory=lambda: MappingProxyType({}))
    gold: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Outline:
    """A region as it was clicked: class index, and vertices of one ring, shape (n, 2)."""

    value: int
    ring: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Submission:
    """What somebody hands in.

    Parameters
    ----------
    maps
        One per item.
    minutes
        Claimed time of each item.
    outlines
        For each item its outlines, the lowest first; empty for work that was painted.
    earlier
        Earlier deliveries, oldest first: their maps.
    """

    maps: tuple[LabelMap, ...]
    minutes: tuple[float, ...]
    outlines: tuple[tuple[Outline, ...], ...] = ()
    earlier: tuple[tuple[LabelMap, ...], ...] = ()


def honest_work(
    annotator: Annotator,
    desk: Desk,
    *,
    pace: float = 1.0,
    overlooks: float = 0.1,
    clicked: bool = False,
) -> Submission:
    """Return what an honest annotator hands in.

    Parameters
    ----------
    annotator
        Who works, with faults of skill.
    desk
        The batch.
    pace
        Minutes as a multiple of a usual annotator's.
    overlooks
        Share of the errors seeded into drafts that are overlooked.
    clicked
        Whether regions are clicked as outlines; the maps are then what the outlines paint.
    """
    rng = np.random.default_rng([annotator.seed, 77])
    maps = []
    for place, truth in enumerate(desk.truths):
        dense = annotator.annotate(truth, place, desk.ontology).to_dense()
        for seed in desk.seeds.get(desk.keys[place], ()):
            if rng.random() < overlooks:
                box = slice(seed.top, seed.bottom), slice(seed.left, seed.right)
                dense[box] = desk.drafts[place].to_dense()[box]
        maps.append(LabelMap.from_dense(dense))
    minutes = [
        pace * usual_minutes(truth) * float(np.exp(rng.normal(0, _MINUTES_SPREAD)))
        for truth in desk.truths
    ]
    if not clicked:
        return Submission(tuple(maps), tuple(minutes))
    outlines = tuple(click(label_map, desk.ontology) for label_map in maps)
    painted = tuple(
        painted_outlines(image, label_map.shape)
        for image, label_map in zip(outlines, maps, strict=True)
    )
    return Submission(painted, tuple(minutes), outlines)


def usual_minutes(truth: LabelMap) -> float:
    """Return the minutes of a usual annotator: they grow with regions and runs of the map."""
    return 0.5 + 0.04 * len(find_regions(truth)) + 0.0006 * truth.ends.size


def click(label_map: LabelMap, ontology: Ontology) -> tuple[Outline, ...]:
    """Return the outer rings of all regions as somebody clicks them, large ones first."""
    traced = trace(label_map, values=range(1, ontology.first_void))
    rings = [(region, region.polygon.rings[0]) for region in traced]
    rings.sort(key=lambda entry: -float(np.ptp(entry[1], axis=0).prod()))
    return tuple(
        Outline(region.value, simplify(ring, tolerance_px=_CLICKED_PX)) for region, ring in rings
    )


def painted_outlines(outlines: Sequence[Outline], shape: tuple[int, int]) -> LabelMap:
    """Return the map that outlines paint, later ones over earlier ones."""
    return paint(
        *shape, [(fill(Polygon((entry.ring,)), *shape), entry.value) for entry in outlines]
    )


def seed_errors(
    draft: LabelMap, ontology: Ontology, rng: np.random.Generator, *, count: int
) -> tuple[LabelMap, tuple[Region, ...]]:
    """Put errors into a draft: objects covered by what surrounds them.

    Returns
    -------
    tuple
        The draft with at most ``count`` errors, and the box of each.
    """
    regions = find_regions(draft, connectivity=4)
    things = members_of(ontology, ())[regions.value] & (regions.area >= 40)
    chosen = np.flatnonzero(things)
    chosen = rng.permutation(chosen)[:count]
    dense = draft.to_dense()
    owners = np.repeat(regions.of_run, draft.lengths).reshape(draft.shape)
    boxes = []
    for number in chosen.tolist():
        top, left = int(regions.top[number]), int(regions.left[number])
        bottom, right = int(regions.bottom[number]), int(regions.right[number])
        mask = owners == number
        near = dense[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
        outside = near[near != regions.value[number]]
        dense[mask] = np.bincount(outside).argmax() if outside.size else 0
        boxes.append(Region(top, left, bottom, right))
    return LabelMap.from_dense(dense), tuple(boxes)
