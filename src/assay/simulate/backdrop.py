"""What lies behind everything: sky and ground."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.simulate.camera import Camera
from assay.simulate.canvas import Canvas, noise
from assay.simulate.light import Light
from assay.simulate.street import PAVEMENT, ROAD, SKY, TERRAIN


@dataclass(frozen=True)
class Layout:
    """The cross-section of a street, in metres from the camera's axis.

    Parameters
    ----------
    left_kerb, right_kerb
        Where the road stops; left is negative.
    pavement
        Width of each pavement.
    verge
        Width of the lawn beyond it; 0 in a city.
    crossings
        Distances at which stripes for people on foot cross the road.
    """

    left_kerb: float
    right_kerb: float
    pavement: float
    verge: float
    crossings: tuple[float, ...] = ()

    def kerb(self, side: int) -> float:
        """Return the kerb of a side, −1 left or 1 right."""
        return self.left_kerb if side < 0 else self.right_kerb

    def frontage(self, side: int) -> float:
        """Return where the houses of a side stand."""
        return self.kerb(side) + side * (self.pavement + self.verge)


def paint_backdrop(
    camera: Camera, layout: Layout, light: Light, rng: np.random.Generator
) -> Canvas:
    """Return a canvas with sky above the horizon and the street's ground below it."""
    horizon = int(np.ceil(camera.horizon_px))
    pixels = np.empty((camera.height, camera.width, 3), np.float32)
    labels = np.full((camera.height, camera.width), SKY, np.uint8)
    pixels[:horizon] = _sky(camera, light, horizon, rng)
    pixels[horizon:], labels[horizon:] = _ground(camera, layout, light, horizon, rng)
    return Canvas(
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)),
        Image.fromarray(labels),
        light.skyline,
        light.haze_m,
    )


def _sky(
    camera: Camera, light: Light, horizon: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    share = np.linspace(0, 1, horizon, dtype=np.float32)[:, None, None] ** 1.3
    zenith, skyline = np.array(light.zenith, np.float32), np.array(light.skyline, np.float32)
    clear = zenith + share * (skyline - zenith)
    field = noise(rng, horizon, camera.width, cell_px=camera.height / 3.2, octaves=5)
    # Clouds flatten towards the horizon, so the field is squeezed into bands there.
    cover = np.clip(field * 2.6 - 0.1, 0, 1)[:, :, None] * (1 - 0.55 * share)
    cloud = np.minimum(255, skyline * np.float32(0.5) + np.float32(132))
    return np.asarray(clear + cover * np.float32(0.8) * (cloud - clear), np.float32)


def _ground(
    camera: Camera, layout: Layout, light: Light, horizon: int, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    rows = np.arange(horizon, camera.height, dtype=np.float32)[:, None] + np.float32(0.5)
    depth = camera.focal_px * camera.above_ground_m / np.maximum(rows - camera.horizon_px, 0.25)
    columns = np.arange(camera.width, dtype=np.float32)[None, :] + np.float32(0.5)
    across = (columns - camera.centre_px) * (depth / camera.focal_px)
    labels = _zones(across, layout)
    grain = noise(rng, rows.size, camera.width, cell_px=1.4)[:, :, None]
    patches = noise(rng, rows.size, camera.width, cell_px=camera.height / 6, octaves=3)
    tints = np.zeros((TERRAIN + 8, 3), np.float32)
    tints[ROAD], tints[PAVEMENT], tints[TERRAIN] = (92, 93, 99), (158, 152, 146), (112, 140, 74)
    pixels = tints[labels]
    pixels += grain * np.where(labels == TERRAIN, 20, 9)[:, :, None]
    pixels += patches[:, :, None] * np.where(labels == TERRAIN, 22, 10)[:, :, None]
    _mark_lanes(pixels, across, depth, layout)
    _lay_slabs(pixels, labels, across, depth, layout)
    share = 1 - np.exp(-depth / light.haze_m)
    pixels += share[:, :, None] * (np.array(light.skyline, np.float32) - pixels)
    return pixels, labels


def _zones(across: NDArray[np.float32], layout: Layout) -> NDArray[np.uint8]:
    edges = np.array(
        [
            layout.left_kerb - layout.pavement,
            layout.left_kerb,
            layout.right_kerb,
            layout.right_kerb + layout.pavement,
        ],
        np.float32,
    )
    beyond = TERRAIN if layout.verge else PAVEMENT
    classes = np.array([beyond, PAVEMENT, ROAD, PAVEMENT, beyond], np.uint8)
    return classes[np.searchsorted(edges, across.ravel()).reshape(across.shape)]


def _mark_lanes(
    pixels: NDArray[np.float32],
    across: NDArray[np.float32],
    depth: NDArray[np.float32],
    layout: Layout,
) -> None:
    """Paint lane marks and crossings; they are part of the road and change no label."""
    middle = (layout.left_kerb + layout.right_kerb) / 2
    # A mark stays at least about a pixel wide, or it would flicker in and out with distance.
    half = np.maximum(np.float32(0.08), depth * np.float32(0.0012))
    dashes = (np.abs(across - middle) < half) & (depth % 7.5 < 4)
    inside = (across > layout.left_kerb + 0.15) & (across < layout.right_kerb - 0.15)
    edge = np.minimum(
        np.abs(across - layout.left_kerb - 2.3), np.abs(across - layout.right_kerb + 2.3)
    )
    marks = dashes | (edge < half * 0.6)
    for crossing in layout.crossings:
        stripes = (depth > crossing) & (depth < crossing + 3.2) & (across % 1.1 < 0.55)
        marks |= stripes & inside
    pixels[marks] += np.float32(0.8) * (np.float32(226) - pixels[marks])


def _lay_slabs(
    pixels: NDArray[np.float32],
    labels: NDArray[np.uint8],
    across: NDArray[np.float32],
    depth: NDArray[np.float32],
    layout: Layout,
) -> None:
    """Draw kerb stones and, near the camera, the joints of the pavement."""
    left, right = across - layout.left_kerb, across - layout.right_kerb
    kerb = ((left < 0) & (left > -0.22)) | ((right > 0) & (right < 0.22))
    pixels[kerb] += np.float32(24)
    gutter = ((left > 0) & (left < 0.25)) | ((right < 0) & (right > -0.25))
    pixels[gutter] -= np.float32(20)
    joints = ((depth % 1.2 < 0.06) | (across % 1.2 < 0.05)) & (depth < 16) & (labels == PAVEMENT)
    pixels[joints] -= np.float32(22)
