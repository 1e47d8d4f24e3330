"""All that the detectors look at: small facts of every image, and what was billed for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from assay.labels.imprints import Imprints


@dataclass(frozen=True)
class DraftFacts:
    """What became of an image's pre-annotation.

    Parameters
    ----------
    objects
        Objects of the draft that are large enough to count.
    untouched
        For each annotator, how many came back equal in class, place and every pixel.
    seeds
        Errors that the buyer put into the draft.
    left_in
        For each annotator, how many of those are as they were.
    """

    objects: int
    untouched: tuple[int, ...]
    seeds: int = 0
    left_in: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class ItemFacts:
    """One image, as the detectors see it: digests and numbers, some kilobytes at most.

    Tuples and arrays have one entry per annotator.

    Parameters
    ----------
    key
        Item.
    digests
        Label-map digest, ``""`` for an annotator without a map.
    telling
        Whether equality with another map means anything; empty maps are equal by chance.
    shapes
        Imprints of the intricate shapes that the annotator drew, those of the draft left out;
        None without a map.
    reference_shapes
        The same of the reference, or None.
    likeness
        Shape (annotators, annotators): see :func:`assay.honesty.likeness.error_likeness`.
    accuracy
        Mean IoU with the reference; NaN without one.
    conformity
        Mean IoU with the plurality of the other annotators; NaN with fewer than two others.
    content
        Regions, boundary in pixels and classes of the image: the median over annotators.
    vertices
        int64, shape (annotators, 2): vertices as drawn, and those that the painted map needs; -1
        where the format keeps no outlines.
    earlier
        For each annotator, the item's digest in each earlier delivery, ``""`` where absent.
    draft
        What became of the pre-annotation, or None.
    """

    key: str
    digests: tuple[str, ...]
    telling: tuple[bool, ...]
    shapes: tuple[Imprints | None, ...]
    reference_shapes: Imprints | None
    likeness: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    conformity: NDArray[np.float64]
    content: NDArray[np.float64]
    vertices: NDArray[np.int64]
    earlier: tuple[tuple[str, ...], ...] = ()
    draft: DraftFacts | None = None


@dataclass(frozen=True, eq=False)
class Case:
    """Everything that is known of some annotators' work on the same images.

    Parameters
    ----------
    annotators
        Names: people, teams or vendors.
    items
        One entry per image, in the order of keys.
    reference
        Whether a reference was given.
    gold
        Items whose reference the annotators may have guessed to be gold, or None.
    minutes
        Claimed minutes by annotator and item.
    billed_vertices
        Billed vertices by annotator and item.
    earlier
        For each annotator, the names of earlier deliveries, oldest first.
    """

    annotators: tuple[str, ...]
    items: tuple[ItemFacts, ...]
    reference: bool = False
    gold: frozenset[str] | None = None
    minutes: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: MappingProxyType({}))
    billed_vertices: Mapping[str, Mapping[str, int]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    earlier: tuple[tuple[str, ...], ...] = ()

    def done_by(self, place: int) -> tuple[ItemFacts, ...]:
        """Return the items of which an annotator has a readable map."""
        return tuple(item for item in self.items if item.digests[place])
