"""Annotators with known faults."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.errors import ParameterError
from assay.labels import LabelMap, Ontology
from assay.simulate.faults import FAULTS, Fault, Task


@dataclass(frozen=True)
class Deed:
    """What one fault did to one image.

    Parameters
    ----------
    fault
        Its name.
    changed_px
        Pixels whose label it changed.
    objects
        Objects that it dropped, renamed, pierced or invented; 0 for faults of shape.
    """

    fault: str
    changed_px: int
    objects: int


@dataclass(frozen=True)
class Annotation:
    """An annotator's work on one image, and exactly what is wrong with it.

    Parameters
    ----------
    label_map
        The labels.
    deeds
        What each fault did, in the order in which they were done.
    """

    label_map: LabelMap
    deeds: tuple[Deed, ...]


@dataclass(frozen=True)
class Annotator:
    """Somebody who labels images, with faults that are known.

    Parameters
    ----------
    name
        Who it is.
    faults
        Settings of faults, from :mod:`assay.simulate.faults`, done one after the other.  Without
        any, the annotator repeats the truth.
    seed
        Makes the annotator's chances its own.

    Examples
    --------
    >>> from assay.simulate.faults import SwappedClasses
    >>> from assay.simulate.street import CAR, STREET, TRUCK
    >>> annotator = Annotator("Ann", (SwappedClasses("car", "truck", share=1.0),), seed=3)
    >>> truth = LabelMap.filled(2, 3, CAR)
    >>> annotator.annotate(truth, 0, STREET) == LabelMap.filled(2, 3, TRUCK)
    True
    >>> annotator.work(truth, 0, STREET).deeds
    (Deed(fault='swapped-classes', changed_px=6, objects=1),)
    """

    name: str
    faults: tuple[Any, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ParameterError(f"{self.name} has seed {self.seed}; give 0 or more.")
        for settings in self.faults:
            _fault_of(settings)

    def annotate(self, truth: LabelMap, index: int, ontology: Ontology) -> LabelMap:
        """Return the annotator's labels of an image.

        Parameters
        ----------
        truth
            What is right.
        index
            Place of the image in the annotator's work, from 0.  It seeds the chances, so images
            may be done in any order.
        ontology
            Whose indexes the truth holds.
        """
        return self.work(truth, index, ontology).label_map

    def work(self, truth: LabelMap, index: int, ontology: Ontology) -> Annotation:
        """Return the annotator's labels of an image together with what is wrong with them.

        Void pixels of the truth stay void, and no other becomes void: the buyer marks void.
        """
        current, deeds = truth, list[Deed]()
        for place, settings in enumerate(self.faults):
            fault = _fault_of(settings)
            rng = np.random.default_rng([self.seed, index, place])
            spoilt = fault.apply(current, settings, Task(ontology, index), rng)
            kept = _with_void(spoilt.label_map, truth, ontology)
            deeds.append(Deed(fault.name, changed_pixels(current, kept), spoilt.objects))
            current = kept
        return Annotation(current, tuple(deeds))


def changed_pixels(before: LabelMap, after: LabelMap) -> int:
    """Return how many pixels of two maps of one size differ."""
    return int((before.to_dense() != after.to_dense()).sum())


def total_deeds(annotations: Sequence[Annotation]) -> dict[str, Deed]:
    """Return what each fault did to all images together, by name."""
    totals: dict[str, Deed] = {}
    for annotation in annotations:
        for deed in annotation.deeds:
            before = totals.get(deed.fault, Deed(deed.fault, 0, 0))
            totals[deed.fault] = Deed(
                deed.fault, before.changed_px + deed.changed_px, before.objects + deed.objects
            )
    return totals


def _fault_of(settings: object) -> Fault:
    for fault in FAULTS:
        if isinstance(settings, fault.parameters):
            return fault
    known = ", ".join(fault.parameters.__name__ for fault in FAULTS)
    raise ParameterError(f"{settings!r} sets no known fault. Give one of {known}.")


def _with_void(candidate: LabelMap, truth: LabelMap, ontology: Ontology) -> LabelMap:
    """Return the candidate with void exactly where the truth has it."""
    dense, right = candidate.to_dense(), truth.to_dense()
    first = ontology.first_void
    other = (dense >= first) != (right >= first)
    if not other.any():
        return candidate
    dense[other] = right[other]
    return LabelMap.from_dense(dense)
