"""Images that look the same, found among a hundred thousand in a few seconds.

A likeness is 64 bits: the signs of an image's lowest frequencies.  Scaling, another encoder or a
little noise turns a few bits, another picture about half of them.  Two likenesses that differ in at
most ``r < 8`` bits differ in at most one bit in some quarter of 16 bits, so only images that share
such a quarter are compared (multi-index hashing, Norouzi, Punjani and Fleet 2012).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.errors import ParameterError

#: Bits by which near-duplicates differ at most.
NEAR_BITS = 6

_SIDE = 32
_KEPT = 8
_QUARTERS = 4
_QUARTER_BITS = 16

#: Candidates that are compared at once.
_CHUNK = 1 << 22


def likeness_of(pixels: NDArray[np.uint8]) -> int:
    """Return the likeness of an image of shape (height, width, 3), 64 bits.

    A bit says whether one of the 8×8 lowest frequencies of the 32×32 grey image is above their
    median (Zauner 2010, *Implementation and benchmarking of perceptual image hash functions*).

    Examples
    --------
    Twice as large is alike:

    >>> rng = np.random.default_rng(0)
    >>> small = rng.integers(0, 255, (32, 32, 3)).astype(np.uint8)
    >>> large = small.repeat(2, axis=0).repeat(2, axis=1)
    >>> (likeness_of(small) ^ likeness_of(large)).bit_count()
    0
    """
    from scipy.fft import dctn  # noqa: PLC0415 - slow to import, for images only

    grey = Image.fromarray(pixels).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    low = dctn(np.asarray(grey, np.float64), norm="ortho")[:_KEPT, :_KEPT].ravel()
    # Rounding noise is not a pattern: a flat image has no frequency but the first.
    low[np.abs(low) < 1e-6] = 0.0
    bits = low > np.median(low[1:])
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def near_duplicates(
    likenesses: NDArray[np.uint64], *, bits: int = NEAR_BITS, since: int = 0
) -> NDArray[np.int64]:
    """Return all pairs that differ in at most ``bits`` bits, shape (pairs, 2), sorted.

    Parameters
    ----------
    likenesses
        64 bits for each image.
    bits
        0 to 7.
    since
        Only pairs whose second image has this place or a later one.

    Examples
    --------
    >>> near_duplicates(np.array([0b0000, 0b0111, 2**63 + 2**40 + 2**20 + 1], np.uint64), bits=3)
    array([[0, 1]])
    """
    if not 0 <= bits < 2 * _QUARTERS:
        raise ParameterError(f"bits is {bits}; give 0 to {2 * _QUARTERS - 1}.")
    masks = _masks(1 if bits >= _QUARTERS else 0)
    found = [np.empty(0, np.int64)]
    for quarter in range(_QUARTERS):
        shift = np.uint64(quarter * _QUARTER_BITS)
        keys = ((likenesses >> shift) & np.uint64(0xFFFF)).astype(np.int64)
        order = np.argsort(keys, kind="stable")
        found += [_near(likenesses, order, keys, mask, bits, since) for mask in masks]
    codes = np.unique(np.concatenate(found))
    return np.stack(np.divmod(codes, max(len(likenesses), 1)), axis=1)


def first_alike(
    likenesses: NDArray[np.uint64],
    *,
    sequences: Sequence[str | None] | None = None,
    known: Sequence[int] = (),
    bits: int = NEAR_BITS,
) -> list[int]:
    """Return for each image the first that is its near-duplicate, itself where none comes before.

    An image that is a duplicate stands for no other, so a slow change does not make a chain of one.

    Parameters
    ----------
    likenesses
        64 bits for each image, in the order of coming.
    sequences
        Sequence of each image, or None: frames of one sequence are alike by nature, and not
        compared with each other.
    known
        What this returned for the first images when they were compared; it is not worked out
        again.
    bits
        0 to 7.

    Examples
    --------
    >>> first_alike(np.array([5, 0xFFFFFFFF, 5, 7], np.uint64))
    [0, 1, 0, 0]
    """
    films: Sequence[str | None] = sequences or [None] * len(likenesses)
    # Of equal images of one sequence the first stands for all: a film of black frames is one image.
    kinds: dict[tuple[int, str | None], int] = {}
    stands = [
        kinds.setdefault(kind, place)
        for place, kind in enumerate(zip(likenesses.tolist(), films, strict=True))
    ]
    chosen = np.array(list(kinds.values()), np.int64)
    since = int(np.searchsorted(chosen, len(known)))
    pairs = chosen[near_duplicates(likenesses[chosen], bits=bits, since=since)]
    first = [*known, *range(len(known), len(films))]
    for earlier, later in pairs[np.lexsort(pairs.T)].tolist():
        apart = films[earlier] is None or films[earlier] != films[later]
        if apart and first[later] == later and first[earlier] == earlier:
            first[later] = earlier
    for place, stand in enumerate(stands):
        if (
            place >= len(known)
            and place != stand
            and (first[stand] != stand or films[stand] is None)
        ):
            first[place] = first[stand]
    return first


def _masks(reach: int) -> list[int]:
    return [0, *(1 << bit for bit in range(_QUARTER_BITS))] if reach else [0]


def _near(
    likenesses: NDArray[np.uint64],
    order: NDArray[np.intp],
    keys: NDArray[np.int64],
    mask: int,
    bits: int,
    since: int,
) -> NDArray[np.int64]:
    """Return the pairs whose keys differ by a mask, as ``first * images + second``."""
    ranked = keys[order]
    sought = keys[since:] ^ mask
    begins = np.searchsorted(ranked, sought, "left")
    counts = np.searchsorted(ranked, sought, "right") - begins
    found: list[NDArray[np.int64]] = []
    for rows in _stretches(counts):
        right = np.repeat(rows + since, counts[rows])
        within = np.arange(len(right)) - np.repeat(
            np.cumsum(counts[rows]) - counts[rows], counts[rows]
        )
        left = order[np.repeat(begins[rows], counts[rows]) + within]
        near = (left < right) & (np.bitwise_count(likenesses[left] ^ likenesses[right]) <= bits)
        found.append(left[near] * len(likenesses) + right[near])
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _stretches(counts: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Split images so that each part has a bounded number of candidates."""
    rows = np.flatnonzero(counts)
    totals = np.cumsum(counts[rows])
    if not len(rows):
        return []
    edges = np.searchsorted(totals, np.arange(_CHUNK, int(totals[-1]), _CHUNK))
    return np.split(rows, np.unique(edges))
