"""Cars, vans and buses: side profiles drawn out to the width of the vehicle."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.simulate.camera import NEAREST_M, Camera
from assay.simulate.canvas import Canvas, Lamp, Tint
from assay.simulate.street import CAR, TRUCK

_GLASS: Tint = (52, 62, 76)
_TYRE: Tint = (28, 28, 32)
_PAINTS: tuple[Tint, ...] = (
    (186, 40, 44),
    (46, 84, 150),
    (222, 224, 226),
    (64, 68, 76),
    (150, 156, 164),
    (36, 98, 96),
    (206, 148, 52),
    (30, 36, 48),
    (112, 134, 92),
)


@dataclass(frozen=True)
class Body:
    """The shape of a kind of vehicle; lengths are shares of its length, heights of its height.

    Parameters
    ----------
    profile
        Outline seen from the side, (along, up), from the tail's foot over the roof to the nose.
    windows
        Side windows, each a polygon in the same coordinates.
    panes
        Indexes of the profile's edges that are glass over the vehicle's width.
    wheels
        Where the wheels stand along the vehicle.
    width_m, wheel_m
        Width of the vehicle and radius of its wheels.
    label
        Class index.
    """

    profile: tuple[tuple[float, float], ...]
    windows: tuple[tuple[tuple[float, float], ...], ...]
    panes: tuple[int, ...]
    wheels: tuple[float, ...]
    width_m: float
    wheel_m: float
    label: int


_SALOON = Body(
    profile=(
        (0, 0.12), (0, 0.58), (0.05, 0.64), (0.17, 0.96), (0.25, 1.0),
        (0.52, 1.0), (0.68, 0.64), (0.95, 0.55), (1.0, 0.44), (1.0, 0.12),
    ),
    windows=(
        ((0.13, 0.66), (0.21, 0.91), (0.37, 0.93), (0.37, 0.66)),
        ((0.39, 0.66), (0.39, 0.93), (0.51, 0.93), (0.63, 0.66)),
    ),
    panes=(2, 5),
    wheels=(0.2, 0.81),
    width_m=1.78,
    wheel_m=0.33,
    label=CAR,
)  # fmt: skip
_ESTATE = Body(
    profile=(
        (0, 0.12), (0, 0.55), (0.03, 0.62), (0.07, 0.95), (0.14, 1.0),
        (0.56, 1.0), (0.72, 0.62), (0.96, 0.53), (1.0, 0.4), (1.0, 0.12),
    ),
    windows=(
        ((0.08, 0.64), (0.11, 0.9), (0.33, 0.93), (0.33, 0.64)),
        ((0.35, 0.64), (0.35, 0.93), (0.55, 0.93), (0.68, 0.64)),
    ),
    panes=(2, 5),
    wheels=(0.19, 0.81),
    width_m=1.84,
    wheel_m=0.35,
    label=CAR,
)  # fmt: skip
_VAN = Body(
    profile=(
        (0, 0.14), (0, 0.5), (0.005, 0.86), (0.01, 0.98), (0.03, 1.0),
        (0.74, 1.0), (0.87, 0.55), (0.99, 0.44), (1.0, 0.14),
    ),
    windows=(((0.66, 0.56), (0.66, 0.9), (0.75, 0.9), (0.84, 0.56)),),
    panes=(2, 5),
    wheels=(0.18, 0.82),
    width_m=2.0,
    wheel_m=0.36,
    label=TRUCK,
)  # fmt: skip
_BUS = Body(
    profile=(
        (0, 0.1), (0, 0.5), (0.002, 0.86), (0.005, 0.98), (0.01, 1.0),
        (0.985, 1.0), (1.0, 0.9), (1.0, 0.36), (1.0, 0.1),
    ),
    windows=tuple(
        ((s, 0.46), (s, 0.86), (s + 0.125, 0.86), (s + 0.125, 0.46))
        for s in (0.03, 0.17, 0.31, 0.45, 0.59, 0.73, 0.86)
    ),
    panes=(1, 6),
    wheels=(0.22, 0.8),
    width_m=2.5,
    wheel_m=0.48,
    label=TRUCK,
)  # fmt: skip
_BODIES = (
    (_SALOON, 4.5, 1.44),
    (_ESTATE, 4.4, 1.5),
    (_ESTATE, 4.6, 1.72),
    (_VAN, 5.4, 2.4),
    (_BUS, 10.5, 3.0),
)


@dataclass(frozen=True)
class Vehicle:
    """A vehicle on the road.

    Parameters
    ----------
    body
        Its shape.
    x_m
        Its middle, from the camera's axis.
    z_m
        Its nearest point ahead.
    length_m, height_m
        Its size.
    oncoming
        Whether its nose points to the camera.
    paint
        Colour.
    """

    body: Body
    x_m: float
    z_m: float
    length_m: float
    height_m: float
    oncoming: bool
    paint: Tint


def vehicle(
    x: float, z: float, *, oncoming: bool, kinds: NDArray[np.float64], rng: np.random.Generator
) -> Vehicle:
    """Return a vehicle; ``kinds`` are the odds of two cars, a tall car, a van and a bus."""
    body, length, height = _BODIES[rng.choice(len(_BODIES), p=kinds)]
    paint = _PAINTS[rng.integers(len(_PAINTS))]
    return Vehicle(body, x, z, length, height, oncoming, paint)


def paint_vehicle(canvas: Canvas, camera: Camera, car: Vehicle, shadow: float) -> None:
    """Paint shadow, far edges, the side that shows, and the end that faces the camera."""
    half = car.body.width_m / 2
    z, x = car.z_m, car.x_m
    if z < NEAREST_M:
        return
    ground = camera.project(
        [x - half - 0.15, x + half + 0.15, x + half + 0.1, x - half - 0.1],
        [0] * 4,
        [z - 0.25, z - 0.25, z + car.length_m, z + car.length_m],
    )
    canvas.shade(ground, shadow)
    for edge in _edges_far_first(car):
        _paint_edge(canvas, camera, car, edge)
    # Whichever side the camera looks at from the middle of the road; neither when straight ahead.
    if abs(x) > half:
        _paint_side(canvas, camera, car, x - half if x > 0 else x + half)
    _paint_end(canvas, camera, car)


def _depths(car: Vehicle, along: NDArray[np.float64]) -> NDArray[np.float64]:
    share = 1 - along if car.oncoming else along
    return np.asarray(car.z_m + share * car.length_m, np.float64)


def _edges_far_first(car: Vehicle) -> list[int]:
    profile = np.array(car.body.profile)
    middle = (profile[:-1, 0] + profile[1:, 0]) / 2
    order = np.argsort(-_depths(car, middle), kind="stable")
    edges: list[int] = order.tolist()
    return edges


def _paint_edge(canvas: Canvas, camera: Camera, car: Vehicle, edge: int) -> None:
    (start, low), (stop, high) = car.body.profile[edge : edge + 2]
    half = car.body.width_m / 2
    # Glasshouses lean inwards.
    lean = [0.12 if up > 0.7 else 0.0 for up in (low, low, high, high)]
    sides = np.array([-half, half, half, -half]) * (1 - np.array(lean))
    up = np.array([low, low, high, high]) * car.height_m
    depths = _depths(car, np.array([start, start, stop, stop]))
    flat = abs(stop - start) * car.length_m > abs(high - low) * car.height_m
    tint = _GLASS if edge in car.body.panes else _lit(car.paint, 1.15 if flat else 0.8)
    quad = camera.project(car.x_m + sides, up, depths)
    canvas.polygon(quad, tint, car.z_m, car.body.label)


def _paint_side(canvas: Canvas, camera: Camera, car: Vehicle, x: float) -> None:
    body, label = car.body, car.body.label
    inwards = -1.0 if x > car.x_m else 1.0

    def placed(shape: NDArray[np.float64]) -> NDArray[np.float64]:
        lean = np.where(shape[:, 1] > 0.7, 0.06 * body.width_m * inwards, 0.0)
        return camera.project(x + lean, shape[:, 1] * car.height_m, _depths(car, shape[:, 0]))

    side = 0.92 if x < car.x_m else 0.78
    canvas.polygon(placed(np.array(body.profile)), _lit(car.paint, side), car.z_m, label)
    sill = np.array([(0.02, 0.12), (0.98, 0.12), (0.98, 0.24), (0.02, 0.24)])
    canvas.decorate(placed(sill), _lit(car.paint, 0.5), car.z_m)
    for window in body.windows:
        canvas.decorate(placed(np.array(window)), _GLASS, car.z_m)
    for wheel in body.wheels:
        turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        for size, tint in ((1.0, _TYRE), (0.55, (130.0, 132.0, 136.0))):
            radius = body.wheel_m * size
            along = wheel + radius * np.cos(turn) / car.length_m
            up = body.wheel_m + radius * np.sin(turn)
            ring = camera.project(np.full(16, x), up, _depths(car, along))
            canvas.polygon(ring, tint, car.z_m, label)


def _paint_end(canvas: Canvas, camera: Camera, car: Vehicle) -> None:
    half, z = car.body.width_m / 2, car.z_m
    x, tall = car.x_m, car.height_m

    def box(left: float, right: float, low: float, high: float) -> NDArray[np.float64]:
        return camera.project(
            [x + left * half, x + right * half, x + right * half, x + left * half],
            [low * tall, low * tall, high * tall, high * tall],
            [z] * 4,
        )

    foot = 2 * car.body.wheel_m / tall
    for side in (-1.0, 1.0):
        inner, outer = sorted((side * 0.62, side * 0.96))
        canvas.polygon(box(inner, outer, 0.0, foot * 0.6), _TYRE, z, car.body.label)
    shoulder = 0.44 if car.oncoming else 0.56
    canvas.polygon(box(-1, 1, 0.11, shoulder), _lit(car.paint, 0.84), z, car.body.label)
    canvas.decorate(box(-0.98, 0.98, 0.12, 0.24), _lit(car.paint, 0.5), z)
    canvas.decorate(box(-0.28, 0.28, 0.24, 0.31), (232, 232, 224), z)
    glow: Tint = (255, 246, 214) if car.oncoming else (200, 34, 34)
    level = shoulder - 0.1
    for side in (-1.0, 1.0):
        inner, outer = sorted((side * 0.66, side * 0.95))
        canvas.decorate(box(inner, outer, level - 0.05, level + 0.05), glow, z)
        (column, row) = camera.project([x + side * 0.8 * half], [level * tall], [z])[0]
        radius = (0.24 if car.oncoming else 0.17) * camera.px_per_m(z)
        strength = 0.9 if car.oncoming else 0.8
        tint = (glow[0] * strength, glow[1] * strength, glow[2] * strength)
        canvas.light(Lamp(column, row, radius, tint))


def _lit(tint: Tint, factor: float) -> Tint:
    return tint[0] * factor, tint[1] * factor, tint[2] * factor
