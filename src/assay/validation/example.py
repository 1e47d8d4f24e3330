"""Tiny items that show what a rule finds, drawn as text; each rule carries its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.labels import LabelClass, LabelMap, Ontology, Polygon, Shape, fill
from assay.validation.history import History
from assay.validation.subject import Subject

#: A shape of an example: class index, and vertices (x, y) of its ring.
Drawn = tuple[int, tuple[tuple[float, float], ...]]

#: The classes of examples: road 1, car 2, person 3, void 4.
EXAMPLE_ONTOLOGY = Ontology(
    (
        LabelClass("road", 1, (128, 64, 128)),
        LabelClass("car", 2, (0, 0, 142), kind="thing", minimum_region_px=4),
        LabelClass("person", 3, (220, 20, 60), kind="thing", minimum_region_px=2),
    ),
    void_ids=(255,),
)


@dataclass(frozen=True)
class Example:
    """One item.  Nothing is built before it is asked for.

    Parameters
    ----------
    labels
        One digit a pixel, its dense class index, ``.`` for unlabelled; one line a row.
    ontology
        Whose indexes they are.
    photograph
        Brightness 0 to 9 of each pixel, drawn likewise; empty for none.
    shapes
        Objects as drawn, the lowest first.
    preannotation
        The draft, drawn like the labels; empty for none.
    image_size
        Height and width of the image that was labelled; None where nobody said.
    parameters
        Settings to check with; None for the rule's defaults.
    """

    labels: str
    ontology: Ontology = EXAMPLE_ONTOLOGY
    photograph: str = ""
    shapes: tuple[Drawn, ...] = ()
    preannotation: str = ""
    image_size: tuple[int, int] | None = None
    parameters: Any = None

    def subject(self, key: str = "example") -> Subject:
        """Return the item, to be checked."""
        return Subject(
            key,
            _map(self.labels),
            self.ontology,
            self._shapes(),
            self._photograph,
            lambda: _map(self.preannotation) if self.preannotation else None,
            lambda: self.image_size,
        )

    def _photograph(self) -> NDArray[np.uint8] | None:
        if not self.photograph:
            return None
        return (_digits(self.photograph) * np.uint8(28)).astype(np.uint8)[..., None].repeat(3, 2)

    def _shapes(self) -> tuple[Shape, ...] | None:
        return tuple(map(self._shape, count(1), self.shapes)) or None

    def _shape(self, place: int, drawn: Drawn) -> Shape:
        value, vertices = drawn
        ring = np.array(vertices, np.float64)
        covered = fill(Polygon((ring,)), *_digits(self.labels).shape)
        name = self.ontology.names[value - 1]
        return Shape(f"shape {place}", name, value, (ring,), (covered,))


@dataclass(frozen=True)
class BatchExample:
    """Several items with their surroundings.

    Parameters
    ----------
    items
        Example of each key.
    previous
        Earlier deliveries by name.
    expected
        Keys of the images that should be labelled; None where nobody said.
    history
        Class shares of earlier images.
    parameters
        Settings to check with; None for the rule's defaults.
    """

    items: Mapping[str, Example]
    previous: Mapping[str, Mapping[str, Example]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    expected: tuple[str, ...] | None = None
    history: History | None = None
    parameters: Any = None


def _digits(drawing: str) -> NDArray[np.uint16]:
    rows = [[0 if pixel == "." else int(pixel) for pixel in line] for line in drawing.split()]
    return np.array(rows, np.uint16)


def _map(drawing: str) -> LabelMap:
    return LabelMap.from_dense(_digits(drawing))
