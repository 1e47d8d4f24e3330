"""How alike two annotators' errors are, beyond what hard places and habits explain.

Honest annotators err alike: where the image is hard everybody does, and who draws a pixel too
large does so everywhere.  So raw agreement on wrong pixels shows little.  Here pixels are compared
with pixels of the same kind only: right label, distance from where the wrong label is right, and
*how many of the other annotators* gave the same wrong label.  Within such a kind, the errors of
two people who worked apart meet as often as their numbers let expect, whatever their skill and
habits; what exceeds that needs a reason.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels import LabelMap
from assay.metrics.patterns import ABSENT, count_patterns, locate_patterns

#: Distances from the nearest pixel where the wrong label is right, beyond which pixels count as
#: another kind: who draws cars too large errs near cars.
BANDS_PX = (1, 2, 3, 5, 8, 13)
_REACH_PX = BANDS_PX[-1]
#: An image on which fewer pixels could agree says nothing about a pair.
LEAST_PX = 40


def error_likeness(
    votes: Sequence[LabelMap], yardstick: LabelMap | None, *, first_void: int
) -> NDArray[np.float64]:
    """Return the likeness of each pair's errors in one image, shape (annotators, annotators).

    With ``J`` wrong pixels in common, ``E`` expected, and ``M`` the mean of both numbers of wrong
    pixels, summed over kinds of pixels, the likeness is ``(J - E) / (M - E)``: about 0 for work
    done apart, 1 where the errors are the same.  NaN on the diagonal, for absent annotators, and
    where ``M - E`` is below 40 pixels.

    Parameters
    ----------
    votes
        One map per annotator, all of one size; absent ones are filled with ``ABSENT``.
    yardstick
        What is right, or None for the plurality of the annotators (ties to the lowest index).
    first_void
        Lowest void index: such pixels of the yardstick, and unlabelled ones, are left out.

    Notes
    -----
    Conditioning on the others' votes is that of Rosenbaum 1984, "Testing the conditional
    independence and monotonicity assumptions of item response theory"; summing tables of strata
    that of Mantel and Haenszel 1959.

    Examples
    --------
    Two of four annotators share an error far from any boundary, the others have their own:

    >>> right = LabelMap.from_dense(np.ones((60, 60), np.uint16))
    >>> def wrong(top, left):
    ...     dense = np.ones((60, 60), np.uint16)
    ...     dense[top : top + 9, left : left + 9] = 2
    ...     return LabelMap.from_dense(dense)
    >>> votes = [wrong(20, 20), wrong(20, 20), wrong(35, 20), wrong(35, 35)]
    >>> np.round(error_likeness(votes, right, first_void=3)[0], 2).tolist()
    [nan, 1.0, 0.0, 0.0]
    """
    present = [place for place, label_map in enumerate(votes) if label_map.values[0] != ABSENT]
    likeness = np.full((len(votes), len(votes)), np.nan)
    if len(present) < 2:
        return likeness
    maps = [votes[place] for place in present]
    right = _plurality(maps) if yardstick is None else yardstick
    tables = np.zeros((3, len(maps), len(maps)))
    for label in np.unique(np.concatenate([np.unique(label_map.values) for label_map in maps])):
        tables += _tables_of_label(maps, right, int(label), first_void)
    common, expected, possible = tables
    room = possible - expected
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(room >= LEAST_PX, (common - expected) / room, np.nan)
    np.fill_diagonal(found, np.nan)
    likeness[np.ix_(present, present)] = np.clip(found, -1.0, 1.0)
    return likeness


def _plurality(maps: Sequence[LabelMap]) -> LabelMap:
    patterns = count_patterns([maps])
    labels = np.unique(patterns.votes)
    tallies = (patterns.votes[:, :, None] == labels).sum(axis=1)
    return locate_patterns(maps, patterns).paint(labels[tallies.argmax(axis=1)])


def _tables_of_label(
    maps: Sequence[LabelMap], right: LabelMap, label: int, first_void: int
) -> NDArray[np.float64]:
    """Return pixels in common, expected and possible of every pair, for one wrong label."""
    columns = [_marked(label_map, label) for label_map in maps]
    patterns = count_patterns([[*columns, right, _distance_bands(right, label)]])
    truth, band = patterns.votes[:, len(maps)].astype(np.int64), patterns.votes[:, -1]
    candidates = (truth > 0) & (truth < first_void) & (truth != label)
    wrong = patterns.votes[candidates, : len(maps)] > 0
    if not wrong.any():
        return np.zeros((3, len(maps), len(maps)))
    _, kind = np.unique((truth << 8 | band)[candidates], return_inverse=True)
    return np.stack(_tables(wrong, kind, patterns.counts[candidates]))


def _marked(label_map: LabelMap, label: int) -> LabelMap:
    """Return a map of ones where a label is given, and zeros."""
    lookup = np.zeros(max(int(label_map.values.max()), label) + 1, np.uint16)
    lookup[label] = 1
    return label_map.relabel(lookup)


def _distance_bands(right: LabelMap, label: int) -> LabelMap:
    """Return for each pixel how many of ``BANDS_PX`` its distance from a label does not exceed."""
    runs = (right.ends, right.values, right.row_starts, right.width, label)
    box = np.empty(4, np.int64)
    if not kernels.nearness.find_box(*runs, box):
        return LabelMap.filled(*right.shape)
    # Only a window can be near; in a street scene most classes have a small one.
    top, left = (int(edge) for edge in np.maximum(box[:2] - _REACH_PX, 0))
    bottom, stop = (int(edge) for edge in np.minimum(box[2:] + _REACH_PX, right.shape))
    near = np.full((bottom - top, stop - left), _REACH_PX + 1, np.uint8)
    kernels.nearness.measure_nearness(*runs, top, left, near)
    steps = np.arange(_REACH_PX + 2)
    lookup = (steps[:, None] <= np.array(BANDS_PX)).sum(axis=1).astype(np.uint8)
    bands = np.zeros(right.shape, np.uint8)
    bands[top:bottom, left:stop] = lookup[near]
    return LabelMap.from_dense(bands)


def _tables(
    wrong: NDArray[np.bool_], kind: NDArray[np.intp], counts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return pixels that each pair has in common, is expected to, and could, for one wrong label.

    A stratum is a kind of pixel and the number m of *other* annotators who give the label; in it
    the pair is among m, m + 1 or m + 2 who do.
    """
    raters = wrong.shape[1]
    kinds = int(kind.max()) + 1
    joint, pixels = _joint(wrong, kind * (raters + 1) + wrong.sum(axis=1), counts, kinds)
    alone = np.einsum("kmii->kmi", joint)
    none, one = slice(0, raters - 1), slice(1, raters)
    both = joint[:, 2:]
    first = alone[:, one, :, None] - joint[:, one]
    second = alone[:, one, None, :] - joint[:, one]
    neither = (
        pixels[:, none, None, None]
        - alone[:, none, :, None]
        - alone[:, none, None, :]
        + joint[:, none]
    )
    total = both + first + second + neither
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = np.where(total > 0, (both + first) * (both + second) / total, 0.0)
    possible = both + (first + second) / 2
    return both.sum(axis=(0, 1)), expected.sum(axis=(0, 1)), possible.sum(axis=(0, 1))


def _joint(
    wrong: NDArray[np.bool_], group: NDArray[np.intp], counts: NDArray[np.int64], kinds: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return pixels where each pair is wrong, and all pixels, by kind and number of the wrong."""
    raters = wrong.shape[1]
    shape = (kinds, raters + 1)
    pixels = np.bincount(group, weights=counts, minlength=kinds * (raters + 1)).reshape(shape)
    rows = np.flatnonzero(wrong.any(axis=1))
    rows = rows[np.argsort(group[rows], kind="stable")]
    marks = wrong[rows].astype(np.float64)
    products = marks[:, :, None] * marks[:, None, :] * counts[rows, None, None]
    groups, firsts = np.unique(group[rows], return_index=True)
    joint = np.zeros((kinds * (raters + 1), raters, raters))
    joint[groups] = np.add.reduceat(products, firsts, axis=0)
    return joint.reshape(*shape, raters, raters), pixels
