"""Faults of outlines: where the boundaries of regions run."""

from dataclasses import dataclass

import numpy as np

from assay.labels import LabelMap
from assay.labels.painting import fill, paint
from assay.labels.polygon import Polygon
from assay.labels.tracing import trace
from assay.simulate.canvas import noise
from assay.simulate.fault import Fault, Spoilt, Task, check_at_least, check_share, members_of
from assay.simulate.simplifying import simplify
from assay.simulate.spreading import Dense, Mask, spread, touches


@dataclass(frozen=True)
class BoundaryJitter:
    """An unsteady hand.

    Parameters
    ----------
    reach_px
        Farthest that a boundary is moved, along rows and along columns.
    wave_px
        Distance over which the hand wanders from one side to the other.
    """

    reach_px: float = 2.0
    wave_px: float = 10.0

    def __post_init__(self) -> None:
        check_at_least("reach_px", self.reach_px, 0)
        check_at_least("wave_px", self.wave_px, 1)


@dataclass(frozen=True)
class BoundaryOffset:
    """Objects drawn too large or too small all around.

    Parameters
    ----------
    offset_px
        How far boundaries are moved out; negative moves them in.
    classes
        Names of the classes; empty means every thing.
    """

    offset_px: int = 2
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CoarsePolygons:
    """Outlines clicked with too few vertices.

    Parameters
    ----------
    tolerance_px
        How far the true outline may lie from the clicked one.
    """

    tolerance_px: float = 3.0

    def __post_init__(self) -> None:
        check_at_least("tolerance_px", self.tolerance_px, 0)


@dataclass(frozen=True)
class GrowingLaziness:
    """Outlines that get coarser with every image.

    Parameters
    ----------
    first_px
        Tolerance of the first image, as in :class:`CoarsePolygons`.
    growth_px
        What each further image adds to it.
    """

    first_px: float = 0.5
    growth_px: float = 0.15

    def __post_init__(self) -> None:
        check_at_least("first_px", self.first_px, 0)
        check_at_least("growth_px", self.growth_px, 0)


@dataclass(frozen=True)
class Gaps:
    """Unlabelled gaps between neighbours that should touch.

    Parameters
    ----------
    width_px
        Width of a gap.
    share
        Share of the boundaries that have one.
    """

    width_px: int = 1
    share: float = 0.3

    def __post_init__(self) -> None:
        check_at_least("width_px", self.width_px, 1)
        check_share(self.share)


def jitter_boundaries(
    label_map: LabelMap, parameters: BoundaryJitter, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Take every pixel's label from a place that wanders smoothly around it."""
    del task
    height, width = label_map.shape
    rows, columns = np.indices((height, width), np.int64)
    moves = []
    for _ in range(2):
        wander = noise(rng, height, width, cell_px=parameters.wave_px)
        # Smoothing makes strong values rare; the factor restores them.
        moves.append(np.rint(np.clip(wander * 1.6, -1, 1) * parameters.reach_px).astype(np.int64))
    source = np.clip(rows + moves[0], 0, height - 1), np.clip(columns + moves[1], 0, width - 1)
    return Spoilt(LabelMap.from_dense(label_map.to_dense()[source]))


def offset_boundaries(
    label_map: LabelMap, parameters: BoundaryOffset, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Grow or shrink the chosen classes by whole pixels; neither crosses void."""
    del rng
    dense = label_map.to_dense()
    chosen = members_of(task.ontology, parameters.classes)[dense]
    others = ~chosen & (dense < task.ontology.first_void)
    if parameters.offset_px >= 0:
        return Spoilt(
            LabelMap.from_dense(spread(dense, chosen, others, steps=parameters.offset_px))
        )
    return Spoilt(LabelMap.from_dense(spread(dense, others, chosen, steps=-parameters.offset_px)))


def coarsen(
    label_map: LabelMap, parameters: CoarsePolygons, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Redraw every region by a simplified outline, small regions over large ones."""
    del task, rng
    return Spoilt(_redrawn(label_map, parameters.tolerance_px))


def coarsen_more_and_more(
    label_map: LabelMap, parameters: GrowingLaziness, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Redraw every region by an outline that is the simpler the later the image comes."""
    del rng
    tolerance = parameters.first_px + parameters.growth_px * task.index
    return Spoilt(_redrawn(label_map, tolerance))


def leave_gaps(
    label_map: LabelMap, parameters: Gaps, task: Task, rng: np.random.Generator
) -> Spoilt:
    """Leave pixels beside some stretches of boundary unlabelled."""
    dense = label_map.to_dense()
    gap = _boundary(dense)
    stretches = noise(rng, *dense.shape, cell_px=12.0)
    gap &= stretches <= np.quantile(stretches, parameters.share)
    for _ in range(parameters.width_px - 1):
        gap |= touches(gap)
    dense[gap & (dense < task.ontology.first_void)] = 0
    return Spoilt(LabelMap.from_dense(dense))


def _boundary(dense: Dense) -> Mask:
    """Return the pixels whose right or lower neighbour differs."""
    edge = np.zeros(dense.shape, np.bool_)
    edge[:, :-1] |= dense[:, :-1] != dense[:, 1:]
    edge[:-1] |= dense[:-1] != dense[1:]
    return edge


def _redrawn(label_map: LabelMap, tolerance: float) -> LabelMap:
    if tolerance <= 0:
        return label_map
    layers = []
    for region in trace(label_map):
        rings = tuple(simplify(ring, tolerance_px=tolerance) for ring in region.polygon.rings)
        spans = fill(Polygon(rings), *label_map.shape)
        # Shifted by one, so that 0 says where no outline reaches; unlabelled is drawn as well.
        layers.append((region.polygon.area, spans, region.value + 1))
    layers.sort(key=lambda layer: -layer[0])
    drawn = paint(*label_map.shape, [(spans, value) for _, spans, value in layers]).to_dense()
    return LabelMap.from_dense(spread(drawn, drawn > 0, drawn == 0) - np.uint16(1))


OUTLINE_FAULTS = (
    Fault(
        "boundary-jitter",
        "An unsteady hand: boundaries wander to both sides.",
        "Every boundary is moved by a smooth random field of at most `reach_px`, first one way, "
        "then the other. Areas stay about the same; no pixel farther than `reach_px` from a "
        "boundary changes. A report shows it as **boundary offset**.",
        BoundaryJitter,
        jitter_boundaries,
    ),
    Fault(
        "boundary-offset",
        "Objects drawn too large or too small all around.",
        "The chosen classes grow by `offset_px`, or shrink where it is negative: a brush that is "
        "too wide, or outlines clicked inside the edge. Unlike jitter it is systematic, so "
        "precision and recall come apart. Objects thinner than twice a shrinkage vanish.",
        BoundaryOffset,
        offset_boundaries,
    ),
    Fault(
        "coarse-polygons",
        "Outlines clicked with too few vertices.",
        "Each region is traced, its outline simplified until a vertex more than `tolerance_px` "
        "off would be lost, and painted again, small regions over large ones. Thin things and "
        "leaves suffer most.",
        CoarsePolygons,
        coarsen,
    ),
    Fault(
        "growing-laziness",
        "Outlines that get coarser with every image.",
        "As `coarse-polygons`, with a tolerance of `first_px` for the first image and `growth_px` "
        "more for each one after it: the annotator who starts with care and hurries at the end. "
        "Look at scores in the order of delivery.",
        GrowingLaziness,
        coarsen_more_and_more,
    ),
    Fault(
        "gaps",
        "Unlabelled gaps between neighbours.",
        "Along a share of the boundaries a gap of `width_px` stays unlabelled: two outlines that "
        "should be one were drawn twice.",
        Gaps,
        leave_gaps,
    ),
)
