"""One item under inspection, and what several rules need of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Region
from assay.labels import (
    LabelMap,
    Ontology,
    Regions,
    Shape,
    enclosing_regions,
    find_regions,
    holds_square,
)
from assay.validation.edges import Edges, find_edges
from assay.validation.figure import Figure, box_of


@dataclass(frozen=True, eq=False)
class Subject:
    """The labels of one image with what is known of it; the argument of every item rule.

    Derived values that several rules share are computed once, at first use; they are read-only.

    Parameters
    ----------
    key
        Item key, for findings.
    label_map
        The labels.
    ontology
        Whose indexes the map holds.
    shapes
        The objects as they were drawn, the lowest first, or None where the format has none.
    read_photograph
        Returns the photograph, uint8 of shape (height, width, 3), or None.
    read_preannotation
        Returns the draft that the annotator was given, or None.
    read_image_size
        Returns height and width of the image that was labelled, or None where nobody said.
    """

    key: str
    label_map: LabelMap
    ontology: Ontology
    shapes: tuple[Shape, ...] | None = None
    read_photograph: Callable[[], NDArray[np.uint8] | None] = lambda: None
    read_preannotation: Callable[[], LabelMap | None] = lambda: None
    read_image_size: Callable[[], tuple[int, int] | None] = lambda: None

    @cached_property
    def photograph(self) -> NDArray[np.uint8] | None:
        """The photograph, of the size of the map, or None where there is none."""
        found = self.read_photograph()
        return found if found is not None and found.shape[:2] == self.label_map.shape else None

    @cached_property
    def preannotation(self) -> LabelMap | None:
        """The draft that the annotator was given, of the size of the map, or None."""
        found = self.read_preannotation()
        return found if found is not None and found.shape == self.label_map.shape else None

    @cached_property
    def edges(self) -> Edges | None:
        """The photograph's edges beside the outlines, or None where there is no photograph."""
        if self.photograph is None:
            return None
        return find_edges(self.label_map, self.photograph, self.ontology)

    @cached_property
    def regions(self) -> Regions:
        """The 8-connected regions of every index, unlabelled and void included."""
        return find_regions(self.label_map)

    @cached_property
    def at_frame(self) -> NDArray[np.bool_]:
        """Which regions touch the frame of the image, shape (regions,)."""
        found, (height, width) = self.regions, self.label_map.shape
        touching: NDArray[np.bool_] = (
            (found.top == 0) | (found.left == 0) | (found.bottom == height) | (found.right == width)
        )
        return touching

    @cached_property
    def encloser(self) -> NDArray[np.int32]:
        """The one region that encloses each region, shape (regions,); -1 where none does."""
        return enclosing_regions(self.label_map, self.regions)

    @cached_property
    def figure(self) -> Figure:
        """The map with all stuff as one, so that a hole is one region whatever shows in it."""
        return Figure.of(self.label_map, self.is_class & ~self.is_thing, self.is_thing)

    @cached_property
    def is_hole(self) -> NDArray[np.bool_]:
        """Which regions lie in a hole of a thing, whatever its size, shape (regions,)."""
        # Regions are numbered by their first pixel, so each new number is at its first run.
        first = np.flatnonzero(np.diff(np.maximum.accumulate(self.regions.of_run), prepend=-1))
        last_pixels = self.label_map.ends[first] - np.uint32(1)
        runs = np.searchsorted(self.figure.label_map.ends, last_pixels, side="right")
        inside: NDArray[np.bool_] = self.figure.is_hole[self.figure.regions.of_run[runs]]
        return inside

    def nowhere_as_wide(self, side_px: int) -> NDArray[np.bool_]:
        """Return which regions hold no square of that side, shape (regions,)."""
        if side_px not in self._narrow:
            holds = holds_square(self.label_map, self.regions, side_px=side_px)
            self._narrow[side_px] = ~holds
        return self._narrow[side_px]

    @cached_property
    def _narrow(self) -> dict[int, NDArray[np.bool_]]:
        """What :meth:`nowhere_as_wide` has found so far."""
        return {}

    @cached_property
    def is_class(self) -> NDArray[np.bool_]:
        """Which indexes are classes, shape (ontology.size,): neither unlabelled nor void."""
        index = np.arange(self.ontology.size)
        return (index > 0) & (index < self.ontology.first_void)

    @cached_property
    def is_thing(self) -> NDArray[np.bool_]:
        """Which indexes are classes of things, shape (ontology.size,)."""
        things = np.zeros(self.ontology.size, np.bool_)
        things[1 : self.ontology.first_void] = [c.kind == "thing" for c in self.ontology.classes]
        return things

    @cached_property
    def minimum_px(self) -> NDArray[np.int64]:
        """The ``minimum_region_px`` of each index, shape (ontology.size,); 0 for no class."""
        least = np.zeros(self.ontology.size, np.int64)
        least[1 : self.ontology.first_void] = [c.minimum_region_px for c in self.ontology.classes]
        return least

    @cached_property
    def minimum_width_px(self) -> NDArray[np.int64]:
        """The ``minimum_width_px`` of each index, shape (ontology.size,); 0 for no class."""
        least = np.zeros(self.ontology.size, np.int64)
        least[1 : self.ontology.first_void] = [c.minimum_width_px for c in self.ontology.classes]
        return least

    def class_of(self, region: int) -> str:
        """Return what people call the class of one of :attr:`regions`."""
        return self.class_name(int(self.regions.value[region]))

    def box(self, region: int) -> Region:
        """Return the bounding box of one of :attr:`regions`."""
        return box_of(self.regions, region)

    def class_name(self, index: int) -> str:
        """Return what people call an index: a class's name, ``unlabelled`` or ``void``."""
        if index == 0:
            return "unlabelled"
        return "void" if index >= self.ontology.first_void else self.ontology.names[index - 1]
