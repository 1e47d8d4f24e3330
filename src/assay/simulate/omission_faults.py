"""Faults of omission: regions left without a class, frames left out, threads left over."""

from dataclasses import dataclass

import numpy as np

from assay.labels import LabelMap
from assay.labels.regions import find_regions
from assay.simulate.fault import Fault, Spoilt, Task, check_at_least, check_share, members_of
from assay.simulate.spreading import Dense, Mask, spread


@dataclass(frozen=True)
class Unlabelled:
    """Regions that nobody gave a class.

    Parameters
    ----------
    share
        Share of the regions that are left out.
    least_px
        Only regions of at least so many pixels are.
    """

    share: float = 0.05
    least_px: int = 40

    def __post_init__(self) -> None:
        check_share(self.share)
        check_at_least("least_px", self.least_px, 1)


@dataclass(frozen=True)
class FrameMargin:
    """Objects that stop before the frame of the image.

    Parameters
    ----------
    width_px
        How far before.
    share
        Share of the objects at the frame that do.
    classes
        Names of the classes; empty means every thing.
    """

    width_px: int = 2
    share: float = 1.0
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_at_least("width_px", self.width_px, 1)
        check_share(self.share)


@dataclass(frozen=True)
class Slivers:
    """Threads of a class that is not there.

    Parameters
    ----------
    count
        How many.
    length_px
        How long each is; one pixel wide.
    """

    count: int = 4
    length_px: int = 20

    def __post_init__(self) -> None:
        check_at_least("count", self.count, 0)
        check_at_least("length_px", self.length_px, 2)


def leave_unlabelled(
    label_map: LabelMap, parameters: Unlabelled, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Take the class from some regions."""
    regions = find_regions(label_map)
    chosen = (regions.value > 0) & (regions.value < task.ontology.first_void)
    chosen &= regions.area >= parameters.least_px
    chosen &= rng.random(len(regions)) < parameters.share
    values = np.where(chosen[regions.of_run], 0, label_map.values)
    return Spoilt(LabelMap.from_runs(*label_map.shape, label_map.ends, values), int(chosen.sum()))


def stop_before_frame(
    label_map: LabelMap, parameters: FrameMargin, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Cover what some objects have along the frame with what surrounds them."""
    regions = find_regions(label_map)
    members = members_of(task.ontology, parameters.classes)
    height, width = label_map.shape
    at_frame = (regions.top == 0) | (regions.left == 0)
    at_frame |= (regions.bottom == height) | (regions.right == width)
    chosen = members[regions.value] & at_frame
    chosen &= rng.random(len(regions)) < parameters.share
    dense = label_map.to_dense()
    owner = np.repeat(regions.of_run, label_map.lengths).reshape(label_map.shape)
    margin = chosen[owner] & _margin(label_map.shape, parameters.width_px)
    stuff = (dense > 0) & (dense < task.ontology.first_void) & ~members_of(task.ontology, ())[dense]
    covered = spread(dense, stuff, margin)
    # An object that fills a whole side has no surroundings there.
    covered[margin & (covered == dense)] = 0
    cut = np.unique(owner[covered != dense]).size
    return Spoilt(LabelMap.from_dense(covered), int(cut))


def _margin(shape: tuple[int, int], width_px: int) -> Mask:
    height, width = shape
    margin = np.ones(shape, np.bool_)
    margin[width_px : max(0, height - width_px), width_px : max(0, width - width_px)] = False
    return margin


def leave_threads(
    label_map: LabelMap, parameters: Slivers, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Draw straight threads of random classes, each within one region of another class."""
    dense = label_map.to_dense()
    length = parameters.length_px
    drawn = 0
    for _ in range(parameters.count):
        across = bool(rng.integers(2))
        tall, wide = (1, length) if across else (length, 1)
        label = int(rng.integers(1, task.ontology.first_void))
        place = _free_place(dense, tall + 2, wide + 2, label, rng)
        if place is not None:
            top, left = place
            dense[top + 1 : top + 1 + tall, left + 1 : left + 1 + wide] = label
            drawn += 1
    return Spoilt(LabelMap.from_dense(dense), drawn)


def _free_place(
    dense: Dense, tall: int, wide: int, label: int, rng: np.random.Generator
) -> tuple[int, int] | None:
    """Return where a box of one other class lies, looked for at a hundred random places."""
    height, width = dense.shape
    if tall > height or wide > width:
        return None
    for _ in range(100):
        top, left = int(rng.integers(height - tall + 1)), int(rng.integers(width - wide + 1))
        box = dense[top : top + tall, left : left + wide]
        if box[0, 0] not in (0, label) and (box == box[0, 0]).all():
            return top, left
    return None


OMISSION_FAULTS = (
    Fault(
        "unlabelled",
        "Regions that nobody gave a class.",
        "A share of the regions of at least `least_px` loses its class: work that was left out. "
        "Against a reference they are wrong; without one, the rule `unlabelled-region` finds them.",
        Unlabelled,
        leave_unlabelled,
    ),
    Fault(
        "frame-margin",
        "Objects that stop before the frame of the image.",
        "A share of the objects that the frame cuts ends `width_px` before it, as with tools that "
        "do not let a vertex snap to the frame. Hardly a score shows it; the rule `cut-short` "
        "does.",
        FrameMargin,
        stop_before_frame,
    ),
    Fault(
        "slivers",
        "Threads of a class that is not there.",
        "`count` lines of a random class, a pixel wide and `length_px` long, lie in regions of "
        "another: what is left where two outlines were drawn beside each other. The rule `sliver` "
        "finds them.",
        Slivers,
        leave_threads,
    ),
)
