"""Procedural street scenes whose truth is known to the pixel."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.labels import LabelMap
from assay.simulate.backdrop import Layout, paint_backdrop
from assay.simulate.camera import Camera
from assay.simulate.canvas import Canvas
from assay.simulate.furniture import Post, paint_post
from assay.simulate.houses import paint_house, plan_houses
from assay.simulate.light import DAY, DUSK, RAIN, Light, develop
from assay.simulate.people import Figure, figure, paint_bicycle, paint_person, paint_rider
from assay.simulate.plants import Plant, bush, paint_plant, tree, wood
from assay.simulate.street import EGO
from assay.simulate.vehicles import paint_vehicle, vehicle

#: Scenes need room for a horizon, a street and something on it.
MINIMUM_SIDE_PX = 32


@dataclass(frozen=True)
class Stratum:
    """A kind of scene.

    Parameters
    ----------
    name
        What ``strata.csv`` and reports call it.
    city
        Whether tall houses stand wall to wall; else a suburb with lawns.
    light
        Weather or time of day.
    """

    name: str
    city: bool
    light: Light


STRATA = (
    Stratum("city day", city=True, light=DAY),
    Stratum("suburb day", city=False, light=DAY),
    Stratum("city dusk", city=True, light=DUSK),
    Stratum("city rain", city=True, light=RAIN),
)


@dataclass(frozen=True, eq=False)
class Scene:
    """One image with its truth.

    Parameters
    ----------
    truth
        The class of every pixel, as indexes of :data:`assay.simulate.street.STREET`.
    photograph
        uint8, shape (height, width, 3), red, green, blue; read-only.
    stratum
        What kind of scene it is.
    """

    truth: LabelMap
    photograph: NDArray[np.uint8]
    stratum: Stratum


def draw_scene(
    height: int,
    width: int,
    *,
    seed: int,
    index: int = 0,
    stratum: Stratum | None = None,
    ego: bool = True,
) -> Scene:
    """Draw a street scene; the same arguments give the same pixels.

    Parameters
    ----------
    height, width
        Size in pixels, each at least 32; twice as wide as high looks best.
    seed, index
        Which scene of which series.
    stratum
        Kind of scene; by default the strata take turns with the index.
    ego
        Whether the bonnet of the recording car shows at the bottom, as void.

    Raises
    ------
    ParameterError
        When the frame is too small, or seed or index is negative.

    Examples
    --------
    >>> scene = draw_scene(64, 128, seed=1)
    >>> scene.truth.shape, scene.photograph.shape, scene.stratum.name
    ((64, 128), (64, 128, 3), 'city day')
    """
    if height < MINIMUM_SIDE_PX or width < MINIMUM_SIDE_PX:
        raise ParameterError(
            f"A scene of {height}×{width} px has no room for a street; "
            f"give at least {MINIMUM_SIDE_PX} px each way."
        )
    if seed < 0 or index < 0:
        raise ParameterError(f"Seed {seed} and index {index} must be 0 or more.")
    kind = stratum or STRATA[index % len(STRATA)]
    # What stands where is drawn apart from its texture, so a scene is the same at every size.
    plan, texture = (np.random.default_rng([seed, index, stream]) for stream in (0, 1))
    camera = _place_camera(height, width, plan)
    canvas = _paint(camera, kind, plan, texture)
    if ego:
        _paint_bonnet(canvas, camera)
    truth = LabelMap.from_dense(np.asarray(canvas.labels))
    photograph = develop(canvas, camera, kind.light, texture)
    photograph.setflags(write=False)
    return Scene(truth, photograph, kind)


def _place_camera(height: int, width: int, rng: np.random.Generator) -> Camera:
    return Camera(
        height,
        width,
        focal_px=height * 1.02,
        centre_px=width * float(rng.uniform(0.42, 0.58)),
        horizon_px=height * float(rng.uniform(0.42, 0.48)),
        above_ground_m=float(rng.uniform(1.45, 1.7)),
    )


def _paint(
    camera: Camera, kind: Stratum, rng: np.random.Generator, texture: np.random.Generator
) -> Canvas:
    layout = _lay_out(kind, rng)
    canvas = paint_backdrop(camera, layout, kind.light, texture)
    _paint_distance(canvas, camera, texture)
    for house in plan_houses(layout, city=kind.city, rng=rng):
        paint_house(canvas, camera, house, kind.light)
    street = _Street(canvas, camera, kind, layout, rng)
    for _, paint in sorted(street.furnished(), key=lambda placed: -placed[0]):
        paint()
    return canvas


def _lay_out(kind: Stratum, rng: np.random.Generator) -> Layout:
    crossings = (float(rng.uniform(9, 24)),) if rng.random() < 0.5 else ()
    return Layout(
        left_kerb=-float(rng.uniform(5.2, 7.5)),
        right_kerb=float(rng.uniform(3.6, 5.0)),
        pavement=float(rng.uniform(2.6, 4.0) if kind.city else rng.uniform(1.8, 2.4)),
        verge=0.0 if kind.city else float(rng.uniform(3.5, 6.0)),
        crossings=crossings,
    )


def _paint_distance(canvas: Canvas, camera: Camera, rng: np.random.Generator) -> None:
    """Close the far end of the street with trees."""
    z = 200.0
    reach = max(camera.centre_px, camera.width - camera.centre_px) / camera.px_per_m(z)
    for x in np.arange(-reach, reach, 19):
        paint_plant(canvas, camera, wood(float(x + rng.uniform(-6, 6)), z, rng), rng)


Placed = tuple[float, Callable[[], None]]
Painter = Callable[[Canvas, Camera, Figure, float], None]


@dataclass(frozen=True)
class _Street:
    """Places what stands and moves in a street; each thing knows its distance."""

    canvas: Canvas
    camera: Camera
    kind: Stratum
    layout: Layout
    rng: np.random.Generator

    def furnished(self) -> list[Placed]:
        """Return everything in the street, in no order."""
        return [*self._plants(), *self._posts(), *self._parked(), *self._driving(), *self._people()]

    def _plants(self) -> list[Placed]:
        rng, placed = self.rng, list[Placed]()
        for side in (-1, 1):
            z = rng.uniform(7, 14)
            while z < 110:
                if rng.random() < (0.74 if self.kind.city else 0.8):
                    beyond = 0.9 if self.kind.city else self.layout.pavement + 1.4
                    x = self.layout.kerb(side) + side * beyond
                    placed.append(self._plant(tree(x, z, rng)))
                if not self.kind.city:
                    for _ in range(3):
                        x = self.layout.frontage(side) - side * rng.uniform(-0.5, 1.0)
                        placed.append(self._plant(bush(x, z + rng.uniform(-3, 3), rng)))
                z += rng.uniform(6, 12)
        return placed

    def _plant(self, plant: Plant) -> Placed:
        seed = int(self.rng.integers(1 << 40))
        return plant.z_m, lambda: paint_plant(
            self.canvas, self.camera, plant, np.random.default_rng(seed)
        )

    def _posts(self) -> list[Placed]:
        rng, placed = self.rng, list[Placed]()
        for side in (-1, 1):
            for z in np.arange(rng.uniform(6, 16), 120, 24):
                placed.append(self._post(side, float(z), "lamp"))
            for _ in range(rng.integers(2, 5)):
                top = str(rng.choice(["round", "triangle", "square"]))
                placed.append(self._post(side, float(rng.uniform(6, 45)), top))
            if self.layout.crossings:
                placed.append(self._post(side, self.layout.crossings[0] + 1.0, "light"))
        return placed

    def _post(self, side: int, z: float, top: str) -> Placed:
        post = Post(self.layout.kerb(side) + side * 0.55, z, side, top)
        return z, lambda: paint_post(self.canvas, self.camera, post)

    def _parked(self) -> list[Placed]:
        rng, placed = self.rng, list[Placed]()
        kinds = np.array([0.38, 0.32, 0.2, 0.1, 0.0])
        for side in (-1, 1):
            x = self.layout.kerb(side) - side * 1.15
            z = rng.uniform(5, 9)
            while z < 75:
                if rng.random() < 0.55:
                    placed.append(self._vehicle(x, float(z), kinds, oncoming=side < 0))
                z += rng.uniform(5.8, 8)
        return placed

    def _driving(self) -> list[Placed]:
        rng, placed = self.rng, list[Placed]()
        kinds = np.array([0.3, 0.25, 0.17, 0.14, 0.14])
        middle = (self.layout.left_kerb + self.layout.right_kerb) / 2
        for x, oncoming, first in ((middle - 1.7, True, 10.0), (middle + 1.7, False, 9.0)):
            z = rng.uniform(first, 28)
            while z < 90:
                placed.append(self._vehicle(x, float(z), kinds, oncoming=oncoming))
                z += rng.uniform(14, 34)
        return placed

    def _vehicle(self, x: float, z: float, kinds: NDArray[np.float64], *, oncoming: bool) -> Placed:
        car = vehicle(x, z, oncoming=oncoming, kinds=kinds, rng=self.rng)
        shadow = self.kind.light.shadow
        return z, lambda: paint_vehicle(self.canvas, self.camera, car, shadow)

    def _people(self) -> list[Placed]:
        rng, placed = self.rng, list[Placed]()
        for _ in range(rng.integers(8, 18) if self.kind.city else rng.integers(4, 9)):
            side = int(rng.choice([-1, 1]))
            x = self.layout.kerb(side) + side * rng.uniform(0.8, self.layout.pavement - 0.3)
            placed.append(self._figure(paint_person, x, 5 + 40 * rng.random() ** 1.4))
        for crossing in self.layout.crossings:
            for _ in range(rng.integers(1, 4)):
                x = rng.uniform(self.layout.left_kerb, self.layout.right_kerb)
                placed.append(self._figure(paint_person, x, crossing + rng.uniform(0.4, 2.8)))
        for _ in range(rng.integers(1, 4)):
            side = int(rng.choice([-1, 1]))
            x = self.layout.kerb(side) - side * rng.uniform(2.4, 3.1)
            placed.append(self._figure(paint_rider, x, rng.uniform(7, 30)))
        for _ in range(rng.integers(1, 4)):
            side = int(rng.choice([-1, 1]))
            x = self.layout.kerb(side) + side * rng.uniform(0.5, 1.1)
            placed.append(self._figure(paint_bicycle, x, rng.uniform(6, 25)))
        return placed

    def _figure(self, paint: Painter, x: float, z: float) -> Placed:
        who = figure(float(x), float(z), self.rng)
        shadow = self.kind.light.shadow
        return float(z), lambda: paint(self.canvas, self.camera, who, shadow)


def _paint_bonnet(canvas: Canvas, camera: Camera) -> None:
    across = np.linspace(-0.1, 1.1, 40)
    rise = 0.065 * np.clip(1 - ((across - 0.5) / 0.56) ** 4, -1, 1)
    edge = np.stack([across * camera.width, camera.height * (1 - rise)], axis=-1)
    bottom = np.array(
        [(1.1 * camera.width, camera.height * 1.2), (-0.1 * camera.width, camera.height * 1.2)]
    )
    bonnet = np.concatenate([edge, bottom])
    canvas.polygon(bonnet, (44, 52, 66), 0.0, EGO)
    gleam = np.concatenate(
        [
            edge + np.array([0, 0.012 * camera.height]),
            edge[::-1] + np.array([0, 0.02 * camera.height]),
        ]
    )
    canvas.decorate(gleam, (88, 100, 118), 0.0)
