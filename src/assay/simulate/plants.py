"""Trees, bushes and hedges, with the ragged outlines that make real label maps hard."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.simulate.camera import Camera
from assay.simulate.canvas import Canvas, Patch, Tint, noise
from assay.simulate.street import VEGETATION

_LEAVES: tuple[Tint, ...] = ((70, 108, 54), (88, 118, 50), (56, 94, 58), (112, 122, 52))


@dataclass(frozen=True)
class Plant:
    """A crown of leaves, on a trunk or on the ground.

    Parameters
    ----------
    x_m, z_m
        Where it stands.
    across_m
        Half the width of its crown.
    low_m, top_m
        Heights at which the crown starts and stops.
    leaves
        Colour.
    """

    x_m: float
    z_m: float
    across_m: float
    low_m: float
    top_m: float
    leaves: Tint


def tree(x: float, z: float, rng: np.random.Generator) -> Plant:
    """Return a street tree of five to nine metres."""
    low = float(rng.uniform(2.0, 2.8))
    top = low + float(rng.uniform(3.2, 6.2))
    across = (top - low) * float(rng.uniform(0.42, 0.58))
    return Plant(x, z, across, low, top, _LEAVES[rng.integers(len(_LEAVES))])


def bush(x: float, z: float, rng: np.random.Generator) -> Plant:
    """Return a bush or a piece of hedge, up to two metres tall."""
    across, top = float(rng.uniform(0.7, 2.2)), float(rng.uniform(0.8, 2.0))
    return Plant(x, z, across, -0.15 * top, top, _LEAVES[rng.integers(len(_LEAVES))])


def wood(x: float, z: float, rng: np.random.Generator) -> Plant:
    """Return a clump of distant trees."""
    across, top = float(rng.uniform(7, 15)), float(rng.uniform(6, 13))
    return Plant(x, z, across, -1.5, top, _LEAVES[rng.integers(len(_LEAVES))])


def paint_plant(canvas: Canvas, camera: Camera, plant: Plant, rng: np.random.Generator) -> None:
    """Paint the trunk, then the crown: lobes whose edge is roughened by noise down to a pixel."""
    if plant.low_m > 0:
        _paint_trunk(canvas, camera, plant)
    patch = _crown_box(canvas, camera, plant)
    if patch is None:
        return
    scale = camera.px_per_m(plant.z_m)
    height, width = patch.mask.shape
    cell = max(2.0, 0.9 * scale)
    # Octaves go down to single leaves of about a pixel and a half.
    octaves = max(2, int(np.log2(cell / 1.5)) + 1)
    rough = noise(rng, height, width, cell_px=cell, octaves=octaves, fade=0.74)
    field = _lobes(patch, camera, plant, rng) + rough * np.float32(1.9)
    leafy = Patch(patch.left, patch.top, field > np.float32(0.34))
    canvas.texture(leafy, _leaves(field, rough, plant, rng), plant.z_m, VEGETATION)


def _paint_trunk(canvas: Canvas, camera: Camera, plant: Plant) -> None:
    half = max(0.14, 0.6 / camera.px_per_m(plant.z_m))
    foot, fork = plant.x_m, plant.x_m + 0.1
    middle = (plant.low_m + plant.top_m) / 2
    trunk = camera.project(
        [foot - half, foot + half, fork + half * 0.7, fork - half * 0.7],
        [0, 0, middle, middle],
        [plant.z_m] * 4,
    )
    canvas.polygon(trunk, (84, 68, 56), plant.z_m, VEGETATION)


def _crown_box(canvas: Canvas, camera: Camera, plant: Plant) -> Patch | None:
    reach = plant.across_m * 1.25
    rise = (plant.top_m - plant.low_m) * 0.15
    bottom = max(0.0, plant.low_m - rise) if plant.low_m > 0 else 0.0
    corners = camera.project(
        [plant.x_m - reach, plant.x_m + reach, plant.x_m + reach, plant.x_m - reach],
        [bottom, bottom, plant.top_m + rise, plant.top_m + rise],
        [plant.z_m] * 4,
    )
    return canvas.patch(corners)


def _lobes(
    patch: Patch, camera: Camera, plant: Plant, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return how deep each pixel lies in the crown: 1 at the heart of a lobe, below 0 outside."""
    scale = np.float32(camera.px_per_m(plant.z_m))
    x = (patch.columns - camera.centre_px) / scale - plant.x_m
    y = camera.above_ground_m - (patch.rows - camera.horizon_px) / scale
    middle, tall = (plant.low_m + plant.top_m) / 2, (plant.top_m - plant.low_m) / 2
    depth = np.full(patch.mask.shape, -1, np.float32)
    for _ in range(5):
        turn, away = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.5)
        size = rng.uniform(0.5, 0.75)
        across = (x - away * np.cos(turn) * plant.across_m) / (size * plant.across_m)
        down = (y - middle - away * np.sin(turn) * tall) / (size * tall)
        np.maximum(depth, (1 - across**2 - down**2).astype(np.float32), out=depth)
    return depth


def _leaves(
    field: NDArray[np.float32],
    rough: NDArray[np.float32],
    plant: Plant,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    height, width = field.shape
    speckle = noise(rng, height, width, cell_px=1.5)
    down = np.linspace(0.2, -0.28, height, dtype=np.float32)[:, None]
    bright = 0.92 + down + rough * np.float32(0.75) + speckle * np.float32(0.16)
    bright -= np.clip(field - np.float32(0.8), 0, 1) * np.float32(0.12)
    return np.asarray(np.array(plant.leaves, np.float32) * bright[:, :, None], np.float32)
