"""Vote patterns: all that the agreement of several label maps depends on.

Where K raters label one image, a pixel's **vote pattern** is the K indexes that they give it.  Two
million pixels hold a few thousand distinct patterns, and every method of consensus or agreement
that looks at pixels one by one (majority, STAPLE, Dawid-Skene, kappa, alpha) gives pixels of one
pattern one answer.  So patterns with their pixel counts replace the pixels, exactly, and those of
many images add up.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import LabelMapError, ParameterError
from assay.labels import LabelMap

#: The vote of a rater who has no map of an image: such a map is filled with it.  No ontology has
#: that many indexes.
ABSENT = 65_535

#: Patterns that a fresh table has room for; it doubles when that is not enough.
_FIRST_ROOM = 4096


@dataclass(frozen=True, eq=False)
class VotePatterns:
    """Distinct vote patterns with their pixel counts, in lexicographic order.

    Parameters
    ----------
    votes
        uint16, shape (patterns, raters): the index that each rater gives.
    counts
        int64, shape (patterns,): pixels of each pattern, at least 1.

    Raises
    ------
    ParameterError
        When the arrays do not belong together, or patterns are not distinct and in order.

    Examples
    --------
    >>> first, second = LabelMap.from_dense([[1, 1, 2]]), LabelMap.from_dense([[1, 2, 2]])
    >>> patterns = count_patterns([[first, second]])
    >>> patterns.votes.tolist(), patterns.counts.tolist()
    ([[1, 1], [1, 2], [2, 2]], [1, 1, 1])
    >>> (patterns + patterns).counts.tolist()
    [2, 2, 2]
    """

    votes: NDArray[np.uint16]
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.votes.ndim != 2 or self.counts.shape != self.votes.shape[:1]:
            raise ParameterError(
                f"votes have shape {self.votes.shape} and counts {self.counts.shape}; give "
                "(patterns, raters) and (patterns,)."
            )
        if self.votes.dtype != np.uint16 or self.counts.dtype != np.int64:
            raise ParameterError(
                f"votes are {self.votes.dtype} and counts {self.counts.dtype}; give uint16, int64."
            )
        if not _rises(self.votes) or bool((self.counts < 1).any()):
            raise ParameterError(
                "Vote patterns are distinct, in lexicographic order, and of 1 pixel or more. "
                "Build them with count_patterns."
            )
        for name in ("votes", "counts"):
            view = getattr(self, name).view()
            view.setflags(write=False)
            object.__setattr__(self, name, view)

    @property
    def raters(self) -> int:
        """Number of maps of each image."""
        return int(self.votes.shape[1])

    @cached_property
    def pixels(self) -> int:
        """Number of pixels of all images."""
        return int(self.counts.sum())

    def __add__(self, other: "VotePatterns") -> "VotePatterns":
        if self.raters != other.raters:
            raise ParameterError(
                f"Patterns of {self.raters} and {other.raters} raters cannot be added. Count both "
                "with the same raters in the same order."
            )
        votes = np.concatenate([self.votes, other.votes])
        counts = np.concatenate([self.counts, other.counts])
        order = _order(votes)
        votes, counts = votes[order], counts[order]
        first = np.flatnonzero(np.append(True, (votes[1:] != votes[:-1]).any(axis=1)))
        return VotePatterns(votes[first], np.add.reduceat(counts, first))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VotePatterns):
            return NotImplemented
        return np.array_equal(self.votes, other.votes) and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]  # compared by content, too large to hash


@dataclass(frozen=True, eq=False)
class PatternMap:
    """Where the patterns of one image lie: stretches of one pattern, in row-major order.

    Parameters
    ----------
    height, width
        Size of the image in pixels.
    ends
        uint32, shape (stretches,): exclusive end of each stretch; none crosses a row's end.
    of_stretch
        int32, shape (stretches,): row of :attr:`VotePatterns.votes` of each stretch.
    """

    height: int
    width: int
    ends: NDArray[np.uint32]
    of_stretch: NDArray[np.int32]

    def paint(self, values: NDArray[np.uint16]) -> LabelMap:
        """Return the map that gives every pixel its pattern's value.

        Parameters
        ----------
        values
            One index per pattern.

        Raises
        ------
        ParameterError
            When a pattern of the image has no value.
        """
        highest = int(self.of_stretch.max())
        if highest >= values.size:
            raise ParameterError(
                f"The image holds pattern {highest}, but there are {values.size} values. Give one "
                "value per pattern."
            )
        return LabelMap.from_runs(self.height, self.width, self.ends, values[self.of_stretch])


def count_patterns(images: Iterable[Sequence[LabelMap]]) -> VotePatterns:
    """Count the vote patterns of images that the same raters labelled.

    Parameters
    ----------
    images
        For each image one label map per rater, always in the same order, all of one size.  Images
        may differ in size.  They are taken one at a time, so a generator keeps memory flat.

    Raises
    ------
    LabelMapError
        When two maps of an image differ in size.
    ParameterError
        When there is no image or no map, or images have different numbers of maps.

    Examples
    --------
    >>> tall = [LabelMap.filled(4, 2, 1), LabelMap.filled(4, 2, 3)]
    >>> wide = [LabelMap.filled(2, 5, 1), LabelMap.filled(2, 5, 3)]
    >>> count_patterns([tall, wide]).counts.tolist()
    [18]
    """
    table: _Table | None = None
    for maps in images:
        table = table or _Table(len(maps))
        table.walk(maps)
    if table is None:
        raise ParameterError("There is no image to count vote patterns of. Give at least one.")
    order = _order(table.votes[: table.known])
    return VotePatterns(table.votes[order], table.counts[order])


def locate_patterns(maps: Sequence[LabelMap], patterns: VotePatterns) -> PatternMap:
    """Find where an image has which of the patterns.

    Parameters
    ----------
    maps
        One map per rater, in the order of ``patterns``.
    patterns
        Counted over this image, and others maybe.

    Raises
    ------
    LabelMapError
        When two maps differ in size.
    ParameterError
        When the number of maps is another one, or the image holds a pattern that is not counted.

    Examples
    --------
    A majority of three, decided per pattern, painted per pixel:

    >>> rows = [[1, 1, 2, 2]], [[1, 2, 2, 2]], [[1, 1, 1, 2]]
    >>> maps = [LabelMap.from_dense(row) for row in rows]
    >>> patterns = count_patterns([maps])
    >>> majority = np.array([np.bincount(votes).argmax() for votes in patterns.votes], np.uint16)
    >>> locate_patterns(maps, patterns).paint(majority).to_dense().tolist()
    [[1, 1, 2, 2]]
    """
    table = _Table(patterns.raters, patterns.votes)
    ends, of_stretch = table.walk(maps)
    if table.known > len(patterns.counts):
        raise ParameterError(
            f"The image holds the votes {table.votes[len(patterns.counts)].tolist()}, which are "
            "not among the patterns. Count patterns over this image, too."
        )
    return PatternMap(maps[0].height, maps[0].width, ends, of_stretch)


class _Table:
    """A growing table of distinct patterns; lives inside one call."""

    def __init__(self, raters: int, votes: NDArray[np.uint16] | None = None) -> None:
        if raters < 1:
            raise ParameterError("An image has no map to count votes of. Give one per rater.")
        # Unknown to whoever draws the maps, so nobody can draw many patterns with one hash.
        self.seed = np.uint64(int.from_bytes(os.urandom(8), "little"))
        self.known = 0 if votes is None else len(votes)
        self.votes = np.empty((0, raters), np.uint16) if votes is None else votes
        self.counts = np.zeros(self.known, np.int64)
        self._grow(max(_FIRST_ROOM, 2 * self.known))

    def walk(self, maps: Sequence[LabelMap]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
        """Add one image's pixels; return its stretches: their ends and patterns."""
        self._check(maps)
        ends = np.concatenate([label_map.ends for label_map in maps])
        values = np.concatenate([label_map.values for label_map in maps])
        cursors = np.cumsum([0, *(label_map.ends.size for label_map in maps[:-1])])
        state = np.array([0, self.known, 0])
        stretch_ends, of_stretch = np.empty(ends.size, np.uint32), np.empty(ends.size, np.int32)
        while not kernels.patterns.count_patterns(
            ends, values, cursors, state, self.seed, self.votes, self.counts, self.slots,
            stretch_ends, of_stretch,
        ):  # fmt: skip
            self.known = int(state[1])
            self._grow(2 * self.known)
        self.known = int(state[1])
        return stretch_ends[: state[2]], of_stretch[: state[2]]

    def _check(self, maps: Sequence[LabelMap]) -> None:
        raters = self.votes.shape[1]
        if len(maps) != raters:
            raise ParameterError(
                f"An image has {len(maps)} maps where {raters} raters are expected. Give one map "
                "per rater; a rater who left an image out has one that is unlabelled."
            )
        for place, (one, other) in enumerate(pairwise(maps), 1):
            if one.shape != other.shape:
                raise LabelMapError(
                    f"Map {place} of an image is {one.height}×{one.width} px, map {place + 1} is "
                    f"{other.height}×{other.width} px. Export all maps at the size of the image."
                )

    def _grow(self, room: int) -> None:
        votes = np.empty((room, self.votes.shape[1]), np.uint16)
        counts = np.zeros(room, np.int64)
        votes[: self.known] = self.votes[: self.known]
        counts[: self.known] = self.counts[: self.known]
        self.votes, self.counts = votes, counts
        self.slots = np.full(1 << (2 * room - 1).bit_length(), -1, np.int32)
        kernels.patterns.fill_slots(votes, self.known, self.seed, self.slots)


def _order(votes: NDArray[np.uint16]) -> NDArray[np.intp]:
    """Return the order that sorts patterns by their first vote, then the second, and so on."""
    return np.lexsort(votes.T[::-1])


def _rises(votes: NDArray[np.uint16]) -> bool:
    """Return whether rows strictly rise in lexicographic order."""
    if len(votes) < 2:
        return True
    differs = votes[1:] != votes[:-1]
    first = differs.argmax(axis=1)
    rows = np.arange(len(votes) - 1)
    rising = votes[1:][rows, first] > votes[:-1][rows, first]
    return bool((differs.any(axis=1) & rising).all())
