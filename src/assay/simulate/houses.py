"""Rows of houses along a street."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.simulate.backdrop import Layout
from assay.simulate.camera import NEAREST_M, Camera
from assay.simulate.canvas import Canvas, Patch, Tint
from assay.simulate.light import Light
from assay.simulate.street import BUILDING

_PLASTER: tuple[Tint, ...] = (
    (204, 186, 158),
    (182, 104, 82),
    (218, 208, 192),
    (156, 148, 142),
    (196, 150, 106),
    (128, 134, 146),
    (226, 196, 148),
    (168, 126, 110),
    (148, 160, 152),
)
_ROOFS: tuple[Tint, ...] = ((136, 70, 56), (92, 82, 84), (118, 88, 70))


@dataclass(frozen=True)
class House:
    """A box beside the street, with windows and perhaps a roof.

    Parameters
    ----------
    side
        −1 left, 1 right.
    front_m
        Distance of its façade from the camera's axis.
    near_m, far_m
        Where it starts and stops along the street.
    height_m
        Height of its walls.
    depth_m
        How far it goes back from the street.
    roof_m
        Height of the ridge above the walls; 0 for a flat roof.
    wall, roof
        Colours.
    bay_m, storey_m
        Distance of windows, across and upwards.
    key
        Seeds which windows are lit.
    """

    side: int
    front_m: float
    near_m: float
    far_m: float
    height_m: float
    depth_m: float
    roof_m: float
    wall: Tint
    roof: Tint
    bay_m: float
    storey_m: float
    key: int


def plan_houses(layout: Layout, *, city: bool, rng: np.random.Generator) -> list[House]:
    """Return houses on both sides up to 170 metres ahead, the farthest first."""
    houses: list[House] = []
    for side in (-1, 1):
        z = -rng.uniform(2, 10)
        while z < 170:
            length = rng.uniform(9, 20) if city else rng.uniform(8, 13)
            gap = _gap(z, city=city, rng=rng)
            houses.append(_plan_house(layout, side, z, z + length, city=city, rng=rng))
            z += length + gap
    return sorted((house for house in houses if house.far_m > 4), key=lambda h: -h.near_m)


def _gap(z: float, *, city: bool, rng: np.random.Generator) -> float:
    if not city:
        return float(rng.uniform(3, 10))
    return float(rng.uniform(9, 14)) if z > 8 and rng.random() < 0.16 else 0.0


def _plan_house(
    layout: Layout, side: int, near: float, far: float, *, city: bool, rng: np.random.Generator
) -> House:
    setback = 0.0 if city else float(rng.uniform(0, 3))
    storey = float(rng.uniform(3.0, 3.6) if city else 2.8)
    floors = int(rng.integers(3, 8) if city else rng.integers(1, 3))
    return House(
        side=side,
        front_m=layout.frontage(side) + side * setback,
        near_m=near,
        far_m=far,
        height_m=floors * storey + 0.6,
        depth_m=float(rng.uniform(9, 13)),
        roof_m=0.0 if city and rng.random() < 0.6 else float(rng.uniform(1.8, 3.0)),
        wall=_PLASTER[rng.integers(len(_PLASTER))],
        roof=_ROOFS[rng.integers(len(_ROOFS))],
        bay_m=float(rng.uniform(2.3, 3.4)),
        storey_m=storey,
        key=int(rng.integers(1 << 30)),
    )


def paint_house(canvas: Canvas, camera: Camera, house: House, light: Light) -> None:
    """Paint roof, near wall and façade."""
    near = max(house.near_m, NEAREST_M)
    if house.roof_m:
        _paint_roof(canvas, camera, house, near)
    back = house.front_m + house.side * house.depth_m
    if house.near_m > NEAREST_M:
        corners = camera.project(
            [house.front_m, back, back, house.front_m],
            [0, 0, house.height_m, house.height_m],
            [near] * 4,
        )
        patch = canvas.patch(corners)
        if patch is not None:
            along = np.abs((patch.columns - camera.centre_px) * (near / camera.focal_px))
            depth = np.full_like(along, near)
            wall = _wall(patch, camera, house, along - abs(house.front_m), depth, light, 0.74)
            canvas.texture(patch, wall, near, BUILDING)
    _paint_facade(canvas, camera, house, near, light)


def _paint_facade(canvas: Canvas, camera: Camera, house: House, near: float, light: Light) -> None:
    corners = camera.project(
        [house.front_m] * 4,
        [0, 0, house.height_m, house.height_m],
        [near, house.far_m, house.far_m, near],
    )
    patch = canvas.patch(corners)
    if patch is None:
        return
    offset = np.abs(patch.columns - camera.centre_px)
    depth = np.clip(
        camera.focal_px * abs(house.front_m) / np.maximum(offset, 1e-3), near, house.far_m
    )
    # The sun stands to the left, so the right-hand façades are the bright ones.
    wall = _wall(
        patch, camera, house, depth - house.near_m, depth, light, 1.0 if house.side > 0 else 0.86
    )
    canvas.texture(patch, wall, (near + house.far_m) / 2, BUILDING)


def _wall(
    patch: Patch,
    camera: Camera,
    house: House,
    along: NDArray[np.float32],
    depth: NDArray[np.float32],
    light: Light,
    brightness: float,
) -> NDArray[np.float32]:
    """Return the pixels of a wall from metres along it, shape (1, width), and distance."""
    up = camera.above_ground_m - (patch.rows - camera.horizon_px) * (depth / camera.focal_px)
    across, rise = along / house.bay_m, (up - 0.5) / house.storey_m
    bay, storey = across % 1, rise % 1
    pixels = np.empty((*patch.mask.shape, 3), np.float32)
    pixels[:] = np.array(house.wall, np.float32) * np.float32(brightness)
    pixels[(storey < 0.06) & (rise > 0.8)] *= np.float32(0.86)
    frame = (np.abs(bay - 0.5) < 0.29) & (np.abs(storey - 0.55) < 0.33)
    glass = (np.abs(bay - 0.5) < 0.23) & (np.abs(storey - 0.55) < 0.27)
    inside = (up < house.height_m - 0.5) & (up > 0.5)
    pixels[frame & inside] *= np.float32(1.16)
    # A window darkens towards its sill and catches some sky at its top.
    shine = np.float32(48) + storey * np.float32(44)
    pane = np.stack([shine * 0.9, shine, shine * 1.14], axis=-1)
    panes = glass & inside
    pixels[panes] = pane[panes]
    if light.lit:
        lamp = _scatter(np.floor(across), np.floor(rise), house.key) < light.lit
        pixels[panes & lamp] = (255, 216, 140)
    pixels[up < 0.5] *= np.float32(0.72)
    pixels[up > house.height_m - 0.35] *= np.float32(1.12)
    return pixels


def _scatter(
    columns: NDArray[np.float32], rows: NDArray[np.float32], key: int
) -> NDArray[np.float64]:
    """Return a number from 0 to 1 for each window, always the same one."""
    mixed = np.sin(columns * 12.9898 + rows * 78.233 + key % 1009) * 43758.5453
    return np.asarray(mixed - np.floor(mixed), np.float64)


def _paint_roof(canvas: Canvas, camera: Camera, house: House, near: float) -> None:
    ridge = house.front_m + house.side * house.depth_m / 2
    eave = house.front_m - house.side * 0.4
    top = house.height_m + house.roof_m
    slope = camera.project(
        [eave, eave, ridge, ridge],
        [house.height_m, house.height_m, top, top],
        [near, house.far_m, house.far_m, near],
    )
    canvas.polygon(slope, house.roof, near, BUILDING)
    # Seen from below, the overhang would leave a gap above the wall.
    under = camera.project(
        [eave, eave, house.front_m, house.front_m],
        [house.height_m] * 4,
        [near, house.far_m, house.far_m, near],
    )
    canvas.polygon(under, (74, 62, 56), near, BUILDING)
    tail = camera.project(
        [eave, ridge, house.front_m], [house.height_m, top, house.height_m], [near] * 3
    )
    canvas.polygon(tail, (74, 62, 56), near, BUILDING)
    back = house.front_m + house.side * house.depth_m
    gable = camera.project(
        [house.front_m, ridge, back], [house.height_m, top, house.height_m], [near] * 3
    )
    dark: Tint = (house.wall[0] * 0.74, house.wall[1] * 0.74, house.wall[2] * 0.74)
    canvas.polygon(gable, dark, near, BUILDING)
