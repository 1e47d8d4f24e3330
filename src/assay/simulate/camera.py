"""A pinhole camera over flat ground: metres in the street to pixels in the frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Nothing nearer than this is drawn, so that no point lies behind the camera.
NEAREST_M = 2.2


@dataclass(frozen=True)
class Camera:
    """Where the camera stands and what it sees.

    Street coordinates are metres: ``x`` to the right, ``y`` up from the ground, ``z`` ahead.

    Parameters
    ----------
    height, width
        Size of the frame in pixels.
    focal_px
        Focal length in pixels.
    centre_px, horizon_px
        Column and row of the vanishing point.
    above_ground_m
        Height of the camera.
    """

    height: int
    width: int
    focal_px: float
    centre_px: float
    horizon_px: float
    above_ground_m: float = 1.5

    def project(self, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> NDArray[np.float64]:
        """Return columns and rows of points, shape (n, 2).

        Examples
        --------
        >>> camera = Camera(100, 200, focal_px=100.0, centre_px=100.0, horizon_px=40.0)
        >>> camera.project([0.0, 2.0], [1.5, 0.0], [10.0, 10.0]).tolist()
        [[100.0, 40.0], [120.0, 55.0]]
        """
        scale = self.focal_px / np.maximum(np.asarray(z, np.float64), NEAREST_M / 2)
        columns = self.centre_px + np.asarray(x, np.float64) * scale
        rows = self.horizon_px + (self.above_ground_m - np.asarray(y, np.float64)) * scale
        return np.stack(np.broadcast_arrays(columns, rows), axis=-1)

    def px_per_m(self, z: float) -> float:
        """Return how many pixels one metre spans at distance ``z``."""
        return self.focal_px / z
