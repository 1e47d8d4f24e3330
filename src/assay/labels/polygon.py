"""A shape bounded by rings of vertices."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assay.errors import LabelMapError

#: Vertices of one ring, shape (n, 2): x to the right, y down, in pixel-edge coordinates.
Ring = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Polygon:
    """The points enclosed an odd number of times by the rings.

    Coordinates count pixel **edges**: the pixel in row 0 and column 0 is the square from (0, 0)
    to (1, 1), with its centre at (0.5, 0.5).  The even-odd rule makes a ring within a ring a
    hole, whatever way either turns.  Rings are closed by themselves; a repeated first vertex at
    the end changes nothing.  Rings may cross themselves and each other, and may leave the frame.

    Parameters
    ----------
    rings
        One float64 array of shape (n, 2) per ring, x then y, at least three vertices each, all
        finite.

    Raises
    ------
    LabelMapError
        When a ring is not such an array.

    Examples
    --------
    >>> square = Polygon((np.array([[2.0, 2.0], [12.0, 2.0], [12.0, 12.0], [2.0, 12.0]]),))
    >>> square.area
    100.0
    """

    rings: tuple[Ring, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.rings, tuple) or not self.rings:
            raise LabelMapError("A polygon is a tuple of rings; give at least one ring.")
        object.__setattr__(
            self, "rings", tuple(_sound_ring(ring, place) for place, ring in enumerate(self.rings))
        )

    @classmethod
    def unchecked(cls, rings: tuple[Ring, ...]) -> Self:
        """Return a polygon of rings that are known to be sound and read-only.

        For kernels' results: a noisy map has a million regions, and checks would take most of
        the time.
        """
        polygon = object.__new__(cls)
        object.__setattr__(polygon, "rings", rings)
        return polygon

    @property
    def area(self) -> float:
        """Enclosed area in square pixels, exact where no rings cross and holes turn the other way.

        Rings from :func:`assay.labels.tracing.trace` are such rings.  Negative where the outer
        ring turns anticlockwise on the screen.
        """
        return float(sum(_signed_area(ring) for ring in self.rings))

    def __repr__(self) -> str:
        vertices = sum(len(ring) for ring in self.rings)
        return f"Polygon({len(self.rings)} rings, {vertices} vertices)"


def _signed_area(ring: Ring) -> float:
    # Relative to the first vertex, so that large coordinates do not cancel.
    x, y = (ring - ring[0]).T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2.0


def _sound_ring(ring: Ring, place: int) -> Ring:
    if not isinstance(ring, np.ndarray) or ring.dtype != np.float64:
        kind = ring.dtype if isinstance(ring, np.ndarray) else type(ring).__name__
        raise LabelMapError(f"Ring {place} is {kind}; give a float64 array of x, y pairs.")
    if ring.ndim != 2 or ring.shape[1] != 2 or ring.shape[0] < 3:
        raise LabelMapError(
            f"Ring {place} has shape {ring.shape}; give at least three vertices, shape (n, 2)."
        )
    finite = np.isfinite(ring).all(axis=1)
    if not finite.all():
        vertex = int(finite.argmin())
        raise LabelMapError(
            f"Vertex {vertex} of ring {place} is ({ring[vertex, 0]}, {ring[vertex, 1]}); "
            "give finite coordinates."
        )
    view = np.ascontiguousarray(ring).view()
    view.setflags(write=False)
    return view
