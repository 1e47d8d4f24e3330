"""People on foot, people on bicycles, and bicycles alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.simulate.camera import NEAREST_M, Camera
from assay.simulate.canvas import Canvas, Tint, ellipse
from assay.simulate.street import BICYCLE, PERSON, RIDER

_SKIN: tuple[Tint, ...] = ((236, 196, 164), (198, 148, 112), (140, 96, 70), (92, 62, 48))
_HAIR: tuple[Tint, ...] = ((44, 32, 28), (110, 76, 44), (186, 150, 92), (120, 118, 116))
_CLOTHES: tuple[Tint, ...] = (
    (188, 62, 52),
    (48, 86, 140),
    (224, 178, 66),
    (62, 110, 82),
    (222, 218, 210),
    (84, 60, 100),
    (44, 50, 62),
    (208, 116, 72),
)
_TROUSERS: tuple[Tint, ...] = ((48, 54, 74), (60, 56, 52), (96, 100, 108), (78, 90, 124))


@dataclass(frozen=True)
class Figure:
    """Someone or something that stands upright on the ground and is drawn flat.

    Parameters
    ----------
    x_m, z_m
        Where it stands.
    turn
        Width relative to its side view: 1 crosses the view, less walks along it; negative faces
        left.
    tall_m
        Height of the person.
    stride
        How far the legs are apart, 0 to 1.
    skin, hair, top, trousers
        Colours.
    """

    x_m: float
    z_m: float
    turn: float
    tall_m: float
    stride: float
    skin: Tint
    hair: Tint
    top: Tint
    trousers: Tint


def figure(x: float, z: float, rng: np.random.Generator) -> Figure:
    """Return a person with own height, gait and clothes."""
    return Figure(
        x,
        z,
        turn=float(rng.choice([-1, 1]) * rng.uniform(0.5, 1.0)),
        tall_m=float(rng.uniform(1.1, 1.3) if rng.random() < 0.12 else rng.uniform(1.56, 1.9)),
        stride=float(rng.uniform(0.25, 1.0)),
        skin=_SKIN[rng.integers(len(_SKIN))],
        hair=_HAIR[rng.integers(len(_HAIR))],
        top=_CLOTHES[rng.integers(len(_CLOTHES))],
        trousers=_TROUSERS[rng.integers(len(_TROUSERS))],
    )


@dataclass(frozen=True)
class _Brush:
    """Paints shapes given in metres around a figure's foot, as one class."""

    canvas: Canvas
    camera: Camera
    who: Figure
    label: int
    size: float

    def shape(self, points: NDArray[np.float64], tint: Tint) -> None:
        z = self.who.z_m
        x = self.who.x_m + points[:, 0] * self.who.turn * self.size
        placed = self.camera.project(x, points[:, 1] * self.size, np.full(len(points), z))
        self.canvas.polygon(placed, tint, z, self.label)

    def limb(
        self, start: tuple[float, float], stop: tuple[float, float], half: float, tint: Tint
    ) -> None:
        # Thin limbs keep about a pixel, and turned figures keep their thickness.
        half = max(half, 0.45 / self.camera.px_per_m(self.who.z_m))
        wide = half / abs(self.who.turn)
        (x0, y0), (x1, y1) = start, stop
        if abs(y1 - y0) >= abs(x1 - x0):
            corners = [(x0 - wide, y0), (x0 + wide, y0), (x1 + wide, y1), (x1 - wide, y1)]
        else:
            corners = [(x0, y0 - half), (x0, y0 + half), (x1, y1 + half), (x1, y1 - half)]
        self.shape(np.array(corners), tint)

    def disc(self, x: float, y: float, radius: float, tint: Tint, *, squeeze: bool) -> None:
        across = radius if squeeze else radius / abs(self.who.turn)
        self.shape(ellipse(x, y, across, radius), tint)


def paint_person(canvas: Canvas, camera: Camera, who: Figure, shadow: float) -> None:
    """Paint a person on foot."""
    if who.z_m < NEAREST_M:
        return
    _shade(canvas, camera, who, 0.32, shadow)
    # Shapes are drawn for a person of 1.75 metres.
    brush = _Brush(canvas, camera, who, PERSON, who.tall_m / 1.75)
    step = 0.34 * who.stride
    dark = _dimmed(who.trousers)
    brush.limb((0.0, 0.92), (-step, 0.04), 0.085, dark)
    brush.limb((0.02, 1.38), (step * 0.7, 0.92), 0.05, _dimmed(who.top))
    brush.limb((0.0, 0.92), (step, 0.04), 0.085, who.trousers)
    for foot in (-step, step):
        brush.shape(
            np.array([(foot - 0.09, 0), (foot + 0.17, 0), (foot + 0.1, 0.08), (foot - 0.09, 0.09)]),
            (40, 36, 36),
        )
    torso = [(-0.18, 0.86), (0.18, 0.86), (0.22, 1.42), (0.12, 1.5), (-0.12, 1.5), (-0.22, 1.42)]
    brush.shape(np.array(torso), who.top)
    brush.limb((-0.04, 1.42), (-step * 0.7 - 0.04, 0.94), 0.055, _dimmed(who.top))
    brush.limb((0.0, 1.46), (0.0, 1.56), 0.05, who.skin)
    brush.disc(0.02, 1.63, 0.115, who.skin, squeeze=False)
    brush.shape(ellipse(-0.02, 1.68, 0.12, 0.085), who.hair)


def paint_bicycle(canvas: Canvas, camera: Camera, who: Figure, shadow: float) -> None:
    """Paint a bicycle; its wheels count as filled."""
    if who.z_m < NEAREST_M:
        return
    _shade(canvas, camera, who, 0.75, shadow)
    brush = _Brush(canvas, camera, who, BICYCLE, 1.0)
    for hub in (-0.52, 0.52):
        brush.disc(hub, 0.34, 0.34, (34, 34, 38), squeeze=True)
        brush.disc(hub, 0.34, 0.28, (118, 118, 122), squeeze=True)
        brush.disc(hub, 0.34, 0.05, (40, 40, 44), squeeze=True)
    for start, stop in (
        ((-0.52, 0.34), (-0.14, 0.82)),
        ((-0.52, 0.34), (0.0, 0.32)),
        ((0.0, 0.32), (-0.16, 0.9)),
        ((0.0, 0.32), (0.36, 0.8)),
        ((-0.14, 0.8), (0.36, 0.8)),
        ((0.52, 0.34), (0.36, 1.0)),
        ((0.26, 1.02), (0.46, 1.0)),
        ((-0.28, 0.93), (-0.04, 0.93)),
    ):
        brush.limb(start, stop, 0.035, who.top)


def paint_rider(canvas: Canvas, camera: Camera, who: Figure, shadow: float) -> None:
    """Paint a bicycle and whoever rides it, each as its own class."""
    paint_bicycle(canvas, camera, who, shadow)
    if who.z_m < NEAREST_M:
        return
    brush = _Brush(canvas, camera, who, RIDER, who.tall_m / 1.75)
    brush.limb((-0.18, 1.0), (0.14, 0.7), 0.09, _dimmed(who.trousers))
    brush.limb((0.14, 0.7), (0.02, 0.3), 0.07, _dimmed(who.trousers))
    brush.limb((-0.18, 1.0), (0.1, 0.66), 0.09, who.trousers)
    brush.limb((0.1, 0.66), (0.04, 0.2), 0.07, who.trousers)
    torso = [(-0.3, 0.94), (-0.04, 0.92), (0.2, 1.38), (0.12, 1.5), (-0.06, 1.48)]
    brush.shape(np.array(torso), who.hair if who.stride > 0.9 else _CLOTHES[2])
    brush.limb((0.12, 1.4), (0.4, 1.04), 0.05, who.skin)
    brush.disc(0.2, 1.62, 0.115, who.skin, squeeze=False)
    brush.shape(ellipse(0.18, 1.67, 0.14, 0.085), (214, 60, 48))


def _shade(canvas: Canvas, camera: Camera, who: Figure, half: float, shadow: float) -> None:
    column, row = camera.project([who.x_m], [0.0], [who.z_m])[0]
    scale = camera.px_per_m(who.z_m)
    canvas.shade(ellipse(column, row, half * scale, 0.07 * scale), shadow * 0.8)


def _dimmed(tint: Tint) -> Tint:
    return tint[0] * 0.78, tint[1] * 0.78, tint[2] * 0.78
