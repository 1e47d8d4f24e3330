"""Faults of objects: left out, misnamed, pierced or made up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.labels import LabelMap, Ontology
from assay.labels.regions import Regions, find_regions
from assay.simulate.fault import Fault, Spoilt, Task, check_at_least, check_share, members_of
from assay.simulate.spreading import Dense, spread, touches


@dataclass(frozen=True)
class MissedObjects:
    """Small objects left out.

    Parameters
    ----------
    largest_px
        Only objects of at most so many pixels are missed.
    share
        Share of those that are.
    classes
        Names of the classes; empty means every thing.
    """

    largest_px: int = 150
    share: float = 0.6
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_at_least("largest_px", self.largest_px, 1)
        check_share(self.share)


@dataclass(frozen=True)
class SwappedClasses:
    """Objects given the name of another class.

    Parameters
    ----------
    correct, given
        Names of the right class and of the one that is written instead.
    share
        Share of the objects that are renamed.
    """

    correct: str
    given: str
    share: float = 0.5

    def __post_init__(self) -> None:
        check_share(self.share)


@dataclass(frozen=True)
class Holes:
    """Holes left in objects, through which the surroundings show.

    Parameters
    ----------
    radius_px
        Radius of a hole; objects that cannot hold one stay whole.
    share
        Share of the other objects that get one.
    classes
        Names of the classes; empty means every thing.
    """

    radius_px: int = 3
    share: float = 0.5
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_at_least("radius_px", self.radius_px, 1)
        check_share(self.share)


@dataclass(frozen=True)
class Specks:
    """Stray clicks: little squares of a random class.

    Parameters
    ----------
    count
        How many.
    side_px
        Largest side.
    """

    count: int = 12
    side_px: int = 4

    def __post_init__(self) -> None:
        check_at_least("count", self.count, 0)
        check_at_least("side_px", self.side_px, 1)


def miss_objects(
    label_map: LabelMap, parameters: MissedObjects, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Cover some small objects with what surrounds them."""
    regions = find_regions(label_map)
    small = members_of(task.ontology, parameters.classes)[regions.value]
    small &= regions.area <= parameters.largest_px
    missed = small & (rng.random(len(regions)) < parameters.share)
    covered = _covered(label_map, regions, missed, task.ontology)
    gone = _owners(label_map, regions)[covered != label_map.to_dense()]
    return Spoilt(LabelMap.from_dense(covered), np.unique(gone).size)


def swap_classes(
    label_map: LabelMap, parameters: SwappedClasses, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Rename some regions of one class."""
    correct = task.ontology.index_of(parameters.correct)
    given = task.ontology.index_of(parameters.given)
    regions = find_regions(label_map)
    renamed = (regions.value == correct) & (rng.random(len(regions)) < parameters.share)
    values = np.where(renamed[regions.of_run], given, label_map.values)
    return Spoilt(LabelMap.from_runs(*label_map.shape, label_map.ends, values), int(renamed.sum()))


def pierce_objects(
    label_map: LabelMap, parameters: Holes, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Punch a round hole into some objects, in the class that surrounds the object."""
    regions = find_regions(label_map)
    chosen = members_of(task.ontology, parameters.classes)[regions.value]
    chosen &= rng.random(len(regions)) < parameters.share
    covered = _covered(label_map, regions, chosen, task.ontology)
    dense = label_map.to_dense()
    owner = _owners(label_map, regions)
    pierced = 0
    for region in np.flatnonzero(chosen):
        hole = _hole(owner, regions, int(region), parameters.radius_px, rng)
        if hole is not None:
            dense[hole] = covered[hole]
            pierced += 1
    return Spoilt(LabelMap.from_dense(dense), pierced)


def scatter_specks(
    label_map: LabelMap, parameters: Specks, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Paint little rectangles of random classes at random places."""
    dense = label_map.to_dense()
    height, width = dense.shape
    for _ in range(parameters.count):
        tall, wide = rng.integers(1, parameters.side_px + 1, 2)
        top, left = rng.integers(0, height), rng.integers(0, width)
        label = rng.integers(1, task.ontology.first_void)
        dense[top : top + tall, left : left + wide] = label
    return Spoilt(LabelMap.from_dense(dense), parameters.count)


def _owners(label_map: LabelMap, regions: Regions) -> NDArray[np.int32]:
    owners = np.repeat(regions.of_run, label_map.lengths)
    return owners.reshape(label_map.shape)


def _covered(
    label_map: LabelMap, regions: Regions, chosen: NDArray[np.bool_], ontology: Ontology
) -> Dense:
    """Return the labels with the chosen regions covered by what surrounds them.

    Stuff covers first; another thing only where no stuff reaches, and nothing where there is no
    other class at all.
    """
    dense = label_map.to_dense()
    uncovered = chosen[_owners(label_map, regions)]
    others = (dense > 0) & (dense < ontology.first_void) & ~uncovered
    stuff = others & ~members_of(ontology, ())[dense]
    covered = dense
    for sources in (stuff, others):
        reached = spread(sources.astype(np.uint16), sources, uncovered) > 0
        covered = spread(covered, sources, uncovered)
        uncovered &= ~reached
    return covered


def _hole(
    owner: NDArray[np.int32],
    regions: Regions,
    region: int,
    radius: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    """Return the pixels of a disc inside a region, at least a pixel off its boundary, or None."""
    top, bottom = int(regions.top[region]), int(regions.bottom[region])
    left, right = int(regions.left[region]), int(regions.right[region])
    inside = np.pad(owner[top:bottom, left:right] == region, 1)
    # Steps go along rows and columns, so a disc is up to √2 radii of them wide; one more is rim.
    for _ in range(int(np.ceil(radius * 2**0.5)) + 1):
        inside &= ~touches(~inside)
    rows, columns = np.nonzero(inside)
    if not rows.size:
        return None
    place = int(rng.integers(rows.size))
    row, column = top + rows[place] - 1, left + columns[place] - 1
    down, across = np.indices((2 * radius + 1, 2 * radius + 1)) - radius
    disc = down**2 + across**2 <= radius**2
    return row + down[disc], column + across[disc]


OBJECT_FAULTS = (
    Fault(
        "missed-objects",
        "Small objects left out.",
        "Of the objects with at most `largest_px` pixels, a share is covered with what surrounds "
        "them. Mean IoU hardly moves, the severe-error rate does: a missed pedestrian is a "
        "thousandth of the pixels.",
        MissedObjects,
        miss_objects,
    ),
    Fault(
        "swapped-classes",
        "Objects given the name of another class.",
        "A share of the regions of class `correct` is written as `given`, shape and all: the "
        "guideline was not read. The confusion matrix shows the pair.",
        SwappedClasses,
        swap_classes,
    ),
    Fault(
        "holes",
        "Holes left in objects.",
        "A share of the objects that are large enough get a round hole of `radius_px` in which "
        "the surroundings show: a brush that was not moved over everything.",
        Holes,
        pierce_objects,
    ),
    Fault(
        "specks",
        "Stray clicks that leave little squares of a random class.",
        "`count` rectangles with sides of up to `side_px` are scattered over the image. "
        "Classes then occur where they cannot be.",
        Specks,
        scatter_specks,
    ),
)
