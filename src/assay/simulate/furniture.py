"""Lamp posts, traffic signs and traffic lights: the thin things."""

from dataclasses import dataclass

import numpy as np

from assay.simulate.camera import NEAREST_M, Camera
from assay.simulate.canvas import Canvas, Lamp, Tint, ellipse
from assay.simulate.street import POLE, SIGN

_STEEL: Tint = (96, 100, 104)


@dataclass(frozen=True)
class Post:
    """A post beside the road.

    Parameters
    ----------
    x_m, z_m
        Where it stands.
    side
        −1 left, 1 right of the road: lamps lean over the road.
    top
        ``"lamp"``, ``"light"``, or the shape of a sign: ``"round"``, ``"triangle"``, ``"square"``.
    """

    x_m: float
    z_m: float
    side: int
    top: str


def paint_post(canvas: Canvas, camera: Camera, post: Post) -> None:
    """Paint a post and what it carries."""
    if post.z_m < NEAREST_M:
        return
    tall = {"lamp": 6.8, "light": 3.0}.get(post.top, 2.5)
    # A post far away still covers most of a pixel.
    half = max(0.06, 0.6 / camera.px_per_m(post.z_m))
    _bar(canvas, camera, post, (-half, half, 0.0, tall))
    if post.top == "lamp":
        _paint_lamp(canvas, camera, post, tall, half)
    elif post.top == "light":
        _paint_light(canvas, camera, post, tall)
    else:
        _paint_sign(canvas, camera, post, tall)


def _bar(
    canvas: Canvas,
    camera: Camera,
    post: Post,
    bounds: tuple[float, float, float, float],
    *,
    tint: Tint = _STEEL,
    label: int = POLE,
) -> None:
    left, right, low, high = bounds
    x = post.x_m
    corners = camera.project(
        [x + left, x + right, x + right, x + left], [low, low, high, high], [post.z_m] * 4
    )
    canvas.polygon(corners, tint, post.z_m, label)


def _paint_lamp(canvas: Canvas, camera: Camera, post: Post, tall: float, half: float) -> None:
    reach = -post.side * 1.7
    left, right = sorted((0.0, reach))
    _bar(canvas, camera, post, (left, right, tall - half, tall + half))
    head = sorted((reach * 0.7, reach * 1.15))
    _bar(canvas, camera, post, (head[0], head[1], tall - 0.16, tall + 0.08), tint=(150, 152, 150))
    column, row = camera.project([post.x_m + reach * 0.95], [tall - 0.06], [post.z_m])[0]
    radius = 0.34 * camera.px_per_m(post.z_m)
    canvas.light(Lamp(column, row, radius, (255, 214, 150)))


def _paint_light(canvas: Canvas, camera: Camera, post: Post, tall: float) -> None:
    _bar(canvas, camera, post, (-0.2, 0.2, tall - 0.9, tall + 0.1), tint=(38, 42, 44), label=SIGN)
    scale = camera.px_per_m(post.z_m)
    lit = int(post.z_m) % 2
    colors: tuple[Tint, ...] = ((232, 60, 48), (120, 100, 40), (60, 200, 120))
    for place, tint in enumerate(colors):
        column, row = camera.project([post.x_m], [tall - 0.1 - place * 0.3], [post.z_m])[0]
        on = place == 2 * lit
        shown = tint if on else (tint[0] * 0.3, tint[1] * 0.3, tint[2] * 0.3)
        canvas.decorate(ellipse(column, row, 0.11 * scale, 0.11 * scale), shown, post.z_m)
        if on:
            canvas.light(Lamp(column, row, 0.12 * scale, tint))


def _paint_sign(canvas: Canvas, camera: Camera, post: Post, tall: float) -> None:
    column, row = camera.project([post.x_m], [tall], [post.z_m])[0]
    scale = camera.px_per_m(post.z_m) * 0.42
    outline, rim, face = {
        "round": (ellipse(0, 0, 1, 1, corners=24), (206, 40, 44), (240, 240, 236)),
        "triangle": (
            np.array([(-1.05, 0.8), (1.05, 0.8), (0, -1.0)]),
            (206, 40, 44),
            (244, 240, 232),
        ),
        "square": (
            np.array([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            (240, 240, 240),
            (36, 88, 168),
        ),
    }[post.top]
    middle = np.array([column, row])
    canvas.polygon(middle + outline * scale, rim, post.z_m, SIGN)
    centre = outline.mean(axis=0)
    canvas.decorate(middle + (centre + (outline - centre) * 0.68) * scale, face, post.z_m)
