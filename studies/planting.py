"""Label errors of known kind and place, planted into the truth of simulated scenes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import LabelMap, Ontology
from assay.simulate.annotator import Annotator
from assay.simulate.faults import Holes, MissedObjects, Specks, SwappedClasses
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET

Dense = NDArray[np.uint16]
Mask = NDArray[np.bool_]

#: Kinds of planted errors, in the order in which they are planted.
KINDS = (
    "merged objects",
    "split object",
    "missing object",
    "swapped class",
    "hole",
    "boundary 5 px off",
    "invented object",
    "speck of 4 px or less",
)

#: What the simulator's own annotators do wrong.
_FAULTS: dict[str, tuple[object, ...]] = {
    "missing object": (MissedObjects(largest_px=600, share=0.2),),
    "swapped class": (
        SwappedClasses("car", "truck", share=0.25),
        SwappedClasses("person", "rider", share=0.25),
    ),
    "hole": (Holes(radius_px=2, share=0.5),),
    "speck of 4 px or less": (Specks(count=3, side_px=2),),
}

#: Objects below this are neither cut nor grown, and share of the others that are.
_LEAST_PX, _SHARE = 60, 0.2


@dataclass(frozen=True, eq=False)
class Planted:
    """One scene with errors.

    Parameters
    ----------
    truth, labels
        What is right, and what is labelled.
    error
        Place of the error of each pixel in ``kinds``, or -1.
    kinds
        Kind of each error.
    """

    truth: LabelMap
    labels: LabelMap
    error: NDArray[np.int64]
    kinds: tuple[str, ...]


def plant(index: int, *, height: int, width: int, seed: int) -> Planted:
    """Draw a scene and plant errors of every kind; a later one may lie over an earlier one."""
    from scipy.ndimage import label

    rng = np.random.default_rng([seed, index])
    drawn = draw_scene(height, width, seed=seed + index).truth.to_dense()
    # Merged objects are parted in truth and not in the labels.
    truth = cut_objects(drawn, STREET, rng)
    labels, error, kinds = drawn, np.full(drawn.shape, -1, np.int64), list[str]()
    for kind in KINDS:
        before = truth if kind == KINDS[0] else labels
        labels = labels if kind == KINDS[0] else _planted(kind, labels, index, rng)
        numbers, count = label(before != labels, np.ones((3, 3)))
        error = np.where(numbers > 0, numbers - 1 + len(kinds), error)
        kinds += [kind] * count
    error, kept = np.where(labels == truth, -1, error), np.zeros(len(kinds), np.int64)
    kept[np.unique(error[error >= 0])] = 1
    places = np.cumsum(kept) - 1
    error = np.where(error >= 0, places[error], -1)
    names = tuple(kind for kind, keep in zip(kinds, kept, strict=True) if keep)
    return Planted(LabelMap.from_dense(truth), LabelMap.from_dense(labels), error, names)


def _planted(kind: str, labels: Dense, index: int, rng: np.random.Generator) -> Dense:
    own: dict[str, Callable[[Dense, Ontology, np.random.Generator], Dense]] = {
        "split object": cut_objects,
        "boundary 5 px off": grow_objects,
        "invented object": invent_objects,
    }
    if kind in own:
        return own[kind](labels, STREET, rng)
    annotator = Annotator(kind, _FAULTS[kind], seed=int(rng.integers(2**31)))
    spoilt: Dense = annotator.annotate(LabelMap.from_dense(labels), index, STREET).to_dense()
    return spoilt


def cut_objects(dense: Dense, ontology: Ontology, rng: np.random.Generator) -> Dense:
    """Part some things by a line of two pixels of what surrounds them, across their longer side."""
    out = dense.copy()
    for mask in _some_things(dense, ontology, rng):
        rows, columns = np.nonzero(mask)
        line = np.zeros_like(mask)
        if np.ptp(rows) > np.ptp(columns):
            middle = int(rows.mean())
            line[middle : middle + 2] = True
        else:
            middle = int(columns.mean())
            line[:, middle : middle + 2] = True
        out[line & mask] = _surroundings(dense, mask)
    return out


def grow_objects(dense: Dense, ontology: Ontology, rng: np.random.Generator) -> Dense:
    """Draw the outline of some things five pixels outside of where it is."""
    from scipy.ndimage import binary_dilation

    out = dense.copy()
    free = ~_is_thing(dense, ontology) & (dense < ontology.first_void)
    for mask in _some_things(dense, ontology, rng):
        grown = binary_dilation(mask, np.ones((3, 3)), iterations=5)
        out[grown & free] = dense[mask][0]
    return out


def invent_objects(dense: Dense, ontology: Ontology, rng: np.random.Generator) -> Dense:
    """Draw some things once more, elsewhere, where there is none."""
    from scipy.ndimage import binary_dilation

    out = dense.copy()
    free = ~_is_thing(dense, ontology) & (dense < ontology.first_void)
    for mask in _some_things(dense, ontology, rng):
        shift = rng.integers(-10, 11), rng.integers(dense.shape[1] // 4, dense.shape[1] // 2)
        moved = np.roll(mask, shift, (0, 1))
        if (free & (out == dense))[binary_dilation(moved, iterations=2)].all():
            out[moved] = dense[mask][0]
    return out


def _some_things(dense: Dense, ontology: Ontology, rng: np.random.Generator) -> Iterator[Mask]:
    from scipy.ndimage import find_objects, label

    for place, entry in enumerate(ontology.classes, 1):
        if entry.kind != "thing":
            continue
        numbers, _ = label(dense == place, np.ones((3, 3)))
        for number, box in enumerate(find_objects(numbers), 1):
            inside = numbers[box] == number
            if inside.sum() >= _LEAST_PX and rng.random() < _SHARE:
                mask = np.zeros(dense.shape, bool)
                mask[box] = inside
                yield mask


def _is_thing(dense: Dense, ontology: Ontology) -> Mask:
    things = [place for place, entry in enumerate(ontology.classes, 1) if entry.kind == "thing"]
    return np.isin(dense, things)


def _surroundings(dense: Dense, mask: Mask) -> int:
    """Return the class that most of the pixels around a mask have."""
    from scipy.ndimage import binary_dilation

    around = dense[binary_dilation(mask, np.ones((3, 3))) & ~mask]
    return int(np.bincount(around).argmax())
