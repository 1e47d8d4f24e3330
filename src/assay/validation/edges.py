"""The edge that a photograph shows beside each stretch of a label's outline.

Every region's outline is walked in steps of a pixel.  Across each step lies a band of positions to
both sides; the edge of the photograph is the path along the outline that is clearest and steadiest
in it.  Where it is clear, it says how far off the label runs, to a part of a pixel.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels import LabelMap, Ontology, Regions, find_regions, trace

Floats = NDArray[np.float64]

#: How far to each side of an outline the photograph's edge is looked for, in pixels.
REACH_PX = 6.0
_STEP_PX = 0.5
_OFFSETS = np.arange(-REACH_PX, REACH_PX + _STEP_PX, _STEP_PX)
#: What the strength of an edge is measured from: two positions more on either side.
_SAMPLED = np.arange(-REACH_PX - 2 * _STEP_PX, REACH_PX + 3 * _STEP_PX, _STEP_PX)

#: Regions and rings below these are too small to have a course that could be judged.
_LEAST_AREA_PX = 64
_LEAST_RING_PX = 32
#: Boundary that is looked at in one image; a noisy map has any amount of it.
_MOST_PX = 200_000

#: Grey levels a pixel at which an edge is half clear, and from which on it is believed.
_HALF_CLEAR = 6.0
_LEAST_STRENGTH = 6.0
#: It must be so many times the strength that is usual in its band.
_PROMINENCE = 2.0
#: Positions by which the path may miss the strongest one.
_NEAR = 2
_PULL = 0.04
_BEND = 0.1
_ALONG = 2
_LEAST_BAND = 7
#: Positions that an edge reaches: its strength is taken over a pixel to both sides.
_MARGIN = 3

#: Scales along the outline, in pixels: of its course, of what no hand could draw, of a wavering
#: hand.
_COURSE_PX = 4.0
_FINE_PX = 2.5
_COARSE_PX = 8.0
#: A straight piece lies within so much of a line, and is at least so long.
_STRAIGHT_PX = 0.8
_SHORTEST_PX = 12


@dataclass(frozen=True, eq=False)
class Edges:
    """Steps along outlines, and what the photograph shows there.

    Each stretch of boundary is there once, with the smaller of its two regions.

    Parameters
    ----------
    regions
        4-connected regions of the map.
    region
        int64, shape (steps,): the region whose outline it is.
    points
        float64, shape (steps, 2): x and y, in pixel-edge coordinates.
    seen
        bool, shape (steps,): whether the photograph shows a clear edge there; only these count.
    away_px
        float64, shape (steps,): how far outside the label's edge the photograph's runs; negative
        inside.
    wiggle_px
        float64, shape (steps,): how far outside its own smooth course the label's edge runs.
    bend_px
        float64, shape (steps,): on straight pieces of the label's edge, how far the photograph's
        leaves a line; 0 elsewhere.
    strength
        float64, shape (steps,): change of colour across the photograph's edge, grey levels a pixel.
    """

    regions: Regions
    region: NDArray[np.int64]
    points: Floats
    seen: NDArray[np.bool_]
    away_px: Floats
    wiggle_px: Floats
    bend_px: Floats
    strength: Floats

    def __len__(self) -> int:
        return self.region.size


@dataclass(frozen=True, eq=False)
class _Steps:
    """Steps along the rings of regions, before the photograph is looked at."""

    points: Floats
    ring_starts: NDArray[np.int64]
    region: NDArray[np.int64]
    other: NDArray[np.int64]
    counted: NDArray[np.bool_]


def find_edges(label_map: LabelMap, photograph: NDArray[np.uint8], ontology: Ontology) -> Edges:
    """Find the edge of the photograph beside the outlines of a map.

    Parameters
    ----------
    label_map
        The labels.
    photograph
        uint8, shape (height, width, 3).
    ontology
        Whose indexes the map holds.  Boundaries with void are not judged, nor are unlabelled
        regions; what a region has at the frame is no boundary.

    Examples
    --------
    >>> from assay.labels import LabelClass
    >>> rows, columns = np.indices((40, 40))
    >>> bright = np.hypot(rows - 19.5, columns - 19.5) < 12
    >>> drawn = LabelMap.from_dense((np.hypot(rows - 19.5, columns - 19.5) < 14).astype(int))
    >>> photograph = np.repeat(bright[..., None] * np.uint8(200), 3, axis=2)
    >>> found = find_edges(drawn, photograph, Ontology((LabelClass("disc", 1, (1, 2, 3)),)))
    >>> float(np.median(found.away_px[found.seen]).round())
    -2.0
    """
    regions = find_regions(label_map, connectivity=4)
    owners = np.repeat(regions.of_run, label_map.lengths).reshape(label_map.shape)
    steps = _walk(label_map, regions, owners, ontology)
    base = _smooth(steps, steps.points, _COURSE_PX)
    normals = _normals(steps, base)
    own = ((steps.points - base) * normals).sum(axis=1)
    strength = _strength(steps, base, normals, photograph)
    at_label = np.clip(np.rint((own + REACH_PX) / _STEP_PX), 1, _OFFSETS.size - 2).astype(np.int64)
    low, high = (np.empty(len(at_label), np.int64) for _ in range(2))
    kernels.edges.open_bands(
        owners,
        regions.value == 0,
        base,
        normals,
        _OFFSETS,
        at_label,
        steps.region,
        steps.other,
        _MARGIN,
        low,
        high,
    )
    path = np.zeros(len(at_label), np.int64)
    kernels.edges.follow_edge(
        strength, low, high, at_label, steps.ring_starts, _HALF_CLEAR, _PULL, _BEND, path
    )
    path = _summit(strength, path, low, high)
    at_path = strength[np.arange(len(path)), path].astype(np.float64)
    clear = (at_path >= _LEAST_STRENGTH) & (at_path >= _PROMINENCE * _usual(strength, low, high))
    seen = steps.counted & clear & (high - low + 1 >= _LEAST_BAND)
    away = _smooth(steps, (_exact(strength, path) - own)[:, None], _FINE_PX)[:, 0]
    course = _smooth(steps, steps.points, _FINE_PX) - _smooth(steps, steps.points, _COARSE_PX)
    return Edges(
        regions, steps.region, steps.points, seen, away,
        (course * normals).sum(axis=1), _bends(steps, away, seen), at_path,
    )  # fmt: skip


def _walk(
    label_map: LabelMap, regions: Regions, owners: NDArray[np.int32], ontology: Ontology
) -> _Steps:
    """Return the steps along the outlines of the regions that are judged."""
    judged = (regions.value > 0) & (regions.value < ontology.first_void)
    judged &= regions.area >= _LEAST_AREA_PX
    rings = list(_rings(label_map, judged))
    region, lengths = [place for place, _, _ in rings], [len(steps) for _, steps, _ in rings]
    middle = np.concatenate([np.empty((0, 2)), *(steps for _, steps, _ in rings)])
    way = np.concatenate([np.empty((0, 2)), *(ways for _, _, ways in rings)])
    own = np.repeat(np.array(region, np.int64), lengths)
    # The region lies on the walker's right, so half a pixel to the left is the neighbour.
    outside = np.floor(middle + 0.5 * np.c_[way[:, 1], -way[:, 0]]).astype(np.int64)
    height, width = label_map.shape
    framed = (outside >= 0).all(axis=1) & (outside < (width, height)).all(axis=1)
    column, row = np.clip(outside, 0, (width - 1, height - 1)).T
    other = owners[row, column].astype(np.int64)
    smaller = (regions.area[own] < regions.area[other]) | (
        (regions.area[own] == regions.area[other]) & (own < other)
    )
    void = regions.value[other] >= ontology.first_void
    counted = framed & ~void & (smaller | (regions.value[other] == 0))
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return _Steps(middle, starts, own, other, counted)


def _rings(label_map: LabelMap, judged: NDArray[np.bool_]) -> Iterator[tuple[int, Floats, Floats]]:
    """Yield the region, the steps and their ways of rings that are long enough, up to a limit."""
    left = _MOST_PX
    for place, traced in enumerate(trace(label_map)):
        for ring in traced.polygon.rings if judged[place] else ():
            length = int(np.abs(np.diff(ring, axis=0, append=ring[:1])).sum())
            if _LEAST_RING_PX <= length <= left:
                left -= length
                yield place, *_unit_steps(ring)


def _unit_steps(ring: Floats) -> tuple[Floats, Floats]:
    """Return the middles and directions of the unit edges of a ring along pixel edges."""
    sides = np.roll(ring, -1, axis=0) - ring
    lengths = np.abs(sides).sum(axis=1).astype(np.int64)
    ways = np.repeat(sides / lengths[:, None], lengths, axis=0)
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(ring, lengths, axis=0) + ways * (within[:, None] + 0.5), ways


def _smooth(steps: _Steps, values: Floats, sigma: float) -> Floats:
    """Return values averaged along their rings with a bell of that width."""
    reach = int(np.ceil(3 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    out = np.empty_like(values)
    kernels.edges.smooth_rings(values, steps.ring_starts, weights / weights.sum(), out)
    return out


def _normals(steps: _Steps, base: Floats) -> Floats:
    """Return unit vectors that point out of the region, shape (steps, 2)."""
    ways = np.empty_like(base)
    # A derivative is an average with odd weights.
    kernels.edges.smooth_rings(base, steps.ring_starts, np.array([-0.5, 0.0, 0.5]), ways)
    lengths = np.maximum(np.hypot(*ways.T), 1e-9)
    return np.asarray(np.stack([ways[:, 1], -ways[:, 0]], axis=1) / lengths[:, None], np.float64)


def _strength(
    steps: _Steps, base: Floats, normals: Floats, photograph: NDArray[np.uint8]
) -> NDArray[np.float32]:
    profiles = np.empty((len(base), _SAMPLED.size, 3), np.float32)
    kernels.edges.sample_profiles(photograph, base, normals, _SAMPLED, profiles)
    strength = np.empty((len(base), _OFFSETS.size), np.float32)
    kernels.edges.edge_strength(profiles, steps.ring_starts, _ALONG, strength)
    return strength


def _usual(
    strength: NDArray[np.float32], low: NDArray[np.int64], high: NDArray[np.int64]
) -> Floats:
    """Return the median strength of each band, within its bounds."""
    place = np.arange(strength.shape[1])
    closed = (place < low[:, None]) | (place > high[:, None])
    ranked = np.sort(np.where(closed, np.float32(np.inf), strength), axis=1)
    return np.asarray(ranked[np.arange(len(ranked)), (high - low) // 2], np.float64)


def _summit(
    strength: NDArray[np.float32],
    path: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the strongest position near each of a path: what is clear enough is not the middle."""
    rows = np.arange(len(path))
    near = np.clip(path[:, None] + np.arange(-_NEAR, _NEAR + 1), low[:, None], high[:, None])
    return np.asarray(near[rows, strength[rows[:, None], near].argmax(axis=1)], np.int64)


def _exact(strength: NDArray[np.float32], path: NDArray[np.int64]) -> Floats:
    """Return where the strongest point lies, by a parabola through three positions, in pixels."""
    rows = np.arange(len(path))
    middle = np.clip(path, 1, strength.shape[1] - 2)
    before, here, after = (strength[rows, middle + by].astype(np.float64) for by in (-1, 0, 1))
    curve = before - 2 * here + after
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.where(curve < 0, 0.5 * (before - after) / curve, 0.0)
    return np.asarray(_OFFSETS[middle] + np.clip(shift, -0.5, 0.5) * _STEP_PX, np.float64)


def _bends(steps: _Steps, away: Floats, seen: NDArray[np.bool_]) -> Floats:
    corners = np.zeros(len(away), np.bool_)
    kernels.edges.mark_corners(steps.points, steps.ring_starts, _STRAIGHT_PX, corners)
    bends = np.zeros(len(away))
    kernels.edges.bends_off_straights(corners, steps.ring_starts, away, seen, _SHORTEST_PX, bends)
    return bends
