"""Imprints: what a region looks like, whatever its place; equal imprints are equal shapes.

Two people who outline an object, or one who outlines it twice, never set every pixel of the
boundary alike.  So two regions of one intricate shape, pixel for pixel, have one origin: a copy, a
tool's stamp, or a draft that nobody touched.  Simple shapes prove nothing: boxes and small discs
are equal by chance.  :attr:`Imprints.pieces` says how intricate a shape is, and a shape that
equals its own mirror image is taken for a stamp.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels.labelmap import LabelMap
from assay.labels.regions import find_regions
from assay.labels.tracing import outline_arrays

#: Straight pieces are counted within so many pixels: a stair of pixels along a line is one piece.
PIECE_TOLERANCE_PX = 1.5
#: Nobody asks whether a shape has more pieces than this.
MOST_PIECES = 255
#: Simpler or smaller shapes are equal by chance too easily; see ``docs/honesty.md``.
LEAST_PIECES, LEAST_AREA_PX = 8, 100
#: Chance that two honest shapes are equal: halved so often for each straight piece.  Measured:
#: of hand-drawn shapes of four pieces, one pair in 200,000 is equal, of eight or more none.
_BITS_PER_PIECE = 4.0
#: Odd words that set class and sides of a box apart.
_FACTORS = (
    0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93,
    0xA0761D6478BD642F,
)  # fmt: skip
#: How improbable a single chance pair among all shapes must be.
_CHANCE = 0.01


@dataclass(frozen=True, eq=False)
class Imprints:
    """The shapes of a map's regions that are worth comparing, in order of their first pixels.

    Parameters
    ----------
    value
        uint16, shape (shapes,): class index.
    plain, mirrored
        uint64, shape (shapes,): digest of the region's pixels within its box, and of their mirror
        image, left and right exchanged.  Equal shapes have equal digests wherever they lie; two
        different shapes share one with probability 2⁻⁶⁴.
    area
        int64, shape (shapes,): pixels.
    pieces
        uint8, shape (shapes,): straight pieces that follow the outline within 1.5 px, 255 for more.
    box
        int32, shape (shapes, 4): top, left, bottom, right in pixels, ends excluded.
    """

    value: NDArray[np.uint16]
    plain: NDArray[np.uint64]
    mirrored: NDArray[np.uint64]
    area: NDArray[np.int64]
    pieces: NDArray[np.uint8]
    box: NDArray[np.int32]

    def __len__(self) -> int:
        return self.area.size

    @property
    def symmetric(self) -> NDArray[np.bool_]:
        """Whether each shape equals its mirror image, as stamps and boxes of tools do."""
        same: NDArray[np.bool_] = self.plain == self.mirrored
        return same

    @property
    def either_way(self) -> NDArray[np.uint64]:
        """One digest for a shape and its mirror image."""
        return np.minimum(self.plain, self.mirrored)

    @property
    def placed(self) -> NDArray[np.uint64]:
        """One digest for class, place and shape: equal where every pixel and the class are."""
        words = np.empty((len(self), 5), np.uint64)
        words[:, 0], words[:, 1:] = self.value, self.box
        factors = np.array(_FACTORS, np.uint64)
        mixed: NDArray[np.uint64] = self.plain + ((words + np.uint64(1)) * factors).sum(
            axis=1, dtype=np.uint64
        )
        return mixed

    def only(self, wanted: NDArray[np.bool_]) -> "Imprints":
        """Return some of the shapes."""
        return Imprints(
            self.value[wanted], self.plain[wanted], self.mirrored[wanted],
            self.area[wanted], self.pieces[wanted], self.box[wanted],
        )  # fmt: skip


def take_imprints(
    label_map: LabelMap, *, first_void: int, least_area_px: int = 1, least_pieces: int = 1
) -> Imprints:
    """Return the imprints of a map's 4-connected regions.

    Parameters
    ----------
    label_map
        The map.
    first_void
        Lowest void index; unlabelled and void regions are not the annotator's and left out.
    least_area_px, least_pieces
        Smaller and simpler shapes are left out.

    Examples
    --------
    An L, the same L elsewhere, and its mirror image:

    >>> drawn = ["1..1...1", "1..1...1", "11.11.11"]
    >>> rows = [[int(pixel == "1") for pixel in line] for line in drawn]
    >>> found = take_imprints(LabelMap.from_dense(rows), first_void=2)
    >>> [bool(digest == found.plain[0]) for digest in found.plain]
    [True, True, False]
    >>> bool(found.mirrored[0] == found.plain[2]), found.box[2].tolist()
    (True, [0, 6, 3, 8])
    """
    regions = find_regions(label_map, connectivity=4)
    wanted = (regions.value > 0) & (regions.value < first_void) & (regions.area >= least_area_px)
    of_run = np.where(wanted[regions.of_run], regions.of_run, np.int32(-1))
    points, ring_starts, ring_regions = outline_arrays(label_map, of_run)
    pieces = np.zeros(len(regions), np.int64)
    kernels.imprints.count_pieces(
        points, ring_starts, ring_regions, PIECE_TOLERANCE_PX, MOST_PIECES, pieces
    )
    wanted &= pieces >= least_pieces
    plain, mirrored = np.zeros((2, len(regions)), np.uint64)
    kernels.imprints.digest_regions(
        label_map.ends, label_map.row_starts, label_map.width, regions.of_run,
        regions.top, regions.left, regions.right, plain, mirrored,
    )  # fmt: skip
    box = np.stack([regions.top, regions.left, regions.bottom, regions.right], axis=1)
    return Imprints(
        regions.value, plain, mirrored, regions.area,
        pieces.astype(np.uint8), box.astype(np.int32),
    ).only(wanted)  # fmt: skip


def pieces_needed(shapes: int) -> int:
    """Return how intricate equal shapes must be among so many, for chance not to explain a pair.

    Among n shapes there are n²/2 pairs; with four bits a piece, a pair by chance has a probability
    below 1 %.  A thousand shapes need 8 pieces, a million 12.

    Examples
    --------
    >>> [pieces_needed(shapes) for shapes in (10, 1_000, 100_000, 1_000_000)]
    [8, 8, 10, 12]
    """
    pairs = max(1.0, shapes**2 / 2)
    return max(LEAST_PIECES, math.ceil(math.log2(pairs / _CHANCE) / _BITS_PER_PIECE))


def group_equal(
    digests: NDArray[np.uint64], areas: NDArray[np.int64]
) -> tuple[NDArray[np.intp], ...]:
    """Return the places of equal shapes, one array for each shape that occurs twice or more.

    Parameters
    ----------
    digests, areas
        One entry per shape; both must be equal.

    Examples
    --------
    >>> digests = np.array([7, 5, 7, 6, 7], np.uint64)
    >>> [group.tolist() for group in group_equal(digests, np.array([3, 4, 3, 4, 3]))]
    [[0, 2, 4]]
    """
    order = np.lexsort((areas, digests))
    sorted_digests, sorted_areas = digests[order], areas[order]
    fresh = np.ones(order.size, np.bool_)
    fresh[1:] = (sorted_digests[1:] != sorted_digests[:-1]) | (
        sorted_areas[1:] != sorted_areas[:-1]
    )
    firsts = np.flatnonzero(fresh)
    sizes = np.diff(np.append(firsts, order.size))
    return tuple(
        order[first : first + size]
        for first, size in zip(firsts.tolist(), sizes.tolist(), strict=True)
        if size > 1
    )


def count_placed_in(first: Imprints, second: Imprints) -> int:
    """Return how many shapes of the first are in the second with one class, place and shape."""
    return int(np.isin(first.placed, second.placed).sum())


def changing_columns(label_map: LabelMap) -> int:
    """Return at how many columns of the image labels change in some row.

    Whole maps of fewer than about sixteen, such as empty ones or single boxes, are equal by chance.

    Examples
    --------
    >>> changing_columns(LabelMap.from_dense([[1, 1, 2, 2], [1, 2, 2, 2]]))
    2
    """
    changing = np.zeros(label_map.width, np.bool_)
    changing[label_map.ends % np.uint32(label_map.width)] = True
    # The end of every row is no change of label.
    return int(changing[1:].sum())
